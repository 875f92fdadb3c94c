"""The odd web with a fetcher in it that never waits, and an archive with sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from odd_web import OddNames, OddNetwork, OddWeb

from corpus.archive import Archive
from corpus.article import Window
from corpus.sources.fetching import Fetcher
from corpus.sources.polling import PollResult, poll
from corpus.sources.source import Source, SourceKind

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@dataclass
class World:
    """A web of one server, time that stands still unless it is moved, and an archive with sources."""

    web: OddWeb
    archive: Archive
    network: OddNetwork
    names: OddNames = field(default_factory=OddNames)
    now: dt.datetime = NOON
    slept: list[float] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    _fetchers: list[Fetcher] = field(default_factory=list)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        for fetcher in self._fetchers:
            fetcher.close()

    def fetcher(self, **options: Any) -> Fetcher:
        ours = {
            "resolve": self.names,
            "network": self.network,
            "clock": lambda: self.now,
            "monotonic": lambda: 0.0,
            "sleep": self.slept.append,
        }
        fetcher = Fetcher(**{**ours, **options})
        self._fetchers.append(fetcher)
        return fetcher

    def named(self, address: str, kind: SourceKind, collection: str = "news", *, fetch_pages: bool = False) -> Source:
        with self.archive.transaction():
            return self.archive.sources.add(
                address,
                kind,
                collection,
                every=dt.timedelta(minutes=15),
                fetch_pages=fetch_pages,
                now=self.now,
            )

    def poll(self, source: Source, **options: Any) -> PollResult:
        """Poll a source as the archive knows it now, a quarter of an hour after the last time."""
        self.now += dt.timedelta(minutes=15)
        known = self.archive.sources.with_number(source.number)
        assert known is not None
        fetcher = self.fetcher(**self.options)
        return poll(self.archive, known, lambda: self.now, fetcher, chance=lambda: 0.0, **options)

    def health(self, source: Source) -> Source:
        known = self.archive.sources.with_number(source.number)
        assert known is not None
        return known

    def titles(self) -> list[str | None]:
        return [article.title for article in self.archive.articles()]

    def news(self) -> list[str | None]:
        """The titles of what a digest may show."""
        numbers = self.archive.news(Window(0, self.archive.last_arrival()))
        articles = (self.archive.article(number) for number in numbers)
        return [article.title for article in articles if article is not None]
