"""`eval run`: the figures of a question set, in a temporary archive that never touches the data folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.output import print_json, print_line, progress
from bot.errors import UsageError
from bot.wiring import embedder_for, reranker_for, settings_for
from retrieval.judging import judge


def run_evaluation(options: argparse.Namespace) -> int:
    """Ask every question of the set and count. 1 if a single quote differs from its source."""
    folder = Path(options.folder)
    for name in ("corpus.jsonl", "queries.jsonl"):
        if not (folder / name).is_file():
            raise UsageError(f"{folder} has no {name}: a question set is a folder with corpus.jsonl and queries.jsonl")
    settings = settings_for(options)
    with progress("asking") as advance:
        report = judge(
            folder,
            embedder=embedder_for(settings),
            reranker=reranker_for(),
            only_negatives=options.only_negatives,
            on_progress=advance,
        )
    if options.json:
        print_json(report.as_data())
    else:
        for label, figure in report.rows():
            print_line(f"{label:<28}{figure}")
    return 0 if report.quote_exactness in (None, 1.0) else 1
