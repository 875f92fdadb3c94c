"""A set that was asked."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.evaluation.figures import Report, report_of
from retrieval.evaluation.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """What became of each question of a set, and with which models and thresholds."""

    set_name: str
    model: str  # `Searcher.model`
    documents: int
    answered: float  # the confidence from which a quote is an answer
    closest: float  # and from which it is worth showing
    embed_seconds: float
    verdicts: tuple[Verdict, ...]

    @property
    def report(self) -> Report:
        return report_of(self.set_name, self.documents, self.verdicts, self.embed_seconds)
