"""Fit a calibration to questions whose answers are known: how sure to be of the sentence that comes first.

A logistic regression on `answerability`, held small by a Gaussian prior on features scaled to unit deviation: a convex
problem, so the same examples always give the same weights. Every set counts the same however many questions it has.
The prior keeps weights that few examples tell from growing, and with them the chances near the middle; so the logit is
then stretched and moved (Platt 1999) to where the first sentence does answer as often as the chance says.

The order of the sentences is not fitted. Its weights (`ORDER`) were the best of a coarse grid on development halves of
six sets; a conditional logit over the same features (McFadden 1974) gave the sentence's own logits so much weight that
they chose the wrong article more often. They are in logits of the reranker, whatever model finds the passages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.answers.answerability import answerability
from retrieval.answers.calibration import Calibration
from retrieval.answers.close_reading import Reading

ORDER = {
    "passage": 1.0,
    "led": 0.4,
    "own": 0.4,
    "cosine": 4.0,
    "dated": 4.0,
    "valued": 0.5,
    "share": -1.0,  # what repeats the question seldom answers it
    "stated": 3.5,  # by hand, as the next two: sets have too few of such questions
    "undergone": 2.5,
    "body": 24.0,  # a caption never comes before the body
}
FEATURES = ("passage", "best", "own", "bare", "cosine", "likeness", "second", "match", "named", "specifics")
PRIOR = 30.0  # of the size of a loss in as many questions
MADE_UP = 0.5  # what an unanswerable question weighs that was made by taking the right documents away

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question of a set, what was read for it, and what of that is right.

    `right` tells for each reading whether its document answers.
    """

    set_name: str
    answerable: bool
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]

    def without_right_documents(self) -> Example | None:
        """The same question in an archive that lacks the answer; None where then nothing would be found."""
        kept = [place for place, right in enumerate(self.right) if not right]
        if not kept:
            return None
        readings = tuple(self.readings[place] for place in kept)
        return Example(self.set_name, False, readings, (False,) * len(kept))


def fit(examples: Sequence[Example], *, refused: float, unsure: float) -> Calibration:
    """The calibration that suits the examples; they should have questions with and without an answer.

    Thresholds are set so that of the answerable questions the share `refused` is told that nothing answers, and the
    share `unsure`, with those, gets no more than the closest passages. Raises ValueError without both kinds.
    """
    asked = [one for one in examples if one.readings]
    if not any(one.answerable for one in asked) or all(one.answerable for one in asked):
        raise ValueError("a calibration needs questions with and without an answer")
    ordering = Calibration(ORDER, {"bias": 0.0}, 0.5, 0.5)
    weights = _stretched(_fit_chance(asked, ordering), asked, ordering)
    chances = np.asarray([first_chance(one, Calibration(ORDER, weights, 0.5, 0.5)) for one in asked])
    shares = _evenly(asked)
    answerable = np.asarray([one.answerable for one in asked])
    closest, answered = (
        _quantile(chances[answerable], shares[answerable], share) for share in (refused, max(refused, unsure))
    )
    return Calibration(ORDER, weights, answered=round(answered, 4), closest=round(closest, 4))


def first_of(example: Example, calibration: Calibration) -> int:
    """The place of the reading that the calibration puts first."""
    return max(range(len(example.readings)), key=lambda place: calibration.strength(example.readings[place]))


def first_chance(example: Example, calibration: Calibration) -> float:
    """The chance, 0 to 1, that the question of an example has an answer; it must have readings."""
    first = example.readings[first_of(example, calibration)]
    return calibration.chance(answerability(first, example.readings))


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
    table = _table(rows, FEATURES)
    middle, scale = _spread(table)
    table = np.column_stack([np.ones(len(table)), (table - middle) / scale])
    signs = np.where(np.asarray(answers), 1.0, -1.0)
    weighing = np.asarray(shares)

    def loss(weights: Array) -> tuple[float, Array]:
        margins = signs * (table @ weights)
        inner = np.concatenate([[0.0], weights[1:]])
        slope = -(weighing * signs / (1 + np.exp(margins))) @ table + 2 * PRIOR * inner
        return float(weighing @ np.logaddexp(0, -margins) + PRIOR * inner @ inner), slope

    fitted = minimised(loss, np.zeros(table.shape[1]))
    plain = fitted[1:] / scale
    return _rounded(
        {"bias": float(fitted[0] - middle @ plain)}
        | dict(zip(FEATURES, (float(weight) for weight in plain), strict=True))
    )


def _stretched(weights: Mapping[str, float], examples: Sequence[Example], ordering: Calibration) -> dict[str, float]:
    """The same weights on a scale where chances come true, over questions as they are: none made up, none left out."""
    firsts = [first_of(one, ordering) for one in examples]
    seen = [answerability(one.readings[first], one.readings) for one, first in zip(examples, firsts, strict=True)]
    logits = _table(seen, FEATURES) @ np.asarray([weights[name] for name in FEATURES]) + weights["bias"]
    answers = [one.answerable and one.right[first] for one, first in zip(examples, firsts, strict=True)]
    signs, shares = np.where(answers, 1.0, -1.0), _evenly(examples)

    def loss(line: Array) -> tuple[float, Array]:
        margins = signs * (line[0] * logits + line[1])
        slope = -shares * signs / (1 + np.exp(margins))
        return float(shares @ np.logaddexp(0, -margins)), np.asarray([slope @ logits, slope.sum()])

    stretch, shift = minimised(loss, np.asarray([1.0, 0.0]))
    moved = {name: weight * float(stretch) for name, weight in weights.items()}
    return _rounded(moved | {"bias": moved["bias"] + float(shift)})


# Numbers


def minimised(loss: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    """Where a loss is least; `loss` gives its value and its slope."""
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


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in weights.items()}
