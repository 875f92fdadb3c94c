"""Dense search beside named peers on real and drawn vectors: CPU a query, recall@10, build, memory.

Usage: OMP_NUM_THREADS=1 PYTHONPATH=. python benchmarks/dense_search.py FOLDER COUNTS PEERS SET...
FOLDER keeps vectors (see drawn_vectors.py) and the right answers between runs; COUNTS is a list of numbers of passages
such as `10000,100000,1000000`; PEERS is a list such as `product,hnswlib,usearch,sqlite-vec`; SET is a folder with
corpus.jsonl and queries.jsonl. Linux only, for the memory.
Needs: pip install hnswlib usearch sqlite-vec apsw (for those that are named)

Each runs in a process of its own, on one thread. CPU is the median of the process' time over single queries, each a
real question. Recall is against numpy over the same float16 vectors in float32. Every index is built anew; that of
the product is written to disk and read from there, as the bot does. Memory is what the process holds more than before
it built: the most of its own while it builds, its own after the questions, and pages of files that it maps.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from drawn_vectors import grown, real
from memory import MostOwn, held_megabytes

from retrieval.index.growing_index import GrowingIndex, built
from retrieval.index.sealed_index import SealedIndex
from retrieval.index.vector_index import Halves, Ids
from retrieval.models.embedding import Vectors

ASKED = 200
TOP = 10
_PORTION = 20_000

Ask = Callable[[Vectors, int], list[int]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of asking one index."""

    name: str
    ten: float  # CPU ms a query, median
    fifty: float
    recall: float  # of the nearest ten
    building: float  # CPU s
    most_building: float  # MB
    own: float
    mapped: float


def portions(rows: Halves, size: int = _PORTION) -> Iterator[tuple[Ids, Halves]]:
    for start in range(0, len(rows), size):
        yield np.arange(start, min(start + size, len(rows))), rows[start : start + size]


def product(rows: Halves, folder: Path) -> list[tuple[str, Ask]]:
    """As the bot has it."""
    (folder / f"sealed-{len(rows)}.faiss").unlink(missing_ok=True)
    index = product_index(rows, folder)
    name = "product, exact" if index.sealed is None else "product, sealed"
    return [(name, lambda query, limit: [number for number, _ in index.search(query[np.newaxis], limit)[0]])]


def product_index(rows: Halves, folder: Path) -> GrowingIndex:
    """Exact, or sealed and read from disk; what was sealed is kept for the next run."""
    path = folder / f"sealed-{len(rows)}.faiss"
    if not path.exists():
        index = built(rows.shape[1], portions(rows), len(rows))
        if index.sealed is None:
            return index
        index.sealed.save(path)
    return GrowingIndex(rows.shape[1], sealed=SealedIndex.load(path, rows.shape[1]))


def numpy_float32(rows: Halves, _: Path) -> list[tuple[str, Ask]]:
    matrix = np.empty(rows.shape, dtype=np.float32)
    for ids, some in portions(rows):
        matrix[ids] = some

    def ask(query: Vectors, limit: int) -> list[int]:
        cosines = matrix @ query
        best = np.argpartition(-cosines, limit)[:limit]
        return [int(number) for number in best[np.argsort(-cosines[best])]]

    return [("numpy float32", ask)]


def hnsw(rows: Halves, _: Path) -> list[tuple[str, Ask]]:
    import hnswlib

    index = hnswlib.Index(space="ip", dim=rows.shape[1])
    index.init_index(max_elements=len(rows), M=16, ef_construction=100)
    index.set_num_threads(1)
    for ids, some in portions(rows):
        index.add_items(some.astype(np.float32), ids, num_threads=1)

    def ask_with(breadth: int) -> Ask:
        def ask(query: Vectors, limit: int) -> list[int]:
            index.set_ef(breadth)
            return [int(number) for number in index.knn_query(query, k=limit, num_threads=1)[0][0]]

        return ask

    return [(f"hnswlib, M 16, ef {breadth}", ask_with(breadth)) for breadth in (64, 256)]


def usearch_index(rows: Halves, _: Path) -> list[tuple[str, Ask]]:
    from usearch.index import Index

    index = Index(ndim=rows.shape[1], metric="ip", dtype="f16", connectivity=16, expansion_add=100)
    for ids, some in portions(rows):
        index.add(ids, some, threads=1)

    def ask_with(breadth: int) -> Ask:
        def ask(query: Vectors, limit: int) -> list[int]:
            index.expansion_search = breadth
            return [int(number) for number in index.search(query.astype(np.float16), limit, threads=1).keys]

        return ask

    return [(f"usearch, f16, M 16, ef {breadth}", ask_with(breadth)) for breadth in (64, 256)]


def sqlite_vec_table(rows: Halves, folder: Path) -> list[tuple[str, Ask]]:
    import apsw  # Python's own sqlite3 is often built without extensions
    import sqlite_vec

    (folder / "vec.db").unlink(missing_ok=True)
    database = apsw.Connection(str(folder / "vec.db"))
    database.enable_load_extension(True)
    database.load_extension(sqlite_vec.loadable_path())
    database.execute("PRAGMA synchronous = OFF")
    database.execute(f"CREATE VIRTUAL TABLE v USING vec0(vector float[{rows.shape[1]}] distance_metric=cosine)")
    for ids, some in portions(rows):
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO v (rowid, vector) VALUES (?, ?)",
            zip(ids.tolist(), (row.tobytes() for row in some.astype(np.float32)), strict=True),
        )
        database.execute("COMMIT")

    def ask(query: Vectors, limit: int) -> list[int]:
        found = database.execute("SELECT rowid FROM v WHERE vector MATCH ? AND k = ?", (query.tobytes(), limit))
        return [int(row[0]) for row in found]

    return [("sqlite-vec, float32", ask)]


MAKERS = {
    "product": product,
    "numpy": numpy_float32,
    "hnswlib": hnsw,
    "usearch": usearch_index,
    "sqlite-vec": sqlite_vec_table,
}
SLOW = {"numpy": 30, "sqlite-vec": 10}  # queries enough for those that compare everything


def measured(peer: str, folder: Path, count: int, asked: Vectors, best: np.ndarray) -> list[Measured]:
    """All ways of asking that a peer offers."""
    rows: Halves = np.load(folder / f"grown-{count}.npy", mmap_mode="r")
    own, mapped = held_megabytes()
    started = time.process_time()
    with MostOwn() as most:
        asks = MAKERS[peer](rows, folder)
    building = time.process_time() - started
    del rows
    gc.collect()
    found = []
    for name, ask in asks:
        times: dict[int, list[float]] = {TOP: [], 50: []}
        right = 0
        number = SLOW.get(peer, len(asked))
        for query, expected in zip(asked[:number], best[:number], strict=True):
            for limit, taken in times.items():
                started = time.process_time()
                answer = ask(query, limit)
                taken.append((time.process_time() - started) * 1000)
                if limit == TOP:
                    right += len(set(answer) & set(expected.tolist()))
        ten, fifty = (float(np.median(taken)) for taken in times.values())
        now = held_megabytes()
        memory = (most.megabytes - own, now[0] - own, now[1] - mapped)
        found.append(Measured(name, ten, fifty, right / (TOP * number), building, *memory))
    return found


def nearest(rows: Halves, asked: Vectors, folder: Path) -> np.ndarray:
    """The numbers of the ten nearest to each question, by comparing everything."""
    path = folder / f"nearest-{len(rows)}-{len(asked)}.npy"
    if path.exists():
        return np.asarray(np.load(path))
    cosines = np.concatenate([asked @ some.astype(np.float32).T for _, some in portions(rows)], axis=1)
    best = np.argpartition(-cosines, TOP, axis=1)[:, :TOP]
    np.save(path, best)
    return best


def main(arguments: Sequence[str]) -> int:
    folder, counts, peers = Path(arguments[0]), map(int, arguments[1].split(",")), arguments[2].split(",")
    passages, questions = real(folder, [Path(one) for one in arguments[3:]])
    asked = questions[:ASKED]
    for count in counts:
        best = nearest(grown(folder, passages, count), asked, folder)
        print(f"\n{count:,} passages, {len(asked)} questions\n")
        print(
            "| | CPU ms, 10 wanted | of numpy | 50 wanted | recall@10 | build, CPU s | most while building, MB "
            "| own, MB | mapped, MB |\n|---|---|---|---|---|---|---|---|---|"
        )
        plain: float | None = None
        for peer in ["numpy", *peers]:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                rows = pool.apply(measured, (peer, folder, count, asked, best))
            for one in rows:
                plain = plain or one.ten
                print(
                    f"| {one.name} | {one.ten:.2f} | {one.ten / plain:.3f} | {one.fifty:.2f} | {one.recall:.3f} "
                    f"| {one.building:.1f} | {one.most_building:.0f} | {one.own:.0f} | {one.mapped:.0f} |",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
