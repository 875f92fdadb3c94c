"""The index on disk: a cache of the vectors in the archive, valid whenever the power goes.

Up to three files: the sealed segment, which stays as it is while only the tail grows; the tail together with the marks
on what was removed; and a manifest that names both. Files have names of their own, and the manifest is replaced last,
in one step: a crash at any moment leaves the snapshot that was valid before.
"""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.archive import Archive
from corpus.splitting import SPLITTER
from retrieval.errors import IndexUnusable
from retrieval.index.growing_index import Contents
from retrieval.index.sealed_index import SealedIndex

MANIFEST = "manifest.json"
FORMAT = 2
LEFT_SECONDS = 24 * 3600  # what was being written so long before the newest snapshot, nobody is writing any more


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a snapshot, as it has to be."""

    name: str
    size: int
    crc32: int


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
    tail: StoredFile
    sealed: StoredFile | None


def load(
    folder: Path, archive: Archive, model: str, dimension: int, *, thorough: bool = False
) -> tuple[Manifest, Contents]:
    """The snapshot, if it is one of this archive and model. Raises `IndexUnusable` with the reason.

    Of the sealed segment only the size is compared and what its form gives away, since reading all of it takes a second
    a million passages; `thorough` reads it.
    """
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
            raise IndexUnusable(
                f"the index was made for another {name} ({found}, now {value}): run briefing-bot index rebuild"
            )
    if manifest.position > archive.passages.journal_position():
        raise IndexUnusable("the index is newer than the archive")
    _check(folder, manifest.tail, thorough=True)
    sealed = None
    if manifest.sealed is not None:
        _check(folder, manifest.sealed, thorough=thorough)
        sealed = SealedIndex.load(folder / manifest.sealed.name, dimension)
    contents = _read_tail(folder / manifest.tail.name, sealed, dimension)
    if len(contents) != manifest.passages:
        raise IndexUnusable(f"the index {folder} is damaged")
    return manifest, contents


def save_sealed(folder: Path, sealed: SealedIndex, position: int) -> StoredFile:
    """Write a segment, which no manifest names yet. Raises OSError or `IndexUnusable`."""
    folder.mkdir(parents=True, exist_ok=True)
    with _written(folder / f"sealed-{position}-{os.getpid()}.faiss") as partial:
        sealed.save(partial)
    return _stored(folder / f"sealed-{position}-{os.getpid()}.faiss")


def save(
    folder: Path, archive: Archive, model: str, contents: Contents, sealed: StoredFile | None, position: int
) -> None:
    """Write what a searcher needs to start again; `sealed` is the segment of the contents as it is on disk.

    Raises OSError or `IndexUnusable`; the snapshot before it is valid then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"tail-{position}-{os.getpid()}.npz"
    with _written(path) as partial, partial.open("wb") as opened:
        np.savez(opened, ids=contents.ids, rows=contents.rows, removed=contents.removed)
    manifest = Manifest(
        format=FORMAT,
        archive=archive.identity(),
        model=model,
        dimension=contents.dimension,
        splitter=SPLITTER,
        position=position,
        passages=len(contents),
        tail=_stored(path),
        sealed=sealed,
    )
    with _written(folder / MANIFEST) as partial:
        partial.write_text(json.dumps(asdict(manifest), indent=1) + "\n", "utf-8")
    _sweep(folder)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        read = json.loads(path.read_text("utf-8"))
        if read.get("format") != FORMAT:
            raise IndexUnusable(f"the index was made for another format ({read.get('format')}, now {FORMAT})")
        tail, sealed = StoredFile(**read.pop("tail")), read.pop("sealed")
        manifest = Manifest(**read, tail=tail, sealed=None if sealed is None else StoredFile(**sealed))
    except FileNotFoundError as error:
        raise IndexUnusable("there is no index yet") from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexUnusable(f"cannot read {path}") from error
    named = [manifest.tail, manifest.sealed] if manifest.sealed else [manifest.tail]
    if not all(isinstance(file.name, str) and Path(file.name).name == file.name for file in named):
        raise IndexUnusable(f"cannot read {path}")
    if not isinstance(manifest.position, int):
        raise IndexUnusable(f"cannot read {path}")
    return manifest


def _read_tail(path: Path, sealed: SealedIndex | None, dimension: int) -> Contents:
    try:
        with np.load(path, allow_pickle=False) as read:
            ids, rows, removed = read["ids"], read["rows"], read["removed"]
        fits = (ids.dtype, removed.dtype, rows.dtype) == (np.int64, np.int64, np.float16)
        if not fits or ids.ndim != 1 or removed.ndim != 1 or rows.shape != (len(ids), dimension):
            raise IndexUnusable(f"the index {path} is damaged")
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise IndexUnusable(f"cannot read the index {path}") from error
    dead = np.zeros(0 if sealed is None else len(sealed), dtype=bool)
    if sealed is not None:
        dead[sealed.places(removed)] = True
    return Contents(dimension, sealed, dead, ids, rows)


def _check(folder: Path, file: StoredFile, *, thorough: bool) -> None:
    path = folder / file.name
    try:
        intact = path.stat().st_size == file.size and (not thorough or _crc32(path) == file.crc32)
    except OSError as error:
        raise IndexUnusable(f"cannot read the index {path}: {error.strerror or error}") from error
    if not intact:
        raise IndexUnusable(f"the index {path} is damaged")


def _stored(path: Path) -> StoredFile:
    return StoredFile(path.name, path.stat().st_size, _crc32(path))


@contextlib.contextmanager
def _written(path: Path) -> Iterator[Path]:
    """A place to write; once that is done and safely on disk, it takes the place of `path` in one step."""
    partial = path.with_name(f"{path.stem}-{os.getpid()}.partial")
    try:
        yield partial
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Take away what no manifest names; another process may just have replaced ours, so the one on disk counts."""
    try:
        manifest = _read_manifest(folder)
        newest = (folder / MANIFEST).stat().st_mtime
    except (IndexUnusable, OSError):
        return
    named = {manifest.tail.name, manifest.sealed.name if manifest.sealed else MANIFEST}
    for path in [*folder.glob("*.faiss"), *folder.glob("*.npz"), *folder.glob("*.partial")]:
        # Elsewhere it may be in use or gone: then a later sweep takes it.
        with contextlib.suppress(OSError):
            left = path.suffix != ".partial" or path.stat().st_mtime < newest - LEFT_SECONDS
            if path.name not in named and left:
                path.unlink()


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
