from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.questions.clauses import MOST_CLAUSES, clauses_of

# What nobody would search for by itself is not worth parting.
WHOLE = (
    "",
    "?",
    "Who owns the ferry?",
    "Who owns the ferry, and why?",
    "What did Northern Herald, Evening Courier and Harbour Post write about Marks and Spencer and Legal and General?",
    'Which paper called the harbour plan "a bridge too far, and a tunnel too short, which nobody will ever pay for"?',
)
PARTED = {
    "Which company, described by the Herald as a monopolist of ferry tickets, was also sued by a publisher that the "
    "Courier interviewed about lost revenue?": (
        "Which company, described by the Herald as a monopolist of ferry tickets",
        "was also sued by a publisher that the Courier interviewed about lost revenue?",
    ),
    "Did the Herald report on March 3, 2024, that the harbour bridge would close, while the Courier wrote on "
    "March 9, 2024, that engineers had declared it safe?": (
        "Did the Herald report on March 3, 2024, that the harbour bridge would close",
        "while the Courier wrote on March 9, 2024, that engineers had declared it safe?",
    ),
    "The harbour bridge was closed for repairs last winter. Which engineer had warned the city of cracked girders?": (
        "The harbour bridge was closed for repairs last winter.",
        "Which engineer had warned the city of cracked girders?",
    ),
    "Dr. Lind examined the girders of the old bridge; Prof. Vance later published photographs of the same cracks": (
        "Dr. Lind examined the girders of the old bridge",
        "Prof. Vance later published photographs of the same cracks",
    ),
    "Who says the ferry lost ten million euros – the mayor’s office calls that figure invented?": (
        "Who says the ferry lost ten million euros",
        "the mayor’s office calls that figure invented?",
    ),
    'Did mayor Olga Brandt promise new ferries in the "Letter to Islanders" and later deny ordering any ships?': (
        'Did mayor Olga Brandt promise new ferries in the "Letter to Islanders"',
        "and later deny ordering any ships?",
    ),
}
_WORD = re.compile(r"\w+")


@pytest.mark.parametrize("question", WHOLE)
def test_what_is_short_or_a_list_or_a_quotation_stays_whole(question: str) -> None:
    assert clauses_of(question) == (question,)


@pytest.mark.parametrize(("question", "clauses"), PARTED.items())
def test_a_question_is_parted_between_clauses_and_sentences(question: str, clauses: tuple[str, ...]) -> None:
    assert clauses_of(question) == clauses


def test_a_long_list_of_clauses_is_read_in_larger_pieces() -> None:
    question = (
        "Which bridge, " + ", ".join(f"whose pillar number {n} lost its granite footing" for n in range(40)) + "?"
    )
    clauses = clauses_of(question)
    assert MOST_CLAUSES / 2 < len(clauses) <= MOST_CLAUSES
    assert max(map(len, clauses)) < 2 * min(map(len, clauses))


SIGNS = st.sampled_from([*" ,;:.?!\"“”'’()-–—\n\0\ud800аж桥٣e\u0301", " and ", ", which ", " 2024", "bridge", "Ås"])


@given(st.one_of(st.text(max_size=400), st.lists(SIGNS, max_size=300).map("".join)))
def test_any_text_has_clauses_that_hold_its_words_in_order(question: str) -> None:
    clauses = clauses_of(question)
    assert 1 <= len(clauses) <= MOST_CLAUSES
    assert _WORD.findall(" ".join(clauses)) == _WORD.findall(question)


@pytest.mark.parametrize("piece", ['"', "“a", ", ", "a, ", "and ", "- ", "’s", "a.", "a,b", "which whom ", "2024, "])
def test_what_is_made_to_hurt_is_read_to_its_end(piece: str) -> None:
    question = piece * (100_000 // len(piece))
    assert len(clauses_of(question)) <= MOST_CLAUSES
