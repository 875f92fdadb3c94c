"""The reader of a source article: its pages, what its buttons do, and the two forms that they open.

Everything here is shown only to the person who reads, and no more of an article than its collection's policy allows.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.chat.apologies import Refusal
from bot.chat.layout import form_of, form_values, layout_of
from bot.chat.presses import Handler, acknowledge_alone, chosen_number
from bot.chat.question_form import question_field, question_given
from bot.chat.room import Room, article_at
from bot.desk import Desk
from bot.rendering.actions import (
    Action,
    ArticleFile,
    ArticlePage,
    ArticleSelect,
    AskArticle,
    CiteArticle,
    JumpToParagraph,
    ReadArticle,
)
from bot.rendering.article_file import TextFile, article_file, file_not_allowed, file_page, file_too_large
from bot.rendering.article_pages import article_page
from bot.rendering.citation_pages import citation_page
from bot.rendering.limits import clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Page
from bot.rendering.wording import gettext as _
from bot.servers.access import FullText
from corpus.article import Article, Scope, article_id

if TYPE_CHECKING:
    from bot.chat.client import Command

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """What is shown of an article: a page, and the file if that was asked for."""

    page: Page
    file: TextFile | None = None


class Reader:
    """What presses in and into the reader do, and what its forms ask."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def commands(self) -> Sequence[Command]:
        return ()

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            ReadArticle: self.read,
            ArticleSelect: self.read_chosen,
            ArticlePage: self.turn,
            CiteArticle: self.cite,
            ArticleFile: self.give_file,
            JumpToParagraph: self.open_jump,
            AskArticle: self.open_question,
        }

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {JumpToParagraph: self.jump, AskArticle: self.ask}

    async def read(self, interaction: Interaction, action: ReadArticle) -> None:
        await self._show(interaction, opened, action.article, action.paragraph, action.start)

    async def read_chosen(self, interaction: Interaction, action: ArticleSelect) -> None:
        await self._show(interaction, opened, chosen_number(interaction))

    async def cite(self, interaction: Interaction, action: CiteArticle) -> None:
        await self._show(interaction, cited, action.article, action.paragraph)

    async def give_file(self, interaction: Interaction, action: ArticleFile) -> None:
        await self._show(interaction, filed, action.article, interaction.filesize_limit)

    async def turn(self, interaction: Interaction, action: ArticlePage) -> None:
        await self._replace(interaction, turned, action.article, action.page)

    async def open_jump(self, interaction: Interaction, action: JumpToParagraph) -> None:
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="paragraph", placeholder=_("A number, such as 7"), min_length=1, max_length=7
        )
        label = discord.ui.Label(text=_("Paragraph"), component=field)
        await interaction.response.send_modal(form_of(action, _("Jump to ¶"), label))

    async def jump(self, interaction: Interaction, action: JumpToParagraph) -> None:
        await self._replace(interaction, jumped, action.article, form_values(interaction).get("paragraph", ""))

    async def open_question(self, interaction: Interaction, action: AskArticle) -> None:
        field = question_field(_("It is searched for in this article alone"))
        label = discord.ui.Label(text=_("Your question"), component=field)
        await interaction.response.send_modal(form_of(action, _("Ask about this article"), label))

    async def ask(self, interaction: Interaction, action: AskArticle) -> None:
        question = question_given(interaction)
        async with self._room.admitted(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            audience = await self._room.audience(interaction, public=False)
            scope = await self._room.on_bench(within, audience, action.article)
            page = await self._room.answered(question, scope, audience)
            await interaction.edit_original_response(view=layout_of(page))
        log.info("asked about an article", extra={"fields": {"server": interaction.guild_id}})

    async def _show(self, interaction: Interaction, draw: Callable[..., Opened], *args: Any) -> None:
        """In a new message for the person who pressed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._draw(interaction, draw, *args)

    async def _replace(self, interaction: Interaction, draw: Callable[..., Opened], *args: Any) -> None:
        """In the place of the page that was pressed, if nobody else sees it."""
        await acknowledge_alone(interaction)
        await self._draw(interaction, draw, *args)

    async def _draw(self, interaction: Interaction, draw: Callable[..., Opened], *args: Any) -> None:
        audience = await self._room.audience(interaction, public=False)
        await show(interaction, await self._room.on_bench(draw, audience, *args))


async def show(interaction: Interaction, what: Opened) -> None:
    """As the answer to an interaction that was acknowledged."""
    view = layout_of(what.page)
    if what.file is None:
        await interaction.edit_original_response(view=view)
        return
    file = discord.File(io.BytesIO(what.file.content), what.file.name)
    view.add_item(discord.ui.File(file))
    await interaction.edit_original_response(view=view, attachments=[file])


def opened(desk: Desk, number: int, paragraph: int | None = None, start: int | None = None) -> Opened:
    """An article at a place of it. Raises `Refusal` when it was removed or is hidden. Blocking, as all of these."""
    article = article_at(desk, number)
    return Opened(article_page(article, whole=sees_whole(desk, article), paragraph=paragraph, start=start))


def turned(desk: Desk, number: int, page: int) -> Opened:
    article = article_at(desk, number)
    return Opened(article_page(article, whole=sees_whole(desk, article), page=page))


def cited(desk: Desk, number: int, paragraph: int | None) -> Opened:
    return Opened(citation_page(article_at(desk, number), paragraph))


def filed(desk: Desk, number: int, limit: int) -> Opened:
    """Raises `Refusal` also when excerpts are all that may be seen, or the file has more than `limit` bytes."""
    article = article_at(desk, number)
    if not sees_whole(desk, article):
        raise Refusal(file_not_allowed(article))
    file = article_file(article)
    if len(file.content) > limit:
        raise Refusal(file_too_large(article, file, limit))
    return Opened(file_page(article), file)


def jumped(desk: Desk, number: int, paragraph: str) -> Opened:
    """An article at a paragraph as a person names it, ``7`` or ``¶7``. Raises `Refusal` for anything else."""
    article = article_at(desk, number)
    wanted = paragraph.strip().removeprefix("¶").strip()
    if not _is_paragraph_of(article, wanted):
        notice = _('{article} has no paragraph "{paragraph}". Give a number from 1 to {last}.')
        shown = escaped(clip(wanted, 20))
        raise Refusal(notice.format(article=article.id, paragraph=shown, last=len(article.body)))
    return opened(desk, number, int(wanted))


def part_of(desk: Desk, number: int, part: str, limit: int) -> Opened:
    """A part as the command names it: a paragraph (``7`` or ``¶7``), ``all``, ``file``, ``cite``; "" is the beginning.

    Raises `Refusal` for any other. `limit`: the most bytes of a file.
    """
    wanted = part.strip().lower().removeprefix("¶").strip()
    if wanted == "cite":
        return cited(desk, number, None)
    if wanted == "file":
        return filed(desk, number, limit)
    if wanted in ("", "all"):
        return opened(desk, number)
    article = article_at(desk, number)
    if not _is_paragraph_of(article, wanted):
        notice = _('{article} has no part "{part}". Give a paragraph from 1 to {last}, all, file or cite.')
        shown = escaped(clip(wanted, 20))
        raise Refusal(notice.format(article=article.id, part=shown, last=len(article.body)))
    return opened(desk, number, int(wanted))


def _is_paragraph_of(article: Article, text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,6}", text) is not None and 1 <= int(text) <= len(article.body)


def within(desk: Desk, number: int) -> Scope:
    """The scope that is one article: the main posting of it, since the words of other postings are not searched.

    A main posting that is hidden is not named, not even by a refusal.
    """
    article = article_at(desk, number)
    main = article.duplicate_of
    return Scope(article=main if main is not None and desk.article(article_id(main)) is not None else article.number)


def sees_whole(desk: Desk, article: Article) -> bool:
    """Whether more than excerpts of an article may be shown to the person who reads."""
    return desk.audience.full_text(article.collection) is not FullText.EXCERPT
