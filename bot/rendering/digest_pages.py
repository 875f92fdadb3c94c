"""Digests: the messages that are posted, the preview before a digest is saved, and the list of those that are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rendering.page import Page
from retrieval.digesting import Digest


def digest_pages(
    digest: Digest,
    *,
    label: str,
    zone: str,
    days: tuple[dt.date, dt.date] | None = None,
    covers: str | None = None,
) -> list[Page]:
    """The one or two messages of a digest.

    `label` names the delivery, ``#D3-20261123``; the footer of each message is `part_label` of it, by which the message
    can be found again in its channel. `days`: what the digest covers, without it from the oldest to the newest item.
    `covers` is a line of its own, such as "Covers 20-23 Nov (the bot was offline)".
    """
    raise NotImplementedError


def part_label(label: str, part: int) -> str:
    """The id in the footer of a digest's message, `part` from 1: ``#D3-20261123-1``."""
    return f"{label}-{part}"


def digest_preview_page(
    digest: Digest,
    *,
    days: str,
    at: dt.time,
    zone: str,
    channel: int,
    next_run: dt.datetime,
    zone_is_default: bool = False,
) -> Page:
    """What the last seven days would have given, when the first digest comes, and **Start / Change / Cancel**.

    `days` is the schedule's word (daily, weekdays, weekly, monthly); `channel` 0 is the terminal.
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRow:
    """One digest in the list."""

    subscription: int
    topic: str
    channel: int
    days: str
    at: dt.time
    zone: str
    state: str  # active, paused, blocked, removed
    next_run: dt.datetime | None
    last_result: str | None  # "posted 8", "nothing new", "blocked: missing Send Messages"


def digest_list_page(rows: Sequence[DigestRow]) -> Page:
    """All digests of a server; one of them is chosen from a menu, a single one has its buttons right here."""
    raise NotImplementedError


def digest_row_page(row: DigestRow) -> Page:
    """One digest with Pause or Resume, Post now and Remove; a removed one with Undo."""
    raise NotImplementedError
