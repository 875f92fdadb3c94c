"""/digest: subscribe a channel to a topic, and look after what was subscribed to."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.briefings.subscription import Days, is_zone
from bot.chat.apologies import Refusal
from bot.chat.ask import suggestions
from bot.chat.client import Command
from bot.chat.digest_desk import DigestDesk, Plan
from bot.chat.digest_form import MOST_TOPIC, WHEN, change_form, plan_from, read_time
from bot.chat.layout import layout_of, texts_of
from bot.chat.poster import missing_permissions
from bot.chat.presses import Handler, chosen_number
from bot.chat.room import Room
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import (
    Action,
    DigestCancel,
    DigestChange,
    DigestList,
    DigestPause,
    DigestPostNow,
    DigestRemove,
    DigestResume,
    DigestSelect,
    DigestStart,
    DigestUndoRemove,
    decode,
)
from bot.rendering.digest_settings_pages import DigestRow, digest_list_page, digest_row_page
from bot.rendering.echo import topic_of
from bot.rendering.page import Page
from bot.rendering.wording import gettext as _

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

_NEAR_ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "UTC")
_TIMES = ("07:00", "08:00", "09:00", "12:00", "17:00", "18:00", "20:00")


class PostableChannel(app_commands.Transformer):
    """A channel that takes messages: people are offered no forum, category or voice channel."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.news_thread, kinds.public_thread, kinds.private_thread]

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        return value


class PostsNow(Protocol):
    """A `Dispatcher` is one."""

    async def post_now(self, number: int, now: Any) -> Any: ...


class Digests:
    """The commands, their buttons and their form. Only members with Manage Server may use any of them; that is asked at
    every step, since a server can show commands to whom it likes and a button can be pressed by whoever sees it."""

    def __init__(self, room: Room, desk: DigestDesk, dispatcher: PostsNow) -> None:
        self._room = room
        self._desk = desk
        self._dispatcher = dispatcher

    @property
    def commands(self) -> Sequence[Command]:
        group = app_commands.Group(
            name="digest",
            description="Post what is new on a topic, on time",
            allowed_contexts=app_commands.AppCommandContext(guild=True),
        )
        group.add_command(self._add())
        group.add_command(self._list())
        return (group,)

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            DigestStart: self.start,
            DigestChange: self.change,
            DigestCancel: self.cancel,
            DigestList: self.list_again,
            DigestSelect: self.select,
            DigestPause: self._changing(self._desk.pause),
            DigestResume: self._changing(self._desk.resume),
            DigestRemove: self._changing(self._desk.remove),
            DigestUndoRemove: self._changing(self._desk.restore),
            DigestPostNow: self.post_now,
        }

    def _add(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="add", description="Subscribe a channel to what is new on a topic")
        @app_commands.describe(
            topic="In a few words; everything new if you leave it out",
            when="On which days; every day if you leave it out",
            at="The local time; 09:00 if you leave it out",
            zone="The time zone; the server's if you leave it out",
            where="The channel; this one if you leave it out",
        )
        @app_commands.choices(when=[app_commands.Choice(name=label, value=str(days)) for days, label in WHEN.items()])
        async def add(
            interaction: discord.Interaction[Any],
            topic: app_commands.Range[str, 1, MOST_TOPIC] | None = None,
            when: str = "daily",
            at: str = "09:00",
            zone: str | None = None,
            where: app_commands.Transform[Any, PostableChannel] | None = None,
        ) -> None:
            guild = self._manager_in(interaction)
            if zone is not None and not is_zone(zone):
                raise Refusal(notices.unknown_zone(zone))
            channel = where.id if where is not None else interaction.channel_id
            assert channel is not None, "a command in a server comes from a channel"
            plan = Plan((topic or "").strip(), Days(when), read_time(at), zone, channel)
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.edit_original_response(view=layout_of(await self._preview(guild, plan)))

        @add.autocomplete("zone")
        async def suggest_zone(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
            return await suggestions(self._room, interaction, zones_to_offer, current)

        @add.autocomplete("at")
        async def suggest_time(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
            fitting = [time for time in _TIMES if time.startswith(current.strip())]
            return [app_commands.Choice(name=time, value=time) for time in fitting]

        return add

    def _list(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="list", description="The digests of this server: pause, post now, remove")
        async def show_list(interaction: discord.Interaction[Any]) -> None:
            guild = self._manager_in(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.edit_original_response(view=layout_of(await self._list_page(guild)))

        return show_list

    # Presses

    async def start(self, interaction: Interaction, action: DigestStart) -> None:
        """Save what the preview shows, unless we could not post there."""
        guild = self._manager_in(interaction)
        plan = Plan(_topic_in(interaction), _days(action.days), action.at, action.zone, action.channel)
        await interaction.response.defer()
        page = await self._page_if_not_allowed(guild, plan, action)
        if page is None:
            row = await self._room.on_digest_bench(
                self._desk.save, guild.id, plan, interaction.user.id, self._room.clock()
            )
            log.info("digest saved", extra={"fields": {"server": guild.id, "digest": row.subscription}})
            page = digest_row_page(row)
        await interaction.edit_original_response(view=layout_of(page))

    async def change(self, interaction: Interaction, action: DigestChange) -> None:
        self._manager_in(interaction)
        await interaction.response.send_modal(change_form(_topic_in(interaction), action))

    async def submitted(self, interaction: Interaction) -> bool:
        """Show the preview anew, with what the form says."""
        data: Any = interaction.data or {}
        action = decode(str(data.get("custom_id", "")))
        if not isinstance(action, DigestChange):
            return False
        guild = self._manager_in(interaction)
        plan = plan_from(interaction, action)
        if plan.zone is not None and not is_zone(plan.zone):
            raise Refusal(notices.unknown_zone(plan.zone))
        await interaction.response.defer()
        await interaction.edit_original_response(view=layout_of(await self._preview(guild, plan)))
        return True

    async def cancel(self, interaction: Interaction, action: DigestCancel) -> None:
        await interaction.response.edit_message(view=layout_of(notices.notice_page(_("Nothing was saved."))))

    async def list_again(self, interaction: Interaction, action: DigestList) -> None:
        guild = self._manager_in(interaction)
        await interaction.response.defer()
        await interaction.edit_original_response(view=layout_of(await self._list_page(guild)))

    async def select(self, interaction: Interaction, action: DigestSelect) -> None:
        guild = self._manager_in(interaction)
        number = chosen_number(interaction)
        await interaction.response.defer()
        row = await self._room.on_digest_bench(self._desk.row, guild.id, number, self._room.clock())
        await interaction.edit_original_response(view=layout_of(digest_row_page(row)))

    async def post_now(self, interaction: Interaction, action: DigestPostNow) -> None:
        guild = self._manager_in(interaction)
        await interaction.response.defer()
        now = self._room.clock()
        await self._room.on_digest_bench(self._desk.row, guild.id, action.subscription, now)  # is it this server's?
        await self._dispatcher.post_now(action.subscription, now)
        row = await self._room.on_digest_bench(self._desk.row, guild.id, action.subscription, now)
        await interaction.edit_original_response(view=layout_of(digest_row_page(row)))

    def _changing(self, change: Callable[[int, int, Any], DigestRow]) -> Callable[[Interaction, Any], Awaitable[None]]:
        async def pressed(interaction: Interaction, action: Any) -> None:
            guild = self._manager_in(interaction)
            await interaction.response.defer()
            row = await self._room.on_digest_bench(change, guild.id, action.subscription, self._room.clock())
            await interaction.edit_original_response(view=layout_of(digest_row_page(row)))

        return pressed

    # Parts of the above

    def _manager_in(self, interaction: Interaction) -> discord.Guild:
        """The server, if whoever acts may manage it. Raises `Refusal` that says who may."""
        self._room.refuse_when_closing()
        if interaction.guild is None or not interaction.permissions.manage_guild:
            raise Refusal(notices.may_not_manage_digests())
        return interaction.guild

    async def _preview(self, guild: discord.Guild, plan: Plan) -> Page:
        zone = plan.zone or await self._room.on_digest_bench(self._desk.zone_of, guild.id) or "UTC"
        retry = DigestStart(str(plan.days), plan.at, zone, plan.channel)
        if (page := await self._page_if_not_allowed(guild, plan, retry)) is not None:
            return page
        return await self._room.on_warm_digest_bench(self._desk.preview, guild.id, plan, self._room.clock())

    async def _page_if_not_allowed(self, guild: discord.Guild, plan: Plan, retry: DigestStart) -> Page | None:
        """The page that says what is missing in a channel; None if we may post there. Raises `Refusal`."""
        channel: Any = guild.get_channel_or_thread(plan.channel)
        if channel is None:  # what we may not see is not in the cache; neither are archived threads
            missing = ["View Channel"]
        elif not isinstance(channel, discord.abc.Messageable):
            raise Refusal(_("Digests can't be posted in that kind of channel. Pick a text channel or a thread."))
        else:
            missing = missing_permissions(channel)
        return notices.missing_permission_page(plan.topic, f"<#{plan.channel}>", missing, retry) if missing else None

    async def _list_page(self, guild: discord.Guild) -> Page:
        return digest_list_page(await self._room.on_digest_bench(self._desk.rows, guild.id, self._room.clock()))


def zones_to_offer(desk: Desk, current: str) -> list[tuple[str, str]]:
    """Zones that hold what was typed ("new york" too); some common ones when nothing was."""
    typed = current.strip().lower().replace(" ", "_")
    if not typed:
        return [(zone, zone) for zone in _NEAR_ZONES]
    found = (zone for zone in available_timezones() if typed in zone.lower())
    return [(zone, zone) for zone in sorted(found, key=lambda zone: (not zone.lower().endswith(typed), zone))]


def _topic_in(interaction: Interaction) -> str:
    texts = texts_of(interaction.message) if interaction.message is not None else []
    topic = topic_of(texts[0]) if texts else None
    if topic is None:
        raise Refusal(notices.gone_button())
    return topic


def _days(name: str) -> Days:
    if name not in set(Days):
        raise Refusal(notices.gone_button())
    return Days(name)
