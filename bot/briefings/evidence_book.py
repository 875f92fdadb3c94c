"""What watched questions rest on, and ever did: places in articles, and hashes to know the same statement by."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from retrieval.watches.statements import Evidence, statement_from


@dataclass(frozen=True, slots=True)
class KnownEvidence:
    """`everything` that was shown, or that there was at the beginning, oldest first; `current` those of it on which the
    question rests now, best first, None where nobody wrote them down for the question as it is."""

    everything: tuple[Evidence, ...] = ()
    current: tuple[Evidence, ...] | None = None


class EvidenceBook:
    """Part of the ledger (`Ledger.evidence`)."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._transaction = transaction

    def of(self, subscription: int) -> KnownEvidence:
        """What is known for a subscription's question as it is now. Opens no transaction."""
        row = self._connection.execute(
            "SELECT watched IS topic FROM subscriptions WHERE id = ?", (subscription,)
        ).fetchone()
        if row is None or not row[0]:
            return KnownEvidence()
        rows = self._connection.execute(
            "SELECT article, revision, start, end, statement, state FROM evidence "
            "WHERE subscription_id = ? AND state != 'waits' ORDER BY id",
            (subscription,),
        ).fetchall()
        found = [(Evidence(row[0], row[1], row[2], row[3], statement_from(row[4])), row[5]) for row in rows]
        return KnownEvidence(
            tuple(evidence for evidence, _ in found), tuple(evidence for evidence, state in found if state == "now")
        )

    def begin(self, subscription: int, evidence: Sequence[Evidence]) -> None:
        """Write down what a question rests on as it is asked, or is asked of other sources.

        What was known stays known, unless it was of another question.
        """
        with self._transaction():
            self._connection.execute(
                "DELETE FROM evidence WHERE subscription_id = ?1 "
                "AND (SELECT watched IS NOT topic FROM subscriptions WHERE id = ?1)",
                (subscription,),
            )
            self.replace(subscription, evidence)

    def forget(self, subscription: int) -> None:
        """The topic is no question (any more)."""
        with self._transaction():
            self._connection.execute("DELETE FROM evidence WHERE subscription_id = ?", (subscription,))
            self._connection.execute("UPDATE subscriptions SET watched = NULL WHERE id = ?", (subscription,))

    # For the ledger, within its transactions

    def replace(self, subscription: int, evidence: Sequence[Evidence]) -> None:
        """The question rests on this from now on, though nothing is posted."""
        self._add(subscription, None, evidence)
        self._turn(subscription, None)

    def wait(self, subscription: int, delivery: int, evidence: Sequence[Evidence]) -> None:
        """The question will rest on this once its delivery was posted."""
        self._add(subscription, delivery, evidence)

    def posted(self, subscription: int, delivery: int) -> None:
        """A delivery is over; what none of its messages shows was not shown. Before its stories are settled."""
        self._connection.execute(
            "DELETE FROM evidence WHERE delivery_id = ?1 AND state = 'waits' AND article IN "
            "(SELECT article FROM stories WHERE delivery_id = ?1 AND part NOT IN "
            "(SELECT part FROM parts WHERE delivery_id = ?1 AND message_id IS NOT NULL))",
            (delivery,),
        )
        waits = self._connection.execute(
            "SELECT 1 FROM evidence WHERE delivery_id = ? AND state = 'waits' LIMIT 1", (delivery,)
        ).fetchone()
        if waits is not None:
            self._turn(subscription, delivery)

    def not_posted(self, delivery: int) -> None:
        self._connection.execute("DELETE FROM evidence WHERE delivery_id = ? AND state = 'waits'", (delivery,))

    # Parts of the above

    def _add(self, subscription: int, delivery: int | None, evidence: Sequence[Evidence]) -> None:
        self._connection.executemany(
            "INSERT INTO evidence (subscription_id, delivery_id, article, revision, start, end, statement, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'waits')",
            (
                (subscription, delivery, one.article, one.revision, one.start, one.end, one.statement.as_text())
                for one in evidence
            ),
        )

    def _turn(self, subscription: int, delivery: int | None) -> None:
        """What waits for a delivery, or for none, is what the question rests on now; what it rested on is only known.

        A place is kept once.
        """
        values = {"subscription": subscription, "delivery": delivery}
        waits = "subscription_id = :subscription AND state = 'waits' AND delivery_id IS :delivery"
        self._connection.execute(
            "DELETE FROM evidence WHERE subscription_id = :subscription AND state != 'waits' AND "
            f"(article, revision, start, end) IN (SELECT article, revision, start, end FROM evidence WHERE {waits})",
            values,
        )
        self._connection.execute(
            "UPDATE evidence SET state = 'then' WHERE subscription_id = :subscription AND state = 'now'", values
        )
        self._connection.execute(f"UPDATE evidence SET state = 'now' WHERE {waits}", values)
        self._connection.execute("UPDATE subscriptions SET watched = topic WHERE id = :subscription", values)
