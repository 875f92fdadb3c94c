"""The live index for several searchers at once."""

from __future__ import annotations

import threading
from pathlib import Path

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from retrieval.catch_up import LiveIndex
from retrieval.embedding import Vectors
from retrieval.growing_index import GROWTH, GrowingIndex, Growth
from retrieval.vector_index import Found


class SharedIndex(LiveIndex):
    """A `LiveIndex` for any number of threads: one at a time searches or follows the journal, the others wait.

    A search takes milliseconds, of the second that a question takes, so waiting is rare. The archive that it is opened
    with must be a connection of its own.
    """

    def __init__(
        self,
        folder: Path,
        archive: Archive,
        model: str,
        index: GrowingIndex,
        position: int,
        *,
        growth: Growth = GROWTH,
        background: bool = False,
    ) -> None:
        super().__init__(folder, archive, model, index, position, growth=growth, background=background)
        self._one_at_a_time = threading.Lock()

    def search(self, vectors: Vectors, limit: int, scope: Scope = EVERYTHING) -> list[Found]:
        with self._one_at_a_time:
            return super().search(vectors, limit, scope)

    def catch_up(self) -> int:
        with self._one_at_a_time:
            return super().catch_up()

    def save(self) -> None:
        with self._one_at_a_time:
            super().save()

    def close(self) -> None:
        with self._one_at_a_time:
            super().close()
