"""Sixteen members ask at once, while the connection drops or the bot is stopped, killed or restarted.

Everybody is answered or told what happened; nobody waits for ever, and nothing that one process held in its memory
keeps somebody from asking the next one.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from bot_process import small_started
from connected import ANSWER, QUESTION, Gate, connected, shown, until_logged
from discord_stand_in import CHANNEL, DiscordStandIn, Interaction

pytestmark = pytest.mark.real

RESTARTING = "The bot is restarting. Ask again in a moment."

MEMBERS = range(5001, 5017)
LIMIT = 60  # seconds; only a failing test waits so long


async def all_ask(discord: DiscordStandIn) -> list[Interaction]:
    return [await discord.slash("ask", by=member, question=QUESTION) for member in MEMBERS]


async def acknowledged(crowd: list[Interaction]) -> None:
    for one in crowd:
        await asyncio.wait_for(one.acknowledged.wait(), 20)


async def answers(crowd: list[Interaction]) -> list[str]:
    return [shown(await one.answered()) for one in crowd]


async def test_sixteen_at_once_are_all_answered_although_the_connection_drops_twice(tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT), connected(tmp_path, shut=True) as place:
        discord = place.discord
        crowd = await all_ask(discord)
        discord.gateway.drop()
        # What people do while the bot is cut off reaches it when it resumes.
        late = await discord.slash("help", by=6001)
        await discord.write(QUESTION, by=6002)
        await acknowledged(crowd)
        place.gate.opened.set()
        assert all(ANSWER in text for text in await answers(crowd))
        assert "archive" in shown(await late.answered())
        assert ANSWER in shown((await discord.wait_for_posts(1))[0])
        assert [len(one.shown) for one in crowd] == [1] * len(crowd)

        # Discord forgets the session: the bot begins a new one, and does nothing again that belongs to its start.
        discord.gateway.drop(forget=True)
        await discord.gateway.identified.wait()
        assert ANSWER in shown(await (await discord.slash("ask", by=6003, question=QUESTION)).answered())
        assert discord.gateway.identifies == 2
        assert discord.rest.command_syncs == 1


async def all_sorts_ask(discord: DiscordStandIn, gate: Gate) -> list[Interaction]:
    """Sixteen by the command; one presses a button and one sends in a form, on messages of before. Nobody is answered
    until the gate is opened."""
    backwards = await discord.slash("ask", by=6003, question=QUESTION, since="2024-08", until="2024-06")
    swap = await backwards.answered()
    answer = await (await discord.slash("ask", by=6004, question=QUESTION)).answered()
    opened = await discord.press(answer, "Follow up", by=6004)
    await asyncio.wait_for(opened.changed.wait(), 20)
    assert opened.form is not None
    gate.opened.clear()
    crowd = await all_ask(discord)
    crowd.append(await discord.press(swap, "Swap them", by=6003))
    crowd.append(await discord.submit(opened.form, answer, by=6004, question="Who moved the tonnes of silt?"))
    await acknowledged(crowd)
    return crowd


async def test_who_is_being_answered_at_sigterm_is_answered_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with asyncio.timeout(LIMIT), connected(tmp_path, end_seconds=20) as place:
        crowd = await all_sorts_ask(place.discord, place.gate)
        await place.discord.write(QUESTION, by=6002)
        await place.discord.rest.requested("POST", f"/channels/{CHANNEL}/typing")
        place.terminate()
        await until_logged(caplog, "ending")
        refused = await place.discord.slash("ask", by=6001, question=QUESTION)
        assert RESTARTING in shown(await refused.answered())
        assert refused.ephemeral
        place.gate.opened.set()
        assert all(ANSWER in text for text in await answers(crowd))
        assert ANSWER in shown((await place.discord.wait_for_posts(1))[0])
        assert await place.ended() == 0


async def test_who_cannot_be_answered_in_time_at_sigterm_is_told(tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT), connected(tmp_path, end_seconds=1) as place:
        crowd = await all_sorts_ask(place.discord, place.gate)
        await place.discord.write(QUESTION, by=6002)
        await place.discord.rest.requested("POST", f"/channels/{CHANNEL}/typing")
        place.terminate()
        assert await answers(crowd) == [RESTARTING] * len(crowd)
        assert shown((await place.discord.wait_for_posts(1))[0]) == RESTARTING
        place.gate.opened.set()
        assert await place.ended() == 0
        assert [len(one.shown) for one in crowd] == [1] * len(crowd)


async def test_after_a_kill_the_next_start_answers_everybody_and_takes_the_buttons_of_before(tmp_path: Path) -> None:
    data, fifo = tmp_path / "data", tmp_path / "hold"
    data.mkdir()
    os.mkfifo(fifo)
    async with asyncio.timeout(LIMIT), DiscordStandIn() as discord:
        async with small_started(discord.url, data, fifo) as bot:
            await bot.says("connected as Briefing, 1 servers")
            backwards = await discord.slash("ask", by=6003, question=QUESTION, since="2024-08", until="2024-06")
            notice = await backwards.answered()
            crowd = await all_ask(discord)
            await acknowledged(crowd)
            bot.process.send_signal(signal.SIGKILL)
            await bot.ends()
        assert [one.message for one in crowd] == [None] * len(crowd)  # nothing could be said

        async with small_started(discord.url, data) as bot:
            await bot.says("connected as Briefing, 1 servers")
            again = await all_ask(discord)
            assert all(ANSWER in text for text in await answers(again))
            pressed = await discord.press(notice, "Swap them", by=6003)
            assert ANSWER in shown(await pressed.answered())
            bot.process.send_signal(signal.SIGTERM)
            assert await bot.ends() == 0, bot.log
        assert discord.rest.refusals == []
