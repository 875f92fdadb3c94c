"""/article: read or cite a source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.chat.apologies import Refusal
from bot.chat.ask import suggestions
from bot.chat.layout import layout_of
from bot.chat.room import Room
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import DigestItemSelect
from bot.rendering.article_pages import article_page, citation_page
from bot.rendering.days import shown_day
from bot.rendering.limits import OPTION_TEXT, OPTIONS, clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Card, Choice, Option, Page
from bot.rendering.wording import gettext as _
from bot.servers.access import Audience
from corpus.archive import Heading
from corpus.article import Article, article_id


def article_command(room: Room) -> app_commands.Command[Any, ..., None]:
    """The command, for one room."""

    @app_commands.command(name="article", description="Read or cite a source article")
    @app_commands.describe(
        find="Words of the title, or an id such as A-12",
        part="A paragraph's number, or cite",
    )
    async def article(
        interaction: discord.Interaction[Any],
        find: app_commands.Range[str, 1, 300],
        part: app_commands.Range[str, 1, 20] | None = None,
    ) -> None:
        room.refuse_when_closing()
        await interaction.response.defer(ephemeral=True, thinking=True)
        audience = await room.audience(interaction, public=False)
        page = await room.on_bench(found_page, audience, find, part)
        if page is None:
            page = await _searched(interaction, audience, find, part)
        await interaction.edit_original_response(view=layout_of(page))

    async def _searched(interaction: discord.Interaction[Any], audience: Audience, find: str, part: str | None) -> Page:
        """One at a time for each person, as a question: it takes a worker from them for as long."""
        user = interaction.user.id
        if refused := room.turnstile.enter(user, interaction.guild_id, room.clock(), counted=False):
            raise Refusal(refused)
        try:
            return await room.at_question_desk(searched_page, audience, find, part)
        finally:
            room.turnstile.leave(user)

    @article.autocomplete("find")
    async def suggest_articles(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await suggestions(room, interaction, headings_to_offer, current)

    @article.autocomplete("part")
    async def suggest_parts(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        find = str(getattr(interaction.namespace, "find", None) or "")
        return await suggestions(room, interaction, parts_to_offer, current, find)

    return article


def found_page(desk: Desk, find: str, part: str | None) -> Page | None:
    """The article that was meant, or those that may have been; None where no title has its words.

    Raises `Refusal` when there is none. Blocking, as all of these.
    """
    article = desk.article(find)
    if article is not None:
        return _page_of(article, part)
    headings = desk.headings(find, limit=OPTIONS)
    if not headings and not re.fullmatch(r"\s*A-\d+\s*", find, re.IGNORECASE):
        return None
    return _one_of(headings, desk, find, part)


def searched_page(desk: Desk, find: str, part: str | None) -> Page:
    """As `found_page`, by what articles are about; takes as long as a question."""
    found = desk.search(find, limit=5)
    headings = [Heading(hit.article.number, hit.article.title or "", hit.article.outlet, None) for hit in found.hits]
    return _one_of(headings, desk, find, part)


def _one_of(headings: Sequence[Heading], desk: Desk, find: str, part: str | None) -> Page:
    if len(headings) != 1:
        return _which(find, headings)
    article = desk.article(article_id(headings[0].number))
    if article is None:  # removed a moment ago
        raise Refusal(notices.no_such_article(find))
    return _page_of(article, part)


def _page_of(article: Article, part: str | None) -> Page:
    wanted = (part or "").strip().lower().removeprefix("¶").strip()
    if wanted == "cite":
        return citation_page(article)
    if wanted in ("", "all"):
        return article_page(article)
    if not re.fullmatch(r"[0-9]{1,6}", wanted) or not 1 <= int(wanted) <= len(article.body):
        notice = _('{article} has no part "{part}". Give a paragraph from 1 to {last}, or cite.')
        raise Refusal(notice.format(article=article.id, part=escaped(clip(wanted, 20)), last=len(article.body)))
    return article_page(article, paragraph=int(wanted))


def headings_to_offer(desk: Desk, current: str) -> list[tuple[str, str]]:
    """``4 Jul 2024 · WSJ · China Is Finally…`` and the id; the newest when nothing was typed."""
    return [(_label(heading), article_id(heading.number)) for heading in desk.headings(current, limit=OPTIONS)]


def parts_to_offer(desk: Desk, current: str, find: str) -> list[tuple[str, str]]:
    article = desk.article(find) if find else None
    paragraphs = article.body if article is not None else ()
    offered = [(_("cite: how to cite it"), "cite"), (_("all: from the beginning"), "all")]
    for number, block in enumerate(paragraphs, start=1):
        assert article is not None
        offered.append((f"¶{number} {article.words_of(block)}", str(number)))
    typed = current.strip().lower()
    return [(label, value) for label, value in offered if value.startswith(typed) or typed in label.lower()]


def _which(find: str, headings: Sequence[Heading]) -> Page:
    if not headings:
        raise Refusal(notices.no_such_article(find))
    options = tuple(
        Option(clip(_label(heading), OPTION_TEXT), str(heading.number), article_id(heading.number))
        for heading in headings[:OPTIONS]
    )
    menu = Choice(DigestItemSelect().encode(), _("Read one of these"), options)
    return Page(
        (Card(_("Several articles go with “{words}”. Which one?").format(words=escaped(clip(find, 100)))),), (menu,)
    )


def _label(heading: Heading) -> str:
    parts = [shown_day(heading.day) if heading.day else "", heading.outlet or "", heading.title or _("Untitled")]
    return " · ".join(part for part in parts if part)
