"""The port to an index of vectors by passage number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Vectors

Ids = NDArray[np.int64]


class VectorIndex(Protocol):
    """Nearest passages by inner product. Holds nothing that the archive does not: it can be thrown away."""

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors under passage numbers; a number that is there already is replaced."""

    def remove(self, ids: Ids) -> None:
        """Forget passages; numbers that are not there are ignored."""

    def search(self, vectors: Vectors, limit: int, within: Ids | None = None) -> list[list[tuple[int, float]]]:
        """For each row the nearest (passage number, cosine), best first, at most `limit`; only `within` if given."""


def numbers(ids: Sequence[int]) -> Ids:
    return np.asarray(ids, dtype=np.int64)
