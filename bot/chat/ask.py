"""/ask: a question, answered with quotes."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.chat.apologies import Refusal
from bot.chat.layout import layout_of
from bot.chat.room import LEAST_QUESTION, MOST_QUESTION, Room, is_backwards, scope_from
from bot.rendering import notices
from bot.rendering.limits import OPTION_TEXT, OPTIONS, clip
from corpus.article import EVERYTHING, Scope

log = logging.getLogger(__name__)

SUGGESTION_SECONDS = 2.5  # Discord waits three, and shows nothing for a late answer


def ask_command(room: Room) -> app_commands.Command[Any, ..., None]:
    """The command, for one room."""

    @app_commands.command(name="ask", description="Find the passages in the archive that answer a question")
    @app_commands.describe(
        question="In your own words; a name or a number from the story helps",
        since="From when on: 2024, 2024-07, 2024-07-04, 30d, last month",
        until="Up to when: 2024, 2024-07, 2024-07-04, last month",
        source="Only this outlet",
        only_me="Show the answer only to me",
    )
    async def ask(
        interaction: discord.Interaction[Any],
        question: app_commands.Range[str, LEAST_QUESTION, MOST_QUESTION],
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        only_me: bool = False,
    ) -> None:
        room.refuse_when_closing()
        scope = scope_from(since, until, source, room.clock().date())
        if is_backwards(scope):
            # Read anew the other way round: "2024" as a beginning is its first day, as an end its last.
            swapped = scope_from(until, since, source, room.clock().date())
            backwards = replace(swapped, since=swapped.until, until=swapped.since)
            raise Refusal(notices.dates_swapped_page(question, backwards))
        await answer_publicly(room, interaction, question, scope, only_me=only_me)

    @ask.autocomplete("since")
    async def suggest_since(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, current, dates_to_offer)

    @ask.autocomplete("until")
    async def suggest_until(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, current, dates_to_offer)

    @ask.autocomplete("source")
    async def suggest_source(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, current, outlets_to_offer)

    return ask


async def answer_publicly(
    room: Room, interaction: discord.Interaction[Any], question: str, scope: Scope, *, only_me: bool
) -> None:
    """Let in, acknowledge, answer. Whoever is turned away learns it alone, so that comes before the acknowledgement."""
    refused = room.turnstile.enter(interaction.user.id, interaction.guild_id, room.clock())
    if refused:
        raise Refusal(refused)
    try:
        await interaction.response.defer(ephemeral=only_me, thinking=True)
        page = await room.answered(question, scope)
        await interaction.edit_original_response(view=layout_of(page))
    finally:
        room.turnstile.leave(interaction.user.id)
    log.info("asked", extra={"fields": {"server": interaction.guild_id, "only_me": only_me}})


async def suggestions(room: Room, current: str, offer: Any, *args: Any) -> list[app_commands.Choice[str]]:
    """What `offer` finds on the workbench, as choices within Discord's limits; nothing when it takes too long."""
    try:
        found: Sequence[tuple[str, str]] = await asyncio.wait_for(
            room.workbench.run(offer, room, current, *args), SUGGESTION_SECONDS
        )
    except TimeoutError:
        return []
    return [
        app_commands.Choice(name=clip(label, OPTION_TEXT), value=value)
        for label, value in found[:OPTIONS]
        if 0 < len(value) <= OPTION_TEXT and label.strip()
    ]


def dates_to_offer(room: Room, current: str) -> list[tuple[str, str]]:
    """Common ranges and the years that the archive covers, newest first, as far as they begin with what was typed."""
    common = [("the last 7 days", "7d"), ("the last 30 days", "30d"), ("last month", "last month"), ("last year",) * 2]
    coverage = room.desk.coverage(EVERYTHING)
    if coverage.first and coverage.last:
        common += [(f"{year}", f"{year}") for year in range(coverage.last.year, coverage.first.year - 1, -1)]
    typed = current.strip().lower()
    found = [(label, value) for label, value in common if typed in label.lower() or value.startswith(typed)]
    if typed and all(value != typed for _, value in found):
        try:
            scope = scope_from(typed, typed, None, room.clock().date())
        except Refusal:
            return found
        found.insert(0, (f"{typed}: {_spelled(scope.since)} to {_spelled(scope.until)}", typed))
    return found


def outlets_to_offer(room: Room, current: str) -> list[tuple[str, str]]:
    typed = current.strip().casefold()
    return [
        (f"{outlet} ({count:,})", outlet)
        for outlet, count in room.desk.outlets(EVERYTHING)
        if typed in outlet.casefold()
    ]


def _spelled(day: dt.date | None) -> str:
    return day.isoformat() if day else "…"
