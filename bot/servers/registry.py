"""The book of servers for the event loop: on a worker of its own, so that it never waits behind longer work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from bot.servers.access import Audience, CollectionRule, Place, Rules, audience_of
from bot.servers.server_book import ServerBook
from bot.servers.server_settings import ServerSettings
from bot.workbench import Workbench


class ServerRegistry:
    """Asked before every acknowledgement, which Discord wants within three seconds: each call takes well under one."""

    def __init__(self, book: ServerBook) -> None:
        self._book = book
        self._bench = Workbench("servers")

    async def settings(self, server: int | None) -> ServerSettings:
        """A server's settings; those of a server that set nothing for a direct message."""
        return ServerSettings() if server is None else await self._bench.run(self._book.settings, server)

    async def change(self, server: int, **choices: Any) -> ServerSettings:
        """As `ServerBook.change`."""
        return await self._bench.run(self._book.change, server, **choices)

    async def left_since(self, here: Collection[int], now: dt.datetime) -> dict[int, dt.datetime]:
        """As `ServerBook.left_since`."""
        return await self._bench.run(self._book.left_since, here, now)

    async def rules(self) -> Rules:
        return await self._bench.run(self._book.rules)

    async def set_rule(self, server: int, collection: str, rule: CollectionRule) -> None:
        await self._bench.run(self._book.set_rule, server, collection, rule)

    async def audience(self, place: Place, *, public: bool) -> Audience:
        """Who reads what is said in a place (`audience_of`)."""
        return audience_of(await self.rules(), place, public=public)

    def close(self) -> None:
        self._bench.close()
        self._book.close()
