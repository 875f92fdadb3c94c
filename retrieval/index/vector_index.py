"""The port to an index of vectors by passage number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.models.embedding import Vectors

Ids = NDArray[np.int64]
"""Passage numbers."""

Halves = NDArray[np.float16]
"""Vectors as they are stored, one row a passage."""

Found = list[tuple[int, float]]
"""(Passage number, cosine), best first."""


class Allowed(Protocol):
    """Which passages a search may find."""

    @property
    def count(self) -> int | None:
        """How many those are, where that is known already."""

    def among(self, ids: Ids) -> NDArray[np.bool_]:
        """For each number whether that passage may be found; meant for some hundreds."""

    def everything(self) -> Ids:
        """All that may be found, ascending. Can take long the first time."""


class VectorIndex(Protocol):
    """Nearest passages by inner product. Holds nothing that the archive does not: it can be thrown away."""

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors under passage numbers; a number that is there already is replaced."""

    def remove(self, ids: Ids) -> None:
        """Forget passages; numbers that are not there are ignored."""

    def search(self, vectors: Vectors, limit: int, within: Allowed | None = None) -> list[Found]:
        """For each row the nearest passages, at most `limit`; only those that are allowed, if that is given."""


def numbers(ids: Sequence[int]) -> Ids:
    return np.asarray(ids, dtype=np.int64)


def best_first(ids: Ids, cosines: Vectors, limit: int) -> Found:
    """The `limit` highest cosines with their numbers; of equal ones the lower number first."""
    if len(ids) > limit:
        kept = cosines >= np.partition(cosines, -limit)[-limit]
        ids, cosines = ids[kept], cosines[kept]
    order = np.lexsort((ids, -cosines))[:limit]
    return [(int(ids[place]), float(cosines[place])) for place in order]
