"""The roads off the event loop: one worker for what shares a desk, several for questions.

Work is done in the context of whoever gave it (`contextvars`), so that it speaks that person's language.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Concatenate, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Tools = TypeVar("Tools")


class Workbench:
    """Runs blocking work off the event loop, one piece at a time.

    One worker is a choice: what is used on it, such as a SQLite connection, then needs no locks.
    """

    def __init__(self, name: str = "workbench") -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._broken_off = False

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`, which the worker does when it has done what came before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, copy_context().run, partial(work, *args, **kwargs))

    def check(self) -> None:
        """For long work, from time to time: raises `Abandoned` once it is to end."""
        if self._broken_off:
            raise Abandoned

    def break_off(self) -> None:
        """From now on long work ends at its next `check`; what does not look is done as ever."""
        self._broken_off = True

    def close(self) -> None:
        """Finish what is being done, long work up to its next `check`; drop what waits."""
        self.break_off()
        self._worker.shutdown(wait=True, cancel_futures=True)


class Abandoned(Exception):
    """Nobody waits for this work any more, or the program is ending."""


@dataclass(frozen=True, slots=True)
class Lookout:
    """What a worker of a pool can look up for while it works.

    `check` raises `Abandoned` once nobody waits for the result: long work calls it from time to time, so that a
    question that took too long does not keep a worker from the next one. `is_crowded` tells whether more pieces of work
    wait than there are workers, so that somebody waits for two others to end.
    """

    check: Callable[[], None]
    is_crowded: Callable[[], bool]


class WorkerPool(Generic[Tools]):
    """Runs blocking work off the event loop, several pieces at once, in the order in which they came.

    Every worker has tools of its own, from `tools`, which is entered in the worker when it first has work and left by
    `close`. It is given a `Lookout`.
    """

    def __init__(self, tools: Callable[[Lookout], AbstractContextManager[Tools]], workers: int) -> None:
        self.workers = workers
        self._make_tools = tools
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="worker")
        self._own = threading.local()  # `tools` and the present `errand` of each worker
        self._lock = threading.Lock()  # of the two below
        self._waiting: set[_Errand] = set()
        self._to_leave = ExitStack()
        self._closing = False

    async def run(self, work: Callable[Concatenate[Tools, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`, called with the tools of the first worker that is free.

        Cancelled, it leaves the queue at once; work that has begun ends at its next `check`.
        """
        errand = _Errand()
        do = partial(self._do, errand, work, *args, **kwargs)
        with self._lock:
            self._waiting.add(errand)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, copy_context().run, do)
        except asyncio.CancelledError:
            errand.abandoned = True
            raise
        finally:
            self._waits_no_more(errand)

    def close(self) -> None:
        """Break off what is being done at its next `check`, drop what waits, put the tools away."""
        self._closing = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._to_leave.close()

    def _do(self, errand: _Errand, work: Callable[Concatenate[Tools, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._waits_no_more(errand)
        self._own.errand = errand
        self._check()
        return work(self._tools(), *args, **kwargs)

    def _tools(self) -> Tools:
        tools: Tools | None = getattr(self._own, "tools", None)
        if tools is None:
            made = self._make_tools(Lookout(self._check, self._is_crowded))
            tools = made.__enter__()
            self._own.tools = tools
            with self._lock:
                self._to_leave.push(made)
        return tools

    def _check(self) -> None:
        if self._closing or self._own.errand.abandoned:
            raise Abandoned

    def _is_crowded(self) -> bool:
        with self._lock:
            return len(self._waiting) > self.workers

    def _waits_no_more(self, errand: _Errand) -> None:
        with self._lock:
            self._waiting.discard(errand)


class _Errand:
    """One piece of work; `abandoned` once nobody waits for it."""

    abandoned = False
