"""What the operator asks for beside a running bot: runs, which wait here until it carries them out, and skips."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from bot.briefings.delivery import Delivery
from bot.briefings.delivery_rows import SELECT_DELIVERY, delivery_of, write_skipped
from bot.briefings.instants import instant, instant_or_none, instant_text
from bot.briefings.subscription import Slot, Subscription, slots
from bot.briefings.subscription_book import SubscriptionBook
from corpus.article import Window

SKIPPED_BY_OPERATOR = "by the operator; the next one carries it"
KEPT_DAYS = 30  # after it was carried out, or could not be

_MAY_BE_POSTED = "(sending_since IS NOT NULL OR message_id IS NOT NULL)"
_SELECT = "SELECT id, subscription_id, slot, asked_at, ended_at, run, refusal FROM run_requests"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run that was asked for: of the slot of a local day, or with `slot` None one of its own, as **Post now** makes.

    It waits while `ended_at` is None. Then it came to `run`, a label such as ``#D3-20261123``, or `refusal` says why it
    could not be carried out.
    """

    id: int
    subscription: int
    slot: dt.date | None
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    run: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which request a run carries out, and the number of the unposted run whose place it takes, if there is one."""

    request: int
    instead_of: int | None = None


class RequestBook:
    """Part of the ledger (`Ledger.requests`). Each public method is one transaction, unless it says otherwise."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        subscriptions: SubscriptionBook,
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._subscriptions = subscriptions

    def add(self, subscription: int, slot: dt.date | None, now: dt.datetime) -> tuple[RunRequest, bool]:
        """A request that waits, and whether it is a new one: asked again it is the same."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM run_requests WHERE ended_at < ?", (instant_text(now - dt.timedelta(days=KEPT_DAYS)),)
            )
            added = self._connection.execute(
                "INSERT OR IGNORE INTO run_requests (subscription_id, slot, asked_at) VALUES (?, ?, ?)",
                (subscription, slot.isoformat() if slot else None, instant_text(now)),
            )
            (waiting,) = self._read(
                "subscription_id = ? AND slot IS ? AND ended_at IS NULL",
                subscription,
                slot.isoformat() if slot else None,
            )
            return waiting, bool(added.rowcount)

    def waiting(self) -> list[RunRequest]:
        """Those that are still to be carried out, oldest first. Opens no transaction."""
        return self._read("ended_at IS NULL")

    def of(self, subscription: int) -> list[RunRequest]:
        """A digest's requests of the last 30 days, oldest first. Opens no transaction."""
        return self._read("subscription_id = ?", subscription)

    def refuse(self, request: int, reason: str, now: dt.datetime) -> None:
        """It cannot be carried out; kept with the reason."""
        with self._transaction():
            self._end(request, now, refusal=reason)

    def came_to(self, request: int, run: str, now: dt.datetime) -> None:
        """It is carried out by a run that is there already."""
        with self._transaction():
            self._end(request, now, run=run)

    def skip(self, subscription: int, slot: Slot, cursor: int, now: dt.datetime) -> bool:
        """Skip a slot for which there is no run yet; a request to run it is over. False, and nothing is done, if there
        is a run."""
        with self._transaction():
            if not write_skipped(
                self._connection, subscription, slot, Window(cursor, cursor), SKIPPED_BY_OPERATOR, now
            ):
                return False
            self._subscriptions.settle(subscription, slot.due_at)
            self._connection.execute(
                "UPDATE run_requests SET ended_at = ?, refusal = ? "
                "WHERE subscription_id = ? AND slot = ? AND ended_at IS NULL",
                (instant_text(now), "skipped by the operator", subscription, slot.local_date.isoformat()),
            )
            return True

    def last_skip(self, subscription: Subscription) -> Delivery | None:
        """The slot that the operator skipped last, if none after it has been dealt with. Opens no transaction."""
        row = self._connection.execute(
            f"{SELECT_DELIVERY} WHERE subscription_id = ? AND kind = 'scheduled' AND state = 'skipped' AND reason = ? "
            "ORDER BY due_at DESC LIMIT 1",
            (subscription.id, SKIPPED_BY_OPERATOR),
        ).fetchone()
        if row is None:
            return None
        skipped, now_is = delivery_of(row), self._subscriptions.get(subscription.id)
        # The schedule may have been changed since.
        slots_since = slots(now_is.schedule, skipped.due_at - dt.timedelta(seconds=1), now_is.settled_upto)
        is_last = [slot.due_at for slot in slots_since] == [skipped.due_at]
        return skipped if is_last else None

    def take_back_skip(self, subscription: Subscription, skipped: Delivery) -> bool:
        """Let a skipped slot fall due after all. False, and nothing is done, if it is not `last_skip` any more."""
        with self._transaction():
            if self.last_skip(subscription) != skipped:
                return False
            self._connection.execute("DELETE FROM deliveries WHERE id = ?", (skipped.id,))
            # Just before it: the slots before it have been dealt with.
            self._connection.execute(
                "UPDATE subscriptions SET settled_upto = ? WHERE id = ?",
                (instant_text(skipped.due_at - dt.timedelta(seconds=1)), subscription.id),
            )
            return True

    def carrier_of(self, skipped: Delivery) -> Delivery | None:
        """The first later run that held what a skipped or failed one would have held. Opens no transaction."""
        row = self._connection.execute(
            f"{SELECT_DELIVERY} WHERE subscription_id = ? AND id != ? AND due_at >= ? "
            "AND (state IN ('posted', 'empty') OR EXISTS (SELECT 1 FROM parts "
            "WHERE delivery_id = deliveries.id AND message_id IS NOT NULL)) ORDER BY id LIMIT 1",
            (skipped.subscription, skipped.id, instant_text(skipped.due_at)),
        ).fetchone()
        return delivery_of(row) if row else None

    def may_be_posted(self, run: Delivery) -> bool:
        """Whether a part of a run is or may be in its channel. Opens no transaction."""
        (parts,) = self._connection.execute(
            f"SELECT count(*) FROM parts WHERE delivery_id = ? AND {_MAY_BE_POSTED}", (run.id,)
        ).fetchone()
        return bool(parts)

    # For the ledger, within its transactions

    def make_room(self, asked: Asked) -> bool:
        """Take away the run whose place is taken; False if the request was ended, or that run has come to something."""
        if not self._read("id = ? AND ended_at IS NULL", asked.request):
            return False
        if asked.instead_of is None:
            return True
        removed = self._connection.execute(
            "DELETE FROM deliveries WHERE id = ? AND state IN ('skipped', 'failed') "
            f"AND NOT EXISTS (SELECT 1 FROM parts WHERE delivery_id = deliveries.id AND {_MAY_BE_POSTED})",
            (asked.instead_of,),
        )
        return bool(removed.rowcount)

    def carried_out(self, asked: Asked, run: str, now: dt.datetime) -> None:
        self._end(asked.request, now, run=run)

    # Parts of the above

    def _end(self, request: int, now: dt.datetime, *, run: str | None = None, refusal: str | None = None) -> None:
        self._connection.execute(
            "UPDATE run_requests SET ended_at = ?, run = ?, refusal = ? WHERE id = ? AND ended_at IS NULL",
            (instant_text(now), run, refusal, request),
        )

    def _read(self, condition: str, *values: Any) -> list[RunRequest]:
        rows = self._connection.execute(f"{_SELECT} WHERE {condition} ORDER BY id", values)
        return [_request_of(row) for row in rows]


def _request_of(row: tuple[Any, ...]) -> RunRequest:
    return RunRequest(
        id=row[0],
        subscription=row[1],
        slot=dt.date.fromisoformat(row[2]) if row[2] else None,
        asked_at=instant(row[3]),
        ended_at=instant_or_none(row[4]),
        run=row[5],
        refusal=row[6],
    )
