"""Lets questions be watched on timeline17: how often a watch posts, what it posts, and whether anything comes twice.

Usage: python benchmarks/watched_questions.py FOLDER [--only mj|haiti] [--windows N] [--quotes FILE]   (of timeline17)

Articles arrive window by window, in the order in which they were published. The questions were written before any
article was read for them; rules were made with the half that is not held out. `--quotes` writes every post to a file,
to be judged by a reader. The peer is an alert, which posts whatever answers. SIGTERM ends it after the window that is
being read, with the figures so far.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from digest_quality import labels_of
from digest_topics import documents_of
from halves import held_out

from corpus.archive import Archive
from corpus.article import Window
from corpus.ingest import ingest
from corpus.readers.opening import read_items
from retrieval.answers.answering import Answerer
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.cross_encoder import CrossEncoder
from retrieval.models.light_encoder import LightModel
from retrieval.models.second_encoder import SecondEncoder
from retrieval.models.sentence_model import SentenceModel
from retrieval.models.shared_reranker import SharedReranker
from retrieval.search import Searcher
from retrieval.topics.topic import ANYWHERE, Topic
from retrieval.watches.statements import Evidence
from retrieval.watches.watching import Change, QuestionWatcher

# Days of a window, and what somebody who follows the story would want to be told of.
WATCHED: dict[str, tuple[int, tuple[str, ...]]] = {
    "mj": (
        7,
        (
            "What caused the death of Michael Jackson?",
            "What did the coroner say about Michael Jackson?",
            "How many tickets were sold for the London concerts?",
            "What did Michael Jackson leave in his will?",
            "Who is responsible for Michael Jackson's death?",
            "When does the trial of Conrad Murray begin?",
            "How long was Conrad Murray sentenced to prison?",
            "Was Conrad Murray found guilty?",
        ),
    ),
    "haiti": (
        1,
        (
            "How many people died in the Haiti earthquake?",
            "How many people were rescued from the rubble in Haiti?",
            "What is the United Nations doing in Haiti?",
            "How strong was the earthquake in Haiti?",
            "How many people are homeless in Haiti?",
            "How much money has been pledged to Haiti?",
            "How many troops is the United States sending to Haiti?",
            "When will the airport in Port-au-Prince open?",
            "How many United Nations staff were killed in Haiti?",
            "When do schools in Haiti open again?",
        ),
    ),
}


@dataclass
class Watch:
    """One question on its way through the windows."""

    topic: Topic
    known: list[Evidence] = field(default_factory=list)
    current: list[Evidence] = field(default_factory=list)
    posts: list[Change] = field(default_factory=list)
    alerts: list[int] = field(default_factory=list)  # quotes in each post of the peer
    cpu: list[float] = field(default_factory=list)

    def run(self, watcher: QuestionWatcher, window: Window) -> Change:
        started = time.process_time()
        change = watcher.compare(self.topic, sources=ANYWHERE, window=window, known=self.known, current=self.current)
        self.cpu.append(time.process_time() - started)
        if change.evidence is not None:
            self.current = list(change.evidence)
            self.known += change.evidence
        if change.now:
            self.posts.append(change)
        if answering := sum(one.score >= (change.threshold or 1.0) for one in change.judged):
            self.alerts.append(answering)
        return change


def windows(records: Sequence[dict[str, str]], days: int) -> Iterator[list[dict[str, str]]]:
    """The records by windows of so many days from the first; empty ones are left out."""
    by_window: dict[int, list[dict[str, str]]] = defaultdict(list)
    first = min(dt.date.fromisoformat(record["published"]) for record in records)
    for record in records:
        by_window[(dt.date.fromisoformat(record["published"]) - first).days // days].append(record)
    return (by_window[place] for place in sorted(by_window))


def follow(folder: Path, name: str, most: int | None, out: TextIO | None) -> None:
    days, questions = WATCHED[name]
    topics = labels_of(folder, "topic")
    records = [record for key, record in documents_of(folder).items() if topics[key] == name]
    watches = [Watch(Topic(question)) for question in questions]
    with tempfile.TemporaryDirectory() as at, Archive.open(Path(at)) as archive:
        with archive.transaction():
            archive.open_collection(name, dt.datetime.now(dt.UTC))
            archive.settle([name])  # so that what comes is news
        model = SentenceModel()
        index = LiveIndex.open(Path(at) / "index", archive, model)
        light = LightModel.of(model) or model
        answerer = Answerer(archive, Searcher(archive, index, light, SharedReranker(CrossEncoder()), SecondEncoder()))
        watcher = QuestionWatcher(archive, lambda: (answerer, index))
        count = 0
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        for count, part in enumerate(islice(windows(records, days), most), start=1):
            file = Path(at) / "window.jsonl"
            file.write_text("\n".join(map(json.dumps, part)), "utf-8")
            after = archive.last_arrival()
            for report in ingest(archive, read_items(file, "jsonl"), collection=name):
                assert report.article is not None, report
            embed_missing(archive, model)
            for watch in watches:
                change = watch.run(watcher, Window(after, archive.last_arrival()))
                if change.now and out is not None:
                    write(out, change, part[0]["published"])
            sys.stderr.write(f"{name} {count} {part[0]['published']}\n")
            if stopped.is_set():
                break
        for is_held_out in (False, True):
            half = [watch for watch in watches if held_out(watch.topic.text) == is_held_out]
            report_on(f"{name}, {'held out' if is_held_out else 'developed on'}", days, count, half)


def write(out: TextIO, change: Change, day: str) -> None:
    half = "held out" if held_out(change.question) else "developed on"
    out.write(f"\n## {day}  {change.question}  ({half}; sources differ: {change.sources_differ})\n")
    for label, quotes in (("NOW", change.now), ("BEFORE", change.before)):
        for one in quotes:
            bold = one.quote.article.text[slice(*one.quote.highlight)] if one.quote.highlight else ""
            words = " ".join(one.quote.text.split())
            out.write(f"  {label} {one.score:.2f} {one.quote.article.published.text} {words}  [{bold}]\n")
    out.flush()


def report_on(name: str, days: int, count: int, watches: Sequence[Watch]) -> None:
    posts = sum(len(watch.posts) for watch in watches)
    quotes = sum(len(change.now) for watch in watches for change in watch.posts)
    repeated = 0
    for watch in watches:
        words = [" ".join(one.quote.text.split()) for change in watch.posts for one in change.now]
        repeated += len(words) - len(set(words))
    alerts = sum(len(watch.alerts) for watch in watches)
    alerted = sum(sum(watch.alerts) for watch in watches)
    differing = sum(change.sources_differ for watch in watches for change in watch.posts)
    cpu = sorted(seconds for watch in watches for seconds in watch.cpu)
    print(
        f"{name}, every {days} days: {len(watches)} questions, {count} windows with articles; {posts} posts with "
        f"{quotes} quotes, the same words twice {repeated}, sources differ in {differing}; an alert: {alerts} posts "
        f"with {alerted} quotes ({posts / max(alerts, 1):.2f} and {quotes / max(alerted, 1):.2f} of them); CPU seconds "
        f"a run: median {cpu[len(cpu) // 2]:.2f}, nine of ten {cpu[9 * len(cpu) // 10]:.2f}, most {cpu[-1]:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=sorted(WATCHED))
    parser.add_argument("--windows", type=int, metavar="N", help="the first N windows alone")
    parser.add_argument("--quotes", type=Path, metavar="FILE")
    options = parser.parse_args()
    out = options.quotes.open("w", encoding="utf-8") if options.quotes else None
    for name in WATCHED:
        if options.only in (None, name):
            follow(options.folder, name, options.windows, out)
    if out is not None:
        out.close()


if __name__ == "__main__":
    main()
