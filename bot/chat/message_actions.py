"""What can be done with a message: **Find in archive** on any of them, **Quote source** on our own answers.

Discord gives the text of the message that such a command is used on, so neither needs an intent. Both answer only the
person who asked; nothing of the message is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.chat.apologies import Refusal
from bot.chat.layout import custom_ids_of, layout_of, texts_of
from bot.chat.message_words import urls_of, words_of
from bot.chat.presses import Handler
from bot.chat.reader import opened, show
from bot.chat.room import LEAST_QUESTION, MOST_QUESTION, Room
from bot.desk import Desk
from bot.rendering.actions import Action, CiteArticle, ReadArticle, decode
from bot.rendering.citation_pages import quoted_citation_pages
from bot.rendering.echo import question_searched
from bot.rendering.page import Page
from bot.rendering.read_back import found_again
from bot.rendering.wording import gettext as _
from corpus.article import EVERYTHING, Article, article_id

if TYPE_CHECKING:
    from bot.chat.client import Command

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

MOST_CITED = 10  # articles that a message names without quoting them


class MessageActions:
    """The two commands on messages."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def commands(self) -> Sequence[Command]:
        async def find(interaction: Interaction, message: discord.Message) -> None:
            await self.find_in_archive(interaction, message)

        async def quote(interaction: Interaction, message: discord.Message) -> None:
            await self.quote_source(interaction, message)

        return (
            app_commands.ContextMenu(name="Find in archive", callback=find),
            app_commands.ContextMenu(name="Quote source", callback=quote),
        )

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {}

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {}

    async def find_in_archive(self, interaction: Interaction, message: discord.Message) -> None:
        """What the archive says about a message; an article that it links to comes first."""
        contents = contents_of(message)
        words = next(filter(None, (words_of(content, MOST_QUESTION) for content in contents)), "")
        urls = urls_of("\n".join(contents))
        if len(words) < LEAST_QUESTION and not urls:
            raise Refusal(_("That message has no words to look for. Use /ask with a question of your own."))
        async with self._room.admitted(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            audience = await self._room.audience(interaction, public=False)
            linked = await self._room.on_bench(linked_article, audience, urls)
            if len(words) >= LEAST_QUESTION:
                page = await self._room.answered(words, EVERYTHING, audience, linked=linked)
                await interaction.edit_original_response(view=layout_of(page))
            elif linked is not None:
                await show(interaction, await self._room.on_bench(opened, audience, linked))
            else:
                raise Refusal(_("The archive doesn't hold what that message links to. Ask about it with /ask."))
        log.info("looked for a message", extra={"fields": {"server": interaction.guild_id}})

    async def quote_source(self, interaction: Interaction, message: discord.Message) -> None:
        """Citations of what a message of ours quotes; as many messages as they take."""
        self._room.refuse_when_closing()
        user = interaction.client.user
        if user is None or message.author.id != user.id:
            raise Refusal(
                _(
                    "Quote source gives copyable citations of my own answers: use it on one of them. "
                    "For this message there is Find in archive."
                )
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        audience = await self._room.audience(interaction, public=False)
        first, *others = await self._room.on_bench(cited_in, audience, texts_of(message), custom_ids_of(message))
        await interaction.edit_original_response(view=layout_of(first))
        for page in others:
            await interaction.followup.send(view=layout_of(page), ephemeral=True)


def contents_of(message: discord.Message) -> list[str]:
    """The texts that a message can be looked for by, the best first; of ours, the question that it answers."""
    if (question := question_searched(texts_of(message))) is not None:
        return [question]
    forwarded = [snapshot.content for snapshot in message.message_snapshots]
    previews = ["\n".join(filter(None, (embed.title, embed.description))) for embed in message.embeds]
    return [text for text in (message.content, *forwarded, *previews, *texts_of(message)) if text]


def linked_article(desk: Desk, urls: Sequence[str]) -> int | None:
    """The number of the first article that is published at one of these addresses. Blocking, as the next."""
    return next((article.number for article in map(desk.article_at, urls) if article is not None), None)


def cited_in(desk: Desk, cards: Sequence[str], custom_ids: Sequence[str]) -> tuple[Page, ...]:
    """Citations of the articles that the cards quote or the buttons open. Raises `Refusal` where there is none."""

    def article(number: int) -> Article | None:
        return desk.article(article_id(number))

    quotes = found_again(cards, article)
    quoted = {quote.article.number for quote in quotes}
    named = [action.article for action in map(decode, custom_ids) if isinstance(action, ReadArticle | CiteArticle)]
    left = [number for number in dict.fromkeys(named) if number not in quoted][:MOST_CITED]
    others = [one for one in map(article, left) if one is not None]
    if not quotes and not others:
        raise Refusal(_("That message quotes no article that is in the archive now."))
    return quoted_citation_pages(quotes, others)
