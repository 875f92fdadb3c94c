"""What stands around an article in one posting: the poster's own words before it, and other articles after it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from corpus.article import BlockKind, RawBlock
from corpus.extraction.bylines import read_byline
from corpus.extraction.datelines import read_dateline
from corpus.language import word_count

_LONGEST_INTRODUCTION = 8  # blocks
_LEAST_BELOW_ADDRESS = 150  # words without which a text below an address is no article
_MOST_BYLINES = 100  # of a digest; more are a list of something else
_GREETING = re.compile(r"^(?:hi|hello|hey|dear|all|friends|folks|colleagues|fyi|thanks?|best|regards|cheers)\b", re.I)
_ENDS_SENTENCE = re.compile(r"[.!?…。！？:,;][\"”’')\]]*$")


def words_in(blocks: Sequence[RawBlock]) -> int:
    """Words of the body, addresses not counted."""
    return sum(word_count(block.text) for block in blocks if block.kind is BlockKind.PARAGRAPH)


def may_be_headline(text: str) -> bool:
    """Whether a line has the length of a headline and does not end as a sentence or a greeting does."""
    words = text.split()
    if not 2 <= len(words) <= 25 or "\n" in text or len(text) > 250 or _GREETING.match(text):
        return False
    return _ENDS_SENTENCE.search(text) is None or text.endswith("?")


def introduction(
    blocks: Sequence[RawBlock], headline_at: int | None, byline_at: int | None, addresses: Sequence[int]
) -> list[int]:
    """The places of the paragraphs with which the poster introduces the article; none where that is not plain.

    It takes a headline or an address as the border, a sign of an article below it (byline, dateline, an address above
    the headline), and more words below than above: who writes a letter may put an address into it.
    """
    address = next((place for place in addresses if headline_at is None or place < headline_at), None)
    border = headline_at if headline_at is not None else address
    if border is None:
        return []
    ends = min(border, address if address is not None else border)
    before = [place for place in range(ends) if blocks[place].kind is BlockKind.PARAGRAPH]
    if not before or len(before) > _LONGEST_INTRODUCTION:
        return []
    above, below = words_in([blocks[place] for place in before]), words_in(blocks[border + 1 :])
    below_text = [block.text for block in blocks[border + 1 : border + 6] if block.kind is BlockKind.PARAGRAPH]
    signed = byline_at is not None and byline_at > ends
    sign = signed or any(read_dateline(text) for text in below_text[:3])
    if headline_at is not None and address is not None:
        sign = True
    if headline_at is None and below < _LEAST_BELOW_ADDRESS:
        return []
    return before if sign and above < below else []


def headline_above_byline(blocks: Sequence[RawBlock], places: Sequence[int]) -> int | None:
    """The place of a headline-like line up to three blocks above the first byline among these places."""
    at = next((place for place in places if _is_plain_byline(blocks[place])), None)
    if at is None:
        return None
    found = None
    for place in range(at - 1, max(at - 4, -1), -1):
        block = blocks[place]
        if block.kind in (BlockKind.CAPTION, BlockKind.BOILERPLATE):
            continue
        if block.kind is BlockKind.QUOTED or not may_be_headline(block.text):
            break
        found = place
    return found


def several_articles(blocks: Sequence[RawBlock]) -> list[tuple[int, int]]:
    """The places of headline and byline of each article where a posting holds several; empty where it does not."""
    found: list[tuple[int, int]] = []
    bylines = (place for place in range(1, len(blocks)) if _is_plain_byline(blocks[place]))
    for place in itertools.islice(bylines, _MOST_BYLINES):
        above = next((n for n in range(place - 1, max(place - 3, -1), -1) if may_be_headline(blocks[n].text)), None)
        if above is None or (found and above <= found[-1][1]):
            continue
        long = (len(block.text.split()) >= 20 for block in blocks[place + 1 : place + 6])
        if any(long) and (not found or words_in(blocks[found[-1][1] + 1 : above]) >= 40):
            found.append((above, place))
    return found if len(found) > 1 else []


def _is_plain_byline(block: RawBlock) -> bool:
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.BOILERPLATE) or len(block.text) > 160 or "\n" in block.text:
        return False
    line = read_byline(block.text)
    return line is not None and line.author is not None
