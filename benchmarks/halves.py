"""Which half of a set a case is in: rules are developed on the even half, and the odd half is the one to quote."""

from __future__ import annotations

import hashlib


def drawn(identifier: str) -> int:
    """A number that is the same in every run: the sha256 of an id, or of a text that has none."""
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16)


def held_out(identifier: str) -> bool:
    return drawn(identifier) % 2 == 1
