"""Where the sentences of a text begin and end; the characters themselves are never touched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syntok import segmenter
from syntok.tokenizer import Token, Tokenizer

# The defaults of syntok rewrite "don't" and drop hyphens; with these every token stands in the text as it is.
_TOKENIZER = Tokenizer(emit_hyphen_or_underscore_sep=True, replace_not_contraction=False)

# A sentence never runs across a blank line or into the next point of a list; a single line break may be a wrapped line.
_BREAK = re.compile(r"\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]*(?:[-*•–]|\d{1,3}[.)])\s)")
_BLANKS = re.compile(r"\s*")

# What syntok was seen to miss (benchmarks/sentence_splitting.py). Every pattern is bounded, and looks at one place.
_CLOSERS = "\"'”’»›」』）)\\]"
_STARTERS = (  # words that begin sentences and are no surnames: "... of the U.S. She left.", "... in Group A. It lost."
    r"(?:The|He|She|It|They|We|You|This|That|These|Those|There|His|Her|Its|Their|Our|But|And|If|When|While|After|Before"
    r"|Although|Because|However|Meanwhile|Then|Nobody|Some|Many|Most|Both|Other|Others|Another|In|On|At|For|As|With|By"
    r"|From|An?(?=\s[a-z]))\b(?![.’'])"
)
_MONTH = (
    r"Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?"
)
_CLOCK_OR_DATE = (
    r"(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[A-Z]{2,4}\b|Eastern|Pacific"
    r"|Central|Mountain|Greenwich|Local|British)"
)
_SAYS = "说|說|称|稱|道|表示|指出|问|問|告诉|告訴"
_ENDS_ALSO = re.compile(
    # 。 and its kin need no space after them; what says who spoke belongs to the quotation before it.
    rf"(?<![。！？｡])[。！？｡]++[{_CLOSERS}]{{0,4}}(?![{_CLOSERS}。！？｡…，、；と]|\w{{0,6}}(?:{_SAYS}))\s?"
    rf"|(?<![।॥؟۔።])[।॥؟۔።]++[{_CLOSERS}]{{0,4}}\s"
    rf"|(?<=[^\W\d_])\.[{_CLOSERS}]{{0,4}}\s(?=[“\"‘]?{_STARTERS})"
    rf"|\b[ap]\.m\.[{_CLOSERS}]{{0,4}}\s(?=[“\"‘]?(?!{_CLOCK_OR_DATE})[A-Z])"
    rf"|\d\.\d{{1,9}}\.[{_CLOSERS}]{{0,4}}\s(?=[“\"‘]?[A-Z])"
    rf"|(?:…[”’»]|[.]…)\s(?=[“‘]?[A-Z])"
    rf"|\b(?:{_MONTH})\.?\s\d{{1,2}}(?:,\s\d{{4}})?\.[{_CLOSERS}]{{0,4}}\s(?=[“\"‘]?[A-Z])"
    # The next entry of a live report: "2155 The World Bank says ..."
    rf"|[.!?][{_CLOSERS}]{{0,2}}\s(?=(?:[01]\d|2[0-3])[:.]?[0-5]\d:?\s[A-Z])"
)
# What stands before a place where no sentence ends, and what stands after it.
_ENDS_NOT = (
    (re.compile(r"(?:;|\b(?:e\.g|i\.e|cf|vs?|approx)\.)\s+$", re.IGNORECASE), re.compile("")),
    (
        re.compile(
            r"\b(?:Gov|Sen|Rep|Lt|Col|Gen|Capt|Cmdr|Sgt|Maj|Cpl|Adm|Supt|Insp|Hon|Rev|Prof|Amb|Dep|Det|Asst|Atty|Pres|Dr|"
            r"Mrs?|Ms|Messrs|St|Mt|Ft)\.\s+$"
        ),
        re.compile(rf"(?!{_STARTERS})[^\W\d_]"),
    ),
    (
        re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Nos?|Vol|Art|Sec|Fig|Chap?|pp?|ca?|vs?)\.\s+$"),
        re.compile(r"\d"),
    ),
    (
        re.compile(r"(?<!\d)\d{1,2}\.\s+$"),  # a German ordinal
        re.compile(r"(?:Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Jahrhundert)\b"),
    ),
)
_LOOK_BACK = 16  # code points: the longest of these abbreviations, and the space after it
_QUOTED = 200  # code points of a quotation on either side of a place
# 'He asked, “Why now? Why us?” and sat down': a quotation within a sentence, which goes on after it.
_OPEN_QUOTATION = re.compile(rf"[\w,:]\s[“«][^“”«»]{{0,{_QUOTED}}}$")
_QUOTATION_ENDS = re.compile(rf"[^“”«»]{{0,{_QUOTED}}}[”»]\s[a-z]")
_CLOSING = re.compile(r"(?:''|[”»」』）)\]]){1,4}(?=\s|$)")  # a sentence does not begin with the end of a quotation


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) in code points: in order, apart, trimmed, none of them blank.

    Only white space lies between them (nothing at all after 。), so no word is left out. Rules by syntok: abbreviations
    ("U.S.", "Dr."), initials, decimal numbers and closing quotation marks stay with their sentence.
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
    starts = _first_offsets(text[start:end])
    starts = [start, *(start + offset for offset in starts if offset > 0)]
    for here, following in zip(starts, [*starts[1:], end], strict=True):
        trimmed = _trimmed(text, here, following)
        if trimmed is not None:
            yield trimmed


def _first_offsets(text: str) -> list[int]:
    """Where each sentence begins, ascending, each offset once: as syntok sees it, but for what it was seen to miss."""
    sentences: Iterator[list[Token]] = segmenter.split(iter(_TOKENIZER.tokenize(text)))
    offsets = {sentence[0].offset for sentence in sentences if sentence}
    offsets |= {found.end() for found in _ENDS_ALSO.finditer(text)}
    kept = set[int]()
    for offset in offsets:
        if closing := _CLOSING.match(text, offset):
            offset = closing.end()
        if 0 <= offset < len(text) and not _goes_on(text, offset):
            kept.add(offset)
    return sorted(kept)


def _goes_on(text: str, offset: int) -> bool:
    """Whether the words before an offset need those after it: a title and its name, "Jan." and its day, a semicolon."""
    before = text[max(0, offset - _LOOK_BACK) : offset]
    if any(ends.search(before) and begins.match(text, offset) for ends, begins in _ENDS_NOT):
        return True
    return bool(_OPEN_QUOTATION.search(text[max(0, offset - _QUOTED) : offset]) and _QUOTATION_ENDS.match(text, offset))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    match = _BLANKS.match(text, start, end)
    start = match.end() if match else start
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
