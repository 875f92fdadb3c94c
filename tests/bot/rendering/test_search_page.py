from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from drafts import draft
from hostile import article_of, articles, complaints_about, hostile, names, written
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rendering.actions import ANY, FindArticles, FoundSelect, ReadArticle, decode
from bot.rendering.echo import question_of, question_searched
from bot.rendering.page import Button, Card, Choice, Page
from bot.rendering.quotes import shown_quotes
from bot.rendering.search_controls import SHOWN_ARTICLES, dates_of, find
from bot.rendering.search_page import Found, dates_swapped_page, search_page
from corpus.article import EVERYTHING, Scope
from corpus.full_text import Match
from corpus.passage import Quote
from retrieval.facets import within
from retrieval.listing import Counted, ListedArticle, Listing, Sort

days = st.none() | st.dates().map(dt.date.isoformat)
matches = st.builds(
    lambda number, outlet, day, year_alone: Match(
        number,
        number,
        outlet,
        f"{day[:4]}-01-01" if day and year_alone else day,
        f"{day[:4]}-12-31" if day and year_alone else day,
    ),
    st.integers(1, 10**18),
    names,
    days,
    st.booleans(),
)
scopes = st.builds(
    Scope,
    collections=st.none() | st.builds(frozenset, st.lists(written, min_size=1, max_size=1)),
    outlet=names,
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
    author=names,
)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    scope = draw(scopes)
    counted = draw(st.sampled_from(Counted))
    found = tuple(draw(st.lists(matches, max_size=30, unique_by=lambda one: one.article)))
    listed = draw(st.lists(articles(), max_size=SHOWN_ARTICLES, unique_by=lambda one: one.number))
    shown = []
    for article in listed:
        end = article.blocks[0].end
        first = draw(st.integers(0, end - 1))
        highlight = draw(st.none() | st.just((first, draw(st.integers(first + 1, end)))))
        shown.append(ListedArticle(Quote(article, 0, end, highlight), draw(st.booleans())))
    return Listing(
        query=draw(written),
        scope=scope,
        sort=draw(st.sampled_from(Sort)),
        skip=5 * draw(st.integers(0, 10**6)),
        counted=counted,
        matches=found,
        found=tuple(within(found, scope)),
        articles=tuple(shown),
        listed=draw(st.integers(len(shown), 10**7)),
        close=draw(st.integers(0, 10**6)),
        close_or_more=draw(st.booleans()),
    )


def listing(
    *shown: ListedArticle, query: str = "islay dawn", total: int = 0, scope: Scope = EVERYTHING, **fields: Any
) -> Listing:
    found = tuple(Match(number, number, "Night Post", "2024-07-04", "2024-07-04") for number in range(total))
    plain = Listing(
        query,
        scope,
        articles=shown,
        sort=Sort.BEST,
        skip=0,
        counted=Counted.EVERY,
        matches=found,
        found=found,
        listed=total,
        close=3,
        close_or_more=False,
    )
    return replace(plain, **fields)


FERRY = article_of(
    draft("The ferry to Islay sails at dawn.", title="Ferry", author="Sam Hill", outlet="Night Post", published="2024")
)
ISLAY = ListedArticle(Quote(FERRY, 0, 33, (13, 18)), has_words=True)


def buttons(page: Page) -> list[str]:
    row = page.rows[-1]
    assert isinstance(row, tuple)
    return [f"[{one.label}]" if one.disabled else one.label for one in row]


def menus(page: Page) -> list[Choice]:
    return [row for row in page.rows if isinstance(row, Choice)]


@settings(max_examples=40)
@given(listings(), st.none() | hostile.filter(lambda text: text.strip() != "" and len(text) <= 300))
def test_a_page_is_within_every_limit_and_quotes_the_source(found: Listing, suggestion: str | None) -> None:
    long = len(found.query) > 300
    page = search_page(Found(found, suggestion=None if long else suggestion))
    assert complaints_about(page) == []
    shown = shown_quotes(page.text)
    assert len(shown) >= min(1, len(found.articles))
    assert all(words in one.quote.text for words, one in zip(shown, found.articles, strict=False))


@settings(max_examples=40)
@given(listings())
def test_words_that_a_command_takes_leave_room_for_five_articles_and_can_be_read_back(found: Listing) -> None:
    if len(found.query) > 300 or not found.articles:
        return
    page = search_page(Found(found))
    assert len(shown_quotes(page.text)) == len(found.articles)
    cards = [card.text for card in page.cards if isinstance(card, Card)]
    if "\n" not in found.query and "\r" not in found.query:
        assert question_searched(cards) == found.query.strip()


def test_a_searched_word_is_bold_and_the_count_is_said() -> None:
    page = search_page(Found(listing(ISLAY, total=12)))
    assert page.text == (
        "**islay dawn**\n12 articles mention this (12 in 2024). Showing 1.\n-# Counted by words: 12. By meaning: 3.\n"
        "**Ferry**\n> The ferry to **Islay** sails at dawn.\nNight Post · 2024 · A-1 ¶1"
    )


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"total": 1}, "1 article mentions this (1 in 2024). Showing 1."),
        ({"total": 2, "counted": Counted.SOME}, "No article has all of these words; 2 have some of them. Showing 1."),
        ({"total": 2, "counted": Counted.MEANING}, "No article has these words; 2 are close in meaning. Showing 1."),
        ({"total": 2, "found": ()}, "No article here mentions this; 2 elsewhere do. Showing 1."),
        ({"total": 12, "skip": 5}, "12 articles mention this (12 in 2024). Showing 6–6."),
        ({"total": 12, "close_or_more": True}, "Counted by words: 12. By meaning: at least 3."),
        (
            {"found": (Match(1, 1, None, None, None),), "sort": Sort.NEWEST},
            "1 article mentions this. Showing 1.\n-# Counted by words: 1. By meaning: 3.\n"
            "-# 1 without a date comes last.",
        ),
        ({"total": 99, "listed": 6, "skip": 5}, "These are the best 6. Newest first lists all."),
    ],
)
def test_what_is_counted_is_said(fields: dict[str, Any], line: str) -> None:
    assert line in search_page(Found(listing(ISLAY, **fields))).text


def test_the_newest_year_that_has_any_is_counted() -> None:
    found = (Match(1, 1, "a", "2023-01-01", "2023-12-31"), Match(2, 2, "b", "2021-02-03", "2021-02-03"))
    page = search_page(Found(listing(ISLAY, matches=found, found=found)))
    assert "2 articles mention this (1 in 2023). Showing 1." in page.text


def test_what_is_found_by_meaning_alone_is_marked() -> None:
    near = ListedArticle(Quote(FERRY, 0, 33), has_words=False)
    assert "A-1 ¶1 · by meaning" in search_page(Found(listing(near, total=1))).text


def test_pages_are_turned_by_rank_or_by_date() -> None:
    shown = [ISLAY] * 5
    best = search_page(Found(listing(*shown, total=12)))
    assert buttons(best) == ["[Prev]", "Next", "Newest first", "Timeline", "Get this as a digest"]
    newest = search_page(Found(listing(*shown, total=12, sort=Sort.NEWEST, skip=5)))
    assert buttons(newest) == ["Newer", "Older", "Best first", "Timeline", "Get this as a digest"]
    row = newest.rows[-1]
    assert isinstance(row, tuple)
    turns = [decode(one.action) for one in row[:2]]
    assert turns == [FindArticles("newest", 0), FindArticles("newest", 10)]
    oldest = search_page(Found(listing(*shown, total=12, sort=Sort.OLDEST, skip=10)))
    assert buttons(oldest) == ["Older", "[Newer]", "Best first", "Timeline", "Get this as a digest"]
    assert buttons(search_page(Found(listing(ISLAY, total=1)))) == ["Newest first", "Timeline", "Get this as a digest"]


def test_a_press_stays_in_the_scope_that_was_searched() -> None:
    scope = Scope(frozenset({"coast"}), "Night Post", dt.date(2024, 1, 1), dt.date(2024, 12, 31), "Sam Hill")
    page = search_page(Found(listing(*[ISLAY] * 5, total=12, scope=scope)))
    row = page.rows[-1]
    assert isinstance(row, tuple)
    assert decode(row[1].action) == find("best", scope, 5)
    assert len({find("best", other).encode() for other in (scope, EVERYTHING, Scope(outlet="Sam Hill"))}) == 3


def test_menus_narrow_and_widen_with_the_counts_that_a_choice_gives() -> None:
    found = (
        Match(1, 1, "Night Post", "2023-05-06", "2023-05-06"),
        Match(2, 2, "NIGHT POST", "2024-07-04", "2024-07-04"),
        Match(3, 3, "新闻", "2024-01-01", "2024-12-31"),
        Match(4, 4, None, None, None),
    )
    everything = search_page(Found(listing(ISLAY, matches=found, found=found)))
    read, outlets, dates = menus(everything)
    assert [option.label for option in outlets.options] == ["All outlets (4)", "NIGHT POST (2)", "新闻 (1)"]
    assert [option.label for option in dates.options] == ["Any time (4)", "2024 (2)", "2023 (1)"]
    assert (outlets.chosen, dates.chosen) == (ANY, ANY)
    assert decode(read.action) == FoundSelect()
    assert decode(read.options[0].value) == ReadArticle(1, 1, 0)

    year = Scope(outlet="night post", since=dt.date(2024, 1, 1), until=dt.date(2024, 12, 31))
    narrowed = search_page(Found(listing(ISLAY, scope=year, matches=found, found=tuple(within(found, year)))))
    _, outlets, dates = menus(narrowed)
    assert [option.label for option in outlets.options] == ["All outlets (2)", "NIGHT POST (1)", "新闻 (1)"]
    assert [option.label for option in dates.options] == ["Any time (2)", "All of 2024 (1)", "Jul 2024 (1)"]
    assert (outlets.chosen, dates.chosen) == (outlets.options[1].value, "2024")


def test_of_many_outlets_and_years_the_menus_say_which_are_offered() -> None:
    found = tuple(Match(n, n, f"Outlet {n:02}", f"{1980 + n}-01-01", f"{1980 + n}-01-01") for n in range(40))
    _, outlets, dates = menus(search_page(Found(listing(ISLAY, matches=found, found=found))))
    assert (len(outlets.options), outlets.placeholder) == (25, "By outlet: 24 of 40, those with the most")
    assert (len(dates.options), dates.placeholder) == (25, "By date: the newest 24 of 40 years")


@given(st.sampled_from(["2024", "2024-07", "0001", ANY]))
def test_dates_that_are_offered_are_read(value: str) -> None:
    first, last = dates_of(value)
    assert (first is None) == (last is None) == (value == ANY)


@given(hostile)
def test_other_texts_are_no_dates(value: str) -> None:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|any", value):
        with pytest.raises(ValueError):
            dates_of(value)


def test_finding_nothing_says_what_to_do() -> None:
    page = search_page(Found(listing(query="islay")))
    assert "No article mentions this.\nTry other words, or ask it as a question" in page.text
    assert buttons(page) == ["Ask it instead"]
    narrowed = search_page(Found(listing(query="islay", scope=Scope(outlet="Night Post"))))
    assert "Searched: Night Post\nNo article mentions this.\nSearch everything, or use other words." in narrowed.text
    assert buttons(narrowed) == ["Search everything", "Ask it instead"]


def test_other_words_that_the_archive_has_stand_by_themselves_to_be_read_back() -> None:
    page = search_page(Found(listing(query="isley"), suggestion="islay"))
    cards = [card for card in page.cards if isinstance(card, Card)]
    assert cards[1].text.endswith("Did you mean:")
    assert question_of(cards[2].text) == "islay"
    assert isinstance(cards[2].button, Button) and cards[2].button.label == "Search this"


def test_an_empty_archive_says_so() -> None:
    assert search_page(Found(listing(), archive_is_empty=True)).text.startswith("The archive is empty.")


@given(written, scopes)
def test_the_page_that_offers_to_swap_dates_is_within_every_limit(words: str, scope: Scope) -> None:
    page = dates_swapped_page(words, "newest", scope)
    assert complaints_about(page) == []
    row = page.rows[0]
    assert isinstance(row, tuple)
    action = decode(row[0].action)
    assert isinstance(action, FindArticles)
    assert (action.since, action.until) == (scope.until, scope.since)
