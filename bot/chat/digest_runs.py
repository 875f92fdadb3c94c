"""What can be pressed on a posted digest, and in the history of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from bot.briefings.digest_desk import Owner
from bot.briefings.run_desk import RunDesk
from bot.chat.client import Command
from bot.chat.digest_places import Places
from bot.chat.layout import layout_of
from bot.chat.presses import Handler, acknowledge_alone, chosen_number, chosen_value
from bot.chat.reader import opened
from bot.chat.room import Room
from bot.errors import GoneFromDigest, NoSuchDigest
from bot.rendering.actions import (
    Action,
    DigestHistory,
    DigestItem,
    DigestItemSelect,
    DigestMore,
    DigestNotRelevant,
    DigestRelevantAgain,
    DigestRunPage,
    DigestRunSelect,
    DigestWhy,
)
from bot.rendering.page import Page

Interaction = discord.Interaction[Any]


class DigestRuns:
    """What is on a digest's messages opens for every reader, only to them; what changes a digest, and its history, is
    for those who may manage it."""

    def __init__(
        self,
        room: Room,
        desk: RunDesk,
        places: Places,
        read_chosen: Callable[[Interaction, Any], Awaitable[None]],
    ) -> None:
        """`read_chosen` takes the menus of messages from before items could be asked about."""
        self._room = room
        self._desk = desk
        self._places = places
        self._read_chosen = read_chosen

    @property
    def commands(self) -> Sequence[Command]:
        return ()

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            DigestItemSelect: self.chosen_item,
            DigestItem: self.item,
            DigestWhy: self.why,
            DigestMore: self.more,
            DigestHistory: self.history,
            DigestRunSelect: self.chosen_run,
            DigestRunPage: self.run,
            DigestNotRelevant: self.not_relevant,
            DigestRelevantAgain: self.relevant_again,
        }

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {}

    # For every reader

    async def chosen_item(self, interaction: Interaction, action: DigestItemSelect) -> None:
        if action.run is None:
            await self._read_chosen(interaction, action)
            return
        await self.item(interaction, DigestItem(action.run, chosen_number(interaction)))

    async def item(self, interaction: Interaction, action: DigestItem) -> None:
        """What there is to an item; of a digest that is not kept any more its article, which can still be read."""
        owner = await self._places.reader(interaction)
        await acknowledge_alone(interaction)
        try:
            page = await self._room.on_warm_digest_bench(self._desk.item, owner, action.run, action.article)
        except (NoSuchDigest, GoneFromDigest):
            audience = await self._room.audience(interaction, public=False)
            page = (await self._room.on_bench(opened, audience, action.article)).page
        await interaction.edit_original_response(view=layout_of(page))

    async def why(self, interaction: Interaction, action: DigestWhy) -> None:
        owner = await self._places.reader(interaction)
        await self._show(interaction, self._desk.why, owner, action.run, action.article)

    async def more(self, interaction: Interaction, action: DigestMore) -> None:
        owner = await self._places.reader(interaction)
        await self._show(interaction, self._desk.more, owner, action.run, action.page)

    # For those who manage digests

    async def history(self, interaction: Interaction, action: DigestHistory) -> None:
        owner = await self._manager(interaction)
        await self._show(interaction, self._desk.history, owner, action.subscription)

    async def chosen_run(self, interaction: Interaction, action: DigestRunSelect) -> None:
        owner = await self._manager(interaction)
        await self._show(interaction, self._desk.run, owner, chosen_value(interaction), 0)

    async def run(self, interaction: Interaction, action: DigestRunPage) -> None:
        owner = await self._manager(interaction)
        await self._show(interaction, self._desk.run, owner, action.run, action.page)

    async def not_relevant(self, interaction: Interaction, action: DigestNotRelevant) -> None:
        owner = await self._manager(interaction)
        now = self._room.clock()
        await self._show(interaction, self._desk.mark, owner, action.run, action.article, now)

    async def relevant_again(self, interaction: Interaction, action: DigestRelevantAgain) -> None:
        owner = await self._manager(interaction)
        await self._show(interaction, self._desk.unmark, owner, action.run, action.article)

    # Parts of the above

    async def _manager(self, interaction: Interaction) -> Owner:
        """Whoever may manage digests, with what they themselves may see. Raises `Refusal` that says who may."""
        await self._places.owner(interaction)
        return await self._places.reader(interaction)

    async def _show(self, interaction: Interaction, draw: Callable[..., Page], *args: Any) -> None:
        await acknowledge_alone(interaction)
        page = await self._room.on_warm_digest_bench(draw, *args)
        await interaction.edit_original_response(view=layout_of(page))
