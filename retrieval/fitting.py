"""Fit a calibration to questions whose answers are known: which sentences come first, and how sure to be of the first.

Two convex problems, so the same examples always give the same weights. `order` is a conditional logit (McFadden 1974;
in ranking, the top-one loss of ListNet, Cao and others, ICML 2007): of all sentences of a question, one that answers
should come out on top. The chance is a logistic regression on `answerability`. Both are held small by a Gaussian prior,
on features scaled to unit deviation, and every set counts the same however many questions it has.

The prior of the order stands around weights that were found on a coarse grid (`START`): the likelihood alone gives the
sentence's own logits so much weight that they choose the wrong article more often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.answerability import answerability
from retrieval.calibration import Calibration
from retrieval.close_reading import Reading

START = {"passage": 1.0, "led": 0.25, "own": 0.25, "cosine": 4.0, "dated": 3.5, "valued": 0.5, "share": 1.0}
FIXED = {
    "stated": 2.0,
    "undergone": 2.5,
    "body": 14.0,
}  # what sets have too little of to tell; a caption never comes before the body
SURE_BY = (
    "passage",
    "best",
    "own",
    "bare",
    "cosine",
    "likeness",
    "second",
    "lead",
    "around",
    "share",
    "named",
    "specifics",
    "negation",
)
ORDER_PRIOR = 30.0  # of the size of a loss in as many questions
SURE_PRIOR = 30.0
MADE_UP = 0.5  # what an unanswerable question weighs that was made by taking the right documents away

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question of a set, what was read for it, and what of that is right.

    `right` tells for each reading whether its document is; `holds` whether the sentence itself has the answer.
    """

    set_name: str
    answerable: bool
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]
    holds: tuple[bool, ...]

    def without_right_documents(self) -> Example | None:
        """The same question in an archive that lacks the answer; None where then nothing would be found."""
        kept = [place for place, right in enumerate(self.right) if not right]
        if not kept:
            return None
        readings = tuple(self.readings[place] for place in kept)
        nothing = (False,) * len(kept)
        return Example(self.set_name, False, readings, nothing, nothing)


def fit(examples: Sequence[Example], *, refused: float, unsure: float) -> Calibration:
    """The calibration that suits the examples; they should have questions with and without an answer.

    Thresholds are set so that of the answerable questions the share `refused` is told that nothing answers, and the
    share `unsure`, with those, gets no more than the closest passages. Raises ValueError without both kinds.
    """
    asked = [one for one in examples if one.readings]
    if not any(one.answerable for one in asked) or all(one.answerable for one in asked):
        raise ValueError("a calibration needs questions with and without an answer")
    order = _fit_order([one for one in asked if one.answerable and any(one.right)])
    ordering = Calibration(order, {"bias": 0.0}, 0.5, 0.5)
    weights = _fit_chance(asked, ordering)
    chances = np.asarray([_first_chance(one, Calibration(order, weights, 0.5, 0.5)) for one in asked])
    shares = _evenly(asked)
    answerable = np.asarray([one.answerable for one in asked])
    closest, answered = (
        _quantile(chances[answerable], shares[answerable], share) for share in (refused, max(refused, unsure))
    )
    return Calibration(order, weights, answered=round(answered, 4), closest=round(closest, 4))


def first_of(example: Example, calibration: Calibration) -> int:
    """The place of the reading that the calibration puts first."""
    return max(range(len(example.readings)), key=lambda place: calibration.strength(example.readings[place]))


def _first_chance(example: Example, calibration: Calibration) -> float:
    first = example.readings[first_of(example, calibration)]
    return calibration.chance(answerability(first, example.readings))


# Which sentence comes first


def _fit_order(examples: Sequence[Example]) -> dict[str, float]:
    """Weights in logits of the reranker: that of `passage` stays 1."""
    tables = [_table([reading.features() for reading in one.readings], tuple(START)) for one in examples]
    # Where no sentence that was read has the answer, any of the right document is as good as can be.
    good = [np.asarray(one.holds if any(one.holds) else one.right) for one in examples]
    shares = _evenly(examples) * len(examples)
    _, scale = _spread(np.concatenate(tables))
    tables = [table / scale for table in tables]
    start = np.asarray(list(START.values())) * scale

    def likelihood(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, right, share in zip(tables, good, shares, strict=True):
            scores = table @ weights
            total += share * (_log_sum(scores) - _log_sum(scores[right]))
            slope += share * (_softmax(scores) @ table - _softmax(scores[right]) @ table[right])
        return total, slope

    def along_start(size: Array) -> tuple[float, Array]:
        loss, slope = likelihood(size[0] * start)
        return loss, np.asarray([slope @ start])

    # How steep the start has to be says nothing about the order, but the prior must stand where the likelihood looks.
    prior = _minimised(along_start, np.asarray([0.1])) * start

    def posterior(weights: Array) -> tuple[float, Array]:
        loss, slope = likelihood(weights)
        away = weights - prior
        return loss + ORDER_PRIOR * float(away @ away), slope + 2 * ORDER_PRIOR * away

    fitted = _minimised(posterior, prior) / scale
    order = dict(zip(START, (float(weight / fitted[0]) for weight in fitted), strict=True))
    return _rounded(order | FIXED)


# How sure to be of it


def _fit_chance(examples: Sequence[Example], ordering: Calibration) -> dict[str, float]:
    rows: list[Mapping[str, float]] = []
    answers: list[bool] = []
    shares: list[float] = []
    for one, share in zip(examples, _evenly(examples) * len(examples), strict=True):
        first = first_of(one, ordering)
        if one.answerable == one.right[first]:  # another document, quoted by mistake, is neither
            rows.append(answerability(one.readings[first], one.readings))
            answers.append(one.answerable)
            shares.append(share)
        made = one.without_right_documents() if one.answerable else None
        if made is not None:
            rows.append(answerability(made.readings[first_of(made, ordering)], made.readings))
            answers.append(False)
            shares.append(MADE_UP * share)
    table = _table(rows, SURE_BY)
    middle, scale = _spread(table)
    table = np.column_stack([np.ones(len(table)), (table - middle) / scale])
    signs = np.where(np.asarray(answers), 1.0, -1.0)
    weighing = np.asarray(shares)

    def loss(weights: Array) -> tuple[float, Array]:
        margins = signs * (table @ weights)
        inner = np.concatenate([[0.0], weights[1:]])
        slope = -(weighing * signs / (1 + np.exp(margins))) @ table + 2 * SURE_PRIOR * inner
        return float(weighing @ np.logaddexp(0, -margins) + SURE_PRIOR * inner @ inner), slope

    fitted = _minimised(loss, np.zeros(table.shape[1]))
    plain = fitted[1:] / scale
    return _rounded(
        {"bias": float(fitted[0] - middle @ plain)}
        | dict(zip(SURE_BY, (float(weight) for weight in plain), strict=True))
    )


# Numbers


def _minimised(loss: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    from scipy.optimize import minimize  # seconds to import, and only this command needs it

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x, dtype=np.float64)


def _table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    return np.asarray([[row[name] for name in names] for row in rows], dtype=np.float64)


def _spread(table: Array) -> tuple[Array, Array]:
    """Mean and deviation of each column; a column that never varies keeps its scale."""
    deviation = table.std(axis=0)
    return table.mean(axis=0), np.where(deviation > 1e-9, deviation, 1.0)


def _evenly(examples: Sequence[Example]) -> Array:
    """The share of each example, such that every set has the same and all together are 1."""
    sizes = Counter(one.set_name for one in examples)
    return np.asarray([1 / len(sizes) / sizes[one.set_name] for one in examples])


def _quantile(values: Array, shares: Array, below: float) -> float:
    """The value that the stated share of the weight lies below."""
    order = np.argsort(values)
    reached = np.cumsum(shares[order]) / shares.sum()
    return float(values[order][np.searchsorted(reached, below)])


def _softmax(scores: Array) -> Array:
    powers: Array = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers


def _log_sum(scores: Array) -> float:
    return float(np.log(np.exp(scores - scores.max()).sum()) + scores.max())


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in weights.items()}
