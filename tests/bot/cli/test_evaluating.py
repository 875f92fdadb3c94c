"""`eval` as a script or a person meets it. Most of it needs no model: runs that were saved before are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import briefing_bot, one_readable_line
from made_sets import (
    ANSWERABLE,
    TOWN_DOCUMENTS,
    TOWN_QUESTIONS,
    UNANSWERABLE,
    run_of,
    verdict,
    write_set,
    write_topic_set,
)

from bot.cli.evaluation_tables import FIGURES, readable
from bot.settings import Settings
from bot.wiring import composer_for
from corpus.archive import Archive
from retrieval.evaluation.failures import failure_of
from retrieval.evaluation.figures import report_of
from retrieval.evaluation.precision_curve import precision_curve
from retrieval.evaluation.recording import read_run, write_run

WRONG = verdict(first_document="other", first_quote="It\x1b[2J rained.", ranks=("other",), in_quote_at=None)
SILENT = verdict(UNANSWERABLE, state="not_in_archive", confidence=0.1)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """Two saved runs of one set; the second finds what the first does not."""
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write_run(run_of([WRONG, SILENT]), first)
    write_run(run_of([verdict(), SILENT], model="other/1+none"), second)
    return first, second


def test_every_figure_of_a_report_has_a_label() -> None:
    assert {"set_name", *FIGURES} == set(report_of("made", 0, [], 0.0).as_data())


def test_two_saved_runs_are_compared_as_data(runs: tuple[Path, Path]) -> None:
    run = briefing_bot("eval", "compare", *runs, "--json")
    assert run.code == 0
    (found,) = run.lines
    assert (found["first"], found["second"], found["questions"]) == ("made/1+none", "other/1+none", 2)
    assert found["better"] == [{"id": "a", "question": ANSWERABLE.question, "first": "wrong article", "second": None}]
    assert found["worse"] == []
    recall = next(one for one in found["differences"] if one["figure"] == "recall_at_1")
    assert (recall["first"], recall["second"], recall["change"], recall["interval"]) == (0, 1, 1, [1, 1])


def test_two_saved_runs_are_compared_for_people(runs: tuple[Path, Path]) -> None:
    run = briefing_bot("eval", "compare", *runs)
    assert run.code == 0
    assert "recall@1" in run.out
    assert "+1.000 to +1.000" in run.out
    assert "Right now, wrong before: 1\n  a  How many were closed?  (wrong article → right)" in run.out
    assert "Wrong now, right before: 0" in run.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eval", "run", "nowhere"), "nowhere has no corpus.jsonl"),
        (("eval", "run", ".", "--plot", "no/such/curve.png"), "there is no folder for no/such/curve.png"),
        (("eval", "calibrate", ".", "--out", "no/such/file.json"), "there is no folder for no/such/file.json"),
        (("eval", "calibrate-topics", ".", "--out", "no/such/file.json"), "there is no folder for no/such/file.json"),
        (("eval", "calibrate-topics", "nowhere"), "nowhere is no topic set: it has no corpus.jsonl"),
        (("eval", "compare", "nowhere.json", "b.json"), "cannot read nowhere.json"),
        (("eval", "compare", "nowhere.json"), "two files of eval run --save, or a question set with --against"),
        (("eval", "compare", "a.json", "b.json", "--against", "packaged"), "two files of eval run --save"),
        (("eval", "compare", "a.json", "b.json", "c.json"), "two files of eval run --save"),
        (("eval", "compare", "."), "compare DIR needs --against MODEL"),
    ],
)
def test_wrong_use_is_told_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    run = briefing_bot(*arguments)
    assert run.code == 2
    assert one_readable_line(run)
    assert said in run.err


def test_a_model_that_is_not_there_is_told_before_the_other_one_is_run(tmp_path: Path) -> None:
    run = briefing_bot("eval", "compare", write_set(tmp_path / "made"), "--against", tmp_path / "no-model")
    assert run.code == 4
    assert one_readable_line(run)


def test_an_unusable_set_is_named_with_its_line(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "made", questions=[{"id": "q"}])
    run = briefing_bot("eval", "run", folder)
    assert run.code == 2
    assert run.err == f"briefing-bot: {folder / 'queries.jsonl'}, line 1: there is no question\n"


def test_a_failure_is_a_paragraph_that_gives_no_orders_to_a_terminal() -> None:
    failure = failure_of(WRONG)
    assert failure is not None
    assert list(readable([failure])) == [
        "a · wrong article · answered, confidence 0.90\n"
        "  question  How many were closed?\n"
        "  expected  14 were closed.\n"
        "            (right)\n"
        "  quoted    It␛[2J rained.\n"
        "            (other)\n"
    ]


def test_the_curve_is_drawn_as_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from bot.cli.plotting import draw_precision_curve

    path = tmp_path / "curve.png"
    draw_precision_curve(precision_curve([verdict(), WRONG, SILENT]), {"answers": 0.6, "none": 0.99}, "made", path)
    assert path.read_bytes().startswith(b"\x89PNG\r\n")


@pytest.mark.real
def test_a_set_is_run_with_all_that_can_be_kept_of_it(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "made")
    saved, failures, data = tmp_path / "run.json", tmp_path / "failures.txt", tmp_path / "data"
    run = briefing_bot("eval", "run", folder, "--json", "--save", saved, "--failures", "-", "--data", data)
    assert run.code == 0, run.err
    report, *wrong = run.lines
    assert report["recall_at_1"] == report["quote_exactness"] == 1
    assert read_run(saved).report.as_data() == report
    assert [one["id"] for one in wrong] == [one.asked.id for one in read_run(saved).verdicts if failure_of(one)]
    assert "asking: " in run.err
    assert not data.exists()

    shown = briefing_bot("eval", "run", folder, "--failures", failures)
    assert shown.code == 0
    assert "recall@1" in shown.out
    assert failures.read_text("utf-8").startswith(f"Questions that went wrong: {len(wrong)}")

    noise = briefing_bot("eval", "run", folder, "--only-negatives", "--json")
    assert json.loads(noise.out)["answerable"] == 0


@pytest.mark.real
def test_a_calibration_is_kept_in_the_data_folder_and_used_from_then_on(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "towns", TOWN_DOCUMENTS, TOWN_QUESTIONS)
    data, saved = tmp_path / "data", tmp_path / "run.json"
    run = briefing_bot("eval", "calibrate", folder, "--data", data, "--json")
    assert run.code == 0, run.err
    (found,) = run.lines
    assert found["file"] == str(data / "calibration.json")
    assert found["fitted_on"] + found["held_out"][0]["questions"] == len(TOWN_QUESTIONS)
    small = write_set(tmp_path / "small", TOWN_DOCUMENTS[:2], TOWN_QUESTIONS[:2])
    assert briefing_bot("eval", "run", small, "--data", data, "--save", saved).code == 0
    assert (read_run(saved).answered, read_run(saved).closest) == (found["answered"], found["closest"])


@pytest.mark.real
def test_a_calibration_of_topics_is_kept_in_the_data_folder_and_used_from_then_on(tmp_path: Path) -> None:
    folder = write_topic_set(tmp_path / "things")
    data = tmp_path / "data"
    run = briefing_bot("eval", "calibrate-topics", folder, "--data", data, "--json")
    assert run.code == 0, run.err
    (found,) = run.lines
    assert found["file"] == str(data / "topic_calibration.json")
    assert found["fitted_on"] > 0
    assert 0 < found["threshold"] < 1
    with Archive.open(data) as archive:
        composer = composer_for(archive, Settings(data=data))
    assert composer.threshold == found["threshold"]
    shown = briefing_bot("eval", "calibrate-topics", folder, "--data", data)
    assert f"an article matches from a score of {found['threshold']:.2f}" in shown.out
    assert "average precision" in shown.out
