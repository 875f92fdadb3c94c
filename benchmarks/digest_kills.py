"""kill -9 of the real program at random moments around posting, against a stand-in for Discord.

Usage: PYTHONPATH=.:tests/support python benchmarks/digest_kills.py [--kills 100] [--seed N] [--at-once 2]

Each cycle promises three digests, which are due, to a folder of their own: one to a channel, one to a forum and one to
a thread under its heading, seven messages in all. It starts the program
(`launch_bot.py`), kills it, often kills the next start too, then lets it settle, and counts messages by the id in their
footers. In half of the restarts ten minutes are made to pass: Discord forgets nonces, and the ledger's attempts are as
old. Prints where the kills hit, and what is there twice or not at all.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import random
import re
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from bot_process import Program, started
from discord_stand_in import CHANNEL, FORUM, GUILD, MEMBER, THREADED, DiscordStandIn, texts_in

from bot.__main__ import main as program
from bot.briefings.delivery import Delivery, RunState
from bot.briefings.ledger import FILE_NAME, Ledger
from bot.briefings.subscription import Schedule
from corpus.archive import Archive
from corpus.article import Window
from retrieval.topics.topic import Topic

# Starts are spread over a minute by the name of a subscription; these are among those that go first.
NUMBERS = (3, 19, 59)
PLACES = (CHANNEL, FORUM, THREADED)
MESSAGES = 7  # two in the channel, two in a post, a heading and two in its thread
ARTICLES = 16
FOOTER = re.compile(r"^-# #(D\d+-\d{8}-\d+)", re.MULTILINE)
SETTLED_WITHIN = 180  # seconds; on a machine where much else runs

MOMENTS = ("while it starts", "once connected", "request", "sent", "recorded", "after the last")


@dataclass
class Tally:
    kills: int = 0
    cycles: int = 0
    expected: int = 0
    doubled: int = 0
    lost: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    first_post: list[float] = field(default_factory=list)  # seconds from the start of a process to its first post


@dataclass
class Cycle:
    """One data folder, one Discord, and processes that come and go."""

    data: Path
    discord: DiscordStandIn
    chance: random.Random
    tally: Tally

    async def killed(self) -> None:
        """Start the program and kill it at a random moment."""
        there = len(self.discord.messages)
        left = MESSAGES - there
        moment = self.chance.choices(MOMENTS, (2, 3, 3, 6, 5, 1) if left else (2, 3, 0, 0, 0, 0))[0]
        number = self.chance.randint(1, max(1, left))
        async with started(self.discord.url, self.data) as bot:
            begun = time.perf_counter()
            self.discord.rest.call_when_posted(lambda: self._note_first_post(begun))
            try:
                await asyncio.wait_for(self._moment(bot, moment, there, number), 60)
            except TimeoutError:
                print(f"the moment {moment!r} did not come", file=sys.stderr)
            if bot.process.returncode is None:
                bot.process.kill()
            await bot.ends()
        self.tally.kills += 1
        self.tally.hits[self._where()] += 1

    async def _moment(self, bot: Program, moment: str, there: int, number: int) -> None:
        """Returns when it is time to kill; "sent" kills itself, before the answer to the request can leave."""
        if moment == "while it starts":
            usual = statistics.median(self.tally.first_post) if self.tally.first_post else 6.0
            await asyncio.sleep(self.chance.uniform(0, usual))
        elif moment == "once connected":
            await bot.says("connected as Briefing, 1 servers")
            await asyncio.sleep(self.chance.uniform(0, 0.5))
        elif moment == "request":
            before = self._requests()
            await self._until(lambda: self._requests() >= before + number)
        elif moment == "sent":
            hit = asyncio.Event()

            def posted() -> None:
                if not hit.is_set() and len(self.discord.messages) >= there + number:
                    bot.process.kill()
                    hit.set()

            self.discord.rest.call_when_posted(posted)
            await hit.wait()
        elif moment == "recorded":
            await self._until(lambda: len(self.discord.messages) >= there + number)
            await asyncio.sleep(self.chance.uniform(0, 0.06))
        else:
            await self._until(lambda: len(self.discord.messages) >= MESSAGES)
            await asyncio.sleep(self.chance.uniform(0, 1))

    def _requests(self) -> int:
        return sum(
            method == "POST" and path.startswith("/channels/") and path.endswith(("/messages", "/threads"))
            for method, path, *_ in self.discord.rest.requests
        )

    async def _until(self, done: Callable[[], bool]) -> None:
        """Looks at every request, once it has had its effect."""
        while not done():
            await self.discord.rest.next_request()
            await asyncio.sleep(0)

    def _note_first_post(self, begun: float) -> None:
        if len(self.discord.messages) == 1:
            self.tally.first_post.append(time.perf_counter() - begun)

    def _where(self) -> str:
        """How far the dead process had come."""
        footers = footers_in(self.discord.messages)
        with Ledger.open(self.data) as ledger:
            runs = self._runs(ledger)
            parts = [part for run in runs for part in ledger.parts(run)]
        unclear = [part for part in parts if part.sending_since and part.message_id is None]
        if any(footers[part.footer_id.removeprefix("#")] for part in unclear):
            return "sent, not recorded"
        if unclear:
            return "marked as being sent, not there"
        if not runs:
            return "nothing written down"
        if all(run.state is RunState.POSTED for run in runs):
            return "all digests recorded" if len(runs) == len(NUMBERS) else "between two digests"
        if all(part.message_id is None for part in parts):
            return "written down, nothing sent"
        return "between two messages, or before the next digest's first"

    @staticmethod
    def _runs(ledger: Ledger) -> list[Delivery]:
        return [run for number in NUMBERS if (run := ledger.last_run(number)) is not None]

    def pass_ten_minutes(self) -> None:
        self.discord.rest.forget_nonces()
        with closing(sqlite3.connect(self.data / FILE_NAME)) as ledger, ledger:
            for delivery, part, since in ledger.execute(
                "SELECT delivery_id, part, sending_since FROM parts WHERE sending_since IS NOT NULL"
            ).fetchall():
                earlier = dt.datetime.fromisoformat(since) - dt.timedelta(minutes=10)
                text = earlier.isoformat(timespec="microseconds")
                ledger.execute(
                    "UPDATE parts SET sending_since = ? WHERE delivery_id = ? AND part = ?", (text, delivery, part)
                )

    async def settled(self) -> None:
        """Start it and leave it alone until every digest was posted, and a moment longer."""
        async with started(self.discord.url, self.data) as bot:
            saying = asyncio.create_task(bot.ends())  # its log must be read, or it would wait for a reader
            looks = 0
            while looks < 10 * SETTLED_WITHIN and not saying.done() and not self._is_over():
                looks += 1
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.5)
            if not self._is_over():
                print(f"not settled: {bot.log[-3000:]}", file=sys.stderr)
            bot.process.kill()
            await saying

    def _is_over(self) -> bool:
        with Ledger.open(self.data, writable=False) as ledger:
            runs = self._runs(ledger)
        return len(runs) == len(NUMBERS) and all(run.state.is_final for run in runs)

    def judge(self, markers: list[str]) -> str | None:
        """Count what is there; gives what is wrong in one line."""
        footers = footers_in(self.discord.messages)
        with Ledger.open(self.data) as ledger:
            runs = self._runs(ledger)
            expected = [part.footer_id.removeprefix("#") for run in runs for part in ledger.parts(run)]
            unposted = [run.label for run in runs if run.state is not RunState.POSTED]
        told = Counter[tuple[str, str]]()
        for message in self.discord.messages:
            text = "\n".join(texts_in(message))
            digest = FOOTER.findall(text)[0].partition("-")[0]
            told.update((digest, marker) for marker in markers if marker in text)
        doubled = sum(times - 1 for times in footers.values()) + sum(times - 1 for times in told.values())
        lost = sum(not footers[footer] for footer in expected) + len(NUMBERS) * len(markers) - len(told)
        lost += len(NUMBERS) - len(runs) + len(unposted)
        self.tally.cycles += 1
        self.tally.expected += len(expected)
        self.tally.doubled += doubled
        self.tally.lost += lost
        return f"doubled {doubled}, lost {lost}: {dict(footers)}, {unposted}" if doubled or lost else None


def footers_in(messages: list[dict[str, Any]]) -> Counter[str]:
    return Counter(footer for message in messages for footer in FOOTER.findall("\n".join(texts_in(message))))


def made_archive(folder: Path, chance: random.Random) -> list[str]:
    """An archive of articles that have no word in common; gives a word of each that stands in its digest's sentence."""
    syllables = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "or")]
    words = ["".join(chance.choices(syllables, k=4)) for _ in range(60 * ARTICLES)]
    markers, new = [], []
    for number in range(ARTICLES):
        own = words[60 * number : 60 * number + 36]
        sentence = f"{own[0].capitalize()} {' '.join(own[1:])}."
        markers.append(own[0].capitalize())
        new.append({"id": f"new-{number}", "title": " ".join(own[10:14]).capitalize(), "text": sentence})
    old = [{"id": "old", "title": "What was there before", "text": "Nobody asked for this, since it is not new."}]
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for name, records in (("old", old), ("new", new)):
            source = folder.parent / f"{name}.jsonl"
            source.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
            arguments = ["import", str(source), "--format", "jsonl", "--collection", "wire", "--data", str(folder)]
            assert program(arguments) == 0
    with Archive.open(folder) as archive:
        assert len(archive.news(Window(0, archive.last_arrival()))) == ARTICLES
    return markers


def promise(data: Path) -> None:
    """Digests that have been due for five minutes."""
    now = dt.datetime.now(dt.UTC)
    at = (now - dt.timedelta(minutes=5)).time().replace(second=0, microsecond=0)
    Ledger.open(data).close()
    for number, place in zip(NUMBERS, PLACES, strict=True):
        with closing(sqlite3.connect(data / FILE_NAME)) as plain, plain:
            plain.execute("DELETE FROM sqlite_sequence WHERE name = 'subscriptions'")
            plain.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('subscriptions', ?)", (number - 1,))
        with Ledger.open(data) as ledger:
            added = ledger.subscriptions.add(
                guild=GUILD,
                channel=place,
                creator=MEMBER,
                topic=Topic(),
                schedule=Schedule(at=at),
                cursor=0,
                now=now - dt.timedelta(hours=3),
                max_items=25,
                in_thread=place == THREADED,
            )
            assert added.id == number


async def one_cycle(template: Path, folder: Path, markers: list[str], seed: str, tally: Tally) -> None:
    chance = random.Random(seed)
    data = folder / "data"
    shutil.copytree(template, data)
    promise(data)
    async with DiscordStandIn() as discord:
        cycle = Cycle(data, discord, chance, tally)
        await cycle.killed()
        for more in (0.6, 0.4):
            if chance.random() < 0.5:
                cycle.pass_ten_minutes()
            if chance.random() >= more:
                break
            await cycle.killed()
        await cycle.settled()
        wrong = cycle.judge(markers)
    if wrong is not None:
        print(f"seed {seed}: {wrong}", file=sys.stderr)
    shutil.rmtree(folder)


async def all_cycles(kills: int, seed: int, at_once: int) -> Tally:
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        markers = made_archive(template, random.Random(seed))
        numbers = iter(range(10_000))

        async def go_on() -> None:
            while tally.kills < kills:
                number = next(numbers)
                own = Path(folder) / str(number)
                own.mkdir()
                await one_cycle(template, own, markers, f"{seed}/{number}", tally)
                print(f"{tally.kills} kills, doubled {tally.doubled}, lost {tally.lost}", file=sys.stderr)

        await asyncio.gather(*(go_on() for _ in range(at_once)))
    return tally


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args(arguments)
    tally = asyncio.run(all_cycles(options.kills, options.seed, options.at_once))
    print("| the process was killed when | kills |\n|---|---|")
    for where, times in tally.hits.most_common():
        print(f"| {where} | {times} |")
    print(f"\n{tally.kills} kills in {tally.cycles} cycles, {tally.expected} messages promised: ", end="")
    print(f"{tally.doubled} doubled, {tally.lost} lost")
    return 0 if tally.doubled == tally.lost == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
