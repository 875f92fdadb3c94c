"""What a search found: how many articles, and a few of them; or that there are none, and what to do then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.rendering import notices
from bot.rendering.actions import AskAgain, FoundSelect, ReadArticle, scope_fields
from bot.rendering.days import has_relative_time, shown_date, shown_published
from bot.rendering.echo import echo_card
from bot.rendering.limits import OPTION_TEXT, PAGE_TEXT, clip, units
from bot.rendering.page import Button, Card, Choice, Look, Option, Page, Row
from bot.rendering.quotes import SEPARATOR, place_of, publication, quote_block, shown_title, title_of
from bot.rendering.scopes import searched_line
from bot.rendering.search_controls import find, find_instead, narrowing_menus, turning, ways_on
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number, sentences
from corpus.article import EVERYTHING, Scope
from retrieval.facets import by_year, undated
from retrieval.listing import Counted, ListedArticle, Listing, Sort

SNIPPET_CHARACTERS: Final = 160
_TITLE: Final = 70  # units of a title, escaped
_COUNTS: Final = 800  # units of the card with the counts, at most
_LEAST: Final = 300  # units of an article's card, by which it has room for some words of a snippet


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and what else can be said where that is nothing: other words that the archive has."""

    listing: Listing
    archive_is_empty: bool = False
    suggestion: str | None = None


def search_page(found: Found) -> Page:
    """The count, and at most five articles with a searched word of each in bold; or what to do where there are none.

    Fewer articles stand on a page where the words that were searched are so long that five do not fit beside them.
    """
    listing = found.listing
    if found.archive_is_empty:
        return notices.notice_page(notices.archive_empty())
    if not listing.articles:
        return _nothing_page(found)
    heading = [echo_card(listing.query), *_suggested(found)]
    room = PAGE_TEXT - sum(units(card.text) for card in heading) - _COUNTS
    shown = listing.articles[: max(1, room // _LEAST)]
    counts = Card("\n".join(filter(None, [searched_line(listing.scope), *_counts(found, len(shown))])))
    articles = [_article_card(one, room // len(shown)) for one in shown]
    view = str(listing.sort)
    rows: list[Row] = [
        _read_menu(shown),
        *narrowing_menus(listing, view),
        (*turning(listing, len(shown)), *ways_on(listing, view)),
    ]
    return Page((heading[0], counts, *heading[1:], *articles), tuple(rows))


def dates_swapped_page(words: str, view: str, scope: Scope) -> Page:
    """With a button that searches with the two dates of the scope swapped."""
    swapped = replace(scope, since=scope.until, until=scope.since)
    swap = Button(_("Swap them"), find(view, swapped).encode(), Look.PRIMARY)
    return Page((echo_card(words), Card(notices.dates_swapped())), ((swap,),))


def count_line(listing: Listing, shown: str | None) -> str:
    """``37 articles mention this (12 in 2026). Showing 5.`` `shown`: which of them, None where none are."""
    total, years = len(listing.found), by_year(listing.found)
    showing = _("Showing {shown}.").format(shown=shown) if shown else ""
    if listing.counted is Counted.EVERY and years:
        text = ngettext(
            "{count} article mentions this ({in_year} in {year}).",
            "{count} articles mention this ({in_year} in {year}).",
            total,
        )
        year, in_year = years[0]
        return sentences(text.format(count=number(total), in_year=number(in_year), year=year), showing)
    if listing.counted is Counted.EVERY and total:
        text = ngettext("{count} article mentions this.", "{count} articles mention this.", total)
    elif listing.counted is Counted.SOME and total:
        text = ngettext(
            "No article has all of these words; {count} has some of them.",
            "No article has all of these words; {count} have some of them.",
            total,
        )
    elif listing.counted is Counted.MEANING and total:
        text = ngettext(
            "No article has these words; {count} is close in meaning.",
            "No article has these words; {count} are close in meaning.",
            total,
        )
    elif listing.matches and listing.counted is not Counted.MEANING:
        elsewhere = len(listing.matches)
        text = ngettext(
            "No article here mentions this; {count} elsewhere does.",
            "No article here mentions this; {count} elsewhere do.",
            elsewhere,
        )
        return sentences(text.format(count=number(elsewhere)), showing)
    else:
        text = _("No article mentions this.")
    return sentences(text.format(count=number(total)), showing)


def _counts(found: Found, shown_articles: int) -> list[str]:
    """The count and, in small print, what it counts and what it leaves out."""
    listing = found.listing
    first, last = listing.skip + 1, listing.skip + shown_articles
    shown = number(last) if first == 1 else f"{number(first)}–{number(last)}"
    lines = [count_line(listing, shown), "-# " + _how_counted(listing)]
    if listing.sort is not Sort.BEST and (without := undated(listing.found)):
        text = ngettext("{count} without a date comes last.", "{count} without a date come last.", without)
        lines.append("-# " + text.format(count=number(without)))
    elif listing.sort is Sort.BEST and last == listing.listed < listing.total:
        text = _("These are the best {count}. Newest first lists all.")
        lines.append("-# " + text.format(count=number(listing.listed)))
    return [*lines, _("Did you mean:")] if found.suggestion else lines


def _suggested(found: Found) -> list[Card]:
    """Other words, by themselves: the press reads them back."""
    if not found.suggestion:
        return []
    instead = find_instead(found.listing.scope)
    return [Card(echo_card(found.suggestion).text, Button(_("Search this"), instead.encode(), Look.PRIMARY))]


def _how_counted(listing: Listing) -> str:
    close = number(listing.close)
    if listing.close_or_more:
        close = _("at least {count}").format(count=close)
    if listing.counted is Counted.MEANING:
        return _("Counted by meaning: {close}. By words: none.").format(close=close)
    return _("Counted by words: {total}. By meaning: {close}.").format(total=number(listing.total), close=close)


def _article_card(one: ListedArticle, room: int) -> Card:
    article = one.article
    title = f"**{shown_title(article, _TITLE)}**"
    source = _source(one)
    left = room - units(title) - units(source) - 2
    return Card(f"{title}\n{quote_block(one.quote, characters=SNIPPET_CHARACTERS, room=left)}\n{source}")


def _source(one: ListedArticle) -> str:
    """Outlet (else author), date, id and paragraph, and whether the words stand there at all; at most 150 units."""
    *names, day = publication(one.article)
    parts = [*names[:1], day, place_of(one.quote)]
    if has_relative_time(one.quote.text) and (published := shown_published(one.article.published)):
        parts[-1] += " " + _("(relative to {day})").format(day=published)
    return SEPARATOR.join(parts if one.has_words else [*parts, _("by meaning")])


def _read_menu(articles: Sequence[ListedArticle]) -> Choice:
    options = tuple(
        Option(
            clip(title_of(one.article), OPTION_TEXT) or one.article.id,
            ReadArticle(one.article.number, one.quote.paragraph, one.quote.start).encode(),
            _description(one),
        )
        for one in articles
    )
    return Choice(FoundSelect().encode(), _("Read one of these"), options)


def _description(one: ListedArticle) -> str:
    article = one.article
    parts = [article.id, shown_date(article), " ".join((article.outlet or "").split())]
    return clip(SEPARATOR.join(part for part in parts if part), OPTION_TEXT)


def _nothing_page(found: Found) -> Page:
    """Why nothing was found, and what can be done about it."""
    listing = found.listing
    scope = listing.scope
    lines = [searched_line(scope), count_line(listing, None)]
    narrowed = scope != EVERYTHING
    if narrowed and not listing.matches:
        lines.append(_("Search everything, or use other words."))
    else:
        lines.append(_("Try other words, or ask it as a question: that also finds what is said differently."))
    if found.suggestion:
        lines.append(_("Did you mean:"))
    cards = [echo_card(listing.query), Card("\n".join(filter(None, lines))), *_suggested(found)]
    buttons = []
    if narrowed:
        buttons.append(Button(_("Search everything"), find(Sort.BEST, EVERYTHING).encode(), Look.PRIMARY))
    buttons.append(Button(_("Ask it instead"), AskAgain(**scope_fields(scope)).encode()))
    rows: list[Row] = [*narrowing_menus(listing, str(listing.sort)), tuple(buttons)]
    return Page(tuple(cards), tuple(rows))
