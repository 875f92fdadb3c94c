"""The figures of a question set. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from retrieval.evaluation.verdict import RANKS, Verdict

REFUSED_SHARE = 0.8  # of the unanswerable, at which false refusals are counted


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one set. Shares are from 0 to 1; None where the set has nothing to count."""

    set_name: str
    documents: int
    questions: int
    answerable: int
    unanswerable: int
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_10: float | None
    mrr_at_10: float | None
    all_gold_at_10: float | None  # of the answerable with several gold documents: all of them found
    map: float | None  # over the given candidates
    evidence_at_1: float | None  # a gold sentence in the passage around the first quote
    evidence_at_5: float | None
    quoted_at_1: float | None  # the first quote itself shares words with a gold sentence
    answer_in_first_quote: float | None  # of those whose first quote is from a right document
    answered: float | None  # of the answerable
    falsely_refused: float | None  # of the answerable: not_in_archive
    refused: float | None  # of the unanswerable: not_in_archive
    falsely_answered: float | None  # of the unanswerable: answered
    auroc: float | None  # of the confidence, answerable against not
    falsely_refused_at_80: float | None  # of the answerable, where the threshold refuses 80 % of the unanswerable
    quotes: int
    quote_exactness: float | None
    latency_median_ms: float | None
    latency_p95_ms: float | None
    embed_seconds: float

    def as_data(self) -> dict[str, object]:
        """The report as JSON types, rounded to four places."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


# What one question adds to a figure that is a mean; None where it does not count there.
MEASURES: Mapping[str, Callable[[Verdict], float | None]] = {
    "recall_at_1": lambda one: float(one.place <= 1) if one.asked.right else None,
    "recall_at_5": lambda one: float(one.place <= 5) if one.asked.right else None,
    "recall_at_10": lambda one: float(one.place <= RANKS) if one.asked.right else None,
    "mrr_at_10": lambda one: _reciprocal(one.place) if one.asked.right else None,
    "all_gold_at_10": lambda one: float(one.all_gold) if len(one.asked.gold) > 1 else None,
    "map": lambda one: one.average_precision,
    "evidence_at_1": lambda one: float(one.evidence_at == 1) if one.asked.evidence else None,
    "evidence_at_5": lambda one: float((one.evidence_at or RANKS) <= 5) if one.asked.evidence else None,
    "quoted_at_1": lambda one: float(one.in_quote_at == 1) if one.asked.evidence else None,
    "answer_in_first_quote": lambda one: None if one.holds_answer is None else float(one.holds_answer),
    "answered": lambda one: float(one.state == "answered") if one.asked.answerable else None,
    "falsely_refused": lambda one: float(one.state == "not_in_archive") if one.asked.answerable else None,
    "refused": lambda one: None if one.asked.answerable else float(one.state == "not_in_archive"),
    "falsely_answered": lambda one: None if one.asked.answerable else float(one.state == "answered"),
}


def report_of(name: str, documents: int, verdicts: Sequence[Verdict], embed_seconds: float) -> Report:
    """The figures of a set from what became of each of its questions."""
    answerable = [one.confidence for one in verdicts if one.asked.answerable]
    unanswerable = [one.confidence for one in verdicts if not one.asked.answerable]
    times = [one.seconds * 1000 for one in verdicts]
    quotes = sum(one.quotes for one in verdicts)
    return Report(
        set_name=name,
        documents=documents,
        questions=len(verdicts),
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        **{
            figure: mean(value for one in verdicts if (value := measure(one)) is not None)
            for figure, measure in MEASURES.items()
        },
        auroc=auroc(answerable, unanswerable),
        falsely_refused_at_80=falsely_refused_at(answerable, unanswerable),
        quotes=quotes,
        quote_exactness=sum(one.exact for one in verdicts) / quotes if quotes else None,
        latency_median_ms=float(np.median(times)) if times else None,
        latency_p95_ms=float(np.percentile(times, 95)) if times else None,
        embed_seconds=embed_seconds,
    )


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """The chance that one answerable question scores above one that is not, ties counting half.

    None when either is missing. The area under the ROC curve (Hanley and McNeil, Radiology 1982).
    """
    if not answerable or not unanswerable:
        return None
    others = np.sort(np.asarray(unanswerable))
    below = np.searchsorted(others, answerable, side="left")
    not_above = np.searchsorted(others, answerable, side="right")
    return float((below + not_above).mean() / (2 * len(others)))


def falsely_refused_at(
    answerable: Sequence[float], unanswerable: Sequence[float], refused: float = REFUSED_SHARE
) -> float | None:
    """The share of the answerable that is lost where at least `refused` of the unanswerable is refused.

    The threshold is the lowest score of which at least that share of the unanswerable lies at or below; what lies at
    or below it is refused. None when either is missing.
    """
    if not answerable or not unanswerable:
        return None
    threshold = sorted(unanswerable)[max(math.ceil(refused * len(unanswerable)), 1) - 1]
    return mean(float(score <= threshold) for score in answerable)


def mean(values: Iterable[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    counted = list(values)
    return float(np.mean(counted)) if counted else None


def _reciprocal(place: int) -> float:
    return 1 / place if place <= RANKS else 0.0
