from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.watches.asked_topic import is_question


@pytest.mark.parametrize(
    "topic",
    [
        "How many people died?",
        "  Who was arrested? \n",
        "“Was Murray found guilty?”",
        "Who was arrested?!",
        "中国有多少人死亡？",
        "谁被捕？",
        "何人が死亡したか?",
        "كم عدد القتلى؟",
    ],
)
def test_a_question_is_watched(topic: str) -> None:
    assert is_question(topic)


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "?",
        "???",
        "Really?",
        "China trade?",
        "谁？",
        "How many people died",
        "Who? When? Where",
        "fentanyl precursors",
    ],
)
def test_a_topic_is_not(topic: str) -> None:
    assert not is_question(topic)


@given(st.text(max_size=300))
def test_only_what_ends_with_a_question_mark_is(topic: str) -> None:
    if is_question(topic):
        assert any(mark in topic for mark in "?？؟")
        assert not is_question(topic.rstrip() + " and so on")
