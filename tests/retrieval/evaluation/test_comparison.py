from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from made_sets import ANSWERABLE, UNANSWERABLE, run_of, verdict

from retrieval.errors import UnusableSet
from retrieval.evaluation.comparison import compare
from retrieval.evaluation.failures import FailureKind
from retrieval.evaluation.recording import read_run, write_run
from retrieval.evaluation.verdict import Verdict

ASKED = [replace(ANSWERABLE, id=f"a{number}") for number in range(20)]
NOT = [replace(UNANSWERABLE, id=f"u{number}") for number in range(10)]


def right(number: int) -> Verdict:
    return verdict(ASKED[number], confidence=0.5 + number / 50)


def wrong(number: int) -> Verdict:
    return replace(right(number), ranks=("other",), first_document="other", evidence_at=None, in_quote_at=None)


def silent(number: int) -> Verdict:
    return verdict(NOT[number], state="not_in_archive", confidence=number / 100, quotes=0, exact=0)


def test_a_run_beside_itself_does_not_differ() -> None:
    run = run_of([*map(right, range(20)), *map(silent, range(10))])
    found = compare(run, run, resamples=50)
    assert found.questions == 30
    assert {one.figure for one in found.differences} >= {"recall_at_1", "auroc", "falsely_refused_at_80", "refused"}
    assert all((one.change, one.low, one.high, one.certain) == (0, 0, 0, False) for one in found.differences)
    assert found.better == found.worse == ()


def test_what_changed_is_said_with_its_interval_and_its_questions() -> None:
    before = run_of([*map(right, range(5)), *map(wrong, range(5, 20)), *map(silent, range(10))])
    fooled = replace(silent(0), state="answered", confidence=0.99)
    after = run_of([*map(right, range(20)), fooled, *map(silent, range(1, 10))])
    found = compare(before, after, resamples=200)
    recall = next(one for one in found.differences if one.figure == "recall_at_1")
    assert (recall.questions, recall.first, recall.second) == (20, 0.25, 1.0)
    assert recall.low < 0.75 < recall.high
    assert recall.certain
    auroc = next(one for one in found.differences if one.figure == "auroc")
    assert (auroc.first, auroc.second) == (1.0, pytest.approx(0.9))
    assert [one.id for one in found.better] == [f"a{number}" for number in range(5, 20)]
    assert [(one.id, one.first, one.second) for one in found.worse] == [("u0", None, FailureKind.FALSELY_ANSWERED)]


def test_the_same_comparison_gives_the_same_interval() -> None:
    before, after = (
        run_of([*map(right, range(9)), wrong(9)]),
        run_of([*map(wrong, range(5)), *map(right, range(5, 10))]),
    )
    assert compare(before, after, resamples=50) == compare(before, after, resamples=50)


def test_only_questions_of_both_runs_count() -> None:
    changed = replace(right(2), asked=replace(ASKED[2], question="Another question?"))
    found = compare(run_of([right(0), right(1), right(2)]), run_of([right(1), changed, right(3)]), resamples=10)
    assert found.questions == 1


def test_runs_of_different_sets_cannot_be_compared() -> None:
    with pytest.raises(UnusableSet, match="share no question"):
        compare(run_of([right(0)]), run_of([right(1)]))


def test_a_run_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    ranked = replace(silent(1), asked=replace(NOT[1], candidates=("x", "y")), average_precision=0.5)
    run = run_of([right(0), wrong(1), ranked])
    write_run(run, tmp_path / "run.json")
    assert read_run(tmp_path / "run.json") == run
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["report"] == run.report.as_data()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}', '{"version": 1, "set_name": "x"}', b"\xff"])
def test_a_file_that_holds_no_run_says_how_to_make_one(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UnusableSet, match="eval run DIR --save FILE"):
        read_run(path)


def test_a_run_of_another_version_is_to_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"version": 0}', "utf-8")
    with pytest.raises(UnusableSet, match="run the set again"):
        read_run(tmp_path / "run.json")
