"""Starts the bot of the small room: ``python launch_small_bot.py http://127.0.0.1:PORT DATA [FIFO]``.

With a FIFO every question waits until somebody opens it for writing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from discord_stand_in.payloads import TOKEN
from fakes import WordOverlapReranker
from numpy.typing import NDArray
from redirected_discord import redirected
from small_room import small_room

from bot.chat.running import run_bot
from bot.logs import log_as_json


class HeldUp(WordOverlapReranker):
    """Judges once a FIFO was opened for writing."""

    def __init__(self, fifo: Path) -> None:
        self._fifo = fifo

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self._fifo.read_bytes()
        return super().scores(question, texts)


async def run(base: str, data: Path, fifo: Path | None) -> int:
    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    reranker = HeldUp(fifo) if fifo is not None else None
    with redirected(base, hurry=50), small_room(data, now, reranker=reranker) as small:
        return await run_bot(TOKEN, small.bot(), end_seconds=4)


if __name__ == "__main__":
    log_as_json()
    address, folder, *held_by = sys.argv[1:]
    sys.exit(asyncio.run(run(address, Path(folder), Path(held_by[0]) if held_by else None)))
