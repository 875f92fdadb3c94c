from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from drafts import NOON, draft
from fakes import WordHashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Scope
from corpus.posting_records import PostingKeys
from retrieval.index.catch_up import LiveIndex
from retrieval.index.growing_index import Growth
from retrieval.index.passage_vectors import embed_missing
from retrieval.index.scoped_passages import ScopeCache
from retrieval.index.vector_index import numbers

SCOPES = [
    Scope(collections=frozenset({"news"})),
    Scope(collections=frozenset()),
    Scope(collections=frozenset({"NEWS", "mail"}), since=dt.date(2024, 5, 10)),
    Scope(outlet="the coast"),
    Scope(since=dt.date(2024, 5, 3), until=dt.date(2024, 5, 4)),
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 30)),
        st.tuples(st.just("remove"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["embed", "save", "look"]), st.just(0)),
    ),
    max_size=25,
)


def add(archive: Archive, number: int) -> None:
    with archive.transaction():
        archive.add(
            draft(
                f"Words of number {number}.",
                title=None,
                outlet=("The Coast", "The Hill", None)[number % 3],
                published=f"2024-05-{number % 20 + 1:02}" if number % 4 else None,
            ),
            collection=("news", "mail")[number % 2],
            original=b"",
            keys=PostingKeys(None, str(number), None, ()),
            now=NOON,
            news=False,
        )


@settings(deadline=None, max_examples=40)
@given(steps=STEPS, limit=st.integers(1, 12))
def test_a_search_finds_what_the_scope_sees_now_and_nothing_else(steps: list[tuple[str, int]], limit: int) -> None:
    embedder = WordHashEmbedder(dimension=16)
    asked = embedder.embed_questions(["words of number 3"])
    growth = Growth(sealed_from=20, least_tail=4)
    with tempfile.TemporaryDirectory() as place, Archive.empty() as archive:
        live = LiveIndex.open(Path(place), archive, embedder, growth=growth)
        for number in range(25):
            add(archive, number)
        for step, number in [*steps, ("look", 0)]:
            if step == "add":
                add(archive, number)
            elif step == "remove":
                with archive.transaction():
                    archive.remove([number], NOON)
            elif step == "embed":
                embed_missing(archive, embedder)
            else:
                live.catch_up()
                if step == "save":
                    live.save()  # which seals it
                stored = {number for number, _ in archive.passages.vectors(embedder.name)}
                for scope in SCOPES:
                    seen = stored & set(archive.passages.ids_within(scope))
                    found = [number for number, _ in live.search(asked, limit, scope)[0]]
                    assert set(found) <= seen
                    assert len(found) == min(limit, len(seen))


def test_only_newer_passages_are_read_again_and_old_scopes_are_forgotten() -> None:
    with Archive.empty() as archive:
        for number in range(6):
            add(archive, number)
        cache = ScopeCache(archive.passages, most=2)
        scope = SCOPES[0]
        first = cache.of(scope)
        assert first.count is None
        assert first.everything().tolist() == [1, 3, 5]
        for number in range(6, 9):
            add(archive, number)
        assert cache.of(scope) is first
        assert first.everything().tolist() == [1, 3, 5, 7, 9]
        assert first.count == 5
        assert first.among(numbers([9, 8, 7])).tolist() == [True, False, True]
        cache.of(SCOPES[1])
        cache.of(SCOPES[2])
        assert cache.of(scope) is not first
