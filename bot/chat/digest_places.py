"""Where digests are posted and by whose leave: who may manage them, what their readers see, what is missing there."""

from __future__ import annotations

from typing import Any

import discord

from bot.briefings.digest_desk import Owner
from bot.briefings.draft_book import Draft
from bot.briefings.plan import Plan
from bot.briefings.planning import Readers
from bot.briefings.subscription import Subscription
from bot.chat.apologies import UNSENT, Refusal
from bot.chat.poster import VIEW, missing_for_threads, missing_permissions
from bot.chat.room import Room, place_in, place_of
from bot.rendering import notices
from bot.rendering.actions import Action
from bot.rendering.digest_preview_pages import (
    channel_gone_page,
    everyone_is_not_pinged,
    no_thread_there,
    not_an_announcement_channel,
    not_mentionable,
)
from bot.rendering.page import Page
from bot.rendering.wording import ENGLISH
from bot.servers.access import Place

Interaction = discord.Interaction[Any]


class Places:
    """`personal`: whether the operator lets people have digests in direct messages."""

    def __init__(self, room: Room, client: discord.Client, *, personal: bool = False) -> None:
        self._room = room
        self._client = client
        self._personal = personal

    async def owner(self, interaction: Interaction, channel: int | None = None) -> Owner:
        """Whose digests whoever acts may manage, with what the readers in a channel may see.

        Raises `Refusal` that says who may.
        """
        self._room.refuse_when_closing()
        if interaction.guild_id is None:
            if not self._personal:
                raise Refusal(notices.no_personal_digests())
            audience = await self._room.servers.audience(Place(None), public=True)
            return Owner(None, interaction.user.id, hidden=audience.hidden)
        settings = await self._room.servers.settings(interaction.guild_id)
        if not interaction.permissions.manage_guild and settings.digest_role not in place_of(interaction).roles:
            raise Refusal(notices.may_not_manage_digests(settings.digest_role))
        place = self._place(interaction.guild_id, channel or interaction.channel_id)
        audience = await self._room.servers.audience(place, public=True)
        limits = (settings.server_digests, settings.channel_digests)
        return Owner(
            interaction.guild_id,
            zone=settings.zone,
            limits=limits,
            hidden=audience.hidden,
            unpublished=await self._unpublished(),
        )

    async def reader(self, interaction: Interaction) -> Owner:
        """Whose digests whoever acts may read, and what they may see. Refuses nobody."""
        self._room.refuse_when_closing()
        audience = await self._room.audience(interaction, public=False)
        return Owner(interaction.guild_id, interaction.user.id, hidden=audience.hidden)

    async def readers_of(self, subscription: Subscription) -> Readers:
        """Who reads what a subscription posts."""
        servers = self._room.servers
        if subscription.guild is None:
            return Readers((await servers.audience(Place(None), public=True)).hidden)
        settings = await servers.settings(subscription.guild)
        place = self._place(subscription.guild, subscription.channel)
        hidden = (await servers.audience(place, public=True)).hidden
        if subscription.publish:
            hidden |= await self._unpublished()
        return Readers(hidden, settings.language or ENGLISH)

    async def _unpublished(self) -> frozenset[str]:
        """What the operator keeps to certain servers: an announcement that is published is read in any other too."""
        return frozenset((await self._room.servers.rules()).servers)

    async def log_channel(self, subscription: Subscription) -> int | None:
        """The channel in which a server's managers want to be told of trouble."""
        return (await self._room.servers.settings(subscription.guild)).log_channel

    async def remember_zone(self, owner: Owner, zone: str | None) -> None:
        """The first zone that somebody chooses becomes the server's."""
        if owner.guild is not None and owner.zone is None and zone not in (None, "UTC"):
            await self._room.servers.change(owner.guild, zone=zone)

    def complaints(self, interaction: Interaction, plan: Plan) -> list[str]:
        """What of a plan cannot be done in its channel, whatever permissions change: markdown, each with the fix."""
        guild = interaction.guild
        if guild is None:
            return []
        channel = guild.get_channel_or_thread(plan.channel)
        found = []
        if plan.ping is not None:
            role = guild.get_role(plan.ping)
            if plan.ping == guild.id:
                found.append(everyone_is_not_pinged())
            # Nobody pings through us whom they could not ping themselves.
            elif role is None or not (
                role.mentionable or (_may_mention(channel) and interaction.permissions.mention_everyone)
            ):
                found.append(not_mentionable(plan.ping))
        if channel is not None and plan.publish and not _is_news(channel):
            found.append(not_an_announcement_channel(f"<#{plan.channel}>"))
        if channel is not None and plan.in_thread and not isinstance(channel, discord.TextChannel):
            found.append(no_thread_there(f"<#{plan.channel}>"))
        return found

    async def trouble(self, interaction: Interaction, draft: Draft, retry: Action) -> Page | None:
        """The page that says what is missing in a draft's channel, with **Retry**; None if we may post there."""
        guild, plan = interaction.guild, draft.plan
        if guild is None:
            return None
        channel: Any = guild.get_channel_or_thread(plan.channel)
        if channel is None:  # archived threads are not in the cache, and neither is what we may not see
            try:
                channel = await guild.fetch_channel(plan.channel)
            except discord.NotFound:
                return channel_gone_page(plan.topic, draft.id)
            except (*UNSENT, discord.RateLimited, discord.InvalidData):
                return notices.missing_permission_page(plan.topic, f"<#{plan.channel}>", [VIEW], retry)
        missing = missing_permissions(channel)
        if plan.in_thread and isinstance(channel, discord.TextChannel):
            missing += [name for name in missing_for_threads(channel) if name not in missing]
        if not missing:
            return None
        return notices.missing_permission_page(plan.topic, f"<#{plan.channel}>", missing, retry)

    def _place(self, guild: int, channel: int | None) -> Place:
        """A public place: a channel, and nobody's roles."""
        return place_in(guild, channel, self._client.get_channel(channel) if channel is not None else None)


def _may_mention(channel: Any) -> bool:
    if channel is None:
        return False
    try:
        return bool(channel.permissions_for(channel.guild.me).mention_everyone)
    except discord.ClientException:  # a thread whose parent we may not see
        return False


def _is_news(channel: Any) -> bool:
    return isinstance(channel, discord.TextChannel) and channel.is_news()
