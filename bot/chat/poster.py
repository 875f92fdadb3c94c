"""Posts digests into Discord's channels, and finds those that were posted when the answer was lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import discord

from bot.briefings.delivery import ChannelGone, MayNotPost, PostRefused, PostUnclear, TryLater
from bot.chat.apologies import UNSENT
from bot.chat.layout import layout_of, texts_of
from bot.rendering.page import Page
from bot.rendering.wording import N_

log = logging.getLogger(__name__)

VIEW, SEND, SEND_IN_THREADS = N_("View Channel"), N_("Send Messages"), N_("Send Messages in Threads")
MANAGE_THREADS, READ_HISTORY = N_("Manage Threads"), N_("Read Message History")
CREATE_THREADS = N_("Create Public Threads")
# How a forum's settings name the same two.
CREATE_POSTS, SEND_IN_POSTS = N_("Create Posts"), N_("Send Messages in Posts")

OWN_MESSAGES = 50  # how many of ours are looked through, and among how many of everybody's
MESSAGES = 500

# Discord's error codes (resources/opcodes-and-status-codes), by what they mean for a post.
UNKNOWN_CHANNEL, MISSING_ACCESS, DM_CLOSED, MISSING_PERMISSIONS, THREAD_ARCHIVED = 10003, 50001, 50007, 50013, 50083
ALREADY_PUBLISHED, THREAD_EXISTS, TOO_MANY_EDITS = 40033, 160004, 30046


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

    async def post(
        self, channel_id: int, page: Page, *, nonce: str, title: str | None = None, ping: int | None = None
    ) -> int:
        """As `Poster.post`. Discord keeps the nonce for some minutes, and discord.py asks it to enforce it.

        Forum posts take no nonce, so each is looked for by its title first.
        """
        channel = await self._channel(channel_id)
        if missing := missing_permissions(channel):
            raise MayNotPost(missing[0])
        mentions = discord.AllowedMentions.none()
        if ping is not None:
            mentions = discord.AllowedMentions(
                everyone=False, users=False, roles=[discord.Object(ping)], replied_user=False
            )
        with self._at_work():
            try:
                if isinstance(channel, discord.ForumChannel):
                    name = title or nonce
                    if (posted := await self._forum_post(channel, name)) is not None:
                        return posted
                    made = await channel.create_thread(
                        name=name, view=layout_of(page), allowed_mentions=mentions, applied_tags=_needed_tags(channel)
                    )
                    return made.thread.id
                message: discord.Message = await channel.send(
                    view=layout_of(page), nonce=nonce, allowed_mentions=mentions
                )
            except (*UNSENT, discord.RateLimited) as error:
                _explain(error, channel)
        return message.id

    async def open_thread(self, channel_id: int, message_id: int, title: str) -> int:
        """As `Poster.open_thread`. The thread under a message, like a forum post, has that message's id."""
        channel = await self._channel(channel_id)
        if isinstance(channel, discord.ForumChannel) or self._client.get_channel(message_id) is not None:
            return message_id
        if not isinstance(channel, discord.TextChannel):
            raise MayNotPost(CREATE_THREADS)
        if missing := missing_for_threads(channel):
            raise MayNotPost(missing[0])
        with self._at_work():
            try:
                await channel.get_partial_message(message_id).create_thread(name=title)
            except (*UNSENT, discord.RateLimited) as error:
                if getattr(error, "code", 0) == MISSING_PERMISSIONS:
                    raise MayNotPost(CREATE_THREADS) from error
                if getattr(error, "code", 0) != THREAD_EXISTS:
                    _explain(error, channel)
        return message_id

    async def takes_posts(self, channel_id: int) -> bool:
        """As `Poster.takes_posts`."""
        return isinstance(await self._channel(channel_id), discord.ForumChannel)

    async def takes_threads(self, channel_id: int) -> bool:
        """As `Poster.takes_threads`."""
        channel = self._client.get_channel(channel_id)
        return isinstance(channel, discord.TextChannel) and not missing_for_threads(channel)

    async def publish(self, channel_id: int, message_id: int) -> None:
        """As `Poster.publish`. Discord allows ten an hour in a channel."""
        channel = await self._channel(channel_id)
        if not (isinstance(channel, discord.TextChannel) and channel.is_news()):
            return
        with self._at_work():
            try:
                await channel.get_partial_message(message_id).publish()
            except (*UNSENT, discord.RateLimited) as error:
                if getattr(error, "code", 0) != ALREADY_PUBLISHED:
                    _explain(error, channel)

    async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
        """As `Poster.correct`. Discord allows few edits of messages that are older than an hour, so one at a time."""
        channel = await self._channel(channel_id)
        if isinstance(channel, discord.ForumChannel):
            channel = await self._channel(message_id)
        if VIEW in missing_permissions(channel):
            raise MayNotPost(VIEW)
        with self._at_work():
            try:
                if isinstance(channel, discord.Thread) and channel.archived:
                    await channel.edit(archived=False)  # sending would do that, an edit does not
                message = channel.get_partial_message(message_id)
                await message.edit(view=layout_of(page), allowed_mentions=discord.AllowedMentions.none())
            except (*UNSENT, discord.RateLimited) as error:
                _explain(error, channel)

    async def find_posted(self, channel_id: int, footer_id: str, *, title: str | None = None) -> int | None:
        """As `Poster.find_posted`."""
        channel = await self._channel(channel_id)
        # Without these Discord gives an empty history and no error, which would look like "not posted".
        if missing := missing_permissions(channel, to_read=True):
            raise MayNotPost(missing[0])
        own = 0
        try:
            if isinstance(channel, discord.ForumChannel):
                return await self._forum_post(channel, title or footer_id)
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
        if not isinstance(channel, discord.abc.Messageable | discord.ForumChannel):
            raise PostRefused("messages cannot be posted in that kind of channel")
        return channel

    async def _forum_post(self, forum: discord.ForumChannel, title: str) -> int | None:
        """The id of our post whose title holds the digest's id, which is the last word of `title`."""
        label = title.split()[-1]
        active = [thread for thread in await forum.guild.active_threads() if thread.parent_id == forum.id]
        for thread in active:
            if self._is_ours(thread, label):
                return thread.id
        if forum.permissions_for(forum.guild.me).read_message_history:
            async for thread in forum.archived_threads(limit=OWN_MESSAGES):
                if self._is_ours(thread, label):
                    return thread.id
        return None

    def _is_ours(self, thread: discord.Thread, label: str) -> bool:
        return (
            self._client.user is not None and thread.owner_id == self._client.user.id and label in thread.name.split()
        )

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Something is being sent; `finish` waits for it."""
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()


def missing_permissions(channel: Any, *, to_read: bool = False) -> list[str]:
    """What we lack to post in a channel (or to read it), as Discord's settings name it; nothing in direct messages."""
    guild = getattr(channel, "guild", None)
    if guild is None:
        return []
    try:
        has = channel.permissions_for(guild.me)
    except discord.ClientException:  # a thread whose parent we may not see
        return [VIEW]
    if isinstance(channel, discord.ForumChannel):
        needed = {VIEW: has.view_channel, CREATE_POSTS: has.send_messages, SEND_IN_POSTS: has.send_messages_in_threads}
        if to_read:
            needed[READ_HISTORY] = has.read_message_history
    elif to_read:
        needed = {VIEW: has.view_channel, READ_HISTORY: has.read_message_history}
    elif isinstance(channel, discord.Thread):
        needed = {VIEW: has.view_channel, SEND_IN_THREADS: has.send_messages_in_threads}
        if channel.locked:
            needed[MANAGE_THREADS] = has.manage_threads
    else:
        needed = {VIEW: has.view_channel, SEND: has.send_messages}
    return [name for name, granted in needed.items() if not granted]


def missing_for_threads(channel: discord.TextChannel) -> list[str]:
    """What we lack to make a thread under a message and to write in it."""
    has = channel.permissions_for(channel.guild.me)
    needed = {CREATE_THREADS: has.create_public_threads, SEND_IN_THREADS: has.send_messages_in_threads}
    return [name for name, granted in needed.items() if not granted]


def _needed_tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """The first tag that anybody may give, in a forum that takes no post without one."""
    free = [tag for tag in forum.available_tags if not tag.moderated]
    return free[:1] if forum.flags.require_tag else []


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
        raise MayNotPost(N_("Direct Messages")) from error
    if code == MISSING_ACCESS or status in (401, 403):
        raise MayNotPost(VIEW) from error
    if status == 429 or code == TOO_MANY_EDITS:  # of messages that are older than an hour
        raise TryLater(f"{type(error).__name__} while posting") from error
    if isinstance(error, discord.HTTPException) and 400 <= status < 500:
        raise PostRefused(f"Discord refuses the message (code {code})") from error
    raise PostUnclear(f"{type(error).__name__} while posting") from error
