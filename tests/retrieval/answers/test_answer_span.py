from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.answer_span import answer_span
from retrieval.questions.question import understand
from retrieval.stemming import Stemmer

STEMMER = Stemmer()


def bold(question: str, sentence: str) -> str | None:
    span = answer_span(understand(question), sentence, STEMMER)
    return None if span is None else sentence[span[0] : span[1]]


CLOSURE = (
    "A campaign led to the closure of 14 digital sales platforms and the removal of more than 1,000 online stores."
)


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many online stores were removed?", CLOSURE, "1,000"),
        ("How many digital sales platforms were closed?", CLOSURE, "14"),
        ("How many people died?", "In 2021, about 107,000 people died of overdoses, 3% more than in 2020.", "107,000"),
        ("How many children does she have?", "She is 41 and has three children.", "three"),
        ("What percentage of members voted?", "Some 62 percent of the 1,204 members voted.", "62 percent"),
        ("How much did the bridge cost?", "Built in 1998, the bridge cost $1.2 billion.", "$1.2 billion"),
        ("How much money was stolen?", "Two men had stolen 300 euros from 12 shops.", "300 euros"),
        ("How long is the tunnel?", "The tunnel, opened in 1994, is 50 km long.", "50 km long"),
        ("How old is Ana Ruiz?", "Ana Ruiz, 34 years old, lives with 2 cats.", "34 years old"),
        ("In what year was the mill closed?", "On 3 May 1998 the mill, with 120 workers, was closed.", "1998"),
        ("When was the mill closed?", "The mill, with 120 workers, was closed on 3 May 1998.", "3 May 1998"),
        ("When does the decision take effect?", "The decision takes effect on May 1.", "May 1"),
        ("What time does the hall open?", "On Sundays the hall opens at 9 a.m.", "9 a.m"),
        ("Who founded the mill?", "The mill was founded by the Leeds engineer Ruth Okafor in 1911.", "Ruth Okafor"),
        ("Who founded the mill?", "Ruth Okafor founded the mill with money from Tom Bell.", "Ruth Okafor"),
        ("Who was arrested?", "Chinese authorities arrested a man named Tong Peiji.", "Tong Peiji"),
        ("Where was the man arrested?", "The man was arrested in Spain on Friday.", "Spain"),
        ("Which company built the mill?", "In May the Acme Company built a mill for Foo.", "Acme Company"),
        ("What are such stores called?", "Such stores, called dark stores, have no tills.", "dark stores"),
        ("What type of cells are they?", "They are mostly skin cells.", "skin"),
        (
            "What did Lopez say about the plan?",
            "Lopez called the plan “a mess from the start” on Monday.",
            "a mess from the start",
        ),
    ],
)
def test_the_words_in_bold_are_the_answer(question: str, sentence: str, words: str) -> None:
    assert bold(question, sentence) == words


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did the mill close in 1998?", "The mill closed in 1998."),
        ("Is Ana Ruiz 34 years old?", "Ana Ruiz, 34 years old, lives with 2 cats."),
        ("Why was the mill closed?", "The mill was closed in 1998 by Ruth Okafor."),
        ("How did Ana Ruiz find 3 cats?", "Ana Ruiz found 3 cats by accident."),
        ("Who is Ana Ruiz?", "Ana Ruiz met Tom Bell in Leeds."),
        ("How many stores were closed?", "The stores were closed in 2021."),
        ("How many stores were closed?", "One of the stores was closed."),
        ("When was the mill closed?", "The mill was closed by Ruth Okafor."),
        ("What happens when a mill is closed?", "Workers leave when a mill is closed, as in 1998."),
        ("Who closed the mill?", "Early versions of the French mill were closed."),
        ("Where was the mill?", "Ruth Okafor and Tom Bell, from Leeds and from York, built it near Hull, in Kent."),
        ("How many online stores were removed?", "The three precursors are still on sale."),
        ("Who was arrested?", "“Arrests are important,” the Biden administration official said."),
        ("Who was arrested?", "China’s slow pace of arrests is a point of contention."),
        ("What do members who left want?", "The members who left, Ruth Okafor says, want more time."),
        ("", "14 stores."),
    ],
)
def test_nothing_is_bold_where_nothing_can_be_told(question: str, sentence: str) -> None:
    assert bold(question, sentence) is None


PIECES = st.sampled_from(
    [
        "how many",
        "who",
        "when",
        "where",
        "which company",
        "called",
        "14",
        "$3bn",
        "Wei",
        "Acme",
        "in 1998",
        "stores",
        "by",
        "’s",
        "of",
    ]
)
WORDS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=20).map(" ".join))


@given(question=WORDS, sentence=WORDS)
def test_a_span_lies_within_the_sentence_and_is_never_blank(question: str, sentence: str) -> None:
    words = bold(question, sentence)
    assert words is None or words.strip()
