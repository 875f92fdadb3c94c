"""`eval`: figures of question sets, in temporary archives that never touch the data folder's own."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.cli.evaluation_tables import print_comparison, print_report, readable
from bot.cli.output import print_json, print_line, progress, say
from bot.cli.plotting import draw_precision_curve
from bot.errors import UsageError
from bot.settings import Settings
from bot.wiring import embedder_for, own_calibration_of, reranker_for, second_encoder_for, settings_for
from retrieval.evaluation.comparison import compare
from retrieval.evaluation.failures import Failure, failure_of
from retrieval.evaluation.precision_curve import precision_curve
from retrieval.evaluation.question_set import QuestionSet, read_set
from retrieval.evaluation.recording import read_run, write_run
from retrieval.evaluation.run import Run
from retrieval.models.model_settings import ModelSettings

PACKAGED = "packaged"  # what --with and --against call the model that comes with the program
STANDARD_OUTPUT = "-"


def run_evaluation(options: argparse.Namespace) -> int:
    """Ask every question of the set and count. 1 if a single quote differs from its source."""
    check_places(options.failures, options.plot, options.save)
    questions = read_set(Path(options.folder))
    if options.only_negatives:
        questions = questions.only_negatives()
    run = _run(questions, settings_for(options))
    report = run.report
    if options.json:
        print_json(report.as_data())
    else:
        print_report(report)
        print_line(f"{run.model}: {_thresholds(run.answered, run.closest)}")
    if options.save:
        write_run(run, Path(options.save))
    if options.failures:
        _show_failures([one for one in map(failure_of, run.verdicts) if one], options.failures, as_json=options.json)
    if options.plot:
        thresholds = {"answers": run.answered, "closest passages": run.closest}
        draw_precision_curve(precision_curve(run.verdicts), thresholds, run.set_name, Path(options.plot))
    return 0 if report.quote_exactness in (None, 1.0) else 1


def compare_runs(options: argparse.Namespace) -> int:
    """Two saved runs, or one set under two models, figure by figure and question by question."""
    match options.runs:
        case [folder] if Path(folder).is_dir():
            if options.against is None:
                raise UsageError("compare DIR needs --against MODEL, and --with MODEL if not that of the settings")
            settings = settings_for(options)
            questions = read_set(Path(folder))
            both = [_with_model(settings, name) for name in (options.against, options.with_model)]
            for one in both:
                embedder_for(one)  # a model that is not there is told before the other one has run for minutes
            first, second = (_run(questions, one) for one in both)
        case [one, other] if options.against is None and options.with_model is None:
            first, second = read_run(Path(one)), read_run(Path(other))
        case _:
            raise UsageError("compare needs two files of eval run --save, or a question set with --against MODEL")
    if first.set_name != second.set_name:
        say(f"briefing-bot: warning: {first.set_name} and {second.set_name} are different sets")
    comparison = compare(first, second)
    if options.json:
        print_json({"first": first.model, "second": second.model, **comparison.as_data()})
    else:
        print_line(f"first:  {first.model}\nsecond: {second.model}\n")
        print_comparison(comparison, "first", "second")
    return 0


def calibrate_models(options: argparse.Namespace) -> int:
    """Fit confidence and thresholds for the models in use, and show what they do on the questions left out."""
    from retrieval.answers.own_calibration import write_calibration
    from retrieval.evaluation.calibrating import calibrate

    check_places(options.out)
    settings = settings_for(options)
    path = Path(options.out) if options.out else own_calibration_of(settings)
    found = calibrate(
        [read_set(Path(folder)) for folder in options.folders],
        embedder=embedder_for(settings),
        reranker=reranker_for(),
        second=second_encoder_for(),
        refused=options.false_refusals,
        unsure=options.unsure,
        progress=progress,
    )
    write_calibration(path, found.model, found.calibration, found.about)
    if options.json:
        print_json(
            {
                "file": str(path),
                "model": found.model,
                "fitted_on": found.fitted_on,
                "answered": found.calibration.answered,
                "closest": found.calibration.closest,
                "held_out": [run.report.as_data() for run in found.runs],
            }
        )
    else:
        print_line(f"{path} now has a calibration for {found.model}, fitted on {found.fitted_on} questions:")
        thresholds = _thresholds(found.calibration.answered, found.calibration.closest)
        print_line(f"{thresholds}. On the questions left out:\n")
        for run in found.runs:
            print_report(run.report)
    return 0


def check_places(*places: str | None) -> None:
    """A run takes minutes: that its result has nowhere to go is told before."""
    for place in places:
        if place not in (None, STANDARD_OUTPUT) and not Path(str(place)).absolute().parent.is_dir():
            raise UsageError(f"there is no folder for {place}")


def _run(questions: QuestionSet, settings: Settings) -> Run:
    from retrieval.evaluation.judging import run_set

    return run_set(
        questions,
        embedder=embedder_for(settings),
        reranker=reranker_for(),
        second=second_encoder_for(),
        own=own_calibration_of(settings),
        progress=progress,
    )


def _with_model(settings: Settings, name: str | None) -> Settings:
    """Another model with its own prompts; what is set for the operator's model does not suit it."""
    if name is None:
        return settings
    return replace(settings, model=ModelSettings(source=None if name == PACKAGED else name))


def _thresholds(answered: float, closest: float) -> str:
    return f"an answer from a confidence of {answered:.2f}, closest passages from {closest:.2f}"


def _show_failures(failures: Sequence[Failure], place: str, *, as_json: bool) -> None:
    """To a file or to standard output: JSON Lines with `--json`, else paragraphs to read."""
    kinds = Counter(one.kind for one in failures)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    paragraphs = [f"Questions that went wrong: {len(failures)}" + (f" ({counted})\n" if counted else "")]
    paragraphs += readable(failures)
    if place != STANDARD_OUTPUT:
        lines = [json.dumps(one.as_data(), ensure_ascii=False) for one in failures] if as_json else paragraphs
        Path(place).write_text("".join(f"{line}\n" for line in lines), "utf-8", errors="replace")
    elif as_json:
        for one in failures:
            print_json(one.as_data())
    else:
        for paragraph in paragraphs:
            print_line(paragraph)
