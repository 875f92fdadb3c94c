"""Find articles for the command `search`: one hit an article, by its best sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.article import Article, Scope
from retrieval.calibration import Calibration
from retrieval.close_reading import Reading, read_closely, read_whole
from retrieval.highlighting import best_sentence
from retrieval.question import understand
from retrieval.search import DEPTH, Searcher

LONG = 20  # words; such a question often asks for what several articles tell together
FIRST = 3  # articles whose places nothing changes
RANK_CONSTANT = 10  # of reciprocal-rank fusion, as in `search`
SEMANTIC = 0.40  # cosine from which a passage counts as about the same thing


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article that was found, by its best sentences: code points of the article's text."""

    article: Article
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def paragraph(self) -> int | None:
        return self.article.paragraph_number(self.start)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, best first. `total` articles hold the words, `total_semantic` are close in meaning."""

    query: str
    total: int
    total_semantic: int
    hits: tuple[SearchHit, ...]


def search_articles(text: str, searcher: Searcher, calibration: Calibration, scope: Scope, limit: int) -> SearchResult:
    """At most `limit` articles: first those of the passages that were read sentence by sentence, by their best one.

    `ask` reads the sentences of more passages, so it can find a better one further down; seldom another article.
    """
    question = understand(text)
    proposed = searcher.hits(question, scope, max(DEPTH, 3 * limit))
    hits = read_whole(question, proposed, searcher)
    best: dict[int, Reading] = {}
    for reading in read_closely(question, hits, searcher):
        before = best.get(reading.article.number)
        if before is None or calibration.strength(reading) > calibration.strength(before):
            best[reading.article.number] = reading
    # One scale: what was read lies above what was not, each in its own order.
    found = {
        number: SearchHit(
            reading.article, reading.sentence.start, reading.sentence.end, 1 + _squashed(calibration.strength(reading))
        )
        for number, reading in sorted(best.items(), key=lambda one: -calibration.strength(one[1]))
    }
    for place, hit in enumerate(hits):
        if hit.article.number not in found:
            start, end = best_sentence(question, hit.article, hit.passage, searcher.stemmer)
            found[hit.article.number] = SearchHit(hit.article, start, end, 1 / (2 + place))
    if len(text.split()) > LONG:
        found = _mixed(found, [hit.article.number for hit in proposed])
    alike = {hit.article.number for hit in hits if hit.parts.get("cosine", 0.0) >= SEMANTIC}
    return SearchResult(text, searcher.lexical_total(question, scope), len(alike), tuple(found.values())[:limit])


def _mixed(found: dict[int, SearchHit], proposed: Sequence[int]) -> dict[int, SearchHit]:
    """The first few as they are, the others by reciprocal rank here and among what was proposed.

    The reranker judges an article by the whole question, and a long one has parts that one article alone answers. Of
    88 such questions of a development half all articles were among the first ten for 67 before, and for 72 so.
    """
    here = {number: rank for rank, number in enumerate(found, start=1)}
    there = {number: rank for rank, number in enumerate(dict.fromkeys(proposed), start=1)}

    def fused(number: int) -> float:
        return 1 / (RANK_CONSTANT + here[number]) + 1 / (RANK_CONSTANT + there[number])

    order = sorted(found, key=lambda number: (here[number] > FIRST, -fused(number) if here[number] > FIRST else 0))
    # Scores never rise: a place has the score that stood there before.
    scores = [hit.score for hit in found.values()]
    return {number: replace(found[number], score=score) for number, score in zip(order, scores, strict=True)}


def _squashed(strength: float) -> float:
    """Any number to 0..1, in the same order."""
    return 0.5 + math.atan(strength) / math.pi
