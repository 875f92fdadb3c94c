"""What is forgotten when its time has come: removed digests, old notes and previews, and servers that we left."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Final

from bot.briefings.ledger import Ledger
from bot.chat.room import Room

if TYPE_CHECKING:
    import discord

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 6 * 3_600
KEPT_AFTER_LEAVING: Final = dt.timedelta(days=30)  # PRODUCT.md, section 7


class Housekeeping:
    """Goes through the ledger a few times a day. What it misses while the bot is off, it does at the next start."""

    def __init__(self, room: Room, ledger: Ledger, client: discord.Client) -> None:
        """The ledger is used on the room's `digests` only."""
        self._room = room
        self._ledger = ledger
        self._client = client

    async def ring(self, now: dt.datetime) -> None:
        """Once the servers are known. One that only cannot be reached counts as there: Discord still names it."""
        left = await self._room.servers.left_since([guild.id for guild in self._client.guilds], now)
        for server, since in left.items():
            if now - since >= KEPT_AFTER_LEAVING:
                digests = await self._room.digests.run(self._ledger.subscriptions.purge_guild, server)
                log.info(
                    "a server that we left was forgotten", extra={"fields": {"server": server, "digests": digests}}
                )
        await self._room.digests.run(self._ledger.subscriptions.purge, now)
        await self._room.digests.run(self._ledger.feedback.forget_old, now)
        await self._room.digests.run(self._ledger.drafts.forget_old, now)
