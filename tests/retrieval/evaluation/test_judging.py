from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes import WordHashEmbedder, WordOverlapReranker
from made_sets import DOCUMENTS, QUESTIONS, write_set

from retrieval.answers.calibration import Calibration
from retrieval.answers.own_calibration import write_calibration
from retrieval.errors import UnusableSet
from retrieval.evaluation.judging import Advance, first_quotes_within_gold, run_set
from retrieval.evaluation.question_set import QuestionSet, read_set
from retrieval.evaluation.run import Run


@pytest.fixture
def made(tmp_path: Path) -> QuestionSet:
    return read_set(write_set(tmp_path / "made"))


def run(questions: QuestionSet) -> Run:
    return run_set(questions, embedder=WordHashEmbedder(), reranker=WordOverlapReranker())


def test_what_becomes_of_each_question_is_noted(made: QuestionSet) -> None:
    found = run(made)
    closure, arrest, _ = found.verdicts
    assert (found.set_name, found.documents, found.model) == ("made", 3, "word-hash/1+word-overlap/1")
    assert closure.ranks[0] == closure.first_document == "closure"
    assert closure.evidence_at == closure.in_quote_at == 1
    assert closure.holds_answer
    assert arrest.average_precision == 1
    assert all(one.exact == one.quotes > 0 for one in found.verdicts)
    report = found.report
    assert (report.recall_at_1, report.map, report.quote_exactness) == (1, 1, 1)
    assert report.unanswerable == 1


def test_a_quote_that_the_set_does_not_hold_is_not_exact(made: QuestionSet) -> None:
    class Changing(QuestionSet):
        """A set that says afterwards that its texts were others."""

        def text(self, document: str) -> str:
            return super().text(document).upper()

    found = run(Changing(made.name, made.documents, made.questions))
    assert sum(one.exact for one in found.verdicts) == 0
    assert found.report.quote_exactness == 0


def test_with_only_negatives_nothing_is_right(made: QuestionSet) -> None:
    found = run(made.only_negatives())
    assert found.documents == 1
    assert {name for one in found.verdicts for name in one.ranks} <= {"tariffs"}
    assert found.report.answerable == 0
    assert found.report.recall_at_1 is None


def test_within_its_gold_document_a_question_sees_no_other(tmp_path: Path) -> None:
    other = {
        "id": "copy",
        "title": "",
        "text": "The campaign led to the closure of 99 digital platforms. So it was said.",
    }
    made = read_set(write_set(tmp_path / "made", documents=[*DOCUMENTS, other]))
    quotes = first_quotes_within_gold(made, embedder=WordHashEmbedder(), reranker=WordOverlapReranker())
    assert quotes == {
        "q1": "The campaign led to the closure of 14 digital platforms.",
        "q2": "Police arrested a man named Tong Peiji in Wuhan.",
    }


def test_the_given_calibration_decides_the_states(made: QuestionSet) -> None:
    never = Calibration(order={"best": 1.0}, weights={"bias": -50.0}, answered=0.9, closest=0.5)
    found = run_set(made, embedder=WordHashEmbedder(), reranker=None, calibration=never)
    assert {one.state for one in found.verdicts} == {"not_in_archive"}
    assert (found.answered, found.closest) == (0.9, 0.5)
    assert found.report.falsely_refused == found.report.refused == 1


def test_progress_counts_passages_and_then_questions(made: QuestionSet) -> None:
    told: list[tuple[str, int, int]] = []

    @contextmanager
    def progress(what: str) -> Iterator[Advance]:
        yield lambda done, total: told.append((what, done, total))

    run_set(made, embedder=WordHashEmbedder(), reranker=None, progress=progress)
    assert told == [("embedding", 3, 3), ("asking", 1, 3), ("asking", 2, 3), ("asking", 3, 3)]


def test_a_set_without_any_text_is_unusable(tmp_path: Path) -> None:
    made = read_set(write_set(tmp_path / "made", documents=[{"id": "blank", "text": " "}], questions=QUESTIONS))
    with pytest.raises(UnusableSet, match="made holds no document that can be read: no text"):
        run(made)


def test_the_operators_calibration_goes_before_the_packaged_one(made: QuestionSet, tmp_path: Path) -> None:
    never = Calibration(order={"best": 1.0}, weights={"bias": -50.0}, answered=0.9, closest=0.5)
    own = tmp_path / "calibration.json"
    write_calibration(own, "word-hash/1+none", never, "made")
    found = run_set(made, embedder=WordHashEmbedder(), reranker=None, own=own)
    assert (found.answered, found.closest) == (0.9, 0.5)
