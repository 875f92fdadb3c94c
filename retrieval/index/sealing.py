"""Seal an index anew in a thread of its own, while the one before it is searched."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import IndexUnusable
from retrieval.index.growing_index import Contents, GrowingIndex, Growth, sealed_anew
from retrieval.index.sealed_index import SealedIndex
from retrieval.index.snapshot import StoredFile, save_sealed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealing made: an index of what there was at `position`; its segment on disk, if that was written."""

    index: GrowingIndex
    position: int
    file: StoredFile | None


class Sealing:
    """Begins at once. What it makes holds what `contents` held: whoever takes it over follows up what came since.

    FAISS and numpy let go of the interpreter while they work, so searches do not wait for it. Its priority is that of
    the program: a thread of a lower one can be kept from running while it holds the interpreter, and on a busy machine
    a search then waited for a second (benchmarks/RESULTS.md). It breaks off by itself when the program ends.
    """

    def __init__(self, folder: Path, contents: Contents, position: int, growth: Growth) -> None:
        self._folder = folder
        self._contents = contents
        self._position = position
        self._growth = growth
        self._stopped = threading.Event()
        self._sealed: Sealed | None = None
        self._thread = threading.Thread(target=self._work, name="sealing")
        self._thread.start()

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    def result(self) -> Sealed | None:
        """Waits for it. None when it was stopped, or failed: the log says why."""
        self._thread.join()
        return self._sealed

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            index = sealed_anew(self._contents, self._growth, self._check)
            self._sealed = self._written(index)
        except _Stopped:
            pass
        except Exception:
            log.exception("the index was not sealed: searches go on without, and take longer")

    def _written(self, index: GrowingIndex) -> Sealed:
        """The same, read from disk where its segment could be written: that takes less memory."""
        if index.sealed is None:
            return Sealed(index, self._position, None)
        try:
            file = save_sealed(self._folder, index.sealed, self._position)
            segment = SealedIndex.load(self._folder / file.name, index.dimension)
        except (OSError, IndexUnusable) as error:
            log.warning("the index was not saved: %s", error)
            return Sealed(index, self._position, None)
        return Sealed(GrowingIndex(index.dimension, self._growth, segment), self._position, file)

    def _check(self) -> None:
        if self._stopped.is_set() or not threading.main_thread().is_alive():
            raise _Stopped


class _Stopped(Exception):
    pass
