"""How the articles of some columns stand to a topic: their scores, and the words that speak for and against them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.archive import Archive
from retrieval.digests.article_columns import ArticleColumns, Integers, Truths
from retrieval.models.embedding import Embedder
from retrieval.stories.reports import Reporter
from retrieval.topics.desks import subject_words
from retrieval.topics.relevance import TopicJudge
from retrieval.topics.topic import Topic, is_whole_word, readable_words, stands_in, words_to_compare
from retrieval.topics.topic_calibration import TopicCalibration


@dataclass(frozen=True, slots=True, eq=False)
class MatchColumns:
    """A row for each article of some columns: its score from 0 to 1, which of the topic's words it has (`words`, a
    column a word), which that it must have it lacks, which that it must not have it has (`bars`).

    `best_passages` gives the places of the two passages of a row that are closest to the topic.
    """

    labels: tuple[str, ...]
    scores: NDArray[np.float64]
    words: Truths
    lacks: Truths
    bars: Truths
    best_passages: Callable[[int], tuple[int, ...]]

    @property
    def admitted(self) -> Truths:
        return np.asarray(~(self.lacks.any(axis=1) | self.bars.any(axis=1)))


class TopicMatcher:
    """Matches columns of articles with topics. For one thread at a time.

    One product of a topic and all vectors; what is the same for every topic is worked out once and kept in the columns.
    Words are looked up, and only the text of articles that have all words of a phrase is read for the phrase itself.
    """

    def __init__(self, archive: Archive, embedder: Embedder, calibration: TopicCalibration | None = None) -> None:
        self._archive = archive
        self._judge = TopicJudge(embedder, calibration)
        self._reporter = Reporter(embedder.name)

    @property
    def threshold(self) -> float:
        """The score from which on an article is about a topic, by the calibration."""
        return self._judge.threshold

    def match(self, topic: Topic, columns: ArticleColumns) -> MatchColumns:
        count = len(columns.numbers)
        lacks = ~self._standing(topic.must, columns)
        bars = self._standing(topic.not_words, columns)
        if topic.is_everything:
            nothing = np.zeros((count, 0), dtype=bool)
            return MatchColumns((), np.ones(count), nothing, lacks, bars, lambda row: ())
        labels = tuple(subject_words(topic.text))
        having = {stem: columns.stems.having(stem) for stem in self._reporter.stems(" ".join(labels))}
        shared = np.sum([*having.values()], axis=0) / len(having) if having else np.zeros(count)
        vectors = columns.vectors.astype(np.float32)
        if columns.likeness is None:
            columns.likeness = self._judge.desk_likeness(vectors)
        by_passage = self._judge.passage_scores(topic.text, vectors, columns.likeness)

        def best(row: int) -> tuple[int, ...]:
            own = by_passage[columns.starts[row] : columns.starts[row + 1]]
            return tuple(np.argsort(-own, kind="stable")[:2].tolist())

        scores = self._judge.article_scores(
            topic.text, by_passage, columns.starts, np.asarray(shared, dtype=np.float64)
        )
        if having and not self._judge.aim(topic.text).breadth:
            # What title and first paragraph name is what an article is about, however little one word resembles it.
            named = np.logical_and.reduce([columns.openings.having(stem) for stem in having])
            scores[named] = np.maximum(scores[named], self.threshold)
        words = [
            np.any([having[stem] for stem in stems], axis=0) if stems else np.zeros(count, dtype=bool)
            for stems in map(self._reporter.stems, labels)
        ]
        return MatchColumns(labels, scores, _as_columns(words, count), lacks, bars, best)

    def _standing(self, phrases: Sequence[str], columns: ArticleColumns) -> Truths:
        """A column for each phrase: whether it stands in what the article says."""
        return _as_columns([self._stands(phrase, columns) for phrase in phrases], len(columns.numbers))

    def _stands(self, phrase: str, columns: ArticleColumns) -> Truths:
        found = columns.is_article.copy()
        for word in words_to_compare(phrase):
            found &= columns.wording.having(word)
        if not is_whole_word(phrase):
            for row in np.flatnonzero(found).tolist():
                number, revision = int(columns.numbers[row]), columns.standings[row][0]
                article = self._archive.article(number, revision)
                found[row] = article is not None and stands_in(phrase, readable_words(article))
        return found


def as_rows(labels: Sequence[str], truths: Truths) -> list[tuple[str, ...]]:
    """For each row the labels of its true columns."""
    found: list[tuple[str, ...]] = [()] * len(truths)
    for row in np.flatnonzero(truths.any(axis=1)).tolist():
        found[row] = tuple(label for label, is_there in zip(labels, truths[row].tolist(), strict=True) if is_there)
    return found


def _as_columns(columns: Sequence[Integers | Truths], count: int) -> Truths:
    return np.stack(columns, axis=1).astype(bool) if columns else np.zeros((count, 0), dtype=bool)
