"""What `/search` counts and lists, beside a count by hand."""

from __future__ import annotations

import calendar
import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from drafts import archived, draft
from fakes import WordHashEmbedder, WordOverlapReranker
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_desk import CALIBRATION

from corpus.archive import Archive
from corpus.article import EVERYTHING, Draft, Scope
from retrieval.answers.answering import Answerer
from retrieval.article_listing import MOST_BY_RANK, list_articles, searched_words
from retrieval.facets import by_month, by_outlet, by_year, undated
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.listing import Counted, Listing, Sort
from retrieval.models.reranking import Reranker
from retrieval.questions.question import understand
from retrieval.search import Searcher
from retrieval.stemming import Stemmer

WORDS = ("harbour", "ferry", "silt", "lighthouse")
OUTLETS = ("Harbour Gazette", "HARBOUR GAZETTE", "Night Post", "新闻", None)


def answerer_over(archive: Archive, folder: Path, reranker: Reranker | None = None) -> Answerer:
    embedder = WordHashEmbedder()
    embed_missing(archive, embedder)
    index = LiveIndex.open(folder, archive, embedder)
    return Answerer(archive, Searcher(archive, index, embedder, reranker or WordOverlapReranker()), CALIBRATION)


def listing_of(
    archive: Archive, text: str, scope: Scope = EVERYTHING, *, sort: Sort = Sort.NEWEST, skip: int = 0, count: int = 5
) -> Listing:
    with tempfile.TemporaryDirectory() as folder:
        return list_articles(text, answerer_over(archive, Path(folder)), scope, sort=sort, skip=skip, count=count)


days = st.dates(dt.date(2023, 11, 1), dt.date(2025, 2, 1)).map(dt.date.isoformat)
drafts = st.builds(
    lambda words, published, outlet, collection: draft(
        " ".join(words), published=published, outlet=outlet, list_name=collection
    ),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.none() | days | days.map(lambda day: day[:7]) | days.map(lambda day: day[:4]),
    st.sampled_from(OUTLETS),
    st.sampled_from(("Coast", "Closed")),
)
scopes = st.builds(
    Scope,
    collections=st.sampled_from((None, frozenset({"Coast"}), frozenset())),
    outlet=st.sampled_from((None, "harbour gazette", "Night Post")),
    since=st.none() | st.dates(dt.date(2023, 12, 1), dt.date(2024, 6, 1)),
    until=st.none() | st.dates(dt.date(2024, 6, 1), dt.date(2025, 1, 1)),
)


def by_hand(kept: list[Draft], words: list[str], scope: Scope) -> set[int]:
    """The numbers of the articles in a scope that have every one of some words."""
    found = set()
    for number, one in enumerate(kept, start=1):
        between = one.days()
        if scope.collections is not None and one.list_name not in scope.collections:
            continue
        if scope.outlet is not None and (one.outlet or "").casefold() != scope.outlet.casefold():
            continue
        if scope.dated and between is None:
            continue
        if between is not None and scope.since is not None and between[1] < scope.since:
            continue
        if between is not None and scope.until is not None and between[0] > scope.until:
            continue
        if set(words) <= set(one.text.split()):
            found.add(number)
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(drafts, min_size=1, max_size=25),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True),
    scopes,
)
def test_every_count_is_what_counting_by_hand_gives(kept: list[Draft], words: list[str], scope: Scope) -> None:
    with Archive.empty() as archive:
        for one in kept:
            archived(archive, one)
        listing = listing_of(archive, " ".join(words), scope)
    audience = Scope(collections=scope.collections)
    if not by_hand(kept, words, audience):
        assert listing.counted is not Counted.EVERY
        return
    assert listing.counted is Counted.EVERY
    assert {match.article for match in listing.matches} == by_hand(kept, words, audience)
    assert {match.article for match in listing.found} == by_hand(kept, words, scope)
    assert listing.total == len(listing.found)

    narrowed = {name: len(by_hand(kept, words, Scope(audience.collections, name))) for name in OUTLETS if name}
    assert {name.casefold(): count for name, count in by_outlet(listing.matches)} == {
        name.casefold(): count for name, count in narrowed.items() if count
    }
    for year in (2023, 2024, 2025):
        whole = Scope(audience.collections, None, dt.date(year, 1, 1), dt.date(year, 12, 31))
        assert dict(by_year(listing.matches)).get(year, 0) == len(by_hand(kept, words, whole))
        months = dict(by_month(listing.matches, year))
        for month in range(1, 13):
            first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
            one = Scope(audience.collections, None, first, last)
            assert months.get(month, 0) == len(by_hand(kept, words, one))
    dated = Scope(audience.collections, None, dt.date.min, dt.date.max)
    assert undated(listing.matches) == len(listing.matches) - len(by_hand(kept, words, dated))


@settings(max_examples=25, deadline=None)
@given(st.lists(drafts, min_size=1, max_size=17), scopes, st.sampled_from((Sort.NEWEST, Sort.OLDEST)))
def test_turning_the_pages_shows_every_article_once_in_order_of_date(
    kept: list[Draft], scope: Scope, sort: Sort
) -> None:
    with Archive.empty() as archive, tempfile.TemporaryDirectory() as folder:
        for one in kept:
            archived(archive, one)
        answerer = answerer_over(archive, Path(folder))
        shown: list[int] = []
        for skip in range(0, 20, 5):
            listing = list_articles("harbour", answerer, scope, sort=sort, skip=skip, count=5)
            if listing.skip != skip:
                break
            shown += [one.article.number for one in listing.articles]
            assert listing.listed == len(listing.found)
            assert all(one.quote.text in one.article.text for one in listing.articles)
    assert sorted(shown) == [match.article for match in listing.found]
    between = [kept[number - 1].days() for number in shown]
    dated = [one for one in between if one is not None]
    assert between == [*dated, *[None] * (len(between) - len(dated))]
    assert dated == (
        sorted(dated, key=lambda one: one[1], reverse=True)
        if sort is Sort.NEWEST
        else sorted(dated, key=lambda one: one[0])
    )


def test_where_no_article_has_all_words_those_that_have_some_are_counted() -> None:
    with Archive.empty() as archive:
        archived(archive, draft("The harbour was dredged."))
        archived(archive, draft("The ferry sails at dawn."))
        archived(archive, draft("Prices rose."))
        listing = listing_of(archive, "harbour ferry")
        assert (listing.counted, listing.total) == (Counted.SOME, 2)
        assert [one.has_words for one in listing.articles] == [True, True]


def test_what_no_article_mentions_is_counted_by_meaning() -> None:
    with Archive.empty() as archive:
        archived(archive, draft("Out of the harbour.", published="2024"))
        archived(archive, draft("Prices rose."))
        listing = listing_of(archive, "out of the zebra")
        assert (listing.counted, listing.total, listing.close) == (Counted.MEANING, 0, 1)
        assert [one.article.number for one in listing.articles] == [1]
        assert not listing.articles[0].has_words
        nothing = listing_of(archive, "zebra")
        assert (nothing.counted, nothing.total, nothing.close, nothing.articles) == (Counted.MEANING, 0, 0, ())


def test_other_postings_of_an_article_are_neither_counted_nor_listed() -> None:
    with Archive.empty() as archive:
        first = archived(archive, draft("The harbour was dredged.", published="2024-01-01"))
        archived(archive, draft("The harbour was dredged.", published="2024-01-03"), duplicate_of=first.number)
        for sort in Sort:
            listing = listing_of(archive, "harbour", sort=sort)
            assert listing.total == listing.listed == len(listing.articles) == 1


def test_the_best_may_be_close_in_meaning_alone_and_says_so() -> None:
    with Archive.empty() as archive:
        archived(archive, draft("The harbour was dredged by the council of the port."))
        archived(archive, draft("The council port met."))
        listing = listing_of(archive, "harbour council port", sort=Sort.BEST)
        assert [one.article.number for one in listing.articles] == [1, 2]
        assert [one.has_words for one in listing.articles] == [True, False]
        assert (listing.total, listing.close, listing.close_or_more) == (1, 2, False)


def test_a_listed_article_that_has_the_words_shows_where() -> None:
    class Contrary(WordOverlapReranker):
        """Finds best what has none of the words."""

        def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
            return -super().scores(question, texts)

    with Archive.empty() as archive, tempfile.TemporaryDirectory() as folder:
        archived(archive, draft("Boats came and went all day long. The harbour was dredged. The council met at noon."))
        answerer = answerer_over(archive, Path(folder), Contrary())
        assert "harbour" not in answerer.search("harbour").hits[0].text
        listing = list_articles("harbour", answerer, EVERYTHING, sort=Sort.BEST, skip=0, count=5)
        assert [one.quote.text for one in listing.articles] == ["The harbour was dredged."]


@pytest.mark.parametrize("sort", list(Sort))
def test_a_page_beyond_the_end_is_the_last_one(sort: Sort) -> None:
    with Archive.empty() as archive:
        for number in range(7):
            archived(archive, draft(f"The harbour was dredged {number} times.", published=f"2024-01-0{number + 1}"))
        listing = listing_of(archive, "harbour", sort=sort, skip=10**18)
        assert (listing.skip, len(listing.articles), listing.listed) == (5, 2, 7)


@pytest.mark.parametrize(
    ("asked", "text", "bold"),
    [
        ("overdose deaths", "Of all deaths, overdose death is the first.", "overdose death"),
        ("precursors", "The precursor was listed.", "precursor"),
        ("1-boc-4-AP", "They named 1-boc-4-AP too.", "1-boc-4-AP"),
        ("会议", "中国外交部发言人在北京说，会议在北京举行。", "会议"),
        ("ferry", "Nothing of the kind.", None),
    ],
)
def test_the_longest_run_of_searched_words_is_highlighted(asked: str, text: str, bold: str | None) -> None:
    found = searched_words(understand(asked), text, Stemmer())
    assert (text[slice(*found)] if found else None) == bold


@given(st.text(max_size=60), st.text(max_size=200))
def test_what_is_highlighted_lies_in_the_text(asked: str, text: str) -> None:
    found = searched_words(understand(asked), text, Stemmer())
    assert found is None or 0 <= found[0] < found[1] <= len(text)


def test_only_the_best_are_ranked() -> None:
    with Archive.empty() as archive:
        for number in range(MOST_BY_RANK + 3):
            archived(archive, draft(f"The harbour was dredged {number} times."))
        listing = listing_of(archive, "harbour", sort=Sort.BEST)
        assert (listing.total, listing.listed) == (MOST_BY_RANK + 3, MOST_BY_RANK)
