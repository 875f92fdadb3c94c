"""What trafilatura takes for a page's article, as a vote on our own segments. Everything about trafilatura is here.

The library decides by elements and gives back a text of its own making. What is stored has to be the page's own
characters, so its text is only looked up in the segments of the page.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence

import lxml.html

from corpus.webpage.segments import Segment, is_enormous
from corpus.webpage.words import words_of

# It logs each page in which it finds little, and some of its own errors; the import report says it in our words.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_RUN = 4  # words in a row that prove a place: shorter runs stand all over a page
_ENOUGH = 0.8
_LITTLE = 100  # words


def votes_of(root: lxml.html.HtmlElement, segments: Sequence[Segment], words: Sequence[Sequence[str]]) -> list[bool]:
    """For each segment, whether most of its words are in what the extractor gives; all False when it gives nothing.

    `words` are those of each segment, as `words_of` gives them. The library's fast mode is used, and its full
    mode with three fallbacks only where that finds next to nothing: measured, the fallbacks otherwise bring in more
    furniture than text (benchmarks/RESULTS.md).
    """
    if is_enormous(root, segments):
        return [False] * len(segments)
    for fast in (True, False):
        text = _extracted(root, fast=fast)
        votes = [share >= _ENOUGH for share in _shares_found(words, text)]
        if sum(map(len, itertools.compress(words, votes))) >= _LITTLE:
            break
    return votes


def _extracted(root: lxml.html.HtmlElement, *, fast: bool) -> str:
    import trafilatura  # half of what it takes to start an import, and of no use to one without a page

    try:
        document = trafilatura.bare_extraction(root, fast=fast, include_comments=False)
    except Exception:  # it promises nothing about odd trees (recursion, empty elements): then it has no vote
        return ""
    return getattr(document, "text", None) or ""


def _shares_found(words: Sequence[Sequence[str]], text: str) -> list[float]:
    """For each segment the share of its words that stand in `text` in runs of four; a shorter one is a line or not."""
    given = words_of(text)
    runs = {tuple(given[at : at + _RUN]) for at in range(len(given) - _RUN + 1)}
    short_lines = {tuple(line) for line in map(words_of, text.split("\n")) if len(line) < _RUN}
    result = []
    for own in words:
        if len(own) < _RUN:
            result.append(float(tuple(own) in short_lines))
            continue
        found = 0
        reached = 0  # words up to here are counted already
        for at in range(len(own) - _RUN + 1):
            if tuple(own[at : at + _RUN]) in runs:
                found += at + _RUN - max(reached, at)
                reached = at + _RUN
        result.append(found / len(own))
    return result
