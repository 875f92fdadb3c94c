"""What an operator can have done with digests from the command line, as plain blocking calls.

It talks to nobody: a run is written down as a request, which the bot carries out at its next round.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.briefings.delivery import SCHEDULED, delivery_label
from bot.briefings.ledger import Ledger
from bot.briefings.request_book import RunRequest
from bot.briefings.slot_choice import (
    CannotBeDone,
    Choice,
    chosen_run,
    known_of,
    refuse_unserved,
    slot_to_skip,
    upcoming,
)
from bot.briefings.subscription import State, Subscription, next_run
from bot.errors import NoSuchDigest, UsageError


@dataclass(frozen=True, slots=True)
class Requested:
    """A run that waits for the bot; `choice` is its slot, None for a run of its own. `new`: not asked for before."""

    subscription: Subscription
    request: RunRequest
    choice: Choice | None
    new: bool

    @property
    def label(self) -> str | None:
        """Of a slot's run; a run of its own gets its number when it is made."""
        if self.choice is None:
            return None
        return delivery_label(self.subscription.id, self.choice.slot.local_date, SCHEDULED)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A slot that is skipped, or with `back` is not any more; `next_run` is when the next one falls due."""

    subscription: Subscription
    label: str
    local_date: dt.date
    due_at: dt.datetime
    next_run: dt.datetime | None
    new: bool = True
    back: bool = False


class UnknownDigest(UsageError):
    """What was written names no digest."""

    def __init__(self, written: str) -> None:
        super().__init__(f"No digest {written[:40]}. The command digests list shows them.")


class OperatorDesk:
    """The digests of one ledger, whosever they are. A number that names none raises `UnknownDigest`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def subscription(self, written: str, *, removed: bool = False) -> Subscription:
        """The digest that ``D3`` or ``3`` names; with `removed` also one that was removed."""
        digits = written.strip().upper().removeprefix("D")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise UnknownDigest(written)
        try:
            found = self._ledger.subscriptions.get(int(digits))
        except NoSuchDigest as error:
            raise UnknownDigest(written) from error
        if found.state is State.REMOVED and not removed:
            raise UnknownDigest(written)
        return found

    def choice(self, subscription: Subscription, day: dt.date | None, now: dt.datetime) -> Choice | None:
        """What would be run: the slot of a local day, None for a run of its own. Raises `CannotBeDone`."""
        return chosen_run(self._ledger, subscription, day, now)

    def request_run(self, subscription: Subscription, day: dt.date | None, now: dt.datetime) -> Requested:
        """Have a digest run, now or a slot of it. Raises `CannotBeDone`."""
        choice = self.choice(subscription, day, now)
        request, new = self._ledger.requests.add(subscription.id, day, now)
        return Requested(subscription, request, choice, new)

    def skip(self, subscription: Subscription, day: dt.date | None, now: dt.datetime) -> Skipped:
        """Skip a slot, the next one if no day is given: the one after it carries what it would have held.

        Nothing changes if it is skipped already. Raises `CannotBeDone`.
        """
        refuse_unserved(subscription)
        day = day or upcoming(subscription, now).local_date
        slot = slot_to_skip(subscription, day, known_of(self._ledger, subscription.id, day), now)
        new = self._ledger.requests.skip(subscription.id, slot, subscription.cursor, now)
        if not new:  # skipped before; or the bot was faster, which the ledger tells now
            slot = slot_to_skip(subscription, day, known_of(self._ledger, subscription.id, day), now)
        return self._skipped(subscription, slot.local_date, slot.due_at, now, new=new)

    def take_back_skip(self, subscription: Subscription, day: dt.date | None, now: dt.datetime) -> Skipped:
        """Let the slot that was skipped last come after all. Raises `CannotBeDone`."""
        refuse_unserved(subscription)
        name = subscription.name
        skipped = self._ledger.requests.last_skip(subscription)
        if skipped is None or day not in (None, skipped.local_date):
            named = "" if day is None else f" of {day}"
            raise CannotBeDone(
                f"no skipped digest{named} of {name} can be taken back: only the last one, before the next is run; "
                f"`digests run {name} --slot DATE` runs one whose time has passed"
            )
        if not self._ledger.requests.take_back_skip(subscription, skipped):
            raise CannotBeDone(f"{skipped.label} has its outcome meanwhile: `digests history {name}` shows it")
        return self._skipped(subscription, skipped.local_date, skipped.due_at, now, back=True)

    def _skipped(
        self,
        subscription: Subscription,
        day: dt.date,
        due_at: dt.datetime,
        now: dt.datetime,
        *,
        new: bool = True,
        back: bool = False,
    ) -> Skipped:
        changed = self._ledger.subscriptions.get(subscription.id)
        label = delivery_label(subscription.id, day, SCHEDULED)
        return Skipped(changed, label, day, due_at, next_run(changed, now), new, back)
