"""Whether reports that are all alike tell of one event or of two.

Two earthquakes on one island, two trials of one man: report by report they cannot be told apart, because two reports
of one event differ as much. Side by side they can: by what one half says over and over and the other half never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.stories.reports import Report
from retrieval.stories.story_evidence import jaccard

Matrix = NDArray[np.float64]
Side = NDArray[np.bool_]

# What words, names, numbers and meaning count for where a group would part, and the power of a word's rarity in the
# group; chosen on the half of the topics of ecb_plus that is not held out.
_WORDS, _NAMES, _NUMBERS, _MEANING = 2.0, 1.0, 0.5, 1.0
_RARITY = 0.5

# Log-odds that a parting is right, in the order of `parting_evidence`, fitted on the same half:
# `python benchmarks/fit_stories.py ../shared/eval/ecb_plus` prints these.
_WEIGHTS = (-0.447, 1.035, -0.204, -1.347, -2.351, 1.908, -1.309)
_BIAS = -1.039
_LEAST = -0.5  # below even odds: two events folded into one hide one of them, one event told twice is a nuisance
# The mean log-odds of being of one event from which reports stay together at all. Of the 24 events fitted on, 22 have
# more; a day's articles on everything around an earthquake (timeline17) have -1.3: one subject and not one event.
TOGETHER = -0.3


# Two openings of so many words each, of which so large a share (Jaccard) is in both, are of one event, whatever figure
# each gives: of pairs of ecb_plus that are near in time, on the half that is not held out, all 64 from .5 on are.
_SAME_WORDS, _FEWEST_WORDS = 0.6, 12


def two_events(reports: Sequence[Report], odds: Matrix) -> Side | None:
    """Which of two or more reports tell of another event than the others; None when all tell of the same.

    The reports are of one model; `odds` are the log-odds of two of them being of one event, all by all.
    """
    are_unlike = float(odds[np.triu_indices(len(reports), 1)].mean()) < TOGETHER
    if len(reports) == 2:  # nearly all groups of a large digest: there is nothing to choose
        return np.array([True, False]) if are_unlike else None
    kernel = _differences(reports)
    side = parting(reports, kernel)
    return side if are_unlike or are_two_events(reports, side, odds, kernel) else None


def are_two_events(reports: Sequence[Report], side: Side, odds: Matrix, kernel: Matrix | None = None) -> bool:
    """Whether three or more reports tell of one event on the one side and of another on the other.

    Never where a report of the one side says in the same words what one of the other side says.
    """
    here, there = np.flatnonzero(side).tolist(), np.flatnonzero(~side).tolist()
    if any(_in_the_same_words(reports[one], reports[other]) for one in here for other in there):
        return False
    evidence = parting_evidence(reports, side, odds, kernel)
    return _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, evidence, strict=True)) > _LEAST


def _in_the_same_words(one: Report, other: Report) -> bool:
    mine, theirs = len(one.words), len(other.words)
    return min(mine, theirs) >= _FEWEST_WORDS and jaccard(len(one.words & other.words), mine, theirs) >= _SAME_WORDS


def parting(reports: Sequence[Report], kernel: Matrix | None = None) -> Side:
    """Where reports part most clearly: which of them are on the one side.

    They are put in line along the direction in which they differ most, and cut where the two sides differ most: two
    means on a line, of which nothing is drawn by chance. `kernel` is how they differ, where that is known already.
    """
    kernel = _differences(reports) if kernel is None else kernel
    order = np.argsort(np.linalg.eigh(kernel)[1][:, -1], kind="stable")
    place = np.argsort(order)
    sides = place < np.arange(1, len(order))[:, np.newaxis]  # a row for each cut
    balance = sides - sides.mean(axis=1, keepdims=True)
    differences = np.einsum("ij,ij->i", balance @ kernel, balance) / np.einsum("ij,ij->i", balance, balance)
    return np.asarray(sides[int(np.argmax(differences))])


def parting_evidence(
    reports: Sequence[Report], side: Side, odds: Matrix, kernel: Matrix | None = None
) -> tuple[float, ...]:
    """What speaks for two events, one on each side, and against them.

    The mean of the odds across the sides; how much of all difference the parting explains, 1 being what a parting of
    unrelated reports explains on average; how alike the sides are in words, in names and in meaning (cosines); the
    share of each side that gives a number which the other side never gives, the lesser of the two; how many of the
    numbers both sides give, two at most. `kernel` is as in `parting`.
    """
    kernel = _differences(reports) if kernel is None else kernel
    one, other = np.flatnonzero(side), np.flatnonzero(~side)
    words, names = (_columns([getattr(report, kind) for report in reports], 2) for kind in ("words", "names"))
    numbers = _columns([report.numbers or frozenset() for report in reports], 1)
    vectors = np.stack([report.vector for report in reports]).astype(np.float64)
    return (
        float(odds[np.ix_(one, other)].mean()),
        _difference(kernel, side) * (len(reports) - 1) / max(float(np.trace(kernel)), 1e-9),
        *(_cosine(rows[one].mean(axis=0), rows[other].mean(axis=0)) for rows in (words, names, vectors)),
        min(_own(numbers[one], numbers[other]), _own(numbers[other], numbers[one])),
        _in_both(numbers[one], numbers[other]),
    )


def _differences(reports: Sequence[Report]) -> Matrix:
    """How alike reports are beside what they all have in common: inner products around their mean, all by all."""
    kernel = np.zeros((len(reports), len(reports)))
    for weight, rows in (
        (_WORDS, _weighed([report.words for report in reports])),
        (_NAMES, _weighed([report.names for report in reports])),
        (_NUMBERS, _weighed([report.numbers or frozenset() for report in reports])),
        (_MEANING, np.stack([report.vector for report in reports]).astype(np.float64)),
    ):
        centred = rows - rows.mean(axis=0)
        products = centred @ centred.T
        kernel += weight * products / max(float(np.linalg.norm(products)), 1e-9)
    return kernel


def _difference(kernel: Matrix, side: Side) -> float:
    """How far the two sides lie apart, squared, weighed by their sizes (the scatter between two classes)."""
    balance = side - side.mean()
    return float(balance @ kernel @ balance / (balance @ balance))


def _weighed(sets: Sequence[Collection[int]]) -> Matrix:
    """A row of unit length for each set, of the elements that some others have too but not all."""
    rows = _columns(sets, 2)
    counts = rows.sum(axis=0)
    rows = rows[:, counts < len(sets)] * np.log((len(sets) + 1) / counts[counts < len(sets)]) ** _RARITY
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _columns(sets: Sequence[Collection[int]], fewest: int) -> Matrix:
    """A row of zeros and ones for each set, a column for each element of at least `fewest` sets, in ascending order."""
    counts = Counter(element for elements in sets for element in elements)
    place = {element: at for at, element in enumerate(sorted(e for e, count in counts.items() if count >= fewest))}
    rows = np.zeros((len(sets), len(place)))
    for row, elements in zip(rows, sets, strict=True):
        row[[place[element] for element in elements if element in place]] = 1.0
    return rows


def _cosine(one: Matrix, other: Matrix) -> float:
    return float(one @ other) / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9)


def _own(one: Matrix, other: Matrix) -> float:
    """The largest share of a side's reports that give a number of its own; one is added, so that few prove little."""
    shares = one.sum(axis=0)[other.sum(axis=0) == 0] / (len(one) + 1)
    return float(shares.max(initial=0.0))


def _in_both(one: Matrix, other: Matrix) -> float:
    shares = np.sort(np.minimum(one.mean(axis=0), other.mean(axis=0)))
    return float(shares[-2:].sum())
