"""From a path to items: walk, look what each file is, give it to its reader, go on whatever a file holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from corpus.article import RawItem, Unreadable
from corpus.charsets import storable
from corpus.errors import NothingThere, UnknownFormat
from corpus.readers import jsonl, mhonarc, pipermail
from corpus.readers.contents import Contents
from corpus.readers.formats import FORMATS
from corpus.readers.mail import MOST_BYTES, read_mail
from corpus.readers.mailbox import Letter, split_mailbox
from corpus.readers.sniffing import NOT_READ, NOT_YET, Sort, sort_of
from corpus.readers.text import read_markdown, read_text
from corpus.readers.walking import Found, walk

_NOT_YET = {"html": "HTML pages", "public-inbox": "public-inbox archives", "feed": "feeds", "pdf": "PDF"}
_MOST_DOCUMENT_BYTES = 64 * 1024 * 1024
_MOST_ATTACHMENT_BYTES = 16 * 1024 * 1024
_FORCED = {
    "text": Sort.TEXT,
    "markdown": Sort.MARKDOWN,
    "mbox": Sort.MAILBOX,
    "hyperkitty": Sort.MAILBOX,
    "maildir": Sort.MAIL,
    "eml": Sort.MAIL,
    "jsonl": Sort.JSONL,
}
# An archive's folder holds its pages and its month files; one of these names means the whole of it.
_ARCHIVES = {
    "mhonarc": frozenset({Sort.MHONARC, Sort.MAILBOX, Sort.EMPTY}),
    "pipermail": frozenset({Sort.PIPERMAIL, Sort.MHONARC, Sort.MAILBOX, Sort.EMPTY}),
}
_MASKED_SENDER = re.compile(rb"^From \S+ at \S|^From \S+@\S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ")
_ATTACHMENT = re.compile(r"/attachments/(\d{8})/([0-9a-f]{4,16})/(attachment[\w-]{0,12}\.html?)$")

_T = TypeVar("_T")


def read_items(path: Path, format: str = "auto") -> Iterator[RawItem | Unreadable]:
    """The items in a file or folder, one at a time, in a stable order.

    Raises `NothingThere` and `UnknownFormat` at once; afterwards nothing a file holds raises: it is `Unreadable`, with
    its place and the reason.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"no format is called {format!r}; take one of {', '.join(FORMATS)}")
    if format in _NOT_YET:
        raise UnknownFormat(f"{_NOT_YET[format]} are not read yet")
    if not path.exists():
        raise NothingThere(path)
    if path.is_dir():
        return _Reading(format).items(walk(path))
    in_maildir = path.parent.name in ("cur", "new")
    found = Found(path, storable(path.name), in_maildir, None if path.is_file() else "not a regular file")
    return _Reading(format).items(iter((found,)))


class _Reading:
    """One import: the files it found, and what a month's pages have told that its text file repeats."""

    def __init__(self, format: str) -> None:
        self._format = format
        self._ids_on_pages: dict[Path, set[str]] = {}
        self._month: tuple[Path, dict[str, pipermail.MonthEntry]] | None = None

    def items(self, files: Iterator[Found]) -> Iterator[RawItem | Unreadable]:
        for file in files:
            if file.trouble is not None:
                yield Unreadable(file.source, file.trouble)
            else:
                yield from self._items_of(file)

    def _items_of(self, file: Found) -> Iterator[RawItem | Unreadable]:
        contents = Contents(file.path)
        found = sort_of(contents.head, file.path.name)
        if found is Sort.INDEX:
            return
        allowed = _ARCHIVES.get(self._format)
        if allowed is not None and found not in allowed:
            yield Unreadable(file.source, f"not a file of a {self._format} archive")
            return
        sort = found if found is Sort.EMPTY else _FORCED.get(self._format, found)
        if found is Sort.OTHER and sort is not Sort.MAILBOX and _holds_nul(contents.head):
            sort = Sort.OTHER  # no name of a format makes this a text; a mailbox may hold odd bytes
        if contents.trouble is not None and not contents.head:
            yield Unreadable(file.source, contents.trouble)
        elif sort is Sort.EMPTY:
            yield Unreadable(file.source, "an empty file")
        elif sort in NOT_YET:
            yield Unreadable(file.source, NOT_YET[sort])
        elif sort is Sort.MAILBOX:
            yield from self._mailbox(file, contents)
        elif sort is Sort.JSONL:
            yield from _kept_whole(jsonl.read_lines(contents, file.source), contents, file.source, "line")
        else:
            yield self._document(file, contents, sort)

    def _document(self, file: Found, contents: Contents, sort: Sort) -> RawItem | Unreadable:
        """A file of one item: there is no keeping half of it."""
        if sort is Sort.OTHER:
            return Unreadable(file.source, NOT_READ)
        raw = contents.all(_MOST_DOCUMENT_BYTES)
        if raw is None:
            return Unreadable(file.source, f"more than {_MOST_DOCUMENT_BYTES >> 20} MB for one document")
        if contents.trouble is not None:
            return Unreadable(file.source, f"{contents.trouble}: a part of a document is not kept")
        location = storable(str(file.path.resolve()))
        if sort is Sort.MHONARC:
            return self._seen_on_page(file, mhonarc.read_page(raw, file.source))
        if sort is Sort.PIPERMAIL:
            page = pipermail.read_page(
                raw, file.source, self._attachments(file.path.parent.parent), self._entries(file)
            )
            return self._seen_on_page(file, page)
        if sort is Sort.MAIL:
            maildir = self._format == "maildir" or (file.in_maildir and self._format == "auto")
            return read_mail(
                _without_from_line(raw),
                file.source,
                "maildir" if maildir else "eml",
                location=None if maildir else location,  # in a Maildir a mail's flags are part of its name
            )
        if sort is Sort.MARKDOWN:
            return read_markdown(raw, file.source, location)
        return read_text(raw, file.source, location)

    def _mailbox(self, file: Found, contents: Contents) -> Iterator[RawItem | Unreadable]:
        attachments = self._attachments(file.path.parent)
        on_pages = self._ids_on_pages.get(_without_suffix(file.path), set())

        def items() -> Iterator[RawItem | Unreadable | None]:
            for number, letter in enumerate(split_mailbox(contents), start=1):
                source = f"{file.source}#{number}"
                if not letter.whole:
                    yield Unreadable(source, f"a mail of more than {MOST_BYTES >> 20} MB")
                    continue
                format = self._format if self._format in ("mbox", "hyperkitty") else _format_of(letter)
                item = pipermail.read_letter(letter, source, format, attachments)
                if isinstance(item, Unreadable) and item.reason == pipermail.STUB and on_pages:
                    ident = pipermail.identifier_of(letter)
                    yield None if ident in on_pages else item  # its page gave it in full
                else:
                    yield item

        count = 0
        for item in _kept_whole(items(), contents, file.source, "mail"):
            count += 1
            if item is not None:
                yield item
        if count == 0:
            yield Unreadable(file.source, "no mail found in it")

    def _seen_on_page(self, file: Found, item: RawItem | Unreadable) -> RawItem | Unreadable:
        if isinstance(item, RawItem) and item.message_id:
            self._ids_on_pages.setdefault(file.path.parent, set()).add(item.message_id)
        return item

    def _entries(self, page: Found) -> dict[str, pipermail.MonthEntry]:
        """What the text file beside a page's folder says of the month's mails; read once a folder."""
        folder = page.path.parent
        if self._month is None or self._month[0] != folder:
            entries: dict[str, pipermail.MonthEntry] = {}
            for suffix in (".txt", ".txt.gz", ".mbox"):
                text = folder.with_name(folder.name + suffix)
                if text.is_file() and not text.is_symlink():
                    entries = pipermail.month_entries(split_mailbox(Contents(text)))
                    break
            self._month = folder, entries
        return self._month[1]

    def _attachments(self, folder: Path) -> Callable[[str], bytes | None]:
        """Reads the parts that Pipermail cut out and keeps in `folder`.

        Only the pieces of an address that match are put together to a path, and only a file inside the folder is read.
        """

        def attachment(url: str) -> bytes | None:
            named = _ATTACHMENT.search(url)
            if named is None:
                return None
            file = folder / "attachments" / named.group(1) / named.group(2) / named.group(3)
            try:
                inside = file.is_file() and file.resolve().is_relative_to(folder.resolve())
            except OSError:
                return None
            return Contents(file).all(_MOST_ATTACHMENT_BYTES) if inside else None

        return attachment


def _kept_whole(items: Iterator[_T], contents: Contents, source: str, what: str) -> Iterator[_T | Unreadable]:
    """The items but for the last one when the file was cut: nobody can know that it was complete."""
    held: list[_T] = []
    for item in items:
        yield from held
        held = [item]
    if contents.trouble is None:
        yield from held
    else:
        yield Unreadable(source, f"{contents.trouble}: kept what was readable, but not the last, cut {what}")


def _holds_nul(head: bytes) -> bool:
    return b"\0" in head[:4096] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16 is half of NULs


def _format_of(letter: Letter) -> str:
    return "pipermail" if _MASKED_SENDER.match(letter.from_line) else "mbox"


def _without_from_line(raw: bytes) -> bytes:
    """A single mail saved with the line that separates mails in a mailbox."""
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def _without_suffix(path: Path) -> Path:
    """The folder whose month this text file holds: "2024-July" for 2024-July.txt.gz."""
    return path.with_name(re.sub(r"\.(?:txt|mbox)(?:\.gz)?$", "", path.name))
