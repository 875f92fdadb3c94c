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


@pytest.mark.parametrize(
    "text",
    [
        "It fell last November.",
        "Last year it fell.",
        "They met yesterday.",
        "Prices rose this week.",
        "He left on Tuesday.",
        "It opened a year ago.",
        "Ten years ago it burned.",
        "It is this year’s best film.",
        "Wei said Tuesday that it was over.",
        "She told reporters Monday.",
        "It will open next spring.",
        "Over the past two years it fell.",
        "It will end in the coming days.",
        "It burned on Sunday night.",
        "It was seen late Friday.",
        "It opened this past weekend.",
        "A decade and a half ago, it closed.",
        "Earlier this month it closed.",
        "It closed today.",
        "It failed for the first time this season.",
        "It happened last\u00a0month.",
        "The vote was postponed Thursday.",
        "It rained this morning.",
    ],
)
def test_words_that_lean_on_the_day_of_writing_are_known(text: str) -> None:
    assert has_relative_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "It was the last resort.",
        "Next door lives Ruiz.",
        "It closed on Monday, Nov. 3, 2025.",
        "It closed on Tuesday 4 May.",
        "She bought it on Black Friday.",
        "He reads the Sunday Times.",
        "It is open on Sundays.",
        "To this day nobody knows.",
        "The next morning they left.",
        "It was her last year in office.",
        "In the last week of May 1998 it rained.",
        "It closed in May 2024.",
        "He came first and left last.",
        "They met every Friday night.",
        "It is closed on 4 July 2024.",
        "They had met the previous week.",
        "It is a last-minute plan.",
        "Some time ago it closed.",
        "They play on Sunday Night Football.",
    ],
)
def test_words_that_only_look_so_are_let_be(text: str) -> None:
    assert not has_relative_time(text)
