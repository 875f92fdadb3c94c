"""Fair shares, the queue and the hints, as pure decisions."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.turnstile import Hints, Limits, Turnstile

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def after(**time: float) -> dt.datetime:
    return NOON + dt.timedelta(**time)


def test_a_server_has_its_share_too() -> None:
    turnstile = Turnstile(Limits(per_server=3))
    for user in range(3):
        assert turnstile.enter(user, 7, NOON) is None
        turnstile.leave(user)
    refused = turnstile.enter(9, 7, after(minutes=1))
    assert refused is not None
    assert f"<t:{int(after(minutes=10).timestamp())}:R>" in refused
    assert turnstile.enter(9, 8, after(minutes=1)) is None
    turnstile.leave(9)
    assert turnstile.enter(10, 7, after(minutes=10)) is None


def test_one_question_at_a_time_and_a_queue_with_an_end() -> None:
    turnstile = Turnstile(Limits(waiting=2))
    assert turnstile.enter(1, None, NOON) is None
    assert "still being answered" in (turnstile.enter(1, None, NOON) or "")
    assert turnstile.enter(2, None, NOON) is None
    assert turnstile.enter(3, None, NOON) == "The bot is busy (2 waiting). Try again in a moment."
    turnstile.leave(1)
    assert turnstile.enter(3, None, NOON) is None


def test_further_passages_are_no_further_questions() -> None:
    turnstile = Turnstile(Limits(per_user=1))
    assert turnstile.enter(1, None, NOON) is None
    turnstile.leave(1)
    for _ in range(5):
        assert turnstile.enter(1, None, NOON, counted=False) is None
        turnstile.leave(1)
    assert turnstile.enter(1, None, NOON) is not None


@given(st.lists(st.integers(min_value=0, max_value=900), max_size=60))
def test_nobody_ever_gets_more_than_the_share_in_any_ten_minutes(pauses: list[int]) -> None:
    turnstile, now, let_in = Turnstile(Limits(per_user=6, minutes=10)), NOON, []
    for pause in pauses:
        now += dt.timedelta(seconds=pause)
        if turnstile.enter(1, None, now) is None:
            let_in.append(now)
            turnstile.leave(1)
    for first, seventh in zip(let_in, let_in[6:], strict=False):
        assert seventh - first >= dt.timedelta(minutes=10)


def test_a_hint_is_given_once_an_hour_to_each() -> None:
    hints = Hints()
    assert hints.is_due("hint", 1, NOON)
    assert not hints.is_due("hint", 1, after(minutes=59))
    assert hints.is_due("hint", 2, after(minutes=59))
    assert hints.is_due("refused", 1, after(minutes=59))
    assert hints.is_due("hint", 1, after(minutes=60))
