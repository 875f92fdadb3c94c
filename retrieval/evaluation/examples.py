"""Question sets as examples to fit a calibration to."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.answering import Answerer
from retrieval.embedding import Embedder
from retrieval.evaluation.judging import Advance, Progress, archived, untold
from retrieval.evaluation.question_set import QuestionSet
from retrieval.fitting import Example
from retrieval.question import understand
from retrieval.reranking import Reranker


def examples_of(
    questions: QuestionSet,
    *,
    embedder: Embedder,
    reranker: Reranker | None,
    second: Embedder | None = None,
    progress: Progress = untold,
) -> list[Example]:
    """What is read for every question of a set, the whole archive in scope. Raises `UnusableSet`."""
    with (
        archived(questions, embedder, reranker, second, None, progress=progress) as (answerer, _),
        progress("asking") as tell,
    ):
        return list(read_examples(questions, answerer, tell))


def read_examples(questions: QuestionSet, answerer: Answerer, advance: Advance) -> Iterator[Example]:
    """The same of a set whose documents are archived already."""
    for done, asked in enumerate(questions.questions, start=1):
        readings = answerer.readings(understand(asked.question))
        right = tuple(reading.article.external_id in asked.right for reading in readings)
        yield Example(questions.name, asked.answerable, tuple(readings), right)
        advance(done, len(questions.questions))
