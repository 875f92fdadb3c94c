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
            return Period(_back(today, int(ago[1]), ago[2].lower()), today)
        if unit := _LAST.fullmatch(words):
            return _last(unit[1].lower(), today)
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", words, re.ASCII):
            days = PublicationDate(words).days()
            assert days is not None
            return Period(*days)
    except (ValueError, OverflowError) as error:
        raise UnreadableDate(text) from error
    raise UnreadableDate(text)


def _back(today: dt.date, count: int, unit: str) -> dt.date:
    """`1d` is today alone, as in "today and the days before": a period of `count` days that ends today."""
    if unit == "d":
        return today - dt.timedelta(days=count - 1)
    if unit == "w":
        return today - dt.timedelta(days=7 * count - 1)
    step = relativedelta(months=count) if unit == "m" else relativedelta(years=count)
    return today - step + dt.timedelta(days=1)


def _last(unit: str, today: dt.date) -> Period:
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7)
        return Period(monday, monday + dt.timedelta(days=6))
    if unit == "month":
        end = today.replace(day=1) - dt.timedelta(days=1)
        return Period(end.replace(day=1), end)
    return Period(dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31))
