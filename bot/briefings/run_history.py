"""The reading half of the ledger: what is written down of runs, of their messages, and of what they showed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence

from bot.briefings.delivery import Account, Delivery, DeliveryPart, delivery_label, footer_id
from bot.briefings.delivery_rows import SELECT_DELIVERY, accounts_in, delivery_of
from bot.briefings.instants import instant, instant_or_none
from bot.rendering.page_data import page_from_data
from retrieval.stories.reports import Outline, Report, SeenStories, StoredReports, unpack

HISTORY_RUNS = 20  # PRODUCT.md, section 6


class RunHistory:
    """Opens no transaction. Made for one thread at a time."""

    _connection: sqlite3.Connection

    def outstanding(self, subscription: int) -> Delivery | None:
        """The delivery of a subscription that is not over yet; there is never more than one."""
        unfinished = "subscription_id = ? AND state IN ('rendered', 'sending', 'blocked')"
        return self._find(f"{unfinished} ORDER BY id LIMIT 1", subscription)

    def delivery(self, number: int) -> Delivery:
        """A delivery as it stands now. Raises KeyError when there is none of that number."""
        delivery = self._find("id = ?", number)
        if delivery is None:
            raise KeyError(number)
        return delivery

    def parts(self, delivery: Delivery) -> list[DeliveryPart]:
        """All parts of a delivery, in order."""
        rows = self._connection.execute(
            "SELECT p.part, s.channel, p.page, p.nonce, p.sending_since, p.message_id, p.title, p.under, p.spare, "
            "p.sent_to "
            "FROM parts p "
            "JOIN deliveries d ON d.id = p.delivery_id JOIN subscriptions s ON s.id = d.subscription_id "
            "WHERE p.delivery_id = ? ORDER BY p.part",
            (delivery.id,),
        )
        return [
            DeliveryPart(
                delivery=delivery.id,
                part=row[0],
                channel=row[1],
                footer_id=footer_id(delivery.label, row[0]),
                page=page_from_data(json.loads(row[2])),
                nonce=row[3],
                sending_since=instant_or_none(row[4]),
                message_id=row[5],
                title=row[6],
                under=row[7],
                spare=bool(row[8]),
                sent_to=row[9],
            )
            for row in rows
        ]

    def posted_of(self, articles: Collection[int]) -> list[tuple[int, int, int]]:
        """Where these articles were told and no correction says that they are gone: article, delivery, part.

        In messages of runs that are not over too.
        """
        return self._connection.execute(
            "SELECT s.article, s.delivery_id, s.part FROM stories s "
            "JOIN parts p ON p.delivery_id = s.delivery_id AND p.part = s.part "
            "WHERE p.message_id IS NOT NULL AND s.corrected_at IS NULL "
            "AND s.article IN (SELECT value FROM json_each(?)) ORDER BY s.delivery_id, s.part, s.article",
            (json.dumps(list(articles)),),
        ).fetchall()

    def under_way_since(self) -> dt.datetime | None:
        """When the oldest run that is not over was written down; None when all are over."""
        (planned_at,) = self._connection.execute(
            "SELECT min(planned_at) FROM deliveries WHERE state IN ('rendered', 'sending', 'blocked')"
        ).fetchone()
        return instant_or_none(planned_at)

    def seen(self, subscription: int) -> SeenStories:
        """All that was posted; its reports are read when they are looked at, since few of a year's matter."""
        rows = self._connection.execute(
            "SELECT rowid, article, story, first_day, last_day FROM stories "
            "WHERE subscription_id = ? AND posted_at IS NOT NULL ORDER BY rowid",
            (subscription,),
        ).fetchall()
        numbers = [row[0] for row in rows]

        def load(places: Sequence[int]) -> list[Report]:
            found = self._connection.execute(
                "SELECT report FROM stories WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid",
                (json.dumps([numbers[place] for place in places]),),
            )
            return [unpack(packed) for (packed,) in found]

        outlines = [Outline(row[2], (_day(row[3]), _day(row[4])) if row[3] else None) for row in rows]
        stories = {row[1]: row[2] for row in rows if row[1] != row[2]}
        return SeenStories(frozenset(row[1] for row in rows), StoredReports(outlines, load), stories)

    def last_runs(self, subscription: int, limit: int = HISTORY_RUNS) -> list[Delivery]:
        """The last runs, newest first."""
        rows = self._connection.execute(
            f"{SELECT_DELIVERY} WHERE subscription_id = ? ORDER BY id DESC LIMIT ?", (subscription, limit)
        ).fetchall()
        return [delivery_of(row) for row in rows]

    def history(self, subscription: int, limit: int = HISTORY_RUNS) -> list[tuple[Delivery, list[Account]]]:
        """The last runs, newest first, each with what became of its articles."""
        return [(run, self.accounts(run)) for run in self.last_runs(subscription, limit)]

    def accounts(self, delivery: Delivery) -> list[Account]:
        """What became of a run's articles; nothing when that is forgotten."""
        row = self._connection.execute("SELECT account FROM deliveries WHERE id = ?", (delivery.id,)).fetchone()
        return accounts_in(row[0]) if row else []

    def run_of(self, subscription: int, local_date: dt.date, kind: str) -> Delivery | None:
        return self._find(
            "subscription_id = ? AND local_date = ? AND kind = ?", subscription, local_date.isoformat(), kind
        )

    def last_run(self, subscription: int) -> Delivery | None:
        return self._find("subscription_id = ? ORDER BY id DESC LIMIT 1", subscription)

    def last_run_of_each(self, subscriptions: Collection[int]) -> dict[int, Delivery]:
        """The last run of each of these that has one."""
        rows = self._connection.execute(
            f"{SELECT_DELIVERY} WHERE id IN (SELECT max(id) FROM deliveries WHERE subscription_id IN "
            "(SELECT value FROM json_each(?)) GROUP BY subscription_id)",
            (json.dumps(list(subscriptions)),),
        )
        return {run.subscription: run for run in map(delivery_of, rows)}

    def told(self, subscription: int) -> Iterator[tuple[int, int, str, dt.datetime]]:
        """The articles whose stories were told, oldest first, each with the one that told its story first, the label of
        the run, and when."""
        rows = self._connection.execute(
            "SELECT s.article, s.story, d.local_date, d.kind, s.posted_at FROM stories s "
            "JOIN deliveries d ON d.id = s.delivery_id WHERE s.subscription_id = ? AND s.posted_at IS NOT NULL "
            "AND coalesce(s.part, 1) > 0 ORDER BY s.rowid",
            (subscription,),
        )
        for article, story, day, kind, posted_at in rows:
            label = delivery_label(subscription, dt.date.fromisoformat(day), kind)
            yield article, story, label, instant(posted_at)

    def last_post(self, subscription: int) -> Delivery | None:
        return self._find("subscription_id = ? AND state = 'posted' ORDER BY id DESC LIMIT 1", subscription)

    def next_manual_kind(self, subscription: int) -> str:
        """The kind of the next run that somebody asks for."""
        row = self._connection.execute(
            "SELECT count(*) FROM deliveries WHERE subscription_id = ? AND kind != 'scheduled'", (subscription,)
        ).fetchone()
        return f"manual-{row[0] + 1}"

    def _find(self, condition: str, *values: object) -> Delivery | None:
        """The first delivery for which a condition (SQL) holds."""
        row = self._connection.execute(f"{SELECT_DELIVERY} WHERE {condition}", values).fetchone()
        return delivery_of(row) if row else None


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(ordinal)
