"""The real bot with the real models over the sample archive, in a simulated Discord with a server and two members."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.briefings.ledger import Ledger
from bot.chat.assembly import Bot, DigestTools, assembled
from bot.chat.room import Room
from bot.servers.registry import ServerRegistry
from bot.servers.server_book import ServerBook
from bot.settings import Settings
from bot.wiring import SharedSearch, archive_to_write, composer_for, refresh_index, watcher_for
from bot.workbench import Workbench, WorkerPool
from corpus.archive import Archive
from corpus.article import RawItem
from corpus.ingest import ingest
from corpus.readers.opening import read_items

COLLECTION = "Roundtable"
NEWS_FROM = dt.datetime(2024, 9, 1, tzinfo=dt.UTC)  # what was posted from here on comes while the bot runs


class Forgetful:
    """Commands are sent to the simulated Discord at every start."""

    def read(self) -> str | None:
        return None

    def write(self, fingerprint: str) -> None:
        pass


@dataclass
class Stage:
    """`alex` is a member, `mia` manages the server. Every scene plays in a channel of its own."""

    env: Any
    guild: Any
    alex: Any
    mia: Any
    bot: Bot
    settings: Settings
    archive: Archive
    news: list[RawItem]
    briefing: Any = None  # the channel of the one digest
    watched: Any = None  # the channel of the one watched question

    def channel(self, name: str) -> Any:
        return self.guild.create_text_channel(name)

    def news_comes(self) -> None:
        """The rest of the sample is imported, as a source would do it."""
        add(self.archive, self.news)
        refresh_index(self.archive, self.settings)

    async def day_passes(self) -> None:
        for _ in range(24):
            await self.env.advance_time(3600)
        await self.bot.rounds.ring(self.env.now())
        await self.env.settle()


def add(archive: Archive, items: list[RawItem]) -> None:
    for report in ingest(archive, items, collection=COLLECTION):
        assert report.reason is None, report


@asynccontextmanager
async def stage(data: Path) -> AsyncIterator[Stage]:
    """The stage while the block runs."""
    settings = Settings(data=data)
    with as_file(files("corpus") / "sample" / "archive") as folder:
        items = list(read_items(folder))
    with ExitStack() as opened:
        archive = opened.enter_context(archive_to_write(data))
        news = [item for item in items if item.posted is not None and item.posted >= NEWS_FROM]
        add(archive, [item for item in items if item not in news])
        refresh_index(archive, settings)
        ledger = opened.enter_context(Ledger.open(data))
        shared = SharedSearch(settings)
        opened.callback(shared.close)
        workbench, digests = Workbench(), Workbench()
        questions = WorkerPool(shared.own_desk, 1)
        servers = ServerRegistry(ServerBook.open(data))
        for road in (workbench, digests, questions, servers):
            opened.callback(road.close)
        running: Any = None  # the simulated Discord, whose time it is, once there is one

        def now() -> dt.datetime:
            return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) if running is None else running.now()

        reading = opened.enter_context(archive_to_write(data))
        room = Room(shared.desk(reading), workbench, questions, digests, servers, now, answer_seconds=60)
        composer = composer_for(archive, settings, shared.embedder)
        tools = DigestTools(archive, ledger, composer, watcher_for(archive, shared.desk(archive)))
        # One set will do where one thing happens after the other.
        bot = assembled(room, at_hand=tools, posting=tools, composing=digests, record=Forgetful())
        await room.warm_up()
        async with simcord.run(bot.client, shard_count=1, settle_timeout=20) as env:
            running = env
            guild = env.create_guild("Policy desk")
            managers = guild.create_role(
                "Editors", permissions=discord.Permissions(manage_guild=True, mention_everyone=True)
            )
            alex = guild.add_member(env.create_user("alex"))
            mia = guild.add_member(env.create_user("mia"), roles=[managers])
            await servers.change(guild.id, member_questions=60, server_questions=600)
            with env.time_context():
                yield Stage(env, guild, alex, mia, bot, settings, archive, news)
