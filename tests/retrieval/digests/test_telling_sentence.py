from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.digests.telling_sentence import Candidate, headline, most_telling, says_little_alone

NEWS = "The council of Harlow closed the road bridge after cracks were found in two of its girders."


@pytest.mark.parametrize(
    "text",
    [
        "He said so on Tuesday.",
        "But the mayor disagreed with all of them.",
        "That is what the engineers feared.",
        "Since then, the council has looked at all its bridges.",
        "What does this mean for drivers?",
        "“Will it ever open again?”",
        "“We were all afraid of it,” she said.",
        "“We were all afraid of it.”",
        "Read more: the bridges that are closed this winter",
        "Sign up for our newsletter on bridges.",
        "Here are details of how to get across.",
        "Photo: the bridge on Friday",
        "Images courtesy of the council",
        "(Photo by A. Bell) The bridge on Friday",
        "This story was updated on Friday.",
        "The latter was built in 1902.",
        "To get it in your inbox, sign up for free, here.",
        "MUST WATCH Watch the bridge fall 01:12",
    ],
)
def test_some_sentences_say_little_alone(text: str) -> None:
    assert says_little_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        "(CNN) Engineers closed the bridge on Friday.",
        "HARLOW, England — Engineers closed the bridge.",
        "Share prices of the builder fell by a tenth.",
        "Video games were sold on the bridge.",
        "Credit Suisse lent the council the money.",
        "Since the bridge was closed, lorries have taken the ferry.",
        "Photos show cracks in two girders.",
        "“We were all afraid of it,” the mayor of Harlow said.",
        "Thessaly's bridges were closed.",
    ],
)
def test_and_others_do_not(text: str) -> None:
    assert not says_little_alone(text)


def test_the_beginning_is_told_unless_something_else_is_clearly_closer_to_the_topic() -> None:
    beginning = Candidate(NEWS, 0, topic=0.4, headline=0.7)
    further = "The ferry of Harlow will carry cars from Monday on, said the port authority on Friday."
    assert most_telling([beginning, Candidate(further, 9, topic=0.5, headline=0.6)]) == 0
    assert most_telling([beginning, Candidate(further, 9, words=1.0, topic=0.8, headline=0.6)]) == 1


@pytest.mark.parametrize(
    "poor",
    ["He said so.", "Cracks!", "The bridge was closed. " * 30, "Is the bridge of Harlow safe for heavy lorries?"],
)
def test_what_says_little_gives_way_to_the_next(poor: str) -> None:
    assert most_telling([Candidate(poor, 0), Candidate(NEWS, 1)]) == 1


def test_where_there_is_no_title_the_first_sentence_that_says_something_stands_in_and_counts_less() -> None:
    sentences = [Candidate("He said so.", 0), Candidate(NEWS, 1), Candidate(NEWS + " Again.", 2)]
    titled, untitled = headline("Bridge closed", sentences), headline(None, sentences)
    assert (titled.text, untitled.text) == ("Bridge closed", NEWS)
    assert untitled.counts < titled.counts
    assert headline("", sentences[:1]).text == "He said so."


@given(st.lists(st.builds(Candidate, st.text(max_size=60), st.integers(0, 500), st.floats(0, 1)), min_size=1))
def test_there_is_always_one_and_the_first_of_equals(some: list[Candidate]) -> None:
    assert most_telling(some) < len(some)
    assert most_telling([some[0], *some[:1]]) == 0
