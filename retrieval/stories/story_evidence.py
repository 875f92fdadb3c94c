"""How sure it is that two reports tell of one event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.stories.reports import DAYS_APART, Days, Report

Odds = NDArray[np.float64]

NO_EVIDENCE = -6.0  # log-odds of two reports that are days apart or were not worth comparing

# Log-odds that two reports are of one event: `python benchmarks/fit_stories.py ../shared/eval/ecb_plus` prints these,
# fitted on the half of the topics of ecb_plus that is not held out. In the order of `pair_evidence`.
_WEIGHTS = (2.115, 1.401, 0.681, 1.819, -1.448, -1.123, 1.436)
_BIAS = -1.874


def event_log_odds(one: Report, other: Report) -> float:
    """Log-odds that two reports tell of one event; `NO_EVIDENCE` when they are too far apart or of unlike models."""
    if one.model != other.model or not near_in_time(one, other):
        return NO_EVIDENCE
    return log_odds(one, other, float(one.vector @ other.vector))


def log_odds(one: Report, other: Report, likeness: float) -> float:
    """The same of two reports that are known to be comparable, and at least `NO_EVIDENCE`; `likeness` is a cosine."""
    evidence = pair_evidence(one, other, likeness)
    return max(_BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, evidence, strict=True)), NO_EVIDENCE)


def pair_evidence(one: Report, other: Report, likeness: float) -> tuple[float, ...]:
    """What speaks for one event and against it.

    Likeness of meaning; the share of all their words, and of all their names, that both have; how many names both have;
    how many names at least one of them has of which the other says nothing; whether both give numbers and none is the
    same; how many numbers both give. Reports of the older form say nothing of numbers.
    """
    names = len(one.names & other.names)
    mine, theirs = one.numbers or frozenset(), other.numbers or frozenset()
    numbers = len(mine & theirs)
    return (
        likeness,
        jaccard(len(one.words & other.words), len(one.words), len(other.words)),
        jaccard(names, len(one.names), len(other.names)),
        min(names, 15) / 5,
        min(len(one.names - other.words), len(other.names - one.words), 15) / 5,
        float(bool(mine and theirs and not numbers)),
        min(numbers, 6) / 2,
    )


def odds_between(ones: Sequence[Report], others: Sequence[Report]) -> Odds:
    """`event_log_odds` of each of some reports with each of others (rows x columns), up to rounding, in one go."""
    words, names, numbers = ((_sets(ones, kind), _sets(others, kind)) for kind in ("words", "names", "numbers"))
    both_words, both_names, both_numbers = (_in_both(*sides) for sides in (words, names, numbers))
    my_words, my_names, my_numbers = (_sizes(mine)[:, np.newaxis] for mine, _ in (words, names, numbers))
    their_words, their_names, their_numbers = (_sizes(theirs) for _, theirs in (words, names, numbers))
    only_mine = my_names - _in_both(names[0], words[1])
    only_theirs = their_names - _in_both(names[1], words[0]).T
    evidence = (
        np.stack([one.vector for one in ones]) @ np.stack([other.vector for other in others]).T,
        both_words / np.maximum(1, my_words + their_words - both_words),
        both_names / np.maximum(1, my_names + their_names - both_names),
        np.minimum(both_names, 15) / 5,
        np.minimum(np.minimum(only_mine, only_theirs), 15) / 5,
        (my_numbers > 0) & (their_numbers > 0) & (both_numbers == 0),
        np.minimum(both_numbers, 6) / 2,
    )
    odds = np.full((len(ones), len(others)), _BIAS)
    for weight, value in zip(_WEIGHTS, evidence, strict=True):
        odds += weight * value
    return np.where(_comparable(ones, others), np.maximum(odds, NO_EVIDENCE), NO_EVIDENCE)


def _comparable(ones: Sequence[Report], others: Sequence[Report]) -> NDArray[np.bool_]:
    """Whether reports are of one model and near in time: rows x columns."""
    mine, theirs = ([(one.model, one.days) for one in side] for side in (ones, others))
    kinds, columns = sorted(set(theirs), key=str), {}
    for kind in kinds:
        columns[kind] = np.asarray([other == kind for other in theirs])
    rows = {
        kind: np.any(
            [columns[other] for other in kinds if kind[0] == other[0] and _are_near(kind[1], other[1])]
            or [np.zeros(len(theirs), dtype=bool)],
            axis=0,
        )
        for kind in set(mine)
    }
    return np.stack([rows[kind] for kind in mine])


def _sets(reports: Sequence[Report], kind: str) -> list[frozenset[int]]:
    return [getattr(report, kind) or frozenset() for report in reports]


def _sizes(sets: Sequence[frozenset[int]]) -> NDArray[np.int64]:
    return np.asarray([len(some) for some in sets], dtype=np.int64)


def _in_both(ones: Sequence[frozenset[int]], others: Sequence[frozenset[int]]) -> NDArray[np.int64]:
    """How many elements each two sets have in common: rows x columns."""
    holders: dict[int, list[int]] = {}
    for column, some in enumerate(others):
        for element in some:
            holders.setdefault(element, []).append(column)
    both = np.zeros((len(ones), len(others)), dtype=np.int64)
    for row, some in zip(both, ones, strict=True):
        found = [column for element in some if element in holders for column in holders[element]]
        if found:
            row += np.bincount(found, minlength=len(others))
    return both


def near_in_time(one: Report, other: Report) -> bool:
    """Within five days of each other, as far as the dates say; what has no date may be of any day."""
    return _are_near(one.days, other.days)


def _are_near(one: Days | None, other: Days | None) -> bool:
    if one is None or other is None:
        return True
    gap = max(one[0], other[0]) - min(one[1], other[1])
    return gap.days <= DAYS_APART


def jaccard(both: int, one: int, other: int) -> float:
    """Jaccard's index of two sets, by their sizes and that of what both have."""
    return both / max(1, one + other - both)
