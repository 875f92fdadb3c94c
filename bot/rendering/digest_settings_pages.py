"""The preview before a digest is saved, and the list of those that are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import (
    DigestCancel,
    DigestChange,
    DigestPause,
    DigestPostNow,
    DigestRemove,
    DigestResume,
    DigestSelect,
    DigestStart,
    DigestUndoRemove,
)
from bot.rendering.digest_items import digest_item_card
from bot.rendering.echo import EVERYTHING_NEW, topic_card
from bot.rendering.limits import OPTION_TEXT, OPTIONS, PAGE_TEXT, clip, units
from bot.rendering.notices import moment
from bot.rendering.page import Button, Card, Choice, Look, Option, Page
from bot.rendering.quotes import short_markdown

if TYPE_CHECKING:
    from retrieval.digest import Digest

PREVIEW_ITEMS: Final = 3
WHEN: Final = {
    "daily": "every day",
    "weekdays": "Monday to Friday",
    "weekly": "every Monday",
    "monthly": "on the 1st of each month",
}


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

    `days` is the schedule's word (daily, weekdays, weekly, monthly); `channel` 0 is the terminal. The topic stands in
    the first card, from which `bot.rendering.echo.topic_of` reads it back.
    """
    heading = topic_card(digest.topic.text)
    plan = [f"{_sentence_case(WHEN.get(days, days))} at {at:%H:%M} ({short_markdown(zone, 80)}), {_place(channel)}."]
    plan.append(f"Next: {moment(next_run, 'F')} ({moment(next_run, 'R')})")
    if zone_is_default:
        plan.append("No time zone was set yet, so this is UTC. Change picks another.")
    total = len(digest.items) + sum(left.reason == "over_limit" for left in digest.left_out)
    found = f"{total:,} of {digest.considered:,} articles of the last 7 days match"
    plan.append(f"-# {found}{':' if total else '. Only new articles will be posted.'}")
    cards = [heading, Card("\n".join(plan))]
    room = PAGE_TEXT - sum(units(card.text) for card in cards) - 60
    for item in digest.items[:PREVIEW_ITEMS]:
        card = digest_item_card(item, characters=min(200, room // 8))
        if units(card.text) > room:
            break
        room -= units(card.text)
        cards.append(card)
    if (more := total - (len(cards) - 2)) and len(cards) > 2:
        cards.append(Card(f"-# and {more:,} more"))
    fields = {"days": days, "at": at, "zone": zone, "channel": channel}
    buttons = (
        Button("Start", DigestStart(**fields).encode(), Look.GOOD),  # type: ignore[arg-type]
        Button("Change", DigestChange(**fields).encode()),  # type: ignore[arg-type]
        Button("Cancel", DigestCancel().encode()),
    )
    return Page(tuple(cards), (buttons,))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRow:
    """One digest in the list."""

    subscription: int
    topic: str
    channel: int  # 0: the terminal
    days: str
    at: dt.time
    zone: str
    state: str  # active, paused, blocked, removed
    next_run: dt.datetime | None
    last_result: str | None  # "posted 8", "nothing new", "blocked: missing Send Messages"


def digest_list_page(rows: Sequence[DigestRow]) -> Page:
    """All digests of a server, 25 at most: one is chosen from a menu, a single one has its buttons right here."""
    if not rows:
        return Page((Card("There is no digest here yet. /digest add makes one."),))
    if len(rows) == 1:
        return digest_row_page(rows[0])
    rows = rows[:OPTIONS]
    heading = f"**{len(rows)} digests**"
    for brief in (False, True):
        cards = [Card(_row_text(row, brief=brief)) for row in rows]
        if units(heading) + sum(units(card.text) for card in cards) <= PAGE_TEXT:
            break
    return Page((Card(heading), *cards), (_menu(rows),))


def digest_row_page(row: DigestRow) -> Page:
    """One digest with Pause or Resume, Post now and Remove; a removed one with Undo."""
    number = row.subscription
    if row.state == "removed":
        text = f"{_row_text(row)}\nIt was removed. Undo brings it back for 30 days."
        return Page((Card(text),), ((Button("Undo", DigestUndoRemove(number).encode(), Look.PRIMARY),),))
    if row.state == "paused":
        first = Button("Resume", DigestResume(number).encode(), Look.GOOD)
    else:
        first = Button("Pause", DigestPause(number).encode())
    post = Button("Post now", DigestPostNow(number).encode(), disabled=row.state == "paused")
    return Page((Card(_row_text(row)),), ((first, post, Button("Remove", DigestRemove(number).encode(), Look.DANGER)),))


def _row_text(row: DigestRow, *, brief: bool = False) -> str:
    """At most 130 units when brief, so that 25 of them stand on a page."""
    topic = short_markdown(row.topic.strip() or EVERYTHING_NEW, 40 if brief else 100)
    title = f"**{topic}** · D{row.subscription}"
    state = row.state if row.state in ("paused", "removed") else ""
    following = f"next {moment(row.next_run, 'R' if brief else 'F')}" if row.next_run and not state else ""
    result = short_markdown(row.last_result, 30 if brief else 100) if row.last_result else ""
    if brief:
        return " · ".join(part for part in (title, state or following, result) if part)
    plan = f"{WHEN.get(row.days, row.days)} at {row.at:%H:%M} ({short_markdown(row.zone, 80)}), {_place(row.channel)}"
    return f"{title}\n" + " · ".join(part for part in (_sentence_case(plan), state or following, result) if part)


def _menu(rows: Sequence[DigestRow]) -> Choice:
    options = tuple(
        Option(
            clip(row.topic.strip() or EVERYTHING_NEW, OPTION_TEXT),
            str(row.subscription),
            clip(f"D{row.subscription} · {row.state}", OPTION_TEXT),
        )
        for row in rows
    )
    return Choice(DigestSelect().encode(), "Pause, post or remove one", options)


def _place(channel: int) -> str:
    return f"in <#{channel}>" if channel else "in this terminal"


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
