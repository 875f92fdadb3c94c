"""What arrives: an archive of nothing but stories, and a composer that tells each once."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from drafts import draft

from corpus.article import EVERYTHING, Article, Scope, Window
from corpus.passage import Quote
from retrieval.digests.digest import Digest, DigestItem, LeftOut, LeftOutReason
from retrieval.stories.reports import Report, SeenStories
from retrieval.topics.topic import Topic

SUBJECTS = ("harbour", "bridges", "ferries", "schools", "hospitals")
_NO_VECTOR = np.zeros(1, dtype=np.float32)


@dataclass
class Wire:
    """A `NewsSource`. The collection of an article is its subject; `story` tells which article told its story first."""

    articles: dict[int, Article] = field(default_factory=dict)
    story: dict[int, int] = field(default_factory=dict)
    arrivals: list[int] = field(default_factory=list)  # article numbers; an arrival number is a place here, from 1
    arrived_at: list[dt.datetime] = field(default_factory=list)

    def arrive(self, subject: str, now: dt.datetime, *, published: str, same_as: int | None = None, news: bool) -> int:
        number = len(self.articles) + 1
        self.story[number] = self.story[same_as] if same_as is not None else number
        words = draft(f"story-{self.story[number]}", published=published)
        fields = {name: getattr(words, name) for name in words.__dataclass_fields__}
        self.articles[number] = Article(
            **fields, number=number, revision=f"{number:016x}", collection=subject, archived_at=now
        )
        if news:
            self.arrivals.append(number)
            self.arrived_at.append(now)
        return number

    def news(self, window: Window, scope: Scope = EVERYTHING) -> list[int]:
        return self.arrivals[window.after : window.upto]

    def last_arrival(self) -> int:
        return len(self.arrivals)

    def removed_since(self, moment: dt.datetime | None) -> list[int]:
        return []

    def arrivals_until(self, moment: dt.datetime) -> int:
        return bisect_right(self.arrived_at, moment)

    def article(self, number: int) -> Article | None:
        return self.articles.get(number)


class StoryComposer:
    """A `Composer` that knows the stories instead of judging them. A topic is one subject, or everything."""

    threshold = 0.0

    def __init__(self, wire: Wire, most_rest: int = 10**6) -> None:
        self._wire = wire
        self._most_rest = most_rest

    def compose(
        self, topic: Topic, numbers: Sequence[int], *, seen: SeenStories, limit: int, rest: int, **_: Any
    ) -> Digest:
        told = {report.story for report in seen.reports}
        left: list[LeftOut] = []
        found: dict[int, list[int]] = {}
        for number in numbers:
            story = self._wire.story[number]
            if not topic.is_everything and topic.text != self._wire.articles[number].collection:
                left.append(LeftOut(number, None, LeftOutReason.BELOW_THRESHOLD, None, 0.0))
            elif story in told:
                left.append(LeftOut(number, None, LeftOutReason.SEEN, story, 1.0))
            else:
                found.setdefault(story, []).append(number)
        items = [self._item(story, members) for story, members in found.items()]
        left += [LeftOut(one.article.number, None, LeftOutReason.OVER_LIMIT, None, 1.0) for one in items[limit:]]
        left += [
            LeftOut(number, None, LeftOutReason.FOLDED, item.article.number, 1.0)
            for item in items
            for number in item.also
        ]
        return Digest(
            topic,
            len(numbers),
            tuple(items[:limit]),
            tuple(left),
            tuple(items[limit : limit + min(rest, self._most_rest)]),
        )

    def read_ahead(self, numbers: Sequence[int]) -> bool:
        return False

    def _item(self, story: int, members: list[int]) -> DigestItem:
        article = self._wire.articles[members[0]]
        none: frozenset[int] = frozenset()
        reports = tuple(Report(number, story, "none", _NO_VECTOR, none, none, None) for number in members)
        sentence = Quote(article, 0, len(article.text))
        return DigestItem(article, sentence, "", 1.0, tuple(members[1:]), None, reports)
