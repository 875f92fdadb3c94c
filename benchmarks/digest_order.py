"""Measures the order of a digest's stories: outlets, likeness and relevance among the first eight, before and after.

Usage: python benchmarks/digest_order.py EVAL_FOLDER [--remember FOLDER]

The news of multihop_rag, which come from some fifty outlets, asked for by the topics of `topic_wordings.json` and as
everything new. "By score" is the order without variety.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import numpy as np
from digest_topics import WORDINGS, command_line, documents_of
from halves import held_out
from plain_pipeline import remembered

from corpus.archive import Archive
from corpus.ingest import ingest
from corpus.readers.opening import read_items
from retrieval.digests.composition import Candidate, telling_order
from retrieval.digests.digesting import DigestComposer
from retrieval.index.passage_vectors import embed_missing
from retrieval.topics.topic import Topic

FIRST = 8


def figures(stories: Sequence[Candidate], right: Sequence[bool], order: Sequence[int]) -> tuple[float, ...]:
    """Of the first eight: outlets, the mean cosine of two, the most that one has with another, score, share right."""
    first = order[:FIRST]
    cosines = np.stack([stories[place].vector for place in first])
    cosines = cosines @ cosines.T
    pairs = cosines[np.triu_indices(len(first), 1)]
    return (
        len({(stories[place].outlet or "").casefold() for place in first}),
        float(pairs.mean()),
        float(pairs.max()),
        mean(stories[place].score for place in first),
        mean(right[place] for place in first),
    )


def main() -> None:
    chosen = command_line(__doc__).parse_args()
    embedder, _ = remembered(chosen.remember)
    folder = chosen.folder / "multihop_rag"
    categories = {key: one["category"] for key, one in documents_of(folder).items()}
    wordings = [
        (text, label) for label, some in json.loads(WORDINGS.read_text("utf-8"))[folder.name].items() for text in some
    ]
    print("| topics | number | order | outlets | mean cosine of two | closest two | mean score | on the subject |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as at, Archive.open(Path(at)) as archive:
        list(ingest(archive, read_items(folder / "corpus.jsonl", "jsonl"), collection=folder.name, backfill=True))
        embed_missing(archive, embedder)
        composer, every = DigestComposer(archive, embedder), [article.number for article in archive.articles()]
        for title, asked in (
            ("developed on", [one for one in wordings if not held_out(one[0])]),
            ("held out", [one for one in wordings if held_out(one[0])]),
            ("everything new", [("", "")]),
        ):
            rows: dict[str, list[tuple[float, ...]]] = {"by score": [], "for variety": []}
            for text, label in asked:
                items = composer.compose(Topic(text), every, limit=len(every)).items
                stories = [
                    Candidate(
                        item.score,
                        item.reports[0].vector,
                        item.article.outlet,
                        1 + len(item.also),
                        days[0].toordinal() if (days := item.article.days()) else 0,
                        item.article.number,
                    )
                    for item in items
                ]
                right = [not label or categories[item.article.external_id or ""] == label for item in items]
                if len(stories) < 2 * FIRST:
                    continue
                rows["by score"].append(figures(stories, right, telling_order(stories, 1)))
                rows["for variety"].append(figures(stories, right, telling_order(stories, FIRST)))
            for order, values in rows.items():
                shown = " | ".join(f"{mean(column):.3f}" for column in zip(*values, strict=True))
                print(f"| {title} | {len(values)} | {order} | {shown} |")


if __name__ == "__main__":
    main()
