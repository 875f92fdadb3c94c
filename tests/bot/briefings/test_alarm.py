from __future__ import annotations

import asyncio
import datetime as dt
import logging

import pytest

from bot.briefings.alarm import Alarm

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


class Listener:
    """Counts rings, and lets a test wait for them."""

    def __init__(self, *, fails: int = 0, following: dt.datetime | None = None) -> None:
        self.rings: list[dt.datetime] = []
        self.rung = asyncio.Semaphore(0)
        self.fails = fails
        self.following = following

    async def ring(self, now: dt.datetime) -> dt.datetime | None:
        self.rings.append(now)
        self.rung.release()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the ring broke")
        return self.following

    async def heard(self, times: int) -> None:
        for _ in range(times):
            await asyncio.wait_for(self.rung.acquire(), 5)


async def test_it_rings_at_once_with_the_time_and_goes_on() -> None:
    listener = Listener()
    alarm = Alarm(listener.ring, lambda: NOON, tick_seconds=0.01)
    alarm.start()
    alarm.start()  # a second start is none
    await listener.heard(3)
    await alarm.stop()
    assert set(listener.rings) == {NOON}


async def test_it_rings_when_the_next_slot_falls_due() -> None:
    listener = Listener(following=dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=20))
    alarm = Alarm(listener.ring, tick_seconds=3600)
    alarm.start()
    await listener.heard(2)
    await alarm.stop()


async def test_a_ring_that_breaks_is_logged_and_the_alarm_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    listener = Listener(fails=1)
    alarm = Alarm(listener.ring, tick_seconds=0.01)
    with caplog.at_level(logging.ERROR):
        alarm.start()
        await listener.heard(2)
        await alarm.stop()
    assert "could not be looked through" in caplog.text


async def test_a_ring_under_way_is_finished_before_the_stop_and_never_doubled() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []
    begun_times = 0

    async def ring(now: dt.datetime) -> None:
        nonlocal begun_times
        begun_times += 1
        begun.set()
        await may_end.wait()
        ended.append(now)

    alarm = Alarm(ring, lambda: NOON, tick_seconds=0.01)
    alarm.start()
    await asyncio.wait_for(begun.wait(), 5)
    stopping = asyncio.ensure_future(alarm.stop())
    asyncio.get_running_loop().call_later(0.05, may_end.set)
    await stopping
    assert ended == [NOON]
    assert begun_times == 1


async def test_a_ring_that_never_ends_is_cut_short() -> None:
    begun, cut = asyncio.Event(), asyncio.Event()

    async def ring(now: dt.datetime) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.set()
            raise

    alarm = Alarm(ring, lambda: NOON, tick_seconds=3600)
    alarm.start()
    await asyncio.wait_for(begun.wait(), 5)
    await alarm.stop(patience_seconds=0.01)
    await asyncio.wait_for(cut.wait(), 5)
