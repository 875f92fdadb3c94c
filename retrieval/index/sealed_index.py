"""A sealed segment made of FAISS: compressed vectors find candidates, the float16 vectors themselves compare them.

Quick where an exact scan is not, and never changed: `growing_index` puts what comes and goes beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.errors import IndexUnusable
from retrieval.index.faiss_index import FAISS, half_precision, one_thread
from retrieval.index.vector_index import Found, Halves, Ids, best_first
from retrieval.models.embedding import Vectors

# Product quantisation to 4 bits for 4 numbers each, scanned by "fast scan" (Andre, Kermarrec and Le Scouarnec, VLDB
# 2015): 96 x 4 bits at 384 dimensions. Beside others of FAISS in benchmarks/RESULTS.md.
NUMBERS_A_CODE = 4
BITS = 4
SEED = 1234  # of k-means: the same passages give the same segment, byte for byte
TRAINED = 16_384  # passages, evenly spread, to learn the codes from; FAISS draws 4,096 of them
FEWEST = 2**BITS  # passages to learn that many values of a code from

# Candidates that are compared exactly: so many, twice as many at a million as at 100,000 passages, and so many more for
# each that is wanted. benchmarks/RESULTS.md has the recall of other numbers, from 10 to 200 wanted.
LEAST_CANDIDATES = 400
MORE_FROM, MORE_POWER = 100_000, 0.3
CANDIDATES_A_HIT = 16
# A scan of everything takes as long as comparing this share of it one by one, from places all over the memory.
EXACT_SHARE = 1 / 8
SCANNED_SHARE = 1 / 8  # from this share of all on, a scan that skips what is not wanted beats picking the wanted

_PORTION = 2048  # rows handled at once: their copies stay in the processor's cache


Places = NDArray[np.int64]
"""Where passages stand in a segment, counted from 0."""


def can_be_sealed(dimension: int) -> bool:
    """Whether vectors of this length can be cut as the codes need it; those of all usual models can."""
    return dimension % (2 * NUMBERS_A_CODE) == 0


class SealedIndex:
    """Vectors by ascending passage numbers, for good. `dead` in its methods marks places that no longer count."""

    def __init__(self, codes: Any, halves: Any, ids: Ids) -> None:
        self.ids = ids
        self.dimension = int(halves.d)
        self._codes = codes
        self._halves = halves
        raw = FAISS.rev_swig_ptr(halves.codes.data(), halves.codes.size())  # a view: of a file, where it is loaded
        self._raw = raw.reshape(len(ids), 2 * self.dimension)
        self._scratch = half_precision(self.dimension)
        self._picked = np.empty((_PORTION, 2 * self.dimension), dtype=np.uint8)

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: Ids) -> Places:
        """The places of those passages that are in it; the others are left out."""
        places: Places = np.searchsorted(self.ids, ids)
        places[places == len(self)] = 0
        there: Places = places[self.ids[places] == ids]
        return there

    def rows(self, places: Places) -> Halves:
        """The vectors at these places, as they were given."""
        rows: Halves = self._raw[places].view(np.float16)
        return rows

    def nearest(
        self, queries: Vectors, limit: int, dead: NDArray[np.bool_], least_candidates: int = LEAST_CANDIDATES
    ) -> list[Found]:
        """For each row the nearest passages, at most `limit`: nearly always the right ones, with exact cosines."""
        buried = int(np.count_nonzero(dead))
        alive = len(self) - buried
        limit = min(limit, alive)
        if limit <= 0:
            return [[] for _ in queries]
        growth = max(1.0, len(self) / MORE_FROM) ** MORE_POWER
        wanted = int(least_candidates * growth) + CANDIDATES_A_HIT * limit
        if wanted >= EXACT_SHARE * alive:
            places = np.flatnonzero(~dead)
            return [self.nearest_among(query, limit, places) for query in queries]
        one_thread()
        asked = np.ascontiguousarray(queries, dtype=np.float32)
        _, found = self._codes.search(asked, min(len(self), wanted * len(self) // alive))
        return [
            self.nearest_among(query, limit, np.sort(places[(places >= 0) & ~dead[places]]))
            for query, places in zip(asked, found, strict=True)
        ]

    def nearest_among(self, query: Vectors, limit: int, places: Places) -> Found:
        """The nearest of the passages at these places, exactly."""
        asked = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        one_thread()
        if len(places) > SCANNED_SHARE * len(self):
            wanted = np.zeros(len(self), dtype=bool)
            wanted[places] = True
            bits = np.packbits(wanted, bitorder="little")  # has to outlive the search
            parameters = FAISS.SearchParameters(sel=FAISS.IDSelectorBitmap(bits))
            cosines, found = self._halves.search(asked, min(limit, len(places)), params=parameters)
            compared = found[0] >= 0  # not where a damaged vector is no number
            return best_first(self.ids[found[0][compared]], cosines[0][compared], limit)
        best_ids, best_cosines = [], []
        for start in range(0, len(places), _PORTION):
            some = places[start : start + _PORTION]
            # FAISS converts and compares float16 several times as fast as numpy, if the rows lie together.
            picked = np.take(self._raw, some, axis=0, out=self._picked[: len(some)], mode="clip")
            self._scratch.reset()
            self._scratch.add_sa_codes(picked)
            cosines, found = self._scratch.search(asked, min(limit, len(some)))
            compared = found[0] >= 0
            best_ids.append(self.ids[some[found[0][compared]]])
            best_cosines.append(cosines[0][compared])
        if not best_ids:
            return []
        return best_first(np.concatenate(best_ids), np.concatenate(best_cosines), limit)

    @classmethod
    def build(
        cls,
        dimension: int,
        portions: Iterable[tuple[Ids, Halves]],
        count: int,
        check: Callable[[], None] = lambda: None,
    ) -> SealedIndex:
        """From passages in ascending order of their numbers, about `count` of them.

        8 seconds of CPU and 0.9 GB of memory a million passages of 384 dimensions. `check` is called every few
        milliseconds and may raise.
        """
        one_thread()
        halves = half_precision(dimension)
        halves.codes.resize(2 * dimension * count)  # one block of memory in place of a growing one
        halves.codes.resize(0)
        numbers: list[Ids] = []
        for ids, rows in portions:
            check()
            numbers.append(ids)
            halves.add_sa_codes(np.ascontiguousarray(rows).view(np.uint8))
        ids = np.concatenate(numbers)
        raw = FAISS.rev_swig_ptr(halves.codes.data(), halves.codes.size()).reshape(len(ids), -1).view(np.float16)
        codes = FAISS.IndexPQFastScan(dimension, dimension // NUMBERS_A_CODE, BITS, faiss.METRIC_INNER_PRODUCT)
        codes.pq.cp.seed = SEED
        codes.pq.cp.min_points_per_centroid = 1  # or it complains on standard error
        codes.train(np.nan_to_num(raw[:: -(-len(ids) // TRAINED)].astype(np.float32), copy=False))
        for start in range(0, len(ids), _PORTION):
            check()
            codes.add(raw[start : start + _PORTION].astype(np.float32))
        return cls(codes, halves, ids)

    def save(self, path: Path) -> None:
        """Raises `IndexUnusable` when it cannot be written."""
        refined = FAISS.IndexRefine(self._codes, self._halves)
        stored = FAISS.IndexIDMap(half_precision(self.dimension))  # it can be made around an empty index only
        stored.index, stored.ntotal = refined, len(self)
        FAISS.copy_array_to_vector(np.ascontiguousarray(self.ids), stored.id_map)
        try:
            faiss.write_index(stored, str(path))
        except RuntimeError as error:
            raise IndexUnusable(
                f"cannot write the index to {path}: free some space or choose another folder"
            ) from error

    @classmethod
    def load(cls, path: Path, dimension: int) -> SealedIndex:
        """The file stays on disk, and is read where a search needs it: it must not be changed while this is in use.

        Raises `IndexUnusable` when it is no segment of ours with this dimension.
        """
        other = IndexUnusable(f"{path} is not an index of {dimension} dimensions: run briefing-bot index rebuild")
        try:
            stored = faiss.read_index(str(path), FAISS.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError) as error:  # the size of a damaged list can be anything
            raise IndexUnusable(f"cannot read the index {path}: run briefing-bot index rebuild") from error
        if not isinstance(stored, faiss.IndexIDMap) or stored.d != dimension:
            raise other
        refined = FAISS.downcast_index(stored.index)
        if not isinstance(refined, faiss.IndexRefine):
            raise other
        codes, halves = FAISS.downcast_index(refined.base_index), FAISS.downcast_index(refined.refine_index)
        ids = np.asarray(faiss.vector_to_array(stored.id_map), dtype=np.int64)
        fits = (
            isinstance(codes, faiss.IndexPQFastScan)
            and isinstance(halves, faiss.IndexScalarQuantizer)
            and halves.sq.qtype == faiss.ScalarQuantizer.QT_fp16
            and (codes.d, halves.d) == (dimension, dimension)
            and codes.ntotal == halves.ntotal == len(ids) > 0
            and bool((np.diff(ids) > 0).all())
        )
        if not fits:
            raise other
        loaded = cls(codes, halves, ids)
        loaded._whole = stored  # owns the parts
        return loaded

    _whole: Any = None
