"""Passages that the product encodes in a CPU second, beside bare sentence-transformers on the very same texts.

Usage: PYTHONPATH=. python benchmarks/ingest_speed.py EVAL_FOLDER [PASSAGES]

The archive holds articles of `rtqa_articles`. The product's whole work is measured: `embed_missing` reads the articles,
sorts by length, looks each text up, encodes, and stores vectors and journal in transactions of 32. The peer is
`SentenceTransformer.encode` of the same batches, one thread, and keeps nothing. It encodes each batch just before or
after the product does, in turn, so that a busy machine slows both alike. Reading and archiving is told apart.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from corpus.archive import Archive
from corpus.ingest import ingest
from corpus.readers.jsonl import read_lines
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.embedding import Vectors
from retrieval.models.sentence_model import LARGEST_BATCH, SentenceModel


class WithPeer:
    """The product's embedder; the peer encodes the same batches beside it, on a clock of its own."""

    def __init__(self) -> None:
        self._model = SentenceModel()
        self._bare = SentenceTransformer(str(self._model.folder), device="cpu", local_files_only=True)
        self.name, self.dimension = self._model.name, self._model.dimension
        self.peer_seconds = 0.0
        self._batches = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._batches += 1
        if self._batches % 2:
            self._encode_bare(texts)
        vectors = self._model.embed_passages(texts)
        if self._batches % 2 == 0:
            self._encode_bare(texts)
        return vectors

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._model.embed_questions(texts)

    def _encode_bare(self, texts: Sequence[str]) -> None:
        begun = time.process_time()
        self._bare.encode(list(texts), batch_size=LARGEST_BATCH, show_progress_bar=False, normalize_embeddings=True)
        self.peer_seconds += time.process_time() - begun


def main(arguments: list[str]) -> int:
    corpus, wanted = Path(arguments[0]) / "rtqa_articles" / "corpus.jsonl", int((arguments[1:] or ["1024"])[0])
    torch.set_num_threads(1)
    model = WithPeer()
    model.embed_passages(["Is everything loaded?"])
    model.peer_seconds = 0.0
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder)) as archive:
        begun = time.process_time()
        lines = corpus.read_bytes().splitlines(keepends=True)
        for _ in ingest(archive, read_lines(lines, corpus.name), collection="articles", backfill=True):
            if archive.passages.count() >= wanted:
                break
        reading = time.process_time() - begun
        begun = time.process_time()
        done = embed_missing(archive, model)
        product = time.process_time() - begun - model.peer_seconds
    print(f"{done:,} passages; reading and archiving took {1000 * reading / done:.1f} ms of CPU a passage\n")
    print("| encoder | passages a CPU second | share |\n|---|---|---|")
    print(f"| bare encode | {done / model.peer_seconds:.1f} | 1 |")
    print(f"| embed_missing | {done / product:.1f} | {model.peer_seconds / product:.3f} |")
    print(f"| all of an import | {done / (product + reading):.1f} | {model.peer_seconds / (product + reading):.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
