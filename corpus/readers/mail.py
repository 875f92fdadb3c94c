"""One mail, as bytes, to a RawItem: the eml and Maildir containers, and what mailboxes are made of.

The standard parser reads bytes with its old policy and headers are decoded by us: its newer policy raises on real
mail (unknown character sets, groups of addresses, broken headers), the old one on none of 495 odd ones.
"""

from __future__ import annotations

import binascii
import datetime as dt
import itertools
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from corpus.article import BlockKind, Link, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded, storable
from corpus.dates import header_date
from corpus.headers import message_id, message_ids, real_sender, unfolded, words
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.subjects import names_the_list, taken_apart

MOST_BYTES = 64 * 1024 * 1024  # larger mails carry files, not articles
_MOST_PARTS = 200
_LIST_ID = re.compile(r"^(?P<phrase>[^<]{0,200})<(?P<id>[^<>\s]{1,200})>")
_BASE64_LINE = re.compile(rb"^[A-Za-z0-9+/]*={0,2}$")
_KNOWN_ENCODINGS = frozenset({"7bit", "8bit", "binary", "quoted-printable", "x-uuencode", "uuencode"})
_HAS_LETTERS = re.compile(r"\w")


def read_mail(
    raw: bytes, source: str, format: str, *, location: str | None = None, fallback_date: dt.datetime | None = None
) -> RawItem | Unreadable:
    """The mail in `raw`. `fallback_date` is the container's own date, for a mail that has none."""
    if len(raw) > MOST_BYTES:
        return Unreadable(source, f"a mail of more than {MOST_BYTES >> 20} MB")
    if not raw.strip(b"\0\r\n\t "):
        return Unreadable(source, "an empty mail")
    try:
        message = message_from_bytes(raw)
        headers = _Headers(message)
        body = _Body()
        body.gather(message)
    except RecursionError:
        return Unreadable(source, "parts nested too deeply")
    if headers.count == 0:
        return Unreadable(source, "no mail header at its beginning")
    warnings = list(body.warnings)
    subject = headers.words("subject")
    posted = header_date(headers.first("date") or headers.first("resent-date"))
    if posted is None:
        if headers.first("date"):
            warnings.append(f"unreadable date {headers.words('date')!a:.60}")
        posted = fallback_date
    sender = real_sender(headers.first("from") or headers.first("sender") or "", headers.first("reply-to"))
    replied_to = message_ids(headers.first("in-reply-to"))
    return RawItem(
        source=source,
        format=format,
        original=raw,
        blocks=tuple(body.chosen()),
        location=location,
        subject=subject or None,
        list_name=_list_name(headers, subject),
        sender_name=sender.name,
        sender_address=sender.address,
        posted=posted,
        received=headers.newest_received(),
        message_id=message_id(headers.first("message-id")),
        in_reply_to=replied_to[0] if replied_to else None,
        references=message_ids(headers.first("references")),
        links=tuple(body.links),
        warnings=tuple(dict.fromkeys(warnings)),
    )


class _Headers:
    """Raw header values by lower-case name; the first of each, for later ones are usually added by accident."""

    def __init__(self, message: Message) -> None:
        self._values: dict[str, list[str]] = {}
        self.count = 0
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))
            self.count += 1

    def first(self, name: str) -> str | None:
        values = self._values.get(name, [])
        return next((value for value in values if value.strip()), None)

    def words(self, name: str) -> str:
        return words(self.first(name) or "")

    def newest_received(self) -> dt.datetime | None:
        # Every server puts its own line on top.
        for value in self._values.get("received", [])[:5]:
            if (moment := header_date(unfolded(value).rpartition(";")[2])) is not None:
                return moment
        return None


def _list_name(headers: _Headers, subject: str) -> str | None:
    """The list's own tag: the one in the subject when it is the list's, else what List-Id calls the list."""
    named = _LIST_ID.match(headers.words("list-id"))
    if named is None:
        return None
    phrase = named["phrase"].strip(" \"'")
    local = named["id"].split(".")[0]
    tag = taken_apart(subject).tag
    if tag and any(names_the_list(tag, name) for name in (local, phrase) if name):
        return tag
    return phrase if phrase and len(phrase.split()) <= 3 else local or None


@dataclass
class _Body:
    """The readable parts of a mail: inline text in order, the HTML beside it, HTML that was attached."""

    text: list[RawBlock] = field(default_factory=list)
    html: list[RawBlock] = field(default_factory=list)
    attached_html: list[RawBlock] = field(default_factory=list)
    text_links: list[Link] = field(default_factory=list)
    html_links: list[Link] = field(default_factory=list)
    attached_links: list[Link] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def gather(self, message: Message) -> None:
        """Walk the parts, alternatives and all, without going into what is somebody else's file."""
        pending = [message]
        for _ in range(_MOST_PARTS):
            if not pending:
                break
            part = pending.pop(0)
            if part.is_multipart():  # or a mail within the mail
                pending[:0] = [inner for inner in part.get_payload() if isinstance(inner, Message)]
            else:
                self._take(part)
        if pending:
            self.warnings.append(f"more than {_MOST_PARTS} parts: the rest was left out")
        if self.names:
            self.warnings.append("not read: " + ", ".join(dict.fromkeys(self.names))[:300])

    def chosen(self) -> list[RawBlock]:
        """The HTML when it says as much as the plain text, for it marks headings, captions and quotes; else the text.

        An HTML part that came as a file is used when there is nothing else: HyperKitty exports HTML mails so.
        """
        text, html = _length(self.text), _length(self.html)
        if html and html >= 0.8 * text:
            self.links = self.html_links
            return self.html
        if text:
            self.links = self.html_links or self.attached_links
            return self.text
        self.links = self.attached_links
        return self.attached_html or self.text

    def _take(self, part: Message) -> None:
        kind = part.get_content_type()
        attached = (_parameter(part, "content-disposition") or "").lower() == "attachment"
        if kind not in ("text/plain", "text/html") or (attached and kind == "text/plain"):
            self.names.append(storable(part.get_content_type())[:80])
            return
        text = self._decoded(part)
        if kind == "text/plain":
            flowed = str(part.get_param("format") or "").lower() == "flowed"
            delsp = str(part.get_param("delsp") or "").lower() == "yes"
            blocks = typed_blocks(_without_enclosures(text, self.warnings), flowed=flowed, delsp=delsp)
            self.text.extend(blocks)
            return
        markup, links, complaint = typed_markup(text)
        if complaint:
            self.warnings.append(complaint)
        (self.attached_html if attached else self.html).extend(markup)
        (self.attached_links if attached else self.html_links).extend(links)

    def _decoded(self, part: Message) -> str:
        raw = _transfer_decoded(part, self.warnings)
        declared = part.get_param("charset")
        if isinstance(declared, tuple):  # RFC 2231: charset, language, value
            declared = declared[2]
        if declared is None and part.get_content_type() == "text/html":
            declared = charset_of_page(raw)
        text, complaint = decoded(raw, declared if isinstance(declared, str) else None)
        if complaint:
            self.warnings.append(complaint)
        return text


def _parameter(part: Message, header: str) -> str | None:
    value = part.get(header)
    return None if value is None else str(value).partition(";")[0].strip()


def _transfer_decoded(part: Message, warnings: list[str]) -> bytes:
    """The part's bytes; a wrong name of a transfer encoding ("plain", "7-bit", "base64;") is read for what it means."""
    encoding = (_parameter(part, "content-transfer-encoding") or "").lower()
    if "content-transfer-encoding" in part:
        part.replace_header("content-transfer-encoding", encoding if encoding in _KNOWN_ENCODINGS else "8bit")
    # Asked to decode, the standard library gives bytes and leaves the declared character set alone; else it may raise.
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return b""
    return _base64_decoded(raw, warnings) if encoding == "base64" else raw


def _base64_decoded(payload: bytes, warnings: list[str]) -> bytes:
    # What follows the last line that can be base64 is noise: a list's footer behind the part, a scanner's note.
    lines = itertools.takewhile(_BASE64_LINE.match, (line.strip() for line in payload.strip().split(b"\n")))
    digits = b"".join(lines).rstrip(b"=")
    if len(digits) % 4 == 1:  # no number of bytes has so many digits: the end was lost
        warnings.append("damaged base64: kept what was readable")
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _without_enclosures(text: str, warnings: list[str]) -> str:
    """The text without uuencoded or yEnc files in it: no words, and often megabytes of it."""
    if "\nend" not in text and "\n=yend" not in text:
        return text
    kept: list[str] = []
    dropped: list[str] = []
    until: str | None = None
    for line in text.split("\n"):
        bare = line.rstrip("\r")
        if until is not None:
            dropped.append(line)
            if bare.startswith(until) and (until != "end" or bare == "end"):
                until = None
                dropped.clear()
                warnings.append("a file within the text was left out")
        elif re.match(r"begin [0-7]{3,4} \S", bare):
            until = "end"
            dropped.append(line)
        elif bare.startswith("=ybegin "):
            until = "=yend"
            dropped.append(line)
        else:
            kept.append(line)
    return "\n".join(kept + dropped)  # never closed: no file after all


def _length(blocks: list[RawBlock]) -> int:
    return sum(
        len(block.text) for block in blocks if _HAS_LETTERS.search(block.text) and block.kind is not BlockKind.QUOTED
    )
