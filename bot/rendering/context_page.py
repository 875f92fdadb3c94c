"""What stands around each quote of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.actions import ReadArticle
from bot.rendering.excerpts import excerpt, spot_of_quote
from bot.rendering.limits import PAGE_TEXT, units
from bot.rendering.page import Button, Card, Page, Rule
from bot.rendering.quotes import SEPARATOR, publication, shown_title
from bot.rendering.wording import gettext as _
from corpus.passage import Quote

MOST_QUOTES = 5  # a search shows so many


def context_page(quotes: Sequence[Quote]) -> Page:
    """Each quote, at least one, in its paragraph, in bold, with the paragraph before and the one after.

    They share a message; what does not fit is cut at sentences and marked.
    """
    quotes = quotes[:MOST_QUOTES]
    room = PAGE_TEXT
    cards: list[Card | Rule] = []
    ids = set[str]()
    for position, quote in enumerate(quotes):
        heading = _heading(quote)
        share = room // (len(quotes) - position)
        text = f"{heading}\n{excerpt(quote.article, spot_of_quote(quote), room=share - units(heading) - 1)}"
        room -= units(text)
        if cards:
            cards.append(Rule())
        read = ReadArticle(quote.article.number, quote.paragraph, quote.start).encode()
        cards.append(Card(text, None if read in ids else Button(_("Read"), read)))
        ids.add(read)
    return Page(tuple(cards))


def _heading(quote: Quote) -> str:
    article = quote.article
    return f"**{shown_title(article, 100)}**\n-# {SEPARATOR.join([*publication(article), article.id])}"
