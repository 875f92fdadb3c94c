"""The alarm clock: wakes the dispatcher and the polling of sources, and decides nothing. Only it knows APScheduler.

Why not one of its cron triggers for each digest: in autumn it fires at a repeated local time twice, in spring it fires
an hour late or not at all (tried with 3.11). So it only rings every 30 seconds and at the next slot; what is owed then
is worked out from the ledger. A ring that is missed or doubled changes nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

TICK_SECONDS = 30


class Alarm:
    """Calls `ring` with the time, every 30 seconds and when the next slot falls due; never twice at the same time.

    `ring` gives the moment of the next slot, or None when there is none. An exception of it is logged, and the alarm
    goes on.
    """

    def __init__(
        self,
        ring: Callable[[dt.datetime], Awaitable[dt.datetime | None]],
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        *,
        tick_seconds: float = TICK_SECONDS,
        subject: str = "digests",
    ) -> None:
        self._ring = ring
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._subject = subject  # for the log
        self._scheduler: AsyncIOScheduler | None = None
        self._ringing: asyncio.Future[dt.datetime | None] | None = None

    def start(self) -> None:
        """Inside the running loop. Rings at once, for what was missed while nobody was awake."""
        if self._scheduler is not None:
            return
        # Nothing is lost by a late ring, so none is ever dropped as misfired, and several late ones become one.
        lenient = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC, job_defaults=lenient)
        self._scheduler.add_job(
            self._wake, "interval", seconds=self._tick_seconds, id="tick", next_run_time=dt.datetime.now(dt.UTC)
        )
        self._scheduler.start()

    async def stop(self, *, patience_seconds: float = 8) -> None:
        """Rings no more; a ring that is under way gets some time to finish the message that it is sending."""
        if self._scheduler is None:
            return
        self._scheduler.shutdown(wait=False)
        self._scheduler = None
        if self._ringing is not None and not self._ringing.done():
            await asyncio.wait([self._ringing], timeout=patience_seconds)
            self._ringing.cancel()  # the ledger carries on from wherever it was

    async def _wake(self) -> None:
        if self._ringing is not None and not self._ringing.done():
            return
        self._ringing = asyncio.ensure_future(self._ring(self._clock()))
        try:
            # The scheduler cancels what it started when it stops; the ring itself must not be cut within a message.
            following = await asyncio.shield(self._ringing)
        except asyncio.CancelledError:
            if self._scheduler is None:
                return  # stopped, which is no error to log
            raise
        except Exception:  # an alarm that stops for good would stop every digest
            log.exception("the %s could not be looked through", self._subject)
            return
        if following is not None and self._scheduler is not None:
            self._scheduler.add_job(self._wake, "date", run_date=following, id="next slot", replace_existing=True)
