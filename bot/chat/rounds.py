"""What happens each time the alarm rings: post what is owed, and tell who must know when it cannot be posted."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any

import discord

from bot.briefings.dispatch import Dispatcher
from bot.briefings.planning import ReadersOf, readers_of_everything
from bot.briefings.sending import Settled
from bot.briefings.subscription import State, Subscription
from bot.chat.apologies import UNSENT
from bot.chat.layout import layout_of
from bot.chat.poster import missing_permissions
from bot.chat.resending import sent_again
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.markdown import escaped
from bot.rendering.notices import notice_page
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


class Rounds:
    """Goes round all subscriptions whenever it is asked to."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        client: discord.Client,
        readers: ReadersOf = readers_of_everything,
        log_channel: Callable[[Subscription], Awaitable[int | None]] | None = None,
    ) -> None:
        """`readers` says in which language a digest and what is told about it are; `log_channel` which channel a
        server's managers chose to be told in."""
        self._dispatcher = dispatcher
        self._client = client
        self._readers = readers
        self._log_channel = log_channel

    async def ring(self, now: dt.datetime) -> dt.datetime | None:
        """Settle what is owed; gives the moment of the next slot."""
        await self._see_to(await self._dispatcher.settle_due(now))
        return await self._dispatcher.next_due(now)

    async def try_again(self, channels: Collection[int], now: dt.datetime) -> None:
        """What was not allowed in these channels may be allowed now."""
        await self._see_to(await self._dispatcher.retry_channels(channels, now))

    async def channel_deleted(self, channel: int, now: dt.datetime) -> None:
        """Remove the digests of a channel that is gone, and tell of it."""
        await self._see_to(await self._dispatcher.channel_deleted(channel, now))

    async def _see_to(self, happened: Iterable[Settled]) -> None:
        for settled in happened:
            _log_result(settled)
            if settled.notice is not None:
                await self._tell(settled)

    async def _tell(self, settled: Settled) -> None:
        """One message: in the server's log channel, else to who made the digest; else it is found in /digest list."""
        subscription = settled.subscription
        assert settled.notice is not None
        happened = _WHAT_HAPPENED.get(settled.notice)
        if happened is None:
            return
        with speaking((await self._readers(subscription)).language):
            topic = escaped(subscription.topic.text.strip() or _(EVERYTHING_NEW))
            about = _("Your digest **{topic}** in {channel}.")
            text = sentences(
                about.format(topic=topic, channel=f"<#{subscription.channel}>"),
                _(happened).format(reason=escaped(shown_reason(subscription.reason or NOT_TAKEN))),
            )
        # Discord takes one message for a nonce, so it may be sent again.
        nonce = f"{subscription.name}-{settled.notice}"

        channel = await self._log_channel_of(subscription)

        async def tell() -> None:
            reader = channel or await self._client.fetch_user(subscription.creator)
            await reader.send(view=layout_of(notice_page(text)), nonce=nonce)

        try:
            await sent_again(tell)
        except (*UNSENT, discord.RateLimited) as error:
            log.info("could not tell of a digest's trouble", extra={"fields": {"code": getattr(error, "code", None)}})

    async def _log_channel_of(self, subscription: Subscription) -> Any:
        """The log channel of a digest's server, if there is one and we may post there."""
        number = await self._log_channel(subscription) if self._log_channel is not None else None
        channel: Any = self._client.get_channel(number) if number is not None else None
        return channel if channel is not None and not missing_permissions(channel) else None


def _log_result(settled: Settled) -> None:
    result = settled.delivery.result if settled.delivery else None
    log.info("digest settled", extra={"fields": {"digest": settled.subscription.name, "result": result}})
