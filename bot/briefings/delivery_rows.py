"""Deliveries and accounts as the ledger's rows keep them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from bot.briefings.delivery import Account, Delivery, RunState
from bot.briefings.instants import instant, instant_or_none, instant_text
from bot.briefings.subscription import Slot
from corpus.article import Window

_ON_A_LINE = 250  # accounts

SELECT_DELIVERY = (
    "SELECT id, subscription_id, local_date, kind, due_at, planned_at, window_after, window_upto, state, reason, "
    "considered, items, retry_at, finished_at, threshold, counted, watched FROM deliveries"
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
        counted=json.loads(row[15]) if row[15] else {},
        watched=bool(row[16]),
    )


def accounts_as_text(accounts: Sequence[Account]) -> str:
    """JSON lists, one on each line: one of thousands would be read in one go, in which no other thread runs."""
    starts = range(0, max(len(accounts), 1), _ON_A_LINE)
    return "\n".join(json.dumps([*map(_account_as_data, accounts[start : start + _ON_A_LINE])]) for start in starts)


def accounts_in(text: str) -> list[Account]:
    """What `accounts_as_text` wrote, in this version or in an earlier one."""
    return [account_of(plain) for line in text.split("\n") for plain in json.loads(line)]


def _account_as_data(account: Account) -> list[Any]:
    """What `account_of` reads."""
    place, words, lacks, bars = account.place, account.words, account.lacks, account.bars
    return [account.article, account.outcome, account.into, account.score, place, words, lacks, bars]


def account_of(plain: list[Any]) -> Account:
    """Ledgers of the first version have the first four fields only."""
    article, outcome, into, score, *more = plain
    place, words, lacks, bars = more or (None, (), (), ())
    return Account(
        article, outcome, into, score, tuple(place) if place else None, tuple(words), tuple(lacks), tuple(bars)
    )


def write_skipped(
    connection: sqlite3.Connection, subscription: int, slot: Slot, window: Window, reason: str, now: dt.datetime
) -> bool:
    """A slot that is skipped, as a row; False, and nothing is written, if it has one. Opens no transaction."""
    added = connection.execute(
        "INSERT OR IGNORE INTO deliveries (subscription_id, local_date, kind, due_at, planned_at, window_after, "
        "window_upto, state, reason, considered, items, account, finished_at) "
        "VALUES (?, ?, 'scheduled', ?, ?, ?, ?, 'skipped', ?, 0, 0, '[]', ?)",
        (
            subscription,
            slot.local_date.isoformat(),
            instant_text(slot.due_at),
            instant_text(now),
            window.after,
            window.upto,
            reason,
            instant_text(now),
        ),
    )
    return bool(added.rowcount)
