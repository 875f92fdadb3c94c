from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evidence import Weighed, of_passage, of_sentence, weighed
from retrieval.question import understand
from retrieval.stemming import Stemmer

STEMMER = Stemmer()
FREQUENCIES = {"bridg": 900, "mayor": 10}


def asked(question: str) -> Weighed:
    return weighed(understand(question), STEMMER, lambda stem: FREQUENCIES.get(stem, 0), 1000)


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    question = asked("Which mayor of Springfield, which bridge?")
    assert question.weights["springfield"] > question.weights["mayor"] > question.weights["bridg"]
    common = of_passage(question, "There is a bridge.", STEMMER)
    telling = of_passage(question, "Springfield has a new mayor.", STEMMER)
    assert telling["around"] > common["around"]
    assert common["missing"] == pytest.approx(1, abs=0.01)  # no passage has the word that it lacks
    assert telling["missing"] < 0.2


def test_neighbouring_words_are_looked_for_side_by_side() -> None:
    question = asked("Where do the Narnia chronicles begin?")
    near = of_sentence(question, "The Narnia chronicles begin in Narnia.", STEMMER)
    apart = of_sentence(question, "Narnia, wherever long chronicles of it begin.", STEMMER)
    assert near["share"] == apart["share"] == 1
    assert near["said_pairs"] == 1
    assert apart["said_pairs"] == 0


def test_other_years_and_a_negation_speak_against_a_sentence() -> None:
    question = asked("How many died in 2023?")
    assert of_sentence(question, "In 2021 fifty people died.", STEMMER)["other_years"] == 1
    assert of_sentence(question, "In 2023, and in 2021, fifty died.", STEMMER)["other_years"] == 0
    assert of_sentence(question, "Fifty people died.", STEMMER)["other_years"] == 0
    assert of_sentence(question, "Nobody says how many have not died.", STEMMER)["negation"] == 1
    assert of_sentence(asked("Who did not die?"), "He didn’t die.", STEMMER)["negation"] == 0


@given(question=st.text(max_size=60), text=st.text(max_size=200))
def test_shares_are_shares_whatever_is_asked_of_whatever(question: str, text: str) -> None:
    taken = asked(question)
    for found in (of_passage(taken, text, STEMMER), of_sentence(taken, text, STEMMER)):
        assert all(-1 <= value <= 1 for name, value in found.items() if name != "words")
