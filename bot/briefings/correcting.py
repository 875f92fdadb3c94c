"""Take the words of removed articles out of messages that were posted, with a line that says so.

That is the only edit that a digest ever gets (PRODUCT.md, section 7). An article can be removed by another process, so
the archive is asked in every round; what was corrected is marked in the ledger after the edit, and an edit that is made
twice is the same.
"""

from __future__ import annotations

import datetime as dt
import logging
from itertools import groupby

from bot.briefings.delivery import DeliveryPart, Poster, PostingTrouble, PostUnclear
from bot.briefings.ledger import Ledger
from bot.briefings.planning import Carry, NewsSource
from bot.rendering.digest_corrections import without_articles

log = logging.getLogger(__name__)

# A removal is seen when its transaction ends, which is later than the time that it bears.
_LATE = dt.timedelta(hours=1)


class Corrector:
    """Looks for what was removed. `run` is as in `Dispatcher`."""

    def __init__(self, ledger: Ledger, archive: NewsSource, poster: Poster, run: Carry) -> None:
        self._ledger = ledger
        self._archive = archive
        self._poster = poster
        self._run = run
        self._since: dt.datetime | None = None  # everything that was removed before was looked for

    async def correct(self, now: dt.datetime) -> int:
        """Correct every message that holds words of a removed article; gives how many were edited.

        What passes, such as a cut connection, is tried again the next time; where a message cannot be edited any more,
        that is left alone.
        """
        removed = await self._run(self._archive.removed_since, self._since)
        told = await self._run(self._ledger.posted_of, removed) if removed else []
        edited, is_done = 0, True
        for (delivery, number), some in groupby(told, key=lambda row: (row[1], row[2])):
            gone = [article for article, _delivery, _part in some]
            parts: list[DeliveryPart] = await self._run(self._parts, delivery)
            part = next(one for one in parts if one.part == number)
            page = without_articles(part.page, gone)
            try:
                if page != part.page:
                    await self._poster.correct(*_place(part, parts), page)
                    edited += 1
            except PostUnclear:
                is_done = False
                continue
            except PostingTrouble as trouble:
                log.info("%s was not corrected: %s", part.footer_id, trouble)
                page = part.page
            await self._run(self._ledger.mark_corrected, part, page, gone, now)
        if is_done:
            self._since = now - _LATE
        return edited

    def _parts(self, delivery: int) -> list[DeliveryPart]:
        return self._ledger.parts(self._ledger.delivery(delivery))


def _place(part: DeliveryPart, parts: list[DeliveryPart]) -> tuple[int, int]:
    """The channel and the id of the message; a thread has the id of the message above it."""
    assert part.message_id is not None
    if part.under is not None:
        above = next(one for one in parts if one.part == part.under)
        assert above.message_id is not None
        return above.message_id, part.message_id
    return part.sent_to or part.channel, part.message_id
