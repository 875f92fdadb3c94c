"""kill -9 of a process between a message and its record; `benchmarks/digest_kills.py` does it at a hundred moments."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from bot_process import Program, small_started
from discord_stand_in import CHANNEL, GUILD, MEMBER, DiscordStandIn, texts_in
from drafts import draft
from small_desk import archive_with

from bot.briefings.delivery import RunState
from bot.briefings.ledger import FILE_NAME, Ledger
from bot.briefings.subscription import Schedule
from retrieval.topics.topic import Topic

pytestmark = pytest.mark.real

WAIT = 300  # seconds; only a failing test waits so long
NUMBERS = (3, 19, 59)  # starts are spread over a minute by the name of a digest; these are the ones that go first
NEWS = "A ferry with 214 passengers ran aground off Karpathos and was pulled free by three tugs at high tide."


def promise(data: Path) -> None:
    """Three digests that have been due for five minutes, and one article for them."""
    with archive_with(data, (draft(NEWS, title="Ferry aground"),), news=True):
        pass
    now = dt.datetime.now(dt.UTC)
    at = (now - dt.timedelta(minutes=5)).time().replace(second=0, microsecond=0)
    with Ledger.open(data) as ledger:
        for number in NUMBERS:
            added = ledger.subscriptions.add(
                guild=GUILD,
                channel=CHANNEL,
                creator=MEMBER,
                topic=Topic(),
                schedule=Schedule(at=at),
                cursor=0,
                now=now - dt.timedelta(hours=3),
            )
            with closing(sqlite3.connect(data / FILE_NAME)) as plain, plain:
                plain.execute("UPDATE subscriptions SET id = ? WHERE id = ?", (number, added.id))
                plain.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'subscriptions'", (number,))


async def killed_at(discord: DiscordStandIn, bot: Program, count: int) -> None:
    """Kill it as soon as so many messages are there, before it hears of the last one."""
    hit = asyncio.Event()

    def posted() -> None:
        if not hit.is_set() and len(discord.messages) == count:
            bot.process.kill()
            hit.set()

    discord.rest.call_when_posted(posted)
    await hit.wait()
    await bot.ends()


@pytest.mark.parametrize("later", [False, True], ids=["soon", "later"])
async def test_killed_after_each_of_three_messages_it_posts_each_once(later: bool, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    promise(data)
    async with DiscordStandIn() as discord, asyncio.timeout(WAIT):
        for count in (1, 2, 3):
            async with small_started(discord.url, data) as bot:
                await killed_at(discord, bot, count)
            if later:
                discord.rest.forget_nonces()
                with closing(sqlite3.connect(data / FILE_NAME)) as ledger, ledger:
                    ledger.execute("UPDATE parts SET sending_since = '2026-01-01T00:00:00.000000+00:00'")
        async with small_started(discord.url, data) as bot:
            await bot.says("digest settled", digest="D59", result="posted 1")
        shown = ["\n".join(texts_in(message)) for message in discord.messages]
    assert [text.count(NEWS) for text in shown] == [1, 1, 1]
    assert [sum(f"#D{number}-" in text for text in shown) for number in NUMBERS] == [1, 1, 1]
    with Ledger.open(data) as ledger:
        runs = [ledger.last_run(number) for number in NUMBERS]
    assert [run.state if run else None for run in runs] == [RunState.POSTED] * 3
