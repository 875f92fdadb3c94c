"""Fits the weights by which an article is about a topic, and the threshold; and counts how well they do.

Both weight vectors are found together by maximum likelihood, the loss of a topic being taken in proportion to that of
whoever knows only how many of its documents are right: else the subjects of a quarter of all news would decide alone.
Then both log-odds are stretched and moved (Platt 1999) to where chances come true. The threshold is the lowest chance
that keeps a stated precision, as the mean over topics.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from retrieval.answers.fitting import minimised
from retrieval.topics.topic_calibration import DESK, FREE, TopicCalibration

PRIOR = 1e-5  # of the squares of the weights, beside the mean loss of a topic
STEPS = 100  # thresholds that are tried
BINS = 10  # of a reliability table

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TopicExample:
    """A topic and the documents it was asked of: a row each in `free` and `desk`, whose columns are weighed.

    `free` has the columns of `topic_calibration.FREE`, `desk` those of `DESK`; `right` tells which are about it.
    """

    set_name: str
    topic: str
    breadth: float
    free: Array
    desk: Array
    right: NDArray[np.bool_]

    def chances(self, calibration: TopicCalibration) -> Array:
        weights = np.asarray([calibration.free[name] for name in FREE] + [calibration.desk[name] for name in DESK])
        return np.asarray(1 / (1 + np.exp(-self.table @ weights)))

    @property
    def table(self) -> Array:
        return np.column_stack([(1 - self.breadth) * self.free, self.breadth * self.desk])


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """How well chances tell which documents are about a topic; means over topics, nan-free.

    `reliability` has for each tenth of the chances: how many documents, their mean chance, the share that is right,
    every topic counting the same.
    """

    topics: int
    average_precision: float
    precision: float
    recall: float
    f1: float
    best_f1: float
    brier: float
    reliability: tuple[tuple[int, float, float], ...]


def fit_topics(examples: Sequence[TopicExample], *, precision: float) -> TopicCalibration:
    """The calibration that suits the examples. Raises ValueError where there is nothing right or nothing wrong."""
    if not any(one.right.any() for one in examples) or all(one.right.all() for one in examples):
        raise ValueError("a calibration needs documents that are about a topic and documents that are not")
    found = _fitted([one.table for one in examples], examples, [1 / _uncertainty(one.right) for one in examples], PRIOR)
    free, desk = np.split(found, [len(FREE)])
    parts = [_parts(one, free, desk) for one in examples]
    free_stretch, free_shift, desk_stretch, desk_shift = _fitted(parts, examples, [1.0] * len(examples), 0.0)
    free, desk = free * free_stretch, desk * desk_stretch
    free[FREE.index("bias")] += free_shift
    desk[DESK.index("bias")] += desk_shift
    made = TopicCalibration(_named(FREE, free), _named(DESK, desk), 0.5)
    return TopicCalibration(made.free, made.desk, threshold_for(precision, examples, made))


def _parts(one: TopicExample, free: Array, desk: Array) -> Array:
    """Both log-odds of each document, each beside a column of ones, as much of them as the topic's breadth says."""
    some, rest = 1 - one.breadth, one.breadth
    ones = np.ones(len(one.right))
    return np.column_stack([some * (one.free @ free), some * ones, rest * (one.desk @ desk), rest * ones])


def _uncertainty(right: NDArray[np.bool_]) -> float:
    """The mean loss of whoever knows no more than how many are right."""
    share = min(max(float(right.mean()), 1e-4), 1 - 1e-4)
    return -share * math.log(share) - (1 - share) * math.log(1 - share)


def _fitted(tables: Sequence[Array], examples: Sequence[TopicExample], counts: Sequence[float], prior: float) -> Array:
    """Logistic weights of the tables' columns; `counts` is how much each topic counts."""
    signs = [np.where(one.right, 1.0, -1.0) for one in examples]
    whole = sum(counts)

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = prior * float(weights @ weights), 2 * prior * weights
        for table, sign, count in zip(tables, signs, counts, strict=True):
            margins = sign * (table @ weights)
            total += count / whole * float(np.logaddexp(0, -margins).mean())
            slope = slope - count / whole * (sign / (1 + np.exp(np.minimum(margins, 500)))) @ table / len(sign)
        return total, slope

    return minimised(loss, np.zeros(tables[0].shape[1]))


def threshold_for(precision: float, examples: Sequence[TopicExample], calibration: TopicCalibration) -> float:
    """The lowest threshold from which on the mean precision of topics is at least so high; one that finds nothing is
    left out of the mean. The highest one where no threshold keeps it."""
    chances = [one.chances(calibration) for one in examples]
    steps = np.arange(1, STEPS) / STEPS
    kept = []
    for step in steps:
        found = [one.right[some >= step] for one, some in zip(examples, chances, strict=True)]
        shares = [float(right.mean()) for right in found if len(right)]
        kept.append(bool(shares) and mean(shares) >= precision)
    lowest = len(steps) - 1
    while lowest > 0 and kept[lowest - 1]:
        lowest -= 1
    return round(float(steps[lowest]), 2)


def topic_figures(rights: Sequence[NDArray[np.bool_]], chances: Sequence[Array], threshold: float) -> TopicFigures:
    """Figures of several topics; those without a right document are passed over. Raises ValueError where none has."""
    asked = [(right, some) for right, some in zip(rights, chances, strict=True) if right.any()]
    if not asked:
        raise ValueError("no topic has a right document")
    rows = [_of_topic(right, some, threshold) for right, some in asked]
    precision, recall, f1, average, best = (mean(column) for column in zip(*rows, strict=True))
    brier = mean(float(np.mean((some - right) ** 2)) for right, some in asked)
    return TopicFigures(len(asked), average, precision, recall, f1, best, brier, _reliability(asked))


def average_precision(right: NDArray[np.bool_], scores: Array) -> float:
    """The mean precision at the places of the right ones; equals are in the order given."""
    ranked = right[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())


def best_f1(right: NDArray[np.bool_], scores: Array) -> float:
    """That of the threshold that is best for these very documents."""
    ranked = np.cumsum(right[np.argsort(-scores, kind="stable")])
    return float((2 * ranked / (np.arange(1, len(right) + 1) + right.sum())).max())


def _of_topic(right: NDArray[np.bool_], chances: Array, threshold: float) -> tuple[float, float, float, float, float]:
    """Precision is 1 where nothing is found: nothing wrong is shown."""
    taken = chances >= threshold
    hits = float((taken & right).sum())
    precision, recall = hits / taken.sum() if taken.any() else 1.0, hits / right.sum()
    f1 = 2 * hits / float(taken.sum() + right.sum())
    return float(precision), float(recall), f1, average_precision(right, chances), best_f1(right, chances)


def _reliability(asked: Sequence[tuple[NDArray[np.bool_], Array]]) -> tuple[tuple[int, float, float], ...]:
    right = np.concatenate([one for one, _ in asked]).astype(np.float64)
    chances = np.concatenate([some for _, some in asked])
    shares = np.concatenate([np.full(len(one), 1 / len(one)) for one, _ in asked])
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    rows = []
    for place in range(BINS):
        inside = bins == place
        if (weight := float(shares[inside].sum())) > 0:
            rows.append(
                (
                    int(inside.sum()),
                    float(shares[inside] @ chances[inside] / weight),
                    float(shares[inside] @ right[inside] / weight),
                )
            )
        else:
            rows.append((0, 0.0, 0.0))
    return tuple(rows)


def _named(names: Sequence[str], weights: Array) -> Mapping[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
