"""Vectors to measure an index with: real ones of this project, and larger sets drawn around them.

Real: passages of the archive's own splitter over `corpus.jsonl` of public sets, as the product encodes them, and their
`queries.jsonl` as questions. Encoding takes some 45 ms of CPU a passage, so both are kept in a folder between runs.

Drawn: a real vector x, moved towards or away from each of its `NEIGHBOURS` nearest real neighbours y by a normal share
of the way (standard deviation SPREAD / sqrt(NEIGHBOURS)), plus a little noise in all directions (length NOISE), and
brought back to unit length. So a drawn vector lies where the real ones around it lie, in the few directions in which
they differ. Of 5,000 real ones and 5,000 drawn around them, the cosine to the nearest neighbour is .87 and to the tenth
.60 (medians), of 10,000 real ones .82 and .69.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from halves import drawn

from corpus.archive import Archive
from corpus.ingest import ingest
from corpus.readers.jsonl import read_lines
from retrieval.index.vector_index import Halves
from retrieval.models.embedding import Vectors

PASSAGES = 10_000
QUESTIONS = 1_000
NEIGHBOURS, SPREAD, NOISE = 5, 0.8, 0.4
_PORTION = 10_000


def real(folder: Path, sets: Sequence[Path]) -> tuple[Vectors, Vectors]:
    """(Passages, questions) as float32 rows of unit length; read from `folder`, or encoded and written there."""
    kept = [folder / "passages.npy", folder / "questions.npy"]
    if not all(path.exists() for path in kept):
        folder.mkdir(parents=True, exist_ok=True)
        for path, vectors in zip(kept, _encoded(sets), strict=True):
            np.save(path, vectors.astype(np.float16))
    passages, questions = (np.load(path).astype(np.float32) for path in kept)
    return passages, questions


def grown(folder: Path, passages: Vectors, count: int) -> Halves:
    """The real passages, and so many drawn around them that there are `count`; on disk, and kept there."""
    path = folder / f"grown-{count}.npy"
    if not path.exists():
        neighbours = _neighbours(passages)
        partial = path.with_suffix(".partial")
        rows = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float16, shape=(count, passages.shape[1]))
        rows[: len(passages)] = passages[:count]
        for start in range(len(passages), count, _PORTION):
            size = min(_PORTION, count - start)
            rows[start : start + size] = _around(passages, neighbours, size, np.random.default_rng(start))
        rows.flush()
        partial.replace(path)
    return np.asarray(np.load(path, mmap_mode="r"))


def _neighbours(passages: Vectors) -> np.ndarray:
    nearest = []
    for start in range(0, len(passages), 1000):
        cosines = passages[start : start + 1000] @ passages.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1  # not itself
        nearest.append(np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])
    return np.concatenate(nearest)


def _around(passages: Vectors, neighbours: np.ndarray, count: int, rng: np.random.Generator) -> Vectors:
    chosen = rng.integers(len(passages), size=count)
    rows = passages[chosen].copy()
    shares = rng.normal(scale=SPREAD / NEIGHBOURS**0.5, size=(count, NEIGHBOURS)).astype(np.float32)
    for place in range(NEIGHBOURS):
        rows += shares[:, place : place + 1] * (passages[neighbours[chosen, place]] - passages[chosen])
    rows += rng.standard_normal(rows.shape, dtype=np.float32) * np.float32(NOISE / rows.shape[1] ** 0.5)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _encoded(sets: Sequence[Path]) -> tuple[Vectors, Vectors]:
    from retrieval.index.passage_vectors import embed_missing
    from retrieval.models.sentence_model import SentenceModel

    embedder = SentenceModel()
    asked = {
        question["question"]: drawn(question["id"])
        for folder in sets
        if (folder / "queries.jsonl").exists()
        for question in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines())
    }
    with tempfile.TemporaryDirectory() as place, Archive.open(Path(place)) as archive:
        for folder in sets:
            lines = (folder / "corpus.jsonl").read_bytes().splitlines(keepends=True)
            for _ in ingest(archive, read_lines(lines, folder.name), collection=folder.name, backfill=True):
                pass

        def enough() -> bool:
            done = archive.passages.count_vectors(embedder.name)
            print(f"{done:,} passages encoded", end="\r", file=sys.stderr, flush=True)
            return done >= PASSAGES

        embed_missing(archive, embedder, enough=enough)
        blobs = [vector for _, vector in archive.passages.vectors(embedder.name)]
    passages = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), -1)[:PASSAGES].astype(np.float32)
    return passages, embedder.embed_questions(sorted(asked, key=asked.__getitem__)[:QUESTIONS])
