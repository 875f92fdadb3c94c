"""The bytes of a file, unpacked while they are read, with limits, and never raising half-way."""

from __future__ import annotations

import bz2
import itertools
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from corpus.readers.places import CHUNK, CutShort, File, why_not

HEAD = 64 * 1024
# Text shrinks three to ten times, a log of one repeated line perhaps two hundred; gzip itself ends at 1,032.
MOST_RATIO = 250
FREE_BYTES = 8 * 1024 * 1024  # a small file may be as repetitive as it likes
MOST_UNPACKED = 16 * 1024**3  # bytes; a hundred times the largest list archive at hand
MOST_LAYERS = 2  # "box.gz.gz" happens, by a server that packs what is packed; three times over does not
_MOST_XZ_MEMORY = 128 * 1024 * 1024  # bytes; `xz -9` asks for 65 MB to unpack, a made-up header for 4 GB


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Inflater:
    """zlib's object with the manners of the other two: what it could not give out yet, it keeps itself."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        piece = self._member.decompress(self._member.unconsumed_tail + data, max_length)
        self.needs_input = len(piece) < max_length  # with its tail empty it may still hold output back
        return piece


@dataclass(frozen=True, slots=True)
class _Packing:
    """A way to pack one stream of bytes; `begins` matches the first ten of them, `magic` the first of each member."""

    name: str
    magic: bytes
    begins: re.Pattern[bytes]
    opened: Callable[[], _Decompressor]


def _opened_xz() -> _Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_XZ_MEMORY)


_PACKINGS = [
    _Packing("gzip", b"\x1f", re.compile(rb"\x1f\x8b\x08"), _Inflater),
    _Packing("bzip2", b"B", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), bz2.BZ2Decompressor),
    _Packing("xz", b"\xfd", re.compile(rb"\xfd7zXZ\x00"), _opened_xz),
]
_ERRORS: tuple[type[Exception], ...] = (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError)
if sys.version_info >= (3, 14):
    from compression import zstd

    # A window of 2^27 bytes is what the zstd program itself takes without being asked for more.
    _PACKINGS.append(
        _Packing(
            "zstd",
            b"\x28",
            re.compile(rb"\x28\xb5\x2f\xfd"),
            lambda: zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 27}),
        )
    )
    _ERRORS = (*_ERRORS, zstd.ZstdError)


class Contents:
    """What is in a file, as chunks of bytes, with any gzip, bzip2, xz or zstd around it taken off.

    Iterate once. When bytes end before they should, iteration just stops and `trouble` says why in a few words; so
    whatever was read before is there to be used. `head` is the beginning, for a look before reading. `stored_bytes` is
    what the file takes up if it is itself packed: how much may come out of it is a multiple of that.
    """

    def __init__(self, chunks: Iterable[bytes], stored_bytes: int | None = None) -> None:
        self.trouble: str | None = None
        self.layers = 0  # taken off
        self._stored = stored_bytes
        self._taken = 0
        self._chunks = self._counted(chunks)
        for layer in range(MOST_LAYERS + 1):
            first = self._peek(10)
            packing = next((packing for packing in _PACKINGS if packing.begins.match(first)), None)
            if packing is None:
                break
            if layer == MOST_LAYERS:
                self.trouble = f"packed more than {MOST_LAYERS} times over"
                self._chunks = iter(())
            else:
                self._chunks = self._unpacked(self._chunks, packing)
                self.layers += 1
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

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        try:
            for chunk in chunks:
                self._taken += len(chunk)
                yield chunk
        except OSError as error:
            self.trouble = why_not(error)
        except CutShort as reason:
            self.trouble = str(reason)

    def _unpacked(self, packed: Iterator[bytes], packing: _Packing) -> Iterator[bytes]:
        """The members of a packed file one after another; zeros or other bytes behind them are no harm.

        The measure of a bomb is the file itself, not the layer: gzip in gzip may not multiply its allowance.
        """
        member = packing.opened()
        given = 0
        for chunk in packed:
            data = chunk
            while data or not member.needs_input:
                if member.eof:
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                    if not data.startswith(packing.magic):
                        return
                    member = packing.opened()
                try:
                    piece = member.decompress(data, CHUNK)
                except _ERRORS:
                    self.trouble = f"damaged {packing.name}"
                    return
                data = member.unused_data if member.eof else b""
                given += len(piece)
                if (refusal := too_much(given, self._taken if self._stored is None else self._stored)) is not None:
                    self.trouble = refusal
                    return
                if piece:
                    yield piece
        if not member.eof and self.trouble is None:
            self.trouble = f"truncated {packing.name}"


def contents_of(file: File) -> Contents:
    return Contents(file.chunks(), file.stored_bytes)


def too_much(given: int, stored: int) -> str | None:
    """Why no more is unpacked when `given` bytes came out of `stored` ones; None while all is well."""
    if given > MOST_UNPACKED:
        return f"refused: it unpacks to more than {MOST_UNPACKED >> 30} GB"
    if given > FREE_BYTES and given > stored * MOST_RATIO:
        return f"refused: it unpacks to more than {MOST_RATIO} times its size"
    return None
