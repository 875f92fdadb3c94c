"""Discord as digests meet it in a bad year, and the time that passes meanwhile."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from channels import FakeChannels

from bot.briefings.delivery import MayNotPost, PostUnclear
from bot.rendering.page import Page

PUBLISHED_AN_HOUR = 10
LONGEST_LIMIT = 120.0  # seconds that discord.py waits for a 429 before it gives up (bot.chat.client)


@dataclass
class BadChannels(FakeChannels):
    """Channels whose requests take time, get lost, or are limited; `now` is the time of the whole world.

    `trouble` is the share of posts that are cut before the effect, as much after it; twice as many meet a 429.
    """

    chance: random.Random = field(default_factory=random.Random)
    trouble: float = 0.0
    unavailable: set[int] = field(default_factory=set)  # channels of servers in an outage
    unreadable: set[int] = field(default_factory=set)  # channels without Read Message History
    limited: int = 0
    cut: int = 0
    unpublished: int = 0
    _published_at: dict[int, list[dt.datetime]] = field(default_factory=dict)
    log: list[tuple[dt.datetime, int, Page]] = field(default_factory=list)  # pages as they were posted

    async def post(
        self, channel_id: int, page: Page, *, nonce: str, title: str | None = None, ping: int | None = None
    ) -> int:
        self._check(channel_id)
        self.now += dt.timedelta(seconds=self.chance.uniform(0.05, 0.6))
        fate = self.chance.random() / self.trouble if self.trouble else 9.0
        if fate < 1:
            self.cut += 1
            raise PostUnclear("the connection was cut before")
        if fate < 3:
            wait = self.chance.uniform(0, 2 * LONGEST_LIMIT)
            self.limited += 1
            if wait > LONGEST_LIMIT:
                raise PostUnclear("RateLimited while posting")
            self.now += dt.timedelta(seconds=wait)
        before = len(self.messages.get(channel_id, ()))
        posted = await super().post(channel_id, page, nonce=nonce, title=title, ping=ping)
        if len(self.messages[channel_id]) > before:
            self.log.append((self.now, channel_id, page))
        if 3 <= fate < 4:
            self.cut += 1
            raise PostUnclear("the connection was cut after")
        return posted

    async def find_posted(self, channel_id: int, footer_id: str, *, title: str | None = None) -> int | None:
        self._check(channel_id)
        if channel_id in self.unreadable:
            raise MayNotPost("Read Message History")
        return await super().find_posted(channel_id, footer_id, title=title)

    async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
        self._check(channel_id)
        fate = self.chance.random() / self.trouble if self.trouble else 9.0
        if fate < 1:
            self.cut += 1
            raise PostUnclear("the connection was cut before")
        await super().correct(channel_id, message_id, page)
        if fate < 2:
            self.cut += 1
            raise PostUnclear("the connection was cut after")

    async def publish(self, channel_id: int, message_id: int) -> None:
        self._check(channel_id)
        if message_id in self.published:
            return
        lately = [at for at in self._published_at.get(channel_id, []) if self.now - at < dt.timedelta(hours=1)]
        self._published_at[channel_id] = lately
        if len(lately) >= PUBLISHED_AN_HOUR or (self.trouble and self.chance.random() < self.trouble):
            self.unpublished += 1
            raise PostUnclear("RateLimited while posting")
        lately.append(self.now)
        await super().publish(channel_id, message_id)

    def _check(self, channel_id: int) -> None:
        if channel_id in self.unavailable:
            raise PostUnclear("the server is not available")
        super()._check(channel_id)
