"""The parts of one mail to typed blocks: which of them are its words, and what stands in the others' place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import IntEnum

from corpus.article import BlockKind, Link, RawBlock
from corpus.charsets import charset_of_page, decoded, storable
from corpus.headers import parsed_address, words
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.part_text import (
    payload_of,
    readable,
    token,
    transfer_decoded,
    without_dash_escapes,
    without_enclosures,
    without_rich_marks,
)
from corpus.readers.printed_mime import whole_mail

_MOST_PARTS = 200
_MOST_LEVELS = 50
_MOST_MARKUP_BYTES = 16 * 1024 * 1024  # as of a saved page: the tree takes twenty times its size
_WORD = re.compile(r"\w+")
_HAS_LETTERS = re.compile(r"\w")
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_HTML = frozenset({"text/html", "text/xhtml", "application/xhtml+xml"})
_RICH_TEXT = frozenset({"text/enriched", "text/richtext"})
# Signatures around a mail's words take nothing away from them.
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
# Parts that hold the words themselves in a form that is not opened, and what the import report says of it.
_CLOSED = {
    "application/pgp-encrypted": "encrypted with PGP: its words cannot be read",
    "application/pkcs7-mime": "wrapped in S/MIME, which is not opened",
    "application/x-pkcs7-mime": "wrapped in S/MIME, which is not opened",
    "application/ms-tnef": "holds a winmail.dat (Outlook's TNEF), which is not opened",
}
_NAMELESS = frozenset({"application/octet-stream", "application/x-tnef", "application/vnd.ms-tnef"})
_TNEF_NAME = "winmail.dat"
_SHOWN_OF_ENCLOSED = ("From", "Date", "Subject")
# HTML marks headings, captions and quotes; it is preferred when it has this share of the plain text's length.
_HTML_SAYS_AS_MUCH = 0.8
_SAME_WORDS = 0.8


@dataclass(frozen=True, slots=True)
class MailBody:
    """The words of a mail and where they link to; `warnings` names what was left out."""

    blocks: tuple[RawBlock, ...]
    links: tuple[Link, ...]
    warnings: tuple[str, ...]


def body_of(message: Message, payload: bytes | None = None) -> MailBody:
    """The words of a parsed mail; `payload` is its body where the parser was given only the head.

    Raises `RecursionError` where the parser does, on parts nested by the thousand.
    """
    parts = _Parts()
    reading = parts.whole(message, payload)
    # A part that came as a file is used when there is nothing else: HyperKitty exports HTML mails so.
    if not _length(reading):
        attached = (parts.attached_html, parts.attached_text)
        reading = next((_joined(readings) for readings in attached if _length(_joined(readings))), reading)
    elif not reading.links:
        reading = _Reading(reading.form, reading.blocks, _joined(parts.attached_html).links)
    warnings = parts.warnings
    if parts.names:
        warnings.append("not read: " + ", ".join(dict.fromkeys(parts.names))[:300])
    return MailBody(reading.blocks, reading.links, tuple(dict.fromkeys(warnings)))


class _Form(IntEnum):
    """What a reading was made from."""

    NOTHING = 0
    RICH_TEXT = 1  # RFC 1341 and 1896; read where nothing else is there
    TEXT = 2
    HTML = 3


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a part, or of several together, and their links."""

    form: _Form = _Form.NOTHING
    blocks: tuple[RawBlock, ...] = ()
    links: tuple[Link, ...] = ()


_NOTHING = _Reading()


@dataclass
class _Parts:
    """The walk through one mail's parts, and what it leaves aside on its way."""

    attached_text: list[_Reading] = field(default_factory=list)
    attached_html: list[_Reading] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    seen: int = 0

    def whole(self, message: Message, payload: bytes | None) -> _Reading:
        """The whole mail, also one of whose parts are printed into its text: the head lost them, or an archive did."""
        if not message.is_multipart() and ("content-type" not in message or _kind(message) == "multipart"):
            payload = payload_of(message) if payload is None else payload
            if (mail := whole_mail(payload)) is not None:
                printed = message_from_bytes(mail)
                below = _Reading(_Form.TEXT, typed_blocks(readable(printed.epilogue)))
                return _joined([self.part(printed), below])
            return self._plain(message, payload, attached=False)
        return self.part(message) if payload is None else self._leaf(message, payload)

    def part(self, part: Message, level: int = 0) -> _Reading:
        self.seen += 1
        if self.seen > _MOST_PARTS or level > _MOST_LEVELS:
            self.warnings.append(
                f"more than {_MOST_PARTS} parts, or {_MOST_LEVELS} in one another: the rest was left out"
            )
            return _NOTHING
        if not part.is_multipart():
            return self._leaf(part, payload_of(part))
        kind = part.get_content_type()
        inner = [one for one in part.get_payload() if isinstance(one, Message)]
        if kind == "multipart/report":
            return self._report(part, inner, level)
        if kind == "multipart/encrypted":
            self.warnings.append(_CLOSED["application/pgp-encrypted"])
            return _NOTHING
        readings = [self.part(one, level + 1) for one in inner]
        if kind == "multipart/alternative":
            return _best(readings)
        if kind == "message/rfc822":
            return _joined([*(_head_of(one) for one in inner), *readings])
        return _joined(readings)

    def _report(self, part: Message, inner: Sequence[Message], level: int) -> _Reading:
        """What a server tells, without the mail that it is about and that it encloses to show which."""
        told = next((one for one in inner if _kind(one) != "message"), None)
        self.names.extend(storable(one.get_content_type())[:80] for one in inner if one is not told)
        return (
            _Reading(_Form.TEXT, typed_blocks(readable(part.preamble))) if told is None else self.part(told, level + 1)
        )

    def _leaf(self, part: Message, payload: bytes) -> _Reading:
        kind = part.get_content_type()
        attached = token(part, "content-disposition") == "attachment"
        if kind in _CLOSED or (kind in _NAMELESS and (part.get_filename() or "").lower() == _TNEF_NAME):
            self.warnings.append(_CLOSED.get(kind, _CLOSED["application/ms-tnef"]))
        elif kind == "text/plain":
            return self._plain(part, payload, attached=attached)
        elif kind in _RICH_TEXT:
            return _Reading(
                _Form.RICH_TEXT,
                typed_blocks(without_rich_marks(self._decoded(part, payload, part.get_param("charset")))),
            )
        elif kind in _HTML and len(payload) > _MOST_MARKUP_BYTES:
            self.warnings.append(f"not read: an HTML part of more than {_MOST_MARKUP_BYTES >> 20} MB")
        elif kind in _HTML:
            blocks, links, complaint = typed_markup(self._decoded(part, payload, part.get_param("charset")))
            if complaint:
                self.warnings.append(complaint)
            return self._aside(self.attached_html, _Reading(_Form.HTML, blocks, links), attached)
        elif kind not in _SIGNATURES and payload.strip():
            self.names.append(storable(kind)[:80])
        return _NOTHING

    def _plain(self, part: Message, payload: bytes, *, attached: bool) -> _Reading:
        parameters = {name.lower(): value for name, value in part.get_params([])}
        flowed, delsp = (str(parameters.get(name, "")).lower() for name in ("format", "delsp"))
        text = without_dash_escapes(
            without_enclosures(self._decoded(part, payload, parameters.get("charset")), self.warnings)
        )
        blocks = typed_blocks(text, flowed=flowed == "flowed", delsp=delsp == "yes")
        if any(block.text.startswith(_ARMOUR) for block in blocks):
            self.warnings.append(_CLOSED["application/pgp-encrypted"])
        return self._aside(self.attached_text, _Reading(_Form.TEXT, blocks), attached)

    def _aside(self, kept: list[_Reading], reading: _Reading, attached: bool) -> _Reading:
        if not attached:
            return reading
        kept.append(reading)
        return _NOTHING

    def _decoded(self, part: Message, payload: bytes, declared: object) -> str:
        raw = transfer_decoded(part, payload, self.warnings)
        if isinstance(declared, tuple):  # RFC 2231: charset, language, value
            declared = declared[2]
        if declared is None and part.get_content_type() in _HTML:
            declared = charset_of_page(raw)
        text, complaint = decoded(raw, declared if isinstance(declared, str) else None)
        if complaint:
            self.warnings.append(complaint)
        return text


def _best(readings: Sequence[_Reading]) -> _Reading:
    """Of forms of the same words the HTML when it says as much as the plain text, else the text, else what there is."""
    by_form = {
        form: max((one for one in readings if one.form is form), key=_length, default=_NOTHING) for form in _Form
    }
    html, text = by_form[_Form.HTML], by_form[_Form.TEXT]
    if _length(html) and _length(html) >= _HTML_SAYS_AS_MUCH * _length(text):
        return html
    if _length(text):
        return _Reading(text.form, text.blocks, html.links or text.links)
    if _length(by_form[_Form.RICH_TEXT]):
        return by_form[_Form.RICH_TEXT]
    return text if text.blocks else html  # nothing but quotations


def _joined(readings: Sequence[_Reading]) -> _Reading:
    """Parts one after another; HTML that repeats the text before it is another form of that, whatever they are in."""
    kept: list[_Reading] = []
    for reading in readings:
        if not reading.blocks and not reading.links:
            continue
        if kept and {kept[-1].form, reading.form} == {_Form.TEXT, _Form.HTML} and _same_words(kept[-1], reading):
            kept[-1] = _best([kept[-1], reading])
        else:
            kept.append(reading)
    if len(kept) == 1:
        return kept[0]
    return _Reading(
        max((one.form for one in kept), default=_Form.NOTHING),
        tuple(block for one in kept for block in one.blocks),
        tuple(link for one in kept for link in one.links),
    )


def _same_words(one: _Reading, other: _Reading) -> bool:
    sets = [{word for block in reading.blocks for word in _WORD.findall(block.text)} for reading in (one, other)]
    return len(sets[0] & sets[1]) >= _SAME_WORDS * max(map(len, sets)) > 0


def _head_of(message: Message) -> _Reading:
    """A mail that is passed on as a part shows its head, as mail programs show it, and so a forward is known.

    The address is left out where there is a name: nobody reads it for the article's sake.
    """
    shown = [(name, words(str(message.get(name, "")))) for name in _SHOWN_OF_ENCLOSED]
    shown = [(name, parsed_address(value).name or value if name == "From" else value) for name, value in shown]
    head = "\n".join(f"{name}: {value}" for name, value in shown if value)
    return _Reading(_Form.NOTHING, (RawBlock(BlockKind.BOILERPLATE, head),)) if head else _NOTHING


def _kind(part: Message) -> str:
    return part.get_content_maintype()


def _length(reading: _Reading) -> int:
    return sum(
        len(block.text)
        for block in reading.blocks
        if block.kind is not BlockKind.QUOTED and _HAS_LETTERS.search(block.text)
    )
