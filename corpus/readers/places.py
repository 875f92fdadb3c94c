"""Files and folders wherever they are: on a disk, or packed in an archive. Readers see no difference."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol, TypeGuard

from corpus.charsets import storable

CHUNK = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Folder(Protocol):
    """A folder: names first, and what is behind a name when somebody asks, so that a million files are a list of names.

    `location` is an absolute name that stays the same from one import to the next.
    """

    @property
    def name(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def parent(self) -> Folder | None: ...

    def names(self) -> list[str]:
        """In any order. Raises OSError."""

    def entry(self, name: str) -> File | Folder | Refused | None:
        """None for what is not there or is nobody's business: a broken link, a link out of the folder."""

    def file(self, *names: str) -> File | None:
        """A file in this folder or, by several names, in folders in it; None when there is none *inside* it."""


class File(Protocol):
    """A file to read. `stored_bytes` is how many bytes it takes up packed, None when it is not packed."""

    @property
    def name(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def folder(self) -> Folder: ...
    @property
    def stored_bytes(self) -> int | None: ...

    def chunks(self) -> Iterator[bytes]:
        """Its bytes from the beginning, as often as asked. Raises OSError and `CutShort`."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in a folder that is not read, and why."""

    name: str
    reason: str


class CutShort(Exception):
    """Bytes end before they should; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class DiskFolder:
    """A folder on a disk. Links are followed to files inside `top` only, and to no folder, so that a walk ends."""

    path: Path
    top: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def location(self) -> str:
        return _resolved(self.path)

    @property
    def parent(self) -> DiskFolder | None:
        return DiskFolder(self.path.parent, self.top) if self.path.parent != self.path else None

    def names(self) -> list[str]:
        return os.listdir(self.path)  # noqa: PTH208 - a million Path objects are ten times a million names

    def entry(self, name: str) -> File | Folder | Refused | None:
        path = self.path / name
        try:
            if path.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(self.top.resolve())):
                return None
            if path.is_dir():
                return DiskFolder(path, self.top)
            if not path.exists():
                return None
            return DiskFile(path, self.top) if path.is_file() else Refused(name, "not a regular file")
        except OSError as error:  # a loop of links, a folder that may not be searched
            return Refused(name, why_not(error))

    def file(self, *names: str) -> File | None:
        path = self.path.joinpath(*names)
        try:
            inside = path.is_file() and path.resolve().is_relative_to(self.path.resolve())
        except OSError:
            return None
        return DiskFile(path, self.top) if inside else None


@lru_cache(maxsize=64)  # asked for each page of a folder, one folder after the other
def _resolved(path: Path) -> str:
    return storable(str(path.resolve()))


@dataclass(frozen=True, slots=True)
class DiskFile:
    path: Path
    top: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def location(self) -> str:
        return storable(str(self.path.resolve()))

    @property
    def folder(self) -> DiskFolder:
        return DiskFolder(self.path.parent, self.top)

    @property
    def stored_bytes(self) -> int | None:
        return None

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield from chunks_of(file)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def why_not(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"


def shown(name: str) -> str:
    """A name for a report: what would move a terminal's cursor or turn its text around is U+FFFD, as is no UTF-8."""
    return _CONTROL.sub("�", storable(name))


def is_folder(place: File | Folder) -> TypeGuard[Folder]:
    return hasattr(place, "names")


def is_file(place: File | Folder) -> TypeGuard[File]:
    return hasattr(place, "chunks")
