"""Presses of buttons and choices from menus, on messages of any age, also from before a restart.

What a press means stands in its custom id (`bot.rendering.actions`); the question, which is kept nowhere else, is read
back from the message's own first card. So no view has to live in memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from bot.chat.apologies import Refusal, apologise
from bot.chat.layout import layout_of, texts_of
from bot.chat.room import Room
from bot.chat.scoping import scope_of
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import (
    Action,
    ArticlePage,
    AskAgain,
    CiteArticle,
    DigestItemSelect,
    ListArticles,
    MoreQuotes,
    ReadArticle,
    ShowClosest,
    decode,
)
from bot.rendering.article_pages import article_page, citation_page
from bot.rendering.echo import question_searched
from bot.rendering.page import Page
from corpus.article import article_id

Interaction = discord.Interaction[Any]
Handler = Callable[[Interaction, Any], Awaitable[None]]

OLD = dt.timedelta(days=30)


def press_of(handlers: dict[type[Action], Handler], room: Room) -> type[discord.ui.DynamicItem[Any]]:
    """The item that discord.py makes for every press, whatever the message: it looks up who handles the action.

    One item for all ids, so that an id which no version of ours knows any more is answered too.
    """

    class Press(discord.ui.DynamicItem[discord.ui.Item[Any]], template=r"[\s\S]+"):
        def __init__(self, item: discord.ui.Item[Any], action: Action | None) -> None:
            super().__init__(item)
            self.action = action

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            return cls(item, decode(match.string))

        async def callback(self, interaction: Interaction) -> None:
            try:
                room.refuse_when_closing()
                handle = handlers.get(type(self.action)) if self.action else None
                if handle is None:
                    raise Refusal(notices.gone_button())
                await handle(interaction, self.action)
            except Exception as error:
                await apologise(interaction, error)

    return Press


class ArchivePresses:
    """What presses about articles and answers do. All open only for the person who presses."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            ReadArticle: self.read,
            DigestItemSelect: self.read_chosen,
            ArticlePage: self.turn,
            CiteArticle: self.cite,
            MoreQuotes: self.more,
            ShowClosest: self.show_closest,
            AskAgain: self.ask_again,
            ListArticles: self.list_articles,
        }

    async def read(self, interaction: Interaction, action: ReadArticle) -> None:
        await self._show(interaction, opened, action.article, action.paragraph)

    async def read_chosen(self, interaction: Interaction, action: DigestItemSelect) -> None:
        await self._show(interaction, opened, chosen_number(interaction), None)

    async def cite(self, interaction: Interaction, action: CiteArticle) -> None:
        await self._show(interaction, cited, action.article, action.paragraph)

    async def turn(self, interaction: Interaction, action: ArticlePage) -> None:
        if not _is_ephemeral(interaction):
            await self._show(interaction, turned, action.article, action.page)
            return
        await interaction.response.defer()
        audience = await self._room.audience(interaction, public=False)
        page = await self._room.on_bench(turned, audience, action.article, action.page)
        await interaction.edit_original_response(view=layout_of(page))

    async def more(self, interaction: Interaction, action: MoreQuotes) -> None:
        await self._continue(interaction, action, skip=action.skip)

    async def show_closest(self, interaction: Interaction, action: ShowClosest) -> None:
        await self._continue(interaction, action, closest=True)

    async def ask_again(self, interaction: Interaction, action: AskAgain) -> None:
        """The answer takes the place of the notice that carried the button."""
        question = asked_in(interaction)
        await self._room.refuse_where_asking_is_off(interaction)
        self._let_in(interaction, counted=True)
        try:
            await interaction.response.defer()
            audience = await self._room.audience(interaction, public=not _is_ephemeral(interaction))
            scope = await self._room.on_bench(scope_of, audience, action.since, action.until, action.outlet)
            page = await self._room.answered(question, scope, audience)
            await interaction.edit_original_response(view=layout_of(page))
        finally:
            self._room.turnstile.leave(interaction.user.id)

    async def list_articles(self, interaction: Interaction, action: ListArticles) -> None:
        question = asked_in(interaction)
        self._let_in(interaction, counted=False)
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            audience = await self._room.audience(interaction, public=False)
            scope = await self._room.on_bench(scope_of, audience, action.since, action.until, action.outlet)
            page = await self._room.listed(question, scope, audience, asked_on(interaction))
            await interaction.edit_original_response(view=layout_of(page))
        finally:
            self._room.turnstile.leave(interaction.user.id)

    async def _continue(
        self, interaction: Interaction, action: MoreQuotes | ShowClosest, *, skip: int = 0, closest: bool = False
    ) -> None:
        question = asked_in(interaction)
        self._let_in(interaction, counted=False)
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            audience = await self._room.audience(interaction, public=False)
            scope = await self._room.on_bench(scope_of, audience, action.since, action.until, action.outlet)
            message = interaction.message
            if message is not None and self._room.clock() - message.created_at > OLD:
                page = notices.old_button_page(question, scope)
            else:
                today = asked_on(interaction)
                page = await self._room.answered(question, scope, audience, today=today, skip=skip, closest=closest)
            await interaction.edit_original_response(view=layout_of(page))
        finally:
            self._room.turnstile.leave(interaction.user.id)

    def _let_in(self, interaction: Interaction, *, counted: bool) -> None:
        turnstile, now = self._room.turnstile, self._room.clock()
        if refused := turnstile.enter(interaction.user.id, interaction.guild_id, now, counted=counted):
            raise Refusal(refused)

    async def _show(self, interaction: Interaction, draw: Callable[[Desk, int, int | None], Page], *args: Any) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        audience = await self._room.audience(interaction, public=False)
        page = await self._room.on_bench(draw, audience, *args)
        await interaction.edit_original_response(view=layout_of(page))


def opened(desk: Desk, number: int, paragraph: int | None) -> Page:
    """An article at a paragraph. Raises `Refusal` when it was removed. Blocking, as all of these."""
    return article_page(_article(desk, number), paragraph=paragraph)


def turned(desk: Desk, number: int, page: int | None) -> Page:
    return article_page(_article(desk, number), page=page)


def cited(desk: Desk, number: int, paragraph: int | None) -> Page:
    return citation_page(_article(desk, number), paragraph)


def asked_in(interaction: Interaction) -> str:
    """The question that the pressed message answers. Raises `Refusal` when it says none."""
    question = question_searched(texts_of(interaction.message)) if interaction.message is not None else None
    if question is None:
        raise Refusal(notices.gone_button())
    return question


def asked_on(interaction: Interaction) -> dt.date:
    """The day of the pressed message: what its question calls last month, it still means when there is more to show."""
    return (interaction.message or interaction).created_at.date()


def chosen_number(interaction: Interaction) -> int:
    """The number that was chosen from a menu. Raises `Refusal` for anything else: a value is only text from outside."""
    data: Any = interaction.data or {}
    value = str((data.get("values") or [""])[0])
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Refusal(notices.gone_button())
    return int(value)


def _article(desk: Desk, number: int) -> Any:
    article = desk.article(article_id(number))
    if article is None:
        raise Refusal(notices.no_such_article(article_id(number)))
    return article


def _is_ephemeral(interaction: Interaction) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral
