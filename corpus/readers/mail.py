"""One mail, as bytes, to a RawItem: the eml and Maildir containers, and what mailboxes are made of.

The standard parser reads bytes with its old policy and headers are decoded by us: its newer policy raises on real
mail (unknown character sets, groups of addresses, broken headers), the old one on none of 495 odd ones.
"""

from __future__ import annotations

import datetime as dt
import re
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from corpus.article import RawItem, Unreadable
from corpus.dates import header_date
from corpus.extraction.subjects import names_the_list, taken_apart
from corpus.headers import answered_id, message_id, message_ids, parsed_address, real_sender, unfolded, words
from corpus.readers.mail_body import body_of

MOST_BYTES = 64 * 1024 * 1024  # larger mails carry files, not articles
_LIST_ID = re.compile(r"^(?P<phrase>[^<]{0,200})<(?P<id>[^<>\s]{1,200})>")
_BARE_ID = re.compile(r"^[\w-]{1,80}(?:\.[\w-]{1,80}){1,8}$")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A head that the standard parser would take to its end, up to the first empty line.
_WHOLE_HEAD = re.compile(rb"(?:[!-9;-~]{1,200}:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MULTIPART = re.compile(rb"^content-type:\s*(?:multipart|message)", re.IGNORECASE | re.MULTILINE)
_MOST_SERVERS = 40
_FIRST_MAIL = 1971
_header_parser = BytesHeaderParser()


def without_from_line(raw: bytes) -> bytes:
    """A single mail without the line that separates mails in a mailbox, which some programs save with it."""
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def read_mail(
    raw: bytes, source: str, format: str, *, location: str | None = None, fallback_date: dt.datetime | None = None
) -> RawItem | Unreadable:
    """The mail in `raw`. `fallback_date` is the container's own date, for a mail that has none."""
    if len(raw) > MOST_BYTES:
        return Unreadable(source, f"a mail of more than {MOST_BYTES >> 20} MB")
    if not raw.strip(b"\0\r\n\t "):
        return Unreadable(source, "an empty mail")
    try:
        message, payload = _parsed(raw.removeprefix(_BYTE_ORDER_MARK))
        body = body_of(message, payload)
    except RecursionError:
        return Unreadable(source, "parts nested too deeply")
    headers = _Headers(message)
    if headers.count == 0:
        return Unreadable(source, "no mail header at its beginning")
    warnings = list(body.warnings)
    subject = headers.words("subject")
    received = headers.received()
    posted = header_date(headers.words("date") or headers.words("resent-date"))
    if posted is not None and posted.year < _FIRST_MAIL and (fallback_date or received):
        posted = None  # a clock that was never set counts from 1970
    if posted is None:
        if headers.first("date"):
            warnings.append(f"unreadable date {headers.words('date')!a:.60}")
        posted = fallback_date
        if posted is None and received:
            posted = received[-1]
            warnings.append("no sender's date: that of the first server on its way was taken")
    sender = real_sender(headers.first("from") or headers.first("sender") or "", headers.first("reply-to"))
    return RawItem(
        source=source,
        format=format,
        original=raw,
        blocks=body.blocks,
        location=location,
        subject=subject or None,
        list_name=_list_name(headers, subject),
        sender_name=sender.name,
        sender_address=sender.address,
        posted=posted,
        received=received[0] if received else None,
        message_id=message_id(headers.first("message-id")),
        in_reply_to=answered_id(headers.first("in-reply-to")),
        references=message_ids(headers.first("references")),
        links=body.links,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _parsed(raw: bytes) -> tuple[Message, bytes | None]:
    """The mail as the standard library parses it; of one without parts the head alone, and its body as it stands."""
    head, gap, body = raw.partition(b"\n\n")
    if gap and _MULTIPART.search(head) is None and _WHOLE_HEAD.fullmatch(head + b"\n") is not None:
        return _header_parser.parsebytes(head + gap), body
    return message_from_bytes(raw), None


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

    def received(self) -> list[dt.datetime]:
        """The readable dates of the Received lines, newest first: every server puts its own line on top."""
        lines = self._values.get("received", [])
        wanted = lines if len(lines) <= _MOST_SERVERS else [*lines[:5], lines[-1]]
        moments = (header_date(unfolded(value).rpartition(";")[2]) for value in wanted)
        return [moment for moment in moments if moment is not None]


def _list_name(headers: _Headers, subject: str) -> str | None:
    """The list's own tag: the one in the subject when it is the list's, else what the head calls the list."""
    list_id = headers.words("list-id")
    if (named := _LIST_ID.match(list_id)) is not None:
        phrase, local = named["phrase"].strip(" \"'"), named["id"].split(".")[0]
    else:  # without its brackets; or by an older Mailman, whose lists named themselves by their address
        address = parsed_address(headers.first("x-beenthere") or headers.first("x-mailing-list") or "").address
        phrase, local = "", list_id.split(".")[0] if _BARE_ID.match(list_id) else (address or "").partition("@")[0]
    return name_of_list(phrase, local, subject)


def name_of_list(phrase: str, local: str, subject: str) -> str | None:
    """What to call a list, by its description, the local part of its id and a posting's subject.

    The subject's tag when it names the same list, else a short description, else the local part.
    """
    tag = taken_apart(subject).tag if "[" in subject else None
    if tag and any(names_the_list(tag, name) for name in (local, phrase) if name):
        return tag
    return phrase if phrase and len(phrase.split()) <= 3 else local or None
