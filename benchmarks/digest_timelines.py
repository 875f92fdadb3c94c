"""Measures digests one after another on timeline17: does a story come twice, and which dates of journalists are held?

Usage: python benchmarks/digest_timelines.py FOLDER   (the folder of timeline17)
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from digest_quality import archive_of, labels_of

from corpus.archive import Archive
from corpus.article import Article, Scope
from retrieval.digests.digest import DigestItem
from retrieval.digests.digesting import DigestComposer
from retrieval.digests.preview import preview
from retrieval.models.sentence_model import SentenceModel
from retrieval.stories.folding import fold
from retrieval.topics.topic import Topic

# What a person would type, and how often they would want it: one subject over years, one over weeks.
DIGESTS = {
    "mj": ("the death of Michael Jackson and the trial of his doctor Conrad Murray", 7),
    "haiti": ("the earthquake in Haiti and the relief effort", 1),
}
MOST = 8
NEAR = 1  # days between an item's publication and a timeline's date


def successive(archive: Archive, composer: DigestComposer, topic: Topic, every: int) -> list[DigestItem]:
    """The items of all digests, each of `every` days, with what earlier ones posted as seen."""
    published = [article.days() for article in archive.articles()]
    known = [days for days in published if days is not None]
    start, end = min(days[0] for days in known), max(days[1] for days in known)
    items: list[DigestItem] = []
    while start <= end:
        window = Scope(since=start, until=start + dt.timedelta(days=every - 1))
        seen = [f"A-{report.number}" for item in items for report in item.reports]
        items += preview(archive, composer, topic, window, MOST, seen).items
        start += dt.timedelta(days=every)
    return items


def judge(archive: Archive, composer: DigestComposer, name: str, dates: set[dt.date]) -> None:
    text, every = DIGESTS[name]
    items = successive(archive, composer, Topic(text), every)
    shown = [item.article.number for item in items]
    fresh = [item for item in items if item.update_of is None]
    again = len(fresh) - len(fold([item.reports[0] for item in fresh]))
    held, possible = (
        sum(any(abs((day - date).days) <= NEAR for day in days) for date in dates)
        for days in (_days(item.article for item in items), _days(archive.articles()))
    )
    print(
        f"timeline17, {name}, every {every} days: {len(items)} items, {len(items) - len(fresh)} of them updates; "
        f"articles shown twice {len(shown) - len(set(shown))}, stories told twice as new {again}; "
        f"timeline dates {len(dates)}, with an article within a day {possible}, with an item {held}"
    )


def _days(articles: Iterable[Article]) -> set[dt.date]:
    return {days[0] for article in articles if (days := article.days()) is not None}


def main() -> None:
    folder = Path(sys.argv[1])
    embedder = SentenceModel()
    topics = labels_of(folder, "topic")
    records = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    timelines = [json.loads(line) for line in (folder / "timelines.jsonl").read_text("utf-8").splitlines()]
    for name in DIGESTS:
        with tempfile.TemporaryDirectory() as at:
            part = Path(at) / name
            part.mkdir()
            chosen = [json.dumps(record) for record in records if topics[record["id"]] == name]
            (part / "corpus.jsonl").write_text("\n".join(chosen), "utf-8")
            dates = {dt.date.fromisoformat(entry["date"]) for entry in timelines if entry["topic"] == name}
            with archive_of(part, Path(at) / "archive", embedder) as archive:
                judge(archive, DigestComposer(archive, embedder), name, dates)


if __name__ == "__main__":
    main()
