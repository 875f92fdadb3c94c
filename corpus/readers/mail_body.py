"""The parts of one mail to typed blocks: which of them are its words, and what stands in the others' place."""

from __future__ import annotations

import binascii
import itertools
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from corpus.article import BlockKind, Link, RawBlock
from corpus.charsets import charset_of_page, decoded, storable
from corpus.headers import parsed_address, words
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.printed_mime import whole_mail

_MOST_PARTS = 200
_TRANSFER_ENCODING = "content-transfer-encoding"
_BASE64_LINE = re.compile(rb"^[A-Za-z0-9+/]*={0,2}$")
_HAS_LETTERS = re.compile(r"\w")
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} \S")
_HTML = frozenset({"text/html", "text/xhtml", "application/xhtml+xml"})
_RICH_TEXT = frozenset({"text/enriched", "text/richtext"})
_RICH_MARK = re.compile(r"<<|<param>[^<>]{0,200}</param>|</?[a-z][a-z0-9-]{0,59}>", re.IGNORECASE)
_RICH_LETTERS = {"<<": "<", "<lt>": "<", "<nl>": "\n", "<np>": "\n\n"}
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
    if payload is None:
        parts.gather(message)
    else:
        parts.take(message, payload, is_whole=True)
    if parts.names:
        parts.warnings.append("not read: " + ", ".join(dict.fromkeys(parts.names))[:300])
    blocks, links = parts.chosen()
    return MailBody(tuple(blocks), tuple(links), tuple(dict.fromkeys(parts.warnings)))


@dataclass
class _Reading:
    """The blocks of one form of the mail, and their links."""

    blocks: list[RawBlock] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def add(self, blocks: Iterable[RawBlock], links: Iterable[Link] = ()) -> None:
        self.blocks.extend(blocks)
        self.links.extend(links)


@dataclass
class _Parts:
    """The readable parts of a mail: plain text in order, the HTML beside it, and both again of what was attached."""

    text: _Reading = field(default_factory=_Reading)
    html: _Reading = field(default_factory=_Reading)
    rich: _Reading = field(default_factory=_Reading)
    attached_text: _Reading = field(default_factory=_Reading)
    attached_html: _Reading = field(default_factory=_Reading)
    warnings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def gather(self, message: Message) -> None:
        """Walk the parts, alternatives and all, without going into what is somebody else's file."""
        pending = [message]
        for _ in range(_MOST_PARTS):
            if not pending:
                break
            part = pending.pop(0)
            if part.is_multipart():
                pending[:0] = self._inner(part)
            else:
                self.take(part, _payload(part), is_whole=part is message)
        if pending:
            self.warnings.append(f"more than {_MOST_PARTS} parts: the rest was left out")

    def chosen(self) -> tuple[list[RawBlock], list[Link]]:
        """The HTML when it says as much as the plain text, for it marks headings, captions and quotes; else the text.

        A part that came as a file is used when there is nothing else: HyperKitty exports HTML mails so.
        """
        text, html = _length(self.text.blocks), _length(self.html.blocks)
        if html and html >= 0.8 * text:
            return self.html.blocks, self.html.links
        if text:
            return self.text.blocks, self.html.links or self.attached_html.links
        for other in (self.attached_html, self.attached_text, self.rich):
            if _length(other.blocks):
                return other.blocks, other.links
        return self.text.blocks or self.html.blocks, self.html.links  # nothing but quotations

    def _inner(self, part: Message) -> list[Message]:
        inner = [one for one in part.get_payload() if isinstance(one, Message)]
        kind = part.get_content_type()
        if kind == "multipart/report":  # about another mail, which is enclosed to show which
            told = next((place for place, one in enumerate(inner) if one.get_content_maintype() != "message"), None)
            if told is None:
                self.text.add(typed_blocks(_text(part.preamble)))
            self.names.extend(storable(one.get_content_type())[:80] for at, one in enumerate(inner) if at != told)
            return [] if told is None else [inner[told]]
        if kind == "multipart/encrypted":
            self.warnings.append(_CLOSED["application/pgp-encrypted"])
            return []
        if kind == "message/rfc822":
            for enclosed in inner:
                self._enclosed_head(enclosed)
        return inner

    def _enclosed_head(self, message: Message) -> None:
        """A mail that is passed on as a part shows its head, as mail programs show it, and so a forward is known.

        The address is left out where there is a name: nobody reads it for the article's sake.
        """
        shown = [(name, words(str(message.get(name, "")))) for name in _SHOWN_OF_ENCLOSED]
        shown = [(name, parsed_address(value).name or value if name == "From" else value) for name, value in shown]
        head = "\n".join(f"{name}: {value}" for name, value in shown if value)
        if head:
            for reading in (self.text, self.html):
                reading.add((RawBlock(BlockKind.BOILERPLATE, head),))

    def take(self, part: Message, payload: bytes, *, is_whole: bool) -> None:
        """A part that has no parts; `is_whole` when it is the mail itself."""
        kind = part.get_content_type()
        attached = _token(part, "content-disposition") == "attachment"
        if is_whole and ("content-type" not in part or part.get_content_maintype() == "multipart"):
            # An archive that lost the head, or a head that lost the boundary: the parts are printed into the body.
            if (mail := whole_mail(payload)) is not None:
                printed = message_from_bytes(mail)
                self.gather(printed)
                self.text.add(typed_blocks(_text(printed.epilogue)))
                return
            kind = "text/plain" if part.get_content_maintype() == "multipart" else kind
        if kind in _CLOSED or (kind in _NAMELESS and (part.get_filename() or "").lower() == _TNEF_NAME):
            self.warnings.append(_CLOSED.get(kind, _CLOSED["application/ms-tnef"]))
        elif kind == "text/plain":
            parameters = dict(part.get_params([]))
            flowed, delsp = (str(parameters.get(name, "")).lower() for name in ("format", "delsp"))
            text = _without_enclosures(self._decoded(part, payload), self.warnings)
            blocks = typed_blocks(_without_dash_escapes(text), flowed=flowed == "flowed", delsp=delsp == "yes")
            (self.attached_text if attached else self.text).add(blocks)
            if any(block.text.startswith(_ARMOUR) for block in blocks):
                self.warnings.append(_CLOSED["application/pgp-encrypted"])
        elif kind in _RICH_TEXT:
            self.rich.add(typed_blocks(_without_rich_marks(self._decoded(part, payload))))
        elif kind in _HTML:
            markup, links, complaint = typed_markup(self._decoded(part, payload))
            if complaint:
                self.warnings.append(complaint)
            (self.attached_html if attached else self.html).add(markup, links)
        elif kind not in _SIGNATURES and payload.strip():
            self.names.append(storable(kind)[:80])

    def _decoded(self, part: Message, payload: bytes) -> str:
        raw = _transfer_decoded(part, payload, self.warnings)
        declared = part.get_param("charset")
        if isinstance(declared, tuple):  # RFC 2231: charset, language, value
            declared = declared[2]
        if declared is None and part.get_content_type() == "text/html":
            declared = charset_of_page(raw)
        text, complaint = decoded(raw, declared if isinstance(declared, str) else None)
        if complaint:
            self.warnings.append(complaint)
        return text


def _token(part: Message, header: str) -> str:
    return str(part.get(header, "")).partition(";")[0].strip().lower()


def _payload(part: Message) -> bytes:
    """The part's bytes as they stood in the mail. Only asked to decode does the standard library leave them alone."""
    encoding = part.get(_TRANSFER_ENCODING)
    if encoding is not None:
        part.replace_header(_TRANSFER_ENCODING, "8bit")
    payload = part.get_payload(decode=True)
    if encoding is not None:
        part.replace_header(_TRANSFER_ENCODING, encoding)
    return payload if isinstance(payload, bytes) else b""


def _text(payload: str | None) -> str:
    return decoded(payload.encode("utf-8", "surrogateescape"))[0] if payload else ""


def _transfer_decoded(part: Message, payload: bytes, warnings: list[str]) -> bytes:
    """The part's bytes; a wrong name of a transfer encoding ("plain", "7-bit", "base64;") is read for what it means."""
    match _token(part, _TRANSFER_ENCODING):
        case "quoted-printable":
            return quopri.decodestring(payload)
        case "base64":
            return _base64_decoded(payload, warnings)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uu_decoded(payload, warnings)
        case _:
            return payload


def _base64_decoded(payload: bytes, warnings: list[str]) -> bytes:
    # What follows the last line that can be base64 is noise: a list's footer behind the part, a scanner's note.
    lines = itertools.takewhile(_BASE64_LINE.match, (line.strip() for line in payload.strip().split(b"\n")))
    digits = b"".join(lines).rstrip(b"=")
    if len(digits) % 4 == 1:  # no number of bytes has so many digits: the end was lost
        warnings.append("damaged base64: kept what was readable")
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _uu_decoded(payload: bytes, warnings: list[str]) -> bytes:
    lines = payload.split(b"\n")
    start = next((place for place, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if start is None:
        return payload
    pieces: list[bytes] = []
    for line in itertools.takewhile(lambda line: line.strip() not in (b"end", b""), lines[start + 1 :]):
        try:
            pieces.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            warnings.append("damaged uuencode: kept what was readable")
            break
    return b"".join(pieces)


def _without_rich_marks(text: str) -> str:
    """Words of RFC 1341's text/richtext and RFC 1896's text/enriched, which are read where nothing else is there."""
    return _RICH_MARK.sub(lambda mark: _RICH_LETTERS.get(mark.group().lower(), ""), text)


def _without_dash_escapes(text: str) -> str:
    """A text signed with PGP has "- " before each line that begins with a dash (RFC 4880, 7.1), its "-- " too."""
    begin = text.find(_SIGNED)
    if begin < 0:
        return text
    end = text.find("\n-----BEGIN PGP SIGNATURE-----", begin)
    end = len(text) if end < 0 else end
    return text[:begin] + text[begin:end].replace("\n- -", "\n-") + text[end:]


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
        elif _UU_BEGIN.match(bare):
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
        len(block.text) for block in blocks if block.kind is not BlockKind.QUOTED and _HAS_LETTERS.search(block.text)
    )
