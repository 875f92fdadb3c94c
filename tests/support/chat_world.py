"""A simulated Discord with the real client in it, over a small archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import simcord
from openapi_check import assert_allowed
from simcord.components import walk_components
from small_room import small_room

from bot.chat.apologies import Refusal, unwrapped
from bot.chat.client import BriefingClient
from bot.chat.room import Room
from bot.chat.rounds import Rounds
from bot.servers.access import CollectionRule, FullText

BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # when simulated time begins


@dataclass
class World:
    """A server with one channel and two members: Mia manages it, Alex does not."""

    env: Any
    room: Room
    make: Callable[[], BriefingClient]
    guild: Any = None
    channel: Any = None
    alex: Any = None
    mia: Any = None
    archive: Any = None
    ledger: Any = None
    record: Any = None
    expected_faults: list[str] = field(default_factory=list)  # names of the errors that ended in an apology

    rounds: Callable[[], Rounds] = field(kw_only=True)

    async def restart(self) -> None:
        await self.env.restart_bot(self.make())

    async def allow_whole_texts(self) -> None:
        """Let everybody in the server read whole articles, not only excerpts."""
        await self.room.servers.set_rule(self.guild.id, "coast", CollectionRule(full_text=FullText.ONLY_ME))

    async def pass_days(self, days: int) -> None:
        """Let time pass. The alarm's scheduler reads the real clock, so it is rung by hand, once a day.

        By hours: each step may take simcord's 5 seconds, which a busy machine needs for some hours of timers. A longer
        limit would not do: simcord then waits, in real time, for every timer that ends within it.
        """
        for _ in range(days):
            for _ in range(24):
                await self.env.advance_time(3600)
            await self.rounds().ring(self.env.now())
            await self.env.settle()


@asynccontextmanager
async def world(
    folder: Path, *, bot_options: Mapping[str, Any] = MappingProxyType({}), **room_options: Any
) -> AsyncIterator[World]:
    """The world while the block runs; errors that the bot swallowed fail the test at its end.

    `bot_options` are those of `assembled`.
    """
    box: dict[str, Any] = {}

    def now() -> dt.datetime:
        return box["env"].now() if "env" in box else BEGINNING

    with small_room(folder, now, **room_options) as small:

        def make() -> BriefingClient:
            box["bot"] = small.bot(**bot_options)
            return box["bot"].client

        async with simcord.run(make(), shard_count=1) as env:
            box["env"] = env
            place = _peopled(
                World(
                    env,
                    small.room,
                    make,
                    archive=small.archive,
                    ledger=small.ledger,
                    record=small.record,
                    rounds=lambda: box["bot"].rounds,
                )
            )
            with env.time_context():
                yield place
            # Refusals are raised and become a notice, by design; whatever else reached the apology is a fault.
            faults = [error for error in map(unwrapped, env.errors) if not isinstance(error, Refusal)]
            assert [type(fault).__name__ for fault in faults] == place.expected_faults
            assert_allowed((sent.method, sent.path, sent.json, sent.params) for sent in env.http_requests)


def _peopled(place: World) -> World:
    import discord

    env = place.env
    place.guild = env.create_guild("Coast watchers")
    place.channel = place.guild.create_text_channel("general")
    managers = place.guild.create_role(
        "Managers", permissions=discord.Permissions(manage_guild=True, mention_everyone=True)
    )
    place.alex = place.guild.add_member(env.create_user("alex"))
    place.mia = place.guild.add_member(env.create_user("mia"), roles=[managers])
    return place


def parts_of(message: Any) -> list[dict[str, Any]]:
    """The components of a message as plain data, nested ones too, in order."""
    return list(walk_components([part if isinstance(part, dict) else part.to_dict() for part in message.components]))


def texts(message: Any) -> list[str]:
    """The texts of a message's cards."""
    return [part["content"] for part in parts_of(message) if part.get("type") == 10]


def text(message: Any) -> str:
    return "\n".join(texts(message))


def labels(message: Any) -> list[str]:
    """The labels of a message's buttons, disabled ones in brackets."""
    return [
        f"[{part['label']}]" if part.get("disabled") else part["label"]
        for part in parts_of(message)
        if part.get("type") == 2
    ]


def custom_ids(message: Any) -> list[str]:
    return [part["custom_id"] for part in parts_of(message) if part.get("custom_id")]
