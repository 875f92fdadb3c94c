from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_sets import DOCUMENTS, QUESTIONS, write_set

from retrieval.errors import UnusableSet
from retrieval.evaluation.question_set import read_set


def test_a_set_is_read_with_alternatives_among_the_right_documents(tmp_path: Path) -> None:
    questions = [{**QUESTIONS[0], "alt_doc_ids": ["tariffs"]}, *QUESTIONS[1:]]
    made = read_set(write_set(tmp_path / "news", questions=questions))
    assert made.name == "news"
    assert list(made.documents) == ["closure", "arrest", "tariffs"]
    assert made.questions[0].gold == ("closure",)
    assert made.questions[0].right == {"closure", "tariffs"}
    assert [one.answerable for one in made.questions] == [True, True, False]
    assert made.text("tariffs") == DOCUMENTS[2]["text"]
    assert made.text("unknown") == ""


def test_a_question_without_the_field_is_answerable_if_it_names_a_document(tmp_path: Path) -> None:
    questions = [{"question": "Who?", "gold_doc_ids": ["arrest"]}, {"question": "Why?"}]
    made = read_set(write_set(tmp_path, questions=questions))
    assert [(one.id, one.answerable) for one in made.questions] == [("1", True), ("2", False)]


def test_only_negatives_leaves_noise_and_nothing_to_answer(tmp_path: Path) -> None:
    made = read_set(write_set(tmp_path)).only_negatives()
    assert list(made.documents) == ["tariffs"]
    assert not any(one.answerable or one.right or one.evidence for one in made.questions)


def test_a_set_without_negatives_says_to_leave_the_option_out(tmp_path: Path) -> None:
    made = read_set(write_set(tmp_path, questions=QUESTIONS[1:]))
    with pytest.raises(UnusableSet, match="without --only-negatives"):
        made.only_negatives()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("queries.jsonl", '{"question": "Who?"}\n\n{"id": "b"}\n', r"queries.jsonl, line 3: there is no question"),
        ("queries.jsonl", '{"question": "Who?"}\n["Why?"]\n', r"queries.jsonl, line 2: not an object"),
        ("queries.jsonl", "Who?\n", r"queries.jsonl is not JSON Lines"),
        ("queries.jsonl", b"\xff\xfe", r"queries.jsonl is not JSON Lines in UTF-8"),
        ("queries.jsonl", "", r"queries.jsonl holds no question"),
        ("corpus.jsonl", '{"text": "Words."}\n', r"corpus.jsonl, line 1: a document needs an id"),
        ("corpus.jsonl", "", r"corpus.jsonl holds no document"),
        ("corpus.jsonl", None, r"has no corpus.jsonl"),
    ],
)
def test_a_folder_that_is_no_set_is_named_with_its_line(
    tmp_path: Path, name: str, content: str | bytes | None, said: str
) -> None:
    path = write_set(tmp_path) / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UnusableSet, match=said):
        read_set(tmp_path)


def test_two_documents_of_one_id_are_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    with (tmp_path / "corpus.jsonl").open("a") as opened:
        opened.write(json.dumps({"id": "arrest", "text": "Other words."}) + "\n")
    with pytest.raises(UnusableSet, match="line 4: a second document arrest"):
        read_set(tmp_path)
