"""From a path to items: walk, look what each file is, give it to its reader, go on whatever a file holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.article import Unreadable
from corpus.errors import NothingThere, UnknownFormat
from corpus.readers.by_sort import READERS, Items, Opening
from corpus.readers.contents import Contents
from corpus.readers.formats import FORMATS
from corpus.readers.months import Months
from corpus.readers.packed import MOST_NESTED
from corpus.readers.pdf import PdfReader
from corpus.readers.places import DiskFile, DiskFolder, File, Folder, shown
from corpus.readers.public_inbox import read_repository
from corpus.readers.sniffing import Sort, holds_nul, sort_of
from corpus.readers.walking import Found, FoundRepository, walk

# What `--format` makes of a file, whatever it looks like ...
_FORCED = {
    "text": Sort.TEXT,
    "markdown": Sort.MARKDOWN,
    "mbox": Sort.MAILBOX,
    "hyperkitty": Sort.MAILBOX,
    "maildir": Sort.MAIL,
    "eml": Sort.MAIL,
    "html": Sort.HTML,
    "feed": Sort.FEED,
    "pdf": Sort.PDF,
    "jsonl": Sort.JSONL,
}
# ... but for these: an archive is opened first, and nothing makes an item of an index.
_ANYWHERE = frozenset({Sort.EMPTY, Sort.INDEX, Sort.ZIP, Sort.TAR, Sort.FOREIGN})
# A list archive's folder holds its pages and its month files; one of these names means the whole of it.
_ARCHIVES = {
    "mhonarc": frozenset({Sort.MHONARC, Sort.MAILBOX}),
    "pipermail": frozenset({Sort.PIPERMAIL, Sort.MHONARC, Sort.MAILBOX}),
    "public-inbox": frozenset({Sort.BUNDLE, Sort.MAILBOX}),
}
_BYTES = frozenset({Sort.MAILBOX, Sort.PDF})  # may hold odd bytes, and have marks of their own
OnRead = Callable[[int], None]
"""Is told how many more bytes of the files on the disk were read; at the end as many as `bytes_to_read` gave."""


def bytes_to_read(path: Path) -> int:
    """How many bytes a file or folder holds on the disk, to tell how far its reading is; 0 for what is not there."""
    if not path.is_dir():
        return path.stat().st_size if path.is_file() else 0
    files = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    return sum(_size(file) for file in files)


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:  # gone since the folder was listed
        return 0


def read_items(path: Path, format: str = "auto", on_read: OnRead = lambda count: None) -> Items:
    """The items in a file or folder, one at a time, in a stable order.

    Raises `NothingThere` and `UnknownFormat` at once; afterwards nothing a file holds raises: it is `Unreadable`, with
    its place and the reason.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"no format is called {format!r}; take one of {', '.join(FORMATS)}")
    if not path.exists():
        raise NothingThere(path)
    if path.is_dir():
        return _one_import(walk(DiskFolder(path, path)), format, on_read)
    name = shown(path.name)
    file = Found(DiskFile(path, path.parent), name)
    return _one_import((file if path.is_file() else Unreadable(name, "not a regular file"),), format, on_read)


def _one_import(found: Iterable[Found | FoundRepository | Unreadable], format: str, on_read: OnRead) -> Items:
    with PdfReader() as pdfs:
        yield from _Reading(format, Months(), pdfs, on_read).items(found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One import, or the inside of an archive in it."""

    format: str  # as asked for
    months: Months
    pdfs: PdfReader
    on_read: OnRead
    depth: int = 0  # archives around this place

    def items(self, found: Iterable[Found | FoundRepository | Unreadable]) -> Items:
        for place in found:
            if isinstance(place, Unreadable):
                yield place
            elif isinstance(place, FoundRepository):
                yield from self._repository(place)
            else:
                yield from self._items_of(place)

    def _inside(self, archive: Folder, source: str) -> Items:
        """The items in an archive's members."""
        return replace(self, depth=self.depth + 1).items(walk(archive, source))

    def _repository(self, place: FoundRepository) -> Items:
        if self.format not in ("auto", "public-inbox"):
            yield Unreadable(place.source, f"a git repository: nothing that --format {self.format} reads")
        elif isinstance(place.folder, DiskFolder):
            yield from read_repository(place.folder.path, place.source)
        else:
            yield Unreadable(place.source, "a git repository in an archive: unpack it first")

    def _items_of(self, place: Found) -> Items:
        contents = Contents(self._told(place.file), place.file.stored_bytes)
        found = sort_of(contents.head, place.file.name)
        if contents.trouble is not None and not contents.head:
            yield Unreadable(place.source, contents.trouble)
            return
        allowed = _ARCHIVES.get(self.format)
        if allowed is not None and found not in allowed | _ANYWHERE:
            yield Unreadable(place.source, f"not a file of a {self.format} archive")
            return
        sort = found if found in _ANYWHERE else _FORCED.get(self.format, found)
        if sort not in _BYTES and (found is Sort.PDF or (found is Sort.OTHER and holds_nul(contents.head))):
            sort = Sort.OTHER  # no name of a format makes this a text
        inside = self._inside if self.depth < MOST_NESTED else None
        yield from READERS[sort](Opening(place, contents, self.format, self.months, self.pdfs, inside))

    def _told(self, file: File) -> Iterator[bytes]:
        """A file's bytes; those that lie on the disk are told of when the next are asked for."""
        for chunk in file.chunks():
            yield chunk
            if self.depth == 0:
                self.on_read(len(chunk))
