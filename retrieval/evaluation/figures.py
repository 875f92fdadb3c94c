"""The figures of a question set. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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


def report_of(name: str, documents: int, verdicts: Sequence[Verdict], embed_seconds: float) -> Report:
    """The figures of a set from what became of each of its questions."""
    answerable = [one for one in verdicts if one.asked.answerable]
    not_so = [one for one in verdicts if not one.asked.answerable]
    places = [one.place for one in answerable if one.asked.right]
    with_evidence = [one for one in answerable if one.asked.evidence]
    chances = [one.confidence for one in answerable], [one.confidence for one in not_so]
    times = [one.seconds * 1000 for one in verdicts]
    quotes = sum(one.quotes for one in verdicts)
    return Report(
        set_name=name,
        documents=documents,
        questions=len(verdicts),
        answerable=len(answerable),
        unanswerable=len(not_so),
        recall_at_1=share(place <= 1 for place in places),
        recall_at_5=share(place <= 5 for place in places),
        recall_at_10=share(place <= RANKS for place in places),
        mrr_at_10=mean(1 / place if place <= RANKS else 0.0 for place in places),
        all_gold_at_10=share(one.all_gold for one in answerable if len(one.asked.gold) > 1),
        map=mean(one.average_precision for one in verdicts if one.average_precision is not None),
        evidence_at_1=share(one.evidence_at == 1 for one in with_evidence),
        evidence_at_5=share(one.evidence_at is not None and one.evidence_at <= 5 for one in with_evidence),
        quoted_at_1=share(one.in_quote_at == 1 for one in with_evidence),
        answer_in_first_quote=share(one.holds_answer for one in answerable if one.holds_answer is not None),
        answered=share(one.state == "answered" for one in answerable),
        falsely_refused=share(one.state == "not_in_archive" for one in answerable),
        refused=share(one.state == "not_in_archive" for one in not_so),
        falsely_answered=share(one.state == "answered" for one in not_so),
        auroc=auroc(*chances),
        falsely_refused_at_80=falsely_refused_at(*chances),
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
    above = np.subtract.outer(np.asarray(answerable), np.asarray(unanswerable))
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


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
    return share(score <= threshold for score in answerable)


def share(values: Iterable[bool | None]) -> float | None:
    """The share of those that hold; None of nothing."""
    return mean(float(bool(value)) for value in values)


def mean(values: Iterable[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    counted = list(values)
    return float(np.mean(counted)) if counted else None
