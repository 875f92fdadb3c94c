from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clustered import clustered
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.errors import IndexUnusable
from retrieval.index.faiss_index import half_precision
from retrieval.index.growing_index import Contents, GrowingIndex, Growth, restored, sealed_anew
from retrieval.index.sealed_index import FEWEST, SealedIndex, can_be_sealed
from retrieval.index.vector_index import Found, Halves, Ids, numbers

DIMENSION = 16
FROM = 64
SMALL = Growth(sealed_from=FROM, least_tail=8, tail_share=0.1, removed_share=0.2)
POOL = clustered(400, DIMENSION, seed=1)  # a passage's vector is a row of it
QUESTIONS = clustered(5, DIMENSION, seed=2).astype(np.float32)


class Among:
    """What may be found, told beforehand; keeps the numbers that were asked about."""

    def __init__(self, ids: set[int], *, known: bool = False) -> None:
        self.ids = ids
        self.count = len(ids) if known else None
        self.read_whole = 0

    def among(self, ids: Ids) -> NDArray[np.bool_]:
        return np.array([number in self.ids for number in ids.tolist()], dtype=bool)

    def everything(self) -> Ids:
        self.read_whole += 1
        return numbers(sorted(self.ids))


def nearest(held: dict[int, int], question: NDArray[np.float32], limit: int) -> list[int]:
    cosines = {number: float(POOL[row].astype(np.float32) @ question) for number, row in held.items()}
    return sorted(cosines, key=lambda number: (-cosines[number], number))[:limit]


def is_right(found: Found, held: dict[int, int], question: NDArray[np.float32], limit: int) -> None:
    """By cosine, since ties and the last digit may fall either way."""
    assert len({number for number, _ in found}) == len(found) == min(limit, len(held))
    expected = [float(POOL[held[number]].astype(np.float32) @ question) for number in nearest(held, question, limit)]
    assert [cosine for _, cosine in found] == pytest.approx(expected, abs=2e-3)
    for number, cosine in found:  # never an old vector of a number, nor one that is gone
        assert cosine == pytest.approx(float(POOL[held[number]].astype(np.float32) @ question), abs=2e-3)


def filled(count: int, growth: Growth = SMALL) -> tuple[GrowingIndex, dict[int, int]]:
    index = GrowingIndex(DIMENSION, growth)
    index.add(numbers(range(1, count + 1)), POOL[np.arange(count) % len(POOL)].astype(np.float32))
    return index, {number: (number - 1) % len(POOL) for number in range(1, count + 1)}


IDS = st.lists(st.integers(1, 120), max_size=30, unique=True)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), IDS, st.integers(0, 399)),
        st.tuples(st.just("remove"), IDS, st.just(0)),
        st.tuples(st.sampled_from(["seal", "store"]), st.just([]), st.just(0)),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=60)
@given(
    steps=STEPS, limit=st.integers(1, 130), within=st.none() | st.sets(st.integers(1, 130)), start=st.integers(0, 110)
)
def test_whatever_happens_a_search_is_that_of_all_vectors(
    steps: list[tuple[str, list[int], int]], limit: int, within: set[int] | None, start: int
) -> None:
    index, held = filled(start)
    with tempfile.TemporaryDirectory() as place:
        for number, (step, ids, row) in enumerate(steps):
            if step == "add":
                rows = [(row + place) % len(POOL) for place in range(len(ids))]
                index.add(numbers(ids), POOL[rows].astype(np.float32).reshape(-1, DIMENSION))
                held.update(zip(ids, rows, strict=True))
            elif step == "remove":
                index.remove(numbers(ids))
                for gone in ids:
                    held.pop(gone, None)
            elif step == "seal":
                index = sealed_anew(index.contents(), SMALL)
                assert (index.sealed is not None) == (len(held) >= FROM)
            else:
                index = restored(written_and_read(index.contents(), Path(place) / str(number)), SMALL)
        assert len(index) == len(held)
        for question in QUESTIONS[:2]:
            is_right(index.search(question[np.newaxis], limit)[0], held, question, limit)
            if within is not None:
                seen = {number: row for number, row in held.items() if number in within}
                is_right(index.search(question[np.newaxis], limit, Among(within))[0], seen, question, limit)
                is_right(index.search(question[np.newaxis], limit, Among(within, known=True))[0], seen, question, limit)
        assert contents_of(index) == held


def written_and_read(contents: Contents, path: Path) -> Contents:
    if contents.sealed is None:
        return contents
    contents.sealed.save(path)
    loaded = SealedIndex.load(path, DIMENSION)
    return Contents(contents.dimension, loaded, contents.dead, contents.ids, contents.rows)


def contents_of(index: GrowingIndex) -> dict[int, int]:
    """The row of the pool that each number's vector is; rows of the pool differ."""
    rows = {row.tobytes(): number for number, row in enumerate(POOL)}
    ids, found = [], []
    for some, vectors in index.contents().portions():
        ids += some.tolist()
        found += [rows[vector.tobytes()] for vector in vectors]
    assert ids == sorted(set(ids))
    return dict(zip(ids, found, strict=True))


def test_it_is_due_when_it_is_large_and_again_when_much_changed() -> None:
    index, _ = filled(FROM - 1)
    assert not index.due
    index.add(numbers([1000]), POOL[:1].astype(np.float32))
    assert index.due
    index = sealed_anew(index.contents(), SMALL)
    assert not index.due
    index.add(numbers(range(2000, 2008)), POOL[:8].astype(np.float32))
    assert not index.due
    index.add(numbers([2008]), POOL[:1].astype(np.float32))
    assert index.due
    index = sealed_anew(index.contents(), SMALL)
    index.remove(numbers(range(1, 15)))
    assert not index.due
    index.remove(numbers([15]))
    assert index.due
    assert sealed_anew(index.contents(), SMALL).sealed is None  # too few are left


def test_vectors_that_cannot_be_cut_stay_with_an_exact_scan() -> None:
    assert can_be_sealed(384) and can_be_sealed(1024) and not can_be_sealed(50)
    index = GrowingIndex(50, SMALL)
    index.add(numbers(range(100)), clustered(100, 50, seed=1).astype(np.float32))
    assert not index.due
    assert sealed_anew(index.contents(), SMALL).sealed is None


COUNT, WIDE = 4000, 64
LARGE = clustered(COUNT, WIDE, seed=3)


def large(growth: Growth) -> GrowingIndex:
    index = GrowingIndex(WIDE, growth)
    index.add(numbers(range(COUNT)), LARGE.astype(np.float32))
    return sealed_anew(index.contents(), growth)


@pytest.fixture(scope="module")
def approximate() -> GrowingIndex:
    """So few candidates that the compressed vectors decide what is compared."""
    return large(Growth(sealed_from=COUNT, least_candidates=0))


def test_a_sealed_segment_finds_nearly_all_of_the_nearest(approximate: GrowingIndex) -> None:
    asked = clustered(100, WIDE, seed=4).astype(np.float32)
    best = np.argsort(-(asked @ LARGE.astype(np.float32).T), axis=1)[:, :2]
    found = [{number for number, _ in row} for row in approximate.search(asked, 2)]
    recall = sum(len(row & set(expected.tolist())) for row, expected in zip(found, best, strict=True)) / best.size
    assert 0.9 <= recall < 1  # 1 would mean that everything was compared


def test_what_is_marked_or_outside_is_never_found(approximate: GrowingIndex) -> None:
    index = restored(approximate.contents())
    asked = clustered(3, WIDE, seed=5).astype(np.float32)
    gone = {number for row in index.search(asked, 5) for number, _ in row}
    index.remove(numbers(sorted(gone)))
    found = index.search(asked, 5)
    assert all(len(row) == 5 and not gone & {number for number, _ in row} for row in found)
    odd = Among(set(range(1, COUNT, 2)))
    found = index.search(asked, 5, odd)
    assert all(len(row) == 5 and all(number % 2 and number not in gone for number, _ in row) for row in found)
    assert odd.read_whole == 0  # a wide scope: what is found is asked about, no more


def test_a_narrow_scope_is_compared_whole(approximate: GrowingIndex) -> None:
    asked = clustered(1, WIDE, seed=6).astype(np.float32)
    few = set(range(0, COUNT, 100))
    for narrow in (Among(few), Among(few, known=True)):
        found = [number for number, _ in approximate.search(asked, 5, narrow)[0]]
        cosines = LARGE.astype(np.float32) @ asked[0]
        assert found == sorted(few, key=lambda number: -cosines[number])[:5]
        assert narrow.read_whole == 1


def test_a_scope_that_changed_since_it_was_read_leaks_nothing() -> None:
    class Stale(Among):
        def everything(self) -> Ids:
            return numbers(range(1, 60))

    index, _ = filled(100)
    found = sealed_anew(index.contents(), SMALL).search(QUESTIONS[:1], 60, Stale({3, 5}, known=True))[0]
    assert {number for number, _ in found} == {3, 5}


def test_a_vector_that_is_no_number_is_not_found_under_the_number_of_another() -> None:
    rows = POOL[:40].copy()
    rows[7] = np.nan
    ids = numbers(range(1, 41))
    broken = SealedIndex.build(DIMENSION, iter([(ids, rows)]), 40)
    for places in (np.arange(40), np.arange(6, 9)):  # compared by a scan, and one by one
        found = [number for number, _ in broken.nearest_among(QUESTIONS[0], 40, places)]
        assert sorted(found) == [int(ids[place]) for place in places if place != 7]


def test_sealing_the_same_passages_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        sealed = large(Growth(sealed_from=COUNT)).sealed
        assert sealed is not None
        sealed.save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_sealing_can_be_broken_off() -> None:
    class Enough(Exception):
        pass

    def check() -> None:
        raise Enough

    index, _ = filled(100)
    with pytest.raises(Enough):
        sealed_anew(index.contents(), SMALL, check)


def segment(ids: list[int]) -> SealedIndex:
    def portions() -> Iterator[tuple[Ids, Halves]]:
        yield numbers(ids), POOL[: len(ids)]

    return SealedIndex.build(DIMENSION, portions(), len(ids))


def test_a_file_that_is_no_such_segment_is_refused(tmp_path: Path) -> None:
    import faiss

    (tmp_path / "noise").write_bytes(b"not an index at all")
    segment(list(range(FEWEST))).save(tmp_path / "other")
    faiss.write_index(half_precision(DIMENSION), str(tmp_path / "of another kind"))
    segment(list(reversed(range(FEWEST)))).save(tmp_path / "in disorder")
    whole = (tmp_path / "other").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    for name in ("noise", "of another kind", "in disorder", "missing", "cut"):
        with pytest.raises(IndexUnusable):
            SealedIndex.load(tmp_path / name, DIMENSION)
    with pytest.raises(IndexUnusable):
        SealedIndex.load(tmp_path / "other", 2 * DIMENSION)
    assert len(SealedIndex.load(tmp_path / "other", DIMENSION)) == FEWEST
