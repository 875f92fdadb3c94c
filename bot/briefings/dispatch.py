"""Post what is owed: compose, write down, send, mark. Every step may be cut short and is carried on from the ledger.

The ledger decides, not the alarm: `settle_due` may be called at any time and any number of times. What was composed is
written down with all its pages before the first is sent; the unique slot makes a second digest of a day impossible. A
part that may have been sent is sent again with the same nonce for two minutes, since Discord then gives the first
message; later it is looked for in the channel by the id in its footer (PRODUCT.md, section 7).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.briefings.delivery import (
    SCHEDULED,
    Account,
    ChannelGone,
    Delivery,
    DeliveryPart,
    MayNotPost,
    Poster,
    PostingTrouble,
    PostRefused,
    PostUnclear,
    Run,
    RunState,
    delivery_label,
)
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Slot, State, Subscription, is_worth_posting, next_slot, owed_slot
from bot.errors import BotError
from bot.rendering.page import Page
from corpus.article import Scope, Window
from retrieval.digest import Digest
from retrieval.stories import SeenStories
from retrieval.topic import Topic

log = logging.getLogger(__name__)

NONCE_HOLDS = dt.timedelta(minutes=2)  # Discord says "the past few minutes"
BLOCKED_RETRY = dt.timedelta(days=1)
GONE_RETRY = dt.timedelta(minutes=30)
PAUSED_AFTER_BLOCKED = dt.timedelta(days=14)
STARTS_SPREAD = dt.timedelta(seconds=60)
LONGEST_BACK_OFF = dt.timedelta(hours=1)

Covers = tuple[dt.date, dt.date]
Carry = Callable[..., Awaitable[Any]]
Render = Callable[[Digest, Subscription, str, Covers | None], Sequence[Page]]


class NewsSource(Protocol):
    """What arrived; an `Archive` is one."""

    def news(self, window: Window, scope: Scope = ...) -> list[int]: ...

    def last_arrival(self) -> int: ...


class Composer(Protocol):
    """A `DigestComposer` is one."""

    def compose(self, topic: Topic, numbers: Sequence[int], *, seen: SeenStories, limit: int) -> Digest: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one subscription: its delivery, and its new state when somebody has to be told of it."""

    subscription: Subscription
    delivery: Delivery | None
    notice: State | None = None  # blocked, paused or removed by this very step


class Dispatcher:
    """Settles what subscriptions are owed. One at a time: its methods wait for each other.

    `run` carries blocking work off the loop (`Workbench.run`); ledger, archive and composer are only used through it.
    `render` makes the pages of a digest under a label (``#D3-20261123``), which says what it covers if slots were
    missed. `started_at` spreads what was missed before the start over a minute; without it nothing is held back.
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
        started_at: dt.datetime | None = None,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer
        self._poster = poster
        self._render = render
        self._run = run
        self._started_at = started_at
        self._one_at_a_time = asyncio.Lock()
        self._troubles: dict[int, tuple[int, dt.datetime]] = {}  # by subscription: how many, and when to try again

    async def settle_due(self, now: dt.datetime) -> list[Settled]:
        """Deliver everything that is owed at this moment. Trouble with one subscription does not stop the others.

        Gives those to which something happened.
        """
        async with self._one_at_a_time:
            happened: list[Settled] = []
            for subscription in await self._run(self._ledger.subscriptions.served):
                if self._is_held_back(subscription, now):
                    continue
                try:
                    settled = await self._settle(subscription, now)
                except Exception:  # whatever it is, the other digests must go out
                    log.exception("could not settle digest %s", subscription.name)
                    self._back_off(subscription.id, now)
                else:
                    self._troubles.pop(subscription.id, None)
                    if settled is not None:
                        happened.append(settled)
            return happened

    async def post_now(self, number: int, now: dt.datetime) -> Settled:
        """A run that somebody asked for: it has a number of its own and leaves the day's slot free.

        Raises `NoSuchDigest`; `DigestUnderWay` when another run of this subscription cannot be brought to its end.
        """
        async with self._one_at_a_time:
            subscription = await self._run(self._ledger.subscriptions.get, number)
            if subscription.state not in (State.ACTIVE, State.BLOCKED):
                raise NotActive(subscription)
            if (unfinished := await self._run(self._ledger.outstanding, number)) is not None:
                settled = await self._send(subscription, unfinished, now)
                if not settled.delivery or not settled.delivery.state.is_final:
                    raise DigestUnderWay(subscription)
                subscription = await self._run(self._ledger.subscriptions.get, number)
            kind = await self._run(self._ledger.next_manual_kind, number)
            slot = Slot(_local_date(subscription, now), now)
            delivery = await self._run(self._write_down, subscription, slot, kind, None, now)
            assert delivery is not None, "a manual run has a number of its own"
            return await self._send(subscription, delivery, now)

    async def retry_channel(self, channel: int, now: dt.datetime) -> list[Settled]:
        """Permissions in a channel changed: try its blocked digests again now rather than tomorrow."""
        async with self._one_at_a_time:
            happened = []
            for subscription in await self._run(self._ledger.subscriptions.served):
                if subscription.channel != channel:
                    continue
                if (unfinished := await self._run(self._ledger.outstanding, subscription.id)) is not None:
                    happened.append(await self._send(subscription, unfinished, now))
            return happened

    async def next_due(self, now: dt.datetime) -> dt.datetime | None:
        """When the next slot of any subscription falls due; None when there is no subscription."""
        served = await self._run(self._ledger.subscriptions.served)
        return min((next_slot(one.schedule, max(now, one.settled_upto)).due_at for one in served), default=None)

    # One subscription

    async def _settle(self, subscription: Subscription, now: dt.datetime) -> Settled | None:
        owed = owed_slot(subscription.schedule, subscription.settled_upto, now)
        unfinished = await self._run(self._ledger.outstanding, subscription.id)
        if unfinished is not None:
            if owed is not None and await self._run(self._supersede, unfinished, now):
                unfinished = None
            elif unfinished.retry_at is not None and now < unfinished.retry_at:
                return None
            else:
                settled = await self._send(subscription, unfinished, now)
                if settled.delivery is None or not settled.delivery.state.is_final:
                    return settled
                subscription = await self._run(self._ledger.subscriptions.get, subscription.id)
                if owed is None or subscription.state not in (State.ACTIVE, State.BLOCKED):
                    return settled
        if owed is None:
            return None
        if not is_worth_posting(subscription.schedule, owed.slot, now):
            await self._run(self._let_next_carry, subscription, owed.slot, now)
            return Settled(subscription, await self._run(self._ledger.last_run, subscription.id))
        covers = _covers(subscription, now)
        delivery: Delivery | None = await self._run(self._write_down, subscription, owed.slot, SCHEDULED, covers, now)
        return await self._send(subscription, delivery, now) if delivery is not None else None

    def _supersede(self, unfinished: Delivery, now: dt.datetime) -> bool:
        """Let a newer slot carry what a delivery holds, if no part of it can be in the channel: one post, not two."""
        if any(part.sending_since or part.message_id for part in self._ledger.parts(unfinished)):
            return False
        reason = f"{unfinished.reason or 'the bot was offline'}; the next one carries it"
        self._ledger.close_unposted(unfinished, RunState.SKIPPED, reason, now)
        return True

    def _let_next_carry(self, subscription: Subscription, slot: Slot, now: dt.datetime) -> None:
        window = Window(subscription.cursor, subscription.cursor)
        reason = "it was late; the next one carries it"
        self._ledger.skip(subscription.id, slot.local_date, slot.due_at, window, reason, now)

    def _write_down(
        self, subscription: Subscription, slot: Slot, kind: str, covers: Covers | None, now: dt.datetime
    ) -> Delivery | None:
        """Compose and render without effects, then claim the slot by writing all of it down."""
        window = Window(subscription.cursor, self._archive.last_arrival())
        numbers = self._archive.news(window, Scope(collections=subscription.collections))
        seen = self._ledger.seen(subscription.id)
        digest = self._composer.compose(subscription.topic, numbers, seen=seen, limit=subscription.max_items)
        label = delivery_label(subscription.id, slot.local_date, kind)
        is_silent = digest.is_empty and not (subscription.post_when_empty and kind == SCHEDULED)
        run = Run(
            subscription=subscription.id,
            local_date=slot.local_date,
            kind=kind,
            due_at=slot.due_at,
            window=window,
            considered=digest.considered,
            items=len(digest.items),
            pages=() if is_silent else tuple(self._render(digest, subscription, label, covers)),
            reports=tuple(report for item in digest.items for report in item.reports),
            accounts=_accounts(digest),
        )
        return self._ledger.enqueue(run, now)

    async def _send(self, subscription: Subscription, delivery: Delivery, now: dt.datetime) -> Settled:
        """Send every part that has no message id yet, in order, up to the first that cannot be sent."""
        notice = None
        for part in await self._run(self._ledger.parts, delivery):
            if part.message_id is not None:
                continue
            try:
                await self._send_part(part, now)
            except PostUnclear as trouble:
                log.warning("it is unclear whether %s was posted: %s", part.footer_id, trouble)
                break
            except PostRefused as trouble:
                log.error("%s was refused: %s", part.footer_id, trouble)
                await self._run(self._ledger.close_unposted, delivery, RunState.FAILED, str(trouble), now)
                break
            except (MayNotPost, ChannelGone) as trouble:
                notice = await self._run(self._block, subscription, part, trouble, now)
                break
        changed = await self._run(self._ledger.subscriptions.get, subscription.id)
        return Settled(changed, await self._run(self._ledger.delivery, delivery.id), notice)

    async def _send_part(self, part: DeliveryPart, now: dt.datetime) -> None:
        """Post one part and store its id, unless it is in its channel already: then only store it."""
        if part.sending_since is not None and now - part.sending_since >= NONCE_HOLDS:
            posted = await self._poster.find_posted(part.channel, part.footer_id)
            if posted is not None:
                await self._run(self._ledger.mark_posted, part, posted, now)
                return
            part = replace(part, sending_since=None)
        if part.sending_since is None:
            # Not moved by a repeat: the nonce holds from the first attempt on.
            await self._run(self._ledger.mark_sending, part, now)
        try:
            message_id = await self._poster.post(part.channel, part.page, nonce=part.nonce)
        except (MayNotPost, ChannelGone, PostRefused):
            await self._run(self._ledger.mark_unsent, part)
            raise
        await self._run(self._ledger.mark_posted, part, message_id, now)

    def _block(
        self, subscription: Subscription, part: DeliveryPart, trouble: PostingTrouble, now: dt.datetime
    ) -> State | None:
        """Write trouble with a channel down; gives the state of which somebody has to be told, once."""
        book = self._ledger.subscriptions
        was_blocked = subscription.state is State.BLOCKED
        blocked_since = book.block(subscription.id, str(trouble), now)
        if isinstance(trouble, ChannelGone):
            self._ledger.mark_blocked(part.delivery, str(trouble), now + GONE_RETRY)
            if now - book.channel_missed(subscription.id, now) >= GONE_RETRY:
                book.remove(subscription.id, now, reason=str(trouble))
                return State.REMOVED
            return None  # once can be a mistake of the other side
        self._ledger.mark_blocked(part.delivery, str(trouble), now + BLOCKED_RETRY)
        if now - blocked_since >= PAUSED_AFTER_BLOCKED:
            book.pause(subscription.id, now, reason=f"{trouble}, for {PAUSED_AFTER_BLOCKED.days} days")
            return State.PAUSED
        return None if was_blocked else State.BLOCKED

    # Holding back

    def _is_held_back(self, subscription: Subscription, now: dt.datetime) -> bool:
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


class NotActive(BotError):
    """A digest that is paused or removed."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(f"{subscription.name} is {subscription.state}. Resume it first.")


class DigestUnderWay(BotError):
    """A run of the same subscription is not over yet."""

    def __init__(self, subscription: Subscription) -> None:
        why = f" ({subscription.reason})" if subscription.reason else ""
        super().__init__(f"A digest of {subscription.name} is still being posted{why}. Try again in some minutes.")


def _covers(subscription: Subscription, now: dt.datetime) -> Covers | None:
    """The local days that a run stands for when it stands for more than its own; else None."""
    owed = owed_slot(subscription.schedule, subscription.waiting_since, now)
    if owed is None or owed.missed < 2:
        return None
    return _local_date(subscription, subscription.waiting_since), _local_date(subscription, now)


def _accounts(digest: Digest) -> tuple[Account, ...]:
    posted = [Account(item.article.number, "posted", item.update_of, item.score) for item in digest.items]
    return (*posted, *(Account(left.article, str(left.reason), left.into, left.score) for left in digest.left_out))


def _local_date(subscription: Subscription, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(subscription.schedule.zone)).date()
