"""How right the first quotes are, over how many questions are answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation.failures import has_right_sentence
from retrieval.evaluation.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives: answer whatever has at least that confidence."""

    threshold: float
    answered: float  # the share of all questions that is answered
    precision: float  # the share of those whose first quote is right


def precision_curve(verdicts: Sequence[Verdict]) -> list[Point]:
    """One point for each confidence that occurs, from the highest down: the answered rate rises along it.

    Unanswerable questions count: an answer to one is never right. The last point answers everything.
    """
    ordered = sorted(verdicts, key=lambda one: -one.confidence)
    points: list[Point] = []
    right = 0
    for done, one in enumerate(ordered, start=1):
        right += has_right_sentence(one)
        point = Point(one.confidence, done / len(ordered), right / done)
        if points and points[-1].threshold == one.confidence:
            points[-1] = point
        else:
            points.append(point)
    return points


def point_at(points: Sequence[Point], threshold: float) -> Point | None:
    """What a threshold gives; None where it answers nothing."""
    return next((point for point in reversed(points) if point.threshold >= threshold), None)
