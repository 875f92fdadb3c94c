"""A follow-up gets the last subject by a rule, and only when it needs one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import EVERYTHING, Scope
from retrieval.questions.follow_up import MOST_CHARACTERS, Earlier, FollowUpQuestion, follow_up, needs_context

TODAY = dt.date(2026, 11, 25)
SILT = Earlier("How many tonnes of silt did the harbour master say?")
SUMMER = Scope(outlet="The Wall Street Journal", since=dt.date(2024, 7, 1), until=dt.date(2024, 7, 31))


@pytest.mark.parametrize(
    "question",
    [
        "Why?",
        "Who was arrested in Shanghai?",  # two content words
        "How many ferries sailed from Islay to Port Ellen while he was the harbour master?",
        "Did these boats leave Port Ellen before the harbour was dredged?",
        "Did the council of Port Ellen decide that?",
        "Did the council of Port Ellen say when that happened to the harbour?",
    ],
)
def test_a_question_with_a_pronoun_or_few_words_needs_the_last_subject(question: str) -> None:
    assert needs_context(question)
    assert follow_up(question, [SILT], TODAY) is not None


@pytest.mark.parametrize(
    "question",
    [
        "How many ferries sailed from Islay to Port Ellen?",
        "Did the council of Port Ellen say that boats return to the harbour?",  # "that" joins
        "Which ferries sailed from Islay to Port Ellen this week?",
    ],
)
def test_a_whole_question_stands_by_itself(question: str) -> None:
    assert not needs_context(question)
    assert follow_up(question, [SILT], TODAY) is None


def test_the_subject_is_appended_and_nothing_is_said_twice() -> None:
    assert follow_up("And  when did\nhe say that?", [SILT], TODAY) == FollowUpQuestion(
        "And when did he say that? (tonnes silt harbour master)"
    )
    assert follow_up("Whose silt?", [SILT], TODAY) == FollowUpQuestion("Whose silt? (tonnes harbour master)")


def test_dates_and_outlet_go_on_with_the_subject_and_are_not_said_as_words() -> None:
    before = Earlier("What did the WSJ write in July 2024 about tariffs?", SUMMER)
    assert follow_up("Why?", [before], TODAY) == FollowUpQuestion("Why? (write tariffs)", SUMMER)


def test_a_date_of_its_own_takes_the_place_of_the_last_one() -> None:
    before = Earlier("How many overdose deaths in 2020 in Alaska?", SUMMER)
    follows = follow_up("And in 2023?", [before], TODAY)
    assert follows == FollowUpQuestion("And in 2023? (overdose deaths Alaska)", Scope(outlet=SUMMER.outlet))


def test_the_latest_question_with_a_subject_counts() -> None:
    before = [Earlier("Who was it?"), Earlier("Who dredged Port Ellen?"), SILT]
    assert follow_up("Why?", before, TODAY) == FollowUpQuestion("Why? (dredged Port Ellen)")
    assert follow_up("Why?", [Earlier("Who was it?")], TODAY) is None
    assert follow_up("Why?", [], TODAY) is None


@given(st.text(max_size=2_000), st.lists(st.text(max_size=2_000).map(Earlier), max_size=3))
def test_what_is_made_whole_keeps_the_question_and_the_limit(question: str, earlier: list[Earlier]) -> None:
    follows = follow_up(question, earlier, TODAY)
    if follows is not None:
        assert follows.text.startswith(" ".join(question.split()))
        assert len(follows.text) <= MOST_CHARACTERS
        assert follows.carried == EVERYTHING
