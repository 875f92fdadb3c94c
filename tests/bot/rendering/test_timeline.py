from __future__ import annotations

import datetime as dt

import pytest
from hostile import complaints_about, names, written
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rendering.limits import DESCRIPTION, units
from bot.rendering.page import Picture
from bot.rendering.timeline import (
    MOST_BARS,
    MOST_OUTLETS,
    Step,
    timeline,
    timeline_in_bars,
    timeline_in_words,
)
from bot.rendering.timeline_page import timeline_page
from bot.rendering.timeline_picture import timeline_png
from bot.rendering.wording import speaking
from corpus.article import EVERYTHING, PublicationDate, Scope
from corpus.full_text import Match
from retrieval.listing import Counted, Listing, Sort

dates = st.none() | st.one_of(
    st.dates().map(dt.date.isoformat),
    st.dates(dt.date(2024, 1, 1), dt.date(2024, 3, 1)).map(dt.date.isoformat),
    st.dates(dt.date(2001, 1, 1), dt.date(2024, 3, 1)).map(lambda day: day.isoformat()[:7]),
    st.dates(dt.date(2001, 1, 1), dt.date(2024, 3, 1)).map(lambda day: day.isoformat()[:4]),
)


def match(number: int, published: str | None, outlet: str | None = "Night Post") -> Match:
    between = PublicationDate(published).days()
    return Match(number, number, outlet, *(day.isoformat() for day in between) if between else (None, None))


matches = st.lists(st.tuples(dates, names), max_size=40).map(
    lambda drawn: [match(number, published, outlet) for number, (published, outlet) in enumerate(drawn)]
)


@given(matches)
def test_every_article_stands_in_one_bar_or_is_counted_apart(found: list[Match]) -> None:
    shown = timeline(found)
    assert shown.drawn + shown.inexact + shown.undated == len(found)
    assert shown.undated == sum(one.first_day is None for one in found)
    assert 2 * shown.drawn >= len(found) - shown.undated
    assert sum(count for _, count in shown.by_outlet()) == shown.drawn
    assert len(shown.bars) <= max(MOST_BARS, 100)
    if shown.bars:
        assert shown.bars[0].total and shown.bars[-1].total
        firsts = [bar.first for bar in shown.bars]
        assert firsts == sorted(set(firsts))
        assert {len(bar.counts) for bar in shown.bars} == {len(shown.outlets) + shown.others}
    assert len(shown.outlets) <= MOST_OUTLETS


@given(matches)
def test_a_bar_counts_what_was_published_in_it(found: list[Match]) -> None:
    shown = timeline(found)
    exact = {Step.DAY: 10, Step.MONTH: 7, Step.YEAR: 4, Step.DECADE: 3, Step.CENTURY: 2}[shown.step]
    for bar in shown.bars:
        here = bar.first.isoformat()[:exact]
        inside = [one for one in found if (one.first_day or "")[:exact] == here == (one.last_day or "")[:exact]]
        assert bar.total == len(inside)


@pytest.mark.parametrize(
    ("published", "step", "bars"),
    [
        (["2024-07-01", "2024-07-04"], Step.DAY, 4),
        (["2024-05-01", "2024-07-04"], Step.MONTH, 3),
        (["2015-05-01", "2024-07-04"], Step.YEAR, 10),
        (["1900", "2024-07-04"], Step.DECADE, 13),
        (["0001-01-01", "9999-12-31"], Step.CENTURY, 100),
        (["2024", "2024", "2024-07"], Step.YEAR, 1),
        (["2024-07", "2024-07", "2024-07-04"], Step.MONTH, 1),
        ([None], Step.MONTH, 0),
        ([], Step.MONTH, 0),
    ],
)
def test_a_bar_is_as_long_as_the_dates_ask_for(published: list[str | None], step: Step, bars: int) -> None:
    shown = timeline([match(number, one) for number, one in enumerate(published)])
    assert (shown.step, len(shown.bars)) == (step, bars)


def test_the_outlets_beyond_six_share_a_bar_with_those_that_name_none() -> None:
    found = [match(10 * n + m, "2024-07-04", f"Outlet {n}") for n in range(8) for m in range(9 - n)]
    shown = timeline([*found, match(999, "2024-07-04", None), match(998, "2024-07-04", "OUTLET 0")])
    assert shown.by_outlet() == [
        ("OUTLET 0", 10),
        *((f"Outlet {n}", 9 - n) for n in range(1, 6)),
        (None, 3 + 2 + 1),
    ]


def test_the_numbers_are_said() -> None:
    found = [match(1, "2024-05-03"), match(2, "2024-07-04", "Reuters"), match(3, "2024-07-05", None), match(4, "2024")]
    shown = timeline(found)
    assert timeline_in_words(shown) == (
        "Articles a month, 3 in all. Night Post 1, Reuters 1, other 1. May 2024: 1. Jul 2024: 2."
    )
    assert timeline_in_bars(shown) == ("May 2024 ████████████ 1\nJun 2024 0\nJul 2024 ████████████████████████ 2")
    assert shown.inexact == 1


@given(matches)
def test_the_words_fit_beside_a_picture(found: list[Match]) -> None:
    assert 1 <= units(timeline_in_words(timeline(found))) <= DESCRIPTION


def test_bars_that_do_not_fit_into_the_words_are_counted() -> None:
    days = [dt.date(1960 + year, month, 1) for year in range(5) for month in range(1, 13)]
    outlets = ["Outlet with a very long name of its own " * 2 + str(n) for n in range(7)]
    found = [match(n, day.isoformat(), outlets[n % 7]) for n, day in enumerate(days)]
    words = timeline_in_words(timeline(found))
    assert words.endswith(" more bars.")


def listing(found: list[Match], query: str = "ferry", scope: Scope = EVERYTHING) -> Listing:
    return Listing(query, scope, Sort.NEWEST, 0, Counted.EVERY, tuple(found), tuple(found), (), len(found), 0, False)


@settings(max_examples=50)
@given(matches, written, names, st.none() | st.just(b"png"))
@example([match(n, f"{1965 + n // 12}-{n % 12 + 1:02}-01") for n in range(60)], "a" * 2000, "_" * 300, None)
def test_a_timeline_is_within_every_limit(
    found: list[Match], query: str, outlet: str | None, png: bytes | None
) -> None:
    page = timeline_page(listing(found, query, Scope(outlet=outlet)), timeline(found), png)
    assert complaints_about(page) == []
    pictures = [card for card in page.cards if isinstance(card, Picture)]
    assert bool(pictures) == (png is not None and bool(timeline(found).bars))


def test_the_page_says_what_is_not_drawn_and_names_every_outlet_in_text() -> None:
    found = [match(1, "2024-05-03", "新闻"), match(2, "2024-07-04", "新闻"), match(3, None), match(4, "2024")]
    page = timeline_page(listing(found), timeline(found), b"png")
    assert page.text == (
        "**ferry**\n4 articles mention this (3 in 2024).\n🟦 新闻 2\n"
        "-# 1 article has too inexact a date to be drawn.\n-# 1 article has no date."
    )
    in_text = timeline_page(listing(found), timeline(found), None)
    assert "Articles a month\n```\nMay 2024 ████████████████████████ 1\n" in in_text.text


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


@pytest.mark.parametrize(
    "outlets",
    [
        ["$x^2$", "_hidden", "a\u202eb", "新闻", "👩‍👩‍👧‍👦", "\x00", "{" * 300, "مرحبا", None],
        [None],
    ],
)
def test_a_picture_is_drawn_whatever_the_outlets_are_called(outlets: list[str | None]) -> None:
    found = [match(n, f"2024-0{n % 7 + 1}-03", outlet) for n, outlet in enumerate(outlets)]
    png = timeline_png(timeline(found))
    assert size(png) == (1050, 600)
    assert len(png) < 200_000


@pytest.mark.parametrize("published", [["2024-07-04"], ["0001-01-01", "9999-12-31"], ["2024", "2024"]])
def test_a_picture_is_drawn_however_long_the_time_is_and_in_every_language(published: list[str]) -> None:
    shown = timeline([match(number, one) for number, one in enumerate(published)])
    for language in ("en", "es", "zh_Hans"):
        with speaking(language):
            assert size(timeline_png(shown)) == (1050, 600)


def test_drawing_needs_no_window_and_leaves_no_figure_behind() -> None:
    import sys

    timeline_png(timeline([match(1, "2024-07-04")]))
    assert "matplotlib.pyplot" not in sys.modules or sys.modules["matplotlib.pyplot"].get_fignums() == []
