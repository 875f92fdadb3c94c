"""Articles over time: how many there are a day, a month or a year, and by which outlets. Pure.

An article stands in one bar. One whose date is less exact than a bar (it says 2024, and a bar is a month) stands in
none; such articles and those without a date are counted apart.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bot.rendering.days import shown_published
from bot.rendering.limits import DESCRIPTION, clip, units
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number
from corpus.article import PublicationDate
from corpus.full_text import Match
from retrieval.facets import by_outlet

MOST_OUTLETS: Final = 6  # that have a colour of their own; the others share one
MOST_BARS: Final = 60  # of a timeline of days, months, years or decades; there are at most a hundred centuries
MOST_DAYS: Final = 45  # a longer time is shown by months
_NAME: Final = 40  # units of an outlet's name in a description
_LONGEST_BAR, _MANY_BARS = 24, 40  # signs of a bar in text; with more bars than that, half as many


class Step(IntEnum):
    """How long a bar is."""

    DAY = 0
    MONTH = 1
    YEAR = 2
    DECADE = 3
    CENTURY = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of one step from `first` on; how many each of the timeline's outlets has, in their order."""

    first: dt.date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars without a gap, of which the first and the last are not empty; none where no article can be drawn.

    `outlets` have the most articles, most first. Where there are `others`, the last count of a bar is theirs: of all
    other outlets, and of articles that name none. `inexact` articles have too coarse a date for a bar, `undated` none.
    """

    step: Step
    bars: tuple[Bar, ...]
    outlets: tuple[str, ...]
    others: bool
    inexact: int
    undated: int

    @property
    def drawn(self) -> int:
        """How many articles stand in the bars."""
        return sum(bar.total for bar in self.bars)

    def by_outlet(self) -> list[tuple[str | None, int]]:
        """Each outlet with its articles in the bars; the others, where there are any, as None at the end."""
        names: list[str | None] = [*self.outlets, *([None] if self.others else [])]
        return [(name, sum(bar.counts[place] for bar in self.bars)) for place, name in enumerate(names)]


def timeline(matches: Sequence[Match], *, most_bars: int = MOST_BARS) -> Timeline:
    """The timeline of some articles, in the shortest steps that give at most `most_bars` bars.

    At least half of the articles that have a date stand in a bar: where most say 2024 and no more, a bar is a year.
    """
    dated = Counter(
        (dt.date.fromisoformat(match.first_day), dt.date.fromisoformat(match.last_day), match.outlet)
        for match in matches
        if match.first_day is not None and match.last_day is not None
    )
    total = dated.total()
    undated = len(matches) - total
    if not dated:
        return Timeline(Step.MONTH, (), (), False, 0, undated)
    step = _step_between(min(first for first, _, _ in dated), max(last for _, last, _ in dated), most_bars)
    while True:
        placed = _placed(dated, step)
        if 2 * placed.total() >= total or step is Step.CENTURY:
            break
        step = Step(step + 1)
    return _drawn(placed, step, inexact=total - placed.total(), undated=undated, matches=matches)


_Placed = Counter[tuple[int, str]]  # articles by the number of their bar and the key of their outlet


def _placed(dated: Mapping[tuple[dt.date, dt.date, str | None], int], step: Step) -> _Placed:
    placed: _Placed = Counter()
    for (first, last, outlet), count in dated.items():
        if (place := _place(first, step)) == _place(last, step):
            placed[place, (outlet or "").casefold()] += count
    return placed


def _drawn(placed: _Placed, step: Step, *, inexact: int, undated: int, matches: Sequence[Match]) -> Timeline:
    named = {key for _, key in placed}
    outlets = [name for name, _ in by_outlet(matches) if name.casefold() in named][:MOST_OUTLETS]
    columns = {name.casefold(): column for column, name in enumerate(outlets)}
    others = not named <= columns.keys()
    rows: dict[int, list[int]] = {}
    for (place, key), count in placed.items():
        rows.setdefault(place, [0] * (len(outlets) + others))[columns.get(key, -1)] += count
    empty = [0] * (len(outlets) + others)
    span = range(min(rows), max(rows) + 1) if rows else range(0)
    bars = tuple(Bar(_first_day(place, step), tuple(rows.get(place, empty))) for place in span)
    return Timeline(step, bars, tuple(outlets), others, inexact, undated)


def _step_between(first: dt.date, last: dt.date, most_bars: int) -> Step:
    if (last - first).days < min(MOST_DAYS, most_bars):
        return Step.DAY
    fitting = (step for step in Step if step > Step.DAY and _place(last, step) - _place(first, step) < most_bars)
    return next(fitting, Step.CENTURY)


def _place(day: dt.date, step: Step) -> int:
    """The number of the bar that a day stands in; numbers follow one another as the bars do."""
    match step:
        case Step.DAY:
            return day.toordinal()
        case Step.MONTH:
            return day.year * 12 + day.month - 1
        case Step.YEAR:
            return day.year
        case Step.DECADE:
            return day.year // 10
        case Step.CENTURY:
            return day.year // 100


def _first_day(place: int, step: Step) -> dt.date:
    match step:
        case Step.DAY:
            return dt.date.fromordinal(place)
        case Step.MONTH:
            return dt.date(place // 12, place % 12 + 1, 1)
        case Step.YEAR | Step.DECADE | Step.CENTURY:
            years = {Step.YEAR: 1, Step.DECADE: 10, Step.CENTURY: 100}[step]
            return dt.date(max(place * years, 1), 1, 1)


# In words


def step_heading(step: Step) -> str:
    """What the bars count: ``Articles a month``."""
    return {
        Step.DAY: _("Articles a day"),
        Step.MONTH: _("Articles a month"),
        Step.YEAR: _("Articles a year"),
        Step.DECADE: _("Articles every ten years"),
        Step.CENTURY: _("Articles every hundred years"),
    }[step]


def bar_label(bar: Bar, step: Step) -> str:
    """``4 Jul 2024``, ``Jul 2024`` or ``2024``; a decade and a century by their first year."""
    exact = {Step.DAY: 10, Step.MONTH: 7}.get(step, 4)
    return shown_published(PublicationDate(bar.first.isoformat()[:exact])) or ""


def outlet_label(outlet: str | None) -> str:
    return _("other") if outlet is None else clip(outlet, _NAME)


def timeline_in_words(shown: Timeline) -> str:
    """The numbers for whoever does not see the picture: plain text of at most `DESCRIPTION` units."""
    heading = _("{heading}, {count} in all").format(heading=step_heading(shown.step), count=number(shown.drawn))
    outlets = ", ".join(f"{outlet_label(name)} {number(count)}" for name, count in shown.by_outlet() if shown.outlets)
    said = ". ".join(part for part in (heading, outlets) if part) + "."
    bars = [f" {bar_label(bar, shown.step)}: {number(bar.total)}." for bar in shown.bars if bar.total]
    for place, bar in enumerate(bars):
        left = len(bars) - place
        more = ngettext(" And {count} more bar.", " And {count} more bars.", left).format(count=number(left))
        if units(said + bar) > DESCRIPTION - (units(more) if left > 1 else 0):
            return said + more
        said += bar
    return said


def timeline_in_bars(shown: Timeline) -> str:
    """The bars as lines of text, for a block of code: ``Jul 2024 ████ 12``."""
    most = max((bar.total for bar in shown.bars), default=0)
    longest = _LONGEST_BAR if len(shown.bars) <= _MANY_BARS else _LONGEST_BAR // 2
    labels = [bar_label(bar, shown.step) for bar in shown.bars]
    width = max(map(len, labels), default=0)
    lines = []
    for label, bar in zip(labels, shown.bars, strict=True):
        # A bar that is not empty shows; all others in proportion.
        length = max(1, round(longest * bar.total / most)) if bar.total else 0
        lines.append(" ".join(part for part in (label.rjust(width), "█" * length, number(bar.total)) if part))
    return "\n".join(lines)
