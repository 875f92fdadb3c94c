"""What identity looks up in the archive: the keys of every posting, and the fingerprints of its words."""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

SAME_KEYS = ("external_id", "location", "message_id", "body_hash", "sender_key", "url")

_MOST_HOLDERS = 32  # articles for one fingerprint: a phrase that more of them share tells none of them from the others
_COUNTS_WHOLE = 20  # fingerprints: of two longer texts a part in four has to be shared, or comparing them is idle
_LEAST_SHARED = 0.25
_NAMED = "(SELECT id FROM collections WHERE name = ?)"


@dataclass(frozen=True, slots=True)
class PostingKeys:
    """By what a posting may be known again.

    `body_hash` is of the words alone, so two forms of one posting agree. `sender_key` joins subject, sender and date of
    posting and is None unless all three are known. `sketch` is the fingerprints of the words (`corpus.shingles`), 32
    bits each. `moment` says when it was posted, ISO 8601 in UTC, so that the earliest of several can be the main one.
    """

    location: str | None
    body_hash: str
    sender_key: str | None
    sketch: Collection[int]
    moment: str | None = None


class PostingRecords:
    """Finds the numbers of postings by their keys; `Archive.postings` is one. Removed articles are found too."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def with_key(self, collection: str, key: str, value: str, *, limit: int = 16) -> list[int]:
        """The first postings of a collection that have a key (one of `SAME_KEYS`), oldest first."""
        if key not in SAME_KEYS:
            raise ValueError(f"not a key of a posting: {key}")
        rows = self._connection.execute(
            f"SELECT id FROM articles WHERE collection_id = {_NAMED} AND {key} = ? ORDER BY id LIMIT ?",
            (collection, value, limit),
        )
        return [row[0] for row in rows]

    def with_key_and_body(self, collection: str, key: str, value: str, body_hash: str) -> int | None:
        """The first posting of a collection that has a key and these words."""
        if key not in SAME_KEYS:
            raise ValueError(f"not a key of a posting: {key}")
        row = self._connection.execute(
            f"SELECT id FROM articles WHERE collection_id = {_NAMED} AND {key} = ? AND body_hash = ? LIMIT 1",
            (collection, value, body_hash),
        ).fetchone()
        return row[0] if row else None

    def without_ids(self, collection: str, body_hash: str, title: str | None) -> int | None:
        """The first posting of a collection that has these words and this title, and no message id."""
        row = self._connection.execute(
            f"SELECT id FROM articles WHERE collection_id = {_NAMED} AND body_hash = ? AND message_id IS NULL "
            "AND title IS ? ORDER BY id LIMIT 1",
            (collection, body_hash, title),
        ).fetchone()
        return row[0] if row else None

    def alike(self, collection: str, body_hash: str, sketch: Collection[int], *, limit: int) -> list[int]:
        """Main postings of a collection that may hold the same words, the likeliest first.

        A fingerprint counts the more the fewer articles hold it: of a thousand weather reports those that share the
        frame are many, and the one that shares the day's figures is found before them.
        """
        found = [
            row[0]
            for row in self._connection.execute(
                f"SELECT id FROM articles WHERE collection_id = {_NAMED} AND body_hash = ? AND duplicate_of IS NULL "
                "AND removed_at IS NULL LIMIT ?",
                (collection, body_hash, limit),
            )
        ]
        holders = defaultdict[int, list[int]](list)
        for fingerprint, holder in self._connection.execute(
            "SELECT f.fingerprint, f.article_id FROM json_each(?) asked CROSS JOIN fingerprints f "
            f"WHERE f.collection_id = {_NAMED} AND f.fingerprint = asked.value",
            (json.dumps(list(sketch)), collection),
        ):
            holders[fingerprint].append(holder)
        weight = defaultdict[int, float](float)
        for sharers in holders.values():
            for holder in sharers:
                weight[holder] += 1 / len(sharers)
        likeliest = sorted(weight, key=lambda holder: (-weight[holder], holder))
        found += [one for one in likeliest[:limit] if one not in found and self._shares_enough(one, sketch)]
        return found[:limit]

    def body_hash(self, number: int) -> str | None:
        row = self._connection.execute("SELECT body_hash FROM articles WHERE id = ?", (number,)).fetchone()
        return str(row[0]) if row else None

    def message_id(self, number: int) -> str | None:
        row = self._connection.execute("SELECT message_id FROM articles WHERE id = ?", (number,)).fetchone()
        return row[0] if row else None

    def moment(self, number: int) -> str | None:
        """When it was posted, ISO 8601 in UTC; None when that is not known."""
        row = self._connection.execute("SELECT moment FROM articles WHERE id = ?", (number,)).fetchone()
        return row[0] if row else None

    def is_removed(self, number: int) -> bool:
        row = self._connection.execute("SELECT removed_at FROM articles WHERE id = ?", (number,)).fetchone()
        return bool(row and row[0])

    def is_news(self, number: int) -> bool:
        row = self._connection.execute("SELECT news FROM articles WHERE id = ?", (number,)).fetchone()
        return bool(row and row[0])

    def is_main(self, number: int) -> bool:
        """Whether a posting is there and no duplicate of another."""
        row = self._connection.execute(
            "SELECT duplicate_of IS NULL AND removed_at IS NULL FROM articles WHERE id = ?", (number,)
        ).fetchone()
        return bool(row and row[0])

    def duplicates_of(self, number: int, *, limit: int = -1) -> list[int]:
        rows = self._connection.execute(
            "SELECT id FROM articles WHERE duplicate_of = ? ORDER BY id LIMIT ?", (number, limit)
        )
        return [row[0] for row in rows]

    def followers_of(self, number: int, into: int, *, limit: int) -> list[int]:
        """What is folded into a posting and has other words than `into`."""
        rows = self._connection.execute(
            "SELECT id FROM articles WHERE duplicate_of = ? AND body_hash != "
            "(SELECT body_hash FROM articles WHERE id = ?) ORDER BY id LIMIT ?",
            (number, into, limit),
        )
        return [row[0] for row in rows]

    def excerpts_of(self, number: int) -> list[int]:
        rows = self._connection.execute("SELECT id FROM articles WHERE excerpt_of = ? ORDER BY id", (number,))
        return [row[0] for row in rows]

    def without_sketch(self, *, limit: int) -> list[int]:
        """Articles archived by a version that had no fingerprints, or others."""
        rows = self._connection.execute("SELECT id FROM articles WHERE sketch IS NULL ORDER BY id LIMIT ?", (limit,))
        return [row[0] for row in rows]

    # Writing, by the archive alone

    def show(self, number: int) -> None:
        """Let a main posting be found by its fingerprints, but for those that enough others hold."""
        self._connection.execute(
            "INSERT OR IGNORE INTO fingerprints (collection_id, fingerprint, article_id) "
            "SELECT a.collection_id, held.value, a.id FROM articles a CROSS JOIN json_each(?) held WHERE a.id = ? AND "
            "(SELECT count(*) FROM fingerprints f WHERE f.collection_id = a.collection_id AND f.fingerprint = "
            "held.value) < ?",
            (json.dumps(self._sketch(number)), number, _MOST_HOLDERS),
        )

    def hide(self, number: int) -> None:
        """Let a posting be found by its fingerprints no longer."""
        self._connection.execute(
            "DELETE FROM fingerprints WHERE collection_id = (SELECT collection_id FROM articles WHERE id = ?1) "
            "AND article_id = ?1 AND fingerprint IN (SELECT value FROM json_each(?2))",
            (number, json.dumps(self._sketch(number))),
        )

    def _sketch(self, number: int) -> list[int]:
        row = self._connection.execute("SELECT sketch FROM articles WHERE id = ?", (number,)).fetchone()
        return _unpacked(row[0]) if row and row[0] else []

    def _shares_enough(self, number: int, sketch: Collection[int]) -> bool:
        held = self._sketch(number)
        shorter = min(len(held), len(sketch))
        return shorter < _COUNTS_WHOLE or len(frozenset(held).intersection(sketch)) >= _LEAST_SHARED * shorter


def packed(sketch: Collection[int]) -> bytes:
    """Fingerprints as the database keeps them: ascending, 32 bits each, little-endian."""
    numbers = array("I", sorted(sketch))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _unpacked(blob: bytes) -> list[int]:
    numbers = array("I", blob)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()
