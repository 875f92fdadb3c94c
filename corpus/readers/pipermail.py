"""Pipermail: its month text files, whose mails are plain, and its message pages."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import unquote

from corpus.article import BlockKind, Link, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded
from corpus.dates import header_date
from corpus.extraction.furniture import is_archive_line
from corpus.headers import message_id, parsed_address, real_sender, words
from corpus.markup import typed_markup
from corpus.readers.mail import read_mail
from corpus.readers.mail_body import MailBody, body_of
from corpus.readers.mailbox import Letter
from corpus.readers.printed_mime import whole_mail

Attachment = Callable[[str], bytes | None]
"""The bytes of an HTML part that Pipermail cut out, by the address it left instead; None when the file is not here."""

STUB = "its text was cut out by the archive as an HTML attachment, and that file is not here"

_BEGIN, _END = b"<!--beginarticle-->", b"<!--endarticle-->"
_HEADING = re.compile(r"<h1>(.{0,2000}?)</h1>", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"<b>(.{0,500}?)</b>", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"<i>(.{0,100}?)</i>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"TITLE=\"[^\"]{0,3000}\"\s*>([^<>]{0,300})</a>", re.IGNORECASE)
# Escaped brackets stand around the id, unless the mail's own header lacked them.
_ID = re.compile(r"[?&;]In-Reply-To=(?:%3C|&lt;|<)?([^\"<>\s]{1,600}?)(?:%3E|&gt;|>)?\"", re.IGNORECASE)
_LIST = re.compile(r"More information about the (.{1,80}?)\s+mailing list", re.IGNORECASE | re.DOTALL)
_CUT_OUT = re.compile(
    r"<?(?P<url>https?://[^\s<>]{3,400}/attachments/\d{8}/[0-9a-f]{4,16}/attachment[\w.-]{0,20}\.html?)>?"
)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED_PAGE = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body|<div|<p[ >])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """What the month text says of a mail and its page does not."""

    message_id: str
    posted: dt.datetime | None
    in_reply_to: str | None
    references: tuple[str, ...]


def is_page(raw: bytes) -> bool:
    return _BEGIN in raw


def month_entries(letters: Iterable[Letter]) -> dict[str, MonthEntry]:
    """The heads of a month's mails by message id, to complete their pages with.

    Also by subject and time, for the pages of before 2005 hold no id; two mails of one second and subject are left out.
    """
    entries: dict[str, MonthEntry] = {}
    by_time: dict[str, set[str]] = {}
    for letter in letters:
        item = read_mail(letter.raw.partition(b"\n\n")[0] + b"\n\n", "", "pipermail")
        if not isinstance(item, RawItem) or not item.message_id:
            continue
        entries[item.message_id] = MonthEntry(item.message_id, item.posted, item.in_reply_to, item.references)
        for moment in {item.posted, _from_date(letter)} - {None}:
            by_time.setdefault(_time_key(item.subject, moment), set()).add(item.message_id)
    for key, identifiers in by_time.items():
        if len(identifiers) == 1:
            entries.setdefault(key, entries[next(iter(identifiers))])
    return entries


def _time_key(subject: str | None, moment: dt.datetime | None) -> str:
    """A key that is no message id, for it holds a space."""
    return f"{moment.timestamp() if moment else 0:.0f} {' '.join((subject or '').split())}"


def _from_date(letter: Letter) -> dt.datetime | None:
    """The date in the line that separates mails; "From ana at one.example  Fri Jul  5 09:12:44 2024"."""
    line = letter.from_line.decode("ascii", "replace")
    return header_date(line.partition("  ")[2]) or header_date(" ".join(line.split()[2:]))


def read_letter(letter: Letter, source: str, format: str, attachment: Attachment) -> RawItem | Unreadable:
    """A mail out of a mailbox; one that an archive stripped of its HTML gets that back when the file is beside it."""
    item = read_mail(letter.raw, source, format, fallback_date=_from_date(letter))
    return item if isinstance(item, Unreadable) else _completed(item, attachment)


def read_page(
    raw: bytes, source: str, attachment: Attachment, month: Mapping[str, MonthEntry] | None = None
) -> RawItem | Unreadable:
    begin = raw.find(_BEGIN)
    if begin < 0:
        return Unreadable(source, "a Pipermail page without the marks of its body")
    end = raw.rfind(_END)
    end = end if end > begin else len(raw)
    # Cut by bytes and decoded apart: a page in two encodings then costs no more than its worse half.
    charset = charset_of_page(raw)
    head, _ = decoded(raw[:begin][:65536], charset)
    foot, _ = decoded(raw[end:][-4000:], charset)
    below_heading = head[heading.end() :] if (heading := _HEADING.search(head)) else head
    subject = words(_plain(heading))
    name, shown_date, address = (_plain(form.search(below_heading)) for form in (_NAME, _DATE, _ADDRESS))
    date = header_date(shown_date)
    identifier = _ID.search(head)
    ident = message_id(f"<{unquote(html.unescape(identifier.group(1)))}>") if identifier else None
    entry = (month or {}).get(ident or _time_key(subject, date))
    sender = real_sender(f'"{name}" <{address}>' if address and name else name or address or "", None)
    listed = _LIST.search(foot)
    body = _body(raw[begin + len(_BEGIN) : end], charset)
    item = RawItem(
        source=source,
        format="pipermail",
        original=raw,
        blocks=body.blocks,
        subject=subject or None,
        list_name=words(_plain(listed)) or None,
        sender_name=sender.name,
        sender_address=sender.address or parsed_address(address).address,
        posted=(entry.posted if entry else None) or date,
        message_id=ident or (entry.message_id if entry else None),
        in_reply_to=entry.in_reply_to if entry else None,
        references=entry.references if entry else (),
        links=body.links,
        warnings=body.warnings,
    )
    return _completed(item, attachment)


def _body(article: bytes, charset: str | None) -> MailBody:
    """What stands between the marks; of a mail whose parts were printed into the page, those parts."""
    if b"\nContent-" in article[:4096] and whole_mail(sent := _as_sent(article)) is not None:
        return body_of(Message(), sent)
    text, complaint = decoded(article, charset)
    blocks, links, trouble = typed_markup(text)
    return MailBody(blocks, links, tuple(note for note in (complaint, trouble) if note))


def _as_sent(article: bytes) -> bytes:
    """The bytes of a mail's text without what Pipermail put around and between them, all of it ASCII."""
    text = _MARKUP.sub("", article.decode("latin-1"))
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text.encode("latin-1")


def _plain(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    return " ".join(html.unescape(_MARKUP.sub("", found.group(1))).split())


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
