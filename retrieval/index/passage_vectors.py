"""Vectors of passages: made by a model, stored as blobs in the archive. The same text is encoded once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from corpus.archive import Archive
from corpus.article import Article, BlockKind
from corpus.passage import Passage
from retrieval.errors import ModelUnusable
from retrieval.index.vector_index import Halves
from retrieval.models.embedding import Embedder

STORED = np.dtype("<f2")  # little-endian float16, on every machine
BATCH = 32  # passages in one transaction: about a second of encoding is lost at worst
PORTION = 4096  # passages sorted by length together


def encoder_input(article: Article, passage: Passage) -> str:
    """What the encoder reads of a passage: its words, after the headline that says what they are about."""
    words = article.text[passage.start : passage.end]
    if not article.title or passage.kind is BlockKind.HEADING:
        return words
    return f"{article.title}\n{words}"


def embed_missing(
    archive: Archive,
    embedder: Embedder,
    *,
    batch: int = BATCH,
    on_progress: Callable[[int, int], None] | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> int:
    """Give every passage without a vector of this model its vector; gives how many were done.

    Each batch is a short transaction of its own: an interruption loses one batch, and other processes can write in
    between. Texts that were encoded before, in this or another passage, are not encoded again. `on_progress` is told
    (done, total) after each batch; then `enough` is asked, and what is left is for the next call.
    """
    total = archive.passages.count_without_vector(embedder.name)
    done = 0
    last = 0
    while pending := archive.passages.without_vector(embedder.name, after=last, limit=PORTION):
        last = pending[-1].id
        inputs = sorted(_inputs(archive, pending), key=lambda one: len(one[1]))  # alike lengths need little padding
        for first in range(0, len(inputs), batch):
            some = inputs[first : first + batch]
            vectors = _vectors_of(archive, embedder, [text for _, text in some])
            rows = [(number, _hash(text), vectors[text]) for number, text in some]
            with archive.transaction():
                archive.passages.store_vectors(embedder.name, rows)
            done += len(some)
            if on_progress is not None:
                on_progress(done, max(total, done))
            if enough():
                return done
    return done


def _inputs(archive: Archive, passages: list[Passage]) -> Iterator[tuple[int, str]]:
    article: Article | None = None
    for passage in passages:
        if article is None or (article.number, article.revision) != (passage.article, passage.revision):
            article = archive.article(passage.article, passage.revision)
        if article is not None:  # None: removed since by another process
            yield passage.id, encoder_input(article, passage)


def _vectors_of(archive: Archive, embedder: Embedder, texts: list[str]) -> dict[str, bytes]:
    """The stored form of each text's vector, encoding only what was never encoded before."""
    known: dict[str, bytes] = {}
    for text in texts:
        if text not in known and (vector := archive.passages.vector_of_input(embedder.name, _hash(text))) is not None:
            known[text] = vector
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    if fresh:
        for text, vector in zip(fresh, embedder.embed_passages(fresh), strict=True):
            known[text] = vector.astype(STORED).tobytes()
    return known


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def matrix(blobs: Sequence[bytes], dimension: int) -> Halves:
    """Rows from stored vectors. Raises `ModelUnusable` when they were made with another dimension."""
    if any(len(blob) != dimension * STORED.itemsize for blob in blobs):
        raise ModelUnusable(f"stored vectors do not have {dimension} dimensions: run briefing-bot index rebuild")
    return np.frombuffer(b"".join(blobs), dtype=STORED).reshape(len(blobs), dimension)
