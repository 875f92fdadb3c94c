"""Bring vectors and index up to date with the archive.

SQLite is the truth: vectors are blobs in the archive, and the journal says which passages got one and which are gone.
The index is a cache of the blobs. Its snapshot on disk is two files: the vectors, under a name of their own for each
snapshot, and a manifest that names them. The manifest is replaced last, in one step, so a crash at any moment leaves
the snapshot that was valid before.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from corpus.archive import Archive
from corpus.article import Article, BlockKind
from corpus.passage import Passage
from corpus.splitting import SPLITTER
from retrieval.embedding import Embedder, Vectors
from retrieval.errors import IndexUnusable, ModelUnusable
from retrieval.faiss_index import FaissIndex
from retrieval.vector_index import Ids, numbers

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
FORMAT = 1
BATCH = 32  # passages in one transaction: about a second of encoding is lost at worst
PORTION = 4096  # passages sorted by length together
STORED = np.dtype("<f2")  # little-endian float16, on every machine


# Vectors


def encoder_input(article: Article, passage: Passage) -> str:
    """What the encoder reads of a passage: its words, after the headline that says what they are about."""
    words = article.text[passage.start : passage.end]
    if not article.title or passage.kind is BlockKind.HEADING:
        return words
    return f"{article.title}\n{words}"


def embed_missing(
    archive: Archive,
    embedder: Embedder,
    *,
    batch: int = BATCH,
    on_progress: Callable[[int, int], None] | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> int:
    """Give every passage without a vector of this model its vector; gives how many were done.

    Each batch is a short transaction of its own: an interruption loses one batch, and other processes can write in
    between. Texts that were encoded before, in this or another passage, are not encoded again. `on_progress` is told
    (done, total) after each batch; then `enough` is asked, and what is left is for the next call.
    """
    total = archive.passages.count_without_vector(embedder.name)
    done = 0
    last = 0
    while pending := archive.passages.without_vector(embedder.name, after=last, limit=PORTION):
        last = pending[-1].id
        inputs = sorted(_inputs(archive, pending), key=lambda one: len(one[1]))  # alike lengths need little padding
        for first in range(0, len(inputs), batch):
            some = inputs[first : first + batch]
            vectors = _vectors_of(archive, embedder, [text for _, text in some])
            rows = [(number, _hash(text), vectors[text]) for number, text in some]
            with archive.transaction():
                archive.passages.store_vectors(embedder.name, rows)
            done += len(some)
            if on_progress is not None:
                on_progress(done, max(total, done))
            if enough():
                return done
    return done


def _inputs(archive: Archive, passages: list[Passage]) -> Iterator[tuple[int, str]]:
    article: Article | None = None
    for passage in passages:
        if article is None or (article.number, article.revision) != (passage.article, passage.revision):
            article = archive.article(passage.article, passage.revision)
        if article is not None:  # None: removed since by another process
            yield passage.id, encoder_input(article, passage)


def _vectors_of(archive: Archive, embedder: Embedder, texts: list[str]) -> dict[str, bytes]:
    """The stored form of each text's vector, encoding only what was never encoded before."""
    known: dict[str, bytes] = {}
    for text in texts:
        if text not in known and (vector := archive.passages.vector_of_input(embedder.name, _hash(text))) is not None:
            known[text] = vector
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    if fresh:
        for text, vector in zip(fresh, embedder.embed_passages(fresh), strict=True):
            known[text] = vector.astype(STORED).tobytes()
    return known


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _matrix(blobs: list[bytes], dimension: int) -> Vectors:
    """Rows from blobs. Raises `ModelUnusable` when they were made with another dimension."""
    if any(len(blob) != dimension * STORED.itemsize for blob in blobs):
        raise ModelUnusable(f"stored vectors do not have {dimension} dimensions: run briefing-bot index rebuild")
    return np.frombuffer(b"".join(blobs), dtype=STORED).reshape(len(blobs), dimension).astype(np.float32)


# The index


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is a snapshot of; it is used only where every line fits."""

    format: int
    archive: str  # the identity of the archive
    model: str
    dimension: int
    splitter: str
    position: int  # in the archive's journal
    passages: int
    file: str
    size: int
    crc32: int


class LiveIndex:
    """The index beside its archive, able to follow the archive's journal. For one thread at a time."""

    def __init__(self, folder: Path, archive: Archive, model: str, index: FaissIndex, position: int) -> None:
        self._folder = folder
        self._archive = archive
        self._model = model
        self._index = index
        self._position = position
        self._saved: int | None = None  # the position of the snapshot on disk

    @classmethod
    def open(cls, folder: Path, archive: Archive, embedder: Embedder) -> Self:
        """The index from its snapshot if that fits, else from the vectors in the archive; up to date either way.

        `folder` is the index's own. Needs the embedder's name and dimension only: the model is not loaded.
        """
        live = cls._from_snapshot(folder, archive, embedder.name, embedder.dimension)
        if live is None:
            index, position = _build(archive, embedder.name, embedder.dimension)
            live = cls(folder, archive, embedder.name, index, position)
        return live

    @classmethod
    def _from_snapshot(cls, folder: Path, archive: Archive, model: str, dimension: int) -> Self | None:
        try:
            manifest, index = _load(folder, archive, model, dimension)
        except IndexUnusable as error:
            log.info("the index is built anew: %s", error)
            return None
        live = cls(folder, archive, model, index, manifest.position)
        live._saved = manifest.position
        live.catch_up()
        # A journal that went back and forth under us (a restored backup) can fit by its position alone.
        if len(live) != archive.passages.count_vectors(model):
            log.info("the index is built anew: the snapshot holds other passages than the archive")
            return None
        return live

    def __len__(self) -> int:
        return len(self._index)

    @property
    def position(self) -> int:
        """How far the journal has been followed."""
        return self._position

    def search(self, vectors: Vectors, limit: int, within: Ids | None = None) -> list[list[tuple[int, float]]]:
        """As `VectorIndex.search`."""
        return self._index.search(vectors, limit, within)

    def catch_up(self) -> int:
        """Follow the journal to its end; gives how many lines were new. One small query when there are none."""
        followed = 0
        while self._archive.passages.journal_position() > self._position:
            lines = self._archive.passages.journal(after=self._position)
            touched = {line.passage for line in lines if line.model in (None, self._model)}
            # What is true now counts, not what the line says: a later line may have taken it back.
            present = self._archive.passages.vectors_of(self._model, sorted(touched))
            self._index.remove(numbers(sorted(touched - present.keys())))
            if present:
                self._index.add(numbers(list(present)), _matrix(list(present.values()), self._index.dimension))
            self._position = lines[-1].position
            followed += len(lines)
        return followed

    def save(self) -> None:
        """Write a snapshot of what is in memory; nothing to do when the one on disk is as new.

        Where the folder cannot be written it stays as it is, with a warning: the index works without.
        """
        if self._saved == self._position:
            return
        try:
            _save(self._folder, self._archive, self._model, self._index, self._position)
        except (OSError, IndexUnusable) as error:
            log.warning("the index was not saved: %s", error)
        else:
            self._saved = self._position


def rebuild(folder: Path, archive: Archive, model_name: str, dimension: int) -> int:
    """A new snapshot from the vectors in the archive alone, swapped in at once; gives how many passages it holds.

    Raises `IndexUnusable` when it cannot be written.
    """
    index, position = _build(archive, model_name, dimension)
    try:
        _save(folder, archive, model_name, index, position)
    except OSError as error:
        raise IndexUnusable(f"cannot write the index to {folder}: {error.strerror or error}") from error
    return len(index)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The snapshot on disk against the archive. Counts of passages; `ok` when nothing is missing, surplus or other."""

    passages: int  # in the archive
    embedded: int  # of these, with a vector of this model
    indexed: int  # in the snapshot
    missing: int  # have a vector and are not in the snapshot, though the journal up to its position says so
    surplus: int  # are in the snapshot and no longer in the archive
    differing: int  # are in both, with other vectors
    ok: bool
    reason: str | None  # why not, in one line


def verify(folder: Path, archive: Archive, embedder_name: str, dimension: int) -> VerifyReport:
    """Compare the snapshot, brought up to date in memory, with every vector in the archive; changes nothing."""
    passages = archive.passages.count()
    stored = dict(archive.passages.vectors(embedder_name))
    try:
        manifest, index = _load(folder, archive, embedder_name, dimension)
        live = LiveIndex(folder, archive, embedder_name, index, manifest.position)
        live.catch_up()
        expected = _matrix(list(stored.values()), dimension)
    except (IndexUnusable, ModelUnusable) as error:
        return VerifyReport(passages, len(stored), 0, len(stored), 0, 0, False, str(error))
    present = set(index.ids().tolist())
    differing = sum(
        number in present and not np.array_equal(index.stored(number), vector)
        for number, vector in zip(stored, expected, strict=True)
    )
    missing, surplus = len(stored.keys() - present), len(present - stored.keys())
    wrong = [
        f"{count} {what}" for count, what in ((missing, "missing"), (surplus, "surplus"), (differing, "differing"))
    ]
    reason = None
    if missing or surplus or differing:
        reason = f"the index has {', '.join(wrong)}: run briefing-bot index rebuild"
    elif len(stored) < passages:
        reason = f"{passages - len(stored)} passages have no vector yet: they are made at the next import or run"
    return VerifyReport(
        passages,
        len(stored),
        len(index),
        missing,
        surplus,
        differing,
        ok=not (missing or surplus or differing),
        reason=reason,
    )


def _build(archive: Archive, model: str, dimension: int) -> tuple[FaissIndex, int]:
    """An index of every vector in the archive, and the journal position that it has reached at least."""
    position = archive.passages.journal_position()  # asked first: what comes meanwhile is followed once more
    index = FaissIndex(dimension)
    ids: list[int] = []
    blobs: list[bytes] = []
    for number, blob in archive.passages.vectors(model):
        ids.append(number)
        blobs.append(blob)
        if len(ids) == PORTION:
            index.add(numbers(ids), _matrix(blobs, dimension))
            ids, blobs = [], []
    if ids:
        index.add(numbers(ids), _matrix(blobs, dimension))
    return index, position


# The snapshot on disk


def _load(folder: Path, archive: Archive, model: str, dimension: int) -> tuple[Manifest, FaissIndex]:
    """The snapshot, if it is one of this archive and model. Raises `IndexUnusable` with the reason."""
    manifest = _read_manifest(folder)
    expected = {
        "format": FORMAT,
        "archive": archive.identity(),
        "model": model,
        "dimension": dimension,
        "splitter": SPLITTER,
    }
    for name, value in expected.items():
        if (found := getattr(manifest, name)) != value:
            raise IndexUnusable(f"the index was made for another {name} ({found}, now {value})")
    if manifest.position > archive.passages.journal_position():
        raise IndexUnusable("the index is newer than the archive")
    path = folder / manifest.file
    try:
        intact = path.stat().st_size == manifest.size and _crc32(path) == manifest.crc32
    except OSError as error:
        raise IndexUnusable(f"cannot read the index {path}: {error.strerror or error}") from error
    if not intact:
        raise IndexUnusable(f"the index {path} is damaged")
    index = FaissIndex.load(path, dimension)
    if len(index) != manifest.passages:
        raise IndexUnusable(f"the index {path} is damaged")
    return manifest, index


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        manifest = Manifest(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise IndexUnusable("there is no index yet") from error
    except (OSError, ValueError, TypeError) as error:
        raise IndexUnusable(f"cannot read {path}") from error
    if not isinstance(manifest.file, str) or Path(manifest.file).name != manifest.file:
        raise IndexUnusable(f"cannot read {path}")
    if not isinstance(manifest.position, int):
        raise IndexUnusable(f"cannot read {path}")
    return manifest


def _save(folder: Path, archive: Archive, model: str, index: FaissIndex, position: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # A name of its own: the file that the present manifest names stays untouched until the new manifest stands.
    path = folder / f"passages-{position}-{os.getpid()}.faiss"
    beside = path.with_suffix(".partial")
    try:
        index.save(beside)
        _sync(beside)
        manifest = Manifest(
            format=FORMAT,
            archive=archive.identity(),
            model=model,
            dimension=index.dimension,
            splitter=SPLITTER,
            position=position,
            passages=len(index),
            file=path.name,
            size=beside.stat().st_size,
            crc32=_crc32(beside),
        )
        beside.replace(path)
        _sync(folder)
        partial = folder / f"manifest-{os.getpid()}.partial"
        partial.write_text(json.dumps(asdict(manifest), indent=1) + "\n", "utf-8")
        _sync(partial)
        partial.replace(folder / MANIFEST)
        _sync(folder)
    finally:
        beside.unlink(missing_ok=True)
    _sweep(folder, keep=path.name)


def _sweep(folder: Path, keep: str) -> None:
    """Take away earlier snapshots; one that another process just wrote is the one its manifest names, and is kept."""
    try:
        named = _read_manifest(folder).file
    except IndexUnusable:
        return
    for path in folder.glob("passages-*.faiss"):
        if path.name not in (keep, named):
            path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _crc32(path: Path) -> int:
    check = 0
    with path.open("rb") as opened:
        while portion := opened.read(1 << 20):
            check = zlib.crc32(portion, check)
    return check
