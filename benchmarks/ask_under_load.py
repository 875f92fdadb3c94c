"""What a question costs, and what many at once do to the program: CPU, waiting, the event loop, memory, cold start.

Usage: PYTHONPATH=. python benchmarks/ask_under_load.py EVAL_FOLDER FOLDER SIZE...

EVAL_FOLDER holds the public question sets. FOLDER gets one archive for each SIZE in passages (`grown_archive`), kept
for the next run. Every part is a process of its own. Questions are those of `rtqa_briefs`, each asked once. The peer is
the bare encoding of the same questions with sentence-transformers, one by one, in the same run. CPU seconds are of the
process, so they hold on a busy machine; seconds on the clock do not, and stand beside a bare event loop's. Where a wait
of the loop is due to the interpreter and not to the machine, the process has used CPU meanwhile: that is told too.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from grown_archive import grown_archive
from halves import drawn
from memory import peak_megabytes

from bot.chat.room import Room
from bot.desk import Desk
from bot.servers.access import EVERYBODY
from bot.servers.registry import ServerRegistry
from bot.servers.server_book import ServerBook
from bot.settings import Settings
from bot.wiring import SharedSearch, archive_to_read, embedder_for, refresh_index
from bot.workbench import Lookout, Workbench, WorkerPool
from corpus.archive import Archive
from corpus.article import EVERYTHING
from retrieval.answers.answering import Answerer
from retrieval.answers.reading_budget import SHORT
from retrieval.search import Searcher

QUESTIONS = 20
AT_ONCE = 16
FRESH = 1_000  # passages that are imported meanwhile
LONGEST_SECONDS = 600  # then the import is cut short, and what it did is told
TICK_SECONDS = 0.005


def questions(eval_folder: Path, skip: int, count: int) -> list[str]:
    lines = (eval_folder / "rtqa_briefs" / "queries.jsonl").read_text("utf-8").splitlines()
    asked = sorted((json.loads(line)["question"] for line in lines), key=drawn)
    return asked[skip : skip + count]


# Parts, each in a process of its own; what they give is printed as JSON


def one_by_one(eval_folder: Path, data: Path) -> dict[str, Any]:
    """CPU of questions, with and without the reranker, beside the bare encoding of the same; and memory.

    Those read in a hurry are as many others, since what was judged once is remembered.
    """
    settings = Settings(data=data)
    asked = questions(eval_folder, 0, QUESTIONS)
    shared = SharedSearch(settings)
    with archive_to_read(data) as archive:
        begun = time.process_time()
        desk = shared.desk(archive)
        desk.warm_up()
        loaded = time.process_time() - begun
        desk.ask("Is everything loaded?")
        whole = [_cpu_of(lambda one=one: desk.ask(one)) for one in asked]
        again = [_cpu_of(lambda one=one: desk.ask(one)) for one in asked]
        megabytes = peak_megabytes()
        answerer, index = desk._search.ready()
        others = questions(eval_folder, QUESTIONS, QUESTIONS)
        hurried = [_cpu_of(lambda one=one: answerer.answer(one, budget=SHORT)) for one in others]
        plain = Answerer(archive, Searcher(archive, index, shared.embedder, None))
        plain.answer("Is everything loaded?")
        without = [_cpu_of(lambda one=one: plain.answer(one)) for one in asked]
        passages = archive.passages.count()
    shared.close()
    model = embedder_for(settings)
    model.embed_questions(["Is everything loaded?"])
    bare = [_cpu_of(lambda one=one: model.embed_questions([one])) for one in asked]
    return {
        "passages": passages,
        "loading": loaded,
        "ask": whole,
        "ask in a hurry": hurried,
        "again": again,
        "without reranker": without,
        "bare": bare,
        "megabytes": megabytes,
    }


def at_once(eval_folder: Path, data: Path, workers: int, *, hurry: bool) -> dict[str, Any]:
    """Sixteen questions at the same moment, through the room of a bot; without `hurry` everything is read for each."""
    with ExitStack() as opened:
        room = _room(Settings(data=data), workers, opened, hurry=hurry)

        async def work() -> tuple[list[float], float]:
            await room.warm_up()
            begun, cpu = time.perf_counter(), time.process_time()

            async def seconds(question: str) -> float:
                await room.answered(question, EVERYTHING, EVERYBODY)
                return time.perf_counter() - begun

            took = await asyncio.gather(*map(seconds, questions(eval_folder, 100, AT_ONCE)))
            return took, time.process_time() - cpu

        took, cpu = asyncio.run(work())
    return {"seconds": took, "cpu": cpu}


def loop_lag(eval_folder: Path, data: Path, workers: int) -> dict[str, Any]:
    """How late a task of the event loop is woken: while the models load, and while all the rest goes on.

    Meanwhile sixteen questions are asked at once, again and again with others, somebody types into `/article`, and
    another process imports `FRESH` passages at low priority, as a poll does.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        copy = Path(folder) / "data"
        shutil.copytree(data, copy)
        fresh = _fresh_articles(eval_folder, Path(folder) / "fresh.jsonl")
        room = _room(Settings(data=copy), workers, opened)
        beside = subprocess.Popen(
            [sys.executable, __file__, "bare-loop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

        async def work() -> dict[str, Any]:
            loading = await late_during(room.warm_up())
            reads: list[float] = []

            async def busy() -> int:
                command = [sys.executable, "-m", "bot", "import", str(fresh), "--collection", "fresh"]
                importing = await asyncio.create_subprocess_exec(
                    "nice", "-n", "10", *command, "--data", str(copy), stdout=subprocess.DEVNULL
                )
                ended, asked = asyncio.create_task(importing.wait()), 0
                begun_all = time.perf_counter()
                while not ended.done() or asked == 0:
                    if time.perf_counter() - begun_all > LONGEST_SECONDS and importing.returncode is None:
                        importing.terminate()
                    some = questions(eval_folder, 200 + asked, AT_ONCE)
                    answers = asyncio.gather(*(room.answered(one, EVERYTHING, EVERYBODY) for one in some))
                    while not answers.done():
                        begun = time.perf_counter()
                        await room.on_bench(Desk.headings, EVERYBODY, "the")
                        reads.append(time.perf_counter() - begun)
                        await asyncio.sleep(0.2)
                    asked += len(await answers)
                return asked

            before, asked = _vectors(copy), 0

            async def counted() -> None:
                nonlocal asked
                asked = await busy()

            working = await late_during(counted())
            fresh_passages = _vectors(copy) - before
            return {
                "loading": loading,
                "working": working,
                "asked": asked,
                "reads": reads,
                "fresh": fresh_passages,
            }

        found = asyncio.run(work())
        out, _ = beside.communicate(b"stop")
        return {**found, "bare loop": json.loads(out)}


def bare_loop() -> list[tuple[float, float]]:
    """The same ticks in a process that does nothing else, until its standard input ends."""

    async def until_told() -> None:
        await asyncio.to_thread(sys.stdin.read)

    return asyncio.run(late_during(until_told()))


async def late_during(
    work: Awaitable[object], look: Callable[[float, float], object] = lambda late, cpu: None
) -> list[tuple[float, float]]:
    """By how many seconds each tick came late while some work was done, and what CPU the process used meanwhile.

    `look` is told both right after each tick.
    """
    task, late, loop = asyncio.ensure_future(work), [], asyncio.get_running_loop()
    while not task.done():
        due, cpu = loop.time() + TICK_SECONDS, time.process_time()
        await asyncio.sleep(TICK_SECONDS)
        late.append((loop.time() - due, time.process_time() - cpu))
        look(*late[-1])
    await task
    return late


def _room(settings: Settings, workers: int, opened: ExitStack, *, hurry: bool = True) -> Room:
    shared = SharedSearch(settings)
    opened.callback(shared.close)
    archive = opened.enter_context(archive_to_read(settings.data))

    def own_desk(lookout: Lookout) -> AbstractContextManager[Desk]:
        return shared.own_desk(lookout if hurry else replace(lookout, is_crowded=lambda: False))

    workbench, questions = Workbench(), WorkerPool(own_desk, workers)
    opened.callback(workbench.close)
    opened.callback(questions.close)
    desk = shared.desk(archive)
    servers = ServerRegistry(ServerBook.open(settings.data))
    opened.callback(servers.close)
    return Room(desk, workbench, questions, workbench, servers, lambda: dt.datetime.now(dt.UTC), answer_seconds=600)


def _vectors(data: Path) -> int:
    with archive_to_read(data) as archive:
        return archive.counts()["vectors"]


def _fresh_articles(eval_folder: Path, path: Path) -> Path:
    """Articles that cut into about `FRESH` passages."""
    lines, words = [], 0
    for line in (eval_folder / "timeline17" / "corpus.jsonl").read_text("utf-8").splitlines():
        lines.append(line)
        words += len(json.loads(line)["text"].split())
        if words > FRESH * 85:
            break
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _cpu_of(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


# The run


def cold_start(data: Path, question: str) -> tuple[float, float]:
    """(Clock, CPU) seconds of one `ask` on the command line, from the start of the process to its end."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "bot", "ask", "--data", str(data), question]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return time.perf_counter() - begun, cpu


def part(*arguments: object) -> Any:
    """What a part of this file gives in a process of its own."""
    out = subprocess.run([sys.executable, __file__, *map(str, arguments)], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(out)


def ms(values: list[float], share: int) -> str:
    return f"{1000 * float(np.percentile(values, share)):.0f}"


def main(arguments: list[str]) -> int:
    os.environ["OMP_NUM_THREADS"] = "1"
    parts: dict[str, Callable[[], Any]] = {
        "one-by-one": lambda: one_by_one(Path(arguments[1]), Path(arguments[2])),
        "at-once": lambda: at_once(
            Path(arguments[1]), Path(arguments[2]), int(arguments[3]), hurry=arguments[4] == "hurry"
        ),
        "loop-lag": lambda: loop_lag(Path(arguments[1]), Path(arguments[2]), int(arguments[3])),
        "bare-loop": bare_loop,
    }
    if arguments[0] in parts:
        print(json.dumps(parts[arguments[0]]()))
        return 0
    eval_folder, folder = Path(arguments[0]), Path(arguments[1])
    for size in map(int, arguments[2:]):
        data = folder / f"passages-{size}"
        settings = Settings(data=data)
        grown_archive(data, eval_folder, size, embedder_for(settings))
        with Archive.open(data) as archive:
            refresh_index(archive, settings)
        show_one_by_one(part("one-by-one", eval_folder, data))
        clock, cpu = cold_start(data, "Who was arrested?")
        print(f"\n`ask` on the command line, from start to end: {cpu:.1f} s of CPU, {clock:.1f} s on the clock\n")
        print("| workers | read | 16 at once: median s | last s | CPU s |\n|---|---|---|---|---|", flush=True)
        for workers, hurry in ((1, "whole"), (2, "whole"), (1, "hurry"), (2, "hurry"), (4, "hurry")):
            found = part("at-once", eval_folder, data, workers, hurry)
            middle, last = np.percentile(found["seconds"], [50, 100])
            print(f"| {workers} | {hurry} | {middle:.1f} | {last:.1f} | {found['cpu']:.1f} |", flush=True)
        show_lag(part("loop-lag", eval_folder, data, 2))
    return 0


def show_one_by_one(found: dict[str, Any]) -> None:
    bare = float(np.median(found["bare"]))
    print(
        f"\n{found['passages']:,} passages, peak {found['megabytes']:.0f} MB, loading {found['loading']:.2f} s of CPU\n"
    )
    print("| CPU of a question | p50 ms | p95 ms | times the bare encoding |\n|---|---|---|---|")
    for name in ("bare", "without reranker", "ask", "ask in a hurry", "again"):
        print(f"| {name} | {ms(found[name], 50)} | {ms(found[name], 95)} | {np.median(found[name]) / bare:.1f} |")


def show_lag(found: dict[str, Any]) -> None:
    print("\n| the loop woke late by | median ms | p99 ms | most ms | most CPU meanwhile, ms |\n|---|---|---|---|---|")
    for name in ("bare loop", "loading", "working"):
        late, cpu = ([one[place] for one in found[name]] for place in (0, 1))
        print(f"| {name} | {ms(late, 50)} | {ms(late, 99)} | {ms(late, 100)} | {ms(cpu, 100)} |")
    reads = found["reads"]
    print(f"\n{found['asked']} questions and {found['fresh']} fresh passages meanwhile")
    print(f"a list of articles took {ms(reads, 50)} ms (median), at most {ms(reads, 100)} ms")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
