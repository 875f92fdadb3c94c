"""What a round of many digests over many new articles costs: CPU, time, memory, the event loop's lag, and who waits.

Usage: PYTHONPATH=. python benchmarks/digest_load.py EVAL_FOLDER FOLDER [--passages N...] [--subscriptions N...]

FOLDER gets an archive (`news_archive`) with as many new passages as the largest N, and is kept for the next run. Every
measurement is a process of its own: all subscriptions fall due at once, and one round of the real dispatcher, planner,
ledger, workbench and composer settles them with a poster that takes every message at once. Topics are those of
`topic_wordings.json`; one in ten is everything, one in five has a word that must stand and one that must not, one in
six is from three collections, one in five has a year of eight stories a day behind it. Meanwhile a probe on the event
loop measures by how much it is woken late, somebody asks a question every few seconds, somebody opens the list of
digests, and somebody sets a new one up (a draft is written, its preview composed), all as in the bot on roads of their
own. What was late because the machine was busy with others is told apart by a bare event loop beside it.

CPU is that of the process without the threads that answer questions and presses. Peak memory is that of all of it, with
the models and the index of a bot.

The peer, in a process of its own on the same window: what one would write first, a digest at a time, for the first
`PEER` of the topics. The cosine of the topic to every passage, a threshold of .3, the best 1,000 articles by it, folded
into an earlier one from a cosine of .8 on. It knows no words, no dates, no ledger and writes nothing down.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import itertools
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Awaitable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from ask_under_load import bare_loop, late_during, questions
from memory import peak_megabytes
from news_archive import NOW, new_passages, news_archive

from bot.briefings.delivery import Post, Run
from bot.briefings.digest_desk import DigestDesk, Owner
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import FILE_NAME, Ledger
from bot.briefings.pages import posts_of
from bot.briefings.plan import Plan
from bot.briefings.subscription import Schedule
from bot.chat.room import Room
from bot.collecting import keep_for_good
from bot.console.own_digests import Screen
from bot.rendering.page import Card, Page
from bot.servers.access import EVERYBODY
from bot.servers.registry import ServerRegistry
from bot.servers.server_book import ServerBook
from bot.settings import Settings
from bot.wiring import SharedSearch, answering_workers, archive_to_read, composer_for, embedder_for, refresh_index
from bot.workbench import Workbench, WorkerPool
from corpus.archive import Archive
from corpus.article import EVERYTHING, Window
from retrieval.index.passage_vectors import matrix
from retrieval.topics.topic import Topic

SIZES = (10_000, 30_000, 100_000)
COUNTS = (50, 200)
YEAR = 8 * 365  # stories told before
DUE = NOW + dt.timedelta(hours=1)  # Thursday, 09:00
QUESTION_SECONDS, LIST_SECONDS, PREVIEW_SECONDS = 20.0, 0.5, 10.0
PEER = 20
WORDS = ("government", "police", "company", "people", "world", "game", "market", "court")
COLLECTIONS = ("rtqa_articles", "ag_news", "multihop_rag", "timeline17", "squad2", "clapnq")


class TakesAll(Screen):
    """Has every message at once, keeps none, and lets threads be made."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = 0

    async def post(
        self, channel_id: int, page: Page, *, nonce: str, title: str | None = None, ping: int | None = None
    ) -> int:
        self.messages += 1
        return self.messages

    async def takes_threads(self, channel_id: int) -> bool:
        return True


def topics(count: int) -> list[Topic]:
    """As people type them, in an order that mixes the sets; one in ten is everything."""
    sets = json.loads(Path(__file__).with_name("topic_wordings.json").read_text("utf-8"))
    by_set = [
        [text for texts in labels.values() for text in ([texts] if isinstance(texts, str) else texts)]
        for labels in sets.values()
        if isinstance(labels, dict)
    ]
    mixed = [text for texts in itertools.zip_longest(*by_set) for text in texts if text and not text.endswith("?")]
    chosen, words = itertools.cycle(dict.fromkeys(mixed)), itertools.cycle(itertools.permutations(WORDS, 2))
    made = []
    for number in range(count):
        text = "" if number % 10 == 0 else next(chosen)
        must, must_not = next(words) if number % 5 == 3 else (None, None)
        made.append(Topic(text, (must,) if must else (), (must_not,) if must_not else ()))
    return made


def subscribed(folder: Path, data: Path, count: int) -> None:
    """A ledger with so many subscriptions that fall due at `DUE`; every fifth has told a year of stories."""
    settings = Settings(data=data)
    before = NOW - dt.timedelta(hours=12)
    with Ledger.open(folder) as ledger, archive_to_read(data) as archive:
        told = composer_for(archive, settings).seen_articles(range(1, YEAR + 1)).reports
        for number, topic in enumerate(topics(count)):
            subscription = ledger.subscriptions.add(
                guild=number // 20 + 1,
                channel=number + 1,
                creator=1,
                topic=topic,
                schedule=Schedule(),
                cursor=0,
                collections=frozenset(COLLECTIONS[:3]) if number % 6 == 5 else None,
                now=before,
            )
            if number % 5 == 2:
                run = Run(
                    subscription=subscription.id,
                    local_date=before.date(),
                    kind="manual-1",
                    due_at=before,
                    window=Window(0, 0),
                    considered=YEAR,
                    items=YEAR,
                    posts=(Post(Page((Card("A year of digests."),)), articles=tuple(one.number for one in told)),),
                    reports=tuple(told),
                    accounts=(),
                )
                delivery = ledger.enqueue(run, before)
                assert delivery is not None
                [part] = ledger.parts(delivery)
                ledger.mark_posted(part, 1, before)


def cursor_for(data: Path, passages: int) -> int:
    """The arrival number after which there are about so many new passages."""
    with archive_to_read(data) as archive:
        counts = new_passages(archive)
    so_far, last = 0, max(counts)
    for number in reversed(counts):  # every article arrives under its own number
        so_far += counts[number]
        if so_far >= passages:
            return number - 1
    return last - len(counts)


# Parts, each in a process of its own; what they give is printed as JSON


def one_round(eval_folder: Path, data: Path, ledgers: Path, passages: int, count: int) -> dict[str, Any]:
    """A round over the last `passages` new passages for the first `count` subscriptions."""
    logging.getLogger("bot").setLevel(logging.ERROR)
    settings = Settings(data=data)
    cursor = cursor_for(data, passages)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        shutil.copy(ledgers / FILE_NAME, Path(folder) / FILE_NAME)
        size_before = (Path(folder) / FILE_NAME).stat().st_size
        ledger = opened.enter_context(Ledger.open(Path(folder)))
        archive = opened.enter_context(Archive.open(data))
        for subscription in ledger.subscriptions.served():
            ledger.subscriptions.advance(subscription.id, cursor, waiting_since=NOW)
            if subscription.id > count:
                ledger.subscriptions.pause(subscription.id, NOW)
        articles = len(archive.news(Window(cursor, archive.last_arrival())))
        shared = SharedSearch(settings)
        opened.callback(shared.close)
        reading, digests, composing = Workbench("reading"), Workbench("digests"), Workbench("composing")
        pool = WorkerPool(shared.own_desk, answering_workers())
        for road in (reading, digests, composing, pool):
            opened.callback(road.close)
        servers = ServerRegistry(ServerBook.open(Path(folder)))
        opened.callback(servers.close)
        desk = shared.desk(opened.enter_context(archive_to_read(data)))
        room = Room(desk, reading, pool, digests, servers, lambda: dt.datetime.now(dt.UTC), answer_seconds=600)
        room.when_warm = keep_for_good
        composer = composer_for(archive, settings, shared.embedder)
        poster = TakesAll()
        dispatcher = Dispatcher(ledger, archive, composer, poster, posts_of, composing.run)
        at_hand = opened.enter_context(archive_to_read(data))
        own_ledger = opened.enter_context(Ledger.open(Path(folder)))
        presses = DigestDesk(own_ledger, at_hand, composer_for(at_hand, settings, shared.embedder))
        owner, drafted = Owner(1), itertools.cycle(topics(count))
        waits: dict[str, list[float]] = {"question": [], "list of digests": [], "preview": []}
        asked = itertools.cycle(questions(eval_folder, 300, 40))

        async def repeat(name: str, every: float, work: Any) -> None:
            while True:
                begun = time.perf_counter()
                await work()
                waits[name].append(time.perf_counter() - begun)
                await asyncio.sleep(every)

        async def ask() -> None:
            await room.answered(next(asked), EVERYTHING, EVERYBODY)

        async def look() -> None:
            await digests.run(presses.rows, owner, NOW)

        async def set_up() -> None:
            draft = await digests.run(presses.begin, owner, Plan(topic=next(drafted).text, channel=1), NOW)
            await digests.run(presses.preview, owner, draft.id, NOW)

        async def work() -> dict[str, Any]:
            await room.warm_up()
            idle = [await _seconds(ask()) for _ in range(3)]
            before = _cpu_but("worker", "digests"), time.perf_counter(), peak_megabytes()
            others = [
                asyncio.create_task(repeat("question", QUESTION_SECONDS, ask)),
                asyncio.create_task(repeat("list of digests", LIST_SECONDS, look)),
                asyncio.create_task(repeat("preview", PREVIEW_SECONDS, set_up)),
            ]
            late, doing = await late_and_doing(dispatcher.settle_due(DUE), "composing")
            clock, cpu = time.perf_counter() - before[1], _cpu_but("worker", "digests") - before[0]
            for other in others:
                other.cancel()
            ended = await asyncio.gather(*others, return_exceptions=True)
            assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended
            return {"late": late, "doing": doing, "cpu": cpu, "clock": clock, "before": before[2], "idle": idle}

        beside = subprocess.Popen(
            [sys.executable, __file__, "bare-loop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        found = asyncio.run(work())
        bare, _ = beside.communicate(b"stop")
        runs = [ledger.last_run(number) for number in range(1, count + 1)]
        settled = [run for run in runs if run is not None and run.kind == "scheduled"]
        assert len(settled) == count, f"{len(settled)} of {count} were settled"
        listed = [ledger.accounts(run) for run in settled]
        ledger.close()
        return {
            **found,
            "bare": json.loads(bare),
            "articles": articles,
            "megabytes": peak_megabytes(),
            "waits": waits,
            "items": sum(run.items for run in settled),
            "most items": max(run.items for run in settled),
            "empty": sum(not run.items for run in settled),
            "stories": sorted(_stories(accounts, run) for accounts, run in zip(listed, settled, strict=True)),
            "messages": poster.messages,
            "ledger": (Path(folder) / FILE_NAME).stat().st_size - size_before,
        }


def plain_peer(data: Path, passages: int, count: int) -> dict[str, Any]:
    """The same digests by the simplest composer; see the top."""
    settings = Settings(data=data)
    cursor = cursor_for(data, passages)
    model = embedder_for(settings)
    wanted = topics(count)
    model.embed_questions(["Is everything loaded?"])
    with archive_to_read(data) as archive:
        begun, clock = time.process_time(), time.perf_counter()
        told = 0
        for topic in wanted:
            numbers = archive.news(Window(cursor, archive.last_arrival()))
            own = archive.passages.of_articles(numbers)
            ids = [passage.id for number in numbers for passage in own.get(number, ())]
            blobs = archive.passages.vectors_of(model.name, ids)
            vectors = matrix([blobs[one] for one in ids], model.dimension).astype(np.float32)
            starts = np.cumsum([0, *(len(own.get(number, ())) for number in numbers)])[:-1]
            if topic.is_everything:
                scores = np.ones(len(numbers))
            else:
                scores = np.maximum.reduceat(vectors @ model.embed_questions([topic.text])[0], starts)
            order = [place for place in np.argsort(-scores)[:1_000].tolist() if scores[place] >= 0.3]
            leads = vectors[starts[order]] if order else vectors[:0]
            stories: list[int] = []
            for place in range(len(order)):
                if not stories or float((leads[stories] @ leads[place]).max()) < 0.8:
                    stories.append(place)
            told += min(len(stories), 8)
            for place in stories[:8]:
                article = archive.article(numbers[order[place]])
                assert article is not None
    return {
        "cpu": time.process_time() - begun,
        "clock": time.perf_counter() - clock,
        "megabytes": peak_megabytes(),
        "items": told,
        "digests": count,
    }


async def late_and_doing(work: Awaitable[object], worker: str) -> tuple[list[tuple[float, float]], list[str]]:
    """What `late_during` gives; and where a worker's threads were at the worst of its ticks."""
    worst: list[tuple[float, str]] = []

    def look(late: float, cpu: float) -> None:
        nonlocal worst
        if (own := min(late, cpu)) > 0.05:
            threads = [one.ident for one in threading.enumerate() if one.name.startswith(worker)]
            frames = sys._current_frames()
            stack = [frame for one in threads if one in frames for frame in traceback.extract_stack(frames[one])[-3:]]
            where = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in stack)
            worst = sorted([*worst, (own, where)], reverse=True)[:5]

    late = await late_during(work, look)
    return late, [f"{1000 * seconds:.0f} ms {where}" for seconds, where in worst]


def _cpu_but(*names: str) -> float:
    """CPU seconds of this process, without the threads whose names begin so (Linux)."""
    ticks = 0
    for thread in threading.enumerate():
        if thread.name.startswith(names):
            stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
    return time.process_time() - ticks / os.sysconf("SC_CLK_TCK")


async def _seconds(work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


def _stories(accounts: Sequence[Any], run: Any) -> int:
    over = sum(account.outcome == "over_limit" for account in accounts)
    return int(run.items + over + run.counted.get("over_limit", 0))


# The run


def part(*arguments: object) -> Any:
    """What a part of this file gives in a process of its own."""
    out = subprocess.run([sys.executable, __file__, *map(str, arguments)], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(out)


def ms(values: Sequence[float], share: float) -> str:
    return f"{1000 * float(np.percentile(values, share)):.0f}" if values else "-"


def show(passages: int, count: int, found: dict[str, Any], peer: dict[str, Any]) -> None:
    late = [one[0] for one in found["late"]]
    bare = [one[0] for one in found["bare"]]
    own = [min(one) for one in found["late"]]  # what was late while this process itself used the processor
    asked, looked, previewed = (found["waits"][name] for name in ("question", "list of digests", "preview"))
    stories = found["stories"]
    print(
        f"\n{passages:,} passages, {found['articles']:,} articles, {count} subscriptions: {found['cpu']:.1f} s of CPU, "
        f"{found['clock']:.0f} s on the clock; peak {found['megabytes']:.0f} MB ({found['before']:.0f} MB before); "
        f"the ledger grew by {found['ledger'] / 1e6:.1f} MB\n"
        f"  {found['messages']} messages, {found['items']} items, at most {found['most items']}; {found['empty']} "
        f"empty; stories of a digest: median {stories[len(stories) // 2]}, most {stories[-1]}\n"
        f"  the loop woke late: median {ms(late, 50)} ms, p99 {ms(late, 99)} ms, most {ms(late, 100)} ms; while this "
        f"process had the processor: most {ms(own, 100)} ms; a bare loop beside it: p99 {ms(bare, 99)}, most "
        f"{ms(bare, 100)} ms\n"
        f"  {len(asked)} questions: median {ms(asked, 50)} ms, most {ms(asked, 100)} ms (alone "
        f"{ms(found['idle'], 50)} ms); {len(looked)} lists of digests: median {ms(looked, 50)} ms, most "
        f"{ms(looked, 100)} ms; {len(previewed)} previews: median {ms(previewed, 50)} ms, most "
        f"{ms(previewed, 100)} ms\n"
        f"  plain peer: {peer['cpu'] / peer['digests']:.2f} s of CPU a digest (ours {found['cpu'] / count:.2f}), peak "
        f"{peer['megabytes']:.0f} MB",
        *found["doing"],
        sep="\n  ",
        flush=True,
    )


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def main(arguments: Sequence[str]) -> int:
    os.environ["OMP_NUM_THREADS"] = "1"
    if arguments[0] == "bare-loop":
        print(json.dumps(bare_loop()))
        return 0
    if arguments[0] == "round":
        folders, numbers = map(Path, arguments[1:4]), map(int, arguments[4:6])
        print(json.dumps(one_round(*folders, *numbers)))
        return 0
    if arguments[0] == "peer":
        print(json.dumps(plain_peer(Path(arguments[1]), *map(int, arguments[2:4]))))
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("eval_folder", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=SIZES)
    parser.add_argument("--subscriptions", type=int, nargs="+", default=COUNTS)
    chosen = parser.parse_args(arguments)
    settings = Settings(data=chosen.folder)
    news_archive(chosen.folder, chosen.eval_folder, max(chosen.passages), embedder_for(settings))
    with Archive.open(chosen.folder) as archive:
        refresh_index(archive, settings)
    with tempfile.TemporaryDirectory() as place:
        subscribed(Path(place), chosen.folder, max(chosen.subscriptions))
        for count in chosen.subscriptions:
            rounds = []
            for passages in chosen.passages:
                found = part("round", chosen.eval_folder, chosen.folder, place, passages, count)
                show(passages, count, found, part("peer", chosen.folder, passages, min(count, PEER)))
                rounds.append(found)
            if len(rounds) > 1:
                print(
                    f"\n{count} subscriptions: CPU grows with the power "
                    f"{exponent(chosen.passages, [one['cpu'] for one in rounds]):.2f} of the passages, peak memory "
                    f"with {exponent(chosen.passages, [one['megabytes'] for one in rounds]):.2f}, what it adds with "
                    f"{exponent(chosen.passages, [one['megabytes'] - one['before'] for one in rounds]):.2f}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
