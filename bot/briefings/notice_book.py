"""What somebody is still to be told of a digest: it stays written down until they were, whatever happens in between.

A notice is written with the change that it is about, in one transaction (`SubscriptionBook`), and struck out once it
was sent. Cut short in between, it is sent again: better twice than never.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from bot.briefings.delivery import nonce_for
from bot.briefings.instants import instant, instant_text
from bot.briefings.subscription import State, Subscription
from bot.briefings.subscription_book import SubscriptionBook
from bot.errors import NoSuchDigest


@dataclass(frozen=True, slots=True)
class Notice:
    """That a subscription is blocked, was paused or was removed, and since when somebody is to be told of it."""

    subscription: Subscription
    about: State
    since: dt.datetime

    @property
    def nonce(self) -> str:
        """The same whenever it is sent, so that Discord takes it once within minutes."""
        return nonce_for(f"{self.subscription.id}/{self.about}/{instant_text(self.since)}")


class NoticeBook:
    """Part of the ledger (`Ledger.notices`)."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        subscriptions: SubscriptionBook,
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._subscriptions = subscriptions

    def waiting(self) -> list[Notice]:
        """All of which nobody was told yet, oldest first. Opens no transaction."""
        waiting = self._connection.execute(
            "SELECT id, to_tell, to_tell_since FROM subscriptions WHERE to_tell IS NOT NULL ORDER BY to_tell_since, id"
        ).fetchall()
        notices = []
        for number, about, since in waiting:
            with suppress(NoSuchDigest):  # forgotten in between
                notices.append(Notice(self._subscriptions.get(number), State(about), instant(since)))
        return notices

    def mark_told(self, notice: Notice, now: dt.datetime) -> None:
        """They were told, or nobody can be. A newer notice of the same subscription stays."""
        with self._transaction():
            self._connection.execute(
                "UPDATE subscriptions SET to_tell = NULL, to_tell_since = NULL, told_at = ? "
                "WHERE id = ? AND to_tell = ? AND to_tell_since = ?",
                (instant_text(now), notice.subscription.id, str(notice.about), instant_text(notice.since)),
            )
