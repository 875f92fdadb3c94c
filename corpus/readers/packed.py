"""Zip and tar archives as folders. Nothing in them is ever written under a name of theirs.

Members are read where they lie: in the file itself, or in a nameless temporary copy when the archive is packed once
more (tar.gz) or lies in another one. A nameless file is gone when the process is, however it ends.
"""

from __future__ import annotations

import re
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO, BinaryIO, cast

from corpus.readers.contents import Contents, too_much
from corpus.readers.places import CHUNK, CutShort, DiskFile, File, Folder, Refused, shown, why_not

MOST_MEMBERS = 250_000  # at 1,200 bytes of memory each; a list of thirty years has 100,000 pages
MOST_NAME = 1024  # characters of a whole name; file systems end at 4,096 bytes, people far earlier
MOST_DEPTH = 64  # folders in folders
MOST_NESTED = 2  # an archive in an archive is how some services export; a third one is nobody's wish
_MOST_TAR_HEADER = 1 << 20  # bytes; one with a long name takes a few hundred
_MOST_ZIP_DIRECTORY = 32 << 20  # bytes of a zip's table of contents: 250,000 members at 130 bytes
_LEFT_FREE = 1 << 30  # bytes of the temporary disk
_ZIP_HEADER = 30  # bytes before a member's name
_READ_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the library unpacks others without a limit
_ENCRYPTED = 0x1
_UNIX = 3
# Zips that are documents or programs, by a member that each of their kinds has to have.
_NO_ARCHIVE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml")
_DRIVE = re.compile(r"^[A-Za-z]:(?:/|$)")
# Pipermail makes its first page a link to one of the others.
_INDEX_NAME = re.compile(r"(?:^|/)(?:index|date|thread|threads|author|subject|maillist)\.html?$")
# What the libraries make of hostile bytes; RecursionError: headers upon headers upon headers.
_DAMAGES = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, LookupError,
    ArithmeticError, NotImplementedError, RuntimeError, RecursionError,
)  # fmt: skip


class NotOpened(Exception):
    """Nothing of the archive can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class MemberFile:
    """A file in an archive."""

    name: str
    folder: MemberFolder
    stored_bytes: int | None
    chunks: Callable[[], Iterator[bytes]]

    @property
    def location(self) -> str:
        return f"{self.folder.location}/{shown(self.name)}"


@dataclass(slots=True)
class MemberFolder:
    """A folder in an archive: no more than what its members' names say."""

    name: str
    location: str
    parent: MemberFolder | None = None
    entries: dict[str, File | Folder | Refused] = field(default_factory=dict)

    def names(self) -> list[str]:
        return list(self.entries)

    def entry(self, name: str) -> File | Folder | Refused | None:
        return self.entries.get(name)

    def file(self, *names: str) -> File | None:
        place: object = self
        for name in names:
            place = place.entries.get(name) if isinstance(place, MemberFolder) else None
        return place if isinstance(place, MemberFile) else None


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive's members, and what was wrong with the archive if not all of them are there."""

    root: MemberFolder
    trouble: str | None


@dataclass(frozen=True, slots=True)
class _Listed:
    """A member as the archive lists it: a folder, a file to read, or something refused."""

    name: str
    chunks: Callable[[], Iterator[bytes]] | None = None
    stored_bytes: int | None = None
    refusal: str | None = None


@contextmanager
def opened_zip(file: File, contents: Contents, *, most_members: int = MOST_MEMBERS) -> Iterator[Opened]:
    """The zip archive in `file`; `contents` is the file with any gzip around it taken off. Raises `NotOpened`."""
    with _to_jump_about_in(file, contents) as (data, trouble):
        yield _as_folders(file, _zip_members(data), most_members, trouble)


@contextmanager
def opened_tar(file: File, contents: Contents, *, most_members: int = MOST_MEMBERS) -> Iterator[Opened]:
    """As `opened_zip`, for a tar archive."""
    with _to_jump_about_in(file, contents) as (data, trouble):
        yield _as_folders(file, _tar_members(data), most_members, trouble)


@contextmanager
def _to_jump_about_in(file: File, contents: Contents) -> Iterator[tuple[BinaryIO, str | None]]:
    """The archive's bytes, and what cut them short."""
    if isinstance(file, DiskFile) and not contents.layers:
        try:
            data = file.path.open("rb")
        except OSError as error:
            raise NotOpened(why_not(error)) from None
        with data:
            yield data, None
        return
    with _unpacked(contents, tempfile.TemporaryFile) as (copy, trouble):
        yield cast(BinaryIO, copy), trouble


@contextmanager
def as_disk_file(file: File, contents: Contents) -> Iterator[tuple[Path, str | None]]:
    """A path for readers that need one, and what is wrong with it: the file's own, or that of a temporary copy.

    A copy has a name, of ours, and is left behind if the process is killed. Raises `NotOpened`.
    """
    if isinstance(file, DiskFile) and not contents.layers:
        yield file.path, None
        return
    with _unpacked(contents, tempfile.NamedTemporaryFile) as (copy, trouble):
        yield Path(copy.name), trouble


@contextmanager
def _unpacked(contents: Contents, temporary: Callable[..., IO[bytes]]) -> Iterator[tuple[IO[bytes], str | None]]:
    """The contents in a file that `temporary` makes, written out and at its beginning, and what cut them short."""
    try:
        copy = temporary(prefix="briefing-bot-")
    except OSError as error:
        raise NotOpened(f"no temporary file to unpack it to: {error.strerror or error}") from None
    with copy:
        trouble = _copied(contents, copy)
        copy.seek(0)
        yield copy, trouble


def _copied(contents: Contents, copy: IO[bytes]) -> str | None:
    unchecked = 0
    for chunk in contents:
        unchecked -= len(chunk)
        if unchecked < 0:
            if shutil.disk_usage(tempfile.gettempdir()).free < _LEFT_FREE:
                return f"no room to unpack it: less than {_LEFT_FREE >> 30} GB is free for temporary files"
            unchecked = 64 << 20
        try:
            copy.write(chunk)
        except OSError as error:
            return f"no room to unpack it: {error.strerror or error}"
    return contents.trouble


def _as_folders(file: File, members: Iterator[_Listed], most: int, trouble: str | None) -> Opened:
    root = MemberFolder(file.name, file.location)
    try:
        for count, member in enumerate(members):
            if count == most:
                trouble = f"more than {most:,} files in one archive"
                break
            _put(root, member)
    except NotOpened as reason:
        trouble = trouble or str(reason)
    if trouble and not root.entries:
        raise NotOpened(trouble)
    return Opened(root, f"{trouble}: kept what was readable" if trouble else None)


def _put(root: MemberFolder, member: _Listed) -> None:
    """The member in its place; one that has no place, by its whole name among the first folder's."""
    parts, refusal = _parts_of(member.name)
    if refusal is not None:
        shortened = member.name if len(member.name) <= MOST_NAME else f"{member.name[:100]}…"
        root.entries[shortened] = Refused(shortened, refusal)
        return
    is_file = member.chunks is not None or member.refusal is not None
    folder = root
    for part in parts[:-1] if is_file else parts:
        inner = folder.entries.get(part)
        if inner is None:
            inner = folder.entries[part] = MemberFolder(part, f"{folder.location}/{shown(part)}", folder)
        if not isinstance(inner, MemberFolder):
            root.entries[member.name] = Refused(member.name, "lies in a file, not in a folder")
            return
        folder = inner
    if not is_file or not parts:
        return
    name = parts[-1]
    if isinstance(folder.entries.get(name), MemberFolder):
        root.entries[f"{member.name} "] = Refused(member.name, "a folder has the same name")
    elif member.chunks is None:
        folder.entries[name] = Refused(name, member.refusal or "not a regular file")
    else:  # of two members of one name the later counts, as when they are unpacked one after the other
        folder.entries[name] = MemberFile(name, folder, member.stored_bytes, member.chunks)


def _parts_of(name: str) -> tuple[list[str], str | None]:
    """The folders and the name in a member's name, or why it is not read."""
    if len(name) > MOST_NAME:
        return [], f"a name of more than {MOST_NAME:,} characters"
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or _DRIVE.match(name):
        return [], "its name leads out of the archive"
    if len(parts) > MOST_DEPTH:
        return [], f"more than {MOST_DEPTH} folders deep"
    return parts, None


class _ReadInPieces:
    """A file that no header can talk into reading all of itself: both libraries read as much as a header says."""

    def __init__(self, data: BinaryIO, most: int) -> None:
        self._data = data
        self._most = most
        self.seek, self.tell, self.seekable = data.seek, data.tell, data.seekable

    def read(self, size: int = -1) -> bytes:
        piece = self._data.read(self._most + 1 if size < 0 else min(size, self._most + 1))
        if len(piece) > self._most:
            raise NotOpened(f"a header or list of files of more than {self._most >> 20} MB")
        return piece

    def close(self) -> None:
        """The file is closed where it was opened."""


def _zip_members(data: BinaryIO) -> Iterator[_Listed]:
    try:
        archive = zipfile.ZipFile(cast("IO[bytes]", _ReadInPieces(data, _MOST_ZIP_DIRECTORY)))
    except _DAMAGES:
        raise NotOpened("damaged zip, or the end of it is missing") from None
    members = archive.infolist()
    if any(name in archive.NameToInfo for name in _NO_ARCHIVE):
        raise NotOpened("a zip that is a document, a book or a program")
    # A bomb needs no great ratio when thousands of members are made of the same bytes.
    overlapping = set()
    in_order = sorted(members, key=lambda member: member.header_offset)
    for member, following in pairwise(in_order):
        if member.header_offset + _ZIP_HEADER + member.compress_size > following.header_offset:
            overlapping.add(id(member))
    for member in members:
        name = member.filename.replace("\\", "/")
        mode = member.external_attr >> 16 if member.create_system == _UNIX else 0
        kind = stat.S_IFMT(mode)
        refusal = None
        if kind == stat.S_IFLNK:
            refusal = "a link: not followed"
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            refusal = "not a regular file"
        elif member.flag_bits & _ENCRYPTED:
            refusal = "encrypted"
        elif id(member) in overlapping:
            refusal = "overlaps another file of the archive"
        elif member.compress_type not in _READ_METHODS:
            refusal = "packed in a way that is not read: pack it anew with the usual one (deflate)"
        if kind == stat.S_IFLNK and _INDEX_NAME.search(name):
            continue
        if name.endswith("/"):
            yield _Listed(name)
        elif refusal is not None:
            yield _Listed(name, refusal=refusal)
        else:
            yield _Listed(name, partial(_zip_chunks, archive, member), member.compress_size)


def _zip_chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    given = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                given += len(chunk)
                if (refusal := too_much(given, member.compress_size)) is not None:
                    raise CutShort(refusal)
                yield chunk
    except _DAMAGES:
        raise CutShort("damaged zip") from None


def _tar_members(data: BinaryIO) -> Iterator[_Listed]:
    last_offset = -1
    damaged = NotOpened("damaged tar, or the end of it is missing")
    try:
        archive = tarfile.TarFile(fileobj=cast("IO[bytes]", _ReadInPieces(data, _MOST_TAR_HEADER)))
    except _DAMAGES:
        raise damaged from None
    while True:
        try:
            member = archive.next()
        except _DAMAGES:
            raise damaged from None
        if member is None:
            return
        archive.members.clear()  # type: ignore[attr-defined] # else the library keeps every header it has read
        if member.offset <= last_offset or member.size < 0:  # a size below nothing leads back, and round for ever
            raise damaged
        last_offset = member.offset
        if member.isdir():
            yield _Listed(member.name)
        elif member.issym() or member.islnk():
            if not _INDEX_NAME.search(member.name):
                yield _Listed(member.name, refusal="a link: not followed")
        elif not member.isfile():
            yield _Listed(member.name, refusal="not a regular file")
        elif member.issparse():  # a few bytes may stand for terabytes of zeros
            yield _Listed(member.name, refusal="a file with holes: not read")
        else:
            yield _Listed(member.name, partial(_tar_chunks, data, member.offset_data, member.size))


def _tar_chunks(data: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    position, end = start, start + size
    while position < end:
        data.seek(position)  # another member may have been read since
        chunk = data.read(min(CHUNK, end - position))
        if not chunk:
            raise CutShort("truncated tar")
        position += len(chunk)
        yield chunk
