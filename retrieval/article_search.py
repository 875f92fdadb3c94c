"""Find articles for the command `search`: one hit an article, by its best sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

from corpus.article import Article, Scope
from retrieval.answers.calibration import Calibration
from retrieval.answers.close_reading import Reading, read_closely, read_whole
from retrieval.answers.highlighting import best_sentence
from retrieval.questions.clauses import clauses_of
from retrieval.questions.question import Question, understand
from retrieval.questions.source_names import SourceNames
from retrieval.search import DEPTH, Hit, Searcher

LONG = 20  # words; such a question often asks for what several articles tell together
FIRST = 3  # articles whose places nothing changes
SHOWN = 10  # articles that people see first: among them is the best one of every clause
IN_PASSING = -10.0  # strength for one unit of cosine by which an article's first passage is farther than its nearest
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
    """The first articles, at most `limit`, as `best_articles` gives them, and how many there are."""
    hits, alike = best_articles(text, searcher, calibration, scope, limit)
    return SearchResult(text, searcher.lexical_total(understand(text), scope), alike, hits)


def best_articles(
    text: str, searcher: Searcher, calibration: Calibration, scope: Scope, limit: int
) -> tuple[tuple[SearchHit, ...], int]:
    """At most `limit` articles: first those of the passages that were read sentence by sentence, by their best one.

    With them, how many of all that were looked at are close in meaning. `ask` reads the sentences of more passages, so
    it can find a better one further down; seldom another article.
    """
    question = understand(text)
    proposed = searcher.hits(question, scope, max(DEPTH, 3 * limit))
    hits = read_whole(question, proposed, searcher)
    best: dict[int, Reading] = {}
    for reading in read_closely(question, hits, searcher):
        before = best.get(reading.article.number)
        if before is None or calibration.strength(reading) > calibration.strength(before):
            best[reading.article.number] = reading
    passing = _told_in_passing(question, [hit for hit in hits if hit.article.number in best], searcher)
    worth = {
        number: calibration.strength(reading) + IN_PASSING * passing.get(number, 0.0)
        for number, reading in best.items()
    }
    # One scale: what was read lies above what was not, each in its own order.
    found = {
        number: SearchHit(
            best[number].article, best[number].sentence.start, best[number].sentence.end, 1 + _squashed(worth[number])
        )
        for number in sorted(best, key=lambda number: -worth[number])
    }
    for place, hit in enumerate(hits):
        if hit.article.number not in found:
            start, end = best_sentence(question, hit.article, hit.passage, searcher.stemmer)
            found[hit.article.number] = SearchHit(hit.article, start, end, 1 / (2 + place))
    if len(text.split()) > LONG:
        found = _told_by_several(text, found, proposed, searcher, scope, limit)
    alike = {hit.article.number for hit in hits if hit.parts.get("cosine", 0.0) >= SEMANTIC}
    return tuple(found.values())[:limit], len(alike)


def _told_in_passing(question: Question, hits: Sequence[Hit], searcher: Searcher) -> dict[int, float]:
    """By article, how much farther from the question than its nearest passage it begins: cosine, at least 0.

    What an article is about stands at its head. A round-up of the day's news tells further down, in passing, and often
    in fewer words, what other articles are about.
    """
    nearest: dict[int, float] = {}
    for hit in hits:
        if (cosine := hit.parts.get("cosine")) is not None:
            nearest[hit.article.number] = max(cosine, nearest.get(hit.article.number, cosine))
    firsts = {number: searcher.archive.passages.of_article(number)[:1] for number in nearest}
    leads = {passage.id: number for number, passages in firsts.items() for passage in passages}
    cosines = searcher.nearness(question.subject, leads)
    return {leads[passage]: max(nearest[leads[passage]] - cosine, 0.0) for passage, cosine in cosines.items()}


def _told_by_several(
    text: str, found: Mapping[int, SearchHit], proposed: Sequence[Hit], searcher: Searcher, scope: Scope, limit: int
) -> dict[int, SearchHit]:
    """The first few as they are, then what the whole question or any of its clauses finds, by reciprocal ranks.

    The reranker judges an article by the whole question, and a long one has clauses that one article alone answers: the
    best one of each clause is among the first `SHOWN`. Articles of the outlets that a clause names, or else the
    question, count twice: a preference, since an outlet may also be named as what is reported about. The figures are in
    benchmarks/RESULTS.md.
    """
    clauses = clauses_of(text)
    by_clause = {one: searcher.hits(understand(one), scope, DEPTH) for one in clauses} if len(clauses) > 1 else {}
    outlets = _Outlets([*proposed, *chain.from_iterable(by_clause.values())])
    named = outlets.named_in(text)
    by_reading = _reciprocal_ranks(found, named)
    by_whole = _reciprocal_ranks(_articles(proposed), named)
    by_best_clause: dict[int, _ByClause] = {}
    best_of_clauses: set[int] = set()
    for clause, hits in by_clause.items():
        counts = _reciprocal_ranks(_articles(hits), outlets.named_in(clause) or named)
        best_of_clauses.update(sorted(counts, key=lambda number: -counts[number])[:1])
        nearest = {hit.article.number: hit for hit in reversed(hits)}
        for number, count in counts.items():
            if number not in by_best_clause or count > by_best_clause[number].count:
                by_best_clause[number] = _ByClause(count, clause, nearest[number])

    def fused(number: int) -> float:
        clause = by_best_clause.get(number)
        return by_reading.get(number, 0.0) + by_whole.get(number, 0.0) + (clause.count if clause else 0.0)

    first = list(found)[:FIRST]
    others = sorted((found.keys() | by_best_clause.keys()) - set(first), key=lambda number: (-fused(number), number))
    order = _among_the_first(best_of_clauses, [*first, *others])[:limit]
    # Scores never rise: a place has the score that stood there before.
    scores = [hit.score for hit in found.values()]
    lowest = min(scores, default=1.0)
    scores += [lowest / (2 + place) for place in range(len(order) - len(scores))]
    return {
        number: replace(found[number] if number in found else by_best_clause[number].shown(searcher), score=score)
        for number, score in zip(order, scores, strict=False)
    }


@dataclass(frozen=True, slots=True)
class _ByClause:
    """What an article counts by the clause that finds it best, and its passage that this clause finds."""

    count: float
    clause: str
    hit: Hit

    def shown(self, searcher: Searcher) -> SearchHit:
        article = self.hit.article
        return SearchHit(
            article, *best_sentence(understand(self.clause), article, self.hit.passage, searcher.stemmer), self.count
        )


class _Outlets:
    """Which of some articles are of the outlets that words name."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._of = {hit.article.number: hit.article.outlet for hit in hits if hit.article.outlet}
        self._names = SourceNames(dict.fromkeys(self._of.values()))

    def named_in(self, words: str) -> set[int]:
        named = {mention.name.casefold() for mention in self._names.mentions(words)}
        return {number for number, outlet in self._of.items() if outlet.casefold() in named}


def _articles(hits: Iterable[Hit]) -> Iterable[int]:
    return dict.fromkeys(hit.article.number for hit in hits)


def _reciprocal_ranks(order: Iterable[int], preferred: Set[int]) -> dict[int, float]:
    """What the places of articles, all different, count; those of the preferred ones once more, among themselves."""
    counts = {number: 1 / (RANK_CONSTANT + rank) for rank, number in enumerate(order, start=1)}
    for rank, number in enumerate((number for number in counts if number in preferred), start=1):
        counts[number] += 1 / (RANK_CONSTANT + rank)
    return counts


def _among_the_first(wanted: Set[int], order: Sequence[int]) -> list[int]:
    """An order in which those wanted are among the first `SHOWN`, in place of the last ones there that are not."""
    late = [number for number in order[SHOWN:] if number in wanted]
    others = [number for number in order[FIRST:SHOWN] if number not in wanted]
    making_room = set(others[max(len(others) - len(late), 0) :])
    early = [number for number in order[:SHOWN] if number not in making_room]
    return list(dict.fromkeys([*early, *late, *order]))


def _squashed(strength: float) -> float:
    """Any number to 0..1, in the same order."""
    return 0.5 + math.atan(strength) / math.pi
