"""A room over a small archive, with fakes that behave: for a bot in a simulated Discord, and for one in a process."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from fakes import WordHashEmbedder
from small_desk import ARTICLES, archive_with, desk_over

from bot.briefings.ledger import Ledger
from bot.briefings.planning import Judge
from bot.chat.assembly import Bot, DigestTools, assembled
from bot.chat.room import Room
from bot.desk import Desk
from bot.servers.registry import ServerRegistry
from bot.servers.server_book import ServerBook
from bot.workbench import Lookout, Workbench, WorkerPool
from corpus.archive import FILE_NAME, Archive
from retrieval.digests.digest import Digest
from retrieval.digests.digesting import DigestComposer
from retrieval.models.reranking import Reranker
from retrieval.watches.watching import QuestionWatcher


@dataclass
class CommandMemory:
    """Remembers the commands that were sent, in memory."""

    fingerprint: str | None = None
    writes: int = 0
    written: asyncio.Event = field(default_factory=asyncio.Event)

    def read(self) -> str | None:
        return self.fingerprint

    def write(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.writes += 1
        self.written.set()


@dataclass
class SmallRoom:
    """A room, and what a bot in it needs besides."""

    room: Room
    at_hand: DigestTools
    posting: DigestTools
    composing: Workbench
    record: CommandMemory

    @property
    def archive(self) -> Archive:
        return self.posting.archive

    @property
    def ledger(self) -> Ledger:
        return self.posting.ledger

    def bot(self, **options: Any) -> Bot:
        """A bot that was just started; options are those of `assembled`."""
        return assembled(
            self.room,
            at_hand=self.at_hand,
            posting=self.posting,
            composing=self.composing,
            record=self.record,
            **options,
        )


@contextmanager
def small_room(
    folder: Path,
    now: Callable[[], dt.datetime],
    *,
    reranker: Reranker | None = None,
    composing_with: Callable[[Judge], Judge] = lambda composer: composer,
    **room_options: Any,
) -> Iterator[SmallRoom]:
    """The room while the block runs. `reranker` judges for the questions; a folder that has an archive keeps it.

    `composing_with` gives what composes the digests that are posted.
    """
    archive = archive_with(folder, () if (folder / FILE_NAME).exists() else ARTICLES)
    desk_archive, digests_archive = Archive.open(folder), Archive.open(folder)
    workbench, digests, composing = Workbench(), Workbench(), Workbench()
    questions = WorkerPool(partial(own_desk, folder, reranker), 2)
    ledger, digests_ledger = Ledger.open(folder), Ledger.open(folder)
    servers = ServerRegistry(ServerBook.open(folder))
    room = Room(desk_over(desk_archive, folder), workbench, questions, digests, servers, now, **room_options)
    try:
        at_hand = tools(folder, digests_archive, digests_ledger, digests)
        posting = tools(folder, archive, ledger, composing)
        posting = replace(posting, composer=composing_with(posting.composer))
        yield SmallRoom(room, at_hand, posting, composing, CommandMemory())
    finally:
        for road in (workbench, questions, digests, composing, servers):
            road.close()
        for database in (ledger, digests_ledger, desk_archive, digests_archive, archive):
            database.close()


def tools(folder: Path, archive: Archive, ledger: Ledger, road: Workbench) -> DigestTools:
    composer = DigestComposer(archive, WordHashEmbedder(), threshold=0.05, check=road.check)
    return DigestTools(archive, ledger, composer, QuestionWatcher(archive, desk_over(archive, folder).ready))


@contextmanager
def own_desk(folder: Path, reranker: Reranker | None, _: Lookout) -> Iterator[Desk]:
    """A desk for one worker of a pool."""
    with Archive.open(folder) as archive:
        yield desk_over(archive, folder, reranker)


class Slow:
    """Composes as another does, again and again until it is let go on."""

    def __init__(self, composer: Judge) -> None:
        self._composer = composer
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._composer, name)

    def compose(self, *arguments: Any, **options: Any) -> Digest:
        self.begun.set()
        while not self.may_end.wait(0.01):
            self._composer.compose(*arguments, **options)
        return self._composer.compose(*arguments, **options)


class Slowly:
    """Makes the composer of a small room (`composing_with`) slow; `composer` is the last that was made."""

    composer: Slow

    def __call__(self, composer: Judge) -> Slow:
        self.composer = Slow(composer)
        return self.composer

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.composer.begun.wait, 60)
