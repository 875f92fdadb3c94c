from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.digests.composition import BOUND, Candidate, telling_order

AXES = np.eye(4, dtype=np.float32)


def story(
    score: float, *, about: int = 0, outlet: str | None = None, reports: int = 1, day: int = 0, number: int = 1
) -> Candidate:
    return Candidate(score, AXES[about], outlet, reports, day, number)


@st.composite
def stories(draw: st.DrawFn) -> list[Candidate]:
    return [
        story(
            draw(st.floats(0, 1)),
            about=draw(st.integers(0, 3)),
            outlet=draw(st.sampled_from([None, "Herald", "Courier", "herald"])),
            reports=draw(st.integers(1, 20)),
            day=draw(st.integers(0, 5)),
            number=number,
        )
        for number in range(draw(st.integers(0, 90)))
    ]


@given(stories(), st.integers(1, 12))
def test_every_story_has_its_turn_and_none_is_behind_one_that_is_clearly_less_relevant(
    some: list[Candidate], told: int
) -> None:
    order = telling_order(some, told)
    assert sorted(order) == list(range(len(some)))
    scores = [some[place].score for place in order]
    assert not scores or scores[0] == max(scores)
    for place, score in enumerate(scores):
        assert max(scores[place:]) <= score + BOUND + 1e-9


@given(stories(), st.integers(1, 12), st.randoms())
def test_the_order_does_not_hang_on_how_the_stories_came(some: list[Candidate], told: int, random: Random) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)
    first, second = ([kept[place].number for place in telling_order(kept, told)] for kept in (some, shuffled))
    assert first == second


def test_what_was_told_above_gives_way_to_something_else_that_is_about_as_relevant() -> None:
    some = [story(0.9, number=1), story(0.88, number=2), story(0.85, about=1, number=3), story(0.5, about=2, number=4)]
    assert telling_order(some, 4) == [0, 2, 1, 3]


def test_another_outlet_has_a_turn_before_the_same_one_again() -> None:
    some = [
        story(0.9, about=0, outlet="Herald", number=1),
        story(0.88, about=1, outlet="HERALD", number=2),
        story(0.87, about=2, outlet="Courier", number=3),
    ]
    assert telling_order(some, 3) == [0, 2, 1]


@pytest.mark.parametrize("better", [story(0.8, about=1, reports=6, number=9), story(0.8, about=1, day=7, number=9)])
def test_what_many_tell_and_what_is_newer_comes_first_among_equals(better: Candidate) -> None:
    some = [story(0.9, about=0, day=3, number=1), story(0.8, about=2, day=3, number=2), better]
    assert telling_order(some, 3) == [0, 2, 1]


def test_what_is_not_told_stays_in_plain_order() -> None:
    some = [story(1 - place / 1000, about=place % 4, number=place) for place in range(300)]
    order = telling_order(some, 5)
    assert order[5:] == sorted(set(range(300)) - set(order[:5]))
