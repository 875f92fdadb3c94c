"""Two runs of one set: by how much each figure differs, how sure that is, and which questions changed side. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import UnusableSet
from retrieval.evaluation.failures import FailureKind, kind_of
from retrieval.evaluation.figures import MEASURES, auroc, falsely_refused_at
from retrieval.evaluation.run import Run
from retrieval.evaluation.verdict import Verdict

RESAMPLES = 2000
CONFIDENCE = 95  # per cent of the resampled differences that lie within the interval
OVER_SCORES = {"auroc": auroc, "falsely_refused_at_80": falsely_refused_at}

Pair = tuple[Verdict, Verdict]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both runs, over the questions that count in both, and the interval of second less first."""

    figure: str
    questions: int
    first: float
    second: float
    low: float
    high: float

    @property
    def change(self) -> float:
        return self.second - self.first

    @property
    def certain(self) -> bool:
        """Whether the interval lies on one side of nothing."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that went right in one run and wrong in the other; None is right."""

    id: str
    question: str
    first: FailureKind | None
    second: FailureKind | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one set, question by question."""

    questions: int
    differences: tuple[Difference, ...]
    better: tuple[Changed, ...]  # wrong in the first run, right in the second
    worse: tuple[Changed, ...]

    def as_data(self) -> dict[str, object]:
        """The comparison as JSON types."""
        return {
            "questions": self.questions,
            "differences": [
                {
                    "figure": one.figure,
                    "questions": one.questions,
                    "first": round(one.first, 4),
                    "second": round(one.second, 4),
                    "change": round(one.change, 4),
                    "interval": [round(one.low, 4), round(one.high, 4)],
                }
                for one in self.differences
            ],
            "better": [_changed_as_data(one) for one in self.better],
            "worse": [_changed_as_data(one) for one in self.worse],
        }


def compare(first: Run, second: Run, *, resamples: int = RESAMPLES, seed: int = 0) -> Comparison:
    """The second run beside the first, over the questions that both asked.

    Intervals are of the paired bootstrap (Efron and Tibshirani, 1993; for retrieval Sakai, SIGIR 2006): questions are
    drawn again with replacement, each with what became of it in both runs. Raises `UnusableSet` where the runs share no
    question.
    """
    pairs = _pairs(first, second)
    if not pairs:
        raise UnusableSet("the two runs share no question: compare two runs of the same set")
    random = np.random.default_rng(seed)
    differences = [*_of_means(pairs, random, resamples), *_of_scores(pairs, random, resamples)]
    changed = [
        Changed(one.asked.id, one.asked.question, before, after)
        for one, other in pairs
        if ((before := kind_of(one)) is None) is not ((after := kind_of(other)) is None)
    ]
    return Comparison(
        len(pairs),
        tuple(differences),
        better=tuple(one for one in changed if one.second is None),
        worse=tuple(one for one in changed if one.first is None),
    )


def _pairs(first: Run, second: Run) -> list[Pair]:
    others = {one.asked.id: one for one in second.verdicts}
    return [
        (one, other)
        for one in first.verdicts
        if (other := others.get(one.asked.id)) is not None
        and (one.asked.question, one.asked.answerable) == (other.asked.question, other.asked.answerable)
    ]


def _of_means(pairs: Sequence[Pair], random: np.random.Generator, resamples: int) -> list[Difference]:
    found = []
    for figure, measure in MEASURES.items():
        both = [(measure(one), measure(other)) for one, other in pairs]
        values = np.asarray([(a, b) for a, b in both if a is not None and b is not None], dtype=np.float64)
        if len(values):
            changes = values[:, 1] - values[:, 0]
            drawn = np.asarray([changes[_again(random, len(changes))].mean() for _ in range(resamples)])
            first, second = values.mean(axis=0)
            found.append(Difference(figure, len(values), float(first), float(second), *_interval(drawn)))
    return found


def _of_scores(pairs: Sequence[Pair], random: np.random.Generator, resamples: int) -> list[Difference]:
    """Figures that set the confidences of answerable questions against those of the others; each side drawn apart."""
    scores = [
        np.asarray([(one.confidence, other.confidence) for one, other in pairs if one.asked.answerable is answerable])
        for answerable in (True, False)
    ]
    positive, negative = scores
    if not len(positive) or not len(negative):
        return []
    found = []
    for figure, measure in OVER_SCORES.items():
        drawn = []
        for _ in range(resamples):
            first, second = _both(
                measure, positive[_again(random, len(positive))], negative[_again(random, len(negative))]
            )
            drawn.append(second - first)
        first, second = _both(measure, positive, negative)
        found.append(Difference(figure, len(pairs), first, second, *_interval(np.asarray(drawn))))
    return found


def _both(
    measure: Callable[[Sequence[float], Sequence[float]], float | None],
    positive: NDArray[np.float64],
    negative: NDArray[np.float64],
) -> tuple[float, float]:
    """A figure over two columns of confidences, those of the first run and those of the second; neither is empty."""
    first, second = (measure(positive[:, run].tolist(), negative[:, run].tolist()) for run in (0, 1))
    assert first is not None and second is not None
    return first, second


def _again(random: np.random.Generator, count: int) -> NDArray[np.int64]:
    """As many places as there are, drawn with replacement."""
    return random.integers(0, count, count)


def _interval(drawn: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(drawn, [(100 - CONFIDENCE) / 2, (100 + CONFIDENCE) / 2])
    return float(low), float(high)


def _changed_as_data(one: Changed) -> dict[str, object]:
    return {"id": one.id, "question": one.question, "first": one.first, "second": one.second}
