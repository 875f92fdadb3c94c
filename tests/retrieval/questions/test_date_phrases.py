"""Dates as questions name them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.questions.date_phrases import Bound, date_phrases

TODAY = dt.date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("in July 2024", "2024-07-01", "2024-07-31"),
        ("in Sept. 2023", "2023-09-01", "2023-09-30"),
        ("on 4 July 2024", "2024-07-04", "2024-07-04"),
        ("on the 4th of July 2024", "2024-07-04", "2024-07-04"),
        ("on July 4th, 2024", "2024-07-04", "2024-07-04"),
        ("on 2024-07-04", "2024-07-04", "2024-07-04"),
        ("from 2024-07", "2024-07-01", "2024-07-31"),
        ("in early 2024", "2024-01-01", "2024-12-31"),
        ("in Q3 2024", "2024-07-01", "2024-09-30"),
        ("between 2021 and 2023", "2021-01-01", "2023-12-31"),
        ("from May 2021 to 3 June 2021", "2021-05-01", "2021-06-03"),
        ("2021–2023", "2021-01-01", "2023-12-31"),
        ("before the 2020s", None, "2019-12-31"),
        ("since 2020", "2020-01-01", None),
        ("after 4 July 2024", "2024-07-05", None),
        ("until July 2024", None, "2024-07-31"),
        # Without a year: the last one that is not after today.
        ("since March", "2026-03-01", None),
        ("in December", "2025-12-01", "2025-12-31"),
        ("on 26 November", "2025-11-26", "2025-11-26"),
        # Counted from today.
        ("last month", "2026-10-01", "2026-10-31"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("this week", "2026-11-23", "2026-11-25"),
        ("this year", "2026-01-01", "2026-11-25"),
        ("in the last 30 days", "2026-10-27", "2026-11-25"),
        ("over the past three months", "2026-08-26", "2026-11-25"),
        ("in the past week", "2026-11-19", "2026-11-25"),
        ("yesterday", "2026-11-24", "2026-11-24"),
        ("on Wednesday", "2026-11-18", "2026-11-18"),
        ("last Monday", None, None),  # alone it may be the name of a day
        ("since last Monday", "2026-11-23", None),
    ],
)
def test_a_date_is_read(words: str, since: str | None, until: str | None) -> None:
    found = date_phrases(f"What was said {words} about silt?", TODAY)
    if since is until is None:
        assert found == ()
        return
    assert [(one.since, one.until) for one in found] == [
        (since and dt.date.fromisoformat(since), until and dt.date.fromisoformat(until))
    ]
    text = f"What was said {words} about silt?"
    assert text[found[0].start : found[0].end] in words


@pytest.mark.parametrize(
    "words",
    [
        "since the summit",
        "it may rain",
        "the march on the harbour",
        "on 31 February 2024",
        "between 2023 and 2021",
        "107,000 people",
        "1-boc-4-AP",
        "room 2024a",
        "2024.5 tonnes",
        "the last of them",
    ],
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert date_phrases(words, TODAY) == ()


def test_how_a_date_is_tied_to_the_words_around_it_is_kept() -> None:
    found = date_phrases("July 2024 news from 2023, since March, in the last 30 days", TODAY)
    assert [(one.bound, one.relative) for one in found] == [
        (Bound.BARE, False),
        (Bound.FROM, False),
        (Bound.SINCE, False),
        (Bound.IN, True),
    ]


@given(st.text(max_size=300), st.dates(dt.date(1970, 1, 1), dt.date(2199, 12, 31)))
def test_any_text_is_read_and_phrases_lie_apart_in_order(text: str, today: dt.date) -> None:
    end = 0
    for one in date_phrases(text, today):
        assert end <= one.start < one.end <= len(text)
        assert one.since is None or one.until is None or one.since <= one.until
        assert (one.since, one.until) != (None, None)
        end = one.end


WORDS = st.sampled_from(
    "since between and from to last the July may 2024 2021-2023 30 days 4th of before 2020s this week 0001 9999-99 29 "
    "February Monday Q4 past 999 years".split()
)


@given(st.lists(WORDS, max_size=12), st.dates(dt.date(1970, 1, 1), dt.date(2199, 12, 31)))
def test_words_of_dates_in_any_order_are_read_without_a_fault(words: list[str], today: dt.date) -> None:
    for one in date_phrases(" ".join(words), today):
        assert one.since is None or one.until is None or one.since <= one.until
