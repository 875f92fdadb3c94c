"""Questions put by mentioning the bot, or by writing to it directly; answered as a reply that pings nobody."""

from __future__ import annotations

import logging
import re
import zlib
from contextlib import suppress
from functools import partial

import discord

from bot.chat.apologies import UNSENT, Refusal, page_for
from bot.chat.follow_up import follows_on, replied_to
from bot.chat.layout import layout_of
from bot.chat.resending import sent_again
from bot.chat.room import LEAST_QUESTION, MOST_WRITTEN, Room
from bot.chat.translator import speak_to
from bot.rendering import notices
from bot.rendering.page import Page
from corpus.article import EVERYTHING

log = logging.getLogger(__name__)


class Mentions:
    """Decides which messages are for us and answers them."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def heard(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer a message if it is a question to us. Never raises."""
        if message.author.bot or message.webhook_id or message.mention_everyone:
            return
        if message.type not in (discord.MessageType.default, discord.MessageType.reply):
            return
        question = question_in(message, me)
        speak_to(message)
        try:
            if question is None:
                return
            self._room.served.add(partial(_reply, message))
            self._room.refuse_when_closing()
            if len(question) < LEAST_QUESTION or len(question) > MOST_WRITTEN:
                replies = replied_to(message, me) is not None
                await self._hint(message, notices.cannot_read_replies() if replies else notices.mention_hint())
                return
            await self._answer(message, me, question)
        except Refusal as refusal:
            await self._hint(message, refusal.page, kind="refused")
        except UNSENT as error:
            log.warning("could not reply", extra={"fields": {"code": getattr(error, "code", None)}})
        except Exception as error:
            await self._apologise(message, error)

    async def _answer(self, message: discord.Message, me: discord.ClientUser, question: str) -> None:
        async with self._room.admitted(message):
            await _show_typing(message)
            audience = await self._room.audience(message, public=message.guild is not None)
            follows = await follows_on(self._room, message, me, question, audience)
            await _reply(message, await self._room.answered(question, EVERYTHING, audience, follows=follows))
        log.info("asked by mention", extra={"fields": {"server": message.guild.id if message.guild else None}})

    async def _hint(self, message: discord.Message, notice: Page | str, kind: str = "hint") -> None:
        """At most once an hour for each person and kind. Never raises."""
        if not self._room.hints.is_due(kind, message.author.id, self._room.clock()):
            return
        try:
            await _reply(message, notices.notice_page(notice) if isinstance(notice, str) else notice)
        except UNSENT as error:
            log.warning("could not hint", extra={"fields": {"code": getattr(error, "code", None)}})

    async def _apologise(self, message: discord.Message, error: Exception) -> None:
        try:
            await _reply(message, page_for(error))
        except UNSENT:
            log.warning("could not apologise for a reply")


def question_in(message: discord.Message, me: discord.ClientUser) -> str | None:
    """What a message asks us; empty when it says nothing that we can read; None when it is not for us."""
    addressed = message.guild is None or any(user.id == me.id for user in message.mentions)
    if not addressed and not (replied_to(message, me) is not None and not message.content):
        return None
    words = re.sub(rf"<@!?{me.id}>", " ", message.content)
    return re.sub(r"[^\S\n]+", " ", words).strip()


async def _show_typing(message: discord.Message) -> None:
    """Only a courtesy: an answer comes whether it could be shown or not."""
    with suppress(*UNSENT):
        await message.channel.typing()


async def _reply(message: discord.Message, page: Page) -> None:
    """Quietly: no ping, no notification. Where the history may not be read, replying is not allowed: just send.

    Sent again if the connection was cut. Discord takes one message for a nonce, so a message has one reply with the
    same page at most.
    """
    me = message.guild.me if message.guild else None
    may_refer = me is None or message.channel.permissions_for(me).read_message_history
    nonce = f"{message.id}{zlib.crc32(page.text.encode()) % 100_000:05d}"  # of Discord's 25 characters 24 at most

    async def send() -> discord.Message:
        if may_refer:
            return await message.reply(view=layout_of(page), mention_author=False, silent=True, nonce=nonce)
        return await message.channel.send(view=layout_of(page), silent=True, nonce=nonce)

    await sent_again(send)
