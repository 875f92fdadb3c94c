"""Fit a topic calibration to topic sets, and see on topics and documents that it was not fitted to how well it does."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.archive import Archive
from retrieval.digests.article_columns import ArticleColumns
from retrieval.digests.column_reading import ColumnReader
from retrieval.errors import UnusableSet
from retrieval.evaluation.judging import Progress, fill, untold
from retrieval.evaluation.question_set import is_held_out
from retrieval.evaluation.topic_fitting import TopicExample, TopicFigures, fit_topics, topic_figures
from retrieval.evaluation.topic_set import AskedTopic, TopicSet
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.embedding import Embedder
from retrieval.stories.reports import Reporter
from retrieval.topics.desks import subject_words
from retrieval.topics.relevance import TopicJudge
from retrieval.topics.topic_calibration import DESK, FREE, TopicCalibration


@dataclass(frozen=True, slots=True)
class CalibratedTopics:
    """A topic calibration, what it was fitted to, and what it does on the rest, set by set."""

    model: str
    calibration: TopicCalibration
    fitted_on: int  # topics
    figures: Mapping[str, TopicFigures]  # of the sets that have topics left out

    @property
    def about(self) -> str:
        """Where the weights come from, in one sentence for whoever reads the file."""
        held_out = ", ".join(
            f"{name} {one.average_precision:.3f} ({one.topics} topics)" for name, one in self.figures.items()
        )
        return (
            f"Fitted on {self.fitted_on} topics and documents with an even sha256 of the id. Average precision on the "
            f"others: {held_out or 'not measured'}."
        )


def calibrate_topics(
    sets: Sequence[TopicSet], *, embedder: Embedder, precision: float, progress: Progress = untold
) -> CalibratedTopics:
    """Fit on half of the topics of every set among half of its documents, then try the other half of both.

    `precision` is that of `fit_topics`. Raises `UnusableSet`.
    """
    with ExitStack() as stack:
        read = [(one, stack.enter_context(columns_of(one, embedder, progress))) for one in sets]
        fitted_on = [
            example
            for one, columns in read
            for example in topic_examples(one, columns, embedder, held_out=False)
            if example.right.any()
        ]
        try:
            calibration = fit_topics(fitted_on, precision=precision)
        except ValueError as error:
            raise UnusableSet(f"cannot calibrate on {', '.join(one.name for one in sets)}: {error}") from error
        figures = {}
        for one, columns in read:
            rest = topic_examples(one, columns, embedder, held_out=True, calibration=calibration)
            if any(example.right.any() for example in rest):
                chances = [example.chances(calibration) for example in rest]
                figures[one.name] = topic_figures([example.right for example in rest], chances, calibration.threshold)
        return CalibratedTopics(embedder.name, calibration, len(fitted_on), figures)


@contextmanager
def columns_of(one: TopicSet, embedder: Embedder, progress: Progress = untold) -> Iterator[ArticleColumns]:
    """The documents of a set as a digest reads them, in an archive that is gone afterwards. Raises `UnusableSet`."""
    with tempfile.TemporaryDirectory(prefix="briefing-eval-") as place, Archive.open(Path(place)) as archive:
        fill(archive, one.name, one.documents)
        with progress("embedding") as advance:
            embed_missing(archive, embedder, on_progress=advance)
        yield ColumnReader(archive, embedder).read([article.number for article in archive.articles()])


def topic_examples(
    one: TopicSet,
    columns: ArticleColumns,
    embedder: Embedder,
    *,
    held_out: bool | None,
    calibration: TopicCalibration | None = None,
) -> list[TopicExample]:
    """Each topic of one half among the documents of that half; with None, all among all.

    The two best passages of a document, whose evidence is weighed, are those of the given calibration, else of the
    encoder's own.
    """
    judge, reporter = TopicJudge(embedder, calibration), Reporter(embedder.name)
    ids = [name or "" for name in columns.external_ids]
    chosen = np.asarray([held_out is None or is_held_out(name) is held_out for name in ids], dtype=bool)
    chosen &= np.diff(columns.starts) > 0
    return [
        _example(one.name, asked, columns, ids, chosen, judge, reporter)
        for asked in one.topics
        if held_out is None or is_held_out(asked.id) is held_out
    ]


def _example(
    name: str,
    asked: AskedTopic,
    columns: ArticleColumns,
    ids: Sequence[str],
    chosen: NDArray[np.bool_],
    judge: TopicJudge,
    reporter: Reporter,
) -> TopicExample:
    counted = np.flatnonzero(chosen & np.asarray([one not in asked.ignored for one in ids]))
    vectors = columns.vectors.astype(np.float32)
    scores = judge.passage_scores(asked.topic, vectors)
    best = [_two_best(scores, *columns.starts[[row, row + 1]].tolist()) for row in counted]
    evidence: dict[str, NDArray[np.floating[Any]]] = {
        key: column[best].mean(axis=1) for key, column in judge.evidence(asked.topic, vectors).items()
    }
    stems = reporter.stems(" ".join(subject_words(asked.topic)))
    having = [columns.stems.having(stem)[counted] for stem in stems]
    evidence["words"] = np.mean(having, axis=0) if having else np.zeros(len(counted))
    evidence["bias"] = np.ones(len(counted))
    nothing = np.zeros(len(counted))  # of a column that this topic's breadth does not ask for
    return TopicExample(
        name,
        asked.topic,
        judge.aim(asked.topic).breadth,
        np.column_stack([evidence.get(key, nothing) for key in FREE]).astype(np.float64),
        np.column_stack([evidence.get(key, nothing) for key in DESK]).astype(np.float64),
        np.asarray([ids[row] in asked.gold for row in counted.tolist()], dtype=np.bool_),
    )


def _two_best(scores: NDArray[np.float32], start: int, end: int) -> tuple[int, int]:
    places = start + np.argsort(-scores[start:end], kind="stable")[:2]
    return int(places[0]), int(places[-1])
