"""Measures which reports digests take for one event, and what comes back of a posted story, on ecb_plus.

Usage: python benchmarks/digest_quality.py FOLDER   (the folder that holds ecb_plus)
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from math import comb, log
from pathlib import Path

from halves import held_out

from corpus.archive import Archive
from corpus.article import EVERYTHING
from corpus.ingest import ingest
from corpus.readers.opening import read_items
from retrieval.digests.digest import Digest, LeftOutReason
from retrieval.digests.digesting import DigestComposer
from retrieval.digests.preview import preview
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.sentence_model import SentenceModel
from retrieval.topics.topic import Topic


def labels_of(folder: Path, key: str) -> dict[str, str]:
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


def v_measure(one: Sequence[str], other: Sequence[int]) -> float:
    """The harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg 2007): 1 is the same grouping."""

    def entropy(values: Sequence[object]) -> float:
        return -sum(count / len(values) * log(count / len(values)) for count in Counter(values).values())

    truth, told, both = entropy(one), entropy(other), entropy(list(zip(one, other, strict=True)))
    return 2 * (truth + told - both) / (truth + told)


def tf_idf_groups(texts: Sequence[str], truth: Sequence[str]) -> list[int]:
    """The named peer: cosines of TF-IDF, average linkage, and the threshold that is best for these very texts."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts).toarray()
    joined = linkage(rows, "average", "cosine")
    cuts = [fcluster(joined, step / 100, "distance").tolist() for step in range(50, 100)]
    return max(cuts, key=lambda told: rand_index(truth, told))


def judge_events(archive: Archive, composer: DigestComposer, events: dict[str, str], topics: dict[str, str]) -> None:
    digest = preview(archive, composer, Topic(), EVERYTHING, 10_000)
    names = {article.number: article.external_id or "" for article in archive.articles()}
    told = events_of(digest, names)
    for title, chosen in (
        ("fitted on", [name for name in events if not held_out(topics[name])]),
        ("held out", [name for name in events if held_out(topics[name])]),
    ):
        truth = [events[name] for name in chosen]
        texts = {article.external_id or "": article.text for article in archive.articles()}
        for method, groups in (
            ("stories", [told[name] for name in chosen]),
            ("TF-IDF, best threshold", tf_idf_groups([texts[name] for name in chosen], truth)),
        ):
            print(f"ecb_plus, topics {title}, {len(chosen)} reports, {method}: {agreement(truth, groups)}")


def agreement(truth: Sequence[str], told: Sequence[int]) -> str:
    pairs = list(itertools.combinations(range(len(truth)), 2))
    folded = [(one, other) for one, other in pairs if told[one] == told[other]]
    right = sum(truth[one] == truth[other] for one, other in folded)
    same = sum(truth[one] == truth[other] for one, other in pairs)
    return (
        f"ARI {rand_index(truth, told):.3f}, V {v_measure(truth, told):.3f}, "
        f"pairwise precision {right / len(folded):.3f}, recall {right / same:.3f}"
    )


def judge_repeats(archive: Archive, composer: DigestComposer, events: dict[str, str], topics: dict[str, str]) -> None:
    """Half of the first event of each topic was posted; what comes of the other half, and of events never posted?"""
    for title, half in (("fitted on", False), ("held out", True)):
        tally: dict[str, Counter[str]] = {"the same event": Counter(), "its look-alike": Counter()}
        chosen = [name for name in events if held_out(topics[name]) is half]
        seen = [name for name in chosen if events[name].endswith("a") and held_out(name)]
        digest = preview(archive, composer, Topic(), EVERYTHING, 10_000, seen)
        outcome = {item.article.external_id: "update" if item.update_of else "item" for item in digest.items}
        outcome |= {left.external_id: str(left.reason) for left in digest.left_out}
        for name in chosen:
            if name not in seen:
                tally["the same event" if events[name].endswith("a") else "its look-alike"][outcome[name]] += 1
        assert all(outcome[name] == "seen" for name in seen)
        for which, counts in tally.items():
            print(f"ecb_plus, topics {title}, half of each first event posted; {which}: {dict(counts)}")


def main() -> None:
    folder = Path(sys.argv[1])
    embedder = SentenceModel()
    with tempfile.TemporaryDirectory() as at:
        events, topics = labels_of(folder / "ecb_plus", "event"), labels_of(folder / "ecb_plus", "topic")
        with archive_of(folder / "ecb_plus", Path(at), embedder) as archive:
            composer = DigestComposer(archive, embedder)
            judge_events(archive, composer, events, topics)
            judge_repeats(archive, composer, events, topics)


if __name__ == "__main__":
    main()
