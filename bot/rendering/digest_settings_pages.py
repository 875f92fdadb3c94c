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
from bot.rendering.wording import N_, ngettext, number
from bot.rendering.wording import gettext as _

if TYPE_CHECKING:
    from retrieval.digest import Digest

PREVIEW_ITEMS: Final = 3
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
    plan = [_("{plan}.").format(plan=_plan(days, at, zone, channel))]
    plan.append(_("Next: {moment} ({relative})").format(moment=moment(next_run, "F"), relative=moment(next_run, "R")))
    if zone_is_default:
        plan.append(_("No time zone was set yet, so this is UTC. Change picks another."))
    total = len(digest.items) + sum(left.reason == "over_limit" for left in digest.left_out)
    found = (
        _("{count} of {total} articles of the last 7 days match:")
        if total
        else _("{count} of {total} articles of the last 7 days match. Only new articles will be posted.")
    )
    plan.append("-# " + found.format(count=number(total), total=number(digest.considered)))
    cards = [heading, Card("\n".join(plan))]
    room = PAGE_TEXT - sum(units(card.text) for card in cards) - 60
    for item in digest.items[:PREVIEW_ITEMS]:
        card = digest_item_card(item, characters=min(200, room // 8))
        if units(card.text) > room:
            break
        room -= units(card.text)
        cards.append(card)
    if (more := total - (len(cards) - 2)) and len(cards) > 2:
        cards.append(Card("-# " + _("and {count} more").format(count=number(more))))
    fields = {"days": days, "at": at, "zone": zone, "channel": channel}
    buttons = (
        Button(_("Start"), DigestStart(**fields).encode(), Look.GOOD),  # type: ignore[arg-type]
        Button(_("Change"), DigestChange(**fields).encode()),  # type: ignore[arg-type]
        Button(_("Cancel"), DigestCancel().encode()),
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
        return Page((Card(_("There is no digest here yet. /digest add makes one.")),))
    if len(rows) == 1:
        return digest_row_page(rows[0])
    rows = rows[:OPTIONS]
    heading = ngettext("**{count} digest**", "**{count} digests**", len(rows)).format(count=number(len(rows)))
    for brief in (False, True):
        cards = [Card(_row_text(row, brief=brief)) for row in rows]
        if units(heading) + sum(units(card.text) for card in cards) <= PAGE_TEXT:
            break
    return Page((Card(heading), *cards), (_menu(rows),))


def digest_row_page(row: DigestRow) -> Page:
    """One digest with Pause or Resume, Post now and Remove; a removed one with Undo."""
    number = row.subscription
    if row.state == "removed":
        text = f"{_row_text(row)}\n{_('It was removed. Undo brings it back for 30 days.')}"
        return Page((Card(text),), ((Button(_("Undo"), DigestUndoRemove(number).encode(), Look.PRIMARY),),))
    if row.state == "paused":
        first = Button(_("Resume"), DigestResume(number).encode(), Look.GOOD)
    else:
        first = Button(_("Pause"), DigestPause(number).encode())
    post = Button(_("Post now"), DigestPostNow(number).encode(), disabled=row.state == "paused")
    return Page(
        (Card(_row_text(row)),), ((first, post, Button(_("Remove"), DigestRemove(number).encode(), Look.DANGER)),)
    )


def _row_text(row: DigestRow, *, brief: bool = False) -> str:
    """At most 130 units when brief, so that 25 of them stand on a page."""
    topic = short_markdown(row.topic.strip() or _(EVERYTHING_NEW), 40 if brief else 100)
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
    plan = _plan(row.days, row.at, row.zone, row.channel)
    return f"{title}\n" + " · ".join(part for part in (plan, state or following, result) if part)


def _menu(rows: Sequence[DigestRow]) -> Choice:
    options = tuple(
        Option(
            clip(row.topic.strip() or _(EVERYTHING_NEW), OPTION_TEXT),
            str(row.subscription),
            clip(f"D{row.subscription} · {_(STATES.get(row.state, row.state))}", OPTION_TEXT),
        )
        for row in rows
    )
    return Choice(DigestSelect().encode(), _("Pause, post or remove one"), options)


def _plan(days: str, at: dt.time, zone: str, channel: int) -> str:
    plan = _("{days} at {time} ({zone}), in {channel}") if channel else _("{days} at {time} ({zone}), in this terminal")
    return _sentence_case(
        plan.format(
            days=_(WHEN.get(days, days)), time=f"{at:%H:%M}", zone=short_markdown(zone, 80), channel=f"<#{channel}>"
        )
    )


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
