"""Find articles for the command `search`: one hit an article, by its best sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from corpus.article import Article, Scope
from retrieval.calibration import Calibration
from retrieval.close_reading import Reading, read_closely, read_whole
from retrieval.highlighting import best_sentence
from retrieval.question import understand
from retrieval.search import DEPTH, Searcher

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
    """At most `limit` articles: first those read sentence by sentence, in the order that `ask` would quote them."""
    question = understand(text)
    hits = read_whole(question, searcher.hits(question, scope, max(DEPTH, 3 * limit)), searcher)
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
    alike = {hit.article.number for hit in hits if hit.parts.get("cosine", 0.0) >= SEMANTIC}
    return SearchResult(text, searcher.lexical_total(question, scope), len(alike), tuple(found.values())[:limit])


def _squashed(strength: float) -> float:
    """Any number to 0..1, in the same order."""
    return 0.5 + math.atan(strength) / math.pi
