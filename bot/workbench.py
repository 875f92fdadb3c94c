"""The one road off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workbench:
    """Runs blocking work off the event loop, one piece at a time.

    One worker is a choice: the model, the index and SQLite then need no locks.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workbench")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`, which the worker does when it has done what came before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Finish what is being done, drop what waits."""
        self._worker.shutdown(wait=True, cancel_futures=True)
