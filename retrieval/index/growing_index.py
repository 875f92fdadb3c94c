"""An index that grows: exact while it is small, then a sealed segment with what came and went since beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index.faiss_index import ExactIndex
from retrieval.index.sealed_index import FEWEST, LEAST_CANDIDATES, SealedIndex, can_be_sealed
from retrieval.index.vector_index import Allowed, Found, Halves, Ids
from retrieval.models.embedding import Vectors

PORTION = 4096  # rows handed on at once


@dataclass(frozen=True, slots=True)
class Growth:
    """When an index is sealed, and sealed anew. Shares are of the passages in the sealed segment."""

    sealed_from: int = 50_000  # passages; an exact scan of so many takes 3 ms of CPU, as long as a sealed million
    least_tail: int = 5_000  # passages that came since: 0.3 ms
    tail_share: float = 0.02  # a million is sealed anew after 20,000: 10 s of CPU, of the 900 s that encoding them took
    removed_share: float = 0.1  # every search compares so many in vain
    least_candidates: int = (
        LEAST_CANDIDATES  # of the sealed segment, compared exactly by each search, beside some for each passage wanted
    )


GROWTH = Growth()

# A search within a part of the archive looks at so many times `limit` passages, drops those outside, and if too few are
# left compares all passages of the part. A step that would not be enough for a part of that size is left out; what is
# not known is guessed from the step before. Both steps for 50 take 17 ms of CPU at a million, comparing 20,000 some 8.
OVERFETCH = (4, 16)
COMPARED_WHOLE = 20_000


@dataclass(frozen=True, slots=True)
class Contents:
    """What a `GrowingIndex` held at one moment; it does not change, so another thread may read it."""

    dimension: int
    sealed: SealedIndex | None
    dead: NDArray[np.bool_]  # one a place of `sealed`
    ids: Ids  # the tail, ascending
    rows: Halves

    def __len__(self) -> int:
        return len(self.dead) - int(np.count_nonzero(self.dead)) + len(self.ids)

    @property
    def removed(self) -> Ids:
        """Passages of the sealed segment that no longer count."""
        return np.empty(0, dtype=np.int64) if self.sealed is None else self.sealed.ids[self.dead]

    def portions(self) -> Iterator[tuple[Ids, Halves]]:
        """Every passage with its vector, by ascending numbers."""
        places = np.flatnonzero(~self.dead)
        older = np.empty(0, dtype=np.int64) if self.sealed is None else self.sealed.ids[places]
        ids = np.concatenate([older, self.ids])
        order = np.argsort(ids, kind="stable")
        for start in range(0, len(order), PORTION):
            some = order[start : start + PORTION]
            rows = np.empty((len(some), self.dimension), dtype=np.float16)
            late = some >= len(older)
            rows[late] = self.rows[some[late] - len(older)]
            if self.sealed is not None:
                rows[~late] = self.sealed.rows(places[some[~late]])
            yield ids[some], rows


class GrowingIndex:
    """Passages by number: a sealed segment, or none; a tail of what came since; marks on what was removed since.

    Without a sealed segment a search is exact. With one it finds nearly all (benchmarks/RESULTS.md); cosines are exact.
    """

    def __init__(self, dimension: int, growth: Growth = GROWTH, sealed: SealedIndex | None = None) -> None:
        self._growth = growth
        self._sealed = sealed
        self._dead = np.zeros(0 if sealed is None else len(sealed), dtype=bool)
        self._buried = 0
        self._tail = ExactIndex(dimension)

    @property
    def dimension(self) -> int:
        return self._tail.dimension

    @property
    def sealed(self) -> SealedIndex | None:
        return self._sealed

    def __len__(self) -> int:
        return len(self._dead) - self._buried + len(self._tail)

    @property
    def due(self) -> bool:
        """Whether it should be sealed, or sealed anew."""
        if self._sealed is None:
            return can_be_sealed(self.dimension) and len(self._tail) >= max(self._growth.sealed_from, FEWEST)
        size = len(self._sealed)
        longest = max(self._growth.least_tail, self._growth.tail_share * size)
        return len(self._tail) > longest or self._buried > self._growth.removed_share * size

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors under passage numbers; a number that is there already is replaced."""
        self._bury(ids)
        self._tail.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Forget passages; numbers that are not there are ignored."""
        self._bury(ids)
        if len(self._tail):
            self._tail.remove(ids)

    def search(self, vectors: Vectors, limit: int, within: Allowed | None = None) -> list[Found]:
        """As `VectorIndex.search`."""
        if limit <= 0:
            return [[] for _ in vectors]
        if within is None:
            return self._nearest(vectors, limit)
        return [self._nearest_within(query, limit, within) for query in vectors]

    def contents(self) -> Contents:
        ids, rows = self._tail.rows()
        return Contents(self.dimension, self._sealed, self._dead.copy(), ids, rows)

    def _nearest(self, queries: Vectors, limit: int) -> list[Found]:
        late = self._tail.nearest(queries, limit)
        if self._sealed is None:
            return late
        early = self._sealed.nearest(queries, limit, self._dead, self._growth.least_candidates)
        return [_merged(*both, limit) for both in zip(early, late, strict=True)]

    def _nearest_within(self, query: Vectors, limit: int, within: Allowed) -> Found:
        size: float | None = within.count
        for times in OVERFETCH:
            if size is not None and (size <= COMPARED_WHOLE or times * size < len(self)):
                continue
            found = self._nearest(query[np.newaxis], times * limit)[0]
            kept = _only(found, within)
            if len(kept) >= limit or len(found) == len(self):
                return kept[:limit]
            size = len(kept) / len(found) * len(self)
        ids = within.everything()
        late = self._tail.nearest(query[np.newaxis], limit, ids)[0]
        early: Found = []
        if self._sealed is not None:
            places = self._sealed.places(ids)
            early = self._sealed.nearest_among(query, limit, places[~self._dead[places]])
        return _only(_merged(early, late, limit), within)  # asked again: what was read before can be out of date

    def _bury(self, ids: Ids) -> None:
        if self._sealed is not None:
            self._dead[self._sealed.places(ids)] = True
            self._buried = int(np.count_nonzero(self._dead))


def restored(contents: Contents, growth: Growth = GROWTH) -> GrowingIndex:
    """An index that holds the same, for what is added and removed from now on."""
    index = GrowingIndex(contents.dimension, growth, contents.sealed)
    if contents.sealed is not None:
        index._bury(contents.removed)
    for start in range(0, len(contents.ids), PORTION):
        index.add(contents.ids[start : start + PORTION], contents.rows[start : start + PORTION].astype(np.float32))
    return index


def sealed_anew(contents: Contents, growth: Growth = GROWTH, check: Callable[[], None] = lambda: None) -> GrowingIndex:
    """An index of the same passages in one sealed segment, or with none where they became few.

    Takes seconds; `check` is called every few milliseconds and may raise.
    """
    return built(contents.dimension, contents.portions(), len(contents), growth, check)


def built(
    dimension: int,
    portions: Iterator[tuple[Ids, Halves]],
    count: int,
    growth: Growth = GROWTH,
    check: Callable[[], None] = lambda: None,
) -> GrowingIndex:
    """An index of `count` passages, given by ascending numbers: sealed if they are many, else exact."""
    if count >= max(growth.sealed_from, FEWEST) and can_be_sealed(dimension):
        return GrowingIndex(dimension, growth, SealedIndex.build(dimension, portions, count, check))
    index = GrowingIndex(dimension, growth)
    for ids, rows in portions:
        check()
        index.add(ids, rows.astype(np.float32))
    return index


def _only(found: Found, within: Allowed) -> Found:
    allowed = within.among(np.fromiter((number for number, _ in found), dtype=np.int64, count=len(found)))
    return [one for one, may in zip(found, allowed, strict=True) if may]


def _merged(one: Found, other: Found, limit: int) -> Found:
    return sorted([*one, *other], key=lambda found: (-found[1], found[0]))[:limit]
