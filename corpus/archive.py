"""The archive: every article and revision, kept exactly. SQLite is the truth; an index of it is only a cache."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.article import (
    EVERYTHING,
    Article,
    Draft,
    Scope,
    Window,
    draft_as_data,
    draft_from_data,
)
from corpus.database import open_database, transaction, unusable
from corpus.errors import ArchiveUnusable
from corpus.passage_store import PassageStore, scope_conditions
from corpus.posting_records import PostingKeys, PostingRecords
from corpus.schema import APPLICATION_ID, MIGRATIONS
from corpus.sources.source_records import SourceRecords
from corpus.splitting import split_into_passages

FILE_NAME = "archive.sqlite3"


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


class Archive:
    """Articles by number, and what stands beside them: `passages`, `postings` and `sources`.

    Made for one thread at a time. Every error of the database becomes an `ArchiveUnusable` with one line to read.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        self.passages = PassageStore(connection)
        self.postings = PostingRecords(connection)
        self.sources = SourceRecords(connection)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> Self:
        """The archive of a data folder; made if it is not there and may be written."""
        path = (folder / FILE_NAME).absolute()
        return cls(open_database(path, MIGRATIONS, application_id=APPLICATION_ID, writable=writable), path)

    @classmethod
    def empty(cls) -> Self:
        """An archive in memory that holds nothing, to stand in for one that was never made."""
        path = Path(":memory:")
        return cls(open_database(path, MIGRATIONS, application_id=APPLICATION_ID), path)

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / FILE_NAME).exists()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def copy_to(self, folder: Path) -> None:
        """A whole copy of the database in another folder, taken while others may read and write."""
        path = folder / FILE_NAME
        try:
            copy = sqlite3.connect(path)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()
        except sqlite3.Error as error:
            raise unusable(path, error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Raises `ArchiveUnusable` when the disk is full or cannot be written."""
        try:
            with transaction(self._connection):
                yield
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error

    # Reading

    def article(self, number: int, revision: str | None = None) -> Article | None:
        """An article at its current revision, or at an older one; None if there is none or it was removed."""
        row = self._connection.execute(
            f"{_SELECT_ARTICLE} WHERE a.id = ? AND a.removed_at IS NULL AND r.revision = coalesce(?, a.revision)",
            (number, revision),
        ).fetchone()
        return _article(row) if row else None

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

    def outlets(self, scope: Scope = EVERYTHING) -> list[tuple[str, int]]:
        """Every outlet and how many articles it has, most first."""
        conditions, values = scope_conditions(scope)
        rows = self._connection.execute(
            f"SELECT min(a.outlet), count(*) FROM articles a WHERE {conditions} AND a.outlet IS NOT NULL "
            "AND a.duplicate_of IS NULL GROUP BY a.outlet_key ORDER BY count(*) DESC, min(a.outlet)",
            values,
        )
        return [(row[0], row[1]) for row in rows]

    def collections(self) -> list[Collection]:
        rows = self._connection.execute(
            "SELECT c.name, c.settled, count(a.id) FROM collections c "
            "LEFT JOIN articles a ON a.collection_id = c.id AND a.removed_at IS NULL GROUP BY c.id ORDER BY c.name"
        )
        return [Collection(name=row[0], articles=row[2], settled=bool(row[1])) for row in rows]

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

    def news(self, window: Window, scope: Scope = EVERYTHING) -> list[int]:
        """The numbers of the articles that became visible in a window and are news, in order of arrival."""
        conditions, values = scope_conditions(scope)
        rows = self._connection.execute(
            f"SELECT a.id FROM articles a WHERE {conditions} AND a.news AND a.arrival > ? AND a.arrival <= ? "
            "ORDER BY a.arrival",
            (*values, window.after, window.upto),
        )
        return [row[0] for row in rows]

    # Writing; every one of these belongs inside `transaction`

    def add(
        self,
        draft: Draft,
        *,
        collection: str,
        original: bytes,
        keys: PostingKeys,
        now: dt.datetime,
        news: bool,
        duplicate_of: int | None = None,
        excerpt_of: int | None = None,
    ) -> Article:
        """Archive a draft under a number of its own.

        Another posting of a known article has no passages, since it is no source of its own; an item with an external
        id always has them, since it must be found under that id.
        """
        revision = draft.revision_hash()
        first, last = _days(draft)
        added = self._connection.execute(
            "INSERT INTO articles (collection_id, revision, archived_at, arrival, news, duplicate_of, excerpt_of, "
            "title, outlet, outlet_key, first_day, last_day, external_id, location, message_id, body_hash, sender_key, "
            "url) VALUES (?, ?, ?, (SELECT coalesce(max(arrival), 0) + 1 FROM articles), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "?, ?, ?, ?)",
            (
                self._collection_id(collection, now),
                revision,
                now.isoformat(),
                news,
                duplicate_of,
                excerpt_of,
                draft.title,
                draft.outlet,
                draft.outlet.casefold() if draft.outlet else None,
                first,
                last,
                draft.external_id,
                keys.location,
                draft.message_id,
                keys.body_hash,
                keys.sender_key,
                draft.url,
            ),
        )
        number = added.lastrowid
        assert number is not None
        self._store_revision(number, revision, draft, original, now)
        self.postings.keep_sketch(number, keys.sketch)
        if duplicate_of is None or draft.external_id is not None:
            self.passages.add(number, revision, draft, split_into_passages(draft))
        article = self.article(number)
        assert article is not None
        return article

    def revise(self, number: int, draft: Draft, *, original: bytes, keys: PostingKeys, now: dt.datetime) -> Article:
        """Give an article a new revision. The old one stays readable; number, arrival and links stay."""
        revision = draft.revision_hash()
        first, last = _days(draft)
        self._store_revision(number, revision, draft, original, now)
        self._connection.execute(
            "UPDATE articles SET revision = ?, title = ?, outlet = ?, outlet_key = ?, first_day = ?, last_day = ?, "
            "message_id = ?, body_hash = ?, sender_key = ?, url = ?, removed_at = NULL WHERE id = ?",
            (
                revision,
                draft.title,
                draft.outlet,
                draft.outlet.casefold() if draft.outlet else None,
                first,
                last,
                draft.message_id,
                keys.body_hash,
                keys.sender_key,
                draft.url,
                number,
            ),
        )
        self.postings.keep_sketch(number, keys.sketch)
        self._cut_anew(number)
        article = self.article(number)
        assert article is not None
        return article

    def remove(self, numbers: Iterable[int], now: dt.datetime) -> list[int]:
        """Take articles out of every answer, list and digest; gives those that were there. They can be restored."""
        removed = []
        for number in numbers:
            changed = self._connection.execute(
                "UPDATE articles SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (now.isoformat(), number)
            )
            if changed.rowcount:
                self.passages.remove_article(number)
                self._promote_a_duplicate(number)
                removed.append(number)
        return removed

    def restore(self, numbers: Iterable[int]) -> list[int]:
        """Bring removed articles back; gives those that were brought back."""
        restored = []
        for number in numbers:
            changed = self._connection.execute(
                "UPDATE articles SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL", (number,)
            )
            if changed.rowcount:
                self._cut_anew(number)
                restored.append(number)
        return restored

    def open_collection(self, name: str, now: dt.datetime) -> None:
        """Make a collection if there is none of that name; one with nothing in it can be settled too."""
        self._collection_id(name, now)

    def settle(self, collections: Iterable[str]) -> None:
        """The first import into these collections has ended: what comes from now on is news."""
        for name in collections:
            self._connection.execute("UPDATE collections SET settled = 1 WHERE name = ?", (name,))

    def is_settled(self, collection: str) -> bool:
        row = self._connection.execute("SELECT settled FROM collections WHERE name = ?", (collection,)).fetchone()
        return bool(row and row[0])

    def check(self) -> None:
        """Raises `ArchiveUnusable` when the database is damaged."""
        try:
            said = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error
        if said != "ok":
            raise ArchiveUnusable(
                f"{self.path} is damaged ({said}): restore a backup, or move it away and import again"
            )

    # Parts of the above

    def _collection_id(self, name: str, now: dt.datetime) -> int:
        self._connection.execute(
            "INSERT OR IGNORE INTO collections (name, created_at) VALUES (?, ?)", (name, now.isoformat())
        )
        row = self._connection.execute("SELECT id FROM collections WHERE name = ?", (name,)).fetchone()
        return int(row[0])

    def _store_revision(self, number: int, revision: str, draft: Draft, original: bytes, now: dt.datetime) -> None:
        record = json.dumps(draft_as_data(draft), ensure_ascii=False, separators=(",", ":"))
        self._connection.execute(
            "INSERT OR REPLACE INTO revisions (article_id, revision, record, original, archived_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (number, revision, record, zlib.compress(original), now.isoformat()),
        )

    def _cut_anew(self, number: int) -> None:
        article = self.article(number)
        assert article is not None
        self.passages.remove_article(number)
        if article.duplicate_of is None or article.external_id is not None:
            self.passages.add(number, article.revision, article, split_into_passages(article))

    def _promote_a_duplicate(self, number: int) -> None:
        """When a main posting goes, the oldest of its duplicates becomes the source, so that nothing else is lost."""
        row = self._connection.execute(
            "SELECT min(id) FROM articles WHERE duplicate_of = ? AND removed_at IS NULL", (number,)
        ).fetchone()
        if row[0] is None:
            return
        self._connection.execute("UPDATE articles SET duplicate_of = ? WHERE duplicate_of = ?", (row[0], number))
        self._connection.execute("UPDATE articles SET duplicate_of = NULL WHERE id = ?", (row[0],))
        self._connection.execute("UPDATE articles SET duplicate_of = ? WHERE id = ?", (row[0], number))
        self._cut_anew(row[0])


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


def _days(draft: Draft) -> tuple[str | None, str | None]:
    days = draft.days()
    return (days[0].isoformat(), days[1].isoformat()) if days else (None, None)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
