"""Channels to post to that behave like Discord's, as far as digests notice."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field, replace

from bot.briefings.delivery import ChannelGone, MayNotPost, PostRefused, PostUnclear
from bot.rendering.page import Page


@dataclass(frozen=True)
class Message:
    id: int
    page: Page
    nonce: str
    posted_at: dt.datetime


@dataclass
class FakeChannels:
    """A poster that keeps what was posted. A nonce gives the first message again for five minutes.

    `now` is the time that it believes in. `lose_answers` counts posts that arrive although their answer does not,
    `lose_requests` posts that never arrive; both look the same from outside.
    """

    now: dt.datetime
    messages: dict[int, list[Message]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)  # channels without Send Messages
    gone: set[int] = field(default_factory=set)
    lose_answers: int = 0
    lose_requests: int = 0
    attempts: int = 0
    forums: set[int] = field(default_factory=set)
    threads: dict[int, str] = field(default_factory=dict)  # titles, by the id of the message above, which is theirs too
    threads_allowed: bool = True
    published: list[int] = field(default_factory=list)
    pinged: list[int] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    threadless: set[int] = field(default_factory=set)  # threads, which hold none themselves, and direct messages

    async def post(
        self, channel_id: int, page: Page, *, nonce: str, title: str | None = None, ping: int | None = None
    ) -> int:
        self._check(channel_id)
        if channel_id in self.forums:
            assert title is not None, "a forum post has a title"
            if (found := self._titled(title)) is not None:
                return found
        self.attempts += 1
        if self.lose_requests:
            self.lose_requests -= 1
            raise PostUnclear("the connection was cut")
        there = self.messages.setdefault(channel_id, [])
        for message in there:
            if message.nonce == nonce and self.now - message.posted_at < dt.timedelta(minutes=5):
                return message.id
        there.append(Message(1000 * channel_id + len(there) + 1, page, nonce, self.now))
        if channel_id in self.forums and title is not None:
            self.threads[there[-1].id] = title
        if ping is not None:
            self.pinged.append(ping)
        if self.lose_answers:
            self.lose_answers -= 1
            raise PostUnclear("the connection was cut")
        return there[-1].id

    async def find_posted(self, channel_id: int, footer_id: str, *, title: str | None = None) -> int | None:
        self._check(channel_id)
        if channel_id in self.forums:
            return self._titled(title)
        recent = deque(self.messages.get(channel_id, []), maxlen=50)
        return next((message.id for message in recent if footer_id in message.page.text.split()), None)

    def texts(self, channel_id: int) -> list[str]:
        return [message.page.text for message in self.messages.get(channel_id, [])]

    async def open_thread(self, channel_id: int, message_id: int, title: str) -> int:
        self._check(channel_id)
        if not self.threads_allowed and message_id not in self.threads:
            raise MayNotPost("Create Public Threads")
        self.threads.setdefault(message_id, title)
        return message_id

    async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
        self._check(channel_id)
        there = self.messages.get(channel_id, [])
        place = next((place for place, message in enumerate(there) if message.id == message_id), None)
        if place is None:
            raise PostRefused("Discord refuses the message (code 10008)")
        there[place] = replace(there[place], page=page)
        self.corrected.append(message_id)

    async def takes_posts(self, channel_id: int) -> bool:
        return channel_id in self.forums

    async def takes_threads(self, channel_id: int) -> bool:
        return self.threads_allowed and channel_id not in self.forums | self.threadless

    async def publish(self, channel_id: int, message_id: int) -> None:
        if message_id not in self.published:
            self.published.append(message_id)

    def _titled(self, title: str | None) -> int | None:
        return next((number for number, name in self.threads.items() if name == title), None)

    def _check(self, channel_id: int) -> None:
        if channel_id in self.gone:
            raise ChannelGone
        if channel_id in self.closed:
            raise MayNotPost("Send Messages")
