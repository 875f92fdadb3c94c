"""Presses of buttons and choices from menus, on messages of any age, also from before a restart.

What a press means stands in its custom id (`bot.rendering.actions`); the question, which is kept nowhere else, is read
back from the message's own first card. So no view has to live in memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Self

import discord

from bot.chat.apologies import Refusal, apologise, tell
from bot.chat.layout import custom_ids_of, layout_of, texts_of
from bot.chat.room import Room
from bot.chat.scoping import scope_of
from bot.chat.translator import speak_to
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import (
    Action,
    AskAgain,
    ListArticles,
    MoreQuotes,
    Scoped,
    ShowClosest,
    ShowContext,
    decode,
)
from bot.rendering.context_page import context_page
from bot.rendering.echo import question_searched
from bot.rendering.limits import OPTION_TEXT
from bot.rendering.page import Page
from bot.rendering.read_back import found_again
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
            await answer(interaction, self.action, handlers, room)

    return Press


async def answer(
    interaction: Interaction, action: Action | None, handlers: dict[type[Action], Handler], room: Room
) -> None:
    """Have a press, or a form that was sent in, answered by whoever handles its action. Never raises."""
    speak_to(interaction)
    room.served.add(partial(tell, interaction))
    try:
        room.refuse_when_closing()
        handle = handlers.get(type(action)) if action else None
        if handle is None:
            raise Refusal(notices.gone_button())
        await handle(interaction, action)
    except Exception as error:
        await apologise(interaction, error)


class AnswerPresses:
    """What presses about answers do. All open only for the person who presses."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            ShowContext: self.context,
            MoreQuotes: self.more,
            ShowClosest: self.show_closest,
            AskAgain: self.ask_again,
            ListArticles: self.list_articles,
        }

    async def context(self, interaction: Interaction, action: ShowContext) -> None:
        refuse_if_old(self._room, interaction, action)
        await interaction.response.defer(ephemeral=True, thinking=True)
        audience = await self._room.audience(interaction, public=False)
        cards = texts_of(interaction.message) if interaction.message is not None else []
        page = await self._room.on_bench(surroundings, audience, cards)
        await interaction.edit_original_response(view=layout_of(page))

    async def more(self, interaction: Interaction, action: MoreQuotes) -> None:
        await self._continue(interaction, action, partial(self._room.answered, skip=action.skip))

    async def show_closest(self, interaction: Interaction, action: ShowClosest) -> None:
        await self._continue(interaction, action, partial(self._room.answered, closest=True))

    async def list_articles(self, interaction: Interaction, action: ListArticles) -> None:
        await self._continue(interaction, action, self._room.listed)

    async def ask_again(self, interaction: Interaction, action: AskAgain) -> None:
        """The answer takes the place of the notice that carried the button."""
        question = asked_in(interaction)
        async with self._room.admitted(interaction):
            await interaction.response.defer()
            audience = await self._room.audience(interaction, public=not is_ephemeral(interaction))
            scope = await self._room.on_bench(scope_of, audience, action)
            page = await self._room.answered(question, scope, audience)
            await interaction.edit_original_response(view=layout_of(page))

    async def _continue(
        self,
        interaction: Interaction,
        action: MoreQuotes | ShowClosest | ListArticles,
        find: Callable[..., Awaitable[Page]],
    ) -> None:
        """Show what `find` gives for the question and its scope, as of the day on which it was asked."""
        refuse_if_old(self._room, interaction, action)
        question = asked_in(interaction)
        async with self._room.admitted(interaction, counted=False):
            await interaction.response.defer(ephemeral=True, thinking=True)
            audience = await self._room.audience(interaction, public=False)
            scope = await self._room.on_bench(scope_of, audience, action)
            page = await find(question, scope, audience, today=asked_on(interaction))
            await interaction.edit_original_response(view=layout_of(page))


def surroundings(desk: Desk, cards: Sequence[str]) -> Page:
    """The quotes of an answer's cards in their context. Raises `Refusal` when none of them can be found. Blocking."""
    quotes = found_again(cards, lambda number: desk.article(article_id(number)))
    if not quotes:
        raise Refusal(notices.gone_button())
    return context_page(quotes)


def refuse_if_old(room: Room, interaction: Interaction, action: Action) -> None:
    """Raises `Refusal`, with a button to ask again, when the pressed message is more than 30 days old.

    What was searched stands in the action, or in that of another button of the message.
    """
    message = interaction.message
    if message is None or room.clock() - message.created_at <= OLD:
        return
    actions = [action, *filter(None, map(decode, custom_ids_of(message)))]
    scoped = next((one for one in actions if isinstance(one, Scoped)), AskAgain())
    again = AskAgain(scoped.since, scoped.until, scoped.outlet, scoped.article)
    raise Refusal(notices.old_button_page(asked_in(interaction), again))


def asked_in(interaction: Interaction) -> str:
    """The question that the pressed message answers. Raises `Refusal` when it says none."""
    question = question_searched(texts_of(interaction.message)) if interaction.message is not None else None
    if question is None:
        raise Refusal(notices.gone_button())
    return question


def asked_on(interaction: Interaction) -> dt.date:
    """The day of the pressed message: what its question calls last month, it still means when there is more to show."""
    return (interaction.message or interaction).created_at.date()


def chosen_values(interaction: Interaction) -> list[str]:
    """What was chosen from a menu, each of at most 100 characters: only text from outside."""
    data: Any = interaction.data or {}
    return [str(value)[:OPTION_TEXT] for value in data.get("values") or ()]


def chosen_value(interaction: Interaction) -> str:
    """What was chosen first from a menu; "" when nothing was."""
    return next(iter(chosen_values(interaction)), "")


def chosen_number(interaction: Interaction) -> int:
    """The number that was chosen from a menu. Raises `Refusal` for anything else."""
    value = chosen_value(interaction)
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Refusal(notices.gone_button())
    return int(value)


def is_ephemeral(interaction: Interaction) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


async def acknowledge_alone(interaction: Interaction) -> None:
    """In place of a page that is shown to them alone already; else as a message of its own, only to them."""
    if is_ephemeral(interaction):
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)
