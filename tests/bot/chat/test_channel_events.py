"""What is tried again when a thread changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import discord
import pytest

from bot.chat.channel_events import ChannelEvents

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


class Rounds:
    """Remembers which channels were tried again."""

    def __init__(self) -> None:
        self.tried: list[Collection[int]] = []

    async def try_again(self, channels: Collection[int], now: dt.datetime) -> None:
        self.tried.append(channels)


@pytest.mark.parametrize(("locked", "tried"), [(False, [{5}]), (True, [])])
async def test_a_thread_that_is_not_locked_any_more_is_tried_again(locked: bool, tried: list[set[int]]) -> None:
    data: Any = {"id": "5", "type": 11, "guild_id": "1", "parent_id": "2", "thread_metadata": {"locked": locked}}
    rounds: Any = Rounds()
    await ChannelEvents(rounds, lambda: NOW).on_raw_thread_update(discord.RawThreadUpdateEvent(data))
    assert rounds.tried == tried
