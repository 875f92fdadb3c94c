"""The index alone: search within a part of the passages, adding, removing, writing the tail, loading.

Usage: OMP_NUM_THREADS=1 PYTHONPATH=. python benchmarks/filtered_search.py FOLDER COUNT SET...
With the vectors and the sealed segment of dense_search.py, where that was run before. `index_growth.py` measures the
same through an archive.

Parts: so large a share of the passages, drawn by chance; and the part that lies nearest to one passage, or farthest
from it, as a collection on one subject does. CPU is the median over single questions, 50 passages wanted.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from dense_search import portions, product_index
from drawn_vectors import grown, real
from memory import peak_megabytes
from numpy.typing import NDArray

from retrieval.index.growing_index import GrowingIndex
from retrieval.index.sealed_index import SealedIndex
from retrieval.index.vector_index import Halves, Ids

ASKED = 30
LIMIT, TOP = 50, 10


class Part:
    """An `Allowed` that is held in memory; like the bot's, it knows its size once it was read whole."""

    def __init__(self, inside: NDArray[np.bool_]) -> None:
        self.inside = inside
        self.count: int | None = None

    def among(self, ids: Ids) -> NDArray[np.bool_]:
        return self.inside[ids]

    def everything(self) -> Ids:
        ids = np.flatnonzero(self.inside)
        self.count = len(ids)
        return ids


def cosines_of(rows: Halves, queries: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([queries @ some.astype(np.float32).T for _, some in portions(rows)], axis=1)


def main(arguments: Sequence[str]) -> int:
    folder, count = Path(arguments[0]), int(arguments[1])
    passages, questions = real(folder, [Path(one) for one in arguments[2:]])
    rows, asked = grown(folder, passages, count), questions[-ASKED:]
    index = product_index(rows, folder)
    if index.sealed is None:
        index.add(np.arange(count), np.asarray(rows, dtype=np.float32))
    cosines = cosines_of(rows, np.concatenate([asked, passages[:1]]))
    subject, drawn = cosines[-1], np.random.default_rng(2).random(count)
    parts = {f"{share:.1%}, by chance": drawn < share for share in (0.5, 0.1, 0.05, 0.01, 0.001)}
    for share in (0.5, 0.01):
        parts[f"{share:.1%}, nearest to a passage"] = subject >= np.quantile(subject, 1 - share)
        parts[f"{share:.1%}, farthest from it"] = subject <= np.quantile(subject, share)
    print(f"\n{count:,} passages\n")
    print("| part | passages | CPU ms | 95 % | compared whole | recall@10 |\n|---|---|---|---|---|---|")
    for name, inside in {"everything": np.ones(count, dtype=bool), **parts}.items():
        part = Part(inside)
        times, right = [], 0
        for query, row in zip(asked, cosines, strict=False):
            started = time.process_time()
            found = index.search(query[np.newaxis], LIMIT, None if inside.all() else part)[0]
            times.append((time.process_time() - started) * 1000)
            numbers = np.flatnonzero(inside)
            best = numbers[np.argpartition(-row[numbers], TOP)[:TOP]]
            right += len({number for number, _ in found[:TOP]} & set(best.tolist()))
        print(
            f"| {name} | {int(inside.sum()):,} | {np.median(times):.2f} | {np.percentile(times, 95):.2f} "
            f"| {'yes' if part.count else 'no'} | {right / TOP / ASKED:.3f} |",
            flush=True,
        )
    growing(index, rows, folder, count)
    return 0


def growing(index: GrowingIndex, rows: Halves, folder: Path, count: int) -> None:
    print("\n| | CPU ms |\n|---|---|")

    def timed(what: str, started: float) -> None:
        print(f"| {what} | {(time.process_time() - started) * 1000:.2f} |", flush=True)

    fresh = np.arange(count, count + 32)
    started = time.process_time()
    index.add(fresh, rows[:32].astype(np.float32))
    timed("32 passages added", started)
    assert count in {number for number, _ in index.search(rows[:1].astype(np.float32), LIMIT)[0]}
    started = time.process_time()
    index.remove(np.concatenate([fresh, np.arange(32)]))
    timed("those and 32 of the segment removed", started)
    assert not {0, count} & {number for number, _ in index.search(rows[:1].astype(np.float32), LIMIT)[0]}
    longest = 20_000
    index.add(np.arange(count, count + longest), rows[-longest:].astype(np.float32))
    times = []
    for query in rows[:20].astype(np.float32):
        started = time.process_time()
        index.search(query[np.newaxis], LIMIT)
        times.append((time.process_time() - started) * 1000)
    print(f"| a search with a tail of {longest:,}, median | {np.median(times):.2f} |")
    started = time.process_time()
    contents = index.contents()
    written = io.BytesIO()
    np.savez(written, ids=contents.ids, rows=contents.rows, removed=contents.removed)
    timed(f"that tail and the marks as bytes: {len(written.getvalue()) / 1e6:.1f} MB", started)
    if index.sealed is not None:
        started = time.process_time()
        SealedIndex.load(folder / f"sealed-{count}.faiss", index.dimension)
        timed("the segment loaded", started)
    mapped = rows.nbytes / 1e6
    print(f"\nmost memory: {peak_megabytes():.0f} MB, with {mapped:.0f} MB of the benchmark's own vectors, mapped")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
