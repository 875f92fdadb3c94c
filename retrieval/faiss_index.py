"""The vector index made of FAISS; the only module that imports it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from retrieval.embedding import Vectors
from retrieval.errors import IndexUnusable
from retrieval.vector_index import Ids

_FAISS: Any = faiss  # its stubs know the C++ constructors, not the friendlier ones that its Python layer adds

faiss.omp_set_num_threads(1)  # two threads were slower than one on a busy machine with two cores


class FaissIndex:
    """An exact scan over float16 vectors by passage number, inner product.

    Half precision is what the archive stores, so nothing is lost, and half the memory of float32: 0.8 GB a million
    passages of 384 dimensions.
    """

    def __init__(self, dimension: int) -> None:
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index: Any = faiss.IndexIDMap2(flat)
        self._flat: Any = flat  # Python must keep what the map only points to
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
        self._index.add_with_ids(np.ascontiguousarray(vectors[rows], dtype=np.float32), np.ascontiguousarray(ids[rows]))

    def remove(self, ids: Ids) -> None:
        """Forget passages; numbers that are not there are ignored."""
        present = np.intersect1d(self._unsorted_ids(), ids)
        if len(present):
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(present, dtype=np.int64)))

    def search(self, vectors: Vectors, limit: int, within: Ids | None = None) -> list[list[tuple[int, float]]]:
        """For each row the nearest (passage number, cosine), best first, at most `limit`; only `within` if given."""
        limit = min(limit, len(self))
        if limit <= 0 or (within is not None and len(within) == 0):
            return [[] for _ in range(len(vectors))]
        queries = np.ascontiguousarray(vectors, dtype=np.float32)
        if within is None:
            cosines, found = self._index.search(queries, limit)
        else:
            allowed = np.zeros(int(within.max()) + 1, dtype=bool)
            allowed[within] = True
            bits = np.packbits(allowed, bitorder="little")  # has to outlive the search
            selector = _FAISS.IDSelectorBitmap(bits)
            cosines, found = self._index.search(queries, limit, params=_FAISS.SearchParameters(sel=selector))
        return [
            [(int(number), float(cosine)) for number, cosine in zip(numbers, row, strict=True) if number >= 0]
            for numbers, row in zip(found, cosines, strict=True)
        ]

    def stored(self, number: int) -> Vectors:
        """The vector of one passage as the index holds it. Raises KeyError when it is not there."""
        try:
            return np.asarray(self._index.reconstruct(number), dtype=np.float32)
        except RuntimeError as error:
            raise KeyError(number) from error

    def save(self, path: Path) -> None:
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise IndexUnusable(
                f"cannot write the index to {path}: free some space or choose another folder"
            ) from error

    @classmethod
    def load(cls, path: Path, dimension: int) -> FaissIndex:
        """Raises `IndexUnusable` when the file is no index of ours with this dimension."""
        try:
            read = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexUnusable(f"cannot read the index {path}: run briefing-bot index rebuild") from error
        if not isinstance(read, faiss.IndexIDMap2) or read.d != dimension:
            raise IndexUnusable(f"{path} is not an index of {dimension} dimensions: run briefing-bot index rebuild")
        loaded = cls(dimension)
        loaded._index, loaded._flat = read, None
        loaded._highest = int(loaded._unsorted_ids().max(initial=-1))
        return loaded

    def _unsorted_ids(self) -> Ids:
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
