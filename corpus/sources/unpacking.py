"""Undoing what a server packed for the way, piece by piece and with limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from corpus.readers.contents import too_much
from corpus.readers.places import CutShort

_PIECE = 64 * 1024  # bytes given out at once: 65 kB of gzip can hold 67 MB
ACCEPTED = b"gzip, deflate"


class Unpackable(Exception):
    """A body that is packed in a way we did not ask for, or that would unpack to far more than it is."""


def unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes behind a ``Content-Encoding``. Raises `Unpackable`, or `CutShort` after what was readable."""
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        yield from chunks
    elif coding in ("gzip", "x-gzip"):
        yield from _inflated(chunks, zlib.MAX_WBITS | 16, "gzip")
    elif coding == "deflate":
        yield from _inflated(chunks, zlib.MAX_WBITS, "deflate")
    else:
        raise Unpackable(f"packed as {coding[:40]!a}, which was not asked for")


def _inflated(chunks: Iterable[bytes], window: int, name: str) -> Iterator[bytes]:
    member = zlib.decompressobj(window)
    taken = given = 0
    for chunk in chunks:
        taken += len(chunk)
        pending, more = chunk, True
        while pending or more:  # with its input used up a member can still hold output back
            if member.eof:  # several gzip members one after another; anything else behind the end is no harm
                if not (name == "gzip" and pending.startswith(b"\x1f\x8b")):
                    return
                member = zlib.decompressobj(window)
            try:
                piece = member.decompress(pending, _PIECE)
            except zlib.error:
                if name == "deflate" and taken == len(chunk) and window > 0:
                    # Some servers leave out the two bytes of head that the standard asks for.
                    window = -zlib.MAX_WBITS
                    member = zlib.decompressobj(window)
                    continue
                raise CutShort(f"damaged {name}") from None
            pending = member.unused_data if member.eof else member.unconsumed_tail
            more = len(piece) == _PIECE
            given += len(piece)
            if (refusal := too_much(given, taken)) is not None:
                raise Unpackable(refusal)
            if piece:
                yield piece
    if not member.eof and taken:
        raise CutShort(f"truncated {name}")
