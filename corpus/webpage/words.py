"""Words of a text as they are compared here: without case, signs and soft hyphens. Never shown, never stored."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
_SOFT_HYPHEN = "\u00ad"


def words_of(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).replace(_SOFT_HYPHEN, "").casefold())


def letters_of(text: str) -> str:
    """The words run together: "The Harbour Gazette" and "harbour-gazette" differ by their article alone."""
    return "".join(words_of(text))


def shared(first: str, second: str) -> float:
    """How many of all the words of two texts are in both, 0 to 1."""
    one, other = set(words_of(first)), set(words_of(second))
    return len(one & other) / len(one | other) if one and other else 0.0
