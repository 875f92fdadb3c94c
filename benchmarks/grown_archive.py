"""A data folder with an archive of any size: recombined real texts, with vectors drawn around real ones.

Texts are those of `grown_texts`; the keys by which a posting is known again are left out, as no question needs them.
Encoding 100,000 passages would take more than an hour, so only the first `REAL` ones, which are real texts, are
encoded. Every other passage gets a vector drawn around one of these: the unit vector of ``real + SPREAD * noise``,
whose cosine with the real one is .8, as that of two passages on one subject. Vectors go into the archive's own table
with the journal, as `embed_missing` writes them. What a question costs is then that of a real archive of this size;
what it finds beyond the real passages means nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from grown_texts import grown_drafts

from corpus.archive import Archive
from corpus.article import Draft
from corpus.passage import Passage
from corpus.posting_records import PostingKeys
from retrieval.index.passage_vectors import STORED, embed_missing
from retrieval.models.embedding import Embedder, Vectors

REAL = 2_000
SPREAD = 0.75
PORTION = 1_000
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def grown_archive(folder: Path, eval_folder: Path, passages: int, model: Embedder, *, seed: int = 1) -> Path:
    """The folder, with an archive of at least so many passages, each with its vector. One that is there is grown on."""
    with Archive.open(folder) as archive:
        drafts = islice(grown_drafts(eval_folder, seed), archive.last_arrival(), None)
        if archive.passages.count_vectors(model.name) == 0:
            _grow(archive, drafts, REAL)
            embed_missing(archive, model)
        _grow(archive, drafts, passages)
        _draw_the_rest(archive, model.name, np.random.default_rng([seed, archive.passages.count()]))
    return folder


def _grow(archive: Archive, drafts: Iterator[tuple[str, Draft]], passages: int) -> None:
    while archive.passages.count() < passages:
        with archive.transaction():
            for collection, draft in islice(drafts, PORTION):
                keys = PostingKeys(None, draft.revision_hash(), None, ())
                archive.add(draft, collection=collection, original=b"", keys=keys, now=NOW, news=False)


def _draw_the_rest(archive: Archive, model: str, chance: np.random.Generator) -> None:
    """A vector for every passage without one, around the first `REAL` that were encoded."""
    real = encoded(archive, model)
    while pending := archive.passages.without_vector(model, limit=10_000):
        noise = chance.standard_normal((len(pending), real.shape[1]), dtype=np.float32)
        centres = real[chance.integers(len(real), size=len(pending))]
        store_around(archive, model, pending, centres, noise)


def encoded(archive: Archive, model: str) -> Vectors:
    """The vectors of the first `REAL` passages, a row each."""
    blobs = [vector for _, vector in islice(archive.passages.vectors(model), REAL)]
    return np.frombuffer(b"".join(blobs), dtype=STORED).reshape(len(blobs), -1).astype(np.float32)


def store_around(archive: Archive, model: str, passages: Sequence[Passage], centres: Vectors, noise: Vectors) -> None:
    """Give each passage a vector `SPREAD` away from its centre in the direction of its noise, which is changed."""
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    rows = centres + SPREAD * noise
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with archive.transaction():
        archive.passages.store_vectors(
            model,
            [
                (passage.id, passage.id.to_bytes(16, "big"), row.astype(STORED).tobytes())
                for passage, row in zip(passages, rows, strict=True)
            ],
        )
