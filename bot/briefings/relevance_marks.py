"""What people marked as not relevant, and how much that raises a digest's threshold."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.briefings.instants import instant_text
from bot.briefings.subscription import RAISE_STEP


class RelevanceMarks:
    """Part of the ledger (`Ledger.marks`). Who marked an article is not kept."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._transaction = transaction

    def add(self, subscription: int, article: int, now: dt.datetime) -> bool:
        """Mark an article as not relevant for a digest; False when it was marked already, which changes nothing."""
        with self._transaction():
            added = self._connection.execute(
                "INSERT OR IGNORE INTO relevance_marks (subscription_id, article, step, marked_at) VALUES (?, ?, ?, ?)",
                (subscription, article, RAISE_STEP, instant_text(now)),
            )
            return added.rowcount == 1

    def remove(self, subscription: int, article: int) -> bool:
        """Take a mark back; False when there is none."""
        with self._transaction():
            gone = self._connection.execute(
                "DELETE FROM relevance_marks WHERE subscription_id = ? AND article = ?", (subscription, article)
            )
            return gone.rowcount == 1

    def has(self, subscription: int, article: int) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM relevance_marks WHERE subscription_id = ? AND article = ?", (subscription, article)
        ).fetchone()
        return row is not None

    def articles(self, subscription: int) -> frozenset[int]:
        """All that were marked for a digest. Opens no transaction."""
        rows = self._connection.execute(
            "SELECT article FROM relevance_marks WHERE subscription_id = ?", (subscription,)
        )
        return frozenset(row[0] for row in rows)
