"""An article as a digest looks at it: its vectors, its report, its sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.archive import Archive
from corpus.article import Article, BlockKind
from corpus.passage import Passage, Quote
from corpus.splitting import split_into_passages
from retrieval.embedding import Embedder, Vectors
from retrieval.highlighting import sentences_of
from retrieval.passage_vectors import STORED, encoder_input
from retrieval.relevance import share
from retrieval.stories import Report, Reporter

# Besides meaning, which counts most: words of the topic in the sentence, and standing first, where news says what
# happened. A sentence too short to say anything or too long to read at a glance is taken only if nothing else is there.
_WORDS_COUNT = 0.15
_FIRST_COUNTS = 0.05
_UNHANDY_COSTS = 0.3
_HANDY = range(40, 401)  # code points, PRODUCT.md, section 3


@dataclass(frozen=True, slots=True, eq=False)
class NewsArticle:
    """`vectors` has a row for each of `passages`; `score` (0 to 1) and `best_passages` are of the topic at hand.

    `words` are those of the topic that the article has in any of their forms, as the topic spells them.
    """

    article: Article
    passages: tuple[Passage, ...]
    vectors: Vectors
    report: Report
    score: float = 0.0
    best_passages: tuple[int, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return self.article.number

    @property
    def day(self) -> dt.date | None:
        days = self.article.days()
        return days[0] if days else None

    @property
    def size(self) -> int:
        """Code points of the body."""
        return sum(block.end - block.start for block in self.article.body)


class NewsReader:
    """Reads articles for a digest. What has no vector yet is encoded on the spot and not stored. For one thread."""

    def __init__(self, archive: Archive, embedder: Embedder) -> None:
        self._archive = archive
        self._embedder = embedder
        self._reporter = Reporter(embedder.name)

    def read(self, articles: Sequence[Article]) -> list[NewsArticle]:
        """Each article with its vectors; one encoding for all that is missing."""
        passages = {article.number: self._passages(article) for article in articles}
        stored = self._archive.passages.vectors_of(
            self._embedder.name, [passage.id for some in passages.values() for passage in some]
        )
        vectors = {
            number: np.frombuffer(blob, dtype=STORED).astype(np.float32)
            for number, blob in stored.items()
            if len(blob) == self._embedder.dimension * STORED.itemsize
        }
        missing = [
            (article, passage)
            for article in articles
            for passage in passages[article.number]
            if passage.id not in vectors
        ]
        texts = [encoder_input(article, passage) for article, passage in missing]
        fresh = self._embedder.embed_passages(texts) if texts else np.zeros((0, 0), dtype=np.float32)
        encoded = {(article.number, passage.start): row for (article, passage), row in zip(missing, fresh, strict=True)}
        return [self._news(article, passages[article.number], vectors, encoded) for article in articles]

    def report_in_full(self, news: NewsArticle) -> Report:
        """The report with every sentence, as it is kept once the article was posted."""
        return self._reporter.report(news.article, news.report.vector, self._sentences(news.article))

    def stems(self, text: str) -> frozenset[str]:
        return self._reporter.stems(text)

    def hashes(self, text: str) -> frozenset[int]:
        return self._reporter.hashes(text)

    def lead_sentences(self, article: Article, count: int) -> list[Quote]:
        """The first sentences of what can be quoted, in order."""
        found: list[Quote] = []
        for passage in self._quotable(article, self._passages(article)):
            found += [Quote(article, one.start, one.end) for one in sentences_of(article, passage)]
            if len(found) >= count:
                break
        return found[:count]

    def sentences(self, articles: Iterable[Article]) -> list[str]:
        return [sentence for article in articles for sentence in self._sentences(article)]

    def embed(self, sentences: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(sentences)

    def best_sentences(self, several: Sequence[NewsArticle], topic: str) -> list[Quote]:
        """For each article the sentence that best matches a topic; for no topic the first one that says something.

        Taken from the body; from captions or headings only where there is no body.
        """
        candidates = [self._candidates(news, whole=not topic.strip()) for news in several]
        if not topic.strip():
            return [_first_handy(quotes) for quotes in candidates]
        texts = [quote.text for quotes in candidates if len(quotes) > 1 for quote in quotes]
        vectors = self._embedder.embed_passages(texts) if texts else np.zeros((0, self._embedder.dimension))
        likeness = iter(vectors @ self._embedder.embed_questions([topic])[0])
        wanted = self.stems(topic)
        chosen = []
        for news, quotes in zip(several, candidates, strict=True):
            if len(quotes) == 1:
                chosen.append(quotes[0])
                continue
            first = self.lead_sentences(news.article, 1)
            scores = [
                float(next(likeness))
                + _WORDS_COUNT * share(wanted, self.stems(quote.text))
                + _FIRST_COUNTS * (quote.start == first[0].start)
                - _UNHANDY_COSTS * (len(quote.text) not in _HANDY)
                for quote in quotes
            ]
            chosen.append(quotes[max(range(len(quotes)), key=lambda place: (scores[place], -place))])
        return chosen

    def _news(
        self,
        article: Article,
        passages: tuple[Passage, ...],
        vectors: dict[int, Vectors],
        encoded: dict[tuple[int, int], Vectors],
    ) -> NewsArticle:
        rows = [
            vectors[passage.id] if passage.id in vectors else encoded[article.number, passage.start]
            for passage in passages
        ]
        own = np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), dtype=np.float32)
        lead = next((place for place, one in enumerate(passages) if one.kind is BlockKind.PARAGRAPH), 0)
        vector = own[lead] if rows else np.zeros(self._embedder.dimension, dtype=np.float32)
        return NewsArticle(article, passages, own, self._reporter.report(article, vector))

    def _passages(self, article: Article) -> tuple[Passage, ...]:
        """The archive's passages; another posting of a known article has none and is cut here, with numbers below 0."""
        stored = self._archive.passages.of_article(article.number)
        if stored:
            return tuple(passage for passage in stored if passage.revision == article.revision)
        places = split_into_passages(article)
        return tuple(
            Passage(-1, article.number, article.revision, place.kind, place.start, place.end) for place in places
        )

    def _candidates(self, news: NewsArticle, *, whole: bool) -> list[Quote]:
        best = [news.passages[place] for place in sorted(news.best_passages)]
        passages = self._quotable(news.article, news.passages if whole or not best else tuple(best))
        found = dict.fromkeys(
            (one.start, one.end) for passage in passages for one in sentences_of(news.article, passage)
        )
        if not found:  # the best passages are captions: the body serves all the same
            everything = self._quotable(news.article, news.passages)
            found = dict.fromkeys(
                (one.start, one.end) for passage in everything for one in sentences_of(news.article, passage)
            )
        if not found:
            found = {(passage.start, passage.end): None for passage in news.passages[:1]}
        return [Quote(news.article, start, end) for start, end in found]

    def _quotable(self, article: Article, passages: Sequence[Passage]) -> list[Passage]:
        """Passages of the body; all of them where an article has no body."""
        return [one for one in passages if one.kind is BlockKind.PARAGRAPH] if article.body else list(passages)

    def _sentences(self, article: Article) -> list[str]:
        passages = self._quotable(article, self._passages(article))
        spans = dict.fromkeys((one.start, one.end) for passage in passages for one in sentences_of(article, passage))
        return [article.text[start:end] for start, end in spans]


def _first_handy(quotes: Sequence[Quote]) -> Quote:
    return next((quote for quote in quotes if len(quote.text) >= _HANDY.start), quotes[0])
