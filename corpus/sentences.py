"""Where the sentences of a text begin and end; the characters themselves are never touched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syntok import segmenter
from syntok.tokenizer import Token, Tokenizer

# The defaults of syntok rewrite "don't" and drop hyphens; with these every token stands in the text as it is.
_TOKENIZER = Tokenizer(emit_hyphen_or_underscore_sep=True, replace_not_contraction=False)

# A sentence never runs across a blank line or into the next point of a list; a single line break may be a wrapped line.
_BREAK = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]*(?:[-*•–]|\d{1,3}[.)])\s)")
_BLANKS = re.compile(r"\s*")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) in code points: in order, apart, trimmed, none of them blank.

    Only white space lies between them, so no word is left out. Rules by syntok: abbreviations ("U.S.", "Dr."),
    initials, decimal numbers and closing quotation marks stay with their sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _BREAK.finditer(text):
        spans.extend(_spans_within(text, start, found.start()))
        start = found.end()
    spans.extend(_spans_within(text, start, len(text)))
    return spans


def _spans_within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of one unbroken stretch; each reaches up to the next one, so that nothing falls between."""
    starts = [start + offset for offset in _first_offsets(text[start:end])]
    if not starts:
        starts = [start]
    starts[0] = start
    for here, following in zip(starts, [*starts[1:], end], strict=True):
        trimmed = _trimmed(text, here, following)
        if trimmed is not None:
            yield trimmed


def _first_offsets(text: str) -> list[int]:
    """Where each sentence begins as syntok sees it, ascending, each offset once."""
    sentences: Iterator[list[Token]] = segmenter.split(iter(_TOKENIZER.tokenize(text)))
    offsets = {sentence[0].offset for sentence in sentences if sentence}
    return sorted(offset for offset in offsets if 0 <= offset < len(text))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    match = _BLANKS.match(text, start, end)
    start = match.end() if match else start
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
