"""An outcome as a page: the question, one line of framing, and the quotes with their sources.

Every sentence that a person reads here stands in a function of its own at the end, where a catalogue can take them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from bot.rendering import notices
from bot.rendering.actions import (
    FollowUp,
    ListArticles,
    MoreQuotes,
    ReadArticle,
    ShowClosest,
    ShowContext,
    ThumbsDown,
    ThumbsUp,
    WatchQuestion,
    scope_fields,
)
from bot.rendering.days import shown_range
from bot.rendering.echo import echo_card, question_of, searching_card
from bot.rendering.limits import PAGE_TEXT, TOPIC, units
from bot.rendering.page import Button, Card, Page
from bot.rendering.quotes import publication, quote_block, short_markdown, shown_quotes, shown_title, source_line
from bot.rendering.scopes import searched_line
from bot.rendering.wording import by_commas, ngettext, number, sentences, series
from bot.rendering.wording import gettext as _
from corpus.archive import Coverage
from corpus.article import EVERYTHING, Article, Scope
from retrieval.answers.outcome import Answer, ClosestPassages, NotInArchive, Outcome, RankedQuote, Reason
from retrieval.watches.asked_topic import is_question

__all__ = ["answer_page", "closest_anyway", "question_of", "quotes_to_show", "shown_quotes"]

SHOWN = {Answer: 3, ClosestPassages: 2, NotInArchive: 0}
WORTH_SHOWING = 0.5  # of the best quote's score: what answers half as well would only blur the answer


def answer_page(
    outcome: Outcome,
    *,
    coverage: Coverage,
    subjects: Sequence[str] = (),
    scope: Scope = EVERYTHING,
    more: bool = False,
    skip: int = 0,
    asked: str | None = None,
    tried: Scope | None = None,
    newest_first: bool = False,
    listing: str | None = None,
    language_note: str | None = None,
    searchable: int | None = None,
    within: Article | None = None,
    linked: Article | None = None,
    can_be_rated: bool = True,
) -> Page:
    """The page for one outcome.

    `coverage` and `subjects` are of what the asker may see, without the filters. `more`: there are further quotes, so a
    **More** button is worth it; `skip` quotes were shown before this page. `asked` is a follow-up as it was written,
    where the outcome's question is what it was searched as. `tried`, `newest_first` and `listing` are a `Reply`'s.
    `language_note` is a line of its own below the framing (`Desk.language_note`); `searchable` is what percentage of
    the archive is searched by meaning, where that is not all of it (`Desk.percent_searchable`). `within` is the one
    article that was asked, if it was one; `linked` is one that is named before the answer. `can_be_rated`: whether
    anybody wants to know that an answer was good or bad.
    """
    quotes = quotes_to_show(outcome)
    headings = [echo_card(outcome.question)] if asked is None else [echo_card(asked), searching_card(outcome.question)]
    if linked is not None:
        headings.append(linked_card(linked))
    lines = (
        _searching_in(within),
        searched_line(scope, tried=tried, newest_first=newest_first),
        _framing(outcome, quotes, coverage, subjects, skip) if within is None else _framing_within(outcome, skip),
        _listing(listing) if within is None else "",
        f"-# {language_note}" if language_note else "",
        notices.index_out_of_date(searchable) if searchable is not None else "",
    )
    framing = Card("\n".join(line for line in lines if line))
    room = PAGE_TEXT - sum(units(heading.text) for heading in headings) - units(framing.text)
    cards = (*headings, framing, *_quote_cards(quotes, room))
    context = Button(_("Context"), ShowContext(**scope_fields(scope)).encode())
    if question_of(headings[0].text) is None:  # what was cut cannot be asked again, nor followed
        return Page(cards, ((context,),) if quotes else ())
    rated = (Button("👍", ThumbsUp().encode()), Button("👎", ThumbsDown().encode())) if can_be_rated else ()
    rows: list[tuple[Button, ...]] = []
    if quotes:
        further = MoreQuotes(skip + len(quotes), **scope_fields(scope))
        going_on = (
            Button(_("More"), further.encode(), disabled=not more),
            Button(_("Follow up"), FollowUp(**scope_fields(scope)).encode()),
        )
        rows.append((context, *going_on, *rated))
    elif isinstance(outcome, NotInArchive):
        anyway = Button(_("Show closest anyway"), ShowClosest(**scope_fields(scope)).encode())
        watch = Button(_("Watch this question"), WatchQuestion().encode())
        if below := (*((anyway,) if outcome.quotes else ()), *((watch,) if _can_be_watched(outcome, scope) else ())):
            rows.append((*below, *rated))
    if listing is not None and within is None:
        rows.append((Button(_("List articles"), ListArticles(**scope_fields(scope)).encode()),))
    return Page(cards, tuple(rows))


def _can_be_watched(outcome: NotInArchive, scope: Scope) -> bool:
    """Whether a digest can wait for an answer: to a question of that length, asked of everything."""
    question = outcome.question.strip()
    if outcome.reason is not Reason.NOTHING_CLOSE or replace(scope, collections=None) != EVERYTHING:
        return False
    return units(question) <= TOPIC and is_question(question)


def quotes_to_show(outcome: Outcome) -> tuple[RankedQuote, ...]:
    """The first few quotes, without those that answer much worse; all of the few where they contradict each other."""
    quotes = outcome.quotes[: SHOWN[type(outcome)]]
    if not isinstance(outcome, Answer) or outcome.sources_differ(len(quotes)):
        return quotes
    enough = WORTH_SHOWING * max(ranked.score for ranked in quotes)
    return tuple(takewhile(lambda ranked: ranked.score >= enough, quotes)) or quotes[:1]


def closest_anyway(outcome: NotInArchive) -> ClosestPassages | None:
    """What **Show closest anyway** shows; None when nothing was close at all."""
    return ClosestPassages(outcome.question, outcome.quotes, outcome.confidence) if outcome.quotes else None


def linked_card(article: Article) -> Card:
    """An article that a message links to."""
    about = " · ".join([*publication(article), article.id])
    read = Button(_("Read"), ReadArticle(article.number).encode())
    return Card(f"-# {_('Linked in the message:')}\n**{shown_title(article, 200)}**\n{about}", read)


def holdings(coverage: Coverage, subjects: Sequence[str] = ()) -> str:
    """``1,204 articles, 2 Jan 2019 – 22 Nov 2026, mostly about fentanyl and trade``."""
    parts = [_counted(coverage.articles)]
    if days := shown_range(coverage.first, coverage.last):
        parts.append(days)
    if subjects:
        words = [short_markdown(subject, 40) for subject in subjects[:5]]
        parts.append(_("mostly about {subjects}").format(subjects=series(words)))
    return by_commas(*parts)


def _quote_cards(quotes: Sequence[RankedQuote], room: int) -> list[Card]:
    """The quotes share the room; what one does not need is the next one's."""
    sources = [source_line(ranked.quote, speaker=ranked.speaker, also=len(ranked.also)) for ranked in quotes]
    room -= sum(units(source) + 1 for source in sources)
    cards = []
    ids = set[str]()
    for position, (ranked, source) in enumerate(zip(quotes, sources, strict=True)):
        block = quote_block(ranked.quote, room=room // (len(quotes) - position))
        room -= units(block)
        quote = ranked.quote
        # The place tells two quotes of one paragraph apart: Discord refuses a message that has an id twice.
        read = ReadArticle(quote.article.number, quote.paragraph, quote.start).encode()
        cards.append(Card(f"{block}\n{source}", None if read in ids else Button(_("Read"), read)))
        ids.add(read)
    return cards


def _framing(
    outcome: Outcome, quotes: Sequence[RankedQuote], coverage: Coverage, subjects: Sequence[str], skip: int
) -> str:
    if isinstance(outcome, NotInArchive):
        return _nothing(outcome.reason, coverage, subjects)
    if isinstance(outcome, ClosestPassages):
        return _("I can't confirm these answer your question. The closest passages:")
    if outcome.sources_differ(len(quotes)):
        return _("Sources differ:")
    counted = _counted(len({ranked.quote.article.number for ranked in quotes}))
    return (_("More passages, from {articles}:") if skip else _("From {articles}:")).format(articles=counted)


def _searching_in(article: Article | None) -> str:
    if article is None:
        return ""
    title = short_markdown(article.title or article.subject or article.id, 200)
    return "-# " + _("Searching in: {title}").format(title=title)


def _framing_within(outcome: Outcome, skip: int) -> str:
    if isinstance(outcome, NotInArchive):
        return _("Nothing in this article answers that. Try other words, or ask the whole archive with /ask.")
    if isinstance(outcome, ClosestPassages):
        return _("I can't confirm these answer your question. The closest passages:")
    return _("More passages, from this article:") if skip else _("From this article:")


def _nothing(reason: Reason, coverage: Coverage, subjects: Sequence[str]) -> str:
    if reason is Reason.EMPTY_ARCHIVE or not coverage.articles:
        return notices.archive_empty()
    said = [
        _("Nothing in this archive answers that."),
        _("It holds {holdings}.").format(holdings=holdings(coverage, subjects)),
        _("The dates or the source you gave leave nothing to search.") if reason is Reason.NOTHING_IN_SCOPE else "",
        _("Try: a name or number from the story, or a wider date range."),
    ]
    return sentences(*said)


def _listing(listing: str | None) -> str:
    return "" if listing is None else "-# " + _("Quotes can't count or list articles; a search can.")


def _counted(articles: int) -> str:
    return ngettext("{count} article", "{count} articles", articles).format(count=number(articles))
