from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import WordHashEmbedder
from hypothesis import given
from hypothesis import strategies as st
from made_sets import THINGS, write_topic_set

from retrieval.errors import ModelUnusable, UnusableSet
from retrieval.evaluation.question_set import is_held_out
from retrieval.evaluation.topic_calibrating import calibrate_topics
from retrieval.evaluation.topic_fitting import TopicExample, fit_topics, threshold_for, topic_figures
from retrieval.evaluation.topic_set import TopicSet, read_topic_set
from retrieval.topics.topic_calibration import (
    DESK,
    FREE,
    PATH,
    UNKNOWN,
    TopicCalibration,
    is_calibrated,
    write_topic_calibration,
)


def made_set(folder: Path, things: Sequence[str] = THINGS) -> TopicSet:
    return read_topic_set(write_topic_set(folder, things))


def test_what_was_fitted_is_measured_on_other_topics_and_other_documents(tmp_path: Path) -> None:
    found = calibrate_topics([made_set(tmp_path / "things")], embedder=WordHashEmbedder(256), precision=0.8)
    figures = found.figures["things"]
    assert found.model == "word-hash/1"
    assert found.fitted_on == sum(not is_held_out(thing) for thing in THINGS)
    assert figures.topics == sum(is_held_out(thing) for thing in THINGS)
    assert figures.average_precision > 0.9  # each thing is named by its own reports alone
    assert sum(count for count, _, _ in figures.reliability) < figures.topics * len(THINGS) * 12
    assert found.calibration.free["words"] > 0
    assert f"{found.fitted_on} topics" in found.about


def test_a_calibration_needs_documents_of_both_kinds(tmp_path: Path) -> None:
    with pytest.raises(UnusableSet, match=r"cannot calibrate on one: .*about a topic and documents that are not"):
        calibrate_topics([made_set(tmp_path / "one", THINGS[:1])], embedder=WordHashEmbedder(256), precision=0.8)


@pytest.mark.parametrize(
    ("topics", "message"),
    [
        ('{"topic": " "}', r"topics.jsonl:1: a topic needs a text for topic"),
        ('\n{"topic": "a", "gold_doc_ids": ["x"]}', r"topics.jsonl:2: no document has the id x"),
        ('{"topic": "a", "gold_doc_ids": "x"}', r"topics.jsonl:1: gold_doc_ids is a list of ids"),
        ("[]", r"topics.jsonl:1: not a JSON object"),
        ("{", r"topics.jsonl:1: not a JSON object"),
        (b'{"topic": "\xff"}', r"topics.jsonl:1: not a JSON object"),
    ],
)
def test_a_fault_in_a_set_is_told_with_its_place(tmp_path: Path, topics: str | bytes, message: str) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"id": "d", "text": "Words."}\n', "utf-8")
    (tmp_path / "topics.jsonl").write_bytes(topics.encode("utf-8") if isinstance(topics, str) else topics)
    with pytest.raises(UnusableSet, match=message):
        read_topic_set(tmp_path)


def test_a_line_of_a_set_may_hold_what_unicode_calls_a_line_break(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"id": "d", "text": "One\u2028two\u0085three."}\n', "utf-8")
    (tmp_path / "topics.jsonl").write_text('{"topic": "a", "gold_doc_ids": ["d"]}\n', "utf-8")
    assert read_topic_set(tmp_path).documents["d"]["text"] == "One\u2028two\u0085three."


def test_a_folder_without_topics_is_no_topic_set(tmp_path: Path) -> None:
    with pytest.raises(UnusableSet, match=r"is no topic set: it has no corpus.jsonl"):
        read_topic_set(tmp_path)


def example(likeness: list[float], right: list[bool], breadth: float = 0.0) -> TopicExample:
    free, desk = np.zeros((len(right), len(FREE))), np.zeros((len(right), len(DESK)))
    free[:, FREE.index("likeness")] = desk[:, DESK.index("own")] = likeness
    free[:, FREE.index("bias")] = desk[:, DESK.index("bias")] = 1
    return TopicExample("made", "made", breadth, free, desk, np.asarray(right))


@pytest.mark.parametrize("breadth", [0.0, 1.0])
def test_fitted_chances_come_true(breadth: float) -> None:
    likeness = [0.0] * 40 + [1.0] * 40
    right = [place % 10 == 0 for place in range(40)] + [place % 10 != 0 for place in range(40)]  # a tenth, nine tenths
    some = [example(likeness, right, breadth)]
    chances = some[0].chances(fit_topics(some, precision=0.85))
    assert chances[0] == pytest.approx(0.1, abs=0.02)
    assert chances[-1] == pytest.approx(0.9, abs=0.02)


@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=2, max_size=40), st.floats(0.05, 0.95))
def test_the_threshold_keeps_the_precision_where_any_does(rows: list[tuple[float, bool]], precision: float) -> None:
    some = [example([one for one, _ in rows], [right for _, right in rows])]
    weights = TopicCalibration(dict.fromkeys(FREE, 1.0), dict.fromkeys(DESK, 0.0), 0.5)
    found = threshold_for(precision, some, weights)
    chances = some[0].chances(weights)
    for threshold in (found, min(found + 0.1, 0.98)):
        taken = some[0].right[chances >= threshold]
        assert not len(taken) or taken.mean() >= precision or found == 0.99


def test_figures_count_each_topic_the_same() -> None:
    right = [np.asarray([True, False, False, False]), np.asarray([True, True])]
    chances = [np.asarray([0.2, 0.9, 0.1, 0.1]), np.asarray([0.8, 0.7])]
    figures = topic_figures(right, chances, 0.5)
    assert figures.topics == 2
    assert figures.average_precision == pytest.approx((0.5 + 1) / 2)
    assert (figures.precision, figures.recall, figures.f1) == (0.5, 0.5, 0.5)
    assert figures.reliability[7] == (1, pytest.approx(0.7), 1.0)


def test_an_operators_own_calibration_comes_before_the_packaged_one_and_for_its_model_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "topic_calibration.json"
    made = TopicCalibration(dict.fromkeys(FREE, 0.5), dict.fromkeys(DESK, 0.25), 0.4)
    assert TopicCalibration.for_model("one", path) == TopicCalibration.for_model(UNKNOWN)
    assert not is_calibrated("one", path)
    write_topic_calibration(path, "one", made, "Fitted on nothing.")
    write_topic_calibration(path, "two", TopicCalibration(made.free, made.desk, 0.7), "Fitted on nothing.")
    assert TopicCalibration.for_model("one", path) == made
    assert TopicCalibration.for_model("three", path) == TopicCalibration.for_model(UNKNOWN)
    assert is_calibrated("one", path)
    assert [one.name for one in path.parent.iterdir()] == ["topic_calibration.json"]


@pytest.mark.parametrize("content", ["", "[]", '{"models": []}', '{"models": {"one": {"free": {}, "threshold": 1}}}'])
def test_a_broken_file_of_an_operator_says_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "topic_calibration.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ModelUnusable, match=r"topic_calibration.json is no calibration: delete it, or run"):
        TopicCalibration.for_model("one", path)


def test_an_encoder_that_nobody_calibrated_is_asked_for_more() -> None:
    packaged = json.loads(PATH.read_text("utf-8"))["models"]
    known = [name for name in packaged if name != UNKNOWN]
    assert known
    assert all(packaged[name]["threshold"] < packaged[UNKNOWN]["threshold"] for name in known)


@pytest.mark.real
def test_the_packaged_encoder_is_calibrated() -> None:
    from retrieval.models.sentence_model import SentenceModel

    assert is_calibrated(SentenceModel().name)
