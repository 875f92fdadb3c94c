"""Read `since` and `until` as people write them: 2024, 2024-07, 2024-07-04, 30d, 4w, 12m, last month."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from corpus.article import PublicationDate
from retrieval.errors import RetrievalError


class UnreadableDate(RetrievalError):
    """Words that are no date that we can read."""

    def __init__(self, text: str) -> None:
        super().__init__(f'I couldn\'t read "{text}" as a date. Use 2024, 2024-07, 2024-07-04 or 30d.')


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included. `since` takes the first, `until` the last."""

    first: dt.date
    last: dt.date


_AGO = re.compile(r"([1-9]\d{0,4})\s*([dwmy])", re.IGNORECASE)
_LAST = re.compile(r"last\s+(week|month|year)", re.IGNORECASE)


def read_period(text: str, today: dt.date) -> Period:
    """The days that some words mean, seen from `today` (in the zone of whoever asks).

    ``7d 4w 12m 2y`` are today and the days before; ``last week|month|year`` are calendar units, weeks from Monday.
    Raises `UnreadableDate`.
    """
    words = text.strip()
    try:
        if words.lower() == "today":
            return Period(today, today)
        if words.lower() == "yesterday":
            return Period(today - dt.timedelta(days=1), today - dt.timedelta(days=1))
        if ago := _AGO.fullmatch(words):
            return Period(back_from(today, int(ago[1]), ago[2].lower()), today)
        if unit := _LAST.fullmatch(words):
            return calendar_unit(unit[1].lower(), today, past=1)
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", words, re.ASCII):
            days = PublicationDate(words).days()
            assert days is not None
            return Period(*days)
    except (ValueError, OverflowError) as error:
        raise UnreadableDate(text) from error
    raise UnreadableDate(text)


def back_from(today: dt.date, count: int, unit: str) -> dt.date:
    """The first day of the last `count` days, weeks, months or years (`unit` is ``d w m y``), today included."""
    if unit == "d":
        return today - dt.timedelta(days=count - 1)
    if unit == "w":
        return today - dt.timedelta(days=7 * count - 1)
    step = relativedelta(months=count) if unit == "m" else relativedelta(years=count)
    return today - step + dt.timedelta(days=1)


def calendar_unit(unit: str, today: dt.date, *, past: int) -> Period:
    """A whole ``week`` (from Monday), ``month`` or ``year``: the one that `today` is in, or so many before it."""
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7 * past)
        return Period(monday, monday + dt.timedelta(days=6))
    if unit == "month":
        first = today.replace(day=1) - relativedelta(months=past)
        return Period(first, first + relativedelta(months=1) - dt.timedelta(days=1))
    return Period(dt.date(today.year - past, 1, 1), dt.date(today.year - past, 12, 31))
