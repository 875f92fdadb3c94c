"""What an archive holds, read: articles, and lists and counts of them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from corpus.article import EVERYTHING, Article, Scope, Window, draft_from_data
from corpus.full_text import scope_conditions


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much a scope holds. Duplicates are not counted; the days are None where no article has a date."""

    articles: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list of articles shows of one."""

    number: int
    title: str
    outlet: str | None
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Collection:
    """A named part of the archive. It is `settled` once its first import has ended: only what comes later is news."""

    name: str
    articles: int
    settled: bool


Standing = tuple[str, str, int | None, int | None]
"""What may become another of an article that is there: revision, collection, `duplicate_of`, `excerpt_of`."""


class Catalogue:
    """The reading half of `corpus.archive.Archive`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def article(self, number: int, revision: str | None = None, *, include_removed: bool = False) -> Article | None:
        """An article at its current revision, or at an older one; None if there is none or it was removed."""
        row = self._connection.execute(
            f"{_SELECT_ARTICLE} WHERE a.id = ?1 AND r.revision = coalesce(?2, a.revision) "
            "AND (?3 OR a.removed_at IS NULL)",
            (number, revision, include_removed),
        ).fetchone()
        return _article(row) if row else None

    def standings(self, numbers: Iterable[int]) -> dict[int, Standing]:
        """How each of some articles stands, without reading it; those that are not there are left out."""
        rows = self._connection.execute(
            "SELECT a.id, a.revision, c.name, a.duplicate_of, a.excerpt_of FROM json_each(?) wanted "
            "JOIN articles a ON a.id = wanted.value JOIN collections c ON c.id = a.collection_id "
            "WHERE a.removed_at IS NULL",
            (json.dumps(list(numbers)),),
        )
        return {row[0]: row[1:] for row in rows}

    def change_mark(self) -> tuple[int, int]:
        """Another value whenever anything in the archive has been written, by this connection or by another one."""
        others = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return int(others), self._connection.total_changes

    def articles(self, scope: Scope = EVERYTHING) -> Iterator[Article]:
        """All articles of a scope, oldest number first, duplicates too."""
        conditions, values = scope_conditions(scope)
        last = 0
        # In portions: the reader may write in between, and a long-lived cursor would hold the write-ahead log.
        while rows := self._connection.execute(
            f"{_SELECT_ARTICLE} WHERE r.revision = a.revision AND {conditions} AND a.id > ? ORDER BY a.id LIMIT 200",
            (*values, last),
        ).fetchall():
            for row in rows:
                yield _article(row)
            last = rows[-1][0]

    def headings(self, scope: Scope = EVERYTHING, *, words: str = "", limit: int = 25) -> list[Heading]:
        """Articles whose title, outlet or id holds every one of some words, newest first; duplicates are left out."""
        conditions, values = scope_conditions(scope)
        matches = ""
        for word in words.split():
            matches += " AND instr(lower(coalesce(a.title, '') || ' ' || coalesce(a.outlet, '') || ' a-' || a.id), ?)"
            values = (*values, word.lower())
        rows = self._connection.execute(
            f"SELECT a.id, coalesce(a.title, ''), a.outlet, a.first_day FROM articles a WHERE {conditions} "
            f"AND a.duplicate_of IS NULL {matches} ORDER BY a.last_day IS NULL, a.last_day DESC, a.id DESC LIMIT ?",
            (*values, limit),
        )
        return [Heading(row[0], row[1], row[2], _day(row[3])) for row in rows]

    def coverage(self, scope: Scope = EVERYTHING) -> Coverage:
        conditions, values = scope_conditions(scope)
        row = self._connection.execute(
            "SELECT count(*), min(a.first_day), max(a.last_day) FROM articles a "
            f"WHERE {conditions} AND a.duplicate_of IS NULL",
            values,
        ).fetchone()
        return Coverage(row[0], _day(row[1]), _day(row[2]))

    def last_archived(self, scope: Scope = EVERYTHING) -> dt.datetime | None:
        """When an article was archived last (UTC)."""
        conditions, values = scope_conditions(scope)
        row = self._connection.execute(f"SELECT max(a.archived_at) FROM articles a WHERE {conditions}", values)
        found = row.fetchone()[0]
        return dt.datetime.fromisoformat(found) if found else None

    def outlets(self, scope: Scope = EVERYTHING) -> list[tuple[str, int]]:
        """Every outlet and how many articles it has, most first."""
        conditions, values = scope_conditions(scope)
        rows = self._connection.execute(
            f"SELECT min(a.outlet), count(*) FROM articles a WHERE {conditions} AND a.outlet IS NOT NULL "
            "AND a.duplicate_of IS NULL GROUP BY a.outlet_key ORDER BY count(*) DESC, min(a.outlet)",
            values,
        )
        return [(row[0], row[1]) for row in rows]

    def authors(self, scope: Scope = EVERYTHING) -> list[str]:
        """Every byline, as it is spelled; one may name several people."""
        conditions, values = scope_conditions(scope)
        rows = self._connection.execute(
            f"SELECT DISTINCT a.author FROM articles a WHERE {conditions} AND a.author IS NOT NULL ORDER BY a.author",
            values,
        )
        return [row[0] for row in rows]

    def languages(self, scope: Scope = EVERYTHING, *, sample: int = 200) -> dict[str, int]:
        """How many of a scope's newest articles are in each language (``de``, not ``de-AT``), where it is known."""
        conditions, values = scope_conditions(scope)
        rows = self._connection.execute(
            # Chosen first: sorted together with their records, a whole collection would be read for these few.
            "SELECT json_extract(r.record, '$.language') FROM (SELECT a.id, a.revision FROM articles a "
            f"WHERE {conditions} AND a.duplicate_of IS NULL ORDER BY a.arrival DESC LIMIT ?) newest "
            "JOIN revisions r ON r.article_id = newest.id AND r.revision = newest.revision",
            (*values, sample),
        )
        return dict(Counter(row[0].partition("-")[0].lower() for row in rows if row[0]))

    def collections(self) -> list[Collection]:
        rows = self._connection.execute(
            "SELECT c.name, c.settled, count(a.id) FROM collections c "
            "LEFT JOIN articles a ON a.collection_id = c.id AND a.removed_at IS NULL GROUP BY c.id ORDER BY c.name"
        )
        return [Collection(name=row[0], articles=row[2], settled=bool(row[1])) for row in rows]

    def collection_names(self) -> list[str]:
        """As `collections`, without counting what is in them."""
        return [name for (name,) in self._connection.execute("SELECT name FROM collections ORDER BY name")]

    def counts(self) -> dict[str, int]:
        """What the archive holds, by kind of thing."""
        one = "SELECT count(*) FROM "
        asked = {
            "articles": one + "articles WHERE removed_at IS NULL",
            "duplicates": one + "articles WHERE removed_at IS NULL AND duplicate_of IS NOT NULL",
            "removed": one + "articles WHERE removed_at IS NOT NULL",
            "revisions": one + "revisions",
            "passages": one + "passages",
            "vectors": one + "vectors",
        }
        return {name: int(self._connection.execute(sql).fetchone()[0]) for name, sql in asked.items()}

    def identity(self) -> str:
        """A name that this archive got when it was made and that no other has; a copy or backup shares it."""
        return str(self._connection.execute("SELECT name FROM identity").fetchone()[0])

    def last_arrival(self) -> int:
        row = self._connection.execute("SELECT coalesce(max(arrival), 0) FROM articles").fetchone()
        return int(row[0])

    def removed_since(self, moment: dt.datetime | None) -> list[int]:
        """The numbers of the articles that were removed at a moment (UTC) or later and are not back; None: ever."""
        rows = self._connection.execute(
            "SELECT id FROM articles WHERE removed_at >= ? ORDER BY removed_at",
            (moment.isoformat() if moment else "",),
        )
        return [number for (number,) in rows]

    def news(self, window: Window, scope: Scope = EVERYTHING) -> list[int]:
        """The numbers of the articles that became visible in a window and are news, in order of arrival."""
        conditions, values = scope_conditions(replace(scope, news=window))
        rows = self._connection.execute(f"SELECT a.id FROM articles a WHERE {conditions} ORDER BY a.arrival", values)
        return [row[0] for row in rows]


_SELECT_ARTICLE = (
    "SELECT a.id, r.revision, c.name, a.archived_at, a.duplicate_of, a.excerpt_of, r.record FROM articles a "
    "JOIN collections c ON c.id = a.collection_id JOIN revisions r ON r.article_id = a.id"
)


def _article(row: tuple[int, str, str, str, int | None, int | None, str]) -> Article:
    return Article(
        number=row[0],
        revision=row[1],
        collection=row[2],
        archived_at=dt.datetime.fromisoformat(row[3]),
        duplicate_of=row[4],
        excerpt_of=row[5],
        **draft_from_data(json.loads(row[6])),  # type: ignore[arg-type]
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
