"""Dates as a question names them: "in July 2024", "last month", "since March", "between 2021 and 2023". English. Pure.

What a phrase means for a question (when something was published, or when it happened) is not said here; see
`retrieval.questions.narrowing`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from corpus.article import PublicationDate
from retrieval.questions.period import Period, back_from, calendar_unit


class Bound(StrEnum):
    """How a phrase is tied to the rest of a question."""

    BARE = "bare"  # "July 2024 articles", "last month's news", "this week"
    IN = "in"  # in, on, of, during, within
    FROM = "from"  # from, dated
    SINCE = "since"  # since, after
    UNTIL = "until"  # until, before
    BETWEEN = "between"  # between ... and ..., from ... to ...


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """``text[start:end]`` names days: from `since` to `until`, both included, None where it leaves an end open."""

    start: int
    end: int
    since: dt.date | None
    until: dt.date | None
    bound: Bound
    relative: bool  # counted from today: "last month", "in the past 30 days"


def date_phrases(text: str, today: dt.date) -> tuple[DatePhrase, ...]:
    """Every date that a text names, in order, none overlapping; a date that does not exist is none.

    A month or a day without a year is the last one that is not after `today`.
    """
    return tuple(phrase for found in _PHRASE.finditer(text) if (phrase := _read(found, today)) is not None)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

# "may" and "march" are verbs too: alone they need their capital, and a word that ties them.
_MONTH = (
    r"(?:Jan(?:uary|\b\.?)|Feb(?:ruary|\b\.?)|March|Mar\b\.?|Apr(?:il|\b\.?)|May\b|June?\b\.?|July?\b\.?|Aug(?:ust|\b\.?)"
    r"|Sep(?:tember|t?\b\.?)|Oct(?:ober|\b\.?)|Nov(?:ember|\b\.?)|Dec(?:ember|\b\.?))"
)
_YEAR = r"(?:19|20)\d{2}(?![\d%]|[.,]\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_COUNTS)})"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"

Reader = Callable[[re.Match[str], dt.date], Period]


def _spelled(*, year: str = "year", month: str = "month", day: str | None = None) -> Reader:
    def read(found: re.Match[str], today: dt.date) -> Period:
        parts = found.groupdict()
        number = _MONTHS.index(parts[month][:3].lower()) + 1
        said_day = int(re.sub(r"\D", "", parts[day])) if day else None
        said_year = int(parts[year]) if parts.get(year) else None
        if said_year is None:
            first = dt.date(today.year, number, said_day or 1)
            said_year = today.year if first <= today else today.year - 1
        text = f"{said_year}-{number:02d}" + (f"-{said_day:02d}" if said_day else "")
        return _days_of(text)

    return read


def _days_of(text: str) -> Period:
    days = PublicationDate(text).days()
    assert days is not None
    return Period(*days)


def _ago(found: re.Match[str], today: dt.date) -> Period:
    said = (found["count"] or "1").lower()
    count = _COUNTS.index(said) + 1 if said in _COUNTS else int(said)
    return Period(back_from(today, max(count, 1), found["unit"][0].lower()), today)


def _unit(found: re.Match[str], today: dt.date) -> Period:
    this = found["which"].lower() in ("this", "current")
    period = calendar_unit(found["unit"].lower(), today, past=0 if this else 1)
    return Period(period.first, min(period.last, today)) if this else period


def _near_day(found: re.Match[str], today: dt.date) -> Period:
    word = found["word"].lower()
    if word in ("today", "yesterday"):
        day = today - dt.timedelta(days=word == "yesterday")
    else:
        back = (today.weekday() - _WEEKDAYS.index(word[:3])) % 7
        day = today - dt.timedelta(days=back or 7)
    return Period(day, day)


def _quarter(found: re.Match[str], today: dt.date) -> Period:
    first = 3 * int(found["quarter"]) - 2
    return Period(_days_of(f"{found['year']}-{first:02d}").first, _days_of(f"{found['year']}-{first + 2:02d}").last)


# How a point in time can be spelled, longest first; what counts from today is marked.
_POINTS: tuple[tuple[str, bool, Reader], ...] = (
    (r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])", False, lambda found, today: _days_of(found[0])),
    (r"(?<![\d-])(?:19|20)\d{2}-(?:0\d|1[0-2])(?![\d-])", False, lambda found, today: _days_of(found[0])),
    (rf"(?P<day>{_DAY}) (?:of )?(?P<month>{_MONTH}),? (?P<year>{_YEAR})", False, _spelled(day="day")),
    (rf"(?P<month>{_MONTH}) (?P<day>{_DAY}),? (?P<year>{_YEAR})", False, _spelled(day="day")),
    (rf"(?P<month>{_MONTH}),? (?:of )?(?P<year>{_YEAR})", False, _spelled()),
    (rf"(?P<day>{_DAY}) (?:of )?(?P<month>{_MONTH})", False, _spelled(day="day")),
    (rf"(?P<month>{_MONTH}) (?P<day>{_DAY})(?![\w%]|[.,]\d)", False, _spelled(day="day")),
    (rf"Q(?P<quarter>[1-4]) (?P<year>{_YEAR})", False, _quarter),
    (
        r"(?:the )?(?P<decade>(?:19|20)\d)0s\b",
        False,
        lambda found, today: Period(_days_of(found["decade"] + "0").first, _days_of(found["decade"] + "9").last),
    ),
    (
        rf"(?:the )(?:last|past|previous) (?:(?P<count>{_COUNT}) )?(?P<unit>day|week|month|year)s?\b",
        True,
        _ago,
    ),
    (rf"(?:last|past) (?P<count>{_COUNT}) (?P<unit>day|week|month|year)s\b", True, _ago),
    (r"(?P<which>this|current|last|previous) (?P<unit>week|month|year)\b", True, _unit),
    (rf"(?:last )?(?P<word>{_WEEKDAY})\b", True, _near_day),
    (r"(?P<word>today|yesterday)\b", True, _near_day),
    (rf"\b(?P<year>{_YEAR})(?!-)", False, lambda found, today: _days_of(found["year"])),
    (rf"(?P<month>{_MONTH})", False, _spelled()),
)
_CALENDAR_WORDS = re.compile(rf"(?P<month>{_MONTH})|(?:last )?(?P<word>{_WEEKDAY})\b", re.IGNORECASE)
_READERS = tuple((re.compile(spelled, re.IGNORECASE), relative, read) for spelled, relative, read in _POINTS)
_POINT = "(?:" + "|".join(re.sub(r"\(\?P<\w+>", "(?:", spelled) for spelled, _, _ in _POINTS) + ")"
_PHRASE = re.compile(
    rf"(?<![\w’'-])(?:"
    rf"(?P<range>between|from) (?P<first>{_POINT}) (?:and|to|until|till|through) (?P<last>{_POINT})"
    rf"|(?P<years>(?:in |from |between )?(?P<from>{_YEAR})[-–](?P<to>{_YEAR}))"
    rf"|(?:(?P<tie>since|after|before|until|till|up to|in|on|during|within|over|from|of|dated|as of)"
    rf"(?: (?:early|mid|late))? )?(?P<point>{_POINT}))(?![\w])",
    re.IGNORECASE,
)
_TIES = {
    "since": Bound.SINCE,
    "as of": Bound.SINCE,
    "after": Bound.SINCE,
    "before": Bound.UNTIL,
    "until": Bound.UNTIL,
    "till": Bound.UNTIL,
    "up to": Bound.UNTIL,
    "from": Bound.FROM,
    "dated": Bound.FROM,
}


def _read(found: re.Match[str], today: dt.date) -> DatePhrase | None:
    start, end = found.span()
    try:
        if found["range"]:
            (first, _), (last, relative) = _point(found["first"], today), _point(found["last"], today)
            return _between(start, end, first, last, relative)
        if found["years"]:
            return _between(start, end, _days_of(found["from"]), _days_of(found["to"]), False)
        tie = (found["tie"] or "").lower()
        if not tie and not _may_stand_alone(found["point"]):
            return None
        point, relative = _point(found["point"], today)
        bound = _TIES.get(tie, Bound.IN) if tie else Bound.BARE
        return DatePhrase(start, end, *_open(tie, point), bound, relative)
    except (ValueError, OverflowError):  # no such day
        return None


def _between(start: int, end: int, first: Period, last: Period, relative: bool) -> DatePhrase | None:
    backwards = last.last < first.first
    return None if backwards else DatePhrase(start, end, first.first, last.last, Bound.BETWEEN, relative)


def _open(tie: str, point: Period) -> tuple[dt.date | None, dt.date | None]:
    match tie:
        case "since" | "as of":
            return point.first, None
        case "after":
            return point.last + dt.timedelta(days=1), None
        case "before":
            return None, point.first - dt.timedelta(days=1)
        case "until" | "till" | "up to":
            return None, point.last
    return point.first, point.last


def _point(text: str, today: dt.date) -> tuple[Period, bool]:
    """The days of a point that was found, and whether they count from today. Raises ValueError."""
    for pattern, relative, read in _READERS:
        if (found := pattern.fullmatch(text)) is not None:
            return read(found, today), relative
    raise ValueError(f"no date: {text!r}")


def _may_stand_alone(point: str) -> bool:
    """A month or a weekday without a word that ties it may be a name, or a verb."""
    return _CALENDAR_WORDS.fullmatch(point) is None
