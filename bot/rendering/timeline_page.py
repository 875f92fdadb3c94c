"""The page of a timeline: its picture, or where there is none its bars in text, and what the bars leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.rendering.echo import echo_card
from bot.rendering.page import Card, Page, Picture, Row
from bot.rendering.quotes import SEPARATOR, short_markdown
from bot.rendering.scopes import searched_line
from bot.rendering.search_controls import TIMELINE, narrowing_menus, ways_on
from bot.rendering.search_page import count_line
from bot.rendering.timeline import Timeline, outlet_label, step_heading, timeline_in_bars, timeline_in_words
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from retrieval.listing import Listing

FILE: Final = "timeline.png"
SQUARES: Final = ("🟦", "🟧", "🟩", "🟪", "🟨", "🟥")  # as `timeline_picture.COLOURS`
OTHERS: Final = "⬜"
_NAME: Final = 40  # units of an outlet's name, escaped
_MOST_LINES: Final = 1_400  # units of bars in text: shorter than a page beside the longest words


def timeline_page(listing: Listing, shown: Timeline, png: bytes | None) -> Page:
    """The articles of a listing over time. Without a picture (`png` None) the bars are drawn with letters.

    Outlets and their numbers stand in text in either case, so that every name is readable, in every script.
    """
    lines = [searched_line(listing.scope), count_line(listing, None)]
    cards: list[Card | Picture] = [echo_card(listing.query), Card("\n".join(filter(None, lines)))]
    if shown.bars and png is not None:
        cards.append(Picture(FILE, png, timeline_in_words(shown)))
    elif shown.bars:
        cards.append(Card(f"{step_heading(shown.step)}\n```\n{_last_lines(timeline_in_bars(shown))}\n```"))
    if said := "\n".join([*_outlets(shown, in_colour=png is not None), *_left_out(shown)]):
        cards.append(Card(said))
    rows: list[Row] = [*narrowing_menus(listing, TIMELINE), tuple(ways_on(listing, TIMELINE))]
    return Page(tuple(cards), tuple(rows))


def _last_lines(bars: str) -> str:
    """The newest bars, where all are too many for a page."""
    lines = bars.split("\n")
    while len("\n".join(lines)) > _MOST_LINES:
        lines = ["…", *lines[2:]]
    return "\n".join(lines)


def _outlets(shown: Timeline, *, in_colour: bool) -> list[str]:
    """``🟦 Harbour Gazette 12``, in the order of the stacked colours."""
    if not shown.outlets:
        return []
    squares = [*SQUARES[: len(shown.outlets)], OTHERS]
    return [
        SEPARATOR.join(
            (f"{square} " if in_colour else "") + f"{short_markdown(outlet_label(outlet), _NAME)} {number(count)}"
            for square, (outlet, count) in zip(squares, shown.by_outlet(), strict=False)
        )
    ]


def _left_out(shown: Timeline) -> list[str]:
    """What stands in no bar."""
    lines = []
    if shown.inexact:
        text = ngettext(
            "{count} article has too inexact a date to be drawn.",
            "{count} articles have too inexact a date to be drawn.",
            shown.inexact,
        )
        lines.append("-# " + text.format(count=number(shown.inexact)))
    if shown.undated:
        text = ngettext("{count} article has no date.", "{count} articles have no date.", shown.undated)
        lines.append("-# " + text.format(count=number(shown.undated)))
    return lines
