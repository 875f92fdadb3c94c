from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from hostile import hostile, monstrous
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import (
    Action,
    DigestPause,
    DigestWhy,
    MoreQuotes,
    ReadArticle,
    decode,
    source_key,
)
from bot.rendering.actions.action import ACTIONS
from corpus.article import Scope

NUMBERS = st.integers(0, 10**19 - 1)
BY_KIND = {
    "int": NUMBERS,
    "int | None": st.none() | NUMBERS,
    "dt.date | None": st.none() | st.dates(),
    "Key": st.text(min_size=1).map(lambda outlet: source_key(Scope(outlet=outlet))),
    "Key | None": st.none() | st.text(min_size=1).map(lambda outlet: source_key(Scope(outlet=outlet))),
    "Word": st.sampled_from(["daily", "weekdays", "weekly", "monthly"]),
    "Run": st.sampled_from(["D3-20261123", "D999999999999999999-20261123m999999999"]),
    "Run | None": st.sampled_from([None, "D3-20261123m2"]),
}


@st.composite
def some_action(draw: st.DrawFn) -> Action:
    cls = ACTIONS[draw(st.sampled_from(sorted(ACTIONS)))]
    return cls(*(draw(BY_KIND[str(field.type)]) for field in dataclasses.fields(cls)))  # type: ignore[arg-type]


@given(some_action())
def test_an_action_comes_back_from_its_custom_id(action: Action) -> None:
    custom_id = action.encode()
    assert custom_id.isascii()
    assert len(custom_id) <= 100
    assert decode(custom_id) == action


@given(some_action())
def test_an_id_fits_the_template_of_its_own_class_alone(action: Action) -> None:
    fitting = [cls for cls in ACTIONS.values() if re.fullmatch(cls.TEMPLATE, action.encode())]
    assert fitting == [type(action)]


@given(hostile | st.text().map(lambda text: f"read:{text}"))
def test_any_other_id_is_none_of_ours(custom_id: str) -> None:
    action = decode(custom_id)
    assert action is None or decode(action.encode()) == action


@pytest.mark.parametrize(
    "custom_id",
    ["more:3:20240231::", "start:daily:0900:UTC:1", "why:D3-2026:5", "read:", "pause:", "read:1:2:3:4", "nothing"],
)
def test_what_cannot_be_meant_is_no_action(custom_id: str) -> None:
    assert decode(custom_id) is None


def test_leading_zeros_are_not_a_second_spelling() -> None:
    assert decode("read:007:") == ReadArticle(7)


def test_an_id_of_an_earlier_version_lacks_the_fields_that_were_added() -> None:
    assert decode("read:1:15") == ReadArticle(1, 15)
    assert decode("read:1") == ReadArticle(1)
    assert decode("more:3:20240101::") == MoreQuotes(3, since=dt.date(2024, 1, 1))


def test_what_does_not_fit_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        DigestWhy("D3-20261123; drop", 1).encode()
    with pytest.raises(ValueError, match="does not fit"):
        DigestPause(-1).encode()


def test_an_early_year_keeps_its_digits() -> None:
    action = MoreQuotes(3, since=dt.date(24, 1, 2))
    assert action.encode() == "more:3:00240102:::"


@given(monstrous)
def test_an_outlets_key_is_the_same_whatever_its_case(outlet: str) -> None:
    key = source_key(Scope(outlet=outlet))
    assert key == source_key(Scope(outlet=outlet.casefold()))
    assert key != source_key(Scope(collections=frozenset({outlet})))


def test_what_is_not_one_source_has_no_key() -> None:
    assert source_key(Scope()) is None
    assert source_key(Scope(collections=frozenset({"A", "B"}))) is None
