"""A run that is asked for from a second process while the bot runs, which is then killed before and while it posts."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path

import pytest
from bot_process import Program, started
from commands import Run, briefing_bot, briefing_bot_process
from discord_stand_in import DiscordStandIn, texts_in
from first_digest import add_first_digest

pytestmark = pytest.mark.real

WAIT = 300  # seconds; only a failing test waits so long
OLD = {"id": "old", "title": "Port Ellen dredges", "text": "The harbour master had 4,200 tonnes of silt moved."}
NEW = {"id": "new", "title": "Ferry cancelled", "text": "The evening ferry to Islay was cancelled because of the wind."}


def prepare(data: Path) -> None:
    """An article that is news, and D3, which falls due in twelve hours and is the first one after a start."""
    for record in (OLD, NEW):
        source = data.parent / f"{record['id']}.jsonl"
        source.write_text(json.dumps(record) + "\n", encoding="utf-8")
        assert briefing_bot("import", source, "--collection", "coast", "--data", data).code == 0
    add_first_digest(data, dt.timedelta(hours=12), dt.timedelta(hours=1))


async def killed(bot: Program) -> None:
    bot.process.kill()
    await bot.ends()


async def killed_as_it_posts(discord: DiscordStandIn, bot: Program) -> None:
    """As soon as its message is there, before it hears of it."""
    hit = asyncio.Event()

    def posted() -> None:
        if not hit.is_set():
            bot.process.kill()
            hit.set()

    discord.rest.call_when_posted(posted)
    await hit.wait()
    await bot.ends()


async def asked(data: Path) -> Run:
    return await asyncio.to_thread(briefing_bot_process, "digests", "run", "D3", "--data", data)


async def test_killed_between_request_and_post_it_is_posted_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepare(data)
    async with DiscordStandIn() as discord, asyncio.timeout(WAIT):
        async with started(discord.url, data) as bot:
            await bot.says("connected as Briefing, 1 servers")
            first = await asked(data)
            await killed(bot)
        assert first.out == "D3: what is new since its last run is posted within 30 seconds\n"
        again = await asked(data)
        assert again.out.endswith("what is new since its last run is posted when the bot starts\n")

        async with started(discord.url, data) as bot:
            await killed_as_it_posts(discord, bot)
        async with started(discord.url, data) as bot:
            await bot.says("digest settled", digest="D3", result="posted 1")
        (message,) = discord.messages
    shown = "\n".join(texts_in(message))
    assert NEW["text"] in shown and "m1-1 · times in UTC" in shown
    (run,) = briefing_bot("digests", "history", "D3", "--json", "--data", data).lines
    assert (run["kind"], run["result"]) == ("manual-1", "posted 1")
    assert [line["requested"] for line in briefing_bot("digests", "list", "--json", "--data", data).lines] == [[]]
