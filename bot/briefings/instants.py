"""Instants as the ledger keeps them: text in UTC, which sorts as the instants do."""

from __future__ import annotations

import datetime as dt


def instant_text(moment: dt.datetime) -> str:
    """Raises ValueError on a time without zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone: {moment}")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def instant_or_none(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
