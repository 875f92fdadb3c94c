"""`run`, `chat` and `start`: the bot in Discord, or the same desk in a terminal."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.output import progress, say
from bot.errors import CannotWork
from bot.locks import held
from bot.settings import Settings
from bot.wiring import (
    ARCHIVE_EMPTY,
    TERMINAL_FOLDER,
    SharedSearch,
    answering_workers,
    archive_to_read,
    archive_to_write,
    composer_for,
    desk_for,
    lacking_vectors,
    light_embedder_for,
    settings_for,
    watcher_for,
)

if TYPE_CHECKING:
    from bot.briefings.ledger import Ledger
    from bot.chat.assembly import DigestTools
    from bot.workbench import Workbench
    from corpus.archive import Archive


def run(options: argparse.Namespace) -> int:
    """The bot, until SIGTERM or Ctrl-C."""
    settings = settings_for(options)
    if settings.discord_token is None:
        raise CannotWork("no token: put DISCORD_TOKEN=... into .env (README, Connect it to Discord), or use: chat")
    with held(settings.data, "run", "run"), ExitStack() as opened:
        return _run_bot(settings, settings.discord_token, opened)


def chat(options: argparse.Namespace) -> int:
    """The terminal chat over the data folder."""
    return _chat(settings_for(options))


def start(options: argparse.Namespace) -> int:
    """What `make run` does: the bot where there is a token, else a chat over the bundled sample archive."""
    settings = settings_for(options)
    if settings.discord_token is not None:
        return run(options)
    from bot.sample import FOLDER, prepare_sample

    say("No DISCORD_TOKEN in .env: this is a chat over the sample archive. README.md says how to connect to Discord.")
    settings = replace(settings, data=FOLDER)
    with progress("reading the sample") as reading, progress("embedding the sample") as embedding:
        prepare_sample(settings, on_reading=reading, on_embedding=embedding)
    return _chat(settings)


def _run_bot(settings: Settings, token: str, opened: ExitStack) -> int:
    from bot.briefings.alarm import Alarm
    from bot.briefings.ledger import Ledger
    from bot.chat.assembly import DigestTools, assembled
    from bot.chat.room import Room
    from bot.chat.running import CommandFile, run_bot
    from bot.collecting import keep_for_good
    from bot.logs import log_as_json
    from bot.polling import Polling, PollProcess
    from bot.servers.registry import ServerRegistry
    from bot.servers.server_book import ServerBook
    from bot.workbench import Workbench, WorkerPool

    log_as_json()
    # Each road has connections of its own: `archive` is for composing and polling, which may take long.
    archive = opened.enter_context(archive_to_write(settings.data))
    ledger = opened.enter_context(Ledger.open(settings.data))
    if not archive.coverage().articles:
        say(ARCHIVE_EMPTY)
    shared = SharedSearch(settings)
    opened.callback(shared.close)
    read_at_once = opened.enter_context(archive_to_read(settings.data))
    digests_archive = opened.enter_context(archive_to_read(settings.data))
    digests_ledger = opened.enter_context(Ledger.open(settings.data))
    workbench, digests, composing = Workbench("reading"), Workbench("digests"), Workbench("composing")
    questions = WorkerPool(shared.own_desk, answering_workers())
    for road in (workbench, digests, composing, questions):
        opened.callback(road.close)
    if (warning := lacking_vectors(archive, settings, remedy="they are made in the background now")) is not None:
        say(warning)
        opened.enter_context(_embedding_beside(settings))

    servers = ServerRegistry(ServerBook.open(settings.data))
    opened.callback(servers.close)

    def tools(archive: Archive, ledger: Ledger, road: Workbench, *, for_presses: bool = False) -> DigestTools:
        composer = composer_for(archive, settings, shared.embedder, road.check, for_presses=for_presses)
        return DigestTools(archive, ledger, composer, watcher_for(archive, shared.desk(archive)))

    async def work() -> int:
        desk = shared.desk(read_at_once)
        room = Room(
            desk,
            workbench,
            questions,
            digests,
            servers,
            lambda: dt.datetime.now(dt.UTC),
            when_warm=keep_for_good,
        )
        record = CommandFile(settings.data / "commands.sha256")
        polling = Polling(archive, shared.embedder.name, composing.run, PollProcess(settings.data))
        alarm = Alarm(polling.ring, room.clock, subject="sources")
        alarm.start()
        try:
            bot = assembled(
                room,
                at_hand=tools(digests_archive, digests_ledger, digests, for_presses=True),
                posting=tools(archive, ledger, composing),
                composing=composing,
                record=record,
                personal_digests=settings.personal_digests,
                catch_up=polling.catch_up,
            )
            return await run_bot(token, bot)
        finally:
            await alarm.stop(patience_seconds=0)  # a poll may be cut anywhere

    return asyncio.run(work())


@contextmanager
def _embedding_beside(settings: Settings) -> Iterator[None]:
    """Let a process of its own, at low priority, give vectors to what an interrupted import left without."""
    command = [sys.executable, "-m", "bot", "index", "rebuild", "--data", str(settings.data)]
    if hasattr(os, "nice"):
        command = ["nice", "-n", "10", *command]
    beside = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        beside.terminate()
        beside.wait(timeout=10)


def _chat(settings: Settings) -> int:
    from bot.briefings.ledger import Ledger
    from bot.console.chatting import chat as converse
    from bot.console.own_digests import OwnDigests
    from bot.console.printing import print_page

    embedder = light_embedder_for(settings)
    with ExitStack() as opened:
        archive = opened.enter_context(archive_to_read(settings.data))
        if not archive.coverage().articles:
            say(ARCHIVE_EMPTY)
        if (warning := lacking_vectors(archive, settings)) is not None:
            say(warning)
        own = settings.data / TERMINAL_FOLDER
        ledger = opened.enter_context(Ledger.open(own) if _may_write(settings.data) else Ledger.empty())
        desk = desk_for(archive, settings, embedder)
        composer = composer_for(archive, settings, embedder)
        digests = OwnDigests(ledger, archive, composer, watcher_for(archive, desk))
        for page in digests.due(dt.datetime.now(dt.UTC)):
            print_page(page, controls=False)
        return converse(desk, data=settings.data, digests=digests)


def _may_write(folder: Path) -> bool:
    """Whether subscriptions of the terminal can be kept; reading an archive never makes a folder."""
    return folder.is_dir() and os.access(folder, os.W_OK)
