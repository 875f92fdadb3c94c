"""What people see of the ledger: the messages of a digest, and a subscription as a row of a list."""

from __future__ import annotations

import datetime as dt

from bot.briefings.dispatch import Covers
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Subscription, next_run
from bot.rendering.days import shown_range
from bot.rendering.digest_pages import digest_pages
from bot.rendering.digest_settings_pages import DigestRow
from bot.rendering.page import Page
from retrieval.digest import Digest


def pages_of(digest: Digest, subscription: Subscription, label: str, covers: Covers | None) -> list[Page]:
    """The messages of a digest. `covers`: the local days of a gap that it makes up for."""
    gap = f"Covers {shown_range(*covers, year=False)} (the bot was offline)" if covers else None
    return digest_pages(digest, label=label, zone=subscription.schedule.zone, covers=gap)


def row_of(ledger: Ledger, subscription: Subscription, now: dt.datetime) -> DigestRow:
    """A subscription with its next run and what became of the last one."""
    last = ledger.last_run(subscription.id)
    return DigestRow(
        subscription=subscription.id,
        topic=subscription.topic.text,
        channel=subscription.channel,
        days=str(subscription.schedule.days),
        at=subscription.schedule.at,
        zone=subscription.schedule.zone,
        state=str(subscription.state),
        next_run=next_run(subscription, now),
        last_result=last.result if last else None,
    )
