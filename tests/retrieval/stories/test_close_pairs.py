"""Close pairs of vectors: the same as when each is compared with each, and few missed where that would be too many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as drawn

from retrieval.models.embedding import Vectors
from retrieval.stories import close_pairs as module
from retrieval.stories.close_pairs import EXACT, close_pairs


def around(centres: int, count: int, cosine: float, *, seed: int = 5, dimension: int = 48) -> Vectors:
    """So many unit vectors around each of some centres."""
    draw = np.random.default_rng(seed)
    middle = np.repeat(draw.normal(size=(centres, dimension)), count, axis=0)
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    noise = draw.normal(size=middle.shape)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    rows = middle + (1 / cosine**2 - 1) ** 0.5 * noise
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(drawn.arrays(np.float32, st.tuples(st.integers(0, 30), st.just(4)), elements=st.floats(-1, 1, width=32)))
@settings(max_examples=50)
def test_each_close_pair_comes_once(raw: Vectors) -> None:
    vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
    found = close_pairs(vectors, 0.5, len(vectors) + 1)
    cosines = vectors @ vectors.T
    expected = {
        (one, other)
        for one in range(len(vectors))
        for other in range(one + 1, len(vectors))
        if cosines[one, other] >= 0.5 + 1e-5
    }
    pairs = list(zip(found.ones.tolist(), found.others.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert expected <= set(pairs)
    np.testing.assert_allclose(found.likeness, [cosines[pair] for pair in pairs], atol=1e-6)


def test_only_the_nearest_are_paired() -> None:
    vectors = around(1, 40, 0.9)
    found = close_pairs(vectors, -1.0, 3)
    assert len(found.ones) <= 40 * 3
    nearest = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1:4]
    pairs = set(zip(found.ones.tolist(), found.others.tolist(), strict=True))
    assert pairs == {(min(row, int(near)), max(row, int(near))) for row, some in enumerate(nearest) for near in some}


def test_among_very_many_few_close_pairs_are_missed() -> None:
    vectors = around(EXACT // 4 + 500, 4, 0.9)
    assert len(vectors) > EXACT
    found = close_pairs(vectors, 0.7, 64)
    of_one_centre = found.ones // 4 == found.others // 4
    assert of_one_centre.sum() > 0.98 * (len(vectors) // 4) * 6


@pytest.mark.parametrize("count", [EXACT + 1, 2 * EXACT + 7])
def test_what_is_all_alike_comes_to_an_end(count: int) -> None:
    vectors = np.zeros((count, 8), dtype=np.float32)
    vectors[:, 0] = 1
    blocks = list(module._blocks(vectors))
    assert max(map(len, blocks)) <= EXACT
    assert set(np.concatenate(blocks).tolist()) == set(range(count))
