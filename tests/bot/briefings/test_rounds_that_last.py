"""A round takes time, and people change their minds within it and between an attempt and the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, at_once, plain_pages, subscribed
from channels import FakeChannels
from digest_world.wire import StoryComposer, Wire

from bot.briefings.delivery import PostUnclear
from bot.briefings.dispatch import Carry, Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.plan import Plan
from bot.rendering.page import Page

DUE = MONDAY + dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
FIRST, SECOND, NEW = 6, 7, 8  # channels


@dataclass
class SlowChannels(FakeChannels):
    """`before` happens before a message arrives in a channel, `after` before its answer comes."""

    before: Callable[[int], None] = lambda channel: None
    after: Callable[[int], None] = lambda channel: None

    async def post(self, channel_id: int, page: Page, **fields: Any) -> int:
        self.before(channel_id)
        posted = await super().post(channel_id, page, **fields)
        self.after(channel_id)
        return posted


@dataclass
class Place:
    ledger: Ledger
    channels: SlowChannels

    def dispatcher(self, run: Carry = at_once) -> Dispatcher:
        wire = Wire()
        return Dispatcher(
            self.ledger,
            wire,
            StoryComposer(wire),
            self.channels,
            plain_pages,
            run,
            clock=lambda: self.channels.now,
        )

    async def settle(self, now: dt.datetime) -> None:
        self.channels.now = now
        await self.dispatcher().settle_due(now)

    def move(self, number: int, channel: int) -> None:
        one = self.ledger.subscriptions.get(number)
        plan = replace(Plan.of(one), channel=channel)
        self.ledger.subscriptions.revise(number, plan, one.schedule, self.channels.now)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Ledger.open(tmp_path) as ledger:
        for channel in (FIRST, SECOND):
            subscribed(ledger, channel=channel, post_when_empty=True)
        yield Place(ledger, SlowChannels(DUE))


def cut(*channels: int) -> Callable[[int], None]:
    def fail(channel: int) -> None:
        if channel in channels:
            raise PostUnclear("the connection was cut")

    return fail


async def test_a_nonce_is_as_old_as_it_is_when_its_turn_comes(place: Place) -> None:
    """What is posted before it in the same round may wait for minutes, by Discord's own word."""
    place.channels.before, place.channels.after = cut(FIRST), cut(SECOND)
    await place.settle(DUE)

    def waits(channel: int) -> None:
        if channel == FIRST:
            place.channels.now += 4.5 * MINUTE

    place.channels.before, place.channels.after = waits, cut()
    await place.settle(DUE + 1.5 * MINUTE)
    assert [len(place.channels.texts(channel)) for channel in (FIRST, SECOND)] == [1, 1]


@pytest.mark.parametrize("minutes", [1, 60])
async def test_a_digest_that_moved_is_looked_for_where_it_was_sent(place: Place, minutes: int) -> None:
    place.channels.after = cut(SECOND)
    await place.settle(DUE)
    place.move(2, NEW)
    await place.settle(DUE + minutes * MINUTE)
    assert [len(place.channels.texts(channel)) for channel in (SECOND, NEW)] == [1, 0]
    assert place.ledger.outstanding(2) is None


@pytest.mark.parametrize("trouble", ["lost", "gone", "closed"])
async def test_what_is_not_in_the_channel_it_moved_from_comes_to_the_new_one(place: Place, trouble: str) -> None:
    place.channels.before = cut(SECOND)
    await place.settle(DUE)
    place.move(2, NEW)
    place.channels.gone |= {SECOND} if trouble == "gone" else set()
    place.channels.closed |= {SECOND} if trouble == "closed" else set()
    await place.settle(DUE + MINUTE)
    await place.settle(DUE + 60 * MINUTE)
    assert [len(place.channels.texts(channel)) for channel in (SECOND, NEW)] == [0, 1]


async def test_who_pauses_while_a_round_goes_on_gets_nothing_more(place: Place) -> None:
    def pauses(channel: int) -> None:
        if channel == FIRST:
            place.ledger.subscriptions.pause(2, DUE)

    place.channels.after = pauses
    await place.settle(DUE)
    assert [len(place.channels.texts(channel)) for channel in (FIRST, SECOND)] == [1, 0]
    place.ledger.subscriptions.resume(2, DUE)
    place.channels.after = cut()
    await place.settle(DUE + dt.timedelta(days=1))
    assert len(place.channels.texts(SECOND)) == 1
