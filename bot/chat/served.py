"""Whoever is being answered right now, so that nobody is left without a word when the program ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context

from bot.chat.apologies import UNSENT
from bot.rendering.page import Page

log = logging.getLogger(__name__)

Tell = Callable[[Page], Awaitable[None]]


class Served:
    """The tasks that answer somebody. Held in memory: what a killed process was doing is over with it."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[object], tuple[Tell, Context]] = {}

    def add(self, tell: Tell) -> None:
        """The running task answers somebody; `tell` shows them a page, whatever they were shown before."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = (tell, copy_context())
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def finish(self, seconds: float, last_page: Callable[[], Page]) -> int:
        """Wait until everybody was answered. Who was not in time is told `last_page` instead; gives how many.

        Takes at most `seconds`, half of them for the answers. Whoever comes while this waits is waited for too. The
        page is made in the language of whoever is told.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds / 2
        while self._tasks and (left := end - loop.time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        late = dict(self._tasks)
        if not late:
            return 0
        for task in late:
            task.cancel()
        await asyncio.wait(late, timeout=seconds / 4)
        telling = [
            loop.create_task(_told(tell, context.run(last_page)), context=context) for tell, context in late.values()
        ]
        await asyncio.wait(telling, timeout=seconds / 4)
        return len(late)


async def _told(tell: Tell, page: Page) -> None:
    try:
        await tell(page)
    except UNSENT as error:
        log.warning("could not say that the program ends", extra={"fields": {"code": getattr(error, "code", None)}})
