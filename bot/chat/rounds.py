"""What happens each time the alarm rings: post what is owed, and tell who must know when it cannot be posted."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable

import discord

from bot.briefings.dispatch import Dispatcher
from bot.briefings.planning import ReadersOf, readers_of_everything
from bot.briefings.sending import Settled
from bot.briefings.subscription import Subscription
from bot.chat.trouble_notices import Teller

log = logging.getLogger(__name__)


class Rounds:
    """Goes round all subscriptions whenever it is asked to."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        client: discord.Client,
        readers: ReadersOf = readers_of_everything,
        log_channel: Callable[[Subscription], Awaitable[int | None]] | None = None,
        catch_up: Callable[[dt.datetime], Awaitable[None]] | None = None,
    ) -> None:
        """`readers` says in which language a digest and what is told about it are; `log_channel` which channel a
        server's managers chose to be told in; `catch_up` waits a moment for news that is on its way."""
        self._dispatcher = dispatcher
        self._catch_up = catch_up
        self._teller = Teller(client, readers, log_channel)
        self._one_teller = asyncio.Lock()

    async def ring(self, now: dt.datetime) -> dt.datetime | None:
        """Settle what is owed; gives the moment of the next slot."""
        if self._catch_up is not None and await self._dispatcher.owes(now):
            await self._catch_up(now)
        await self._see_to(await self._dispatcher.settle_due(now), now)
        await self._dispatcher.correct(now)
        return await self._dispatcher.next_due(now)

    async def try_again(self, channels: Collection[int], now: dt.datetime) -> None:
        """What was not allowed in these channels may be allowed now."""
        await self._see_to(await self._dispatcher.retry_channels(channels, now), now)

    async def channel_deleted(self, channel: int, now: dt.datetime) -> None:
        """Remove the digests of a channel that is gone, and tell of it."""
        await self._see_to(await self._dispatcher.channel_deleted(channel, now), now)

    async def _see_to(self, happened: Iterable[Settled], now: dt.datetime) -> None:
        """Tell what waits to be told, also what a round before this one, or a process before, could not tell."""
        for settled in happened:
            _log_result(settled)
        async with self._one_teller:  # a ring and a change of permissions may come at the same time
            for notice in await self._dispatcher.notices():
                if await self._teller.told(notice):
                    await self._dispatcher.mark_told(notice, now)


def _log_result(settled: Settled) -> None:
    result = settled.delivery.result if settled.delivery else None
    log.info("digest settled", extra={"fields": {"digest": settled.subscription.name, "result": result}})
