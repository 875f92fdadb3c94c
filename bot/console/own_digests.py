"""Digests of this terminal: the same ledger, slots and composing as in chat, posted to the screen."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.pages import pages_of, row_of
from bot.briefings.subscription import Days, Schedule, Subscription, next_slot
from bot.errors import NoSuchDigest
from bot.rendering.digest_settings_pages import DigestRow
from bot.rendering.page import Page
from corpus.archive import Archive
from corpus.article import Scope
from retrieval.digest import Digest
from retrieval.digesting import DigestComposer, preview
from retrieval.topic import Topic

PREVIEW_DAYS, PREVIEW_ITEMS = 7, 8
HERE = 0  # the one channel of a terminal

P = ParamSpec("P")
T = TypeVar("T")


class Screen:
    """A poster whose channel is whoever looks: what it posts is shown next."""

    def __init__(self) -> None:
        self.pages: list[Page] = []

    async def post(self, channel_id: int, page: Page, *, nonce: str) -> int:
        self.pages.append(page)
        return len(self.pages)

    async def find_posted(self, channel_id: int, footer_id: str) -> int | None:
        return None  # a terminal forgets


class OwnDigests:
    """What `bot.console.digest_desk.DigestDesk` asks for, over a ledger of the terminal's own."""

    def __init__(self, ledger: Ledger, archive: Archive, composer: DigestComposer) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer

    def preview(self, topic: str, now: dt.datetime) -> Digest:
        """What the last seven days would have given; in an archive that has none, what its own last seven would."""
        last = self._archive.coverage().last
        until = min(now.date(), last) if last else now.date()
        week = Scope(since=until - dt.timedelta(days=PREVIEW_DAYS - 1), until=until)
        return preview(self._archive, self._composer, Topic(topic), week, PREVIEW_ITEMS)

    def next_run(self, days: str, at: dt.time, zone: str, now: dt.datetime) -> dt.datetime:
        return next_slot(Schedule(Days(days), at, zone), now).due_at

    def add(self, topic: str, days: str, at: dt.time, zone: str, now: dt.datetime) -> DigestRow:
        subscription = self._ledger.subscriptions.add(
            guild=None,
            channel=HERE,
            creator=HERE,
            topic=Topic(topic),
            schedule=Schedule(Days(days), at, zone),
            cursor=self._archive.last_arrival(),
            now=now,
        )
        return self._row(subscription, now)

    def rows(self, now: dt.datetime) -> list[DigestRow]:
        return [self._row(subscription, now) for subscription in self._ledger.subscriptions.of_guild(None)]

    def pause(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.pause(self._known(subscription), now), now)

    def resume(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.resume(self._known(subscription), now), now)

    def remove(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.remove(self._known(subscription), now), now)

    def undo_remove(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.restore(self._known(subscription), now), now)

    def post_now(self, subscription: int, now: dt.datetime) -> Sequence[Page]:
        """A digest of what is new since the last one; it counts as posted. No page when nothing is new."""
        screen = Screen()
        asyncio.run(self._dispatcher(screen).post_now(self._known(subscription), now))
        return screen.pages

    def due(self, now: dt.datetime) -> Sequence[Page]:
        """Settle what is owed, as the bot does when its alarm rings; what was posted."""
        screen = Screen()
        asyncio.run(self._dispatcher(screen).settle_due(now))
        return screen.pages

    def _dispatcher(self, screen: Screen) -> Dispatcher:
        return Dispatcher(self._ledger, self._archive, self._composer, screen, pages_of, _at_once)

    def _known(self, number: int) -> int:
        if number not in {subscription.id for subscription in self._ledger.subscriptions.of_guild(None)}:
            raise NoSuchDigest(f"There is no digest D{number}. /digest list shows those that exist.")
        return number

    def _row(self, subscription: Subscription, now: dt.datetime) -> DigestRow:
        return row_of(self._ledger, subscription, now)


async def _at_once(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A terminal has no event loop to keep free."""
    return work(*args, **kwargs)
