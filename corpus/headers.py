"""What mail headers say: words, names and addresses, message ids."""

from __future__ import annotations

import binascii
import email.utils
import re
from dataclasses import dataclass
from email.header import decode_header

from corpus.charsets import codec_for, decoded, storable

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD = re.compile(r"\s*[\r\n]+\s*|\t+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_VIA_LIST = re.compile(r"^(?P<name>.{1,200}?)\s+via\s+\S.{0,120}$")
_MASKED = re.compile(r"^(?P<local>[^\s@<>]{1,120}) at (?P<host>[\w.-]{1,200})$")
_OLD_STYLE = re.compile(
    r"^(?P<local>\S{1,200}@[\w.-]{1,200}|\S{1,120} at [\w.-]{1,200})\s*\((?P<name>[^()]{0,200})\)\s*$"
)
_BARE_LAST = re.compile(r"^(?P<name>[^<>\"]{1,200}?)\s+(?P<address>[^\s@<>]{1,120}@[\w.-]{1,200})$")


def unfolded(value: str) -> str:
    """One line: a line break and the white space after it are one space, and so is a tab that Pipermail left."""
    return _FOLD.sub(" ", value).strip()


def words(raw: str | bytes) -> str:
    """A header's value for reading: unfolded, encoded words decoded whatever they are broken by, storable."""
    value = decoded(raw)[0] if isinstance(raw, bytes) else raw
    try:  # the email package keeps raw 8-bit bytes as escapes
        value = decoded(value.encode("utf-8", "surrogateescape"))[0]
    except UnicodeEncodeError:
        value = storable(value)
    value = _FOLD.sub(" ", _BETWEEN_WORDS.sub(r"\1\2", value))
    return storable(_FOLD.sub(" ", _joined_words(value))).strip()


def _joined_words(value: str) -> str:
    """Decode runs of encoded words; neighbours of one charset are joined first, for a letter may be cut in two."""
    pieces: list[str] = []
    position = 0
    run: list[tuple[str, bytes]] = []

    def close_run() -> None:
        while run:
            charset = run[0][0]
            together = b""
            while run and run[0][0].lower() == charset.lower():
                together += run.pop(0)[1]
            pieces.append(decoded(together, charset)[0])

    for match in _ENCODED_WORD.finditer(value):
        if match.start() > position or not run:
            close_run()
            pieces.append(value[position : match.start()])
        raw = _payload(match.group(0))
        charset = match.group(1).partition("*")[0]  # RFC 2231 puts a language after a star
        if raw is None or (codec_for(charset) is None and not charset.lower().startswith(("x-", "unknown"))):
            close_run()
            pieces.append(match.group(0) if raw is None else decoded(raw)[0])
        else:
            run.append((charset, raw))
        position = match.end()
    close_run()
    pieces.append(value[position:])
    return "".join(pieces)


def _payload(encoded_word: str) -> bytes | None:
    match = _ENCODED_WORD.fullmatch(encoded_word)
    assert match is not None
    _, encoding, payload = match.groups()
    try:
        # Spaces inside are against RFC 2047 and common; the standard decoder wants them as underscores.
        ((raw, _),) = decode_header(f"=?utf-8?{encoding}?{payload.replace(' ', '_')}?=")
    except (ValueError, binascii.Error, UnicodeError):
        return None
    except Exception as error:  # email.errors.HeaderParseError has no common base with the rest
        if type(error).__module__ == "email.errors":
            return None
        raise
    return raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a mail: a name to show and an address to tell people apart by."""

    name: str | None
    address: str | None


def parsed_address(value: str) -> Sender:
    """The first name and address in a From or Reply-To value, also in the forms that archives make of it.

    ``user at host (Name)`` is Pipermail's, ``Name user@host`` that of its first versions.
    """
    value = unfolded(value)
    if (old := _OLD_STYLE.match(value)) is not None:
        return Sender(_name(old["name"]), _address(old["local"]))
    if (bare := _BARE_LAST.match(value)) is not None:
        return Sender(_name(bare["name"]), _address(bare["address"]))
    if _MASKED.match(value):
        return Sender(None, _address(value))
    if "<" in value and (inside := re.search(r"<([^<>]{0,320})>", value)) is not None:
        return Sender(
            _name(value[: inside.start()].split(",")[-1] if '"' not in value else value[: inside.start()]),
            _address(inside.group(1)),
        )
    name, address = email.utils.parseaddr(value[:1000])
    if "@" not in value:
        return Sender(_name(value), None)
    return Sender(_name(name), _address(address))


def _name(value: str) -> str | None:
    name = words(value).strip().strip("\"'").replace('\\"', '"').strip()
    return None if not name or _MASKED.match(name) or re.search(r"\S@\S", name) else name  # no address as a name


def _address(value: str) -> str | None:
    value = value.strip().replace("@", "@")  # HyperKitty's feeds write U+FF20
    if (masked := _MASKED.match(value)) is not None:
        value = f"{masked['local']}@{masked['host']}"
    return storable(value).lower() if "@" in value else None


def real_sender(sender: str, reply_to: str | None) -> Sender:
    """The person behind a From that the list rewrote for DMARC ("Name via List" and the list's own address)."""
    written = parsed_address(sender)
    via = _VIA_LIST.match(written.name) if written.name else None
    if via is None:
        return written
    name = _name(via["name"])
    if reply_to:
        person = parsed_address(reply_to)
        if person.address != written.address:
            return Sender(person.name or name, person.address)
    return Sender(name, None)  # the address left is the list's: it would make one person of all its members


def message_id(value: str | None) -> str | None:
    """A message id without its brackets; a value without brackets is taken whole if it could be one."""
    if not value:
        return None
    if (match := _MESSAGE_ID.search(value)) is not None:
        return storable(match.group(1))
    bare = value.strip().strip("<>").strip()
    return storable(bare) if bare and not re.search(r"\s", bare) and len(bare) <= 998 else None


def message_ids(value: str | None) -> tuple[str, ...]:
    """All bracketed ids of a References or In-Reply-To value, in order and once each; other words are dropped."""
    return tuple(dict.fromkeys(storable(found) for found in _MESSAGE_ID.findall(value or "")))
