"""Which of a page's segments are the article."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import lxml.html
import trafilatura

from corpus.webpage.segments import Segment

_WORD = re.compile(r"\w+")
_SHINGLE = 4


def votes(root: lxml.html.HtmlElement, segments: Sequence[Segment], **kw) -> list[float]:
    doc = trafilatura.bare_extraction(root, include_comments=False, **{"fast": True, **kw})
    text = doc.text if doc is not None else ""
    return coverage(text, segments)


def words_of(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def coverage(text: str, segments: Sequence[Segment]) -> list[float]:
    """For each segment the share of its words that stand in `text`, in runs of at least four; a shorter one whole."""
    known: set[tuple[str, ...]] = set()
    lines: set[tuple[str, ...]] = set()
    all_words = words_of(text)
    known.update(tuple(all_words[at : at + _SHINGLE]) for at in range(len(all_words) - _SHINGLE + 1))
    for line in text.split("\n"):
        words = words_of(line)
        if len(words) < _SHINGLE:
            lines.add(tuple(words))
    result = []
    for segment in segments:
        words = words_of(segment.text)
        if len(words) < _SHINGLE:
            result.append(float(tuple(words) in lines))
            continue
        covered = [False] * len(words)
        for at in range(len(words) - _SHINGLE + 1):
            if tuple(words[at : at + _SHINGLE]) in known:
                covered[at : at + _SHINGLE] = [True] * _SHINGLE
        result.append(sum(covered) / len(words))
    return result
