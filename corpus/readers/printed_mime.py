"""Mails whose parts, boundaries and all, were printed as their text.

Pipermail up to 2004 kept them so in its pages and month files, without the header that named the boundary; so do mails
whose own header lost it.
"""

from __future__ import annotations

import re

_OPENING = re.compile(rb'^--(?P<boundary>[^\s"][^\r\n"]{0,69}?)[ \t]*\r?\n(?=Content-[\w-]{2,30}:)', re.MULTILINE)
_WITHIN = 4096  # bytes; a text that comes to its first boundary later is a text about mail
# What stands before the first boundary is written by programs for programs that do not know MIME.
_PREAMBLE = re.compile(rb"\bMIME\b|multi-?part", re.IGNORECASE)
_PREAMBLE_LINES = 10


def whole_mail(body: bytes) -> bytes | None:
    """The printed parts as a mail that can be parsed; None when this is no such text or its end is missing."""
    opening = _OPENING.search(body[:_WITHIN])
    if opening is None:
        return None
    preamble = body[: opening.start()].strip().split(b"\n")
    if preamble[0] and (len(preamble) > _PREAMBLE_LINES or _PREAMBLE.search(preamble[0]) is None):
        return None
    boundary = opening["boundary"]
    closing = re.compile(rb"^--" + re.escape(boundary) + rb"--[ \t]*\r?$", re.MULTILINE)
    if closing.search(body, opening.end()) is None:
        return None
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + body[opening.start() :]
