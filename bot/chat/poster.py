"""Posts digests into Discord's channels, and finds those that were posted when the answer was lost."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NoReturn

import discord

from bot.briefings.delivery import ChannelGone, MayNotPost, PostRefused, PostUnclear
from bot.chat.apologies import UNSENT
from bot.chat.layout import layout_of, texts_of
from bot.rendering.page import Page

log = logging.getLogger(__name__)

VIEW, SEND, SEND_IN_THREADS = "View Channel", "Send Messages", "Send Messages in Threads"
MANAGE_THREADS, READ_HISTORY = "Manage Threads", "Read Message History"

OWN_MESSAGES = 50  # how many of ours are looked through, and among how many of everybody's
MESSAGES = 500

# Discord's error codes (resources/opcodes-and-status-codes), by what they mean for a post.
UNKNOWN_CHANNEL, MISSING_ACCESS, DM_CLOSED, MISSING_PERMISSIONS, THREAD_ARCHIVED = 10003, 50001, 50007, 50013, 50083


class DiscordPoster:
    """The `Poster` made of a Discord client. Permissions are computed before anything is sent: refused requests count
    towards a limit beyond which Discord bans the address."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._under_way = 0
        self._ending = False
        self._idle = asyncio.Event()
        self._idle.set()

    def take_no_more(self) -> None:
        """Post nothing that is not being posted already: the program is ending, and the next start carries on."""
        self._ending = True

    async def finish(self) -> None:
        """Wait for what is being posted."""
        await self._idle.wait()

    async def post(self, channel_id: int, page: Page, *, nonce: str) -> int:
        """As `Poster.post`. Discord keeps the nonce for some minutes, and discord.py asks it to enforce it."""
        channel = await self._channel(channel_id)
        if missing := missing_permissions(channel):
            raise MayNotPost(missing[0])
        self._under_way += 1
        self._idle.clear()
        try:
            message: discord.Message = await channel.send(
                view=layout_of(page), nonce=nonce, allowed_mentions=discord.AllowedMentions.none()
            )
        except (*UNSENT, discord.RateLimited) as error:
            _explain(error, channel)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        return message.id

    async def find_posted(self, channel_id: int, footer_id: str) -> int | None:
        """As `Poster.find_posted`."""
        channel = await self._channel(channel_id)
        # Without these Discord gives an empty history and no error, which would look like "not posted".
        if missing := missing_permissions(channel, to_read=True):
            raise MayNotPost(missing[0])
        own = 0
        try:
            async for message in channel.history(limit=MESSAGES):
                if self._client.user is None or message.author.id != self._client.user.id:
                    continue
                if has_footer(texts_of(message), footer_id):
                    return int(message.id)
                own += 1
                if own == OWN_MESSAGES:
                    break
        except (*UNSENT, discord.RateLimited) as error:
            _explain(error, channel)
        return None

    async def _channel(self, channel_id: int) -> Any:
        if self._ending or self._client.is_closed() or not self._client.is_ready():
            raise PostUnclear("not connected to Discord")
        channel: Any = self._client.get_channel(channel_id)
        if channel is None:
            try:
                channel = await self._client.fetch_channel(channel_id)
            except (*UNSENT, discord.RateLimited, discord.InvalidData) as error:
                _explain(error, None)
        guild = getattr(channel, "guild", None)
        if guild is not None and guild.unavailable:
            raise PostUnclear("the server is not available")
        if not isinstance(channel, discord.abc.Messageable):
            raise PostRefused("messages cannot be posted in that kind of channel")
        return channel


def missing_permissions(channel: Any, *, to_read: bool = False, has: discord.Permissions | None = None) -> list[str]:
    """What we lack to post in a channel (or to read it), as Discord's settings name it; nothing in direct messages.

    `has` are our permissions there if they are known already, as they are inside an interaction.
    """
    guild = getattr(channel, "guild", None)
    if guild is None:
        return []
    if has is None:
        try:
            has = channel.permissions_for(guild.me)
        except discord.ClientException:  # a thread whose parent we may not see
            return [VIEW]
    if to_read:
        needed = {VIEW: has.view_channel, READ_HISTORY: has.read_message_history}
    elif isinstance(channel, discord.Thread):
        needed = {VIEW: has.view_channel, SEND_IN_THREADS: has.send_messages_in_threads}
        if channel.locked:
            needed[MANAGE_THREADS] = has.manage_threads
    else:
        needed = {VIEW: has.view_channel, SEND: has.send_messages}
    return [name for name, granted in needed.items() if not granted]


def has_footer(texts: list[str], footer_id: str) -> bool:
    """Whether a message's cards hold a footer with exactly this id."""
    lines = (line for text in texts for line in text.split("\n"))
    return any(line == f"-# {footer_id}" or line.startswith(f"-# {footer_id} ") for line in lines)


def _explain(error: Exception, channel: Any) -> NoReturn:
    """Raise what an error of Discord or of the network means for a post."""
    in_thread = isinstance(channel, discord.Thread)
    code = getattr(error, "code", 0)
    status = getattr(error, "status", 0)
    log.warning("a request for a digest failed", extra={"fields": {"error": type(error).__name__, "code": code}})
    if code == UNKNOWN_CHANNEL or isinstance(error, discord.InvalidData):
        raise ChannelGone from error
    if code == MISSING_PERMISSIONS:
        raise MayNotPost(SEND_IN_THREADS if in_thread else SEND) from error
    if code == THREAD_ARCHIVED:
        raise MayNotPost(MANAGE_THREADS) from error
    if code == DM_CLOSED:
        raise MayNotPost("Direct Messages") from error
    if code == MISSING_ACCESS or status in (401, 403):
        raise MayNotPost(VIEW) from error
    if isinstance(error, discord.HTTPException) and 400 <= status < 500 and status != 429:
        raise PostRefused(f"Discord refuses the message (code {code})") from error
    raise PostUnclear(f"{type(error).__name__} while posting") from error
