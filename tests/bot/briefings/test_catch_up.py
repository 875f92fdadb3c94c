"""What a digest says that stands for more than its own day, and what happens while its server is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, subscribed
from operated import DUE, HERE, Operated

from bot.briefings.covering import Covers, covers_of
from bot.briefings.subscription import State
from bot.chat.reachability import reachable

MON, TUE, WED = (dt.date(2026, 11, day) for day in (23, 24, 25))
DAY = dt.timedelta(days=1)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Operated]:
    with Operated(tmp_path) as operated:
        operated.subscribe()
        operated.arrive()
        yield operated


def covers(bot: Operated, upto: dt.datetime) -> Covers | None:
    return covers_of(bot.ledger, bot.ledger.subscriptions.get(1), upto)


def test_a_day_alone_covers_nothing_else(bot: Operated) -> None:
    assert covers(bot, DUE) is None


def test_slots_that_nobody_settled_were_missed_offline(bot: Operated) -> None:
    assert covers(bot, DUE + DAY) == (MON, TUE, True)


def test_a_slot_that_was_skipped_was_not_missed(bot: Operated) -> None:
    bot.skip()
    assert covers(bot, DUE + DAY) == (MON, TUE, False)
    assert covers(bot, DUE + 2 * DAY) == (MON, WED, True)  # Tuesday was


async def test_a_slot_that_was_left_to_the_next_one_was_missed_offline(bot: Operated) -> None:
    bot.passes(hours=22)
    await bot.round()
    assert "it was late" in bot.results[0]
    assert covers(bot, DUE + DAY) == (MON, TUE, True)


async def test_days_without_permission_are_not_said_to_be_offline(bot: Operated) -> None:
    bot.channels.closed.add(HERE)
    for _ in range(2):
        bot.passes(days=1)
        bot.now = bot.now.replace(hour=9)
        await bot.round()
    assert bot.results[0] == "#D1-20261124 skipped: missing Send Messages; the next one carries it"
    assert covers(bot, DUE + 2 * DAY) == (MON, WED, True)  # Monday had no round
    bot.ledger.subscriptions.advance(1, 0, waiting_since=DUE)
    assert covers(bot, DUE + 2 * DAY) == (MON, WED, False)


# Servers that are away


@pytest.mark.parametrize("trouble", ["gone", "closed"])
async def test_while_its_server_is_away_nothing_is_tried_and_nothing_given_up(bot: Operated, trouble: str) -> None:
    getattr(bot.channels, trouble).add(HERE)
    bot.reachable = lambda _: False
    for _ in range(5):
        bot.passes(hours=12)
        assert await bot.round() == []
        assert not await bot.bot.owes(bot.now)  # news need not be waited for
    assert (bot.results, bot.channels.attempts) == ([], 0)
    assert bot.ledger.subscriptions.get(1).state is State.ACTIVE
    getattr(bot.channels, trouble).clear()
    bot.reachable = lambda _: True
    assert await bot.bot.owes(bot.now)
    await bot.round()
    assert bot.results == ["#D1-20261125 posted 1"]
    assert "covers 2026-11-23 to 2026-11-25" in bot.posts[0]


@dataclass
class Server:
    unavailable: bool = False


@dataclass
class Client:
    servers: dict[int, Server] = field(default_factory=dict)

    def get_guild(self, number: int) -> Server | None:
        return self.servers.get(number)


@pytest.mark.parametrize(
    ("guild", "expected"),
    [(1, True), (2, False), (3, False), (None, True)],
    ids=["there", "unavailable", "we left", "direct messages"],
)
def test_a_server_is_reachable_while_we_are_in_it_and_it_is_there(
    bot: Operated, guild: int | None, expected: bool
) -> None:
    client: Any = Client({1: Server(), 2: Server(unavailable=True)})
    assert reachable(client, subscribed(bot.ledger, MONDAY, guild=guild, channel=8)) is expected
