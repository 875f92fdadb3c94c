"""The sentences of a passage, what a quote takes of them, and the words in it that are set in bold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.article import Article, Block, BlockKind
from corpus.passage import Passage
from corpus.sentences import sentence_spans
from retrieval.answers.answer_span import answer_span
from retrieval.answers.attribution import speaker_in
from retrieval.questions.question import Question
from retrieval.stemming import Stemmer

__all__ = [
    "LONGEST_QUOTE",
    "Sentence",
    "asked_stems",
    "best_sentence",
    "context_of",
    "highlight",
    "overlap",
    "sentences_of",
    "speaker_in",
    "widened",
]

LONGEST_QUOTE = 900  # code points; a single sentence up to this is kept whole
COMFORTABLE = 400  # sentences are joined only up to this
SHORTEST_QUOTE = 40  # a shorter sentence ("He did.") brings a neighbour
KEPT_PARAGRAPHS = 512  # whose sentences are remembered: those of a dozen questions, about a megabyte
MOST_SENTENCES = 3
QUOTABLE = frozenset({BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.HEADING})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one block: code points of the article's text."""

    start: int
    end: int
    block: Block
    number: int  # its place among the sentences of the block


_POINTS_BACK = re.compile(
    r"(?:He|She|It|They|This|That|These|Those|Its|His|Her|Their|Such|Both|Neither|Another"
    r"|The (?:other|former|latter|same)"
    r"|(?:But|And|Then|Since then|In (?:\w+ )?\d{4}|On \w+day),? (?:he|she|it|they|this|that))\b"
)


def context_of(article: Article) -> str:
    """What a reader of one passage would have to know: the headline above it. Never part of a quote."""
    return f"{article.title}. " if article.title else ""


def sentences_of(article: Article, passage: Passage) -> list[Sentence]:
    """The sentences that lie in a passage, by block, each at most `LONGEST_QUOTE` long.

    One that reaches over the passage's end counts where most of it lies inside: an archive's passages may have been cut
    at other sentence ends than today's.
    """
    found = []
    for block in article.blocks:
        if block.kind not in QUOTABLE or block.end <= passage.start or block.start >= passage.end:
            continue
        for number, (start, end) in enumerate(_block_sentences(article.text, block)):
            if min(end, passage.end) - max(start, passage.start) > (end - start) / 2:
                found.append(Sentence(start, end, block, number))
    return found


def widened(article: Article, sentence: Sentence) -> tuple[int, int]:
    """What a quote takes: the sentence, and those of its paragraph that it points back to or is too short without.

    "They also took 89 firearms" brings the sentence that says who. A short sentence that opens its paragraph brings the
    next one. At most `MOST_SENTENCES`, joined up to `COMFORTABLE`; a longer sentence stays alone.
    """
    text, start, end = article.text, sentence.start, sentence.end
    if not _POINTS_BACK.match(text, start, end) and end - start >= SHORTEST_QUOTE:
        return start, end
    neighbours = list(_block_sentences(text, sentence.block))
    first = last = sentence.number
    while last - first + 1 < MOST_SENTENCES:
        short = end - start < SHORTEST_QUOTE
        if (
            first > 0
            and (short or _POINTS_BACK.match(text, start, end))
            and end - neighbours[first - 1][0] <= COMFORTABLE
        ):
            first -= 1
            start = neighbours[first][0]
        elif short and last + 1 < len(neighbours) and neighbours[last + 1][1] - start <= COMFORTABLE:
            last += 1
            end = neighbours[last][1]
        else:
            break
    return start, end


def best_sentence(question: Question, article: Article, passage: Passage, stemmer: Stemmer) -> tuple[int, int]:
    """The sentence of a passage that shares most with a question; the beginning of the passage if none does."""
    sentences = sentences_of(article, passage)
    if not sentences:
        return passage.start, min(passage.end, passage.start + LONGEST_QUOTE)
    asked = asked_stems(question, stemmer)
    best = max(sentences, key=lambda one: (overlap(asked, article.text[one.start : one.end], stemmer), -one.start))
    return best.start, best.end


def highlight(question: Question, article: Article, start: int, end: int, stemmer: Stemmer) -> tuple[int, int] | None:
    """The words within ``text[start:end]`` that look like the answer, as code points of the article's text, or None."""
    span = answer_span(question, article.text[start:end], stemmer)
    return (start + span[0], start + span[1]) if span else None


def asked_stems(question: Question, stemmer: Stemmer) -> frozenset[str]:
    return frozenset(stem for term in question.terms for stem in stemmer.stems(term))


def overlap(asked: frozenset[str], text: str, stemmer: Stemmer) -> float:
    """The share of the asked stems that a text has, 0 to 1."""
    return len(asked & set(stemmer.stems(text))) / len(asked) if asked else 0.0


def _block_sentences(text: str, block: Block) -> Iterator[tuple[int, int]]:
    for start, end in _sentence_spans(text[block.start : block.end]):
        yield from _cut(text, block.start + start, block.start + end)


@lru_cache(maxsize=KEPT_PARAGRAPHS)
def _sentence_spans(paragraph: str) -> tuple[tuple[int, int], ...]:
    """Splitting costs about a millisecond a paragraph, and each of its sentences may ask for its neighbours."""
    return tuple(sentence_spans(paragraph))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or in pieces of at most `LONGEST_QUOTE`, cut after a clause or between words."""
    while end - start > LONGEST_QUOTE:
        window = text[start : start + LONGEST_QUOTE]
        places = [match.end() for match in re.finditer(r"[;:,.]\s|\s", window)]
        clauses = [match.end() for match in re.finditer(r"[;:.]\s", window)]
        cut = next((place for place in (*clauses[-1:], *places[-1:]) if place > LONGEST_QUOTE // 3), LONGEST_QUOTE)
        stop = start + len(window[:cut].rstrip())
        if stop > start:
            yield start, stop
        start += cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end
