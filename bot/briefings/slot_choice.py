"""Which slot an operator may have run or skipped, by the rule that each has one outcome.

A slot without a post can still be run, in the place of its outcome, until a later one has held its articles or is owed.
A slot that is not due yet may be run or skipped if it is the next: the ledger remembers one moment up to which slots
were dealt with, so none may be left open before it. Pure but for `known_of` and `chosen_run`, which ask the ledger for
the facts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.briefings.delivery import SCHEDULED, Delivery, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Slot, State, Subscription, next_slot, owed_slot, slots
from bot.errors import UsageError

DAY = dt.timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1970, 9990  # of days that are looked for; a margin from what dates can be


class CannotBeDone(UsageError):
    """What was asked of a digest cannot be done; the message says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a local day: its run, whether a part of that is or may be in the channel, and the later
    run that held what it did not post."""

    run: Delivery | None = None
    may_be_posted: bool = False
    carrier: Delivery | None = None


def known_of(ledger: Ledger, subscription: int, day: dt.date) -> Known:
    """What the ledger knows of a digest's local day."""
    run = ledger.run_of(subscription, day, SCHEDULED)
    if run is None:
        return Known()
    return Known(run, ledger.requests.may_be_posted(run), ledger.requests.carrier_of(run))


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot to run; `instead_of` is the unposted run whose place it takes. `early` before it is due."""

    slot: Slot
    instead_of: int | None
    early: bool


def refuse_unserved(subscription: Subscription) -> None:
    """Raises `CannotBeDone` for a digest that is paused, removed or blocked."""
    name, reason = subscription.name, f" ({subscription.reason})" if subscription.reason else ""
    match subscription.state:
        case State.PAUSED:
            raise CannotBeDone(f"{name} is paused{reason}: resume it in /digest list first")
        case State.REMOVED:
            raise CannotBeDone(f"{name} was removed{reason}: /digest list has Undo for 30 days, or add it again")
        case State.BLOCKED:
            raise CannotBeDone(
                f"{name} is blocked{reason}: fix it in the channel's permissions, and it is posted by itself"
            )


def slot_on(subscription: Subscription, day: dt.date) -> Slot | None:
    """The slot that a digest's schedule has on a local day."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    near = slots(subscription.schedule, noon - 3 * DAY, noon + 3 * DAY)
    return next((slot for slot in near if slot.local_date == day), None)


def upcoming(subscription: Subscription, now: dt.datetime) -> Slot:
    """The slot that comes next: the one that is owed already, else the first that falls due."""
    owed = owed_slot(subscription.schedule, subscription.settled_upto, now)
    return owed.slot if owed else next_slot(subscription.schedule, max(now, subscription.settled_upto))


def chosen_run(ledger: Ledger, subscription: Subscription, day: dt.date | None, now: dt.datetime) -> Choice | None:
    """What is to be run: the slot of a local day, None for a run of its own. Raises `CannotBeDone`."""
    if day is None:
        refuse_unserved(subscription)
        return None
    return slot_to_run(subscription, day, known_of(ledger, subscription.id, day), now)


def slot_to_run(subscription: Subscription, day: dt.date, known: Known, now: dt.datetime) -> Choice:
    """The slot of a local day, to be run now under its own label. Raises `CannotBeDone`."""
    refuse_unserved(subscription)
    coming = upcoming(subscription, now)
    if known.run is not None:
        return _in_place_of(known.run, known, subscription, coming, now)
    slot = _slot_on(subscription, day, coming)
    if slot != coming:
        raise CannotBeDone(_not_the_next(subscription, slot, coming, now, "run early"))
    return Choice(slot, None, early=slot.due_at > now)


def slot_to_skip(subscription: Subscription, day: dt.date, known: Known, now: dt.datetime) -> Slot:
    """The slot of a local day, to be skipped; one that is skipped already too. Raises `CannotBeDone`."""
    refuse_unserved(subscription)
    coming = upcoming(subscription, now)
    if (run := known.run) is not None:
        if run.state is not RunState.SKIPPED:
            raise CannotBeDone(f"{run.label} cannot be skipped: it has its outcome already ({run.result})")
        return Slot(run.local_date, run.due_at)
    slot = _slot_on(subscription, day, coming)
    if slot != coming:
        raise CannotBeDone(_not_the_next(subscription, slot, coming, now, "skipped"))
    return slot


def _in_place_of(run: Delivery, known: Known, subscription: Subscription, coming: Slot, now: dt.datetime) -> Choice:
    label, name = run.label, subscription.name
    anew = f"`digests run {name}` without --slot posts what came since"
    if run.state in (RunState.POSTED, RunState.EMPTY):
        raise CannotBeDone(f"{label} has been run ({run.result}): {anew}")
    if not run.state.is_final:
        raise CannotBeDone(f"{label} is under way ({run.result}): `digests history {name}` shows what comes of it")
    if known.may_be_posted:
        raise CannotBeDone(f"a part of {label} is or may be in the channel ({run.result}): {anew}")
    if known.carrier is not None:
        carrier = known.carrier
        raise CannotBeDone(
            f"nothing is left to post for {label}: {carrier.label} held what it would have held ({carrier.result})"
        )
    if run.due_at < coming.due_at <= now:
        raise CannotBeDone(
            f"what {label} would have held comes with the digest of {coming.local_date}, which is owed: "
            f"use --slot {coming.local_date}"
        )
    return Choice(Slot(run.local_date, run.due_at), run.id, early=run.due_at > now)


def _slot_on(subscription: Subscription, day: dt.date, coming: Slot) -> Slot:
    slot = slot_on(subscription, day)
    if slot is None:
        schedule = subscription.schedule
        raise CannotBeDone(
            f"{subscription.name} has no digest on {day}: it comes {schedule.days} at {schedule.at:%H:%M} "
            f"({schedule.zone}), next on {coming.local_date}"
        )
    return slot


def _not_the_next(subscription: Subscription, slot: Slot, coming: Slot, now: dt.datetime, what: str) -> str:
    name = subscription.name
    if slot.due_at > coming.due_at:
        state = "is owed" if coming.due_at <= now else "comes first"
        next_day = coming.local_date
        return f"only the next digest can be {what}, and that of {next_day} {state}: use --slot {next_day}"
    if slot.due_at <= subscription.created_at:
        return f"{name} was made only on {subscription.created_at:%Y-%m-%d}: it had no digest on {slot.local_date}"
    return (
        f"{name} passed over {slot.local_date} (the bot was offline, or {name} was paused or changed), and the next "
        f"digest carries it: `digests run {name}` without --slot posts now"
    )
