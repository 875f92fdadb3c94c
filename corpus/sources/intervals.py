"""When a source is polled next: its own interval, back-off after failures, and what its server asked for."""

from __future__ import annotations

import datetime as dt
import re

DEFAULT_INTERVAL = dt.timedelta(minutes=15)
SHORTEST_INTERVAL = dt.timedelta(minutes=1)
LONGEST_INTERVAL = dt.timedelta(days=30)
# A source that fails is asked half as often each time, down to once a day: what is broken that long is not urgent.
SLOWEST_RETRY = dt.timedelta(days=1)
# A server that asks for more than a week's silence is more likely to have its clock wrong than to mean it.
LONGEST_RETRY_AFTER = dt.timedelta(days=7)
FAILURES_UNTIL_FAILING = 10
# Polls are spread by so much, so that sources added together do not come due together for ever.
_SPREAD = 0.1
_INTERVAL = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_interval(text: str) -> dt.timedelta:
    """``15m``, ``2h`` or ``1d``. Raises `ValueError` that says what to write, also outside one minute to 30 days."""
    said = _INTERVAL.fullmatch(text.strip().lower())
    interval = dt.timedelta(**{_UNITS[said[2]]: int(said[1])}) if said else None
    if interval is None or not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        raise ValueError(f'I couldn\'t read "{text[:40]}" as an interval. Use 15m, 2h or 1d, from 1m to 30d.')
    return interval


def interval_text(interval: dt.timedelta) -> str:
    """The shortest way to write an interval: ``90m``, ``2h``, ``1d``."""
    minutes = int(interval.total_seconds() // 60)
    for unit, length in (("d", 1440), ("h", 60)):
        if minutes % length == 0:
            return f"{minutes // length}{unit}"
    return f"{minutes}m"


def next_after_success(now: dt.datetime, every: dt.timedelta, chance: float) -> dt.datetime:
    """`chance` is a number from 0 to 1 that spreads polls over a tenth of the interval."""
    return now + every * (1 + _SPREAD * chance)


def next_after_failure(
    now: dt.datetime, every: dt.timedelta, failures: int, chance: float, retry_after: dt.datetime | None = None
) -> dt.datetime:
    """After `failures` failures in a row, this one included; never before the server said.

    Each failure doubles the wait, the first one too: a server in trouble is left alone more than a sound one.
    """
    slowest = max(every, SLOWEST_RETRY)
    wait = slowest if failures >= FAILURES_UNTIL_FAILING else min(every * (1 << failures), slowest)
    planned = now + wait * (1 + _SPREAD * chance)
    if retry_after is None:
        return planned
    return max(planned, min(retry_after, now + LONGEST_RETRY_AFTER))
