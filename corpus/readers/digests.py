"""A list's digest to the mails in it: RFC 2046's multipart/digest, and the plain text digests of RFC 1153.

A digest is one mail in its container, and a dozen postings to whoever looks for an article. Its table of contents and
its footer are furniture and are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32

from corpus.charsets import decoded
from corpus.extraction.subjects import taken_apart
from corpus.headers import words
from corpus.readers.mailbox import Letter

_DIGEST_TYPE = re.compile(rb"^content-type:\s*multipart/digest", re.IGNORECASE | re.MULTILINE)
_DIGEST_SUBJECT_LINE = re.compile(rb"^subject:[^\n]*(?:\n[ \t][^\n]*)*digest", re.IGNORECASE | re.MULTILINE)
_DIGEST_SUBJECT = re.compile(r"\bdigest\b", re.IGNORECASE)
_HEAD_BYTES = 16 * 1024
_FIRST_RULE = re.compile(r"^-{60,75}[ \t]*$", re.MULTILINE)  # 70 dashes below the table of contents
_RULE = re.compile(r"^-{28,32}[ \t]*$", re.MULTILINE)  # 30 between the mails
_HEADER = re.compile(r"^[A-Za-z][A-Za-z-]{1,30}:[ \t]")
_MOST_LEVELS = 8


class _AsTheyStood(Compat32):
    """Writes headers back as they were read: folding them anew can raise, on what the parser took without complaint."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("utf-8", "surrogateescape")


_UNCHANGED = _AsTheyStood(mangle_from_=False)


def mails_of_digest(raw: bytes) -> tuple[bytes, ...]:
    """The bytes of each mail in a digest, in order; empty when this mail is none.

    A mail that encloses other mails without being a digest (a forward, a bounce) is one posting.
    """
    if b"igest" not in raw and b"IGEST" not in raw:  # nearly all mails are passed here
        return ()
    named = _DIGEST_TYPE.search(raw) is not None
    if not named and _DIGEST_SUBJECT_LINE.search(raw[:_HEAD_BYTES]) is None:
        return ()
    try:
        message = message_from_bytes(raw)
        if named:
            return tuple(_enclosed(message))
    except RecursionError:  # parts nested by the thousand
        return ()
    subject = words(str(message.get("subject", "")))
    if message.is_multipart() or not _DIGEST_SUBJECT.search(subject) or taken_apart(subject).reply:
        return ()
    return tuple(_plain_digest(message))


def named_mails(raw: bytes, source: str) -> Iterator[tuple[bytes, str]]:
    """A mail with the name of its place, or the mails of a digest: ``source.1``, ``source.2``..."""
    inner = mails_of_digest(raw)
    if inner:
        yield from ((one, f"{source}.{number}") for number, one in enumerate(inner, start=1))
    else:
        yield raw, source


def without_digests(letters: Iterable[Letter]) -> Iterator[Letter]:
    """A mailbox's mails, with the mails of each digest in its place."""
    for letter in letters:
        inner = mails_of_digest(letter.raw) if letter.whole else ()
        if inner:
            yield from (Letter(letter.from_line, raw) for raw in inner)
        else:
            yield letter


def _enclosed(message: Message) -> Iterator[bytes]:
    """The mails in all multipart/digest parts."""
    pending = [(message, 0)]
    while pending:
        part, level = pending.pop(0)
        if not part.is_multipart() or level > _MOST_LEVELS:
            continue
        inner = [one for one in part.get_payload() if isinstance(one, Message)]
        if part.get_content_type() != "multipart/digest":
            pending[:0] = [(one, level + 1) for one in inner if one.get_content_maintype() == "multipart"]
            continue
        for one in inner:
            enclosed = one.get_payload(0) if one.is_multipart() and one.get_content_maintype() == "message" else one
            if isinstance(enclosed, Message) and len(enclosed):
                yield enclosed.as_bytes(policy=_UNCHANGED)


def _plain_digest(message: Message) -> Iterator[bytes]:
    payload = message.get_payload(decode=True)
    declared = message.get_content_charset()
    text, _ = decoded(payload if isinstance(payload, bytes) else b"", declared)
    text = text.replace("\r\n", "\n")
    contents = _FIRST_RULE.search(text)
    if contents is None:
        return
    for piece in _RULE.split(text[contents.end() :]):
        head, gap, body = piece.lstrip("\n").partition("\n\n")
        lines = [line for line in head.split("\n") if line]
        if not gap or not lines or not all(_HEADER.match(line) or line[0] in " \t" for line in lines):
            continue
        names = {line.partition(":")[0].lower() for line in lines if _HEADER.match(line)}
        if not {"from", "subject"} <= names:
            continue
        # The digest was written in one character set, whatever each mail was in.
        kept = [_in_utf8(line) for line in lines if not line.lower().startswith("content-transfer-encoding:")]
        yield ("\n".join(kept) + "\n\n" + body.strip("\n") + "\n").encode("utf-8", "surrogatepass")


def _in_utf8(line: str) -> str:
    return re.sub(r"(?i)charset\s*=\s*\"?[\w.:-]{1,40}\"?", "charset=utf-8", line)
