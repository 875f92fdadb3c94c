from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import IndexUnusable
from retrieval.faiss_index import FaissIndex
from retrieval.vector_index import numbers

DIMENSION = 8


def vector(seed: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    row = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return (row / np.linalg.norm(row)).astype(np.float16).astype(np.float32)


STEPS = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(1, 30), max_size=6), st.integers(0, 5)),
    max_size=12,
)


@given(steps=STEPS)
def test_the_index_holds_what_was_added_last_and_not_removed(steps: list[tuple[bool, list[int], int]]) -> None:
    index = FaissIndex(DIMENSION)
    expected: dict[int, int] = {}
    for adding, ids, seed in steps:
        if adding:
            index.add(numbers(ids), np.array([vector(seed)] * len(ids), dtype=np.float32).reshape(-1, DIMENSION))
            expected.update(dict.fromkeys(ids, seed))
        else:
            index.remove(numbers(ids))
            for number in ids:
                expected.pop(number, None)
    assert index.ids().tolist() == sorted(expected)
    for number, seed in expected.items():
        assert np.array_equal(index.stored(number), vector(seed))


@given(
    within=st.one_of(st.none(), st.lists(st.integers(1, 60), unique=True)),
    limit=st.integers(0, 50),
    question=st.integers(100, 110),
)
def test_search_gives_the_nearest_of_those_allowed(within: list[int] | None, limit: int, question: int) -> None:
    index = FaissIndex(DIMENSION)
    ids = list(range(1, 41))
    index.add(numbers(ids), np.array([vector(number) for number in ids]))
    asked = vector(question)
    allowed = [number for number in ids if within is None or number in within]
    nearest = sorted(allowed, key=lambda number: -float(vector(number) @ asked))[:limit]
    found = index.search(asked[np.newaxis], limit, None if within is None else numbers(within))[0]
    assert [number for number, _ in found] == nearest
    assert all(cosine == pytest.approx(float(vector(number) @ asked), abs=1e-3) for number, cosine in found)


def test_a_saved_index_is_read_again(tmp_path: Path) -> None:
    index = FaissIndex(DIMENSION)
    index.add(numbers([3, 7]), np.array([vector(3), vector(7)]))
    index.save(tmp_path / "index")
    read = FaissIndex.load(tmp_path / "index", DIMENSION)
    read.add(numbers([7, 9]), np.array([vector(1), vector(9)]))
    assert read.ids().tolist() == [3, 7, 9]
    assert np.array_equal(read.stored(7), vector(1))


def test_a_file_that_is_no_such_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"not an index at all")
    FaissIndex(DIMENSION).save(tmp_path / "other")
    with pytest.raises(IndexUnusable):
        FaissIndex.load(tmp_path / "noise", DIMENSION)
    with pytest.raises(IndexUnusable):
        FaissIndex.load(tmp_path / "other", DIMENSION + 1)
    with pytest.raises(IndexUnusable):
        FaissIndex.load(tmp_path / "missing", DIMENSION)


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="vectors of 8"):
        FaissIndex(DIMENSION).add(numbers([1]), np.zeros((1, 3), dtype=np.float32))
