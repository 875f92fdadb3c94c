"""/ask: a question, answered with quotes."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec

import discord
from discord import app_commands

from bot.chat.apologies import Refusal
from bot.chat.layout import layout_of
from bot.chat.room import LEAST_QUESTION, MOST_QUESTION, Room
from bot.chat.scoping import DAYS_IN_WORDS, backwards_from, is_backwards, scope_from, source_named, source_of
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import source_key
from bot.rendering.limits import OPTION_TEXT, OPTIONS, clip
from bot.rendering.wording import gettext as _
from bot.rendering.wording import number
from bot.servers.access import Audience
from corpus.article import EVERYTHING, Scope

P = ParamSpec("P")

log = logging.getLogger(__name__)

SUGGESTION_SECONDS = 2.5  # Discord waits three, and shows nothing for a late answer


def ask_command(room: Room) -> app_commands.Command[Any, ..., None]:
    """The command, for one room."""

    @app_commands.command(name="ask", description="Find the passages in the archive that answer a question")
    @app_commands.describe(
        question="In your own words; a name or a number from the story helps",
        since="From when on: 2024, 2024-07, 2024-07-04, 30d, last month",
        until="Up to when: 2024, 2024-07, 2024-07-04, last month",
        source="Only this outlet or collection",
        only_me="Show the answer only to me",
    )
    async def ask(
        interaction: discord.Interaction[Any],
        question: app_commands.Range[str, LEAST_QUESTION, MOST_QUESTION],
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        only_me: bool | None = None,
    ) -> None:
        room.refuse_when_closing()
        alone = (await room.servers.settings(interaction.guild_id)).only_me if only_me is None else only_me
        audience = await room.audience(interaction, public=not alone)
        within, only_alone = EVERYTHING, False
        if source:
            within, only_alone = await _source(room, interaction, audience, source)
        scope = scope_from(since, until, room.clock().date(), source=within)
        if is_backwards(scope):
            backwards = backwards_from(since, until, room.clock().date(), source=within)
            raise Refusal(notices.dates_swapped_page(question, backwards))
        if only_alone:
            raise Refusal(notices.source_only_alone_page(question, scope))
        async with room.admitted(interaction):
            await interaction.response.defer(ephemeral=alone, thinking=True)
            page = await room.answered(question, scope, audience)
            await interaction.edit_original_response(view=layout_of(page))
        log.info("asked", extra={"fields": {"server": interaction.guild_id, "only_me": alone}})

    suggest_scope(ask, room)
    return ask


def suggest_scope(command: app_commands.Command[Any, ..., None], room: Room) -> None:
    """Suggest values for the options of a command that narrow what is looked for."""

    @command.autocomplete("since")
    async def suggest_since(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, interaction, dates_to_offer, current, room.clock().date())

    @command.autocomplete("until")
    async def suggest_until(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, interaction, dates_to_offer, current, room.clock().date())

    @command.autocomplete("source")
    async def suggest_source(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, interaction, sources_to_offer, current)


async def _source(
    room: Room, interaction: discord.Interaction[Any], audience: Audience, text: str
) -> tuple[Scope, bool]:
    """What the option names, and whether answers from it may be shown to the asker alone: their list offers it too.

    Raises `Refusal` as `source_named`.
    """
    source = await room.on_bench(source_of, audience, text)
    if source is not None:
        return source, False
    return await room.on_bench(source_named, await room.audience(interaction, public=False), text), True


async def suggestions(
    room: Room,
    interaction: discord.Interaction[Any],
    offer: Callable[Concatenate[Desk, P], Sequence[tuple[str, str]]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> list[app_commands.Choice[str]]:
    """What `offer` finds at the desk of whoever types, as choices within Discord's limits; nothing when it is late."""
    try:
        async with asyncio.timeout(SUGGESTION_SECONDS):
            audience = await room.audience(interaction, public=False)
            found = await room.on_bench(offer, audience, *args, **kwargs)
    except TimeoutError:
        return []
    return [
        app_commands.Choice(name=clip(label, OPTION_TEXT), value=value)
        for label, value in found[:OPTIONS]
        if 0 < len(value) <= OPTION_TEXT and label.strip()
    ]


def dates_to_offer(desk: Desk, current: str, today: dt.date) -> list[tuple[str, str]]:
    """Common ranges and the years that the archive covers, newest first, as far as they begin with what was typed."""
    common = [(_(words), name) for words, name in DAYS_IN_WORDS.items()]
    coverage = desk.coverage(EVERYTHING)
    if coverage.first and coverage.last:
        common += [(f"{year}", f"{year}") for year in range(coverage.last.year, coverage.first.year - 1, -1)]
    typed = current.strip().lower()
    found = [(label, value) for label, value in common if typed in label.lower() or value.startswith(typed)]
    if typed and all(typed not in (label.lower(), value) for label, value in found):
        try:
            scope = scope_from(typed, typed, today)
        except Refusal:
            return found
        label = _("{typed}: {first} to {last}")
        found.insert(0, (label.format(typed=typed, first=_spelled(scope.since), last=_spelled(scope.until)), typed))
    return found


def sources_to_offer(desk: Desk, current: str) -> list[tuple[str, str]]:
    """Outlets, those with the most articles first, then collections; the value is a key, so that a name may be long."""
    typed = current.strip().casefold()
    named = [(f"{outlet} ({number(count)})", Scope(outlet=outlet)) for outlet, count in desk.outlets()]
    named += [(f"[{name}]", Scope(collections=frozenset({name}))) for name in desk.collections()]
    return [(label, source_key(source) or "") for label, source in named if typed in label.casefold()]


def _spelled(day: dt.date | None) -> str:
    return day.isoformat() if day else "…"
