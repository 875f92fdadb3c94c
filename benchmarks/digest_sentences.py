"""Measures which sentence of an article a digest tells, against what people wrote of the same event.

Usage: python benchmarks/digest_sentences.py EVAL_FOLDER [--remember FOLDER]

Articles of rtqa_articles of which rtqa_briefs has somebody's own short item (by the address), asked for by the subject
of their section; and fifty articles of timeline17 whose day a journalist's timeline has, asked for by name. A sentence
is as good as its F1 of word stems with the item, or with that sentence of the timeline (or all of the day) that is
closest.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from digest_quality import labels_of
from digest_topics import command_line, documents_of, records, section
from halves import drawn, held_out
from plain_pipeline import remembered

from corpus.archive import Archive
from corpus.article import Article, BlockKind
from corpus.ingest import ingest
from corpus.passage import Passage
from corpus.readers.jsonl import read_lines
from corpus.splitting import split_into_passages
from retrieval.answers.highlighting import sentences_of
from retrieval.digests.digesting import DigestComposer
from retrieval.digests.telling_sentence import says_little_alone
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.embedding import Embedder
from retrieval.stories.reports import Reporter
from retrieval.topics.topic import Topic

Documents = Mapping[str, dict[str, str]]

SUBJECTS = {
    "politics": "US politics",
    "health": "health",
    "sport": "sports",
    "business": "business and the economy",
    "entertainment": "entertainment",
    "tech": "technology",
    "weather": "weather",
}
NAMES = {"haiti": "Haiti earthquake", "mj": "Michael Jackson's death"}
MOST = 50


@dataclass(frozen=True, slots=True)
class Summed:
    """An article, what it is asked for by, and what people wrote of the same."""

    topic: str
    said: tuple[str, ...]


def address(url: str) -> str:
    return re.sub(r"[#?].*", "", url).rstrip("/").replace("http:", "https:").replace("www.", "")


def briefs(folder: Path) -> tuple[dict[str, dict[str, str]], dict[str, Summed]]:
    written: dict[str, list[str]] = {}
    for brief in documents_of(folder / "rtqa_briefs").values():
        written.setdefault(address(brief["url"]), []).append(brief["text"])
    every = documents_of(folder / "rtqa_articles")
    documents = {key: one for key, one in every.items() if address(one["url"]) in written}
    summed = {
        key: Summed(SUBJECTS.get(section(one["url"]) or "", "world news"), tuple(written[address(one["url"])]))
        for key, one in documents.items()
    }
    return documents, summed


def timelines(folder: Path) -> tuple[dict[str, dict[str, str]], dict[str, Summed]]:
    labels = labels_of(folder / "timeline17", "topic")
    days: dict[tuple[str, str], list[str]] = {}
    for record in records(folder / "timeline17" / "timelines.jsonl"):
        days.setdefault((record["topic"], record["date"]), []).extend(record["sentences"])
    every = documents_of(folder / "timeline17")
    known = [key for key, one in every.items() if (labels[key], one["published"]) in days]
    documents = {key: every[key] for key in sorted(known, key=drawn)[:MOST]}
    told = {key: tuple(days[labels[key], one["published"]]) for key, one in documents.items()}
    return documents, {key: Summed(NAMES[labels[key]], told[key]) for key in documents}


def sentences_in(article: Article) -> list[str]:
    body = [place for place in split_into_passages(article) if place.kind is BlockKind.PARAGRAPH]
    passages = [Passage(0, article.number, article.revision, one.kind, one.start, one.end) for one in body]
    spans = dict.fromkeys((one.start, one.end) for passage in passages for one in sentences_of(article, passage))
    return [article.text[start:end] for start, end in spans]


def overlap(text: str, said: Sequence[str], reporter: Reporter) -> float:
    mine = reporter.stems(text)
    theirs = [reporter.stems(one) for one in said]
    return max(2 * len(mine & one) / max(1, len(mine) + len(one)) for one in [*theirs, frozenset().union(*theirs)])


def measure(name: str, documents: Documents, summed: Mapping[str, Summed], embedder: Embedder, *, half: bool) -> None:
    reporter = Reporter("")
    told: dict[str, list[tuple[float, str]]] = {}
    with tempfile.TemporaryDirectory() as at, Archive.open(Path(at)) as archive:
        lines = [json.dumps(documents[key]).encode() + b"\n" for key in sorted(documents) if held_out(key) is half]
        list(ingest(archive, read_lines(lines, name), collection=name, backfill=True))
        embed_missing(archive, embedder)
        composer = DigestComposer(archive, embedder, threshold=0.0)
        for article in archive.articles():
            one = summed[article.external_id or ""]
            sentences = sentences_in(article)
            if not sentences:
                continue
            likeness = embedder.embed_passages(sentences) @ embedder.embed_questions([one.topic])[0]
            values = [overlap(text, one.said, reporter) for text in sentences]
            handy = (text for text in sentences if 40 <= len(text) <= 400)
            for method, text in (
                ("the digest's, topic", composer.compose(Topic(one.topic), [article.number]).items[0].sentence.text),
                ("the digest's, everything new", composer.compose(Topic(), [article.number]).items[0].sentence.text),
                ("first sentence", sentences[0]),
                ("first of 40 to 400 characters", next(handy, sentences[0])),
                ("closest to the topic", sentences[int(likeness.argmax())]),
                ("the best there is", sentences[max(range(len(values)), key=values.__getitem__)]),
            ):
                told.setdefault(method, []).append((overlap(text, one.said, reporter), text))
    for method, rows in told.items():
        alone = mean(says_little_alone(text) for _, text in rows)
        print(f"| {name} | {len(rows)} | {method} | {mean(value for value, _ in rows):.3f} | {alone:.2f} |")


def main() -> None:
    chosen = command_line(__doc__).parse_args()
    embedder, _ = remembered(chosen.remember)
    print("| articles | number | sentence | F1 with what people wrote | says little alone |")
    print("| --- | --- | --- | --- | --- |")
    for half, title in ((False, "developed on"), (True, "held out")):
        for name, (documents, summed) in (("news", briefs(chosen.folder)), ("timelines", timelines(chosen.folder))):
            measure(f"{name}, {title}", documents, summed, embedder, half=half)


if __name__ == "__main__":
    main()
