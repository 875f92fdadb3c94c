"""The archive: every article and revision, kept exactly. SQLite is the truth; an index of it is only a cache."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.article import Article, Draft, draft_as_data
from corpus.catalogue import Catalogue, Collection, Coverage, Heading
from corpus.database import open_database, transaction, unusable
from corpus.errors import ArchiveUnusable
from corpus.passage_store import PassageStore
from corpus.posting_records import PostingKeys, PostingRecords, packed
from corpus.schema import APPLICATION_ID, MIGRATIONS
from corpus.sources.source_records import SourceRecords
from corpus.splitting import split_into_passages

__all__ = ["FILE_NAME", "Archive", "Collection", "Coverage", "Heading"]

FILE_NAME = "archive.sqlite3"
_QUICK = 1  # zlib's level for originals: a third of the time of the default, a tenth larger


class Archive(Catalogue):
    """Articles by number, and what stands beside them: `passages`, `postings` and `sources`.

    Made for one thread at a time. Every error of the database becomes an `ArchiveUnusable` with one line to read.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection)
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
        place, name = self._collection(collection, now)
        columns = _columns(draft, keys)
        added = self._connection.execute(
            f"INSERT INTO articles (collection_id, revision, archived_at, arrival, news, duplicate_of, excerpt_of, "
            f"external_id, location, {', '.join(columns)}) VALUES (?, ?, ?, (SELECT coalesce(max(arrival), 0) + 1 FROM "
            f"articles), ?, ?, ?, ?, ?{', ?' * len(columns)})",
            (
                place,
                revision,
                now.isoformat(),
                news,
                duplicate_of,
                excerpt_of,
                draft.external_id,
                keys.location,
                *columns.values(),
            ),
        )
        number = added.lastrowid
        assert number is not None
        self._store_revision(number, revision, draft, original, now)
        if duplicate_of is None:
            self.postings.show(number)
        if duplicate_of is None or draft.external_id is not None:
            self.passages.add(number, revision, draft, split_into_passages(draft))
        return Article(
            number=number,
            revision=revision,
            collection=name,
            archived_at=now,
            duplicate_of=duplicate_of,
            excerpt_of=excerpt_of,
            **{name: getattr(draft, name) for name in Draft.__dataclass_fields__},
        )

    def revise(self, number: int, draft: Draft, *, original: bytes, keys: PostingKeys, now: dt.datetime) -> Article:
        """Give an article a new revision. The old one stays readable; number, arrival and links stay."""
        revision = draft.revision_hash()
        self._store_revision(number, revision, draft, original, now)
        self._connection.execute("UPDATE articles SET revision = ?, removed_at = NULL WHERE id = ?", (revision, number))
        self.rekey(number, draft, keys)
        return self._cut_anew(number)

    def rekey(self, number: int, draft: Draft, keys: PostingKeys) -> None:
        """Write down anew by what a posting is known again, and what scopes compare."""
        columns = _columns(draft, keys)
        self.postings.hide(number)
        self._connection.execute(
            f"UPDATE articles SET {', '.join(f'{column} = ?' for column in columns)} WHERE id = ?",
            (*columns.values(), number),
        )
        if self.postings.is_main(number):
            self.postings.show(number)

    def fold(self, number: int, into: int) -> None:
        """Make a main posting, or one folded elsewhere, another posting of `into`, which has to be a main one.

        What was folded into it follows, so that no chain forms.
        """
        if number == into or not self.postings.is_main(into):
            raise ValueError(f"{into} is not a main posting that {number} can be folded into")
        self.postings.hide(number)
        self._connection.execute("UPDATE articles SET duplicate_of = ?, excerpt_of = NULL WHERE id = ?", (into, number))
        self._connection.execute("UPDATE articles SET duplicate_of = ? WHERE duplicate_of = ?", (into, number))
        self._connection.execute(
            "UPDATE articles SET excerpt_of = nullif(?1, id) WHERE excerpt_of = ?2", (into, number)
        )
        if not self._has_external_id(number):
            self.passages.remove_article(number)

    def unfold(self, number: int) -> None:
        """Make a posting a main one: it can be searched and quoted from now on."""
        self._connection.execute("UPDATE articles SET duplicate_of = NULL WHERE id = ?", (number,))
        self.postings.show(number)
        if not self._has_external_id(number):
            self._cut_anew(number)

    def link_excerpt(self, number: int, whole: int | None) -> None:
        """Say of which article a posting is an excerpt; both stay searchable."""
        self._connection.execute(
            "UPDATE articles SET excerpt_of = nullif(?1, id) WHERE id = ?2 AND excerpt_of IS NOT ?1", (whole, number)
        )

    def remove(self, numbers: Iterable[int], now: dt.datetime) -> list[int]:
        """Take articles out of every answer, list and digest; gives those that were there. They can be restored."""
        removed = []
        for number in numbers:
            changed = self._connection.execute(
                "UPDATE articles SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (now.isoformat(), number)
            )
            if changed.rowcount:
                self.postings.hide(number)
                self.passages.remove_article(number)
                self._promote_a_duplicate(number)
                removed.append(number)
        return removed

    def restore(self, numbers: Iterable[int]) -> list[int]:
        """Bring removed articles back; gives those that were brought back.

        One that was the main posting comes back as a duplicate of its heir: `corpus.grouping.restore` sets that right.
        """
        restored = []
        for number in numbers:
            changed = self._connection.execute(
                "UPDATE articles SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL", (number,)
            )
            if changed.rowcount:
                if self.postings.is_main(number):
                    self.postings.show(number)
                self._cut_anew(number)
                restored.append(number)
        return restored

    def open_collection(self, name: str, now: dt.datetime) -> None:
        """Make a collection if there is none of that name; one with nothing in it can be settled too."""
        self._collection(name, now)

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

    def _collection(self, name: str, now: dt.datetime) -> tuple[int, str]:
        """A collection's number, and its name as it was first spelled; made if it is not there."""
        found = "SELECT id, name FROM collections WHERE name = ?"
        row = self._connection.execute(found, (name,)).fetchone()
        if row is None:
            self._connection.execute(
                "INSERT INTO collections (name, created_at) VALUES (?, ?)", (name, now.isoformat())
            )
            row = self._connection.execute(found, (name,)).fetchone()
        return int(row[0]), str(row[1])

    def _store_revision(self, number: int, revision: str, draft: Draft, original: bytes, now: dt.datetime) -> None:
        record = json.dumps(draft_as_data(draft), ensure_ascii=False, separators=(",", ":"))
        self._connection.execute(
            "INSERT OR REPLACE INTO revisions (article_id, revision, record, original, archived_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (number, revision, record, zlib.compress(original, _QUICK), now.isoformat()),
        )

    def _has_external_id(self, number: int) -> bool:
        row = self._connection.execute("SELECT external_id FROM articles WHERE id = ?", (number,)).fetchone()
        return row[0] is not None

    def _cut_anew(self, number: int) -> Article:
        """Replace the passages of an article that is there by those of its current revision."""
        article = self.article(number)
        assert article is not None
        self.passages.remove_article(number)
        if article.duplicate_of is None or article.external_id is not None:
            self.passages.add(number, article.revision, article, split_into_passages(article))
        return article

    def _promote_a_duplicate(self, number: int) -> None:
        """When a main posting goes, the earliest of its duplicates becomes the source, so that nothing else is lost."""
        row = self._connection.execute(
            "SELECT id FROM articles WHERE duplicate_of = ? AND removed_at IS NULL "
            "ORDER BY moment IS NULL, moment, id LIMIT 1",
            (number,),
        ).fetchone()
        if row is None:
            return
        heir = row[0]
        self.unfold(heir)
        self._connection.execute("UPDATE articles SET duplicate_of = ? WHERE duplicate_of = ?", (heir, number))
        self._connection.execute("UPDATE articles SET duplicate_of = ?, excerpt_of = NULL WHERE id = ?", (heir, number))
        self._connection.execute(
            "UPDATE articles SET excerpt_of = nullif(?1, id) WHERE excerpt_of = ?2", (heir, number)
        )


def _columns(draft: Draft, keys: PostingKeys) -> dict[str, object]:
    """What stands in the row of an article beside its links: for scopes and for identity."""
    days = draft.days()
    return {
        "title": draft.title,
        "author": draft.author,
        "outlet": draft.outlet,
        "outlet_key": draft.outlet.casefold() if draft.outlet else None,
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[1].isoformat() if days else None,
        "message_id": draft.message_id,
        "url": draft.url,
        "body_hash": keys.body_hash,
        "sender_key": keys.sender_key,
        "moment": keys.moment,
        "sketch": packed(keys.sketch),
    }
