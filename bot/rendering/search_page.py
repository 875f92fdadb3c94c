"""What a search found: how many articles, and the best passage of the first few."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import ReadArticle
from bot.rendering.echo import echo_card
from bot.rendering.limits import PAGE_TEXT, units
from bot.rendering.page import Button, Card, Page
from bot.rendering.quotes import quote_block, short_markdown, source_line
from bot.rendering.scopes import searched_line
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number
from corpus.article import EVERYTHING, Article, Scope
from corpus.passage import Quote

if TYPE_CHECKING:
    from retrieval.article_search import SearchHit, SearchResult

SHOWN_HITS: Final = 5
SNIPPET_CHARACTERS: Final = 160


def search_page(result: SearchResult, scope: Scope = EVERYTHING) -> Page:
    """The count of articles that hold the words, and at most five passages, a searched word of each in bold."""
    heading = echo_card(result.query)
    hits = result.hits[:SHOWN_HITS]
    cards = [heading, Card("\n".join(filter(None, [searched_line(scope), _count(result, len(hits))])))]
    room = (PAGE_TEXT - sum(units(card.text) for card in cards)) // SHOWN_HITS
    for hit in hits:
        quote = _snippet(hit, result.query)
        title = f"**{short_markdown(hit.article.title or hit.article.subject or _('Untitled'), 70)}**"
        source = source_line(quote)
        block = quote_block(quote, characters=SNIPPET_CHARACTERS, room=room - units(title) - units(source) - 2)
        read = Button(_("Read"), ReadArticle(hit.article.number, quote.paragraph).encode())
        cards.append(Card(f"{title}\n{block}\n{source}", read))
    return Page(tuple(cards))


def _count(result: SearchResult, shown: int) -> str:
    if not shown:
        return _("No article mentions this.")
    if not result.total:
        closest = ngettext(
            "No article has these words. Showing the {count} closest in meaning.",
            "No article has these words. Showing the {count} closest in meaning.",
            shown,
        )
        return closest.format(count=number(shown))
    mention = ngettext(
        "{count} article mentions this. Showing {shown}.",
        "{count} articles mention this. Showing {shown}.",
        result.total,
    )
    return mention.format(count=number(result.total), shown=number(shown))


def _snippet(hit: SearchHit, query: str) -> Quote:
    article: Article = hit.article
    words = [re.escape(word) for word in re.findall(r"\w+", query) if len(word) > 2]
    found = re.compile("|".join(words), re.IGNORECASE).search(article.text, hit.start, hit.end) if words else None
    return Quote(article, hit.start, hit.end, found.span() if found else None)
