"""Questions that follow an answer: the **Follow up** button with its form, and what was answered before a mention.

Nothing about a conversation is kept: the question before is read back from our own message, which Discord shows us
without any intent, so a follow-up works after a restart and on an answer of last week.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.chat.apologies import UNSENT, Refusal
from bot.chat.layout import custom_ids_of, form_of, layout_of, texts_of
from bot.chat.presses import Handler, asked_in, refuse_if_old
from bot.chat.question_form import question_field, question_given
from bot.chat.room import Room
from bot.chat.scoping import scope_of
from bot.rendering.actions import Action, FollowUp, decode
from bot.rendering.echo import question_searched
from bot.rendering.wording import gettext as _
from bot.servers.access import Audience
from corpus.article import EVERYTHING, Scope
from retrieval.questions.follow_up import Earlier, FollowUpQuestion, follow_up, needs_context

if TYPE_CHECKING:
    from bot.chat.client import Command

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

MOST_EARLIER = 3  # answers of ours that are looked at
MOST_MESSAGES = 50  # of a thread, among which they are looked for: one request


class FollowUps:
    """What the button opens, and what its form asks. The answer is for the person who pressed."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def commands(self) -> Sequence[Command]:
        return ()

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {FollowUp: self.open}

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {FollowUp: self.ask}

    async def open(self, interaction: Interaction, action: FollowUp) -> None:
        refuse_if_old(self._room, interaction, action)
        await interaction.response.send_modal(follow_up_form(asked_in(interaction), action))

    async def ask(self, interaction: Interaction, action: FollowUp) -> None:
        before = asked_in(interaction)
        question = question_given(interaction)
        async with self._room.admitted(interaction):
            await interaction.response.defer(ephemeral=True, thinking=True)
            audience = await self._room.audience(interaction, public=False)
            follows = await _after(self._room, audience, question, before, action)
            within = Scope(article=action.article)  # a question after one of a single article stays in it
            page = await self._room.answered(question, within, audience, follows=follows)
            await interaction.edit_original_response(view=layout_of(page))
        log.info("followed up", extra={"fields": {"server": interaction.guild_id}})


async def follows_on(
    room: Room, message: discord.Message, me: discord.ClientUser, question: str, audience: Audience
) -> FollowUpQuestion | None:
    """What to search for the question of a message that replies to us or stands in a thread; None for any other.

    The answers before it are read back, at most `MOST_EARLIER` and only as far as needed.
    """
    if not needs_context(question):
        return None
    if replied_to(message, me) is not None:
        earlier = _up_the_replies(message, me)
    elif isinstance(message.channel, discord.Thread):
        earlier = _up_the_thread(message, message.channel, me)
    else:
        return None
    try:
        async for ours in earlier:
            if (answer := _answer_in(ours)) and (follows := await _after(room, audience, question, *answer)):
                return follows
    except UNSENT as error:  # without the right to read the history there is nothing to follow
        log.warning("could not read earlier answers", extra={"fields": {"code": getattr(error, "code", None)}})
    return None


async def _after(
    room: Room, audience: Audience, question: str, asked: str, action: FollowUp
) -> FollowUpQuestion | None:
    """What to search for a question after an answer. An outlet that is not to be seen any more is not carried over."""
    try:
        scope = await room.on_bench(scope_of, audience, action)
    except Refusal:
        scope = EVERYTHING
    return follow_up(question, [Earlier(asked, scope)], room.clock().date())


def replied_to(message: discord.Message, me: discord.ClientUser) -> discord.Message | None:
    """Our message that this one replies to."""
    resolved = message.reference.resolved if message.reference else None
    return resolved if isinstance(resolved, discord.Message) and resolved.author.id == me.id else None


async def _up_the_replies(message: discord.Message, me: discord.ClientUser) -> AsyncIterator[discord.Message]:
    """Ours, and while it replies to somebody who replied to us, what that one replied to."""
    ours = replied_to(message, me)
    for _step in range(MOST_EARLIER):
        if ours is None or ours.author.id != me.id:
            return
        yield ours
        asked = await _referenced(ours)
        ours = await _referenced(asked) if asked is not None else None


async def _up_the_thread(
    message: discord.Message, thread: discord.Thread, me: discord.ClientUser
) -> AsyncIterator[discord.Message]:
    """Our answers before; then the one that the thread was opened on, which stands in the parent channel."""
    left = MOST_EARLIER
    async for before in thread.history(limit=MOST_MESSAGES, before=message):
        if before.author.id == me.id and _answer_in(before) is not None:
            yield before
            left -= 1
        if not left:
            return
    if isinstance(thread.parent, discord.TextChannel):
        try:
            first = await thread.parent.fetch_message(thread.id)
        except discord.NotFound:  # it was not opened on a message, or that was deleted
            return
        if first.author.id == me.id:
            yield first


async def _referenced(message: discord.Message) -> discord.Message | None:
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    try:
        return await message.channel.fetch_message(reference.message_id)
    except discord.NotFound:  # deleted since
        return None


def _answer_in(ours: discord.Message) -> tuple[str, FollowUp] | None:
    """The question that a message of ours answers, and its **Follow up** button; None if it is no answer."""
    question = question_searched(texts_of(ours))
    actions = [action for action in map(decode, custom_ids_of(ours)) if isinstance(action, FollowUp)]
    return (question, actions[0]) if question is not None and actions else None


def follow_up_form(question: str, action: FollowUp) -> discord.ui.Modal:
    field = question_field(_("After: {question}").format(question=" ".join(question.split())))
    return form_of(action, _("Follow up"), discord.ui.Label(text=_("Your next question"), component=field))
