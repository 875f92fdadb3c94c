"""What a run says that it covers, when it stands for more slots than its own."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from bot.briefings.delivery import SCHEDULED, Delivery, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Subscription, owed_slot, slots, zone_of

OFFLINE, LATE = "the bot was offline", "it was late"  # how the reasons of slots begin that were missed


class Covers(NamedTuple):
    """The local days, both inclusive; `offline` if a slot among them was missed because the bot was not running."""

    first: dt.date
    last: dt.date
    offline: bool = True


def covers_of(ledger: Ledger, subscription: Subscription, upto: dt.datetime) -> Covers | None:
    """What a run stands for that takes all that arrived until `upto`; None if for no slot but its own."""
    owed = owed_slot(subscription.schedule, subscription.waiting_since, upto)
    if owed is None or owed.missed < 2:
        return None
    passed = list(slots(subscription.schedule, subscription.waiting_since, upto))[:-1]
    return Covers(
        local_date(subscription, subscription.waiting_since),
        local_date(subscription, upto),
        any(_was_missed(ledger.run_of(subscription.id, slot.local_date, SCHEDULED)) for slot in passed),
    )


def local_date(subscription: Subscription, moment: dt.datetime) -> dt.date:
    return moment.astimezone(zone_of(subscription.schedule.zone)).date()


def _was_missed(run: Delivery | None) -> bool:
    return run is None or (run.state is RunState.SKIPPED and (run.reason or "").startswith((OFFLINE, LATE)))
