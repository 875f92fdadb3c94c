"""/help: what the archive holds, how to ask, and what is kept about a person."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.chat.layout import layout_of
from bot.chat.room import Room
from bot.desk import Desk
from bot.rendering.help_page import help_page
from bot.rendering.page import Page


def help_command(room: Room) -> app_commands.Command[Any, ..., None]:
    """The command, for one room."""

    @app_commands.command(name="help", description="What is in the archive, how to ask, privacy, my data")
    async def show_help(interaction: discord.Interaction[Any]) -> None:
        room.refuse_when_closing()
        await interaction.response.defer(ephemeral=True, thinking=True)
        audience = await room.audience(interaction, public=False)
        page = await room.on_bench(page_for_newcomers, audience)
        await interaction.edit_original_response(view=layout_of(page))

    return show_help


def page_for_newcomers(desk: Desk) -> Page:
    examples = [article.title for article in desk.recent() if article.title]
    return help_page(desk.coverage(), desk.subjects(), examples, in_chat=True)
