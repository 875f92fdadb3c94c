"""From a path to items: walk, look what each file is, give it to its reader, go on whatever a file holds.

A new sort of file is a `Sort`, a line in `sniffing` that recognises it, and a line in `_READERS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from corpus.article import RawItem, Unreadable
from corpus.errors import NothingThere, UnknownFormat
from corpus.readers import jsonl, mhonarc, packed, pipermail
from corpus.readers.contents import Contents
from corpus.readers.digests import mails_of_digest, without_digests
from corpus.readers.feed import read_feed
from corpus.readers.formats import FORMATS
from corpus.readers.list_tags import tag_in_mailbox, tagged
from corpus.readers.mail import MOST_BYTES, read_mail, without_from_line
from corpus.readers.mailbox import Letter, split_mailbox
from corpus.readers.months import Months, attachments_in, beside
from corpus.readers.page import read_page
from corpus.readers.pdf import PdfReader
from corpus.readers.places import DiskFile, DiskFolder, File, Folder, shown
from corpus.readers.public_inbox import read_repository
from corpus.readers.sniffing import MASKED_SENDER, NOT_READ, Sort, foreign_reason, holds_nul, sort_of
from corpus.readers.text import read_markdown, read_text
from corpus.readers.walking import Found, FoundRepository, walk

_MOST_DOCUMENT_BYTES = 64 * 1024 * 1024  # ten times the Bible
# A saved page with its pictures inside; the tree of one takes twenty times its size.
_MOST_PAGE_BYTES = 16 * 1024 * 1024
_T = TypeVar("_T")
_Items = Iterator[RawItem | Unreadable]
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


def read_items(path: Path, format: str = "auto", on_read: OnRead = lambda count: None) -> _Items:
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


def _one_import(found: Iterable[Found | FoundRepository | Unreadable], format: str, on_read: OnRead) -> _Items:
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

    def items(self, found: Iterable[Found | FoundRepository | Unreadable]) -> _Items:
        for place in found:
            if isinstance(place, Unreadable):
                yield place
            elif isinstance(place, FoundRepository):
                yield from self._repository(place)
            else:
                yield from self._items_of(place)

    def inside(self, archive: Folder, source: str) -> _Items:
        """The items in an archive's members."""
        return replace(self, depth=self.depth + 1).items(walk(archive, source))

    def _repository(self, place: FoundRepository) -> _Items:
        if self.format not in ("auto", "public-inbox"):
            yield Unreadable(place.source, f"a git repository: nothing that --format {self.format} reads")
        elif isinstance(place.folder, DiskFolder):
            yield from read_repository(place.folder.path, place.source)
        else:
            yield Unreadable(place.source, "a git repository in an archive: unpack it first")

    def _items_of(self, place: Found) -> _Items:
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
        yield from _READERS[sort](_Opening(place, contents, self))

    def _told(self, file: File) -> Iterator[bytes]:
        """A file's bytes; those that lie on the disk are told of when the next are asked for."""
        for chunk in file.chunks():
            yield chunk
            if self.depth == 0:
                self.on_read(len(chunk))


@dataclass(frozen=True, slots=True)
class _Opening:
    """A file that was looked into, and whatever its reader may want to know."""

    place: Found
    contents: Contents
    reading: _Reading

    @property
    def file(self) -> File:
        return self.place.file

    @property
    def source(self) -> str:
        return self.place.source


_Reader = Callable[[_Opening], _Items]


def _nothing(opening: _Opening) -> _Items:
    return iter(())


def _refused(reason: str) -> _Reader:
    def reader(opening: _Opening) -> _Items:
        yield Unreadable(opening.source, reason)

    return reader


def _foreign(opening: _Opening) -> _Items:
    yield Unreadable(opening.source, foreign_reason(opening.contents.head) or NOT_READ)


def _document(read: Callable[[bytes, _Opening], RawItem | Unreadable], most_bytes: int) -> _Reader:
    """A reader for files of one item: there is no keeping half of it."""

    def reader(opening: _Opening) -> _Items:
        whole = _whole(opening, most_bytes)
        yield whole if isinstance(whole, Unreadable) else read(whole, opening)

    return reader


def _whole(opening: _Opening, most_bytes: int) -> bytes | Unreadable:
    raw = opening.contents.all(most_bytes)
    if raw is None:
        return Unreadable(opening.source, f"more than {most_bytes >> 20} MB for one document")
    if opening.contents.trouble is not None:
        return Unreadable(opening.source, f"{opening.contents.trouble}: a part of a document is not kept")
    return raw


def _archive(opened: Callable[[File, Contents], AbstractContextManager[packed.Opened]]) -> _Reader:
    def reader(opening: _Opening) -> _Items:
        if opening.reading.depth >= packed.MOST_NESTED:
            yield Unreadable(opening.source, f"more than {packed.MOST_NESTED} archives in one another: unpack it first")
            return
        try:
            with opened(opening.file, opening.contents) as archive:
                yield from opening.reading.inside(archive.root, opening.source)
                if archive.trouble is not None:
                    yield Unreadable(opening.source, archive.trouble)
        except packed.NotOpened as reason:
            yield Unreadable(opening.source, str(reason))

    return reader


def _bundle(opening: _Opening) -> _Items:
    try:
        with packed.as_disk_file(opening.file, opening.contents) as (path, trouble):
            if trouble is not None:
                yield Unreadable(opening.source, trouble)
            else:
                yield from read_repository(path, opening.source)
    except packed.NotOpened as reason:
        yield Unreadable(opening.source, str(reason))


def _lines(opening: _Opening) -> _Items:
    return _kept_whole(jsonl.read_lines(opening.contents, opening.source), opening, "line")


def _feed(opening: _Opening) -> _Items:
    raw = _whole(opening, _MOST_PAGE_BYTES)
    if isinstance(raw, Unreadable):
        yield raw
        return
    entries = read_feed(raw, opening.source)
    first = next(entries, None)
    yield Unreadable(opening.source, "a feed without any entry") if first is None else first
    yield from entries


def _mailbox(opening: _Opening) -> _Items:
    asked = opening.reading.format
    attachments = attachments_in(opening.file.folder)
    on_pages = opening.reading.months.ids_on_pages(opening.file)
    tag = tag_in_mailbox(opening.contents.head)

    def items() -> Iterator[RawItem | Unreadable | None]:
        for number, letter in enumerate(without_digests(split_mailbox(opening.contents)), start=1):
            source = f"{opening.source}#{number}"
            if not letter.whole:
                yield Unreadable(source, f"a mail of more than {MOST_BYTES >> 20} MB")
                continue
            item = tagged(pipermail.read_letter(letter, source, _format_of(letter, asked), attachments), tag)
            if isinstance(item, Unreadable) and item.reason == pipermail.STUB and on_pages:
                ident = pipermail.identifier_of(letter)
                yield None if ident in on_pages else item  # its page gave it in full
            else:
                yield item

    count = 0
    for item in _kept_whole(items(), opening, "mail"):
        count += 1
        if item is not None:
            yield item
    if count == 0:
        yield Unreadable(opening.source, "no mail found in it")


def _format_of(letter: Letter, asked: str) -> str:
    if asked in ("mbox", "hyperkitty"):
        return asked
    return "pipermail" if MASKED_SENDER.match(letter.from_line) else "mbox"


def _mails(opening: _Opening) -> _Items:
    """One mail, or the mails of a digest that was saved as one."""
    raw = _whole(opening, _MOST_DOCUMENT_BYTES)
    if isinstance(raw, Unreadable):
        yield raw
        return
    inner = mails_of_digest(raw)
    if not inner:
        yield _mail(raw, opening)
    for number, one in enumerate(inner, start=1):
        yield read_mail(one, f"{opening.source}#{number}", "eml")


def _mail(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    asked = opening.reading.format
    maildir = asked == "maildir" or (opening.place.in_maildir and asked == "auto")
    return read_mail(
        without_from_line(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")),
        opening.source,
        "maildir" if maildir else "eml",
        location=None if maildir else opening.file.location,  # in a Maildir a mail's flags are part of its name
    )


def _mhonarc(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    months = opening.reading.months
    page = mhonarc.read_page(raw, opening.source, beside(opening.file.folder))
    return months.seen_on_page(opening.file, tagged(page, months.list_tag(opening.file)))


def _pipermail(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    months = opening.reading.months
    attachments = attachments_in(opening.file.folder.parent)
    page = pipermail.read_page(raw, opening.source, attachments, months.entries_for(opening.file))
    return months.seen_on_page(opening.file, tagged(page, months.list_tag(opening.file)))


def _page(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    return read_page(raw, opening.source, opening.file.location)


def _pdf(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    return opening.reading.pdfs.read(raw, opening.source, opening.file.location)


def _markdown(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    return read_markdown(raw, opening.source, opening.file.location)


def _text(raw: bytes, opening: _Opening) -> RawItem | Unreadable:
    return read_text(raw, opening.source, opening.file.location)


_READERS: dict[Sort, _Reader] = {
    Sort.EMPTY: _refused("an empty file"),
    Sort.INDEX: _nothing,
    Sort.ZIP: _archive(packed.opened_zip),
    Sort.TAR: _archive(packed.opened_tar),
    Sort.PDF: _document(_pdf, _MOST_DOCUMENT_BYTES),
    Sort.BUNDLE: _bundle,
    Sort.MHONARC: _document(_mhonarc, _MOST_PAGE_BYTES),
    Sort.PIPERMAIL: _document(_pipermail, _MOST_PAGE_BYTES),
    Sort.MAILBOX: _mailbox,
    Sort.MAIL: _mails,
    Sort.FEED: _feed,
    Sort.HTML: _document(_page, _MOST_PAGE_BYTES),
    Sort.JSONL: _lines,
    Sort.MARKDOWN: _document(_markdown, _MOST_DOCUMENT_BYTES),
    Sort.TEXT: _document(_text, _MOST_DOCUMENT_BYTES),
    Sort.FOREIGN: _foreign,
    Sort.OTHER: _refused(NOT_READ),
}
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


def _kept_whole(items: Iterator[_T], opening: _Opening, what: str) -> Iterator[_T | Unreadable]:
    """The items but for the last one when the file was cut: nobody can know that it was complete."""
    held: list[_T] = []
    for item in items:
        yield from held
        held = [item]
    trouble = opening.contents.trouble
    if trouble is None:
        yield from held
    else:
        yield Unreadable(opening.source, f"{trouble}: kept what was readable, but not the last, cut {what}")
