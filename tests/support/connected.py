"""The bot of the small room with discord.py's real client, in this process, against a stand-in for Discord."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import signal
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from briefings import MONDAY
from discord_stand_in import TOKEN, DiscordStandIn, texts_in
from fakes import WordOverlapReranker
from numpy.typing import NDArray
from redirected_discord import redirected
from small_room import SmallRoom, small_room

from bot.chat.assembly import Bot
from bot.chat.running import run_bot

QUESTION, ANSWER = "How many tonnes of silt were moved?", "We moved 4,200 tonnes of silt"
HURRY = 200  # discord.py's pauses of one second last five milliseconds


@dataclass
class Clock:
    """The bot's time, which stands still until a test moves it. Discord's and the network's goes on."""

    now: dt.datetime = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


class Gate(WordOverlapReranker):
    """Holds up whoever judges passages while it is shut, and so every question that is being answered."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.opened.wait(60)
        return super().scores(question, texts)


@dataclass
class Connected:
    """A bot that is connected, and both ends of the connection."""

    discord: DiscordStandIn
    bot: Bot
    small: SmallRoom
    clock: Clock
    gate: Gate
    running: asyncio.Task[int]

    def terminate(self) -> None:
        """SIGTERM, as an init system sends it."""
        signal.raise_signal(signal.SIGTERM)

    async def ended(self) -> int:
        return await asyncio.wait_for(asyncio.shield(self.running), 20)

    async def ring(self) -> None:
        """The alarm rings: what is owed is posted now."""
        await self.bot.rounds.ring(self.clock.now)


@asynccontextmanager
async def connected(
    folder: Path,
    *,
    discord: DiscordStandIn | None = None,
    end_seconds: float = 4,
    tick_seconds: float = 3600,
    shut: bool = False,
    **room_options: Any,
) -> AsyncIterator[Connected]:
    """The bot while the block runs; `shut`: no question is answered before the gate is opened.

    Tests ring the alarm by hand, unless they want it to tick. `room_options` are those of `small_room`.
    """
    clock, gate = Clock(), Gate()
    if not shut:
        gate.opened.set()
    async with discord or DiscordStandIn() as discord:
        with redirected(discord.url, hurry=HURRY), small_room(folder, clock, reranker=gate, **room_options) as small:
            bot = small.bot(tick_seconds=tick_seconds)
            running = asyncio.create_task(run_bot(TOKEN, bot, end_seconds=end_seconds))
            ready = asyncio.create_task(_ready(discord, bot))
            try:
                await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
                if running.done():
                    await running  # with what ended the start
                assert ready.done(), "the bot did not connect"
                yield Connected(discord, bot, small, clock, gate, running)
            finally:
                ready.cancel()
                gate.opened.set()
                if not running.done():
                    signal.raise_signal(signal.SIGTERM)
                await running


def shown(message: dict[str, Any]) -> str:
    """The text of a message, without what is bold in it."""
    return "\n".join(texts_in(message)).replace("**", "")


async def until_logged(caplog: pytest.LogCaptureFixture, event: str, times: int = 1) -> None:
    """Wait until something was logged so often."""
    heard = asyncio.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.set()

    def so_far() -> int:
        return sum(event in one.getMessage() for one in caplog.records)

    listener = Listener()
    logging.getLogger().addHandler(listener)
    try:
        async with asyncio.timeout(20):
            while so_far() < times:
                heard.clear()
                await heard.wait()
    finally:
        logging.getLogger().removeHandler(listener)


async def _ready(discord: DiscordStandIn, bot: Bot) -> None:
    await discord.gateway.identified.wait()
    await bot.client.wait_until_ready()
