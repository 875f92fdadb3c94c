from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.faiss_index import ExactIndex
from retrieval.index.vector_index import numbers

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
    index = ExactIndex(DIMENSION)
    expected: dict[int, int] = {}
    for adding, ids, seed in steps:
        if adding:
            index.add(numbers(ids), np.array([vector(seed)] * len(ids), dtype=np.float32).reshape(-1, DIMENSION))
            expected.update(dict.fromkeys(ids, seed))
        else:
            index.remove(numbers(ids))
            for number in ids:
                expected.pop(number, None)
    assert len(index) == len(expected)
    held, rows = index.rows()
    assert held.tolist() == sorted(expected)
    for number, row in zip(held.tolist(), rows, strict=True):
        assert np.array_equal(row, vector(expected[number]))


@given(
    within=st.one_of(st.none(), st.lists(st.integers(1, 60), unique=True)),
    limit=st.integers(0, 50),
    question=st.integers(100, 110),
)
def test_search_gives_the_nearest_of_those_allowed(within: list[int] | None, limit: int, question: int) -> None:
    index = ExactIndex(DIMENSION)
    ids = list(range(1, 41))
    index.add(numbers(ids), np.array([vector(number) for number in ids]))
    asked = vector(question)
    allowed = [number for number in ids if within is None or number in within]
    nearest = sorted(allowed, key=lambda number: -float(vector(number) @ asked))[:limit]
    found = index.nearest(asked[np.newaxis], limit, None if within is None else numbers(within))[0]
    assert [number for number, _ in found] == nearest
    assert all(cosine == pytest.approx(float(vector(number) @ asked), abs=1e-3) for number, cosine in found)


def test_of_equal_ones_the_lower_number_comes_first() -> None:
    index = ExactIndex(DIMENSION)
    index.add(numbers([9, 4, 7]), np.array([vector(1)] * 3))
    assert [number for number, _ in index.nearest(vector(1)[np.newaxis], 3)[0]] == [4, 7, 9]


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="vectors of 8"):
        ExactIndex(DIMENSION).add(numbers([1]), np.zeros((1, 3), dtype=np.float32))
