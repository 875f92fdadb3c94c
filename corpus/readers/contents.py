"""The bytes of a file, unpacked while they are read, with limits, and never raising half-way."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 64 * 1024
HEAD = 64 * 1024
# Text shrinks three to ten times, a log of one repeated line perhaps two hundred; gzip itself ends at 1,032.
MOST_RATIO = 250
_FREE_BYTES = 8 * 1024 * 1024  # a small file may be as repetitive as it likes
MOST_UNPACKED = 16 * 1024**3
_GZIP = b"\x1f\x8b"
_MOST_LAYERS = 2


class Contents:
    """What is in a file, as chunks of bytes, with any gzip around it taken off.

    Iterate once. When bytes end before they should, iteration just stops and `trouble` says why in a few words; so
    whatever was read before is there to be used. `head` is the beginning, for a look before reading.
    """

    def __init__(self, path: Path) -> None:
        self.trouble: str | None = None
        self._chunks = self._file(path)
        for _ in range(_MOST_LAYERS):
            first = self._peek(2)
            if not first.startswith(_GZIP):
                break
            self._chunks = self._unpacked(self._chunks)
        self.head = self._peek(HEAD)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def all(self, most_bytes: int) -> bytes | None:
        """Everything at once, or None when it is more than that."""
        gathered: list[bytes] = []
        size = 0
        for chunk in self._chunks:
            size += len(chunk)
            if size > most_bytes:
                return None
            gathered.append(chunk)
        return b"".join(gathered)

    def _peek(self, count: int) -> bytes:
        taken: list[bytes] = []
        size = 0
        while size < count and (chunk := next(self._chunks, None)) is not None:
            taken.append(chunk)
            size += len(chunk)
        self._chunks = itertools.chain(taken, self._chunks)
        return b"".join(taken)[:count]

    def _file(self, path: Path) -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                yield from _chunks_of(file)
        except OSError as error:
            self.trouble = f"cannot be read: {error.strerror or error}"

    def _unpacked(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        """The members of a gzip file one after another; zeros or other bytes behind them are no harm."""
        member = zlib.decompressobj(wbits=31)
        taken = given = 0
        for chunk in packed:
            taken += len(chunk)
            more = True  # the member may hold output back when it gave as much as it was allowed to
            while chunk or more:
                if member.eof:
                    chunk = chunk.lstrip(b"\0")
                    if not chunk:
                        break
                    if not chunk.startswith(_GZIP[:1]):
                        return
                    member = zlib.decompressobj(wbits=31)
                try:
                    piece = member.decompress(chunk, CHUNK)
                except zlib.error:
                    self.trouble = "damaged gzip"
                    return
                chunk = member.unused_data if member.eof else member.unconsumed_tail
                more = len(piece) == CHUNK
                given += len(piece)
                if given > MOST_UNPACKED or (given > _FREE_BYTES and given > taken * MOST_RATIO):
                    self.trouble = f"refused: it unpacks to more than {MOST_RATIO} times its size"
                    return
                if piece:
                    yield piece
        if not member.eof and self.trouble is None:
            self.trouble = "truncated gzip"


def _chunks_of(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
