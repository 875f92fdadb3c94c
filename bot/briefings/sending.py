"""Send what was written down, part by part, and mark it; cut short anywhere, it is carried on from the ledger.

A part that may have been sent is sent again with the same nonce for two minutes, since Discord then gives the first
message; later it is looked for in the channel by the id in its footer (PRODUCT.md, section 7).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.briefings.delivery import (
    Account,
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
from bot.briefings.planning import Carry, NewsSource, Readers, ReadersOf
from bot.briefings.subscription import Subscription
from bot.collecting import only_young_collected
from bot.rendering.digest_corrections import told_on, without_articles
from bot.rendering.page import Page
from bot.rendering.wording import speaking

log = logging.getLogger(__name__)

NONCE_HOLDS = dt.timedelta(minutes=2)  # Discord says "the past few minutes"
BLOCKED_RETRY = dt.timedelta(days=1)
GONE_RETRY = dt.timedelta(minutes=30)
PAUSED_AFTER_BLOCKED = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one subscription, and of its delivery."""

    subscription: Subscription
    delivery: Delivery | None

    @property
    def is_over(self) -> bool:
        """Whether the delivery has its outcome."""
        return self.delivery is not None and self.delivery.state.is_final


class _Withheld(Exception):
    """The digest was paused, removed or forgotten before any part of the run was sent."""


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

        Where none was sent yet of a subscription that is paused or removed by now, none is.

        What is not `fresh`, written down just now for this channel, is withdrawn if its readers may not see it any
        more. Of what becomes so later, each part is sent without it.
        """
        unpublished = None
        as_now, parts, accounts = await self._run(self._to_send, subscription.id, delivery)
        is_old = not (fresh and as_now.channel == subscription.channel) and not delivery.state.is_final
        subscription = as_now
        readers = await self._readers(subscription)
        if is_old and await self._run(self._withdraw_if_hidden, delivery, parts, accounts, readers.hidden, now):
            return Settled(subscription, await self._run(self._ledger.delivery, delivery.id))
        sent = {part.part: (part.sent_to or part.channel, part.message_id) for part in parts if part.message_id}
        for part in parts:
            if part.message_id is not None:
                continue
            try:
                channel, message_id = await self._post(subscription, part, sent, accounts, readers, now)
                if subscription.publish and part.under is None:
                    # Before it is marked: cut short in between, it is found again and published after all.
                    unpublished = await self._publish(part, channel, message_id) or unpublished
                await self._run(self._ledger.mark_posted, part, message_id, now)
                sent[part.part] = channel, message_id
            except _Withheld:
                break
            except PostUnclear as trouble:
                log.warning("it is unclear whether %s was posted: %s", part.footer_id, trouble)
                break
            except (MayNotPost, ChannelGone, PostRefused) as trouble:
                if part.spare:
                    reason = f"no thread for the rest: {trouble}"
                    await self._run(self._ledger.give_up_spare, delivery.id, reason, now)
                elif isinstance(trouble, PostRefused):
                    log.error("%s was refused: %s", part.footer_id, trouble)
                    await self._run(self._ledger.close_unposted, delivery, RunState.FAILED, str(trouble), now)
                elif part.under is not None and isinstance(trouble, ChannelGone):
                    await self._run(self._ledger.close_unposted, delivery, RunState.FAILED, "its thread is gone", now)
                else:
                    await self._run(self._block, subscription, part, trouble, now)
                break
        if unpublished is not None:
            await self._run(self._ledger.note, delivery.id, unpublished)
        changed = await self._run(self._ledger.subscriptions.get, subscription.id)
        return Settled(changed, await self._run(self._ledger.delivery, delivery.id))

    @only_young_collected()  # an account of thousands of articles
    def _to_send(self, number: int, delivery: Delivery) -> tuple[Subscription, list[DeliveryPart], list[Account]]:
        """The parts of a delivery, what became of its articles, and first the subscription as it is now.

        It may have moved to other readers meanwhile.
        """
        parts = self._ledger.parts(delivery)
        return self._ledger.subscriptions.get(number), parts, self._ledger.accounts(delivery) if parts else []

    async def _post(
        self,
        subscription: Subscription,
        part: DeliveryPart,
        sent: dict[int, tuple[int, int]],
        accounts: Sequence[Account],
        readers: Readers,
        now: dt.datetime,
    ) -> tuple[int, int]:
        """Post one part, unless it is in its channel already; the channel and the message's id.

        The channel of what stands in a thread is that of the message above.
        """
        if self._clock is not None:
            now = self._clock()  # a round may last for minutes, and the nonce does not wait for it
        if part.under is None and part.part > 1 and await self._poster.takes_posts(sent[1][0]):
            part = replace(part, under=1)  # else it would be taken for the post that the first one opened
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
        may_be_there = part.sending_since is not None
        # Not moved by a repeat: the nonce holds from the first attempt on.
        if not may_be_there and not await self._run(self._ledger.mark_sending, part, now):
            raise _Withheld
        page = await self._run(self._page_to_send, part, accounts, readers, redact=not may_be_there)
        if may_be_there and page is not part.page:
            posted = await self._poster.find_posted(channel, part.footer_id, title=title)
            if posted is not None:
                return place, posted  # as it was; a correction follows
            page = await self._run(self._page_to_send, part, accounts, readers, redact=True)
        ping = subscription.ping if part.part == 1 else None
        try:
            return place, await self._poster.post(channel, page, nonce=part.nonce, title=title, ping=ping)
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

    def _withdraw_if_hidden(
        self,
        delivery: Delivery,
        parts: Sequence[DeliveryPart],
        accounts: Sequence[Account],
        hidden: frozenset[str],
        now: dt.datetime,
    ) -> bool:
        """Close a delivery of which nothing was posted if what it shows was removed, revised or hidden meanwhile."""
        if any(part.sending_since and part.message_id is None for part in parts):
            return False  # what may be in the channel is looked for first
        if any(part.message_id for part in parts):
            return False  # the others are sent without it
        told = {number for part in parts for number in told_on(part.page)}
        shown = [one for one in accounts if one.outcome == "posted" or one.article in told]
        if all(self._may_be_shown(one.article, one.place, hidden) for one in shown):
            return False
        reason = "what it held may not be shown any more; the next one carries the rest"
        self._ledger.close_unposted(delivery, RunState.SKIPPED, reason, now)
        return True

    def _page_to_send(self, part: DeliveryPart, accounts: Sequence[Account], readers: Readers, *, redact: bool) -> Page:
        """The page of a part without what may not be shown any more; the very page if nothing is.

        Raises KeyError for a run that was forgotten meanwhile, with its digest: no more of it is posted.
        """
        if not (told := told_on(part.page)):
            return part.page
        self._ledger.delivery(part.delivery)
        places = {one.article: one.place for one in accounts}
        gone = [number for number in told if not self._may_be_shown(number, places.get(number), readers.hidden)]
        if not gone:
            return part.page
        with speaking(readers.language):
            page = without_articles(part.page, gone)
        if redact:
            with_them = (one.article for one in accounts if one.outcome == "folded" and one.into in gone)
            self._ledger.redact(part, page, [*gone, *with_them])
        return page

    def _may_be_shown(self, number: int, place: tuple[str, int, int] | None, hidden: frozenset[str]) -> bool:
        """Whether an article is there for the readers, with the words that were quoted."""
        article = self._archive.article(number)
        if article is None or article.collection in hidden:
            return False
        return place is None or place[0] == article.revision

    async def _publish(self, part: DeliveryPart, channel: int, message_id: int) -> str | None:
        """Publish a message; what went wrong, if something did. Followers are a courtesy: nothing waits for them."""
        try:
            await self._poster.publish(channel, message_id)
        except PostingTrouble as trouble:
            log.warning("%s was not published: %s", part.footer_id, trouble)
            return f"not published: {trouble}"
        return None

    def _block(self, subscription: Subscription, part: DeliveryPart, trouble: PostingTrouble, now: dt.datetime) -> None:
        """Write trouble with a channel down, and with it that somebody is to be told."""
        book, number = self._ledger.subscriptions, subscription.id
        with self._ledger.together():
            if book.get(number).channel != part.channel:
                return  # it has moved meanwhile
            if isinstance(trouble, ChannelGone):
                # Once can be a mistake of the other side, of which nobody has to hear.
                book.block(number, str(trouble), now, tell=False)
                self._ledger.mark_blocked(part.delivery, str(trouble), now + GONE_RETRY)
                if now - book.channel_missed(number, now) >= GONE_RETRY:
                    book.remove(number, now, reason=str(trouble))
                return
            blocked_since = book.block(number, str(trouble), now)
            self._ledger.mark_blocked(part.delivery, str(trouble), now + BLOCKED_RETRY)
            if now - blocked_since >= PAUSED_AFTER_BLOCKED:
                book.pause(number, now, reason=f"{trouble}, for {PAUSED_AFTER_BLOCKED.days} days")
