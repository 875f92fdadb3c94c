"""Before a question is watched: what its best evidence is, and what will be posted when that changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.rendering.actions import DigestCancel, DigestStart
from bot.rendering.digest_preview_pages import change_buttons, plan_card
from bot.rendering.echo import topic_card
from bot.rendering.page import Button, Card, Look, Page
from bot.rendering.watch_pages import evidence_card
from bot.rendering.wording import gettext as _

if TYPE_CHECKING:
    from bot.briefings.plan import Plan
    from retrieval.watches.watching import Present

CHARACTERS = 300


def watch_preview_page(
    present: Present,
    plan: Plan,
    *,
    draft: int,
    zone: str,
    next_run: dt.datetime,
    zone_is_default: bool = False,
    edits: int | None = None,
    in_server: bool = True,
) -> Page:
    """The best evidence as it is now, and **Start / Change / Cancel**; parameters as in `digest_preview_page`."""
    watches = _("This watches the question: it posts only when the best evidence changes, old and new side by side.")
    instead = _("For a digest of everything new on it, press Change and leave out the question mark.")
    cards = [
        topic_card(plan.topic),
        plan_card(plan, zone=zone, next_run=next_run, zone_is_default=zone_is_default, has_items=False),
        Card(f"{watches}\n-# {instead}"),
    ]
    if not present.quotes:
        cards.append(Card(_("Nothing in the archive answers it yet. The first answer will be posted.")))
    else:
        differing = _("The best evidence now, on which sources differ:")
        cards.append(Card(differing if present.sources_differ else _("The best evidence now:")))
        cards += [evidence_card(one, characters=CHARACTERS) for one in present.quotes]
    start = Button(_("Start") if edits is None else _("Save"), DigestStart(draft).encode(), Look.GOOD)
    cancel = Button(_("Cancel"), DigestCancel().encode())
    return Page(tuple(cards), ((start, *change_buttons(draft, in_server), cancel),))
