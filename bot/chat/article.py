"""/article: read or cite a source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.chat.apologies import Refusal
from bot.chat.ask import suggestions
from bot.chat.reader import Opened, part_of, sees_whole, show
from bot.chat.room import Room
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import ArticleSelect
from bot.rendering.days import shown_day
from bot.rendering.limits import OPTION_TEXT, OPTIONS, clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Card, Choice, Option, Page
from bot.rendering.wording import gettext as _
from bot.servers.access import Audience
from corpus.archive import Heading
from corpus.article import article_id


def article_command(room: Room) -> app_commands.Command[Any, ..., None]:
    """The command, for one room."""

    @app_commands.command(name="article", description="Read or cite a source article")
    @app_commands.describe(
        find="Words of the title, or an id such as A-12",
        part="A paragraph's number, all, file, or cite",
    )
    async def article(
        interaction: discord.Interaction[Any],
        find: app_commands.Range[str, 1, 300],
        part: app_commands.Range[str, 1, 20] | None = None,
    ) -> None:
        room.refuse_when_closing()
        await interaction.response.defer(ephemeral=True, thinking=True)
        audience = await room.audience(interaction, public=False)
        opened = await room.on_bench(found, audience, find, part, interaction.filesize_limit)
        if opened is None:
            opened = await _searched(interaction, audience, find, part)
        await show(interaction, opened)

    async def _searched(
        interaction: discord.Interaction[Any], audience: Audience, find: str, part: str | None
    ) -> Opened:
        """One at a time for each person, as a question: it takes a worker from them for as long."""
        async with room.admitted(interaction, counted=False):
            return await room.at_question_desk(searched, audience, find, part, interaction.filesize_limit)

    @article.autocomplete("find")
    async def suggest_articles(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, interaction, headings_to_offer, current)

    @article.autocomplete("part")
    async def suggest_parts(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        find = str(getattr(interaction.namespace, "find", None) or "")
        return await suggestions(room, interaction, parts_to_offer, current, find)

    return article


def found(desk: Desk, find: str, part: str | None, limit: int) -> Opened | None:
    """The article that was meant, or those that may have been; None where no title has its words.

    Raises `Refusal` when there is none. `limit`: the most bytes of a file. Blocking, as all of these.
    """
    article = desk.article(find)
    if article is not None:
        return part_of(desk, article.number, part or "", limit)
    headings = desk.headings(find, limit=OPTIONS)
    if not headings and not re.fullmatch(r"\s*A-\d+\s*", find, re.IGNORECASE):
        return None
    return _one_of(headings, desk, find, part, limit)


def searched(desk: Desk, find: str, part: str | None, limit: int) -> Opened:
    """As `found`, by what articles are about; takes as long as a question."""
    hits = desk.search(find, limit=5).hits
    headings = [Heading(hit.article.number, hit.article.title or "", hit.article.outlet, None) for hit in hits]
    return _one_of(headings, desk, find, part, limit)


def _one_of(headings: Sequence[Heading], desk: Desk, find: str, part: str | None, limit: int) -> Opened:
    if len(headings) != 1:
        return Opened(_which(find, headings))
    return part_of(desk, headings[0].number, part or "", limit)


def headings_to_offer(desk: Desk, current: str) -> list[tuple[str, str]]:
    """``4 Jul 2024 · WSJ · China Is Finally…`` and the id; the newest when nothing was typed."""
    return [(_label(heading), article_id(heading.number)) for heading in desk.headings(current, limit=OPTIONS)]


def parts_to_offer(desk: Desk, current: str, find: str) -> list[tuple[str, str]]:
    """What an article can be opened at; paragraphs by their first words, as far as they may be seen."""
    article = desk.article(find) if find else None
    offered = [(_("cite: how to cite it"), "cite"), (_("all: from the beginning"), "all")]
    if article is not None:
        whole = sees_whole(desk, article)
        if whole:
            offered.append((_("file: as a text file"), "file"))
        for number, block in enumerate(article.body, start=1):
            offered.append((f"¶{number} {article.words_of(block)}" if whole else f"¶{number}", str(number)))
    typed = current.strip().lower()
    return [(label, value) for label, value in offered if value.startswith(typed) or typed in label.lower()]


def _which(find: str, headings: Sequence[Heading]) -> Page:
    if not headings:
        raise Refusal(notices.no_such_article(find))
    options = tuple(
        Option(clip(_label(heading), OPTION_TEXT), str(heading.number), article_id(heading.number))
        for heading in headings[:OPTIONS]
    )
    menu = Choice(ArticleSelect().encode(), _("Read one of these"), options)
    which = _("Several articles go with “{find}”. Which one?").format(find=escaped(clip(find, 100)))
    return Page((Card(which),), (menu,))


def _label(heading: Heading) -> str:
    parts = [shown_day(heading.day) if heading.day else "", heading.outlet or "", heading.title or _("Untitled")]
    return " · ".join(part for part in parts if part)
