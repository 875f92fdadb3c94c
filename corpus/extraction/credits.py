"""Who wrote an article, where and when it appeared: by-lines and credits in its head, else at its end."""

from __future__ import annotations

import re

from corpus.addresses import urls_in
from corpus.article import BlockKind
from corpus.extraction.bylines import LONGEST_LINE, Byline, read_byline
from corpus.extraction.credit_lines import about_author, read_credit_line
from corpus.extraction.datelines import read_dateline
from corpus.extraction.names import is_person, is_section, is_title_case, one_line
from corpus.extraction.posting_fields import WEAK, PostingFields

ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"”’')\]]*$")
HEAD_BLOCKS = 12
_LONG_PARAGRAPH, _SENTENCE = 30, 12  # words; two of the first or three of the second, and the head is over
_CLOSING_BLOCKS = 3


def find_credits(fields: PostingFields) -> None:
    """By-lines and the lines of date and outlet around them, in the head; else one at the very end."""
    long_paragraphs = sentences = 0
    for number, place in enumerate(fields.content(HEAD_BLOCKS)):
        if place == fields.headline_at:
            continue
        text = fields.blocks[place].text
        below = number < 2 if fields.headline_at is None else 0 < place - fields.headline_at <= 3
        near = below and long_paragraphs == 0
        if near and is_section(text):
            fields.mark(place, BlockKind.BOILERPLATE)
            continue
        if "\n" not in text and len(text) <= LONGEST_LINE and _take_byline(fields, place, "byline", alone=near):
            continue
        words = len(text.split())
        long_paragraphs += words >= _LONG_PARAGRAPH
        sentences += words >= _SENTENCE and ENDS_SENTENCE.search(text) is not None
        if long_paragraphs == 2 or sentences == 3:
            break
    _lines_beside_credit(fields)
    closing = fields.content(len(fields.blocks))[-_CLOSING_BLOCKS:]
    if fields.author is None:
        for place in reversed(closing):
            if place != fields.headline_at and len(fields.blocks[place].text) <= LONGEST_LINE:
                _take_byline(fields, place, "last-line")
    for place in closing:
        if place != fields.headline_at and (name := about_author(fields.blocks[place].text, fields.author)) is not None:
            if name:
                fields.put("author", one_line(name), "about-the-author" + WEAK)
            if fields.headline_at is not None or fields.author is not None:
                fields.mark(place, BlockKind.BOILERPLATE)


def _take_byline(fields: PostingFields, place: int, where: str, *, alone: bool = False) -> bool:
    text = fields.blocks[place].text
    line = read_byline(text, fields.clues, alone=alone) or read_credit_line(text, fields.clues, alone=alone)
    # At the end a date alone is no credit: it may be the last words of a letter.
    if line is None or (where != "byline" and not (line.author or line.outlet)):
        return False
    first_author = fields.author is None and line.author is not None
    _take(fields, line, line.rule if where == "byline" else where + WEAK)
    fields.mark(place, BlockKind.BOILERPLATE)
    if where == "byline" and (fields.byline_at is None or first_author):
        fields.byline_at = place
    return True


def _take(fields: PostingFields, line: Byline, rule: str) -> None:
    for name, value in (("author", line.author), ("outlet", line.outlet)):
        if value:
            fields.put(name, value, rule + (WEAK if name in line.weak and not rule.endswith(WEAK) else ""))
    if line.published and (fields.published.text is None or fields.rules["published"].endswith(WEAK)):
        guessed = "published" in line.weak and not rule.endswith(WEAK)
        fields.published, fields.rules["published"] = line.published, rule + (WEAK if guessed else "")


def _lines_beside_credit(fields: PostingFields) -> None:
    """A name or a publication on a line of its own, among the lines of byline and date or right beside them."""
    if fields.byline_at is None:
        return
    places = [*_lines_beside(fields, fields.byline_at, -1), *_lines_beside(fields, fields.byline_at, 1)]
    texts = {place: one_line(fields.blocks[place].text) for place in sorted(places)}
    outlet = next((place for place, text in texts.items() if fields.clues.names_outlet(text)), None)
    above = fields.headline_at if fields.headline_at is not None else -1  # where papers put their own name
    persons = (place for place, text in texts.items() if place > above and is_person(text))
    author = next((place for place in persons if place != outlet), None)
    if outlet is None and fields.outlet is None:
        first, second = (*texts, None, None)[:2]
        if fields.author is None and len(texts) == 2 and first == author:
            outlet = second  # "Name" / "Outlet" / date: the name comes first
        elif first is not None and _leads_in(fields, first):
            outlet = first
    for name, place in (("outlet", outlet), ("author", author)):
        if place is None:
            continue
        held = getattr(fields, name)
        fields.put(name, texts[place], "line-beside-byline" + WEAK)
        if held is None or held.casefold() == texts[place].casefold():
            fields.mark(place, BlockKind.BOILERPLATE)


def _leads_in(fields: PostingFields, place: int) -> bool:
    """Whether a line stands above the headline and right above a date, as a publication's name does."""
    following = fields.blocks[place + 1 : place + 2]
    return (
        fields.headline_at is not None
        and place + 1 < fields.headline_at
        and any(block.kind is BlockKind.BOILERPLATE for block in following)
    )


def _lines_beside(fields: PostingFields, at: int, step: int) -> list[int]:
    """The places of short lines next to a credit on one side, up to three; the headline does not part them."""
    found: list[int] = []
    for place in range(at + step, at + 4 * step, step):
        if not 0 <= place < len(fields.blocks):
            break
        block = fields.blocks[place]
        if place == fields.headline_at or block.kind is BlockKind.BOILERPLATE:
            continue
        text = one_line(block.text)
        if block.kind is not BlockKind.PARAGRAPH or len(text.split()) > 8 or not _may_be_credit(text):
            break
        found.append(place)
    return found


def _may_be_credit(text: str) -> bool:
    return is_title_case(text) and read_dateline(text) is None and not urls_in(text) and not is_section(text)
