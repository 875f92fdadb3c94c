"""What identity looks up in the archive: the keys of every posting, and sketches of its words."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

SAME_KEYS = ("external_id", "location", "message_id", "body_hash", "sender_key", "url")


@dataclass(frozen=True, slots=True)
class PostingKeys:
    """By what a posting may be known again.

    `body_hash` is of the words alone, so two forms of one posting agree. `sender_key` joins subject, sender and date of
    posting and is None unless all three are known. `sketch` is a sample of the word shingles (`corpus.identity`).
    """

    location: str | None
    body_hash: str
    sender_key: str | None
    sketch: Collection[int]


class PostingRecords:
    """Finds the numbers of postings by their keys; `Archive.postings` is one. Removed articles are found too."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def with_key(self, collection: str, key: str, value: str) -> list[int]:
        """Postings of a collection that have a key (one of `SAME_KEYS`), oldest first."""
        if key not in SAME_KEYS:
            raise ValueError(f"not a key of a posting: {key}")
        rows = self._connection.execute(
            f"SELECT a.id FROM articles a JOIN collections c ON c.id = a.collection_id "
            f"WHERE c.name = ? AND a.{key} = ? ORDER BY a.id",
            (collection, value),
        )
        return [row[0] for row in rows]

    def alike(self, collection: str, sketch: Collection[int], *, limit: int) -> list[int]:
        """The main postings of a collection that share the most of a sketch, most first, at most 500 shingles asked."""
        asked = sorted(sketch)[:500]
        marks = ",".join("?" * len(asked))
        rows = self._connection.execute(
            f"SELECT s.article_id, count(*) AS shared FROM sketches s JOIN articles a ON a.id = s.article_id "
            f"JOIN collections c ON c.id = a.collection_id WHERE s.shingle IN ({marks}) AND c.name = ? "
            "AND a.removed_at IS NULL AND a.duplicate_of IS NULL "
            "GROUP BY s.article_id ORDER BY shared DESC, s.article_id LIMIT ?",
            (*asked, collection, limit),
        )
        return [row[0] for row in rows]

    def body_hash(self, number: int) -> str | None:
        row = self._connection.execute("SELECT body_hash FROM articles WHERE id = ?", (number,)).fetchone()
        return str(row[0]) if row else None

    def is_removed(self, number: int) -> bool:
        row = self._connection.execute("SELECT removed_at FROM articles WHERE id = ?", (number,)).fetchone()
        return bool(row and row[0])

    def keep_sketch(self, number: int, sketch: Collection[int]) -> None:
        self._connection.execute("DELETE FROM sketches WHERE article_id = ?", (number,))
        self._connection.executemany(
            "INSERT OR IGNORE INTO sketches (shingle, article_id) VALUES (?, ?)", ((one, number) for one in sketch)
        )
