"""Cut an article into the places that are worth searching."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.article import Block, BlockKind, Draft
from corpus.passage import Place

SPLITTER = "paragraphs-1"  # raised whenever the same article would be cut otherwise; an index manifest holds it
MOST_WORDS = 120  # MiniLM was trained on 128 word pieces and reads 256


def split_into_passages(draft: Draft) -> list[Place]:
    """Runs of neighbouring paragraphs of at most about `MOST_WORDS` words, and each caption by itself.

    Quoted mail and boilerplate are never searched. Headings are searched only where an article has no paragraph.
    """
    places = list(_runs(draft))
    if not places:
        places = [
            Place(block.kind, block.start, block.end) for block in draft.blocks if block.kind is BlockKind.HEADING
        ]
    places += [Place(block.kind, block.start, block.end) for block in draft.blocks if block.kind is BlockKind.CAPTION]
    return sorted(places, key=lambda place: place.start)


def _runs(draft: Draft) -> Iterator[Place]:
    run: list[Block] = []
    words = 0
    for block in draft.blocks:
        size = len(draft.words_of(block).split())
        if run and (block.kind is not BlockKind.PARAGRAPH or words + size > MOST_WORDS):
            yield Place(BlockKind.PARAGRAPH, run[0].start, run[-1].end)
            run, words = [], 0
        if block.kind is BlockKind.PARAGRAPH:
            run.append(block)
            words += size
    if run:
        yield Place(BlockKind.PARAGRAPH, run[0].start, run[-1].end)
