"""Reads articles into columns: their vectors, what their reports are compared by, and their words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.archive import Archive
from corpus.article import Article, BlockKind
from corpus.passage import Passage
from corpus.splitting import split_into_passages
from retrieval.digests.article_columns import ArticleColumns, Hashes, Occurrences, is_news
from retrieval.index.passage_vectors import STORED, encoder_input
from retrieval.index.vector_index import Halves
from retrieval.models.embedding import Embedder
from retrieval.stories.reports import Reporter
from retrieval.topics.topic import readable_words, words_to_compare


class ColumnReader:
    """Reads articles for digests. What has no vector yet is encoded on the spot and not stored. For one thread.

    It costs about 1 ms of CPU an article whose vectors are stored.
    """

    def __init__(self, archive: Archive, embedder: Embedder) -> None:
        self._archive = archive
        self._embedder = embedder
        self._reporter = Reporter(embedder.name)

    def read(self, numbers: Sequence[int]) -> ArticleColumns:
        """Those of some articles that are there, each once; one encoding for all vectors that are missing."""
        mark = self._archive.change_mark()
        articles = [one for number in dict.fromkeys(numbers) if (one := self._archive.article(number)) is not None]
        passages = self._passages([one for one in articles if is_news(one)])
        own = [passages.get(one.number, ()) for one in articles]
        vectors = self._vectors(articles, own)
        starts = np.cumsum([0, *map(len, own)])
        leads = np.asarray([start + _lead(some) if some else -1 for start, some in zip(starts[:-1], own, strict=True)])
        nothing = np.zeros(self._embedder.dimension, dtype=np.float32)
        wordings = [readable_words(article) if is_news(article) else "" for article in articles]
        stems = [self._reporter.stems(wording) for wording in wordings]  # first: it learns many words at once
        reports = [self._reporter.report(article, nothing) if is_news(article) else None for article in articles]
        days = [article.days() for article in articles]
        return ArticleColumns(
            model=self._embedder.name,
            numbers=np.asarray([one.number for one in articles], dtype=np.int64),
            standings=[(one.revision, one.collection, one.duplicate_of, one.excerpt_of) for one in articles],
            is_article=np.asarray([is_news(one) for one in articles], dtype=bool),
            texts=np.asarray([one.whole_posting for one in articles], dtype=np.int64),
            external_ids=[one.external_id for one in articles],
            outlets=[one.outlet for one in articles],
            days=np.asarray(
                [(some[0].toordinal(), some[1].toordinal()) if some else (0, 0) for some in days], dtype=np.int32
            ).reshape(len(articles), 2),
            sizes=np.asarray([sum(block.end - block.start for block in one.body) for one in articles], dtype=np.int64),
            starts=starts.astype(np.int64),
            vectors=vectors,
            leads=leads.astype(np.int64),
            stems=Occurrences(stems),
            openings=Occurrences([self._reporter.stems(_opening(one)) if is_news(one) else () for one in articles]),
            wording=Occurrences([words_to_compare(wording) for wording in wordings]),
            words=Hashes([report.words if report else () for report in reports]),
            names=Hashes([report.names if report else () for report in reports]),
            figures=Hashes([(report.numbers or ()) if report else () for report in reports]),
            checked=mark,
        )

    def _passages(self, articles: Sequence[Article]) -> dict[int, tuple[Passage, ...]]:
        stored = self._archive.passages.of_articles(article.number for article in articles)
        return {article.number: passages_of(article, stored.get(article.number, [])) for article in articles}

    def _vectors(self, articles: Sequence[Article], passages: Sequence[Sequence[Passage]]) -> Halves:
        """A row a passage, in order."""
        stored = self._archive.passages.vectors_of(
            self._embedder.name, [passage.id for some in passages for passage in some]
        )
        length = self._embedder.dimension * STORED.itemsize
        rows = [
            (article, passage, stored.get(passage.id))
            for article, some in zip(articles, passages, strict=True)
            for passage in some
        ]
        found = [place for place, (_, _, blob) in enumerate(rows) if blob is not None and len(blob) == length]
        vectors = np.zeros((len(rows), self._embedder.dimension), dtype=np.float16)
        if found:
            blobs = b"".join(rows[place][2] or b"" for place in found)
            vectors[found] = np.frombuffer(blobs, dtype=STORED).reshape(len(found), -1)
        if missing := sorted(set(range(len(rows))) - set(found)):
            texts = [encoder_input(*rows[place][:2]) for place in missing]
            vectors[missing] = self._embedder.embed_passages(texts)
        return vectors


def passages_of(article: Article, stored: Sequence[Passage]) -> tuple[Passage, ...]:
    """The archive's passages; another posting of a known article has none and is cut here, with numbers below 0."""
    if stored:
        return tuple(passage for passage in stored if passage.revision == article.revision)
    return tuple(
        Passage(-1, article.number, article.revision, place.kind, place.start, place.end)
        for place in split_into_passages(article)
    )


def _opening(article: Article) -> str:
    """What an article says first of what it is about: its title and the first paragraph of its body."""
    return "\n".join([article.title or "", *map(article.words_of, article.body[:1])])


def _lead(passages: Sequence[Passage]) -> int:
    """The place of the passage that stands for an article: the first of its body."""
    return next((place for place, one in enumerate(passages) if one.kind is BlockKind.PARAGRAPH), 0)
