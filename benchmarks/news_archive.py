"""A data folder with a year of news that was told and a week of news that was not, as large as wanted.

Texts are those of `grown_texts`: the first `OLD` articles, which are real ones, are dated over a year and are no news;
after them come recombined ones, dated within the last `DAYS`, in as many as there are to be new passages. Of the
vectors the first `REAL` are encoded; every other one is drawn around one of these as in `grown_archive`, and always
around the same one for the same paragraph of all articles that were recombined from one real article. So a story is
told by as many articles as have the same origin, alike in words and in meaning as reports of one event are (their leads
have a cosine of .64), among others that are as close in meaning and share no words.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from grown_archive import PORTION, REAL, encoded, store_around
from grown_texts import grown_drafts, real_articles

from corpus.archive import Archive
from corpus.article import Draft, PublicationDate
from corpus.posting_records import PostingKeys
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.embedding import Embedder

OLD = 6_000  # articles
DAYS = 7
NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)


def news_archive(folder: Path, eval_folder: Path, passages: int, model: Embedder, *, seed: int = 1) -> None:
    """Fill a folder with at least so many new passages, each with its vector; one that is there is grown on."""
    origins = len(real_articles(eval_folder))
    with Archive.open(folder) as archive:
        drafts = islice(_dated(eval_folder, seed), archive.last_arrival(), None)
        while archive.last_arrival() < OLD:
            _add(archive, islice(drafts, min(PORTION, OLD - archive.last_arrival())), news=False)
        if archive.passages.count_vectors(model.name) < REAL:
            embed_missing(archive, model, enough=lambda: archive.passages.count_vectors(model.name) >= REAL)
        while sum(new_passages(archive).values()) < passages:
            _add(archive, islice(drafts, PORTION), news=True)
        _draw_the_rest(archive, model.name, origins, seed)


def new_passages(archive: Archive) -> dict[int, int]:
    """How many passages each article has that is news, by its number, in the order of arrival."""
    rows = archive.passages.get(range(1, archive.passages.newest() + 1)).values()
    counts: dict[int, int] = {}
    for passage in rows:
        if passage.article > OLD:
            counts[passage.article] = counts.get(passage.article, 0) + 1
    return dict(sorted(counts.items()))


def _dated(eval_folder: Path, seed: int) -> Iterator[tuple[str, Draft]]:
    chance = random.Random(seed)
    for place, (collection, draft) in enumerate(grown_drafts(eval_folder, seed)):
        days_ago = chance.randrange(365) if place < OLD else chance.randrange(DAYS)
        day = NOW.date() - dt.timedelta(days=days_ago)
        yield collection, replace(draft, published=PublicationDate(day.isoformat()))


def _add(archive: Archive, drafts: Iterator[tuple[str, Draft]], *, news: bool) -> None:
    with archive.transaction():
        for collection, draft in drafts:
            keys = PostingKeys(None, draft.revision_hash(), None, ())
            archive.add(draft, collection=collection, original=b"", keys=keys, now=NOW, news=news)


def _draw_the_rest(archive: Archive, model: str, origins: int, seed: int) -> None:
    real = encoded(archive, model)
    while pending := archive.passages.without_vector(model, limit=10_000):
        chance = np.random.default_rng([seed, pending[0].id])
        # By where a paragraph stands in an article of which most sentences have the length of the real one's.
        centres = [hash(((one.article - 1) % origins, one.start // 400)) % len(real) for one in pending]
        noise = chance.standard_normal((len(pending), real.shape[1]), dtype=np.float32)
        store_around(archive, model, pending, real[centres], noise)
