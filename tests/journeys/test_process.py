"""The real process against a stand-in for Discord: start, commands, one answer, one digest, and a clean end."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import signal
import time
from pathlib import Path

import pytest
from bot_process import started
from discord_stand_in import CHANNEL, CUT_AFTER, TOKEN, DiscordStandIn, texts_in
from first_digest import add_first_digest

from bot.__main__ import main
from bot.rendering.quotes import shown_quotes

pytestmark = pytest.mark.real

WAIT = 300  # seconds; only a failing test waits so long

OLD = {
    "id": "old",
    "title": "Port Ellen dredges its harbour",
    "source": "Harbour Gazette",
    "published": "2026-01-02",
    "text": "The harbour master said on Friday that 4,200 tonnes of silt were moved from the harbour of Port Ellen.",
}
NEW = {
    "id": "new",
    "title": "Ferry to Islay is cancelled",
    "source": "Night Post",
    "published": "2026-01-05",
    "text": "@everyone The ferry company cancelled the evening ferry to Islay because of strong winds.",
}


def import_records(data: Path, *records: dict[str, str]) -> None:
    source = data.parent / f"{records[0]['id']}.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    arguments = ["import", str(source), "--format", "jsonl", "--collection", "coast", "--data", str(data), "--json"]
    assert main(arguments) == 0


def promise_a_ferry_digest(data: Path) -> int:
    """A digest that is due since five minutes; gives the subscription's number."""
    return add_first_digest(data, dt.timedelta(minutes=-5), dt.timedelta(hours=3))


async def test_start_answer_digest_and_a_clean_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    import_records(data, OLD)
    import_records(data, NEW)
    number = promise_a_ferry_digest(data)

    async with DiscordStandIn() as discord, started(discord.url, data) as bot, asyncio.timeout(WAIT):
        # The answer to the first attempt at the digest is lost on its way; it must be there only once nevertheless.
        discord.faults.next("POST", f"/channels/{CHANNEL}/messages", CUT_AFTER)
        await bot.says("connected as Briefing, 1 servers")
        assert {"ask", "article", "help", "digest"} <= {command["name"] for command in discord.rest.commands}

        answer = await discord.answer_to("How many tonnes of silt were moved?")
        (quote, *_) = shown_quotes("\n".join(texts_in(answer)))
        assert quote in OLD["text"]
        assert "4,200 tonnes of silt" in quote
        read = await discord.press(answer, "Read")
        assert "Port Ellen dredges its harbour" in "\n".join(texts_in(await read.answered()))

        await bot.says("digest settled", digest=f"D{number}", result="posted 1")
        assert discord.faults.left == []
        (digest,) = discord.messages
        shown = "\n".join(texts_in(digest))
        assert shown.startswith("**ferry** · 1 new")
        assert shown_quotes(shown)[0] in NEW["text"]

        bot.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await bot.ends() == 0, bot.log
        assert discord.rest.refusals == []
        assert TOKEN not in bot.log
        assert "tonnes" not in bot.log

    async with DiscordStandIn() as again, started(again.url, data) as bot, asyncio.timeout(WAIT):
        await bot.says("connected as Briefing, 1 servers")
        assert again.rest.command_syncs == 0  # nothing changed since, so nothing was sent
        again.rest.commands = discord.rest.commands
        again.gateway.drop()
        await again.gateway.resumed.wait()
        assert "evening ferry to Islay" in "\n".join(texts_in(await again.answer_to("Which ferry was cancelled?")))
        bot.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            assert await bot.ends() == 0, bot.log
        assert again.messages == []


async def test_a_stop_while_the_models_are_loading_does_not_wait_for_them_long(tmp_path: Path) -> None:
    data = tmp_path / "data"
    import_records(data, OLD)
    begun = time.monotonic()
    async with DiscordStandIn() as discord, started(discord.url, data) as bot, asyncio.timeout(WAIT):
        await bot.says("connected as Briefing, 1 servers")
        long = max(10, 5 * (time.monotonic() - begun))  # seconds; a machine that is busy started slowly too
        bot.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(long):
            assert await bot.ends() == 0, bot.log


async def test_a_token_that_discord_refuses_is_one_readable_line(tmp_path: Path) -> None:
    async with (
        DiscordStandIn() as discord,
        started(discord.url, tmp_path / "data", token="wrong") as bot,
        asyncio.timeout(WAIT),
    ):
        assert await bot.ends() == 4
    assert "Discord refuses the token: copy it again from the developer portal" in bot.lines[-1]
    assert "Traceback" not in bot.log


async def test_without_a_network_the_start_ends_with_one_readable_line(tmp_path: Path) -> None:
    async with started("http://127.0.0.1:9", tmp_path / "data") as bot, asyncio.timeout(WAIT):
        assert await bot.ends() == 4
    assert "cannot reach Discord" in bot.lines[-1]
    assert "Traceback" not in bot.log
