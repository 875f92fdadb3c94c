"""Runs that somebody asks for: now, by **Post now** or on the command line, or of a slot that the operator names."""

from __future__ import annotations

import datetime as dt
import logging

from bot.briefings.covering import covers_of, local_date
from bot.briefings.delivery import SCHEDULED, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.planning import Carry, Planner
from bot.briefings.request_book import Asked, RunRequest
from bot.briefings.sending import Sender, Settled
from bot.briefings.slot_choice import CannotBeDone, chosen_run, refuse_unserved
from bot.briefings.subscription import Slot, State, Subscription
from bot.errors import BotError
from bot.rendering.stored_reasons import shown_reason
from bot.rendering.wording import gettext as _

log = logging.getLogger(__name__)


class NotActive(BotError):
    """A digest that is paused or removed."""

    def __init__(self, subscription: Subscription) -> None:
        if subscription.state is State.REMOVED:
            notice = _("{digest} is removed. Undo that in /digest list, or add it again.")
        else:
            notice = _("{digest} is paused. Resume it first.")
        super().__init__(notice.format(digest=subscription.name))


class DigestUnderWay(BotError):
    """A run of the same subscription is not over yet."""

    def __init__(self, subscription: Subscription) -> None:
        if subscription.reason:
            notice = _("A digest of {digest} could not be posted yet ({reason}). Mend that, and it is posted.")
        else:
            notice = _("A digest of {digest} is still being posted. Try again in some minutes.")
        super().__init__(notice.format(digest=subscription.name, reason=shown_reason(subscription.reason or "")))


class AskedRuns:
    """Brings an unfinished run to its end first, then plans and sends the one that is asked for.

    Not for two callers at a time: a `Dispatcher` holds its lock around each call.
    """

    def __init__(self, ledger: Ledger, planner: Planner, sender: Sender, run: Carry) -> None:
        self._ledger = ledger
        self._planner = planner
        self._sender = sender
        self._run = run

    async def post_now(self, number: int, now: dt.datetime) -> Settled:
        """As `Dispatcher.post_now`."""
        subscription = await self._run(self._ledger.subscriptions.get, number)
        if not subscription.is_served:
            raise NotActive(subscription)
        if (unfinished := await self._run(self._ledger.outstanding, number)) is not None:
            settled = await self._sender.send(subscription, unfinished, now)
            if not settled.subscription.is_served:
                raise NotActive(settled.subscription)
            if not settled.is_over:
                raise DigestUnderWay(settled.subscription)
            subscription = await self._run(self._ledger.subscriptions.get, number)
        kind = await self._run(self._ledger.next_manual_kind, number)
        slot = Slot(local_date(subscription, now), now)
        delivery = await self._planner.write_down(subscription, slot, kind, None, now)
        if delivery is None:  # it was changed meanwhile, or another process had the run's number
            return await self.post_now(number, now)
        settled = await self._sender.send(subscription, delivery, now, fresh=True)
        if not settled.is_over and not settled.subscription.is_served:
            raise NotActive(settled.subscription)
        return settled

    async def carry_out(self, request: RunRequest, now: dt.datetime) -> Settled | None:
        """Do what the operator asked for. None when nothing was posted for it: it waits on, or was refused.

        The run is written down in the transaction that ends the request, so that a crash anywhere makes neither none of
        it nor two.
        """
        number = request.subscription
        subscription = await self._run(self._ledger.subscriptions.get, number)
        try:
            refuse_unserved(subscription)
            if (unfinished := await self._run(self._ledger.outstanding, number)) is not None:
                if unfinished.retry_at is not None and now < unfinished.retry_at:
                    return None
                settled = await self._sender.send(subscription, unfinished, now)
                if not settled.is_over:
                    return settled
                subscription = await self._run(self._ledger.subscriptions.get, number)
            choice = await self._run(chosen_run, self._ledger, subscription, request.slot, now)
        except CannotBeDone as refusal:
            await self._run(self._end_in_vain, request, str(refusal), now)
            return None
        if choice is None:
            kind, asked = await self._run(self._ledger.next_manual_kind, number), Asked(request.id)
            slot, covers = Slot(local_date(subscription, now), now), None
        else:
            kind, asked = SCHEDULED, Asked(request.id, choice.instead_of)
            slot = choice.slot
            covers = await self._run(covers_of, self._ledger, subscription, max(now, slot.due_at))
        delivery = await self._planner.write_down(subscription, slot, kind, covers, now, asked)
        if delivery is None:  # somebody else was first: the next round decides anew
            return None
        return await self._sender.send(subscription, delivery, now, fresh=True)

    def _end_in_vain(self, request: RunRequest, refusal: str, now: dt.datetime) -> None:
        run = self._ledger.run_of(request.subscription, request.slot, SCHEDULED) if request.slot else None
        if run and run.planned_at >= request.asked_at and run.state not in (RunState.SKIPPED, RunState.FAILED):
            # Its time came before the request was looked at.
            self._ledger.requests.came_to(request.id, run.label, now)
            return
        self._ledger.requests.refuse(request.id, refusal, now)
        fields = {"digest": f"D{request.subscription}", "slot": str(request.slot or ""), "reason": refusal}
        log.warning("a run that was asked for was not carried out", extra={"fields": fields})
