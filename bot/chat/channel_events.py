"""What Discord tells of channels between two rings of the alarm: permissions that changed, and channels that are gone.

A digest that was not allowed in a channel is tried again at once rather than the next day, and one whose channel was
deleted is removed (PRODUCT.md, section 7). No privileged intent is needed: of members Discord tells us of ourselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

import discord

from bot.chat.rounds import Rounds


class ChannelEvents:
    """Listens to a client; its methods have the names of discord.py's events."""

    def __init__(self, rounds: Rounds, clock: Callable[[], dt.datetime]) -> None:
        self._rounds = rounds
        self._clock = clock

    def listen_to(self, client: discord.Client) -> None:
        """Before the login."""
        for heard in (
            self.on_guild_channel_update,
            self.on_guild_role_update,
            self.on_member_update,
            self.on_raw_thread_update,
            self.on_guild_channel_delete,
            self.on_raw_thread_delete,
        ):
            client.event(heard)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        if before.overwrites != after.overwrites:
            await self._try_again({after.id, *(thread.id for thread in _threads(after))})

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.permissions != after.permissions and after in after.guild.me.roles:
            await self._try_again(_channels_of(after.guild))

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        if after == after.guild.me and before.roles != after.roles:
            await self._try_again(_channels_of(after.guild))

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """A locked thread may have been unlocked; one that is archived too is in no cache, so there is no before."""
        if not payload.data.get("thread_metadata", {}).get("locked"):
            await self._try_again({payload.thread_id})

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._rounds.channel_deleted(channel.id, self._clock())

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._rounds.channel_deleted(payload.thread_id, self._clock())

    async def _try_again(self, channels: Collection[int]) -> None:
        await self._rounds.try_again(channels, self._clock())


def _threads(channel: Any) -> Collection[discord.Thread]:
    return getattr(channel, "threads", ())


def _channels_of(guild: discord.Guild) -> set[int]:
    return {place.id for place in (*guild.channels, *guild.threads)}
