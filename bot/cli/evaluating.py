"""`eval run`: the figures of a question set, in a temporary archive that never touches the data folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.output import print_json, print_line, progress
from bot.wiring import embedder_for, reranker_for, settings_for
from retrieval.evaluation.judging import run_set
from retrieval.evaluation.question_set import read_set


def run_evaluation(options: argparse.Namespace) -> int:
    """Ask every question of the set and count. 1 if a single quote differs from its source."""
    questions = read_set(Path(options.folder))
    if options.only_negatives:
        questions = questions.only_negatives()
    settings = settings_for(options)
    with progress("asking") as advance:
        run = run_set(questions, embedder=embedder_for(settings), reranker=reranker_for(), on_asking=advance)
    report = run.report
    if options.json:
        print_json(report.as_data())
    else:
        for name, value in report.as_data().items():
            if value is not None:
                shown = f"{value:.3f}" if isinstance(value, float) else str(value)
                print_line(f"{name.replace('_at_', '@').replace('_', ' '):<28}{shown}")
    return 0 if report.quote_exactness in (None, 1.0) else 1
