"""Post what is owed: plan, write down, send, mark. Every step may be cut short and is carried on from the ledger.

The ledger decides, not the alarm: `settle_due` may be called at any time and any number of times. What was composed is
written down with all its messages before the first is sent (`planning`); the unique slot makes a second digest of a day
impossible. How a message is sent once is the matter of `sending`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import zlib
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from bot.briefings.asked_runs import AskedRuns
from bot.briefings.correcting import Corrector
from bot.briefings.covering import LATE, OFFLINE, covers_of
from bot.briefings.delivery import SCHEDULED, ChannelGone, Delivery, Poster, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.notice_book import Notice
from bot.briefings.planning import Carry, Composer, NewsSource, Planner, ReadersOf, Render, readers_of_everything
from bot.briefings.sending import Sender, Settled
from bot.briefings.subscription import Slot, Subscription, is_worth_posting, next_slot, owed_slot
from bot.briefings.watch_runs import WatchRuns
from bot.errors import NoSuchDigest
from bot.workbench import Abandoned
from corpus.article import Window
from retrieval.breaking_off import Check, go_on

log = logging.getLogger(__name__)

STARTS_SPREAD = dt.timedelta(seconds=60)
LONGEST_BACK_OFF = dt.timedelta(hours=1)


def always_reachable(subscription: Subscription) -> bool:
    return True


class Dispatcher:
    """Settles what subscriptions are owed. One at a time: its methods wait for each other.

    `run` carries blocking work off the loop (`Workbench.run`); ledger, archive and composer are only used through it.
    `render` makes the messages of a digest under a label (``#D3-20261123``), which says what it covers if slots were
    missed. `readers` tells what a subscription's readers may see; without it they see all.
    `started_at` spreads what was missed before the start over a minute; without it nothing is held back.
    `reachable` tells whether we are in a digest's server and that is there: without it nothing is tried, nothing given
    up, and what falls due meanwhile is one run when it is back.
    `clock` tells the time within a round, which may last for minutes; without it a round takes no time.
    `watches` composes those whose topic is a question; without it they are composed as any other.
    `check` is called before a digest is composed, and the composer may call it too: where it raises `Abandoned`, as the
    program ends, the round is over, and the next start goes on.
    """

    def __init__(
        self,
        ledger: Ledger,
        archive: NewsSource,
        composer: Composer,
        poster: Poster,
        render: Render,
        run: Carry,
        *,
        readers: ReadersOf = readers_of_everything,
        reachable: Callable[[Subscription], bool] = always_reachable,
        started_at: dt.datetime | None = None,
        clock: Callable[[], dt.datetime] | None = None,
        watches: WatchRuns | None = None,
        check: Check = go_on,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._run = run
        self._planner = Planner(ledger, archive, composer, poster, render, run, readers, watches, check)
        self._sender = Sender(ledger, archive, poster, run, readers, clock)
        self._corrector = Corrector(ledger, archive, poster, run, readers)
        self._asked = AskedRuns(ledger, self._planner, self._sender, run)
        self._reachable = reachable
        self._started_at = started_at
        self._one_at_a_time = asyncio.Lock()
        self._asked_for: dict[int, asyncio.Task[Settled]] = {}  # manual runs under way, by subscription
        self._troubles: dict[int, tuple[int, dt.datetime]] = {}  # by subscription: how many, and when to try again

    async def settle_due(self, now: dt.datetime) -> list[Settled]:
        """Deliver everything that is owed at this moment. Trouble with one subscription does not stop the others.

        Gives those to which something happened.
        """
        async with self._one_at_a_time:
            happened: list[Settled] = []
            with suppress(Abandoned):  # the next start goes on
                # A slot that was asked for is not left to the next one for being late; a run besides comes after what
                # is owed, which has its heading and its time.
                await self._carry_out(happened, now, of_slots=True)
                for subscription in await self._run(self._ledger.subscriptions.served):
                    if not self._is_held_back(subscription, now):
                        await self._guarded(happened, subscription, self._settle(subscription, now), now)
                await self._carry_out(happened, now, of_slots=False)
            return happened

    async def carry_out(self, now: dt.datetime) -> list[Settled]:
        """Do only what the operator asked for (`Ledger.requests`), as `settle_due` does too."""
        async with self._one_at_a_time:
            happened: list[Settled] = []
            for of_slots in (True, False):
                await self._carry_out(happened, now, of_slots=of_slots)
            return happened

    async def post_now(self, number: int, now: dt.datetime) -> Settled:
        """A run that somebody asked for: it has a number of its own and leaves the day's slot free.

        Asked for again while it is under way it is one run, of which both learn. Raises `NoSuchDigest`, `NotActive`;
        `DigestUnderWay` when another run of this subscription cannot be brought to its end.
        """
        task = self._asked_for.get(number)
        if task is None:
            task = asyncio.create_task(self._post_now(number, now), name=f"post D{number} now")
            self._asked_for[number] = task
            task.add_done_callback(lambda _: self._asked_for.pop(number, None))
        # Whoever gives up waiting must not cut a message in two.
        return await asyncio.shield(task)

    async def _post_now(self, number: int, now: dt.datetime) -> Settled:
        async with self._one_at_a_time:
            return await self._asked.post_now(number, now)

    async def retry_channels(self, channels: Collection[int], now: dt.datetime) -> list[Settled]:
        """Permissions in channels changed: try their blocked digests again now rather than tomorrow."""
        async with self._one_at_a_time:
            happened: list[Settled] = []
            for subscription in await self._run(self._ledger.subscriptions.served):
                if subscription.channel not in channels:
                    continue
                if (unfinished := await self._run(self._ledger.outstanding, subscription.id)) is not None:
                    with suppress(NoSuchDigest):  # forgotten meanwhile
                        happened.append(await self._sender.send(subscription, unfinished, now))
            return happened

    async def channel_deleted(self, channel: int, now: dt.datetime) -> list[Settled]:
        """Discord says that a channel is gone: remove its digests, which can be undone for 30 days."""
        async with self._one_at_a_time:
            happened = []
            for subscription in await self._run(self._ledger.subscriptions.served):
                if subscription.channel == channel:
                    remove = partial(self._ledger.subscriptions.remove, reason=str(ChannelGone()))
                    happened.append(Settled(await self._run(remove, subscription.id, now), None))
            return happened

    async def owes(self, now: dt.datetime) -> bool:
        """Whether a slot of any subscription is due and has no run yet, which the next round would give it."""
        served = await self._run(self._ledger.subscriptions.served)
        due = (one for one in served if owed_slot(one.schedule, one.settled_upto, now) is not None)
        return any(not self._is_held_back(one, now) for one in due)

    async def next_due(self, now: dt.datetime) -> dt.datetime | None:
        """When the next slot of any subscription falls due; None when there is no subscription."""
        served = await self._run(self._ledger.subscriptions.served)
        coming = ((one.schedule, next_slot(one.schedule, one.settled_upto).due_at) for one in served)
        return min((due if due > now else next_slot(schedule, now).due_at for schedule, due in coming), default=None)

    async def correct(self, now: dt.datetime) -> int:
        """Take removed articles out of what was posted; gives how many messages were edited."""
        async with self._one_at_a_time:
            try:
                return await self._corrector.correct(now)
            except Exception:  # it is looked for again in the next round
                log.exception("could not correct what was posted")
                return 0

    async def notices(self) -> list[Notice]:
        """Of what somebody is to be told, until `mark_told` says that they were."""
        waiting: list[Notice] = await self._run(self._ledger.notices.waiting)
        return waiting

    async def mark_told(self, notice: Notice, now: dt.datetime) -> None:
        await self._run(self._ledger.notices.mark_told, notice, now)

    async def _carry_out(self, happened: list[Settled], now: dt.datetime, *, of_slots: bool) -> None:
        for request in await self._run(self._ledger.requests.waiting):
            if (request.slot is not None) is not of_slots:
                continue
            try:
                subscription = await self._run(self._ledger.subscriptions.get, request.subscription)
            except NoSuchDigest:
                continue  # forgotten since, and its requests with it
            if not self._is_held_back(subscription, now):
                await self._guarded(happened, subscription, self._asked.carry_out(request, now), now)

    async def _guarded(
        self,
        happened: list[Settled],
        subscription: Subscription,
        work: Coroutine[Any, Any, Settled | None],
        now: dt.datetime,
    ) -> None:
        """Add what came of a piece of work, if anything did; an error of it is logged, and it is tried again later."""
        try:
            settled = await work
        except Abandoned:
            log.info("digest %s was broken off", subscription.name)
            raise
        except NoSuchDigest:
            log.info("digest %s was forgotten meanwhile", subscription.name)
            return
        except Exception:  # whatever it is, the other digests must go out
            log.exception("could not settle digest %s", subscription.name)
            self._back_off(subscription.id, now)
            return
        self._troubles.pop(subscription.id, None)
        if settled is not None:
            happened.append(settled)

    # One subscription

    async def _settle(self, subscription: Subscription, now: dt.datetime) -> Settled | None:
        owed = owed_slot(subscription.schedule, subscription.settled_upto, now)
        unfinished = await self._run(self._ledger.outstanding, subscription.id)
        if owed is None and unfinished is None:
            return None
        # Somebody may have paused, moved or changed it since the round began.
        subscription = await self._run(self._ledger.subscriptions.get, subscription.id)
        if not subscription.is_served:
            return None
        owed = owed_slot(subscription.schedule, subscription.settled_upto, now)
        if unfinished is not None:
            if owed is not None and await self._run(self._supersede, unfinished, now):
                unfinished = None
            elif unfinished.retry_at is not None and now < unfinished.retry_at:
                return None
            else:
                settled = await self._sender.send(subscription, unfinished, now)
                if not settled.is_over:
                    return settled
                subscription = await self._run(self._ledger.subscriptions.get, subscription.id)
                if owed is None or not subscription.is_served:
                    return settled
        if owed is None:
            return None
        if not is_worth_posting(subscription.schedule, owed.slot, now):
            await self._run(self._let_next_carry, subscription, owed.slot, now)
            return Settled(subscription, await self._run(self._ledger.last_run, subscription.id))
        covers = await self._run(covers_of, self._ledger, subscription, now)
        delivery = await self._planner.write_down(subscription, owed.slot, SCHEDULED, covers, now)
        if delivery is not None:
            return await self._sender.send(subscription, delivery, now, fresh=True)
        changed = await self._run(self._ledger.subscriptions.get, subscription.id)
        return await self._settle(changed, now) if changed != subscription else None  # it is composed as it is now

    def _supersede(self, unfinished: Delivery, now: dt.datetime) -> bool:
        """Let a newer slot carry what a delivery holds, if no part of it can be in the channel: one post, not two."""
        if self._ledger.requests.may_be_posted(unfinished):
            return False
        reason = f"{unfinished.reason or OFFLINE}; the next one carries it"
        self._ledger.close_unposted(unfinished, RunState.SKIPPED, reason, now)
        return True

    def _let_next_carry(self, subscription: Subscription, slot: Slot, now: dt.datetime) -> None:
        window = Window(subscription.cursor, subscription.cursor)
        reason = f"{LATE}; the next one carries it"
        self._ledger.skip(subscription.id, slot.local_date, slot.due_at, window, reason, now)

    # Holding back

    def _is_held_back(self, subscription: Subscription, now: dt.datetime) -> bool:
        if not self._reachable(subscription):
            return True
        if subscription.id in self._troubles and now < self._troubles[subscription.id][1]:
            return True
        if self._started_at is None or subscription.settled_upto >= self._started_at:
            return False
        share = zlib.crc32(subscription.name.encode("ascii")) % 60 / 60
        return now < self._started_at + share * STARTS_SPREAD

    def _back_off(self, number: int, now: dt.datetime) -> None:
        times = self._troubles.get(number, (0, now))[0] + 1
        wait = min(dt.timedelta(minutes=1) * 2 ** min(times - 1, 10), LONGEST_BACK_OFF)
        self._troubles[number] = (times, now + wait)
