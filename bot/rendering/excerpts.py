"""What stands around a place in an article: its paragraph, one before and one after.

As much as a collection's policy lets people see of a text by default, and what **Context** shows of every quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.rendering.limits import units
from bot.rendering.markdown import escaped
from bot.rendering.quotes import LEFT_OUT, quote_block, shortened
from bot.rendering.wording import gettext as _
from corpus.article import Article, Block, BlockKind
from corpus.passage import Quote

_LEAST: Final = 60  # units: less of a paragraph beside the marked one says nothing
_QUOTABLE: Final = (BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.HEADING)


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of an article's text to show the surroundings of; `marked` is the part of it that is set off."""

    start: int
    end: int
    marked: tuple[int, int] | None = None


def spot_of(article: Article, *, paragraph: int | None = None, start: int | None = None) -> Spot | None:
    """The block that holds a place, else the paragraph with this number (from 1), else the first paragraph.

    None for an article without a paragraph that holds no such place either.
    """
    holding = (block for block in article.blocks if start is not None and block.start <= start < block.end)
    block = next((one for one in holding if one.kind in _QUOTABLE), None)
    if block is None:
        body = article.body
        if not body:
            return None
        block = body[paragraph - 1] if paragraph is not None and 1 <= paragraph <= len(body) else body[0]
    return Spot(block.start, block.end)


def spot_of_quote(quote: Quote) -> Spot:
    """The blocks that a quote stands in, with the quote set off."""
    touched = [block for block in quote.article.blocks if block.start < quote.end and quote.start < block.end]
    start = min([quote.start, *(block.start for block in touched)])
    end = max([quote.end, *(block.end for block in touched)])
    return Spot(start, end, (quote.start, quote.end))


def excerpt(article: Article, spot: Spot, *, room: int, barred: bool = True) -> str:
    """The spot with a paragraph before and one after it, as markdown of at most `room` units (from 300).

    The spot stands behind a bar if `barred`, and gets at least half of the room. What does not fit is cut at a
    sentence and marked.
    """
    before = [block for block in article.body if block.end <= spot.start][-1:]
    after = [block for block in article.body if block.start >= spot.end][:1]
    around = [_paragraph(article, block, room) for block in (*before, *after)]
    wanted = sum(units(text) + 2 for text in around)
    middle = _spot(article, spot, room=max(room - wanted, room // 2), barred=barred)
    left = room - units(middle)
    parts = [middle]
    for position, block in enumerate((*before, *after)):
        share = left // (len(before) + len(after) - position) - 2
        shown = _paragraph(article, block, share, towards_end=block in before)
        left -= units(shown) + 2 if shown else 0
        if shown:
            parts.insert(0 if block in before else len(parts), shown)
    return "\n\n".join(parts)


def paragraphs_around(article: Article, spot: Spot) -> tuple[int, int] | None:
    """The first and the last number of the paragraphs that an excerpt shows; None where it shows none."""
    numbers = [number for number, block in enumerate(article.body, start=1) if _touches(block, spot)]
    before = sum(block.end <= spot.start for block in article.body)
    first, last = (numbers[0], numbers[-1]) if numbers else (before + 1, before)
    first, last = max(first - 1, 1), min(last + 1, len(article.body))
    return (first, last) if first <= last else None


def _touches(block: Block, spot: Spot) -> bool:
    return block.start < spot.end and spot.start < block.end


def _spot(article: Article, spot: Spot, *, room: int, barred: bool) -> str:
    number = article.paragraph_number(spot.start)
    label = f"**¶{number}**" if number is not None else f"-# {_('Caption or heading')}"
    if not barred:
        return _cut(article, spot.start, spot.end, f"{label} ", room)
    quote = Quote(article, spot.start, spot.end, spot.marked)
    return f"{label}\n{quote_block(quote, characters=room, room=room - units(label) - 1)}"


def _paragraph(article: Article, block: Block, room: int, *, towards_end: bool = False) -> str:
    """A paragraph with its number, or as much of its beginning (or end) as fits; "" where hardly anything does."""
    label = f"**¶{article.paragraph_number(block.start)}** "
    return _cut(article, block.start, block.end, label, room, towards_end=towards_end) if room >= _LEAST else ""


def _cut(article: Article, start: int, end: int, label: str, room: int, *, towards_end: bool = False) -> str:
    whole = Quote(article, start, end, (end - 1, end) if towards_end else None)
    shown = shortened(whole, room) if len(whole.text) > room else whole
    while units(text := label + _with_marks(whole, shown)) > room and len(shown.text) > 1:
        shown = shortened(whole, min(len(shown.text) - 1, len(shown.text) * room // units(text)))
    return text


def _with_marks(whole: Quote, shown: Quote) -> str:
    before = f"{LEFT_OUT} " if shown.start > whole.start else ""
    after = f" {LEFT_OUT}" if shown.end < whole.end else ""
    return f"{before}{escaped(shown.text)}{after}"
