"""The index beside an archive of many passages: made, loaded, searched within scopes, added to, removed from, sealed.

Usage: OMP_NUM_THREADS=1 PYTHONPATH=. python benchmarks/index_growth.py FOLDER COUNT SET...
FOLDER keeps the vectors (see drawn_vectors.py) and the archive between runs; COUNT is 10000, 100000 or 1000000.

The archive has ten passages an article, no words, and the vectors of drawn_vectors.py; collections of 50, 1 and 0.1 %
of the articles; articles of 4,000 days. Times are of single questions for 50 passages, as `ask` wants them.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from drawn_vectors import grown, real
from memory import peak_megabytes

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from retrieval.index.catch_up import LiveIndex, rebuild
from retrieval.index.growing_index import GROWTH
from retrieval.index.sealing import Sealing
from retrieval.index.vector_index import Halves
from retrieval.models.embedding import Vectors

MODEL = "drawn"
LIMIT = 50
ASKED = 50
FIRST = dt.date(2005, 1, 1)
DAYS = 4000
SCOPES = {
    "everything": EVERYTHING,
    "collection, 50 %": Scope(collections=frozenset({"half"})),
    "collection, 1 %": Scope(collections=frozenset({"hundredth"})),
    "collection, 0.1 %": Scope(collections=frozenset({"thousandth"})),
    "dates, 95 %": Scope(since=FIRST + dt.timedelta(days=200)),
    "dates, 0.8 % (a month)": Scope(since=dt.date(2009, 3, 1), until=dt.date(2009, 3, 31)),
    "outlet, 2 %": Scope(outlet="Outlet 7"),
}


class Dimensions:
    """What `LiveIndex.open` asks of an embedder."""

    name = MODEL

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension


def fill(folder: Path, rows: Halves) -> None:
    """The archive, in SQL: its own way in would cut and index words that nobody searches here."""
    Archive.open(folder).close()
    database = sqlite3.connect(folder / "archive.sqlite3", isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    names = ("half", "hundredth", "thousandth", "rest")
    database.executemany("INSERT INTO collections (name, created_at) VALUES (?, '')", [(name,) for name in names])
    draw = random.Random(1)
    articles = -(-len(rows) // 10)
    for number in range(1, articles + 1):
        share = draw.random()
        collection = 1 if share < 0.5 else 2 if share < 0.51 else 3 if share < 0.511 else 4
        day = (FIRST + dt.timedelta(days=(number - 1) * DAYS // articles)).isoformat()
        outlet = f"Outlet {draw.randrange(50)}"
        database.execute(
            "INSERT INTO articles (collection_id, revision, archived_at, arrival, news, outlet, outlet_key, first_day, "
            "last_day, body_hash, sketch) VALUES (?, 'r', '', ?, 1, ?, ?, ?, ?, ?, ?)",
            (collection, number, outlet, outlet.casefold(), day, day, str(number), os.urandom(200)),
        )
    for start in range(0, len(rows), 10_000):
        some = range(start, min(start + 10_000, len(rows)))
        add_passages(database, some, rows[some.start : some.stop])
    database.execute("COMMIT")
    database.close()


def add_passages(database: sqlite3.Connection, some: range, rows: Halves) -> None:
    """Passages numbered from 1 with their vectors, and the lines of the journal."""
    database.executemany(
        "INSERT INTO passages (id, article_id, revision, kind, start, stop) VALUES (?, ?, 'r', 'paragraph', ?, ?)",
        ((number + 1, number // 10 + 1, number % 10 * 500, number % 10 * 500 + 500) for number in some),
    )
    database.executemany(
        "INSERT INTO vectors (passage_id, model, input_hash, vector) VALUES (?, ?, ?, ?)",
        ((number + 1, MODEL, os.urandom(16), row.tobytes()) for number, row in zip(some, rows, strict=True)),
    )
    database.executemany(
        "INSERT INTO journal (event, passage_id, model) VALUES ('embedded', ?, ?)",
        ((number + 1, MODEL) for number in some),
    )


class Clock:
    """Prints a row for each thing that was done."""

    def __init__(self) -> None:
        print("| | CPU ms | wall ms | |\n|---|---|---|---|")

    def of(self, what: str, do: Callable[[], str | None]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        told = do()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(f"| {what} | {cpu * 1000:.1f} | {wall * 1000:.1f} | {told or ''} |", flush=True)


def searched(live: LiveIndex, asked: Vectors, rows: Halves, archive: Archive) -> None:
    """Every scope: the first question, the median of those after it, and recall@10 against comparing everything."""
    print("\n| scope | passages | first, CPU ms | then, median | 95 % | recall@10 |\n|---|---|---|---|---|---|")
    cosines = np.concatenate(
        [asked @ rows[start : start + 20_000].astype(np.float32).T for start in range(0, len(rows), 20_000)], axis=1
    )
    for name, scope in SCOPES.items():
        times, answers = [], []
        for query in asked:
            started = time.process_time()
            answers.append([number for number, _ in live.search(query[np.newaxis], LIMIT, scope)[0]])
            times.append((time.process_time() - started) * 1000)
        within = np.frombuffer(archive.passages.ids_within(scope), dtype=np.int64)
        inside = np.zeros(len(rows), dtype=bool)
        inside[within[within <= len(rows)] - 1] = True
        numbers, right = np.flatnonzero(inside), 0
        for row, answer in zip(cosines, answers, strict=True):
            best = numbers[np.argpartition(-row[numbers], 10)[:10]] + 1
            right += len(set(answer[:10]) & set(best.tolist()))
        print(
            f"| {name} | {int(inside.sum()):,} | {times[0]:.1f} | {np.median(times[1:]):.2f} "
            f"| {np.percentile(times[1:], 95):.2f} | {right / 10 / len(asked):.3f} |",
            flush=True,
        )


def waits(live: LiveIndex, asked: Vectors, ended: Callable[[], bool]) -> Iterator[float]:
    """Milliseconds on the clock of searches, some 20 a second, until it has ended."""
    while not ended():
        for query in asked:
            started = time.perf_counter()
            live.search(query[np.newaxis], LIMIT)
            yield (time.perf_counter() - started) * 1000
            time.sleep(0.05)
            if ended():
                return


def told(what: str, taken: Sequence[float]) -> None:
    shares = " | ".join(f"{np.percentile(taken, share):.1f}" for share in (50, 95, 100))
    print(f"| {what} | {len(taken)} | {shares} |", flush=True)


def during_sealing(live: LiveIndex, data: Path, asked: Vectors) -> None:
    print("\n| searches, ms on the clock | number | median | 95 % | longest |\n|---|---|---|---|---|")
    ends = time.perf_counter() + 10
    told("nothing else", list(waits(live, asked, lambda: time.perf_counter() > ends)))
    scratch = data / "scratch"
    sealing = Sealing(scratch, live.contents(), live.position, GROWTH)
    told("while it is sealed", list(waits(live, asked, lambda: sealing.ended)))
    for path in scratch.iterdir():
        path.unlink()


def main(arguments: Sequence[str]) -> int:
    folder, count = Path(arguments[0]), int(arguments[1])
    passages, questions = real(folder, [Path(one) for one in arguments[2:]])
    rows, asked = grown(folder, passages, count), questions[:ASKED]
    data, dimension = folder / f"archive-{count}", passages.shape[1]
    if not Archive.exists(data):
        fill(data, rows)
    index = data / "index"
    print(f"\n{count:,} passages\n")
    clock = Clock()
    with Archive.open(data) as archive:

        def made() -> str:
            before = peak_megabytes()
            rebuild(index, archive, MODEL, dimension)
            size = sum(path.stat().st_size for path in index.iterdir())
            return f"{peak_megabytes() - before:.0f} MB more of memory, {size / 1e6:.0f} MB on disk"

        clock.of("made of the stored vectors and written", made)
        opened: list[LiveIndex] = []
        clock.of("loaded", lambda: opened.append(LiveIndex.open(index, archive, Dimensions(dimension))))
        live = opened[0]
        known, newest = len(live), archive.passages.newest()
        database = sqlite3.connect(data / "archive.sqlite3", isolation_level=None)
        fresh = range(newest, newest + 32)
        database.execute("BEGIN")
        add_passages(database, fresh, rows[: len(fresh)])
        database.execute("COMMIT")

        def followed() -> str:
            live.catch_up()
            found = [number for number, _ in live.search(rows[:1].astype(np.float32), LIMIT)[0]]
            return "found" if newest + 1 in found and len(live) == known + 32 else "NOT FOUND"

        clock.of("32 passages added, followed and found", followed)

        def removed() -> str:
            live.catch_up()
            found = [number for number, _ in live.search(rows[:1].astype(np.float32), LIMIT)[0]]
            return "gone" if newest + 1 not in found and len(live) == known else "NOT GONE"

        database.execute("BEGIN")
        for number in fresh:
            database.execute("DELETE FROM vectors WHERE passage_id = ?", (number + 1,))
            database.execute("DELETE FROM passages WHERE id = ?", (number + 1,))
            database.execute("INSERT INTO journal (event, passage_id) VALUES ('removed', ?)", (number + 1,))
        database.execute("COMMIT")
        clock.of("those 32 removed, followed and gone", removed)
        database.close()

        def saved() -> str:
            before = {path.name for path in index.iterdir()}
            live.save()
            written = [path for path in index.iterdir() if path.name not in before or path.suffix == ".json"]
            return f"{sum(path.stat().st_size for path in written) / 1e6:.3f} MB written"

        clock.of("written after that", saved)
        clock.of("loaded", lambda: opened.append(LiveIndex.open(index, archive, Dimensions(dimension))))
        searched(live, asked, rows, archive)
        if live.is_sealed:
            during_sealing(live, data, asked)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
