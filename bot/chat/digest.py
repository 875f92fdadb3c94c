"""/digest: subscribe a channel to a topic, and look after what was subscribed to."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.briefings.delivery import RunState
from bot.briefings.digest_desk import DigestDesk, Owner
from bot.briefings.draft_book import Draft
from bot.briefings.plan import Plan
from bot.briefings.sending import Settled
from bot.briefings.subscription import Days, is_zone
from bot.briefings.written_time import read_time
from bot.chat.apologies import Refusal
from bot.chat.ask import suggestions
from bot.chat.client import Command
from bot.chat.digest_choices import sources_to_choose, times_to_offer, zones_to_offer
from bot.chat.digest_form import POSTABLE, WHEN, Source, digest_form, read_form
from bot.chat.digest_places import Places
from bot.chat.layout import form_lists, layout_of
from bot.chat.presses import Handler, asked_in, chosen_number
from bot.chat.room import Room
from bot.rendering import notices
from bot.rendering.actions import (
    Action,
    DigestCancel,
    DigestChange,
    DigestEdit,
    DigestList,
    DigestMatches,
    DigestPause,
    DigestPostNow,
    DigestPreview,
    DigestRemove,
    DigestResume,
    DigestSelect,
    DigestShow,
    DigestStart,
    DigestUndoRemove,
    WatchQuestion,
)
from bot.rendering.digest_preview_pages import PLACE, TOPIC_AND_TIME, WORDS_AND_SOURCES, form_errors_page, unread
from bot.rendering.digest_settings_pages import DigestRow, digest_list_page, digest_row_page
from bot.rendering.limits import TOPIC, fitting
from bot.rendering.page import Page
from bot.rendering.wording import gettext as _
from bot.rendering.wording import option
from corpus.article import EVERYTHING, Scope
from retrieval.watches.asked_topic import is_question

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

SOURCES_SECONDS = 1.5  # a form must open within three; without the list it holds the sources that are chosen already


class PostableChannel(app_commands.Transformer):
    """A channel that a digest can be posted in: people are offered no category or voice channel."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return POSTABLE

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        return value


class PostsNow(Protocol):
    """A `Dispatcher` is one."""

    async def post_now(self, number: int, now: dt.datetime) -> Settled: ...


class Digests:
    """The commands, their buttons and their forms.

    Who may use them is asked at every step (`Places.owner`), since a server can show commands to whom it likes and a
    button can be pressed by whoever sees it.
    """

    def __init__(self, room: Room, desk: DigestDesk, dispatcher: PostsNow, places: Places) -> None:
        self._room = room
        self._desk = desk
        self._dispatcher = dispatcher
        self._places = places

    @property
    def commands(self) -> Sequence[Command]:
        group = app_commands.Group(
            name="digest",
            description="Post what is new on a topic, on time",
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
        )
        group.add_command(self._add())
        group.add_command(self._list())
        return (group,)

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            DigestStart: self.start,
            DigestChange: self.change,
            DigestPreview: self.preview,
            DigestMatches: self.matches,
            DigestCancel: self.cancel,
            DigestList: self.list_again,
            DigestSelect: self.select,
            DigestShow: self._showing(self._desk.row),
            DigestEdit: self.edit,
            DigestPause: self._showing(self._desk.pause),
            DigestResume: self._showing(self._desk.resume),
            DigestRemove: self._showing(self._desk.remove),
            DigestUndoRemove: self._showing(self._desk.restore),
            DigestPostNow: self.post_now,
            WatchQuestion: self.watch,
        }

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {DigestChange: self.revise}

    def _add(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="add", description="Subscribe a channel to what is new on a topic")
        @app_commands.describe(
            topic="A few words, or a question (with ?) to watch; everything new if you leave it out",
            when="On which days; every day if you leave it out",
            at="The local time; 09:00 if you leave it out",
            zone="The time zone; the server's if you leave it out",
            where="The channel; this one if you leave it out",
            ping="A role that each digest mentions; nobody if you leave it out",
        )
        @app_commands.choices(when=[app_commands.Choice(name=label, value=str(days)) for days, label in WHEN.items()])
        async def add(
            interaction: discord.Interaction[Any],
            topic: app_commands.Range[str, 1, TOPIC] | None = None,
            when: str = "daily",
            at: str = "09:00",
            zone: str | None = None,
            where: app_commands.Transform[Any, PostableChannel] | None = None,
            ping: discord.Role | None = None,
        ) -> None:
            channel = where.id if where is not None else interaction.channel_id
            assert channel is not None, "a command comes from a channel"
            owner = await self._places.owner(interaction, channel)
            await interaction.response.defer(ephemeral=True, thinking=True)
            time, zone = read_time(at), (zone or "").strip() or None
            plan = Plan(
                topic=(topic or "").strip(),
                days=Days(when),
                at=time or dt.time(9),
                zone=zone if zone is None or is_zone(zone) else None,
                channel=channel,
                ping=ping.id if ping is not None else None,
            )
            typed: dict[str, str] = {}
            errors: list[str] = []
            if time is None:
                typed["at"] = at
                errors.append(unread(option("at"), at, _("Use 09:00 or 18:30.")))
            if zone is not None and plan.zone is None:
                typed["zone"] = zone
                errors.append(notices.unknown_zone(zone))
            begin = self._desk.begin
            draft = await self._room.on_digest_bench(begin, owner, plan, self._room.clock(), typed=typed)
            page = await self._page_of(interaction, owner, draft, TOPIC_AND_TIME, errors)
            await interaction.edit_original_response(view=layout_of(page))

        @add.autocomplete("zone")
        async def suggest_zone(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
            return await suggestions(self._room, interaction, zones_to_offer, current)

        @add.autocomplete("at")
        async def suggest_time(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=time, value=time) for time in times_to_offer(current)]

        return add

    def _list(self) -> app_commands.Command[Any, ..., None]:
        @app_commands.command(name="list", description="The digests of this server: edit, pause, post now, remove")
        async def show_list(interaction: discord.Interaction[Any]) -> None:
            owner = await self._places.owner(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.edit_original_response(view=layout_of(await self._list_page(owner)))

        return show_list

    async def offer(self, interaction: Interaction, topic: str, source: Scope = EVERYTHING) -> None:
        """The preview of a daily digest on a topic in this channel, for what else leads to one, such as a search.

        Only from the outlet of `source`, else its collections: a digest is from any of several sources, not from what
        they share.
        """
        assert interaction.channel_id is not None, "a press comes from a channel"
        owner = await self._places.owner(interaction, interaction.channel_id)
        plan = Plan(
            topic=topic[: fitting(topic, TOPIC)].strip(),
            channel=interaction.channel_id,
            collections=source.collections if source.outlet is None else None,
            outlets=frozenset({source.outlet}) if source.outlet is not None else None,
        )
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft = await self._room.on_digest_bench(self._desk.begin, owner, plan, self._room.clock())
        await interaction.edit_original_response(view=layout_of(await self._page_of(interaction, owner, draft)))

    # Setting up

    async def watch(self, interaction: Interaction, action: WatchQuestion) -> None:
        """The preview of a question that could not be answered, as the topic of a digest in this channel."""
        await self.offer(interaction, asked_in(interaction))

    async def start(self, interaction: Interaction, action: DigestStart) -> None:
        """Save what the preview shows, unless it could not be posted."""
        owner, draft = await self._draft(interaction, action.draft)
        await interaction.response.defer()
        page = await self._in_the_way(interaction, draft, DigestStart(draft.id))
        if page is None:
            start, now = self._desk.start, self._room.clock()
            # What a question rests on has to be asked, which takes the models.
            carry = self._room.on_warm_digest_bench if is_question(draft.plan.topic) else self._room.on_digest_bench
            row = await carry(start, owner, draft.id, interaction.user.id, now)
            await self._places.remember_zone(owner, draft.plan.zone)
            log.info("digest saved", extra={"fields": {"server": owner.guild, "digest": row.subscription}})
            page = digest_row_page(row)
        await interaction.edit_original_response(view=layout_of(page))

    async def change(self, interaction: Interaction, action: DigestChange) -> None:
        owner, draft = await self._draft(interaction, action.draft)
        sources = await self._sources(interaction) if action.form == WORDS_AND_SOURCES else []
        await interaction.response.send_modal(
            digest_form(draft, action.form, zone=owner.zone or "UTC", sources=sources)
        )

    async def revise(self, interaction: Interaction, action: DigestChange) -> None:
        """Show the preview anew with what the form says, or what is wrong with it."""
        owner, draft = await self._draft(interaction, action.draft)
        await interaction.response.defer()
        sources = await self._sources(interaction) if action.form == WORDS_AND_SOURCES else []
        reading = read_form(action.form, form_lists(interaction), draft.plan, sources)
        if reading.plan.channel != draft.plan.channel:
            owner = await self._places.owner(interaction, reading.plan.channel)
        draft = await self._room.on_digest_bench(self._desk.revise, owner, draft.id, reading.plan, reading.typed)
        page = await self._page_of(interaction, owner, draft, action.form, reading.errors)
        await interaction.edit_original_response(view=layout_of(page))

    async def preview(self, interaction: Interaction, action: DigestPreview) -> None:
        owner, draft = await self._draft(interaction, action.draft)
        await interaction.response.defer()
        await interaction.edit_original_response(view=layout_of(await self._page_of(interaction, owner, draft)))

    async def matches(self, interaction: Interaction, action: DigestMatches) -> None:
        owner, draft = await self._draft(interaction, action.draft)
        await interaction.response.defer()
        page = await self._room.on_warm_digest_bench(self._desk.matches, owner, draft.id, action.page)
        await interaction.edit_original_response(view=layout_of(page))

    async def cancel(self, interaction: Interaction, action: DigestCancel) -> None:
        await interaction.response.edit_message(view=layout_of(notices.notice_page(_("Nothing was saved."))))

    # Looking after

    async def list_again(self, interaction: Interaction, action: DigestList) -> None:
        owner = await self._places.owner(interaction)
        await interaction.response.defer()
        await interaction.edit_original_response(view=layout_of(await self._list_page(owner, action.page or 0)))

    async def select(self, interaction: Interaction, action: DigestSelect) -> None:
        await self._showing(self._desk.row)(interaction, DigestShow(chosen_number(interaction)))

    async def edit(self, interaction: Interaction, action: DigestEdit) -> None:
        owner = await self._places.owner(interaction)
        await interaction.response.defer()
        edit = self._desk.edit
        draft = await self._room.on_digest_bench(edit, owner, action.subscription, self._room.clock())
        owner = await self._places.owner(interaction, draft.plan.channel)
        await interaction.edit_original_response(view=layout_of(await self._page_of(interaction, owner, draft)))

    async def post_now(self, interaction: Interaction, action: DigestPostNow) -> None:
        owner = await self._places.owner(interaction)
        await interaction.response.defer()
        now, number = self._room.clock(), action.subscription
        await self._room.on_digest_bench(self._desk.row, owner, number, now)  # is it the owner's?
        settled = await self._dispatcher.post_now(number, now)
        row = await self._room.on_digest_bench(self._desk.row, owner, number, now)
        is_empty = settled.delivery is not None and settled.delivery.state is RunState.EMPTY
        note = None
        if is_empty and is_question(row.topic):
            note = _("The best evidence has not changed, so nothing was posted.")
        elif is_empty:
            note = _("Nothing new since the last one, so nothing was posted.")
        await interaction.edit_original_response(view=layout_of(digest_row_page(row, note=note)))

    def _showing(self, change: Callable[[Owner, int, dt.datetime], DigestRow]) -> Handler:
        async def pressed(interaction: Interaction, action: Any) -> None:
            owner = await self._places.owner(interaction)
            await interaction.response.defer()
            row = await self._room.on_digest_bench(change, owner, action.subscription, self._room.clock())
            await interaction.edit_original_response(view=layout_of(digest_row_page(row)))

        return pressed

    # Parts of the above

    async def _draft(self, interaction: Interaction, number: int) -> tuple[Owner, Draft]:
        """A draft, and whose it is, with what the readers of its channel may see."""
        owner = await self._places.owner(interaction)
        draft = await self._room.on_digest_bench(self._desk.draft, owner, number)
        if owner.guild is None and draft.plan.channel != interaction.channel_id:
            raise Refusal(notices.gone_button())
        return await self._places.owner(interaction, draft.plan.channel), draft

    async def _page_of(
        self,
        interaction: Interaction,
        owner: Owner,
        draft: Draft,
        form: str = TOPIC_AND_TIME,
        errors: Sequence[str] = (),
    ) -> Page:
        """The preview of a draft; or what keeps it from being one, with the form in which that is mended."""
        if errors := [*errors]:
            return form_errors_page(draft.plan.topic, errors, draft=draft.id, form=form)
        if (page := await self._in_the_way(interaction, draft, DigestPreview(draft.id))) is not None:
            return page
        return await self._room.on_warm_digest_bench(self._desk.preview, owner, draft.id, self._room.clock())

    async def _in_the_way(self, interaction: Interaction, draft: Draft, retry: Action) -> Page | None:
        """What keeps a draft from being posted as it is, with the fix: its choices first, then our permissions."""
        if complaints := self._places.complaints(interaction, draft.plan):
            return form_errors_page(draft.plan.topic, complaints, draft=draft.id, form=PLACE)
        return await self._places.trouble(interaction, draft, retry)

    async def _sources(self, interaction: Interaction) -> list[Source]:
        """What a digest may be kept to, collections first; nothing when the list is late."""
        try:
            async with asyncio.timeout(SOURCES_SECONDS):
                audience = await self._room.audience(interaction, public=True)
                return await self._room.on_bench(sources_to_choose, audience)
        except TimeoutError:
            return []

    async def _list_page(self, owner: Owner, page: int = 0) -> Page:
        return digest_list_page(await self._room.on_digest_bench(self._desk.rows, owner, self._room.clock()), page)
