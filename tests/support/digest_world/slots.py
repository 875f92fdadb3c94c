"""When a digest is due, found by looking at a zone's clock instead of by the code under test."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import cache
from zoneinfo import ZoneInfo

from bot.briefings.subscription import Schedule

QUARTER = dt.timedelta(minutes=15)  # no zone of our time has changed its clock within one
DAY = dt.timedelta(days=1)
Due = tuple[dt.date, dt.datetime]  # local date, instant


class Clock:
    """A zone's clock: the instants at which it was put forward or back, and by how much it differs from UTC."""

    def __init__(self, zone: str, since: dt.datetime, until: dt.datetime) -> None:
        self._zone = ZoneInfo(zone)
        self._from = [since]
        self._offsets = [self._looked_up(since)]
        moment = since
        while moment < until:
            following = moment + DAY / 4
            if self._looked_up(following) != self._offsets[-1]:
                while self._looked_up(moment) == self._offsets[-1]:
                    moment += QUARTER
                self._from.append(moment)
                self._offsets.append(self._looked_up(moment))
            moment = following

    def _looked_up(self, moment: dt.datetime) -> dt.timedelta:
        offset = moment.astimezone(self._zone).utcoffset()
        assert offset is not None
        return offset

    def offset(self, moment: dt.datetime) -> dt.timedelta:
        return self._offsets[bisect_right(self._from, moment) - 1]

    def local(self, moment: dt.datetime) -> dt.datetime:
        return (moment + self.offset(moment)).replace(tzinfo=None)

    def first_showing(self, local: dt.datetime) -> dt.datetime:
        """The first instant at which it shows a time; of a time that it leaves out, the instant at which it does."""
        as_utc = local.replace(tzinfo=dt.UTC)
        shown = [as_utc - offset for offset in set(self._offsets) if self.offset(as_utc - offset) == offset]
        if shown:
            return min(shown)
        return next(
            moment
            for moment, before, after in zip(self._from[1:], self._offsets, self._offsets[1:], strict=False)
            if moment + before <= as_utc < moment + after
        )

    def has(self, day: dt.date) -> bool:
        noon = dt.datetime.combine(day, dt.time(12))
        return self.local(self.first_showing(noon)).date() == day


@cache
def clock_of(zone: str, year: int) -> Clock:
    return Clock(zone, dt.datetime(year - 1, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 3, 1, 1, tzinfo=dt.UTC))


def wanted(schedule: Schedule, day: dt.date) -> bool:
    match str(schedule.days):
        case "daily":
            return True
        case "weekdays":
            return day.isoweekday() <= 5
        case "weekly":
            return day.isoweekday() == 1
    return day.day == 1


@cache
def slots_of_year(schedule: Schedule, year: int) -> list[Due]:
    """Every slot from the first of December before a year to the end of the year after it."""
    clock = clock_of(schedule.zone, year)
    days = [dt.date(year - 1, 12, 1) + number * DAY for number in range(760)]
    return [
        (day, clock.first_showing(dt.datetime.combine(day, schedule.at)))
        for day in days
        if wanted(schedule, day) and clock.has(day)
    ]


def slots_between(schedule: Schedule, year: int, after: dt.datetime, upto: dt.datetime) -> list[Due]:
    """Those that fall due in ``(after, upto]``."""
    return [one for one in slots_of_year(schedule, year) if after < one[1] <= upto]
