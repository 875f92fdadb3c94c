"""Vectors that lie in clusters, as those of texts do: for tests of indexes."""

from __future__ import annotations

import numpy as np

from retrieval.index.vector_index import Halves


def clustered(count: int, dimension: int, seed: int, centres: int = 20) -> Halves:
    """Unit vectors about some centres, spread in few directions; `seed` draws the vectors, all else stays."""
    fixed = np.random.default_rng(0)
    centre, directions = fixed.normal(size=(centres, dimension)), fixed.normal(size=(dimension // 8, dimension))
    drawn = np.random.default_rng(seed)
    rows = centre[drawn.integers(centres, size=count)] + drawn.normal(size=(count, dimension // 8)) @ directions / 4
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
