from __future__ import annotations

import pytest

from retrieval.answers.wanted_value import INDIFFERENT, LACKING, dated, undergone, valued, years_in
from retrieval.questions.question import understand
from retrieval.stemming import Stemmer


def test_the_more_of_a_date_a_sentence_has_the_better_it_suits_when() -> None:
    question = understand("When was the bridge opened?")
    sentences = (
        "The bridge was closed to traffic.",
        "The bridge was opened last year.",
        "The bridge was opened in 1998.",
        "The bridge was opened on 3 May.",
        "The bridge was opened in May 1998.",
        "The bridge was opened on May 3, 1998.",
    )
    grades = [dated(question, sentence) for sentence in sentences]
    assert grades == sorted(grades)
    assert len(set(grades)) == len(grades)
    assert grades[0] == LACKING
    assert grades[-1] == 1


def test_a_year_of_the_question_is_no_answer_to_it() -> None:
    assert dated(understand("When in 1998 was the bridge opened?"), "The bridge, built in 1998, stands.") == LACKING


@pytest.mark.parametrize("question", ["What is the release date of the game?", "Which year did it open?", "When?"])
def test_a_time_can_be_asked_for_in_several_ways(question: str) -> None:
    assert dated(understand(question), "It came out on May 3, 1998.") > INDIFFERENT


def test_where_no_time_is_asked_for_no_date_helps() -> None:
    assert dated(understand("Who opened the bridge?"), "The mayor opened it on May 3, 1998.") == INDIFFERENT


def test_how_many_wants_a_number_that_the_question_does_not_have() -> None:
    question = understand("How many stores were removed?")
    stemmer = Stemmer()
    assert valued(question, "More than 1,000 stores were removed.", stemmer) == 1
    assert valued(question, "Some stores were removed.", stemmer) == LACKING
    assert valued(understand("Why were stores removed?"), "Some stores were removed.", stemmer) == INDIFFERENT


def test_who_was_arrested_wants_somebody_who_was() -> None:
    question = understand("Who was arrested?")
    assert undergone(question, "Police arrested a man named Tong.") == 1
    assert undergone(question, "“Arrests are important,” an official said.") == 0
    assert undergone(understand("Who is important?"), "Police arrested a man.") == 0


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("In 2023 and the 1990s", {"2023", "1990"}),
        ("1,947 people, $1990 each, 2019.5 tons, version 3.2010", set()),
        ("", set()),
    ],
)
def test_amounts_are_no_years(text: str, years: set[str]) -> None:
    assert years_in(text) == years
