"""The list of digests, and one of them with what can be done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.rendering.actions import (
    DigestEdit,
    DigestHistory,
    DigestList,
    DigestPause,
    DigestPostNow,
    DigestRemove,
    DigestResume,
    DigestSelect,
    DigestUndoRemove,
)
from bot.rendering.digest_items import shown_topic
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.limits import OPTION_TEXT, OPTIONS, PAGE_TEXT, clip, units
from bot.rendering.notices import moment
from bot.rendering.page import Button, Card, Choice, Look, Option, Page
from bot.rendering.quotes import short_markdown
from bot.rendering.turning import turning
from bot.rendering.wording import N_, ngettext, number
from bot.rendering.wording import gettext as _
from retrieval.watches.asked_topic import is_question

WHEN: Final = {
    "daily": N_("every day"),
    "weekdays": N_("Monday to Friday"),
    "weekly": N_("every Monday"),
    "monthly": N_("on the 1st of each month"),
}
STATES: Final = {
    "active": N_("active"),
    "paused": N_("paused"),
    "blocked": N_("blocked"),
    "removed": N_("removed"),
}


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


def digest_list_page(rows: Sequence[DigestRow], page: int = 0) -> Page:
    """All digests of a server: one is chosen from a menu, a single one has its buttons right here.

    25 on a page, from 0, as many as a menu has options; any page beyond the last is the last.
    """
    if not rows:
        return Page((Card(_("There is no digest here yet. /digest add makes one.")),))
    if len(rows) == 1:
        return digest_row_page(rows[0])
    heading = ngettext("**{count} digest**", "**{count} digests**", len(rows)).format(count=number(len(rows)))
    last = (len(rows) - 1) // OPTIONS
    page = max(0, min(page, last))
    rows = rows[page * OPTIONS : (page + 1) * OPTIONS]
    for brief in (False, True):
        cards = [Card(_row_text(row, brief=brief)) for row in rows]
        if units(heading) + sum(units(card.text) for card in cards) <= PAGE_TEXT:
            break
    turn = turning(page, last, DigestList)
    return Page((Card(heading), *cards), (_menu(rows), turn) if last else (_menu(rows),))


def digest_row_page(row: DigestRow, *, note: str | None = None) -> Page:
    """One digest with **Edit · Pause · Post now · History · Remove**; a removed one with **Undo**.

    `note` (markdown) says what has just happened to it.
    """
    digest = row.subscription
    noted = [Card(note)] if note else []
    everything = Button(_("All digests"), DigestList().encode())
    if row.state == "removed":
        text = f"{_row_text(row)}\n{_('It was removed. Undo brings it back for 30 days.')}"
        undo = Button(_("Undo"), DigestUndoRemove(digest).encode(), Look.PRIMARY)
        return Page((*noted, Card(text)), ((undo, everything),))
    if row.state == "paused":
        pause = Button(_("Resume"), DigestResume(digest).encode(), Look.GOOD)
    else:
        pause = Button(_("Pause"), DigestPause(digest).encode())
    buttons = (
        Button(_("Edit"), DigestEdit(digest).encode()),
        pause,
        Button(_("Post now"), DigestPostNow(digest).encode(), disabled=row.state == "paused"),
        Button(_("History"), DigestHistory(digest).encode()),
        Button(_("Remove"), DigestRemove(digest).encode(), Look.DANGER),
    )
    return Page((*noted, Card(_row_text(row))), (buttons, (everything,)))


def _row_text(row: DigestRow, *, brief: bool = False) -> str:
    """At most 130 units when brief, so that 25 of them stand on a page."""
    topic = shown_topic(row.topic, 40 if brief else 100)
    title = f"**{topic}** · D{row.subscription}"
    state = _(STATES[row.state]) if row.state in ("paused", "removed") else ""
    following = (
        _("next {moment}").format(moment=moment(row.next_run, "R" if brief else "F"))
        if row.next_run and not state
        else ""
    )
    result = short_markdown(row.last_result, 30 if brief else 100) if row.last_result else ""
    if brief:
        return " · ".join(part for part in (title, state or following, result) if part)
    plan = _planned(row.days, row.at, row.zone, row.channel)
    watched = _("watched question") if is_question(row.topic) else ""
    parts = " · ".join(part for part in (watched, plan, state or following, result) if part)
    return f"{title}\n{_sentence_case(parts)}"


def _menu(rows: Sequence[DigestRow]) -> Choice:
    options = tuple(
        Option(
            clip(row.topic.strip() or _(EVERYTHING_NEW), OPTION_TEXT),
            str(row.subscription),
            clip(f"D{row.subscription} · {_(STATES.get(row.state, row.state))}", OPTION_TEXT),
        )
        for row in rows
    )
    return Choice(DigestSelect().encode(), _("Change, pause, post or remove one"), options)


def plan_sentence(days: str, at: dt.time, zone: str, channel: int) -> str:
    """When and where a digest comes; `channel` 0 is the terminal. At most 200 units."""
    return _sentence_case(_planned(days, at, zone, channel))


def _planned(days: str, at: dt.time, zone: str, channel: int) -> str:
    plan = _("{days} at {time} ({zone}), in {channel}") if channel else _("{days} at {time} ({zone}), in this terminal")
    return plan.format(
        days=_(WHEN.get(days, days)), time=f"{at:%H:%M}", zone=short_markdown(zone, 80), channel=f"<#{channel}>"
    )


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
