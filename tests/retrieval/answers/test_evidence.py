from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.evidence import Weighed, of_sentence, weighed
from retrieval.questions.question import understand
from retrieval.stemming import Stemmer

STEMMER = Stemmer()
FREQUENCIES = {"bridg": 900, "mayor": 10}


def asked(question: str) -> Weighed:
    return weighed(understand(question), STEMMER, lambda stem: FREQUENCIES.get(stem, 0), 1000)


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    question = asked("Which mayor of Springfield, which bridge?")
    assert question.weights["springfield"] > question.weights["mayor"] > question.weights["bridg"]
    common = of_sentence(question, "There is a bridge.", STEMMER)
    telling = of_sentence(question, "Springfield has a new mayor.", STEMMER)
    assert telling["share"] > common["share"]


@given(question=st.text(max_size=60), text=st.text(max_size=200))
def test_shares_are_shares_whatever_is_asked_of_whatever(question: str, text: str) -> None:
    assert all(-1 <= value <= 1 for value in of_sentence(asked(question), text, STEMMER).values())
