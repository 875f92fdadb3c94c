"""Many mails in one file: mbox of every kind, and the month files of Pipermail and HyperKitty.

Split by a rule of our own over lines, for what exists splits at every "From " or demands an empty line before it; real
Pipermail text breaks both (a missing empty line in 135 of 557 months, "From " in bodies in 32).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.readers.mail import MOST_BYTES

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = rb"\d{1,2}:\d{2}(?::\d{2})?"
_ENDS_IN_DATE = re.compile(
    _DAY + rb",? +" + _MONTH + rb" +\d{1,2} +" + _TIME + rb"(?: +[A-Za-z]{1,5}| +[+-]\d{4})? +\d{4}(?: +[+-]\d{4})?\s*$"
    rb"|\d{1,2} +" + _MONTH + rb"\w{0,6} +\d{2,4} +" + _TIME + rb"(?: +[+-]?\w{1,5})?(?: +\([^()]{0,40}\))?\s*$"
)
_SHORT = re.compile(rb"^From (?:-|\S+)\s*$")
_HEADER = re.compile(rb"^(?:[!-9;-~]{1,76}:|>?From )")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_SEPARATOR = 1000
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Letter:
    """The bytes of one mail without its From_ line, which is kept beside it; `whole` is False for one cut off."""

    from_line: bytes
    raw: bytes
    whole: bool = True


def lines_of(stream: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines of chunks of bytes, each with whether it begins a line: a line of 10 MB comes in pieces."""
    rest = b""
    begins = True
    for chunk in stream:
        pieces = (rest + chunk).split(b"\n")
        rest = pieces.pop()
        for piece in pieces:
            yield piece + b"\n", begins
            begins = True
        if len(rest) > _LONGEST_LINE:
            yield rest, begins
            rest, begins = b"", False
    if rest:
        yield rest, begins


def is_separator(line: bytes, following: bytes) -> bool:
    """Whether a line that starts with "From " begins a mail: it ends in a date, or is bare, and a header follows.

    The rule gave exactly the number of pages in 503 of 557 month files.
    """
    if not line.startswith(b"From ") or len(line) > _LONGEST_SEPARATOR:
        return False
    return _HEADER.match(following) is not None and (
        _ENDS_IN_DATE.search(line) is not None or _SHORT.match(line) is not None
    )


def split_mailbox(chunks: Iterable[bytes]) -> Iterator[Letter]:
    """The mails in a mailbox, one in memory at a time; text before the first separator is skipped.

    One ``>`` is taken from lines like ``>From ``: that is exact for mboxrd, and for mboxo the better guess. A
    Content-Length is believed only where a mail, or the mailbox, ends at the place that it names.
    The last letter comes when the stream ends. If the stream raises, it is the caller who knows that it was cut.
    A mail above the size limit keeps its beginning and is marked as not whole.
    """
    window = _Window(chunks)
    window.skip(_BYTE_ORDER_MARK)
    start = 0 if window.is_separator_at(0) else window.next_separator(0)
    while start is not None:
        window.drop(start)
        body = window.end_of_line(0)
        from_line = window.read(0, body)
        end, whole = window.end_of_letter(body)
        raw = window.read(body, min(end, body + MOST_BYTES))
        yield Letter(from_line, _ESCAPED.sub(rb"\1", raw) if b">From " in raw else raw, whole)
        start = end if window.is_separator_at(end) else None


class _Window:
    """The bytes of a stream from some place on, as far as they were asked for; dropped at the front when done with."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._bytes = bytearray()

    def reaches(self, place: int) -> bool:
        """Whether the stream goes on to this place; reads up to it."""
        while len(self._bytes) < place:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._bytes += chunk
        return True

    def skip(self, mark: bytes) -> None:
        self.reaches(len(mark))
        if self._bytes.startswith(mark):
            self.drop(len(mark))

    def drop(self, count: int) -> None:
        del self._bytes[:count]

    def read(self, start: int, end: int) -> bytes:
        return bytes(self._bytes[start:end])

    def end_of_line(self, start: int) -> int:
        """The place behind the line's break, or where the stream or the longest line ends."""
        self.reaches(start + _LONGEST_SEPARATOR)
        found = self._bytes.find(b"\n", start, start + _LONGEST_SEPARATOR)
        return min(len(self._bytes), start + _LONGEST_SEPARATOR) if found < 0 else found + 1

    def is_separator_at(self, place: int) -> bool:
        self.reaches(place + 5)
        if not self._bytes.startswith(b"From ", place):
            return False
        end = self.end_of_line(place)
        return is_separator(self.read(place, end), self.read(end, self.end_of_line(end)))

    def next_separator(self, start: int) -> int | None:
        """The first separator behind this place; None when the stream ends before one comes."""
        while True:
            found = self._bytes.find(b"\nFrom ", start)
            if found >= 0:
                if self.is_separator_at(found + 1):
                    return found + 1
                start = found + 1
            else:
                start = max(start, len(self._bytes) - 5)
                if not self.reaches(len(self._bytes) + 1):
                    return None

    def end_of_letter(self, start: int) -> tuple[int, bool]:
        """Where the letter ends whose head starts here, and whether it is within the size limit."""
        whole = True
        place = start - 1 if start else start  # the letter may be empty
        while True:
            found = self._bytes.find(b"\nFrom ", place)
            if found >= 0:
                if self.is_separator_at(found + 1):
                    claimed = self._claimed_end(start, found + 1)
                    if claimed is None:
                        return found + 1, whole and found + 1 - start <= MOST_BYTES
                    place = claimed - 1
                else:
                    place = found + 1
                continue
            place = max(place, len(self._bytes) - 5)
            if place - start > MOST_BYTES + _LONGEST_SEPARATOR:
                # Its beginning is kept, and of the rest only what may yet be the separator that ends it.
                del self._bytes[start + MOST_BYTES : place]
                place, whole = start + MOST_BYTES, False
            if not self.reaches(len(self._bytes) + 1):
                return len(self._bytes), whole and len(self._bytes) - start <= MOST_BYTES

    def _claimed_end(self, start: int, separator: int) -> int | None:
        """The end that the letter's Content-Length names, if it is behind a separator and something does end there."""
        head = _HEAD_END.search(self._bytes, start, separator)
        if head is None:
            return None
        length = _CONTENT_LENGTH.search(self._bytes, start, head.end())
        if length is None or (end := head.end() + int(length.group(1))) <= separator or end > start + MOST_BYTES:
            return None
        if not self.reaches(end):
            return None
        for place in (end, end + 1, end + 2):
            if self.reaches(place) and self._bytes[end:place].strip(b"\r\n"):
                break  # only line breaks may follow, which count or do not
            at_end = not self.reaches(place + 1)
            if at_end or (self._bytes[place - 1 : place] == b"\n" and self.is_separator_at(place)):
                return place
        return None
