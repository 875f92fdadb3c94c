"""Fit a calibration to question sets, and see on questions that it was not fitted to how well it does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from retrieval.answers.answering import Answerer
from retrieval.answers.calibration import Calibration
from retrieval.answers.fitting import Example, fit
from retrieval.errors import UnusableSet
from retrieval.evaluation.examples import read_examples
from retrieval.evaluation.judging import Progress, archived, ask_all, untold
from retrieval.evaluation.question_set import QuestionSet
from retrieval.evaluation.run import Run
from retrieval.models.embedding import Embedder
from retrieval.models.reranking import Reranker


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration, what it was fitted to, and what it does on the rest."""

    model: str  # `Searcher.model`: what it is for
    calibration: Calibration
    fitted_on: int  # questions
    runs: tuple[Run, ...]  # a set each: the half that was not fitted on

    @property
    def about(self) -> str:
        """Where the weights come from, in one sentence for whoever reads the file."""
        held_out = ", ".join(
            f"{run.set_name} {run.report.auroc:.3f}" for run in self.runs if run.report.auroc is not None
        )
        return (
            f"Fitted on {self.fitted_on} questions of {', '.join(run.set_name for run in self.runs)} (even sha256 of "
            f"the question id). AUROC on the others: {held_out or 'not measured'}."
        )


def calibrate(
    sets: Sequence[QuestionSet],
    *,
    embedder: Embedder,
    reranker: Reranker | None,
    second: Embedder | None = None,
    refused: float,
    unsure: float,
    progress: Progress = untold,
) -> Calibrated:
    """Fit on one half of every set, then ask the other half. `refused` and `unsure` are those of `fitting.fit`.

    Raises `UnusableSet`, also where the halves to fit on lack questions with, or without, an answer.
    """
    with ExitStack() as stack:
        opened = [
            (one, *stack.enter_context(archived(one, embedder, reranker, second, None, progress=progress)))
            for one in sets
        ]
        examples: list[Example] = []
        for one, answerer, _ in opened:
            with progress("reading") as advance:
                examples += read_examples(one.half(held_out=False), answerer, advance)
        try:
            fitted = fit(examples, refused=refused, unsure=unsure)
        except ValueError as error:
            raise UnusableSet(f"cannot calibrate on {', '.join(one.name for one in sets)}: {error}") from error
        runs = tuple(
            ask_all(one.half(held_out=True), Answerer(answerer.archive, answerer.searcher, fitted), seconds, progress)
            for one, answerer, seconds in opened
        )
        return Calibrated(opened[0][1].searcher.model, fitted, len(examples), runs)
