"""Folders, Maildirs and single files on this machine that grow: what is new or has changed since the last poll.

A mailbox file to which mails are only added is read from where the last poll ended; one that was cut or rewritten is
read again from its beginning, and identity tells what is known.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.article import RawItem, Unreadable
from corpus.charsets import storable
from corpus.readers.contents import HEAD
from corpus.readers.mailbox import is_separator, lines_of
from corpus.readers.opening import read_items
from corpus.readers.places import CHUNK, chunks_of, why_not
from corpus.readers.sniffing import Sort, sort_of
from corpus.sources.portion import Means, Portion, Progress, SourceTrouble
from corpus.sources.source import Source

# A file that changed this recently may still be being written; it is left for the next poll.
QUIET_SECONDS = 10.0
_COMPARED_BYTES = 1024  # at the beginning, and before the place where the last poll ended
# A Maildir's flags are a part of the name, behind a colon, or what stands for one where colons are not allowed.
_FLAGS = re.compile(r"[:;!_]2,[A-Za-z]{0,20}$")


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is known of a file. `offset` is how far a mailbox was read, in bytes; None for any other file."""

    size: int
    modified: int  # nanoseconds, as the file system has it
    offset: int | None = None
    before: str = ""  # a hash of the bytes by which a mailbox that only grew is known again

    @classmethod
    def of(cls, text: str | None) -> _Mark | None:
        try:
            return cls(*json.loads(text)) if text else None
        except (ValueError, TypeError):
            return None

    def text(self) -> str:
        return json.dumps([self.size, self.modified, self.offset, self.before])


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it is now. `part` is the name by which it is remembered, `path` where it is."""

    part: str
    path: Path
    size: int
    modified: int

    def is_quiet(self, now: float) -> bool:
        # A time in the future is a clock that is wrong, not a file that is being written.
        return not 0 <= now - self.modified / 1e9 < QUIET_SECONDS


def portions(source: Source, marks: Mapping[str, str], means: Means) -> Iterator[Portion]:
    """One portion with the items of every file that is new or has changed."""
    yield from growth(Path(source.address), marks, means.now)


def growth(root: Path, marks: Mapping[str, str], now: dt.datetime) -> Iterator[Portion]:
    """One portion with what a folder or file has more than when `marks` were made; none when nothing has changed.

    Raises `SourceTrouble` when it is not there or cannot be read.
    """
    try:
        if not root.exists():
            raise SourceTrouble("there is no such file or folder: is its disk mounted?")
        found = list(_files(root))
    except OSError as error:
        raise SourceTrouble(why_not(error)) from error
    reading = _Reading(root, found, marks, now.timestamp())
    if not reading.changed and not reading.vanished:
        return
    yield Portion(items=reading.items(), progress=lambda: Progress(marks=reading.marks))


class _Reading:
    """One look at a folder: which files changed, and what is to be remembered of them once their items are stored."""

    def __init__(self, root: Path, found: list[_Seen], marks: Mapping[str, str], now: float) -> None:
        self._root = root
        self._now = now
        self._first = not marks
        self._known = {part: _Mark.of(mark) for part, mark in marks.items()}
        self.vanished = marks.keys() - {file.part for file in found}
        self.changed = [file for file in found if not self._is_known(file)]
        self.marks: dict[str, str | None] = dict.fromkeys(self.vanished)

    def _is_known(self, file: _Seen) -> bool:
        mark = self._known.get(file.part)
        if mark is None or (mark.size, mark.modified) != (file.size, file.modified):
            return False
        return mark.offset is None or mark.offset == file.size

    def items(self) -> Iterator[RawItem | Unreadable]:
        if self._first and all(file.is_quiet(self._now) for file in self.changed):
            # The whole at once: a folder's files tell of each other, as a month's text does of its pages.
            for file in self.changed:
                with suppress(OSError):  # one that may not be read is looked at again
                    self.marks[file.part] = _mark_of(file, file.size).text()
            yield from read_items(self._root)
            return
        for file in self.changed:
            try:
                yield from self._items_of(file)
            except OSError as error:
                yield Unreadable(file.part, why_not(error))

    def _items_of(self, file: _Seen) -> Iterator[RawItem | Unreadable]:
        if not _is_mailbox(file.path):
            if file.is_quiet(self._now):
                self.marks[file.part] = _mark_of(file, None).text()
                yield from _named(read_items(file.path), file)
            return
        start = self._offset_to_go_on_from(file)
        # The last mail of a mailbox that is being written may not be whole yet.
        end = file.size if file.is_quiet(self._now) else _last_separator(file.path, start)
        self.marks[file.part] = _mark_of(file, end).text()
        if end <= start:
            return
        if start == 0 and end == file.size:
            yield from _named(read_items(file.path), file)
            return
        with tempfile.TemporaryDirectory(prefix="briefing-growth-") as folder:
            piece = Path(folder) / file.path.name
            _copy(file.path, start, end, piece)
            yield from _named(read_items(piece), file, f" from byte {start}")

    def _offset_to_go_on_from(self, file: _Seen) -> int:
        """Where the last poll ended, if the file only grew since; else its beginning."""
        mark = self._known.get(file.part)
        if mark is None or not mark.offset or mark.offset > file.size:
            return 0
        return mark.offset if _fingerprint(file.path, mark.offset) == mark.before else 0


def _files(root: Path) -> Iterator[_Seen]:
    """Every regular file below a folder but hidden ones and a Maildir's deliveries under way. No link is followed."""
    if not root.is_dir():
        status = root.stat()
        if stat.S_ISREG(status.st_mode):
            yield _Seen(storable(root.name), root, status.st_size, status.st_mtime_ns)
        return
    os.scandir(root).close()  # of the folder itself an error counts, of one within it not
    for folder, names, files in os.walk(root):
        is_maildir = {"cur", "new"} <= set(names)
        names[:] = sorted(
            name
            for name in names
            if not (is_maildir and name == "tmp")
            and (not name.startswith(".") or (Path(folder) / name / "cur").is_dir())
        )
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith("."):
                continue
            try:
                status = path.lstat()
            except OSError:  # moved or deleted since it was listed
                continue
            if stat.S_ISREG(status.st_mode):
                yield _Seen(_part(path, root), path, status.st_size, status.st_mtime_ns)


def _part(path: Path, root: Path) -> str:
    """The name by which a file is remembered: that of a mail in a Maildir stays the same when it is read or flagged."""
    place = path.relative_to(root)
    if path.parent.name in ("cur", "new"):
        place = place.parent.parent / _FLAGS.sub("", path.name)
    return storable(place.as_posix())


def _is_mailbox(path: Path) -> bool:
    """Whether a file is a mailbox as such, to which mails can be added; a packed one is not."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return bare.startswith(b"From ") and sort_of(head, path.name) is Sort.MAILBOX


def _last_separator(path: Path, start: int) -> int:
    """Where the last mail from `start` on begins; `start` itself when there is none behind it."""
    last = position = start
    with path.open("rb") as file:
        file.seek(start)
        held: tuple[bytes, bool, int] | None = None
        for line, begins in lines_of(chunks_of(file)):
            if held is not None and held[1] and is_separator(held[0], line):
                last = held[2]
            held = (line, begins, position)
            position += len(line)
    return last


def _fingerprint(path: Path, offset: int) -> str:
    """Of the beginning of a file and of what stands before a place in it."""
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(min(_COMPARED_BYTES, offset)))
        file.seek(max(0, offset - _COMPARED_BYTES))
        digest.update(file.read(min(_COMPARED_BYTES, offset)))
    return digest.hexdigest()[:16]


def _mark_of(file: _Seen, offset: int | None) -> _Mark:
    if offset is None or not _is_mailbox(file.path):
        return _Mark(file.size, file.modified)
    return _Mark(file.size, file.modified, offset, _fingerprint(file.path, offset))


def _copy(path: Path, start: int, end: int, target: Path) -> None:
    with path.open("rb") as source, target.open("wb") as copy:
        source.seek(start)
        left = end - start
        while left > 0 and (chunk := source.read(min(left, CHUNK))):
            copy.write(chunk)
            left -= len(chunk)


def _named(items: Iterator[RawItem | Unreadable], file: _Seen, where: str = "") -> Iterator[RawItem | Unreadable]:
    """Items with the file's place in the folder in their names, where the reader only knew the file."""
    for item in items:
        number = item.source.removeprefix(storable(file.path.name))
        yield replace(item, source=f"{file.part}{where}{number}")
