"""Tells who must know that a digest cannot be posted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.briefings.notice_book import Notice
from bot.briefings.planning import ReadersOf
from bot.briefings.subscription import State, Subscription
from bot.chat.apologies import UNSENT
from bot.chat.layout import layout_of
from bot.chat.poster import missing_permissions
from bot.chat.resending import is_passing, sent_again
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.markdown import escaped
from bot.rendering.notices import notice_page
from bot.rendering.page import Page
from bot.rendering.stored_reasons import shown_reason
from bot.rendering.wording import N_, sentences, speaking
from bot.rendering.wording import gettext as _

log = logging.getLogger(__name__)

_WHAT_HAPPENED = {
    State.BLOCKED: N_("I can't post it: {reason}. It is tried again every day. Fix it in the channel's permissions."),
    State.PAUSED: N_(
        "It is paused now: {reason}. Fix it in the channel's permissions, then resume it in /digest list."
    ),
    State.REMOVED: N_("It was removed: {reason}. /digest add makes a new one."),
}

NOT_TAKEN = N_("the channel does not take it")


class Teller:
    """Sends one message: in the server's log channel, else to who made the digest; else it is found in /digest list."""

    def __init__(
        self,
        client: discord.Client,
        readers: ReadersOf,
        log_channel: Callable[[Subscription], Awaitable[int | None]] | None = None,
    ) -> None:
        """`readers` says in which language a digest and what is told about it are; `log_channel` which channel a
        server's managers chose to be told in."""
        self._client = client
        self._readers = readers
        self._log_channel = log_channel

    async def told(self, notice: Notice) -> bool:
        """Whether nothing is left to be done: it was told, or nobody takes it. False if it must be tried again."""
        page = await self._page(notice)
        channel = await self._log_channel_of(notice.subscription)
        try:
            if channel is not None and await self._sent(channel, page, notice.nonce):
                return True
            # No person: whoever made it asked to be forgotten.
            if notice.subscription.creator <= 0:
                return True
            reader = await sent_again(lambda: self._client.fetch_user(notice.subscription.creator))
            await self._sent(reader, page, notice.nonce)
        except (*UNSENT, discord.RateLimited) as error:
            _log_failure(error)
            return not is_passing(error)
        return True

    async def _page(self, notice: Notice) -> Page:
        subscription = notice.subscription
        with speaking((await self._readers(subscription)).language):
            topic = escaped(subscription.topic.text.strip() or _(EVERYTHING_NEW))
            about = _("Your digest **{topic}** in {channel}.")
            text = sentences(
                about.format(topic=topic, channel=f"<#{subscription.channel}>"),
                _(_WHAT_HAPPENED[notice.about]).format(reason=escaped(shown_reason(subscription.reason or NOT_TAKEN))),
            )
        return notice_page(text)

    async def _sent(self, reader: Any, page: Page, nonce: str) -> bool:
        """False where it is refused. Raises what passes."""
        try:
            # Discord takes one message for a nonce, so it may be sent again.
            await sent_again(lambda: reader.send(view=layout_of(page), nonce=nonce))
        except discord.HTTPException as error:
            if is_passing(error):
                raise
            _log_failure(error)
            return False
        return True

    async def _log_channel_of(self, subscription: Subscription) -> Any:
        """The log channel of a digest's server, if there is one and we may post there."""
        number = await self._log_channel(subscription) if self._log_channel is not None else None
        channel: Any = self._client.get_channel(number) if number is not None else None
        return channel if channel is not None and not missing_permissions(channel) else None


def _log_failure(error: Exception) -> None:
    log.info("could not tell of a digest's trouble", extra={"fields": {"code": getattr(error, "code", None)}})
