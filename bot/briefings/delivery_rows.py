"""Deliveries and accounts as the ledger's rows keep them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.briefings.delivery import Account, Delivery, RunState
from bot.briefings.instants import instant, instant_or_none
from corpus.article import Window

SELECT_DELIVERY = (
    "SELECT id, subscription_id, local_date, kind, due_at, planned_at, window_after, window_upto, state, reason, "
    "considered, items, retry_at, finished_at, threshold FROM deliveries"
)


def delivery_of(row: tuple[Any, ...]) -> Delivery:
    return Delivery(
        id=row[0],
        subscription=row[1],
        local_date=dt.date.fromisoformat(row[2]),
        kind=row[3],
        due_at=instant(row[4]),
        planned_at=instant(row[5]),
        window=Window(row[6], row[7]),
        state=RunState(row[8]),
        reason=row[9],
        considered=row[10],
        items=row[11],
        retry_at=instant_or_none(row[12]),
        finished_at=instant_or_none(row[13]),
        threshold=row[14],
    )


def account_of(plain: list[Any]) -> Account:
    """Ledgers of the first version have the first four fields only."""
    article, outcome, into, score, *more = plain
    place, words, lacks, bars = more or (None, (), (), ())
    return Account(
        article, outcome, into, score, tuple(place) if place else None, tuple(words), tuple(lacks), tuple(bars)
    )
