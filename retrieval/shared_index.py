"""The live index for several searchers at once."""

from __future__ import annotations

import threading
from pathlib import Path

from corpus.archive import Archive
from retrieval.catch_up import LiveIndex
from retrieval.embedding import Vectors
from retrieval.faiss_index import FaissIndex
from retrieval.vector_index import Ids


class SharedIndex(LiveIndex):
    """A `LiveIndex` for any number of threads: one at a time searches or follows the journal, the others wait.

    A search takes milliseconds, of the second that a question takes, so waiting is rare. The archive that it is opened
    with must be a connection of its own.
    """

    def __init__(self, folder: Path, archive: Archive, model: str, index: FaissIndex, position: int) -> None:
        super().__init__(folder, archive, model, index, position)
        self._one_at_a_time = threading.Lock()

    def search(self, vectors: Vectors, limit: int, within: Ids | None = None) -> list[list[tuple[int, float]]]:
        with self._one_at_a_time:
            return super().search(vectors, limit, within)

    def catch_up(self) -> int:
        with self._one_at_a_time:
            return super().catch_up()

    def save(self) -> None:
        with self._one_at_a_time:
            super().save()
