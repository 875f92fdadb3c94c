"""Take the words of removed articles out of messages that were posted, with a line that says so.

That is the only edit that a digest ever gets (PRODUCT.md, section 7). An article can be removed by another process, so
the archive is asked in every round; what was corrected is marked in the ledger after the edit, and an edit that is made
twice is the same.
"""

from __future__ import annotations

import datetime as dt
import logging
from itertools import groupby

from bot.briefings.delivery import DeliveryPart, MayNotPost, Poster, PostingTrouble, PostUnclear, TryLater
from bot.briefings.ledger import Ledger
from bot.briefings.planning import Carry, NewsSource, ReadersOf
from bot.briefings.subscription import Subscription
from bot.errors import NoSuchDigest
from bot.rendering.digest_corrections import without_articles
from bot.rendering.wording import speaking

log = logging.getLogger(__name__)

# A removal is seen when its transaction ends, which is later than the time that it bears.
_LATE = dt.timedelta(hours=1)
_RETRY = dt.timedelta(days=1)
_SOON, _LONGEST, _MOST_DOUBLED = dt.timedelta(seconds=30), dt.timedelta(hours=1), 10  # doubled each time


class Corrector:
    """Looks for what was removed. `run` and `readers` are as in `Dispatcher`."""

    def __init__(self, ledger: Ledger, archive: NewsSource, poster: Poster, run: Carry, readers: ReadersOf) -> None:
        self._ledger = ledger
        self._archive = archive
        self._poster = poster
        self._run = run
        self._readers = readers
        self._since: dt.datetime | None = None  # everything that was removed before was looked for
        # Messages that could not be edited: how often, and when to try again.
        self._troubles: dict[tuple[int, int], tuple[int, dt.datetime]] = {}

    async def correct(self, now: dt.datetime) -> int:
        """Correct every message that holds words of a removed article; gives how many were edited.

        What passes, such as a cut connection, is tried again the next time, an edit that Discord puts off after longer
        and longer, a missing permission the next day; where a message is not there any more, that is left alone.
        """
        # A message of theirs may turn out to be in its channel as it was written down.
        under_way = await self._run(self._ledger.under_way_since)
        removed = await self._run(self._archive.removed_since, self._since)
        told = await self._run(self._ledger.posted_of, removed) if removed else []
        edited, is_done = 0, True
        for (delivery, number), some in groupby(told, key=lambda row: (row[1], row[2])):
            gone = [article for article, _delivery, _part in some]
            times, not_before = self._troubles.get((delivery, number), (0, now))
            if not_before > now:
                is_done = False
                continue
            subscription, parts = await self._run(self._read, delivery)
            part = next((one for one in parts if one.part == number), None)
            if subscription is None or part is None:
                continue  # forgotten since
            with speaking((await self._readers(subscription)).language):
                page = without_articles(part.page, gone)
            try:
                if page != part.page:
                    await self._poster.correct(*await self._place(part, parts), page)
                    edited += 1
            except (PostUnclear, MayNotPost) as trouble:
                if isinstance(trouble, TryLater):
                    wait = min(_SOON * 2**times, _LONGEST)
                    self._troubles[delivery, number] = (min(times + 1, _MOST_DOUBLED), now + wait)
                elif isinstance(trouble, MayNotPost):
                    self._troubles[delivery, number] = (0, now + _RETRY)
                is_done = False
                continue
            except PostingTrouble as trouble:
                log.info("%s was not corrected: %s", part.footer_id, trouble)
                page = part.page
            self._troubles.pop((delivery, number), None)
            await self._run(self._ledger.mark_corrected, part, page, gone, now)
        if is_done:
            self._since = min(now, under_way or now) - _LATE
        return edited

    def _read(self, number: int) -> tuple[Subscription | None, list[DeliveryPart]]:
        """Whose a delivery is, and its parts; None and none where they were forgotten."""
        try:
            delivery = self._ledger.delivery(number)
            return self._ledger.subscriptions.get(delivery.subscription), self._ledger.parts(delivery)
        except (KeyError, NoSuchDigest):
            return None, []

    async def _place(self, part: DeliveryPart, parts: list[DeliveryPart]) -> tuple[int, int]:
        """The channel and the id of a message; a thread has the id of the message above it."""
        assert part.message_id is not None
        channel = part.sent_to or part.channel
        under = part.under
        if under is None and part.part > 1 and await self._poster.takes_posts(parts[0].sent_to or channel):
            under = 1
        if under is None:
            return channel, part.message_id
        above = next(one for one in parts if one.part == under)
        assert above.message_id is not None
        return above.message_id, part.message_id
