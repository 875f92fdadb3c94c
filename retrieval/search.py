"""Find the passages nearest to a question: dense and full-text search, fused. What reads them is `close_reading`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.archive import Archive
from corpus.article import Article, Scope
from corpus.passage import Passage
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import matrix
from retrieval.models.embedding import Embedder, Vectors
from retrieval.models.reranking import Reranker
from retrieval.questions.question import Question
from retrieval.stemming import Stemmer
from retrieval.word_search import best_passages, count_articles

# Reciprocal-rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009). Their constant is 60, for deep lists; on news
# briefs, with ten passages to be reranked, 10 and a double weight for meaning kept more of the right ones.
RANK_CONSTANT = 10
RANK_WEIGHTS = {"dense_rank": 2.0, "lexical_rank": 1.0}
DEPTH = 50  # passages that each kind of search proposes
MOST_DEPTH = 3000


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


class Searcher:
    """Searches one archive. For one thread at a time."""

    def __init__(
        self,
        archive: Archive,
        index: LiveIndex,
        embedder: Embedder,
        reranker: Reranker | None,
        second: Embedder | None = None,
    ) -> None:
        self.archive = archive
        self.index = index
        self.stemmer = Stemmer()
        self._embedder = embedder
        self._reranker = reranker
        self._second = second  # an encoder of another make, which is asked about a few passages only
        self._encoded: tuple[str, Vectors] | None = None  # the last question

    @property
    def model(self) -> str:
        """What the scores depend on: the names of the models."""
        return f"{self._embedder.name}+{self._reranker.name if self._reranker else 'none'}"

    def hits(self, question: Question, scope: Scope, limit: int) -> list[Hit]:
        """At most `limit` passages, best first, by both kinds of search; no slow model has read them yet."""
        return self._as_hits(self._found(question, scope, max(DEPTH, min(limit, MOST_DEPTH)))[:limit])

    def nearest(self, question: Question, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """At most `limit` passages that lie nearest to a question: (passage number, cosine), best first."""
        return self._dense(question, scope, limit)

    def relevance(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """The reranker's judgement of each text; None where there is no reranker."""
        if self._reranker is None:
            return None
        return [float(score) for score in self._reranker.scores(question, texts)]

    def matches(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """How well each text meets all of a question, for the reranker; None where there is none that can tell."""
        found = self._reranker.matches(question, texts) if self._reranker is not None else None
        return None if found is None else [float(match) for match in found]

    def likeness(self, question: str, texts: Sequence[str]) -> list[float]:
        """The cosine of a question with each text, as the embedder sees them."""
        if not texts:
            return []
        cosines = self._embedder.embed_passages(texts) @ self._vector_of(question)[0]
        return [float(cosine) for cosine in cosines]

    def nearness(self, question: str, ids: Iterable[int]) -> dict[int, float]:
        """The cosine of a question with passages, by their stored vectors; those that have none yet are left out."""
        stored = self.archive.passages.vectors_of(self._embedder.name, ids)
        cosines = matrix(list(stored.values()), self._embedder.dimension) @ self._vector_of(question)[0]
        return {number: float(cosine) for number, cosine in zip(stored, cosines, strict=True)}

    def second_opinion(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """The cosine of a question with each text, as an encoder sees them that had no part in finding them."""
        if self._second is None or not texts:
            return None
        cosines = self._second.embed_passages(texts) @ self._second.embed_questions([question])[0]
        return [float(cosine) for cosine in cosines]

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
        return self.index.search(self._vector_of(question.subject), depth, scope)[0]

    def _vector_of(self, question: str) -> Vectors:
        if self._encoded is None or question != self._encoded[0]:
            self._encoded = (question, self._embedder.embed_questions([question]))
        return self._encoded[1]

    def _lexical(self, question: Question, scope: Scope, depth: int) -> list[tuple[int, float]]:
        return best_passages(question, self.archive.passages, scope, depth)

    def lexical_total(self, question: Question, scope: Scope) -> int:
        """How many articles hold every word of the query in one passage; if none does, any of them."""
        return count_articles(question, self.archive.passages, scope)

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


@dataclass(frozen=True, slots=True)
class _Found:
    passage: Passage
    score: float
    parts: Mapping[str, float]


def _fused(parts: Mapping[str, float]) -> float:
    return sum(weight / (RANK_CONSTANT + parts[name]) for name, weight in RANK_WEIGHTS.items() if name in parts)
