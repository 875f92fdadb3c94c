"""How sure it is that two reports tell of one event."""

from __future__ import annotations

from retrieval.stories import Report

DAYS_APART = 5  # PRODUCT.md, section 7
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
        _share(len(one.words & other.words), len(one.words), len(other.words)),
        _share(names, len(one.names), len(other.names)),
        min(names, 15) / 5,
        min(len(one.names - other.words), len(other.names - one.words), 15) / 5,
        float(bool(mine and theirs and not numbers)),
        min(numbers, 6) / 2,
    )


def near_in_time(one: Report, other: Report) -> bool:
    """Within five days of each other, as far as the dates say; what has no date may be of any day."""
    if one.days is None or other.days is None:
        return True
    gap = max(one.days[0], other.days[0]) - min(one.days[1], other.days[1])
    return gap.days <= DAYS_APART


def _share(both: int, one: int, other: int) -> float:
    """Jaccard's index of two sets, by their sizes and that of what both have."""
    return both / max(1, one + other - both)
