"""Fits the weights of story_evidence.py and story_parting.py in retrieval/stories, and says how well they carry over.

Usage: python benchmarks/fit_stories.py FOLDER   (the folder of ecb_plus; needs scikit-learn)

Only topics that are not held out are read. The weights of pairs are fitted on all pairs that are worth comparing; those
of partings on groups such as digests hold: whole topics (two events), whole events, and random parts of both, most of 3
to 10 reports.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from digest_quality import archive_of, labels_of
from halves import held_out
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.digests.column_reading import ColumnReader
from retrieval.models.sentence_model import SentenceModel
from retrieval.stories.reports import Report
from retrieval.stories.story_evidence import NO_EVIDENCE, pair_evidence
from retrieval.stories.story_parting import parting, parting_evidence

WORTH_COMPARING = 0.3  # cosine; a little below that of folding.py
STRENGTH = 0.05  # inverse strength of regularisation, chosen by what carries over
PARTS = 10  # random parts of each topic and of each event
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    report: Report
    event: str
    topic: str


@dataclass(frozen=True, slots=True)
class Weights:
    values: Matrix
    bias: float

    def log_odds(self, evidence: Matrix) -> Matrix:
        return np.asarray(evidence @ self.values + self.bias)

    def __str__(self) -> str:
        return f"({', '.join(f'{value:.3f}' for value in self.values)}), bias {self.bias:.3f}"


def read(folder: Path) -> list[Labelled]:
    events, topics = labels_of(folder, "event"), labels_of(folder, "topic")
    with tempfile.TemporaryDirectory() as at:
        embedder = SentenceModel()
        with archive_of(folder, Path(at), embedder) as archive:
            articles = [one for one in archive.articles() if not held_out(topics[one.external_id or ""])]
            columns = ColumnReader(archive, embedder).read([one.number for one in articles])
    names = [name or "" for name in columns.external_ids]
    return [Labelled(columns.report(row), events[name], topics[name]) for row, name in enumerate(names)]


def all_pairs(cases: Sequence[Labelled]) -> Matrix:
    """The evidence of each two cases, with the shape (cases, cases, kinds of evidence)."""
    reports = [case.report for case in cases]
    likeness = np.stack([report.vector for report in reports]) @ np.stack([report.vector for report in reports]).T
    return np.asarray(
        [
            [pair_evidence(one, other, float(likeness[row, column])) for column, other in enumerate(reports)]
            for row, one in enumerate(reports)
        ]
    )


def fit_pairs(cases: Sequence[Labelled], evidence: Matrix, chosen: Sequence[int]) -> Weights:
    pairs = [(one, other) for one in chosen for other in chosen if one < other]
    pairs = [pair for pair in pairs if evidence[pair][0] >= WORTH_COMPARING]
    same = [cases[one].event == cases[other].event for one, other in pairs]
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit([evidence[pair] for pair in pairs], same)
    return Weights(model.coef_[0], float(model.intercept_[0]))


def groups(cases: Sequence[Labelled], chosen: Sequence[int], seed: int) -> Iterator[list[int]]:
    draw = random.Random(seed)
    for topic in sorted({cases[one].topic for one in chosen}):
        whole = [one for one in chosen if cases[one].topic == topic]
        events = sorted({cases[one].event for one in whole})
        for group in [whole, *([one for one in whole if cases[one].event == event] for event in events)]:
            yield group
            for _ in range(PARTS):
                most = min(len(group), 10) if draw.random() < 0.6 else len(group)
                yield sorted(draw.sample(group, draw.randint(3, most)))


def fit_partings(cases: Sequence[Labelled], odds: Matrix, chosen: Sequence[int], seed: int) -> Weights:
    """A parting is right when it takes apart more pairs of two events than pairs of one."""
    rows, right = [], []
    for group in groups(cases, chosen, seed):
        reports = [cases[one].report for one in group]
        side = parting(reports)
        rows.append(parting_evidence(reports, side, odds[np.ix_(group, group)]))
        halves = [[cases[one].event for one in np.asarray(group)[half]] for half in (side, ~side)]
        right.append(sum(1 if one != other else -1 for one in halves[0] for other in halves[1]) > 0)
    scaler, model = (
        make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=5000)).fit(rows, right).named_steps
    ).values()
    values = model.coef_[0] / scaler.scale_
    return Weights(values, float(model.intercept_[0] - values @ scaler.mean_))


def main() -> None:
    cases = read(Path(sys.argv[1]))
    evidence, everything = all_pairs(cases), list(range(len(cases)))
    pairs = fit_pairs(cases, evidence, everything)
    partings = fit_partings(cases, np.maximum(pairs.log_odds(evidence), NO_EVIDENCE), everything, seed=0)
    print(f"story_evidence: {pairs}")
    print(f"story_parting: {partings}")


if __name__ == "__main__":
    main()
