"""The roads off the event loop: several workers with tools of their own, and work that nobody waits for any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bot.workbench import Abandoned, Lookout, WorkerPool

WAIT = 30  # seconds; only a failing test waits so long


@dataclass
class Tools:
    """What a worker has, and a place where the test can hold it."""

    number: int
    lookout: Lookout
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    go_on: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    closed: bool = False


class ToolShop:
    """Gives every worker tools of its own."""

    def __init__(self) -> None:
        self.given: list[Tools] = []
        self.gave = threading.Semaphore(0)

    @contextmanager
    def __call__(self, lookout: Lookout) -> Iterator[Tools]:
        tools = Tools(len(self.given), lookout)
        self.given.append(tools)
        self.gave.release()
        yield tools
        tools.closed = True


def held(tools: Tools, answer: str, done: list[str]) -> str:
    """Long work: it waits until it is let go on, then looks whether anybody waits."""
    tools.begun.release()
    assert tools.go_on.acquire(timeout=WAIT)
    tools.lookout.check()
    done.append(answer)
    return answer


async def come(sign: threading.Semaphore) -> None:
    assert await asyncio.to_thread(sign.acquire, timeout=WAIT)


async def test_as_many_pieces_at_once_as_there_are_workers_each_with_its_own_tools() -> None:
    shop, done = ToolShop(), list[str]()
    pool = WorkerPool(shop, 2)
    answers = [asyncio.create_task(pool.run(held, name, done)) for name in ("a", "b", "c")]
    await come(shop.gave)
    await come(shop.gave)
    first, second = shop.given
    await come(first.begun)
    await come(second.begun)
    first.go_on.release()
    await come(first.begun)  # the third piece comes to the worker that is free, with the tools that it has
    first.go_on.release()
    second.go_on.release()
    assert await asyncio.gather(*answers) == ["a", "b", "c"]
    assert len(shop.given) == 2
    assert not first.closed
    pool.close()
    assert first.closed
    assert second.closed


async def test_work_that_nobody_waits_for_ends_at_its_next_look_and_frees_the_worker() -> None:
    shop, done = ToolShop(), list[str]()
    pool = WorkerPool(shop, 1)
    slow = asyncio.create_task(pool.run(held, "slow", done))
    await come(shop.gave)
    await come(shop.given[0].begun)
    waiting = asyncio.create_task(pool.run(held, "given up in the queue", done))
    after = asyncio.create_task(pool.run(held, "after", done))
    await asyncio.sleep(0)
    for given_up in (slow, waiting):
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
    shop.given[0].go_on.release(2)
    assert await after == "after"
    assert done == ["after"]
    pool.close()


async def test_a_worker_sees_whether_more_waits_than_there_are_workers() -> None:
    shop, crowded = ToolShop(), list[tuple[str, bool]]()
    pool = WorkerPool(shop, 1)

    def looks(tools: Tools, name: str) -> None:
        crowded.append((name, tools.lookout.is_crowded()))

    first = asyncio.create_task(pool.run(held, "first", []))
    await come(shop.gave)
    await come(shop.given[0].begun)
    lookers = [asyncio.create_task(pool.run(looks, name)) for name in ("a", "b", "given up", "c", "d")]
    await asyncio.sleep(0)
    lookers[2].cancel()
    with pytest.raises(asyncio.CancelledError):
        await lookers[2]
    assert shop.given[0].lookout.is_crowded()
    shop.given[0].go_on.release()
    await asyncio.gather(first, lookers[0], lookers[1], *lookers[3:])
    # Three, two, one and none wait behind them; what was given up waits no more.
    assert crowded == [("a", True), ("b", True), ("c", False), ("d", False)]
    pool.close()


async def test_closing_breaks_off_what_is_done_and_drops_what_waits() -> None:
    shop, done = ToolShop(), list[str]()
    pool = WorkerPool(shop, 1)
    slow = asyncio.create_task(pool.run(held, "slow", done))
    await come(shop.gave)
    await come(shop.given[0].begun)
    waiting = asyncio.create_task(pool.run(held, "waiting", done))
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(pool.close))
    with pytest.raises(asyncio.CancelledError):
        await waiting
    shop.given[0].go_on.release()
    with pytest.raises(Abandoned):
        await slow
    await closing
    assert done == []
    assert shop.given[0].closed


async def test_an_error_reaches_whoever_asked_and_tools_that_could_not_be_had_are_tried_again() -> None:
    tries = []

    @contextmanager
    def tools(lookout: Lookout) -> Iterator[str]:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no disk")
        yield "tools"

    def fails(tools: str) -> None:
        raise ValueError(tools)

    pool = WorkerPool(tools, 1)
    with pytest.raises(OSError, match="no disk"):
        await pool.run(str.upper)
    assert await pool.run(str.upper) == "TOOLS"
    with pytest.raises(ValueError, match="tools"):
        await pool.run(fails)
    pool.close()
