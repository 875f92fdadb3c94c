"""A reader for each sort of file: what is done with its bytes, within limits, and what is said when nothing can be.

A new sort of file is a `Sort`, a line in `sniffing` that recognises it, and a line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from corpus.article import RawItem, Unreadable
from corpus.readers import jsonl, mhonarc, packed, pipermail
from corpus.readers.contents import Contents
from corpus.readers.digests import mails_of_digest, without_digests
from corpus.readers.feed import read_feed
from corpus.readers.list_tags import tag_in_mailbox, tagged
from corpus.readers.mail import MOST_BYTES, read_mail, without_from_line
from corpus.readers.mailbox import Letter, split_mailbox
from corpus.readers.months import Months, attachments_in, beside
from corpus.readers.page import read_page
from corpus.readers.pdf import PdfReader
from corpus.readers.places import File, Folder
from corpus.readers.public_inbox import read_repository
from corpus.readers.sniffing import MASKED_SENDER, NOT_READ, Sort, foreign_reason
from corpus.readers.text import read_markdown, read_text
from corpus.readers.walking import Found

_MOST_DOCUMENT_BYTES = 64 * 1024 * 1024  # ten times the Bible
# A saved page with its pictures inside; the tree of one takes twenty times its size.
_MOST_PAGE_BYTES = 16 * 1024 * 1024
_T = TypeVar("_T")
Items = Iterator[RawItem | Unreadable]


@dataclass(frozen=True, slots=True)
class Opening:
    """A file that was looked into, and whatever its reader may want to know."""

    place: Found
    contents: Contents
    format: str  # as asked for
    months: Months
    pdfs: PdfReader
    inside: Callable[[Folder, str], Items] | None
    """The items in an archive's members; None inside as many archives as are opened in one another."""

    @property
    def file(self) -> File:
        return self.place.file

    @property
    def source(self) -> str:
        return self.place.source


Reader = Callable[[Opening], Items]


def _nothing(opening: Opening) -> Items:
    return iter(())


def _refused(reason: str) -> Reader:
    def reader(opening: Opening) -> Items:
        yield Unreadable(opening.source, reason)

    return reader


def _foreign(opening: Opening) -> Items:
    yield Unreadable(opening.source, foreign_reason(opening.contents.head) or NOT_READ)


def _document(read: Callable[[bytes, Opening], RawItem | Unreadable], most_bytes: int) -> Reader:
    """A reader for files of one item: there is no keeping half of it."""

    def reader(opening: Opening) -> Items:
        whole = _whole(opening, most_bytes)
        yield whole if isinstance(whole, Unreadable) else read(whole, opening)

    return reader


def _whole(opening: Opening, most_bytes: int) -> bytes | Unreadable:
    raw = opening.contents.all(most_bytes)
    if raw is None:
        return Unreadable(opening.source, f"more than {most_bytes >> 20} MB for one document")
    if opening.contents.trouble is not None:
        return Unreadable(opening.source, f"{opening.contents.trouble}: a part of a document is not kept")
    return raw


def _archive(opened: Callable[[File, Contents], AbstractContextManager[packed.Opened]]) -> Reader:
    def reader(opening: Opening) -> Items:
        if opening.inside is None:
            yield Unreadable(opening.source, f"more than {packed.MOST_NESTED} archives in one another: unpack it first")
            return
        try:
            with opened(opening.file, opening.contents) as archive:
                yield from opening.inside(archive.root, opening.source)
                if archive.trouble is not None:
                    yield Unreadable(opening.source, archive.trouble)
        except packed.NotOpened as reason:
            yield Unreadable(opening.source, str(reason))

    return reader


def _bundle(opening: Opening) -> Items:
    try:
        with packed.as_disk_file(opening.file, opening.contents) as (path, trouble):
            if trouble is not None:
                yield Unreadable(opening.source, trouble)
            else:
                yield from read_repository(path, opening.source)
    except packed.NotOpened as reason:
        yield Unreadable(opening.source, str(reason))


def _lines(opening: Opening) -> Items:
    return _kept_whole(jsonl.read_lines(opening.contents, opening.source), opening, "line")


def _feed(opening: Opening) -> Items:
    raw = _whole(opening, _MOST_PAGE_BYTES)
    if isinstance(raw, Unreadable):
        yield raw
        return
    entries = read_feed(raw, opening.source)
    first = next(entries, None)
    yield Unreadable(opening.source, "a feed without any entry") if first is None else first
    yield from entries


def _mailbox(opening: Opening) -> Items:
    asked = opening.format
    attachments = attachments_in(opening.file.folder)
    on_pages = opening.months.ids_on_pages(opening.file)
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


def _mails(opening: Opening) -> Items:
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


def _mail(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    asked = opening.format
    maildir = asked == "maildir" or (opening.place.in_maildir and asked == "auto")
    return read_mail(
        without_from_line(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")),
        opening.source,
        "maildir" if maildir else "eml",
        location=None if maildir else opening.file.location,  # in a Maildir a mail's flags are part of its name
    )


def _mhonarc(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    months = opening.months
    page = mhonarc.read_page(raw, opening.source, beside(opening.file.folder))
    return months.seen_on_page(opening.file, tagged(page, months.list_tag(opening.file)))


def _pipermail(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    months = opening.months
    attachments = attachments_in(opening.file.folder.parent)
    page = pipermail.read_page(raw, opening.source, attachments, months.entries_for(opening.file))
    return months.seen_on_page(opening.file, tagged(page, months.list_tag(opening.file)))


def _page(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    return read_page(raw, opening.source, opening.file.location)


def _pdf(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    return opening.pdfs.read(raw, opening.source, opening.file.location)


def _markdown(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    return read_markdown(raw, opening.source, opening.file.location)


def _text(raw: bytes, opening: Opening) -> RawItem | Unreadable:
    return read_text(raw, opening.source, opening.file.location)


def _kept_whole(items: Iterator[_T], opening: Opening, what: str) -> Iterator[_T | Unreadable]:
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


READERS: dict[Sort, Reader] = {
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
