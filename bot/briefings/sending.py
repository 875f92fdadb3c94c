"""Send what was written down, part by part, and mark it; cut short anywhere, it is carried on from the ledger.

A part that may have been sent is sent again with the same nonce for two minutes, since Discord then gives the first
message; later it is looked for in the channel by the id in its footer (PRODUCT.md, section 7).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.briefings.delivery import (
    ChannelGone,
    Delivery,
    DeliveryPart,
    MayNotPost,
    Poster,
    PostingTrouble,
    PostRefused,
    PostUnclear,
    RunState,
)
from bot.briefings.ledger import Ledger
from bot.briefings.planning import Carry, NewsSource, ReadersOf
from bot.briefings.subscription import State, Subscription

log = logging.getLogger(__name__)

NONCE_HOLDS = dt.timedelta(minutes=2)  # Discord says "the past few minutes"
BLOCKED_RETRY = dt.timedelta(days=1)
GONE_RETRY = dt.timedelta(minutes=30)
PAUSED_AFTER_BLOCKED = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one subscription: its delivery, and its new state when somebody has to be told of it."""

    subscription: Subscription
    delivery: Delivery | None
    notice: State | None = None  # blocked, paused or removed by this very step


class Sender:
    """Brings deliveries to their channels. `run`, `readers` and `clock` are as in `Dispatcher`."""

    def __init__(
        self,
        ledger: Ledger,
        archive: NewsSource,
        poster: Poster,
        run: Carry,
        readers: ReadersOf,
        clock: Callable[[], dt.datetime] | None = None,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._poster = poster
        self._run = run
        self._readers = readers
        self._clock = clock

    async def send(
        self, subscription: Subscription, delivery: Delivery, now: dt.datetime, *, fresh: bool = False
    ) -> Settled:
        """Send every part that has no message id yet, in order, up to the first that cannot be sent.

        What is not `fresh`, written down just now, is withdrawn if its readers may not see it any more.
        """
        notice = unpublished = None
        if not fresh and not delivery.state.is_final:
            readers = await self._readers(subscription)
            if await self._run(self._withdraw_if_hidden, delivery, readers.hidden, now):
                return Settled(subscription, await self._run(self._ledger.delivery, delivery.id))
        parts: list[DeliveryPart] = await self._run(self._ledger.parts, delivery)
        sent = {part.part: (part.sent_to or part.channel, part.message_id) for part in parts if part.message_id}
        for part in parts:
            if part.message_id is not None:
                continue
            try:
                channel, message_id = await self._post(subscription, part, sent, now)
                if subscription.publish and part.under is None:
                    # Before it is marked: cut short in between, it is found again and published after all.
                    unpublished = await self._publish(part, channel, message_id) or unpublished
                await self._run(self._ledger.mark_posted, part, message_id, now)
                sent[part.part] = channel, message_id
            except PostUnclear as trouble:
                log.warning("it is unclear whether %s was posted: %s", part.footer_id, trouble)
                break
            except PostRefused as trouble:
                log.error("%s was refused: %s", part.footer_id, trouble)
                await self._run(self._ledger.close_unposted, delivery, RunState.FAILED, str(trouble), now)
                break
            except (MayNotPost, ChannelGone) as trouble:
                if part.spare:
                    reason = f"no thread for the rest: {trouble}"
                    await self._run(self._ledger.give_up_spare, delivery.id, reason, now)
                elif part.under is not None and isinstance(trouble, ChannelGone):
                    await self._run(self._ledger.close_unposted, delivery, RunState.FAILED, "its thread is gone", now)
                else:
                    notice = await self._run(self._block, subscription, part, trouble, now)
                break
        if unpublished is not None:
            await self._run(self._ledger.note, delivery.id, unpublished)
        changed = await self._run(self._ledger.subscriptions.get, subscription.id)
        return Settled(changed, await self._run(self._ledger.delivery, delivery.id), notice)

    async def _post(
        self, subscription: Subscription, part: DeliveryPart, sent: dict[int, tuple[int, int]], now: dt.datetime
    ) -> tuple[int, int]:
        """Post one part, unless it is in its channel already; the channel and the message's id.

        The channel of what stands in a thread is that of the message above.
        """
        if self._clock is not None:
            now = self._clock()  # a round may last for minutes, and the nonce does not wait for it
        channel, title = part.channel, part.title
        place = channel
        if part.under is not None:
            place, above = sent[part.under]  # parts are sent in order
            # Opening a thread that is there already gives that one, so a crash in between opens no second.
            channel, title = await self._poster.open_thread(place, above, title or part.footer_id), None
        elif part.sending_since is not None and part.sent_to not in (None, channel):
            if (there := await self._posted_before_it_moved(part)) is not None:
                return there
            part = replace(part, sending_since=None)
        if part.sending_since is not None and now - part.sending_since >= NONCE_HOLDS:
            posted = await self._poster.find_posted(channel, part.footer_id, title=title)
            if posted is not None:
                return place, posted
            part = replace(part, sending_since=None)
        if part.sending_since is None:
            # Not moved by a repeat: the nonce holds from the first attempt on.
            await self._run(self._ledger.mark_sending, part, now)
        ping = subscription.ping if part.part == 1 else None
        try:
            return place, await self._poster.post(channel, part.page, nonce=part.nonce, title=title, ping=ping)
        except (MayNotPost, ChannelGone, PostRefused):
            await self._run(self._ledger.mark_unsent, part)
            raise

    async def _posted_before_it_moved(self, part: DeliveryPart) -> tuple[int, int] | None:
        """The channel from which the digest moved and the message there; None also if we may not look there."""
        assert part.sent_to is not None
        try:
            posted = await self._poster.find_posted(part.sent_to, part.footer_id, title=part.title)
        except (MayNotPost, ChannelGone, PostRefused):
            return None
        return (part.sent_to, posted) if posted is not None else None

    def _withdraw_if_hidden(self, delivery: Delivery, hidden: frozenset[str], now: dt.datetime) -> bool:
        """Close a delivery if what it shows was removed or hidden since it was written."""
        parts = self._ledger.parts(delivery)
        if any(part.sending_since and part.message_id is None for part in parts):
            return False  # what may be in the channel is looked for first
        shown = [account.article for account in self._ledger.accounts(delivery) if account.is_shown]
        articles = [self._archive.article(number) for number in shown]
        if all(article is not None and article.collection not in hidden for article in articles):
            return False
        if any(part.message_id for part in parts):
            self._ledger.close_unposted(delivery, RunState.FAILED, "the rest may not be shown any more", now)
        else:
            reason = "what it held may not be shown any more; the next one carries the rest"
            self._ledger.close_unposted(delivery, RunState.SKIPPED, reason, now)
        return True

    async def _publish(self, part: DeliveryPart, channel: int, message_id: int) -> str | None:
        """Publish a message; what went wrong, if something did. Followers are a courtesy: nothing waits for them."""
        try:
            await self._poster.publish(channel, message_id)
        except PostingTrouble as trouble:
            log.warning("%s was not published: %s", part.footer_id, trouble)
            return f"not published: {trouble}"
        return None

    def _block(
        self, subscription: Subscription, part: DeliveryPart, trouble: PostingTrouble, now: dt.datetime
    ) -> State | None:
        """Write trouble with a channel down; gives the state of which somebody has to be told."""
        book = self._ledger.subscriptions
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
        return State.BLOCKED if book.is_to_be_told(subscription.id, now) else None
