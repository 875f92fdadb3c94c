"""What people wrote about answers that were bad: kept 30 days, for the operator, and theirs to delete."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bot.briefings.instants import instant, instant_text

KEPT_DAYS = 30  # PRODUCT.md, section 8


@dataclass(frozen=True, slots=True)
class Feedback:
    """A note on an answer, with the question and the numbers of the articles that it quoted."""

    id: int
    server: int | None
    question: str
    note: str
    articles: tuple[int, ...]
    written_at: dt.datetime


class FeedbackBook:
    """Part of the ledger (`Ledger.feedback`). Each public method is one transaction."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._transaction = transaction

    def write(
        self,
        person: int,
        message: int,
        *,
        server: int | None,
        question: str,
        note: str,
        articles: Sequence[int],
        now: dt.datetime,
    ) -> None:
        """Keep a note; a second one on the same answer takes the place of the first."""
        with self._transaction():
            self._forget_old(now)
            self._connection.execute(
                "INSERT INTO feedback (person, guild, message, question, note, articles, written_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person, message) DO UPDATE SET "
                "note = excluded.note, written_at = excluded.written_at",
                (person, server, message, question, note, json.dumps(list(articles)), instant_text(now)),
            )

    def everyones(self, now: dt.datetime) -> list[Feedback]:
        """What is kept, oldest first. Opens no transaction."""
        return self._read("written_at >= ?", _kept_from(now))

    def of_person(self, person: int, now: dt.datetime) -> list[Feedback]:
        """As `everyones`, of one person."""
        return self._read("written_at >= ? AND person = ?", _kept_from(now), person)

    def forget_old(self, now: dt.datetime) -> None:
        """Delete what is older than 30 days."""
        with self._transaction():
            self._forget_old(now)

    def _forget_old(self, now: dt.datetime) -> None:
        self._connection.execute("DELETE FROM feedback WHERE written_at < ?", (_kept_from(now),))

    def _read(self, condition: str, *values: object) -> list[Feedback]:
        rows = self._connection.execute(
            f"SELECT id, guild, question, note, articles, written_at FROM feedback WHERE {condition} ORDER BY id",
            values,
        )
        return [
            Feedback(number, server, question, note, tuple(json.loads(articles)), instant(written_at))
            for number, server, question, note, articles, written_at in rows
        ]


def _kept_from(now: dt.datetime) -> str:
    return instant_text(now - dt.timedelta(days=KEPT_DAYS))
