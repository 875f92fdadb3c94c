"""Dense search beside named peers on real and drawn vectors: CPU a query, recall@10, build, memory.

Usage: OMP_NUM_THREADS=1 PYTHONPATH=. python benchmarks/dense_search.py FOLDER COUNT PEERS SET...
FOLDER keeps vectors (see drawn_vectors.py), the right answers and the sealed segment between runs; COUNT is 10000,
100000 or 1000000; PEERS is a list such as `product,hnswlib,usearch,sqlite-vec`; SET is a folder with corpus.jsonl and
queries.jsonl.
Needs: pip install hnswlib usearch sqlite-vec apsw (for those that are named)

Each runs in a process of its own, on one thread. CPU is the median of the process' time over single queries, each a
real question. Recall is against numpy over the same float16 vectors in float32.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from drawn_vectors import grown, real
from memory import peak_megabytes

from retrieval.embedding import Vectors
from retrieval.growing_index import GrowingIndex, built
from retrieval.sealed_index import SealedIndex
from retrieval.vector_index import Halves, Ids

ASKED = 200
TOP = 10
_PORTION = 20_000

Ask = Callable[[Vectors, int], list[int]]
Row = tuple[str, float, float, float | None, float, float]


def portions(rows: Halves, size: int = _PORTION) -> Iterator[tuple[Ids, Halves]]:
    for start in range(0, len(rows), size):
        yield np.arange(start, min(start + size, len(rows))), rows[start : start + size]


def product(rows: Halves, folder: Path) -> list[tuple[str, Ask]]:
    """As the bot has it."""
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


def measured(peer: str, folder: Path, count: int, asked: Vectors, best: np.ndarray) -> list[Row]:
    """(Name, CPU ms a query at 10, at 50, recall@10, CPU seconds of building, peak MB) of all that a peer offers."""
    rows = np.load(folder / f"grown-{count}.npy", mmap_mode="r")
    before = peak_megabytes()
    started = time.process_time()
    asks = MAKERS[peer](rows, folder)
    building = time.process_time() - started
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
        median = [float(np.median(taken)) for taken in times.values()]
        found.append((name, median[0], median[1], right / (TOP * number), building, peak_megabytes() - before))
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
    folder, count, peers = Path(arguments[0]), int(arguments[1]), arguments[2].split(",")
    passages, questions = real(folder, [Path(one) for one in arguments[3:]])
    asked = questions[:ASKED]
    best = nearest(grown(folder, passages, count), asked, folder)
    print(f"\n{count:,} passages, {len(asked)} questions\n")
    print("| | CPU ms, 10 wanted | of numpy | 50 wanted | recall@10 | build, CPU s | MB |")
    print("|---|---|---|---|---|---|---|")
    plain: float | None = None
    for peer in ["numpy", *peers]:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            for name, ten, fifty, recall, building, megabytes in pool.apply(
                measured, (peer, folder, count, asked, best)
            ):
                plain = plain or ten
                print(
                    f"| {name} | {ten:.2f} | {ten / plain:.3f} | {fifty:.2f} | {recall:.3f} | {building:.1f} "
                    f"| {megabytes:.0f} |",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
