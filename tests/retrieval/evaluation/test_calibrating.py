from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from fakes import WordHashEmbedder, WordOverlapReranker
from made_sets import TOWN_DOCUMENTS, TOWN_QUESTIONS, write_set

from retrieval.errors import UnusableSet
from retrieval.evaluation.calibrating import Calibrated, calibrate
from retrieval.evaluation.question_set import QuestionSet, is_held_out, read_set

ANSWERABLE = [one for one in TOWN_QUESTIONS if "gold_doc_ids" in one]
UNANSWERABLE = [one for one in TOWN_QUESTIONS if "gold_doc_ids" not in one]


def made(folder: Path, questions: Sequence[Mapping[str, object]]) -> QuestionSet:
    return read_set(write_set(folder, documents=TOWN_DOCUMENTS, questions=questions))


def calibrated(*sets: QuestionSet) -> Calibrated:
    return calibrate(sets, embedder=WordHashEmbedder(256), reranker=WordOverlapReranker(), refused=0.1, unsure=0.3)


def test_what_was_fitted_is_measured_on_the_other_half(tmp_path: Path) -> None:
    questions = made(tmp_path / "towns", TOWN_QUESTIONS)
    found = calibrated(questions)
    (run,) = found.runs
    assert [one.asked.id for one in run.verdicts] == [one.id for one in questions.questions if is_held_out(one.id)]
    assert found.fitted_on == len(questions.questions) - len(run.verdicts)
    assert (run.answered, run.closest) == (found.calibration.answered, found.calibration.closest)
    assert found.model == run.model == "word-hash/1+word-overlap/1"
    assert run.report.auroc is not None
    assert run.report.auroc > 0.9  # cranes stand in the archive, mayors do not
    assert f"{found.fitted_on} questions of towns" in found.about


def test_every_set_is_measured_by_itself(tmp_path: Path) -> None:
    found = calibrated(made(tmp_path / "cranes", ANSWERABLE), made(tmp_path / "mayors", UNANSWERABLE))
    assert [(run.set_name, run.report.answerable > 0) for run in found.runs] == [("cranes", True), ("mayors", False)]


def test_a_calibration_needs_questions_without_an_answer(tmp_path: Path) -> None:
    with pytest.raises(UnusableSet, match=r"cannot calibrate on cranes: .*with and without an answer"):
        calibrated(made(tmp_path / "cranes", ANSWERABLE))
