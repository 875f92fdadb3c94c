from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefings.subscription import (
    Days,
    Schedule,
    is_worth_posting,
    next_slot,
    owed_slot,
    slot_after_change,
    slots,
)
from bot.errors import UnknownZone

ZONES = sorted(available_timezones())
DAY = dt.timedelta(days=1)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def instants(first_year: int, last_year: int) -> st.SearchStrategy[dt.datetime]:
    first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (first_year, last_year))
    seconds = st.integers(0, int((last - first).total_seconds()))
    return seconds.map(lambda count: first + dt.timedelta(seconds=count))


def due(schedule: Schedule, first: str, last: str) -> list[str]:
    """Local dates and UTC times of the slots that fall due from the first day to the last."""
    found = slots(schedule, utc(first), utc(last) + DAY)
    return [f"{slot.local_date} {slot.due_at:%dT%H:%MZ}" for slot in found]


@pytest.mark.parametrize(
    ("zone", "at", "first", "last", "expected"),
    [
        pytest.param(
            "America/New_York",
            "01:30",
            "2026-10-31",
            "2026-11-02",
            ["2026-10-31 31T05:30Z", "2026-11-01 01T05:30Z", "2026-11-02 02T06:30Z"],
            id="a time that comes twice is taken once",
        ),
        pytest.param(
            "America/New_York",
            "02:30",
            "2026-03-07",
            "2026-03-09",
            ["2026-03-07 07T07:30Z", "2026-03-08 08T07:00Z", "2026-03-09 09T06:30Z"],
            id="a time in the gap is the first minute after it",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "02:10",
            "2026-10-03",
            "2026-10-04",
            ["2026-10-04 03T15:30Z", "2026-10-05 04T15:10Z"],
            id="clocks put forward by half an hour",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "01:45",
            "2026-04-04",
            "2026-04-05",
            ["2026-04-05 04T14:45Z", "2026-04-06 05T15:15Z"],
            id="clocks put back by half an hour",
        ),
        pytest.param(
            "Pacific/Apia",
            "09:00",
            "2011-12-28",
            "2011-12-31",
            ["2011-12-28 28T19:00Z", "2011-12-29 29T19:00Z", "2011-12-31 30T19:00Z", "2012-01-01 31T19:00Z"],
            id="a day that was left out has no digest",
        ),
        pytest.param(
            "Europe/London",
            "09:00",
            "2028-02-28",
            "2028-03-01",
            ["2028-02-28 28T09:00Z", "2028-02-29 29T09:00Z", "2028-03-01 01T09:00Z"],
            id="a leap day is a day",
        ),
        pytest.param(
            "America/Toronto",
            "23:45",
            "1919-03-30",
            "1919-03-31",
            ["1919-03-29 30T04:45Z", "1919-03-30 31T04:30Z"],
            id="a gap over midnight leaves the digest to its own day",
        ),
        pytest.param(
            "Africa/Monrovia",
            "00:10",
            "1972-01-07",
            "1972-01-08",
            ["1972-01-07 07T00:45Z", "1972-01-08 08T00:10Z"],
            id="a gap of odd seconds ends at a whole minute",
        ),
    ],
)
def test_slots_where_clocks_change(zone: str, at: str, first: str, last: str, expected: list[str]) -> None:
    assert due(Schedule(at=dt.time.fromisoformat(at), zone=zone), first, last) == expected


def test_days_of_the_week_and_of_the_month_are_local() -> None:
    # 2026-06-01 is a Monday and a first; in Auckland it begins at noon UTC of the day before.
    assert due(Schedule(Days.WEEKLY, zone="Pacific/Auckland"), "2026-05-28", "2026-06-10") == [
        "2026-06-01 31T21:00Z",
        "2026-06-08 07T21:00Z",
    ]
    assert due(Schedule(Days.MONTHLY, zone="Pacific/Auckland"), "2026-05-28", "2026-06-28") == ["2026-06-01 31T21:00Z"]
    assert due(Schedule(Days.WEEKDAYS), "2026-11-20", "2026-11-23") == ["2026-11-20 20T09:00Z", "2026-11-23 23T09:00Z"]


@given(
    zone=st.sampled_from(ZONES),
    days=st.sampled_from(Days),
    at=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
    start=instants(1900, 2100),
    span=st.integers(0, 70),
)
def test_every_local_day_has_its_slot_once_and_never_early(
    zone: str, days: Days, at: dt.time, start: dt.datetime, span: int
) -> None:
    schedule, tz, end = Schedule(days, at, zone), ZoneInfo(zone), start + span * DAY
    found = list(slots(schedule, start, end))
    moments = [slot.due_at for slot in found]
    assert all(one < other for one, other in itertools.pairwise(moments))
    assert all(start < moment <= end for moment in moments)
    dates = [slot.local_date for slot in found]
    assert len(set(dates)) == len(dates) and all(map(days.has, dates))
    for slot in found:
        wanted = dt.datetime.combine(slot.local_date, at)
        assert slot.due_at.astimezone(tz).replace(tzinfo=None) >= wanted  # not early
        a_minute_before = (slot.due_at - dt.timedelta(minutes=1)).astimezone(tz).replace(tzinfo=None)
        assert a_minute_before < wanted or slot.due_at.astimezone(tz).fold == 1  # not late
    # None is missing: of every day that the zone's clocks showed well inside the span, the slot is there.
    hour = start + 2 * DAY
    while hour < end - 2 * DAY:
        day = hour.astimezone(tz).date()
        assert not days.has(day) or day in dates
        hour += dt.timedelta(hours=6)


@given(
    zone=st.sampled_from(ZONES),
    cut=instants(2000, 2060),
)
def test_looking_in_two_steps_finds_what_one_look_finds(zone: str, cut: dt.datetime) -> None:
    schedule = Schedule(at=dt.time(2, 30), zone=zone)
    start, end = cut - 5 * DAY, cut + 5 * DAY
    assert [*slots(schedule, start, cut), *slots(schedule, cut, end)] == list(slots(schedule, start, end))


def test_a_week_offline_owes_one_digest_that_stands_for_seven() -> None:
    owed = owed_slot(Schedule(), utc("2026-11-16T09:00"), utc("2026-11-23T12:00"))
    assert owed is not None
    assert (owed.slot.local_date, owed.missed) == (dt.date(2026, 11, 23), 7)
    assert owed_slot(Schedule(), utc("2026-11-23T09:00"), utc("2026-11-23T12:00")) is None


@pytest.mark.parametrize(
    ("now", "worth"),
    [("2026-11-23T09:00", True), ("2026-11-24T02:59", True), ("2026-11-24T03:00", False), ("2026-11-24T08:00", False)],
)
def test_within_the_last_quarter_the_next_slot_carries_a_late_one(now: str, worth: bool) -> None:
    owed = owed_slot(Schedule(), utc("2026-11-22T09:00"), utc(now))
    assert owed is not None
    assert is_worth_posting(Schedule(), owed.slot, utc(now)) is worth


def test_a_changed_zone_waits_for_half_an_interval_and_a_new_date() -> None:
    posted = utc("2026-11-23T09:00")
    # Nine in London was posted; nine in New York is five hours later, and would be a second one of that day.
    first = slot_after_change(Schedule(zone="America/New_York"), utc("2026-11-23T10:00"), posted, dt.date(2026, 11, 23))
    assert first.due_at == utc("2026-11-24T14:00")
    # Eight in the evening of the next day in Tokyo is far enough; nine in the morning there is not a day yet.
    tokyo = Schedule(at=dt.time(20), zone="Asia/Tokyo")
    assert slot_after_change(tokyo, utc("2026-11-23T10:00"), posted, dt.date(2026, 11, 23)).due_at == utc(
        "2026-11-24T11:00"
    )
    weekly = slot_after_change(Schedule(Days.WEEKLY), utc("2026-11-21T10:00"), utc("2026-11-20T09:00"), None)
    assert weekly.due_at == utc("2026-11-30T09:00")  # the Monday after three days would be too soon for a week
    assert slot_after_change(Schedule(), utc("2026-11-23T10:00"), None, None) == next_slot(
        Schedule(), utc("2026-11-23T10:00")
    )


def test_an_unknown_zone_says_what_to_pick() -> None:
    with pytest.raises(UnknownZone, match=r'I don\'t know the time zone "EST5"\. Pick one like America/New_York'):
        Schedule(zone="EST5")
    for zone in ("", "../etc/passwd", "europe/london", "/UTC"):
        with pytest.raises(UnknownZone):
            Schedule(zone=zone)


def test_a_time_with_seconds_is_no_time_for_a_digest() -> None:
    with pytest.raises(ValueError, match="whole minutes"):
        Schedule(at=dt.time(9, 0, 30))
