"""Digests that are being set up or changed: what a preview shows and a form was sent in with, kept for some days.

A button holds 100 characters and a digest has more to it than that, so buttons carry a draft's number. Nothing in a
draft says who made it.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from bot.briefings.instants import instant_text
from bot.briefings.plan import Plan
from bot.errors import NoSuchDigest
from bot.rendering.wording import gettext as _

KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Draft:
    """`typed` are the fields of a form that could not be read, as they were sent in. `edits` is the subscription that
    the draft would change, None for a new one; `started` the one that it became."""

    id: int
    guild: int | None
    plan: Plan
    typed: Mapping[str, Any] = field(default_factory=dict)
    edits: int | None = None
    started: int | None = None


class DraftBook:
    """Part of the ledger (`Ledger.drafts`). Each public method is one transaction."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._transaction = transaction

    def add(
        self,
        guild: int | None,
        plan: Plan,
        now: dt.datetime,
        *,
        typed: Mapping[str, Any] | None = None,
        edits: int | None = None,
    ) -> Draft:
        """A new draft; those of last week are forgotten."""
        with self._transaction():
            self._forget_old(now)
            added = self._connection.execute(
                "INSERT INTO drafts (guild, channel, plan, typed, edits, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                (guild, plan.channel, json.dumps(plan.as_data()), json.dumps(typed or {}), edits, instant_text(now)),
            )
            assert added.lastrowid is not None
            return self._draft(added.lastrowid)

    def get(self, number: int, guild: int | None) -> Draft:
        """Raises `NoSuchDigest`, also for a draft of another server: it must not even be known of."""
        draft = self._draft(number)
        if draft.guild != guild:
            raise NoSuchDigest(_gone())
        return draft

    def revise(self, number: int, plan: Plan, typed: Mapping[str, Any] | None = None) -> Draft:
        """Another plan, and what of the form for it could not be read."""
        with self._transaction():
            self._connection.execute(
                "UPDATE drafts SET plan = ?, channel = ?, typed = ? WHERE id = ?",
                (json.dumps(plan.as_data()), plan.channel, json.dumps(typed or {}), number),
            )
            return self._draft(number)

    def mark_started(self, number: int, subscription: int) -> None:
        with self._transaction():
            self._connection.execute("UPDATE drafts SET started = ? WHERE id = ?", (subscription, number))

    def forget_old(self, now: dt.datetime) -> None:
        """Forget those that are more than `KEPT_DAYS` old, also where nobody begins another."""
        with self._transaction():
            self._forget_old(now)

    def _forget_old(self, now: dt.datetime) -> None:
        before = instant_text(now - dt.timedelta(days=KEPT_DAYS))
        self._connection.execute("DELETE FROM drafts WHERE created_at < ?", (before,))

    def _draft(self, number: int) -> Draft:
        row = self._connection.execute(
            "SELECT id, guild, plan, typed, edits, started FROM drafts WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise NoSuchDigest(_gone())
        return Draft(row[0], row[1], Plan.from_data(json.loads(row[2])), json.loads(row[3]), row[4], row[5])


def _gone() -> str:
    return _("That preview is older than {days} days. /digest add makes a new one.").format(days=KEPT_DAYS)
