"""Digests of this terminal: the same ledger, slots and composing as in chat, posted to the screen."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from bot.briefings.digest_desk import DigestDesk, Owner
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.pages import posts_of
from bot.briefings.plan import Plan
from bot.briefings.run_desk import RunDesk
from bot.briefings.watch_runs import WatchRuns
from bot.rendering.digest_settings_pages import DigestRow
from bot.rendering.page import Page
from corpus.archive import Archive
from retrieval.digests.digesting import DigestComposer
from retrieval.watches.watching import QuestionWatcher

HERE = 0  # the one channel of a terminal, and whoever sits there
OWNER = Owner(guild=None, person=HERE)

P = ParamSpec("P")
T = TypeVar("T")


class Screen:
    """A poster whose channel is whoever looks: what it posts is shown next."""

    def __init__(self) -> None:
        self.pages: list[Page] = []

    async def post(
        self, channel_id: int, page: Page, *, nonce: str, title: str | None = None, ping: int | None = None
    ) -> int:
        self.pages.append(page)
        return len(self.pages)

    async def find_posted(self, channel_id: int, footer_id: str, *, title: str | None = None) -> int | None:
        return None  # a terminal forgets

    async def open_thread(self, channel_id: int, message_id: int, title: str) -> int:
        return message_id

    async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
        return None

    async def takes_posts(self, channel_id: int) -> bool:
        return False

    async def takes_threads(self, channel_id: int) -> bool:
        return False

    async def publish(self, channel_id: int, message_id: int) -> None:
        return None


class OwnDigests:
    """What `bot.console.digest_desk.DigestDesk` asks for, over a ledger of the terminal's own.

    The week of a preview is the archive's own last one, where nothing newer is in it.
    """

    def __init__(
        self, ledger: Ledger, archive: Archive, composer: DigestComposer, watcher: QuestionWatcher | None = None
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer
        self._watches = WatchRuns(ledger, watcher, composer) if watcher is not None else None
        self._desk = DigestDesk(ledger, archive, composer, from_newest=True, watches=self._watches)
        self._runs = RunDesk(ledger, archive, composer)

    def begin(self, plan: Plan, now: dt.datetime) -> Page:
        plan.schedule("UTC")  # an unknown zone is said before anything is kept
        return self._desk.preview(OWNER, self._desk.begin(OWNER, plan, now).id, now)

    def edit(self, subscription: int, now: dt.datetime) -> Page:
        return self._desk.preview(OWNER, self._desk.edit(OWNER, subscription, now).id, now)

    def plan_of(self, draft: int) -> Plan:
        return self._desk.draft(OWNER, draft).plan

    def preview(self, draft: int, now: dt.datetime) -> Page:
        return self._desk.preview(OWNER, draft, now)

    def matches(self, draft: int, page: int) -> Page:
        return self._desk.matches(OWNER, draft, page)

    def start(self, draft: int, now: dt.datetime) -> DigestRow:
        return self._desk.start(OWNER, draft, HERE, now)

    def rows(self, now: dt.datetime) -> list[DigestRow]:
        return self._desk.rows(OWNER, now)

    def row(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._desk.row(OWNER, subscription, now)

    def pause(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._desk.pause(OWNER, subscription, now)

    def resume(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._desk.resume(OWNER, subscription, now)

    def remove(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._desk.remove(OWNER, subscription, now)

    def undo_remove(self, subscription: int, now: dt.datetime) -> DigestRow:
        return self._desk.restore(OWNER, subscription, now)

    def history(self, subscription: int) -> Page:
        return self._runs.history(OWNER, subscription)

    def run(self, run: str, page: int) -> Page:
        return self._runs.run(OWNER, run, page)

    def item(self, run: str, article: int) -> Page:
        return self._runs.item(OWNER, run, article)

    def why(self, run: str, article: int) -> Page:
        return self._runs.why(OWNER, run, article)

    def more(self, run: str, page: int) -> Page:
        return self._runs.more(OWNER, run, page)

    def mark(self, run: str, article: int, now: dt.datetime) -> Page:
        return self._runs.mark(OWNER, run, article, now)

    def unmark(self, run: str, article: int) -> Page:
        return self._runs.unmark(OWNER, run, article)

    def post_now(self, subscription: int, now: dt.datetime) -> Sequence[Page]:
        """A digest of what is new since the last one; it counts as posted. No page when nothing is new."""
        screen = Screen()
        self._desk.row(OWNER, subscription, now)  # is it this terminal's?
        asyncio.run(self._dispatcher(screen).post_now(subscription, now))
        return screen.pages

    def due(self, now: dt.datetime) -> Sequence[Page]:
        """Settle what is owed, as the bot does when its alarm rings; what was posted."""
        screen = Screen()
        asyncio.run(self._dispatcher(screen).settle_due(now))
        return screen.pages

    def requested(self, now: dt.datetime) -> Sequence[Page]:
        """Do what was asked for on the command line; what was posted."""
        screen = Screen()
        asyncio.run(self._dispatcher(screen).carry_out(now))
        return screen.pages

    def _dispatcher(self, screen: Screen) -> Dispatcher:
        return Dispatcher(
            self._ledger, self._archive, self._composer, screen, posts_of, _at_once, watches=self._watches
        )


async def _at_once(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A terminal has no event loop to keep free."""
    return work(*args, **kwargs)
