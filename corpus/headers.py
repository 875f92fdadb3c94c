"""What mail headers say: words, names and addresses, message ids."""

from __future__ import annotations

import email.errors
import email.utils
import re
from dataclasses import dataclass
from email.header import decode_header

from corpus.charsets import codec_for, decoded, storable

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD = re.compile(r"\s*[\r\n]+\s*|\t+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_SPACED_ID = re.compile(r"<([^<>@]{1,500}@[^<>@]{1,498})>")  # "<1 @ host >" of old programs
_VIA_LIST = re.compile(r"^(?P<name>.{1,200}?)\s+via\s+\S.{0,120}$")
_AT = r"(?: at |\s?[\[(]at[\])]\s?)"
_MASKED = re.compile(
    rf"^(?P<local>[^\s@<>]{{1,120}}?){_AT}"
    r"(?P<host>[\w-]{1,63}(?:(?:\.| (?:dot|[\[(]dot[\])]) )[\w-]{1,63}){1,8})$",
    re.IGNORECASE,
)
_DOT = re.compile(r" [\[(]?dot[\])]? ", re.IGNORECASE)
# A host that an archive crossed out: two people may share what is left of their addresses.
_NO_HOST = re.compile(r"^(?:x{3,}(?:\.x{2,})*|domain\.hidden|hidden|invalid)$")
_OLD_STYLE = re.compile(
    r"^(?P<local>\S{1,200}@[\w.-]{1,200}|\S{1,120} at [\w.-]{1,200})\s*\((?P<name>[^()]{0,200})\)\s*$"
)
_BARE_LAST = re.compile(r"^(?P<name>[^<>\"]{1,200}?)\s+(?P<address>[^\s@<>]{1,120}@[\w.-]{1,200})$")
_IN_BRACKETS = re.compile(r"<([^<>]{0,320})>")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_GROUP = re.compile(r"^[^<>@\",:;]{0,100}:(?P<members>.{0,1000});\s*$")
_QUOTED_PAIR = re.compile(r"\\([\"()\\])")
_LETTER = re.compile(r"\w")
_WITH_AT = re.compile(r"\S@\S")
_LONGEST_ADDRESS_VALUE = 1000


def unfolded(value: str) -> str:
    """One line: a line break and the white space after it are one space, and so is a tab that Pipermail left."""
    return _FOLD.sub(" ", value).strip()


def words(raw: str | bytes) -> str:
    """A header's value for reading: unfolded, encoded words decoded whatever they are broken by, storable."""
    value = decoded(raw)[0] if isinstance(raw, bytes) else _readable(raw)
    if "=?" not in value:
        return unfolded(storable(value))
    value = _FOLD.sub(" ", _BETWEEN_WORDS.sub(r"\1\2", value))
    return unfolded(storable(_joined_words(value)))


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
        charset, encoding, payload = match.groups()
        raw = _payload(encoding, payload)
        charset = charset.partition("*")[0]  # RFC 2231 puts a language after a star
        if raw is None or (codec_for(charset) is None and not charset.lower().startswith(("x-", "unknown"))):
            close_run()
            pieces.append(match.group(0) if raw is None else decoded(raw)[0])
        else:
            run.append((charset, raw))
        position = match.end()
    close_run()
    pieces.append(value[position:])
    return "".join(pieces)


def _payload(encoding: str, payload: str) -> bytes | None:
    try:
        # Spaces inside are against RFC 2047 and common; the standard decoder wants them as underscores.
        ((raw, _),) = decode_header(f"=?utf-8?{encoding}?{payload.replace(' ', '_')}?=")
    except (ValueError, email.errors.MessageError):  # binascii's and Unicode's errors are ValueErrors
        return None
    return raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a mail: a name to show and an address to tell people apart by."""

    name: str | None
    address: str | None


def parsed_address(value: str) -> Sender:
    """The first name and address in a From or Reply-To value, also in the forms that archives make of it.

    ``user at host (Name)`` is Pipermail's, ``Name user@host`` that of its first versions. A name keeps what it says in
    brackets and after commas, as long as the address stands behind it: "Quill, Ana (Oslo) <ana@one.example>".
    """
    value = unfolded(_readable(value))[:_LONGEST_ADDRESS_VALUE]
    if "@" not in value:
        value = value.replace("\uff20", "@")  # HyperKitty's feeds write the full-width letter
    if (group := _GROUP.match(value)) is not None:
        value = group["members"].strip()
    value = _first_of_several(value)
    if (old := _OLD_STYLE.match(value)) is not None:
        return Sender(_name(old["name"]), _address(old["local"]))
    if (inside := _IN_BRACKETS.search(value)) is not None:
        address = _address(inside.group(1))
        # The name is behind the address only when none is before it: <ana@one.example> (Ana Quill)
        return Sender(_name(value[: inside.start()]) or _name(_only_comment(value[inside.end() :])), address)
    if (bare := _BARE_LAST.match(value)) is not None:
        if "@" in bare["name"]:  # addresses with only spaces between them
            return Sender(None, _address(bare["name"].split()[0]))
        return Sender(_name(bare["name"]), _address(bare["address"]))
    if _MASKED.match(value) or ("@" in value and " " not in value):
        return Sender(None, _address(value))
    if "@" not in value:
        return Sender(_name(value), None)
    name, address = email.utils.parseaddr(value)
    return Sender(_name(name), _address(address))


def _readable(value: str) -> str:
    """Raw 8-bit bytes, which the email package keeps as escapes, as letters."""
    if value.isascii():
        return value
    try:
        return decoded(value.encode("utf-8", "surrogateescape"))[0]
    except UnicodeEncodeError:
        return storable(value)


def _first_of_several(value: str) -> str:
    """Up to the first comma behind an address that stands in no quotes and no brackets."""
    if "," not in value:
        return value
    quoted = escaped = False
    depth = 0
    for place, letter in enumerate(value):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "(<":
            depth += 1
        elif letter in ")>":
            depth = max(0, depth - 1)
        elif letter == "," and not depth and ("@" in value[:place] or " at " in value[:place]):
            return value[:place].strip()
    return value


def _only_comment(rest: str) -> str:
    comment = _COMMENT.fullmatch(rest.strip())
    return comment.group()[1:-1] if comment else ""


def _name(value: str) -> str | None:
    name = _QUOTED_PAIR.sub(r"\1", words(value).strip().strip("\"'")).strip()
    is_name = _LETTER.search(name) and not _MASKED.match(name) and not _WITH_AT.search(name)  # an address is no name
    return name if is_name else None


def _address(value: str) -> str | None:
    value = value.strip()
    if (masked := _MASKED.match(value)) is not None:
        value = f"{masked['local']}@{_DOT.sub('.', masked['host'])}"
    # Comments and spaces within an address are allowed, and no part of it: "ana (at work)@ one.example"
    address = "".join(_COMMENT.sub("", value).split()).lower()
    _, at, host = address.rpartition("@")
    return None if not at or _NO_HOST.match(host) else address


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
    if (spaced := _SPACED_ID.search(value)) is not None:
        return storable("".join(spaced.group(1).split())) or None
    bare = value.strip().strip("<>").strip()
    return storable(bare) if bare and not re.search(r"\s", bare) and len(bare) <= 998 else None


def message_ids(value: str | None) -> tuple[str, ...]:
    """All bracketed ids of a References or In-Reply-To value, in order and once each; other words are dropped."""
    return tuple(dict.fromkeys(storable(found) for found in _MESSAGE_ID.findall(value or "")))


def answered_id(value: str | None) -> str | None:
    """The mail that an In-Reply-To names: the first of several ids, the last one in a sentence.

    Old programs wrote ``Message from Ana <ana@one.example> of "Tue, 3 Aug" <id@one.example>``, or the id alone.
    """
    if not value:
        return None
    value = value.strip()
    found = message_ids(value)
    if not found:
        return message_id(value) if "@" in value else None
    return found[0] if value.startswith("<") else found[-1]
