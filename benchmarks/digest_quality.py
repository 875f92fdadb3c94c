"""Measures digests on labelled news: topics of ag_news, events of ecb_plus, repeated stories of both halves of it.

Usage: python benchmarks/digest_quality.py FOLDER   (the folder that holds ag_news and ecb_plus)
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from math import comb
from pathlib import Path

from halves import held_out

from corpus.archive import Archive
from corpus.article import EVERYTHING
from corpus.ingest import ingest
from corpus.readers.opening import read_items
from retrieval.digest import Digest, LeftOutReason
from retrieval.digesting import DigestComposer, preview
from retrieval.passage_vectors import embed_missing
from retrieval.sentence_model import SentenceModel
from retrieval.topic import Topic

TOPICS = {"Sports": "sports", "Business": "business", "Sci/Tech": "science and technology", "World": "world news"}


def labels(folder: Path, key: str) -> dict[str, str]:
    lines = (folder / "labels.jsonl").read_text("utf-8").splitlines()
    return {record["id"]: record[key] for record in map(json.loads, lines)}


def archive_of(folder: Path, at: Path, embedder: SentenceModel) -> Archive:
    archive = Archive.open(at / folder.name)
    for report in ingest(archive, read_items(folder / "corpus.jsonl", "jsonl"), collection=folder.name):
        assert report.article is not None, report
    embed_missing(archive, embedder)
    return archive


def events_of(digest: Digest, names: dict[int, str]) -> dict[str, int]:
    """For each external id the number of the article that tells its story."""
    told = {item.article.external_id or "": item.article.number for item in digest.items}
    for left in digest.left_out:
        if left.reason is LeftOutReason.FOLDED and left.into is not None:
            told[names[left.article]] = left.into
    return told


def rand_index(one: Sequence[str], other: Sequence[int]) -> float:
    """Adjusted for chance (Hubert and Arabie 1985): 1 is the same grouping, 0 what chance gives."""
    both = sum(comb(count, 2) for count in Counter(zip(one, other, strict=True)).values())
    left, right = (sum(comb(count, 2) for count in Counter(values).values()) for values in (one, other))
    chance = left * right / comb(len(one), 2)
    return (both - chance) / ((left + right) / 2 - chance)


def judge_topics(archive: Archive, composer: DigestComposer, truth: dict[str, str]) -> None:
    print("| topic asked | precision | recall | F1 | seconds |\n| --- | --- | --- | --- | --- |")
    for label, text in TOPICS.items():
        started = time.perf_counter()
        digest = preview(archive, composer, Topic(text), EVERYTHING, 10_000)
        seconds = time.perf_counter() - started
        below = {left.external_id for left in digest.left_out if left.reason is LeftOutReason.BELOW_THRESHOLD}
        mine = {name for name in truth if held_out(name)}
        taken, wanted = mine - below, {name for name in mine if truth[name] == label}
        precision, recall = len(taken & wanted) / len(taken), len(taken & wanted) / len(wanted)
        f1 = 2 * precision * recall / (precision + recall)
        print(f"| {text} ({label}) | {precision:.3f} | {recall:.3f} | {f1:.3f} | {seconds:.1f} |")


def judge_events(archive: Archive, composer: DigestComposer, events: dict[str, str], topics: dict[str, str]) -> None:
    digest = preview(archive, composer, Topic(), EVERYTHING, 10_000)
    names = {article.number: article.external_id or "" for article in archive.articles()}
    told = events_of(digest, names)
    for title, chosen in (
        ("fitted on", [name for name in events if not held_out(topics[name])]),
        ("held out", [name for name in events if held_out(topics[name])]),
    ):
        pairs = list(itertools.combinations(chosen, 2))
        folded = [pair for pair in pairs if told[pair[0]] == told[pair[1]]]
        same = [pair for pair in pairs if events[pair[0]] == events[pair[1]]]
        right = sum(events[one] == events[other] for one, other in folded)
        index = rand_index([events[name] for name in chosen], [told[name] for name in chosen])
        print(
            f"ecb_plus, topics {title}: {len(chosen)} reports, ARI {index:.3f}, "
            f"pairwise precision {right / len(folded):.3f}, recall {right / len(same):.3f}"
        )


def judge_repeats(archive: Archive, composer: DigestComposer, events: dict[str, str], topics: dict[str, str]) -> None:
    """Half of each held-out event was posted; what comes of the other half, and of events never posted?"""
    tally: dict[str, Counter[str]] = {"the same event": Counter(), "its look-alike": Counter()}
    chosen = [name for name in events if held_out(topics[name])]
    seen = [name for name in chosen if events[name].endswith("a") and held_out(name)]
    digest = preview(archive, composer, Topic(), EVERYTHING, 10_000, seen)
    outcome = {item.article.external_id: "update" if item.update_of else "item" for item in digest.items}
    outcome |= {left.external_id: str(left.reason) for left in digest.left_out}
    for name in chosen:
        if name not in seen:
            tally["the same event" if events[name].endswith("a") else "its look-alike"][outcome[name]] += 1
    assert all(outcome[name] == "seen" for name in seen)
    for title, counts in tally.items():
        print(f"ecb_plus, half of the first event of each topic posted; {title}: {dict(counts)}")


def main() -> None:
    folder = Path(sys.argv[1])
    embedder = SentenceModel()
    with tempfile.TemporaryDirectory() as at:
        events, topics = labels(folder / "ecb_plus", "event"), labels(folder / "ecb_plus", "topic")
        with archive_of(folder / "ecb_plus", Path(at), embedder) as archive:
            composer = DigestComposer(archive, embedder)
            judge_events(archive, composer, events, topics)
            judge_repeats(archive, composer, events, topics)
        with archive_of(folder / "ag_news", Path(at), embedder) as archive:
            judge_topics(archive, DigestComposer(archive, embedder), labels(folder / "ag_news", "topic"))


if __name__ == "__main__":
    main()
