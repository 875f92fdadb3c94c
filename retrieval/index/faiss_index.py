"""The exact index made of FAISS: every vector is compared."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from retrieval.index.vector_index import Found, Halves, Ids, best_first
from retrieval.models.embedding import Vectors

FAISS: Any = faiss  # its stubs know the C++ constructors, not the friendlier ones that its Python layer adds


def one_thread() -> None:
    """Two threads were slower than one on a busy machine with two cores. Counts for the calling thread only."""
    faiss.omp_set_num_threads(1)


def half_precision(dimension: int) -> Any:
    """FAISS' store of float16 rows, compared by inner product."""
    return FAISS.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


class ExactIndex:
    """An exact scan over float16 vectors by passage number, inner product.

    Half precision is what the archive stores, so nothing is lost, and half the memory of float32: 0.8 GB a million
    passages of 384 dimensions. Removing moves all rows behind the removed one: for up to some 100,000 passages.
    """

    def __init__(self, dimension: int) -> None:
        self._flat = half_precision(dimension)
        self._index = FAISS.IndexIDMap2(self._flat)  # only points to what `_flat` has to keep
        self._highest = -1  # passage numbers only grow, so most additions need no look at what is there

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """The numbers of all passages in it, ascending."""
        return np.sort(self._unsorted_ids())

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Take in vectors under passage numbers; a number that is there already is replaced."""
        if len(ids) == 0:
            return
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"expected {len(ids)} vectors of {self.dimension} numbers, not {vectors.shape}")
        # The last one given for a number counts; FAISS itself would keep both.
        last = {int(number): row for row, number in enumerate(ids)}
        rows = np.fromiter(last.values(), dtype=np.int64, count=len(last))
        if int(ids.min()) <= self._highest:
            self.remove(ids)
        self._highest = max(self._highest, int(ids.max()))
        one_thread()
        self._index.add_with_ids(np.ascontiguousarray(vectors[rows], dtype=np.float32), np.ascontiguousarray(ids[rows]))

    def remove(self, ids: Ids) -> None:
        """Forget passages; numbers that are not there are ignored."""
        present = np.intersect1d(self._unsorted_ids(), ids)
        if len(present):
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(present, dtype=np.int64)))

    def nearest(self, queries: Vectors, limit: int, within: Ids | None = None) -> list[Found]:
        """For each row the nearest passages, at most `limit`; only those whose numbers are given, if they are."""
        limit = min(limit, len(self))
        if limit <= 0 or (within is not None and len(within) == 0):
            return [[] for _ in queries]
        parameters = None
        if within is not None:
            allowed = np.zeros(int(within.max()) + 1, dtype=bool)
            allowed[within] = True
            bits = np.packbits(allowed, bitorder="little")  # has to outlive the search
            parameters = FAISS.SearchParameters(sel=FAISS.IDSelectorBitmap(bits))
        one_thread()
        cosines, found = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), limit, params=parameters)
        return [
            best_first(numbers[numbers >= 0], row[numbers >= 0], limit)
            for numbers, row in zip(found, cosines, strict=True)
        ]

    def rows(self) -> tuple[Ids, Halves]:
        """(Numbers, ascending; their vectors), copied."""
        ids = self._unsorted_ids()
        codes = faiss.vector_to_array(self._flat.codes).view(np.float16).reshape(len(ids), self.dimension)
        order = np.argsort(ids)
        return ids[order], codes[order]

    def _unsorted_ids(self) -> Ids:
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
