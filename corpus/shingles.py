"""Words, shingles and fingerprints: what a text is compared by.

A shingle is five neighbouring words, as a number that is the same in every process (CRC-32 of the case-folded words).
The fingerprints of a text are chosen by winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of every window of
neighbouring shingles the least. A run of shingles as long as the window that two texts share therefore has a
fingerprint that both chose, wherever it stands, so an excerpt finds its article. MinHash estimates a whole text's
likeness and misses excerpts; sampling every sixteenth shingle misses one in eighteen of 40 words
(benchmarks/RESULTS.md, "Identity").
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from itertools import repeat

SHINGLE_WORDS = 5
WINDOW = 32  # shingles: a shared run of 36 words is always found
_SHORT_TEXT_WINDOWS = 8  # a text of less than this many windows gets smaller ones; all it chose, larger windows keep
_MOST_FINGERPRINTS = 512  # of one text, about; above some 8,000 words the window grows

# Thai, Lao, Burmese, Khmer, kana and Han write no spaces between words: there every character counts as one.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"\d+(?:[.,:/]\d+)*|[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphens and zero-width marks stand within words
_LINK = re.compile(r"(?:https?://|www\.)\S{1,2000}")
# Archives mask addresses ("user at host.example", "user@xxxxxxx"): the part that they change is left out.
_HOST_OF_ADDRESS = re.compile(r"(?:[@\uff20]| at )(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|x{3,63})")
_REFERENCE = re.compile(r"\[\d{1,3}\]")  # what turns a link into text leaves "[1]" behind
_LEAST_WITHOUT_LINKS = 30  # words; in a shorter text a link may be what it says


def words_of(text: str) -> list[str]:
    """The words that count for identity, as written; not those that a container's form may change."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    words = _WORD.findall(_HOST_OF_ADDRESS.sub(" ", _REFERENCE.sub(" ", _LINK.sub(" ", text))))
    return words if len(words) >= _LEAST_WITHOUT_LINKS else _WORD.findall(text)


def shingles_of(folded: Sequence[str]) -> list[int]:
    """The shingles of case-folded words, in order, 32 bits each; a text of less than five words is one shingle."""
    if 0 < len(folded) < SHINGLE_WORDS:
        folded = [*folded, *[""] * (SHINGLE_WORDS - len(folded))]
    joined = map(" ".join, zip(*(folded[skipped:] for skipped in range(SHINGLE_WORDS)), strict=False))
    return list(map(zlib.crc32, map(str.encode, joined, repeat("utf-8"), repeat("surrogatepass"))))


def fingerprints_of(shingles: Sequence[int]) -> frozenset[int]:
    """Some of the shingles, such that a shared run of them is noticed; about 8 to 16 of a short text, 50 of a page."""
    grown = 2 * len(shingles) // _MOST_FINGERPRINTS
    return frozenset(_winnowed(shingles, max(1, min(WINDOW, len(shingles) // _SHORT_TEXT_WINDOWS), grown)))


def _winnowed(shingles: Sequence[int], window: int) -> set[int]:
    """The least shingle of each window."""
    chosen = set[int]()
    start = 0
    while start + window <= len(shingles):
        seen = shingles[start : start + window]
        least = min(seen)
        chosen.add(least)
        place = start + window - 1 - seen[::-1].index(least)  # the last of equals lasts longest
        following = place + 1
        for entering in range(start + window, min(place + window, len(shingles))):
            if shingles[entering] < least:
                following = entering - window + 1
                break
        start = following
    return chosen
