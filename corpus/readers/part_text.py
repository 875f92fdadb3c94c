"""The bytes of one part of a mail to the text in it: transfer encodings undone, files within the text taken out."""

from __future__ import annotations

import binascii
import itertools
import quopri
import re
from email.message import Message

from corpus.charsets import decoded

_TRANSFER_ENCODING = "content-transfer-encoding"
_BASE64_LINE = re.compile(rb"^[A-Za-z0-9+/]*={0,2}$")
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} \S")
_RICH_MARK = re.compile(r"<<|<param>[^<>]{0,200}</param>|</?[a-z][a-z0-9-]{0,59}>", re.IGNORECASE)
_RICH_LETTERS = {"<<": "<", "<lt>": "<", "<nl>": "\n", "<np>": "\n\n"}


def token(part: Message, header: str) -> str:
    """The first word of a header with parameters, in lower case."""
    return str(part.get(header, "")).partition(";")[0].strip().lower()


def payload_of(part: Message) -> bytes:
    """The part's bytes as they stood in the mail. Only asked to decode does the standard library leave them alone."""
    encoding = part.get(_TRANSFER_ENCODING)
    if encoding is not None:
        part.replace_header(_TRANSFER_ENCODING, "8bit")
    payload = part.get_payload(decode=True)
    if encoding is not None:
        part.replace_header(_TRANSFER_ENCODING, encoding)
    return payload if isinstance(payload, bytes) else b""


def readable(payload: str | None) -> str:
    """A preamble or epilogue, in which the email package keeps bytes beyond ASCII as escapes."""
    return decoded(payload.encode("utf-8", "surrogateescape"))[0] if payload else ""


def transfer_decoded(part: Message, payload: bytes, warnings: list[str]) -> bytes:
    """The part's bytes; a wrong name of a transfer encoding ("plain", "7-bit", "base64;") is read for what it means."""
    match token(part, _TRANSFER_ENCODING):
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


def without_rich_marks(text: str) -> str:
    """Words of RFC 1341's text/richtext and RFC 1896's text/enriched, which are read where nothing else is there."""
    return _RICH_MARK.sub(lambda mark: _RICH_LETTERS.get(mark.group().lower(), ""), text)


def without_dash_escapes(text: str) -> str:
    """A text signed with PGP has "- " before each line that begins with a dash (RFC 4880, 7.1), its "-- " too."""
    begin = text.find(_SIGNED)
    if begin < 0:
        return text
    end = text.find("\n-----BEGIN PGP SIGNATURE-----", begin)
    end = len(text) if end < 0 else end
    return text[:begin] + text[begin:end].replace("\n- -", "\n-") + text[end:]


def without_enclosures(text: str, warnings: list[str]) -> str:
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
