"""`eval calibrate-topics`: how sure it is that an article is about a topic, for the encoder in use."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from bot.cli.evaluating import check_places
from bot.cli.output import print_json, print_line, progress
from bot.cli.tables import Column, print_table
from bot.wiring import embedder_for, own_topic_calibration_of, settings_for
from retrieval.evaluation.topic_calibrating import calibrate_topics
from retrieval.evaluation.topic_set import read_topic_set
from retrieval.topics.topic_calibration import write_topic_calibration

_COLUMNS: tuple[Column, ...] = (
    ("set", "left"),
    ("topics", "right"),
    ("average precision", "right"),
    ("precision", "right"),
    ("recall", "right"),
    ("F1", "right"),
    ("Brier score", "right"),
)


def calibrate(options: argparse.Namespace) -> int:
    """Fit the weights and the threshold of topics, and show what they do on topics and documents left out."""
    check_places(options.out)
    settings = settings_for(options)
    path = Path(options.out) if options.out else own_topic_calibration_of(settings)
    sets = [read_topic_set(Path(folder)) for folder in options.folders]
    found = calibrate_topics(sets, embedder=embedder_for(settings), precision=options.precision, progress=progress)
    write_topic_calibration(path, found.model, found.calibration, found.about)
    if options.json:
        print_json(
            {
                "file": str(path),
                "model": found.model,
                "fitted_on": found.fitted_on,
                "threshold": found.calibration.threshold,
                "held_out": {name: asdict(figures) for name, figures in found.figures.items()},
            }
        )
        return 0
    print_line(f"{path} now has a calibration for {found.model}, fitted on {found.fitted_on} topics:")
    print_line(f"an article matches from a score of {found.calibration.threshold:.2f}.")
    rows = [
        (
            name,
            str(one.topics),
            *(f"{value:.3f}" for value in (one.average_precision, one.precision, one.recall, one.f1, one.brier)),
        )
        for name, one in found.figures.items()
    ]
    print_table("On the topics and documents left out:", _COLUMNS, rows)
    return 0
