"""Cut an article into the places that are worth searching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.article import Block, BlockKind, Draft
from corpus.passage import Place
from corpus.sentences import sentence_spans

SPLITTER = "sentences-3"  # raised whenever the same article would be cut otherwise; an index manifest holds it
MOST_WORDS = 120  # MiniLM was trained on 128 word pieces and reads 256
LONGEST_PARAGRAPH = 160  # words; a paragraph up to this stays whole, a longer one is cut at its sentences
LONGEST_SENTENCE = 160  # words; tables and texts without full stops are cut between words


def split_into_passages(draft: Draft) -> list[Place]:
    """Runs of neighbouring paragraphs of at most about `MOST_WORDS` words, and each caption by itself.

    A paragraph too long for the encoder becomes windows of whole sentences; neighbouring windows share one sentence,
    since an answer often leans on the sentence before it. Quoted mail and boilerplate are never searched. Headings are
    searched only where an article has no paragraph.
    """
    places = list(_runs(draft))
    if not places:
        places = [
            Place(block.kind, block.start, block.end) for block in draft.blocks if block.kind is BlockKind.HEADING
        ]
    places += [Place(block.kind, block.start, block.end) for block in draft.blocks if block.kind is BlockKind.CAPTION]
    return sorted(places, key=lambda place: (place.start, place.end))


def _runs(draft: Draft) -> Iterator[Place]:
    run: list[Block] = []
    words = 0
    for block in draft.blocks:
        size = len(draft.words_of(block).split())
        too_long = size > LONGEST_PARAGRAPH
        if run and (block.kind is not BlockKind.PARAGRAPH or words + size > MOST_WORDS or too_long):
            yield Place(BlockKind.PARAGRAPH, run[0].start, run[-1].end)
            run, words = [], 0
        if block.kind is not BlockKind.PARAGRAPH:
            continue
        if too_long:
            yield from _windows(draft.text, block)
        else:
            run.append(block)
            words += size
    if run:
        yield Place(BlockKind.PARAGRAPH, run[0].start, run[-1].end)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    words: int


def _windows(text: str, block: Block) -> Iterator[Place]:
    """Windows over one long paragraph, of whole sentences; each begins with the last sentence of the one before."""
    window: list[_Piece] = []
    fresh = 0  # pieces that no earlier window has
    for piece in _pieces(text, block):
        if window and sum(one.words for one in window) + piece.words > MOST_WORDS and fresh:
            yield Place(block.kind, window[0].start, window[-1].end)
            shared = window[-1]
            window = [shared] if shared.words + piece.words <= MOST_WORDS else []
            fresh = 0
        window.append(piece)
        fresh += 1
    if fresh:
        yield Place(block.kind, window[0].start, window[-1].end)


def _pieces(text: str, block: Block) -> Iterator[_Piece]:
    """The sentences of a block; one without end is cut between words."""
    for start, end in sentence_spans(text[block.start : block.end]):
        yield from _cut(text, block.start + start, block.start + end)


def _cut(text: str, start: int, end: int) -> Iterator[_Piece]:
    words = text[start:end].split()
    if len(words) <= LONGEST_SENTENCE:
        yield _Piece(start, end, len(words))
        return
    here = start
    for first in range(0, len(words), MOST_WORDS):
        some = words[first : first + MOST_WORDS]
        stop = here
        for word in some:
            stop = text.index(word, stop) + len(word)
        begin = text.index(some[0], here)
        yield _Piece(begin, stop, len(some))
        here = stop
