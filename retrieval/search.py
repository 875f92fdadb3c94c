"""Find the passages nearest to a question: dense and full-text search, fused, the first few reranked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.archive import Archive
from corpus.article import EVERYTHING, Article, Scope
from corpus.passage import Passage
from retrieval.catch_up import LiveIndex
from retrieval.embedding import Embedder
from retrieval.highlighting import best_sentence, context_of
from retrieval.question import Question, understand
from retrieval.reranking import Reranker
from retrieval.stemming import Stemmer

# Reciprocal-rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009). Their constant is 60, for deep lists; on news
# briefs, with ten passages to be reranked, 10 and a double weight for meaning kept more of the right ones.
RANK_CONSTANT = 10
RANK_WEIGHTS = {"dense_rank": 2.0, "lexical_rank": 1.0}
RERANKED = 10  # passages that the slow model reads
DEPTH = 50  # passages that each kind of search proposes
MOST_DEPTH = 3000
MOST_JUDGED = 2000  # judgements of the reranker that are remembered
FREQUENT = 0.05  # a word that stands in more passages than this tells little and costs much
FEW_PASSAGES = 2000  # below this no word is too frequent to ask for
NEARNESS = 10.0  # logits for one unit of cosine: the two models err differently
SEMANTIC = 0.40  # cosine from which a passage counts as about the same thing


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` orders the hits of one search; `parts` says where it comes from."""

    passage: Passage
    article: Article
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.article.text[self.passage.start : self.passage.end]


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


class Searcher:
    """Searches one archive. For one thread at a time."""

    def __init__(self, archive: Archive, index: LiveIndex, embedder: Embedder, reranker: Reranker | None) -> None:
        self.archive = archive
        self.index = index
        self.stemmer = Stemmer()
        self._embedder = embedder
        self._reranker = reranker
        self._judged: dict[tuple[str, str], float] = {}

    @property
    def model(self) -> str:
        """What the scores depend on: the names of the models."""
        return f"{self._embedder.name}+{self._reranker.name if self._reranker else 'none'}"

    def hits(self, question: Question, scope: Scope, limit: int, *, rerank: bool = True) -> list[Hit]:
        """At most `limit` passages, best first; the first `RERANKED` in the order that the reranker gives.

        Whoever goes on to read the passages sentence by sentence saves the time of having them reranked whole.
        """
        found = self._found(question, scope, max(DEPTH, min(limit, MOST_DEPTH)))
        hits = self._as_hits(found[:limit])
        return self._reranked(question.subject, hits) if rerank else hits

    def search(self, text: str, *, scope: Scope = EVERYTHING, limit: int = 10) -> SearchResult:
        """Articles for the command `search`: one hit an article, its best passage."""
        question = understand(text)
        found = self._found(question, scope, max(DEPTH, min(3 * limit, MOST_DEPTH)))
        best: dict[int, Hit] = {}
        for hit in self._reranked(question.subject, self._as_hits(found)):
            best.setdefault(hit.article.number, hit)
        hits = []
        for hit in list(best.values())[:limit]:
            start, end = best_sentence(question, hit.article, hit.passage, self.stemmer)
            hits.append(SearchHit(hit.article, start, end, hit.score))
        alike = {one.passage.article for one in found if one.parts.get("cosine", 0.0) >= SEMANTIC}
        return SearchResult(text, self._lexical_total(question, scope), len(alike), tuple(hits))

    def relevance(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """The reranker's judgement of each text; None where there is no reranker."""
        if self._reranker is None:
            return None
        # "More" asks the same question again, and a short passage is a sentence too: nothing is read twice.
        if len(self._judged) > MOST_JUDGED:
            self._judged.clear()
        fresh = [text for text in dict.fromkeys(texts) if (question, text) not in self._judged]
        if fresh:
            for text, score in zip(fresh, self._reranker.scores(question, fresh), strict=True):
                self._judged[question, text] = float(score)
        return [self._judged[question, text] for text in texts]

    def _found(self, question: Question, scope: Scope, depth: int) -> list[_Found]:
        """Passages that either kind of search proposes, by reciprocal-rank fusion."""
        parts: dict[int, dict[str, float]] = {}
        for rank, (number, cosine) in enumerate(self._dense(question, scope, depth), start=1):
            parts.setdefault(number, {}).update(dense_rank=rank, cosine=cosine)
        for rank, (number, bm25) in enumerate(self._lexical(question, scope, depth), start=1):
            parts.setdefault(number, {}).update(lexical_rank=rank, bm25=bm25)
        passages = self.archive.passages.get(parts)
        fused = [_Found(passage, _fused(parts[number]), parts[number]) for number, passage in passages.items()]
        return sorted(fused, key=lambda one: (-one.score, one.passage.id))

    def _dense(self, question: Question, scope: Scope, depth: int) -> list[tuple[int, float]]:
        if len(self.index) == 0:
            return []
        return self.index.search(self._embedder.embed_questions([question.subject]), depth, scope)[0]

    def _lexical(self, question: Question, scope: Scope, depth: int) -> list[tuple[int, float]]:
        expression = question.expression(self._tells_something)
        return self.archive.passages.matching(expression, limit=depth, scope=scope) if expression else []

    def _tells_something(self, word: str) -> bool:
        """Whether a word is rare enough to be worth asking for."""
        passages = self.archive.passages.count()
        if passages < FEW_PASSAGES:
            return True
        stems = self.stemmer.stems(word)
        return bool(stems) and min(map(self.archive.passages.frequency, stems)) <= FREQUENT * passages

    def _lexical_total(self, question: Question, scope: Scope) -> int:
        """How many articles hold every word of the query in one passage; if none does, any of them."""
        for every in (True, False):
            expression = question.expression(self._tells_something, every=every)
            if expression is not None and (total := self.archive.passages.matching_articles(expression, scope)):
                return total
        return 0

    def _as_hits(self, found: Sequence[_Found]) -> list[Hit]:
        articles: dict[int, Article | None] = {}
        hits = []
        for one in found:
            number = one.passage.article
            if number not in articles:
                articles[number] = self.archive.article(number, one.passage.revision)
            if (article := articles[number]) is not None:  # None: removed since by another process
                hits.append(Hit(one.passage, article, one.score, one.parts))
        return hits

    def _reranked(self, question: str, hits: list[Hit]) -> list[Hit]:
        head, tail = hits[:RERANKED], hits[RERANKED:]
        scores = self.relevance(question, [context_of(hit.article) + hit.text for hit in head])
        if scores is None:
            return hits
        # One scale: what was reranked lies above what was not, each in its own order.
        judged = [
            replace(
                hit,
                score=1 + _logistic(score + NEARNESS * (hit.parts.get("cosine", 0.0) - 0.5)),
                parts={**hit.parts, "rerank": score},
            )
            for hit, score in zip(head, scores, strict=True)
        ]
        return sorted(judged, key=lambda hit: -hit.score) + tail


@dataclass(frozen=True, slots=True)
class _Found:
    passage: Passage
    score: float
    parts: Mapping[str, float]


def _fused(parts: Mapping[str, float]) -> float:
    return sum(weight / (RANK_CONSTANT + parts[name]) for name, weight in RANK_WEIGHTS.items() if name in parts)


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-score))
