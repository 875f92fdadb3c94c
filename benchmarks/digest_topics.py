"""Measures which articles a digest takes to be about a topic, beside likeness alone and BM25 alone.

Usage: python benchmarks/digest_topics.py EVAL_FOLDER [--remember FOLDER] [--sets-to FOLDER] [--calibrate SHARE]

Topics are those of `topic_wordings.json`. Sets to develop on: ag_news and the sections of rtqa_briefs (broad subjects),
and `events`, the topics of ecb_plus and timeline17 among their own reports and all of ag_news. Their halves are of
documents and of topics at once. Sets that are only reported: the categories of multihop_rag, the sections of
rtqa_articles, the subjects of squad2 without its titles. `--sets-to` writes all of them as topic sets, which
`briefing-bot eval calibrate-topics` reads; `--calibrate` fits the weights to the halves to develop on and prints them.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
from digest_quality import labels_of
from numpy.typing import NDArray
from plain_pipeline import Bm25, remembered

from retrieval.digests.article_columns import ArticleColumns
from retrieval.evaluation.question_set import is_held_out
from retrieval.evaluation.topic_calibrating import columns_of, topic_examples
from retrieval.evaluation.topic_fitting import (
    TopicExample,
    TopicFigures,
    average_precision,
    best_f1,
    fit_topics,
    topic_figures,
)
from retrieval.evaluation.topic_set import DOCUMENTS, TOPICS, AskedTopic, TopicSet
from retrieval.models.embedding import Embedder
from retrieval.stories.reports import Reporter
from retrieval.topics.topic_calibration import TopicCalibration

WORDINGS = Path(__file__).with_name("topic_wordings.json")
DEVELOPED = ("ag_news", "rtqa_briefs", "events")
OWN_SUBJECTS = ("events", "squad2")  # no broad subjects: a peer has one threshold for each kind
REPORTED = ("multihop_rag", "rtqa_articles", "squad2")
# The first part of an address's path, as CNN and USA Today write it, by the subject that its section is of. Sections
# that are of no subject ("us", "opinions", "media") leave an article out.
SECTIONS = {
    "politics": "politics",
    "health": "health",
    "sport": "sport sports tennis football golf motorsport",
    "business": "business investing economy energy money business-food cars",
    "entertainment": "entertainment",
    "tech": "tech",
    "weather": "weather",
    "world": "world asia europe china middleeast africa australia americas india",
}
_ADDRESS = re.compile(r"https?://(?:www\.|amp\.)?(?:cnn|usatoday)\.com/([^?#]*)")

Array = NDArray[np.float64]
Labels = Mapping[str, str]
Scorer = Callable[[str], Array]


def section(url: str) -> str | None:
    found = _ADDRESS.match(url)
    parts = (
        [part for part in found[1].split("/") if not part.isdigit() and part not in ("story", "news")] if found else []
    )
    return next((subject for subject, names in SECTIONS.items() if parts and parts[0] in names.split()), None)


def records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def documents_of(folder: Path) -> dict[str, dict[str, str]]:
    return {record["id"]: record for record in records(folder / DOCUMENTS)}


def subjects(
    name: str, documents: Mapping[str, dict[str, str]], labels: Labels, wordings: Mapping[str, list[str]]
) -> TopicSet:
    """Each wording is a topic of its own half; what has no label is left out."""
    kept = {key: document for key, document in documents.items() if key in labels}
    topics = [
        AskedTopic(wording, wording, frozenset(key for key in kept if labels[key] == label))
        for label, some in wordings.items()
        for wording in some
    ]
    return TopicSet(name, kept, tuple(topics))


def events(folder: Path, wordings: Mapping[str, Mapping[str, list[str]]]) -> TopicSet:
    """The wordings of one event share a half. Items of ag_news that have all words of a topic are ignored: nobody said
    whether they are about it."""
    documents: dict[str, dict[str, str]] = {}
    labels: dict[str, str] = {}
    for name in ("ecb_plus", "timeline17"):
        documents |= documents_of(folder / name)
        labels |= labels_of(folder / name, "topic")
    news = documents_of(folder / "ag_news")
    reporter = Reporter("")
    stems = {key: reporter.stems(f"{one['title']} {one['text']}") for key, one in news.items()}
    topics = []
    for name in ("ecb_plus", "timeline17"):
        for label, some in wordings[name].items():
            for wording in some:
                wanted = reporter.stems(wording)
                unknown = frozenset(key for key, has in stems.items() if wanted <= has)
                topics.append(AskedTopic(label, wording, frozenset(k for k in labels if labels[k] == label), unknown))
    return TopicSet("events", documents | news, tuple(topics))


def topic_sets(folder: Path) -> list[TopicSet]:
    wordings = json.loads(WORDINGS.read_text("utf-8"))
    sets = []
    for name in ("ag_news", "rtqa_briefs", "multihop_rag", "rtqa_articles", "squad2"):
        documents = documents_of(folder / name)
        match name:
            case "ag_news":
                labels = labels_of(folder / name, "topic")
            case "multihop_rag":
                labels = {key: document["category"] for key, document in documents.items()}
            case "squad2":
                labels = {key: document["title"] for key, document in documents.items()}
                documents = {key: document | {"title": ""} for key, document in documents.items()}
            case _:
                labels = {key: found for key, document in documents.items() if (found := section(document["url"]))}
        sets.append(subjects(name, documents, labels, wordings[name]))
    return [*sets[:2], events(folder, wordings), *sets[2:]]


def write_sets(sets: Iterable[TopicSet], folder: Path) -> None:
    for one in sets:
        (folder / one.name).mkdir(parents=True, exist_ok=True)
        topics = [
            {
                "id": asked.id,
                "topic": asked.topic,
                "gold_doc_ids": sorted(asked.gold),
                "ignored_doc_ids": sorted(asked.ignored),
            }
            for asked in one.topics
        ]
        for name, lines in ((DOCUMENTS, one.documents.values()), (TOPICS, topics)):
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (folder / one.name / name).write_text(text, "utf-8")


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """The topics of one half, and which rows of the columns are its documents."""

    topics: tuple[AskedTopic, ...]
    rows: NDArray[np.int64]
    ids: tuple[str, ...]

    def right(self, asked: AskedTopic) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The rows that count for a topic, and which of them are right."""
        counted = [place for place, name in enumerate(self.ids) if name not in asked.ignored]
        return self.rows[counted], np.asarray([self.ids[place] in asked.gold for place in counted], dtype=bool)


def half_of(one: TopicSet, columns: ArticleColumns, held_out: bool | None) -> Half:
    ids = [name or "" for name in columns.external_ids]
    has = np.diff(columns.starts) > 0
    rows = [row for row, name in enumerate(ids) if has[row] and (held_out is None or is_held_out(name) is held_out)]
    topics = tuple(asked for asked in one.topics if held_out is None or is_held_out(asked.id) is held_out)
    return Half(topics, np.asarray(rows, dtype=np.int64), tuple(ids[row] for row in rows))


def likeness_alone(columns: ArticleColumns, embedder: Embedder) -> Scorer:
    """The cosine of the topic and the best passage."""

    def score(topic: str) -> Array:
        cosines = columns.vectors.astype(np.float32) @ embedder.embed_questions([topic])[0]
        has = np.flatnonzero(np.diff(columns.starts))
        found = np.full(len(columns.numbers), -1.0)
        found[has] = np.maximum.reduceat(cosines, columns.starts[has])
        return found

    return score


def words_alone(one: TopicSet, columns: ArticleColumns) -> Scorer:
    texts = [one.documents[name or ""] for name in columns.external_ids]
    index = Bm25([f"{document['title']} {document['text']}" for document in texts])
    return lambda topic: index.scores(topic).astype(np.float64)


def peer_threshold(halves: Sequence[tuple[Half, Scorer]]) -> float:
    """The one with the best mean F1 over the topics of some halves."""
    scored = [
        (right, scorer(asked.topic)[rows])
        for half, scorer in halves
        for asked in half.topics
        for rows, right in [half.right(asked)]
        if right.any()
    ]
    tried = np.quantile(np.concatenate([scores for _, scores in scored]), np.linspace(0.3, 0.999, 200))

    def f1(threshold: float) -> float:
        return mean(
            2 * (right & (scores >= threshold)).sum() / max(1, (scores >= threshold).sum() + right.sum())
            for right, scores in scored
        )

    return float(max(tried, key=f1))


def peer_row(half: Half, scorer: Scorer, threshold: float) -> tuple[float, float, float, float, float]:
    """Average precision; precision, recall and F1 at the threshold; F1 at each topic's best."""
    rows = []
    for asked in half.topics:
        places, right = half.right(asked)
        if not right.any():
            continue
        scores = scorer(asked.topic)[places]
        taken = scores >= threshold
        hits = float((taken & right).sum())
        rows.append(
            (
                average_precision(right, scores),
                hits / taken.sum() if taken.any() else 1.0,
                hits / right.sum(),
                2 * hits / (taken.sum() + right.sum()),
                best_f1(right, scores),
            )
        )
    average, precision, recall, f1, best = (mean(column) for column in zip(*rows, strict=True))
    return average, precision, recall, f1, best


def print_row(name: str, method: str, topics: int, figures: Sequence[float]) -> None:
    print(f"| {name} | {topics} | {method} | " + " | ".join(f"{one:.3f}" for one in figures) + " |")


def product_row(figures: TopicFigures) -> tuple[float, ...]:
    return figures.average_precision, figures.precision, figures.recall, figures.f1, figures.best_f1


def figures_of(examples: Sequence[TopicExample], calibration: TopicCalibration) -> TopicFigures:
    chances = [one.chances(calibration) for one in examples]
    return topic_figures([one.right for one in examples], chances, calibration.threshold)


def print_reliability(figures: TopicFigures) -> None:
    print(
        f"\nBrier score {figures.brier:.4f}. Chances, and how many of them came true, each topic counting the same:\n"
    )
    print("| chance | documents | mean chance | right |\n| --- | --- | --- | --- |")
    for place, (count, chance, right) in enumerate(figures.reliability):
        print(f"| {place / 10:.1f} to {(place + 1) / 10:.1f} | {count} | {chance:.3f} | {right:.3f} |")


def command_line(description: str | None) -> argparse.ArgumentParser:
    """One with the folder of the sets, and that of what models gave in earlier runs."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--remember", type=Path)
    return options


def main() -> None:
    options = command_line(__doc__)
    options.add_argument("--sets-to", type=Path)
    options.add_argument("--calibrate", type=float, metavar="SHARE", help="the precision that the threshold is to keep")
    options.add_argument("--each", action="store_true", help="also every topic of the halves to develop on")
    options.add_argument("--untouched", action="store_true", help="also the sets that nothing was chosen on")
    chosen = options.parse_args()
    sets = topic_sets(chosen.folder)
    if chosen.sets_to:
        write_sets(sets, chosen.sets_to)
        return
    embedder, _ = remembered(chosen.remember)
    names = DEVELOPED + (REPORTED if chosen.untouched else ())
    read: dict[str, tuple[TopicSet, ArticleColumns]] = {}
    for one in sets:
        if one.name in names:
            with columns_of(one, embedder) as columns:
                read[one.name] = one, columns
    calibration = TopicCalibration.for_model(embedder.name)
    if chosen.calibrate:
        fitting = [example for name in DEVELOPED for example in topic_examples(*read[name], embedder, held_out=False)]
        calibration = fit_topics(fitting, precision=chosen.calibrate)
        print(
            json.dumps(
                {"free": dict(calibration.free), "desk": dict(calibration.desk), "threshold": calibration.threshold},
                indent=1,
            )
        )
    peers = {
        "likeness alone": {name: likeness_alone(columns, embedder) for name, (_, columns) in read.items()},
        "BM25 alone": {name: words_alone(one, columns) for name, (one, columns) in read.items()},
    }
    print("| topics of | topics | method | average precision | precision | recall | F1 | best F1 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    everything: list[TopicExample] = []
    for half, title in ((False, "fitted on"), (True, "held out"), (None, "untouched")):
        for name in names:
            if (name in REPORTED) is not (half is None):
                continue
            examples = topic_examples(*read[name], embedder, held_out=half, calibration=calibration)
            if half is not False:
                everything += examples
            figures = figures_of(examples, calibration)
            print_row(f"{name}, {title}", "product", figures.topics, product_row(figures))
            for peer, scorers in peers.items():
                alike = [dev for dev in DEVELOPED if (dev == "events") is (name in OWN_SUBJECTS)]
                threshold = peer_threshold([(half_of(*read[dev], False), scorers[dev]) for dev in alike])
                print_row(
                    f"{name}, {title}",
                    peer,
                    figures.topics,
                    peer_row(half_of(*read[name], half), scorers[name], threshold),
                )
            if chosen.each and half is False:
                for one in examples:
                    alone = figures_of([one], calibration) if one.right.any() else None
                    if alone is not None:
                        print_row(one.topic, f"breadth {one.breadth:.2f}", int(one.right.sum()), product_row(alone))
    print_reliability(figures_of(everything, calibration))


if __name__ == "__main__":
    main()
