"""Bytes of unsure encoding to text that a database and a terminal can hold."""

from __future__ import annotations

import codecs
import re

# What mail declares, and what it mostly means by it (measured on 495 odd mails: see docs of the formats read).
# Each right side is a superset of the left, so nothing that was declared truly is read differently.
_MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "ks_c-5601-1987": "cp949",
    "ks_c-5601": "cp949",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
}
# Codecs that interpret escapes, or take quadratic time: never what a mail means, whatever it says.
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_META = re.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_SERVED = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates, which neither SQLite nor UTF-8 can hold, shown as U+FFFD."""
    return _UNSTORABLE.sub("�", text)


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def codec_for(declared: str | None) -> str | None:
    """The codec to use for a declared character set; None when there is none by that name."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    if name.replace("_", "-") in _REFUSED:
        return None
    return _MEANT.get(name, name)


def charset_of_page(raw: bytes) -> str | None:
    """What an HTML page declares in its first 4 KB."""
    found = _META.search(raw[:4096])
    return found.group(1).decode("ascii", "replace") if found else None


def charset_of_type(content_type: str | None) -> str | None:
    """What a server's ``Content-Type`` says."""
    found = _SERVED.search(content_type or "")
    return found.group(1) if found else None


def decoded(raw: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The text, and what was wrong with its declared character set (None when nothing was).

    In order: what was declared, strict UTF-8, then line by line, because one archive file often holds UTF-8 and
    single bytes side by side.
    """
    codec = codec_for(declared)
    if codec is not None:
        try:
            return storable(raw.decode(codec)), None
        except (UnicodeError, LookupError, ValueError):  # LookupError: "zlib" and the like are no text encodings
            pass
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = "\n".join(map(_decoded_line, raw.split(b"\n")))
        complaint = f"not valid {codec or 'utf-8'}: some bytes were read as windows-1252"
    else:
        complaint = f"declared {declared!a}, read as utf-8" if declared else ""
    return storable(text), complaint or None


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        as_utf8 = line.decode("utf-8", "replace")
        # A line with good multi-byte letters in it is UTF-8 that lost a byte; a line without any is windows-1252.
        if any(ord(letter) > 127 and letter != "�" for letter in as_utf8):
            return as_utf8
        return line.decode("cp1252", "replace")
