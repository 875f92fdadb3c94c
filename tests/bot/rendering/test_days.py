from __future__ import annotations

import datetime as dt

import pytest

from bot.rendering.days import has_relative_time, shown_day, shown_range

DAY = dt.date(2024, 7, 4)


def test_a_day_has_no_leading_zero() -> None:
    assert shown_day(DAY) == "4 Jul 2024"


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (dt.date(2026, 11, 20), dt.date(2026, 11, 23), "20–23 Nov 2026"),
        (dt.date(2026, 10, 28), dt.date(2026, 11, 2), "28 Oct – 2 Nov 2026"),
        (dt.date(2019, 1, 2), dt.date(2026, 11, 22), "2 Jan 2019 – 22 Nov 2026"),
        (DAY, DAY, "4 Jul 2024"),
        (DAY, None, "since 4 Jul 2024"),
        (None, DAY, "until 4 Jul 2024"),
        (None, None, ""),
    ],
)
def test_a_range_says_what_is_different_once(first: dt.date | None, last: dt.date | None, shown: str) -> None:
    assert shown_range(first, last) == shown


def test_a_range_within_a_year_can_leave_it_out() -> None:
    assert shown_range(dt.date(2026, 11, 20), dt.date(2026, 11, 23), year=False) == "20–23 Nov"
    assert shown_range(dt.date(2025, 12, 30), dt.date(2026, 1, 2), year=False) == "30 Dec 2025 – 2 Jan 2026"


@pytest.mark.parametrize(
    "text",
    [
        "deaths rose last year",
        "at a summit in California last November",
        "He said on Tuesday that it was over.",
        "It began yesterday.",
        "Earlier this month",
        "three weeks ago",
        "This morning",
    ],
)
def test_words_that_need_a_date_are_seen(text: str) -> None:
    assert has_relative_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "a recent campaign led to the closure of 14 platforms",
        "on Tuesday, July 2, the council met",
        "in March 2022",
        "the last train and the next station",
        "Yesterdayland opened",
    ],
)
def test_words_that_need_none_are_let_be(text: str) -> None:
    assert not has_relative_time(text)
