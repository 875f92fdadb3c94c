"""Question sets as examples to fit a calibration to."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.answers.answering import Answerer
from retrieval.answers.fitting import Example
from retrieval.evaluation.judging import Advance
from retrieval.evaluation.question_set import QuestionSet
from retrieval.questions.question import understand


def read_examples(questions: QuestionSet, answerer: Answerer, advance: Advance) -> Iterator[Example]:
    """What is read for every question of a set whose documents are archived already, the whole archive in scope."""
    for done, asked in enumerate(questions.questions, start=1):
        readings = answerer.readings(understand(asked.question))
        right = tuple(reading.article.external_id in asked.right for reading in readings)
        yield Example(questions.name, asked.answerable, tuple(readings), right)
        advance(done, len(questions.questions))
