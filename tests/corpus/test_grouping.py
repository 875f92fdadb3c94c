"""The earliest posting is the main one, whatever the order of import; no chains; numbers are never given out again."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

import pytest
from drafts import NOON
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article, BlockKind, RawBlock, RawItem, Scope, Window
from corpus.grouping import restore
from corpus.ingest import Status, ingest

SENTENCES = [
    f"The {noun} of the harbour town was {verb} by the {who}, which people on the {where} had long expected to see."
    for noun, verb, who, where in zip(
        "council market library bridge school tower theatre garden railway station chapel museum".split(),
        "opened closed painted measured sold rented bought moved cleaned drawn praised found".split(),
        "mayor bishop captain farmer baker teacher doctor tailor miller painter sailor judge".split(),
        "island hill coast river plain lake border ridge moor bay cape heath".split(),
        strict=True,
    )
]
WHOLE = tuple(SENTENCES)


def posting(
    name: str, *sentences: str, day: int | None = None, external_id: str | None = None, message_id: str | None = ""
) -> RawItem:
    return RawItem(
        source=name,
        format="mbox",
        original=name.encode(),
        blocks=tuple(RawBlock(BlockKind.PARAGRAPH, one) for one in sentences),
        subject=f"The news of {name}",
        sender_name="Ana Bee",
        posted=None if day is None else NOON + dt.timedelta(days=day),
        message_id=f"{name}@lists.example" if message_id == "" else message_id,
        external_id=external_id,
    )


def read(archive: Archive, *items: RawItem, backfill: bool = False) -> list[Status]:
    return [
        report.status for report in ingest(archive, items, collection="list", backfill=backfill, clock=lambda: NOON)
    ]


def by_name(archive: Archive) -> dict[str, Article]:
    return {(article.message_id or "").split("@")[0]: article for article in archive.articles()}


def assert_sound(archive: Archive) -> None:
    """No chains, and passages exactly where there is something to search."""
    for article in archive.articles():
        passages = archive.passages.of_article(article.number)
        assert all(passage.revision == article.revision for passage in passages)
        if article.duplicate_of is not None:
            main = archive.article(article.duplicate_of)
            assert main is not None and main.duplicate_of is None
        assert bool(passages) is (article.duplicate_of is None or article.external_id is not None)
        assert article.excerpt_of != article.number


def folded(archive: Archive) -> dict[str, str]:
    names = {article.number: name for name, article in by_name(archive).items()}
    return {name: names[one.duplicate_of] for name, one in by_name(archive).items() if one.duplicate_of}


POSTINGS = (
    posting("first", *WHOLE, day=1),
    posting("greeted", "Worth reading.", *WHOLE, day=2),
    posting("again", *WHOLE, day=3),
    posting("trimmed", *WHOLE[:-1], day=4),
    posting("corrected", *WHOLE[:5], WHOLE[5].replace("was", "was not"), *WHOLE[6:], day=5),
    posting("corrected again", *WHOLE[:5], WHOLE[5].replace("was", "was not"), *WHOLE[6:], day=6),
    posting("half", *WHOLE[:5], day=7),
    posting("other", *SENTENCES[::-1][:3], "Something else stands here, and it is about the weather.", day=0),
)


def test_any_order_of_import_folds_the_same_postings_into_the_same_main_ones() -> None:
    luck = random.Random(5)
    orders = [POSTINGS, POSTINGS[::-1], *(tuple(luck.sample(POSTINGS, len(POSTINGS))) for _ in range(4))]
    for order in orders:
        with Archive.empty() as archive:
            read(archive, *order)
            assert_sound(archive)
            assert folded(archive) == {
                "greeted": "first",
                "again": "first",
                "trimmed": "first",
                "corrected again": "corrected",
            }
            found = by_name(archive)
            assert found["half"].excerpt_of in (found["first"].number, found["corrected"].number)


@settings(deadline=None, max_examples=12)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("import"), st.integers(0, len(POSTINGS) - 1)),
            st.tuples(st.sampled_from(["remove", "restore"]), st.integers(1, len(POSTINGS))),
        ),
        max_size=10,
    )
)
def test_whatever_happens_there_is_no_chain_and_no_number_twice(steps: list[tuple[str, int]]) -> None:
    owners: dict[int, str] = {}
    passages: dict[int, tuple[int, str]] = {}
    with Archive.empty() as archive:
        for step, which in steps:
            if step == "import":
                read(archive, POSTINGS[which])
            else:
                with archive.transaction():
                    archive.remove([which], NOON) if step == "remove" else restore(archive, [which])
            assert_sound(archive)
            for article in archive.articles():
                assert owners.setdefault(article.number, article.message_id or "") == article.message_id
                for passage in archive.passages.of_article(article.number):
                    place = (article.number, article.revision)
                    assert passages.setdefault(passage.id, place) == place
        present = by_name(archive)
        copies = [present[name] for name in ("first", "again") if name in present]
        if len(copies) == 2:
            assert (copies[0].duplicate_of, copies[1].duplicate_of) == (None, copies[0].number)


def test_an_earlier_posting_that_comes_later_becomes_the_main_one() -> None:
    first, _, again, *_ = POSTINGS
    with Archive.empty() as archive:
        read(archive, again)
        old = {passage.id for passage in archive.passages.of_article(1)}
        assert read(archive, first) == [Status.ADDED]
        assert folded(archive) == {"again": "first"}
        assert archive.passages.of_article(1) == []
        assert archive.passages.of_article(2)
        gone = {line.passage for line in archive.passages.journal(after=0) if line.model is None}
        assert gone == old
        assert len(archive.passages.matching("council", limit=9, scope=Scope())) == 1
        assert read(archive, first, again) == [Status.SAME, Status.SAME]


def test_removing_the_main_posting_promotes_the_next_earliest_and_restoring_undoes_it() -> None:
    first, _, again, trimmed, *_ = POSTINGS
    with Archive.empty() as archive:
        read(archive, first, trimmed, again)
        with archive.transaction():
            archive.remove([1], NOON)
        assert folded(archive) == {"trimmed": "again"}
        assert_sound(archive)
        with archive.transaction():
            assert restore(archive, [1]) == [1]
        assert folded(archive) == {"trimmed": "first", "again": "first"}
        assert_sound(archive)


def test_an_article_that_comes_after_its_excerpt_is_linked_too() -> None:
    for order in itertools.permutations((POSTINGS[0], POSTINGS[6])):
        with Archive.empty() as archive:
            assert read(archive, *order) == [Status.ADDED, Status.ADDED]
            found = by_name(archive)
            assert found["half"].excerpt_of == found["first"].number
            assert found["first"].excerpt_of is None
            assert_sound(archive)


def test_a_duplicate_that_is_corrected_is_a_source_of_its_own() -> None:
    one = posting("one", *WHOLE, external_id="one", message_id=None)
    two = posting("two", *WHOLE, external_id="two", message_id=None)
    with Archive.empty() as archive:
        assert read(archive, one, two) == [Status.ADDED, Status.DUPLICATE]
        changed = posting("two", *WHOLE[:3], "It cost 14 million.", *WHOLE[3:], external_id="two", message_id=None)
        assert read(archive, changed) == [Status.UPDATED]
        second = archive.article(2)
        assert second is not None and second.duplicate_of is None
        assert read(archive, two) == [Status.UPDATED]
        second = archive.article(2)
        assert second is not None and second.duplicate_of == 1


def test_words_that_are_no_news_are_no_news_under_another_number() -> None:
    first, _, again, *_, other = POSTINGS
    with Archive.empty() as archive:
        read(archive, again)  # the first import
        read(archive, first, other)
        assert archive.news(Window(0, archive.last_arrival())) == [3]


@pytest.mark.parametrize("days", [(None, None), (None, 3), (3, 3)])
def test_where_nobody_knows_which_was_first_what_was_there_first_stays(days: tuple[int | None, int | None]) -> None:
    one, two = posting("one", *WHOLE, day=days[0]), posting("two", "Worth reading.", *WHOLE, day=days[1])
    with Archive.empty() as archive:
        assert read(archive, one, two) == [Status.ADDED, Status.DUPLICATE]


def test_a_clock_that_stood_at_its_beginning_says_nothing() -> None:
    epoch = replace(posting("epoch", *WHOLE), posted=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    with Archive.empty() as archive:
        assert read(archive, POSTINGS[0], epoch) == [Status.ADDED, Status.DUPLICATE]
