"""Models that remember on disk what they gave, so that a benchmark that is run again costs seconds.

What is remembered is one vector a text, and one score and one match a (question, text). Scores that were remembered
when the packaged reranker still read in batches differ by some hundredths of a logit from those of today.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.models.embedding import Embedder, Vectors
from retrieval.models.match_probe import PATH
from retrieval.models.reranking import Reranker


class Memory:
    """Arrays of float32 by a key of texts, in one SQLite file; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "remembered.db", timeout=60, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")  # a cache: what a crash loses is computed again
        self._connection.execute("CREATE TABLE IF NOT EXISTS arrays (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")

    def through(
        self,
        prefix: Sequence[str],
        texts: Sequence[str],
        compute: Callable[[list[str]], NDArray[np.float32]],
    ) -> list[NDArray[np.float32]]:
        """The array of each text; `compute` gives one row each for those that are not known, every text once."""
        keys = {text: _key((*prefix, text)) for text in texts}
        known: dict[str, NDArray[np.float32]] = {}
        for text, key in keys.items():
            row = self._connection.execute("SELECT value FROM arrays WHERE key = ?", (key,)).fetchone()
            if row is not None:
                known[text] = np.frombuffer(row[0], dtype=np.float32)
        fresh = [text for text in keys if text not in known]
        if fresh:
            for text, row in zip(fresh, compute(fresh), strict=True):
                known[text] = np.asarray(row, dtype=np.float32)
            self._connection.executemany(
                "INSERT OR REPLACE INTO arrays VALUES (?, ?)", [(keys[text], known[text].tobytes()) for text in fresh]
            )
        return [known[text] for text in texts]


class RememberedEmbedder:
    """An `Embedder` that asks another one only for texts that were never seen."""

    def __init__(self, embedder: Embedder, memory: Memory) -> None:
        self._embedder, self._memory = embedder, memory

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._through("passage", texts, self._embedder.embed_passages)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._through("question", texts, self._embedder.embed_questions)

    def _through(self, kind: str, texts: Sequence[str], compute: Callable[[list[str]], Vectors]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack(self._memory.through((self.name, kind), texts, compute))


class RememberedReranker:
    """A `Reranker` that asks another one only for pairs that were never seen."""

    def __init__(self, reranker: Reranker, memory: Memory) -> None:
        self._reranker, self._memory = reranker, memory

    @property
    def name(self) -> str:
        return self._reranker.name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        def compute(fresh: list[str]) -> NDArray[np.float32]:
            return self._reranker.scores(question, fresh).reshape(-1, 1)

        found = self._memory.through((self.name, question), texts, compute)
        return np.asarray([float(one[0]) for one in found], dtype=np.float32)

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        def compute(fresh: list[str]) -> NDArray[np.float32]:
            matches = self._reranker.matches(question, fresh)
            return np.full((len(fresh), 1), np.nan, dtype=np.float32) if matches is None else matches.reshape(-1, 1)

        weights = hashlib.sha256(PATH.read_bytes()).hexdigest()  # the model's name does not tell them
        found = self._memory.through((self.name, "match", weights, question), texts, compute)
        matches = np.asarray([float(one[0]) for one in found], dtype=np.float32)
        return None if np.isnan(matches).any() else matches


def _key(parts: Sequence[str]) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.digest()
