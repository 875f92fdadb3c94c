"""Everything that is kept about a person, to be shown to them and deleted when they ask (PRODUCT.md, section 8)."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bot.briefings.feedback_book import Feedback, FeedbackBook
from bot.briefings.subscription import Subscription
from bot.briefings.subscription_book import SubscriptionBook

NOBODY = 0  # the creator of a digest whose creator wants to be forgotten; Discord gives no such id


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`made` are the digests of servers that a person set up, `personal` those that they get in direct messages."""

    made: tuple[Subscription, ...]
    personal: tuple[Subscription, ...]
    feedback: tuple[Feedback, ...]

    def __bool__(self) -> bool:
        return bool(self.made or self.personal or self.feedback)


class PersonalRecords:
    """Part of the ledger (`Ledger.people`)."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        subscriptions: SubscriptionBook,
        feedback: FeedbackBook,
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._subscriptions = subscriptions
        self._feedback = feedback

    def of(self, person: int, now: dt.datetime) -> PersonalData:
        """All rows with a person's id. Opens no transaction."""
        return PersonalData(
            made=tuple(self._subscriptions.made_by(person)),
            personal=tuple(self._subscriptions.of_person(person)),
            feedback=tuple(self._feedback.of_person(person, now)),
        )

    def forget(self, person: int) -> None:
        """Delete a person's notes and personal digests, and take their id from the digests of servers, which stay.

        One transaction. Doing it again changes nothing.
        """
        with self._transaction():
            self._connection.execute("DELETE FROM feedback WHERE person = ?", (person,))
            self._subscriptions.forget_person(person, NOBODY)
