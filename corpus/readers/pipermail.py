"""Pipermail: its month text files, whose mails are plain, and its message pages."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from corpus.article import BlockKind, Link, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded
from corpus.dates import header_date
from corpus.furniture import is_archive_line
from corpus.headers import message_id, parsed_address, real_sender, words
from corpus.markup import typed_markup
from corpus.readers.mail import read_mail
from corpus.readers.mailbox import Letter

Attachment = Callable[[str], bytes | None]
"""The bytes of an HTML part that Pipermail cut out, by the address it left instead; None when the file is not here."""

STUB = "its text was cut out by the archive as an HTML attachment, and that file is not here"

_BEGIN, _END = b"<!--beginarticle-->", b"<!--endarticle-->"
_HEADING = re.compile(r"<h1>(.{0,2000}?)</h1>", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"<b>(.{0,500}?)</b>", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"<i>(.{0,100}?)</i>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"TITLE=\"[^\"]{0,3000}\"\s*>([^<>]{0,300})</a>", re.IGNORECASE)
_ID = re.compile(r"In-Reply-To=(?:%3C|&lt;|<)(.{1,600}?)(?:%3E|&gt;|>)\"", re.IGNORECASE)
_LIST = re.compile(r"More information about the (.{1,80}?)\s+mailing list", re.IGNORECASE | re.DOTALL)
_CUT_OUT = re.compile(
    r"<?(?P<url>https?://[^\s<>]{3,400}/attachments/\d{8}/[0-9a-f]{4,16}/attachment[\w.-]{0,20}\.html?)>?"
)
_ESCAPED_PAGE = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body|<div|<p[ >])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """What the month text says of a mail and its page does not."""

    posted: dt.datetime | None
    in_reply_to: str | None
    references: tuple[str, ...]


def is_page(raw: bytes) -> bool:
    return _BEGIN in raw


def month_entries(letters: Iterable[Letter]) -> dict[str, MonthEntry]:
    """The heads of a month's mails by message id, to complete their pages with."""
    entries: dict[str, MonthEntry] = {}
    for letter in letters:
        item = read_mail(letter.raw.partition(b"\n\n")[0] + b"\n\n", "", "pipermail")
        if isinstance(item, RawItem) and item.message_id:
            entries[item.message_id] = MonthEntry(item.posted, item.in_reply_to, item.references)
    return entries


def read_letter(letter: Letter, source: str, format: str, attachment: Attachment) -> RawItem | Unreadable:
    """A mail out of a mailbox; one that an archive stripped of its HTML gets that back when the file is beside it."""
    from_date = header_date(letter.from_line.decode("ascii", "replace").partition("  ")[2]) or header_date(
        " ".join(letter.from_line.decode("ascii", "replace").split()[2:])
    )
    item = read_mail(letter.raw, source, format, fallback_date=from_date)
    return item if isinstance(item, Unreadable) else _completed(item, attachment)


def read_page(
    raw: bytes, source: str, attachment: Attachment, month: Mapping[str, MonthEntry] | None = None
) -> RawItem | Unreadable:
    begin = raw.find(_BEGIN)
    if begin < 0:
        return Unreadable(source, "a Pipermail page without the marks of its body")
    end = raw.rfind(_END)
    text, complaint = decoded(raw, charset_of_page(raw))
    # Cut by bytes and decode apart: a page in two encodings then costs no more than its worse half.
    head, _ = decoded(raw[:begin][:65536], charset_of_page(raw))
    body, _ = decoded(raw[begin + len(_BEGIN) : end if end > begin else len(raw)], charset_of_page(raw))
    foot = text[-4000:]
    below_heading = head[heading.end() :] if (heading := _HEADING.search(head)) else head
    identifier = _ID.search(head)
    ident = message_id(f"<{unquote(html.unescape(identifier.group(1)))}>") if identifier else None
    name, date, address = (_plain(form.search(below_heading)) for form in (_NAME, _DATE, _ADDRESS))
    sender = real_sender(f'"{name}" <{address}>' if address and name else name or address or "", None)
    entry = (month or {}).get(ident or "")
    listed = _LIST.search(foot)
    blocks, links, trouble = typed_markup(body)
    item = RawItem(
        source=source,
        format="pipermail",
        original=raw,
        blocks=blocks,
        subject=words(_plain(heading)) or None,
        list_name=words(_plain(listed)) or None,
        sender_name=sender.name,
        sender_address=sender.address or parsed_address(address).address,
        posted=(entry.posted if entry else None) or header_date(date),
        message_id=ident,
        in_reply_to=entry.in_reply_to if entry else None,
        references=entry.references if entry else (),
        links=links,
        warnings=tuple(note for note in (complaint, trouble) if note),
    )
    return _completed(item, attachment)


def _plain(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    return " ".join(html.unescape(re.sub(r"<[^<>]{0,2000}>", "", found.group(1))).split())


def _completed(item: RawItem, attachment: Attachment) -> RawItem | Unreadable:
    """The item itself when it has words of its own; else with the HTML part that the archive keeps as a file."""
    if any(_is_own(block) for block in item.blocks):
        return item
    urls = [found["url"] for block in item.blocks for found in _CUT_OUT.finditer(block.text)]
    blocks: list[RawBlock] = []
    links: list[Link] = []
    for url in dict.fromkeys(urls):
        if (raw := attachment(url)) is not None:
            text, _ = decoded(raw, charset_of_page(raw))
            found, found_links, _ = typed_markup(text)
            if found and _ESCAPED_PAGE.match(found[0].text):  # Mailman may keep the part as the text of its markup
                found, found_links, _ = typed_markup("\n".join(block.text for block in found))
            blocks.extend(found)
            links.extend(found_links)
    if blocks:
        return replace(item, blocks=(*blocks, *item.blocks), links=tuple(links))
    return Unreadable(item.source, STUB) if urls else item


def _is_own(block: RawBlock) -> bool:
    if block.kind in (BlockKind.QUOTED, BlockKind.BOILERPLATE):
        return False
    return not all(is_archive_line(line) or not line.strip() for line in block.text.split("\n"))


def identifier_of(letter: Letter) -> str | None:
    """The message id of a mail whose body could not be read."""
    found = re.search(
        rb"^Message-ID:\s*(<[^<>\s]{1,998}>)", letter.raw.partition(b"\n\n")[0], re.IGNORECASE | re.MULTILINE
    )
    return message_id(found.group(1).decode("utf-8", "replace")) if found else None
