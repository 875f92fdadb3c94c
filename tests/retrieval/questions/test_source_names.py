"""Outlets and authors, found by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.questions.source_names import SourceNames, authors_in

OUTLETS = (
    "The Wall Street Journal;The New York Times;The Week;Financial Times;Cnbc | World Business News Leader;"
    "Associated Press;Alpine Post;The Sound - Sports;The Sound - Travel"
)
NAMES = SourceNames(OUTLETS.split(";"), ["Brian Spegele", "Ana Swanson and Keith Bradsher", "AP Staff", "Reuters"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did the Wall Street Journal say?", ["The Wall Street Journal"]),
        ("what did the wall street journal say?", ["The Wall Street Journal"]),
        ("WSJ, wsj and the WSJ's view", ["The Wall Street Journal"] * 3),
        ("CNBC and The Week", ["Cnbc | World Business News Leader", "The Week"]),
        ("keith bradsher", ["Keith Bradsher"]),
        ("the FT", ["Financial Times"]),
        # Words that only look like a name:
        ("the news of the week", []),
        ("what ft means", []),
        ("4-AP and 1-boc-4-AP", []),
        ("the AP", []),  # two outlets have these initials
        ("The Sound", []),  # two outlets begin like that
        ("Wall Street and the Journal", []),
        ("Brian and Spegele", []),
    ],
)
def test_a_source_is_found_by_the_names_it_goes_by(text: str, names: list[str]) -> None:
    found = NAMES.mentions(text)
    assert [one.name for one in found] == names
    assert all(text[one.start : one.end] for one in found)


def test_the_people_of_a_byline_are_told_apart() -> None:
    assert authors_in("Ana Swanson, Keith Bradsher and Jo Doe; with Al Roe") == [
        "Ana Swanson",
        "Keith Bradsher",
        "Jo Doe",
        "Al Roe",
    ]
    assert authors_in("Reuters") == []


@given(st.lists(st.text(max_size=30), max_size=5), st.lists(st.text(max_size=30), max_size=5), st.text(max_size=200))
def test_any_names_and_any_text(outlets: list[str], authors: list[str], text: str) -> None:
    end = 0
    for one in SourceNames(outlets, authors).mentions(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end
