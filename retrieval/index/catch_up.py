"""Keep the index up to date with the archive.

SQLite is the truth: vectors are blobs in the archive, and the journal says which passages got one and which are gone.
The index is a cache of the blobs, and `snapshot` its form on disk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from retrieval.errors import IndexUnusable
from retrieval.index.growing_index import GROWTH, PORTION, Contents, GrowingIndex, Growth, built, restored, sealed_anew
from retrieval.index.passage_vectors import matrix
from retrieval.index.scoped_passages import ScopeCache
from retrieval.index.sealing import Sealing
from retrieval.index.snapshot import StoredFile, load, save, save_sealed
from retrieval.index.vector_index import Found, Halves, Ids, numbers
from retrieval.models.embedding import Embedder, Vectors

log = logging.getLogger(__name__)


class LiveIndex:
    """The index beside its archive, able to follow the archive's journal.

    For any number of threads: one at a time searches or follows the journal, the others wait. A search takes
    milliseconds, of the second that a question takes, so waiting is rare. Where there are several threads, the archive
    must be a connection of its own.

    With `background` it seals itself whenever that is due, and is written to disk then; close such a one. Without, only
    `save` seals it.
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
        self._folder = folder
        self._archive = archive
        self._model = model
        self._index = index
        self._position = position
        self._growth = growth
        self._background = background
        self._scopes = ScopeCache(archive.passages)
        self._saved: int | None = None  # the position of the snapshot on disk
        self._sealed_file: StoredFile | None = None  # the sealed segment of `_index` on disk
        self._sealing: Sealing | None = None
        self._one_at_a_time = threading.Lock()
        self._failed_at = 0  # how many passages there were when sealing failed: it is tried again with twice as many

    @classmethod
    def open(
        cls,
        folder: Path,
        archive: Archive,
        embedder: Embedder,
        *,
        growth: Growth = GROWTH,
        background: bool = False,
    ) -> Self:
        """The index from its snapshot if that fits, else from the vectors in the archive; up to date either way.

        `folder` is the index's own. Needs the embedder's name and dimension only: the model is not loaded.
        """
        model = embedder.name
        try:
            manifest, contents = load(folder, archive, model, embedder.dimension)
        except IndexUnusable as error:
            log.info("the index is built anew: %s", error)
        else:
            index = restored(contents, growth)
            live = cls(folder, archive, model, index, manifest.position, growth=growth, background=background)
            live._saved, live._sealed_file = manifest.position, manifest.sealed
            live._follow()
            # A journal that went back and forth under us (a restored backup) can fit by its position alone.
            if len(live) == archive.passages.count_vectors(model):
                return live
            log.info("the index is built anew: the snapshot holds other passages than the archive")
        index, position = _build(archive, model, embedder.dimension, growth)
        live = cls(folder, archive, model, index, position, growth=growth, background=background)
        if background:
            live.save()
        return live

    def __len__(self) -> int:
        return len(self._index)

    @property
    def position(self) -> int:
        """How far the journal has been followed."""
        return self._position

    @property
    def is_sealed(self) -> bool:
        """Whether a sealed segment is searched, so that a search may miss one of the nearest."""
        return self._index.sealed is not None

    def search(self, vectors: Vectors, limit: int, scope: Scope = EVERYTHING) -> list[Found]:
        """For each row the nearest (passage number, cosine), best first, at most `limit`; only what the scope sees."""
        with self._one_at_a_time:
            return self._index.search(vectors, limit, None if scope == EVERYTHING else self._scopes.of(scope))

    def catch_up(self) -> int:
        """Follow the journal to its end; gives how many lines were new. One small query when there are none."""
        with self._one_at_a_time:
            swapped = self._take_over()
            followed = self._follow()
            if swapped:
                self._save()
            if self._background and self._sealing is None and self._index.due and len(self) > 2 * self._failed_at:
                self._sealing = Sealing(self._folder, self._index.contents(), self._position, self._growth)
            return followed

    def save(self) -> None:
        """Seal the index if that is due, and write a snapshot; nothing to do when the one on disk is as new.

        A large index is sealed in seconds, unless that is done in the background. Where the folder cannot be written it
        stays as it is, with a warning: the index works without.
        """
        with self._one_at_a_time:
            if self._index.due and not self._background:
                self._index = sealed_anew(self._index.contents(), self._growth)
                self._saved = self._sealed_file = None
            self._save()

    def contents(self) -> Contents:
        return self._index.contents()

    def close(self) -> None:
        """Break off a sealing that is at work. What it would have made is made again another time."""
        with self._one_at_a_time:
            if self._sealing is not None:
                self._sealing.stop()
                self._sealing = None

    def _follow(self) -> int:
        followed = 0
        while self._archive.passages.journal_position() > self._position:
            lines = self._archive.passages.journal(after=self._position)
            touched = {line.passage for line in lines if line.model in (None, self._model)}
            # What is true now counts, not what the line says: a later line may have taken it back.
            present = self._archive.passages.vectors_of(self._model, sorted(touched))
            self._index.remove(numbers(sorted(touched - present.keys())))
            if present:
                rows = matrix(list(present.values()), self._index.dimension)
                self._index.add(numbers(list(present)), rows.astype(np.float32))
            self._position = lines[-1].position
            followed += len(lines)
        return followed

    def _take_over(self) -> bool:
        """Swap in what was sealed in the background; what came since is then followed from where that began."""
        if self._sealing is None or not self._sealing.ended:
            return False
        sealed, self._sealing = self._sealing.result(), None
        if sealed is None:
            self._failed_at = len(self)
            return False
        self._index, self._position, self._sealed_file = sealed.index, sealed.position, sealed.file
        self._saved, self._failed_at = None, 0
        return True

    def _save(self) -> None:
        if self._saved == self._position:
            return
        contents = self._index.contents()
        file = self._sealed_file
        try:
            if contents.sealed is None:
                file = None
            elif file is None or not (self._folder / file.name).exists():  # another process may have swept it away
                file = save_sealed(self._folder, contents.sealed, self._position)
            save(self._folder, self._archive, self._model, contents, file, self._position)
        except (OSError, IndexUnusable) as error:
            log.warning("the index was not saved: %s", error)
        else:
            self._saved, self._sealed_file = self._position, file


def rebuild(folder: Path, archive: Archive, model_name: str, dimension: int, *, growth: Growth = GROWTH) -> int:
    """A new snapshot from the vectors in the archive alone, swapped in at once; gives how many passages it holds.

    Raises `IndexUnusable` when it cannot be written.
    """
    index, position = _build(archive, model_name, dimension, growth)
    contents = index.contents()
    try:
        file = None if contents.sealed is None else save_sealed(folder, contents.sealed, position)
        save(folder, archive, model_name, contents, file, position)
    except OSError as error:
        raise IndexUnusable(f"cannot write the index to {folder}: {error.strerror or error}") from error
    return len(index)


def _build(archive: Archive, model: str, dimension: int, growth: Growth) -> tuple[GrowingIndex, int]:
    """An index of every vector in the archive, and the journal position that it has reached at least."""
    position = archive.passages.journal_position()  # asked first: what comes meanwhile is followed once more
    count = archive.passages.count_vectors(model)
    return built(dimension, _portions(archive, model, dimension), count, growth), position


def _portions(archive: Archive, model: str, dimension: int) -> Iterator[tuple[Ids, Halves]]:
    ids: list[int] = []
    blobs: list[bytes] = []
    for number, blob in archive.passages.vectors(model):
        ids.append(number)
        blobs.append(blob)
        if len(ids) == PORTION:
            yield numbers(ids), matrix(blobs, dimension)
            ids, blobs = [], []
    if ids:
        yield numbers(ids), matrix(blobs, dimension)
