"""Polls the sources of a running bot: in a process of its own at low priority, whenever one of them comes due.

Reading, extracting and encoding are heavy; in this process they would hold up questions. The process is the command
`source poll --due`. It may be killed at any moment: what a source gave is noted only once it is stored.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import shutil
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from corpus.archive import Archive

log = logging.getLogger(__name__)

_IN_USE = 3  # the exit code: somebody polls by hand at this moment
_FINE = frozenset({0, 1})
_ROUND_SECONDS = 6 * 3600.0  # a round that takes longer hangs somewhere; the next one takes up what it left
_REST = dt.timedelta(minutes=5)  # after a round that could not work, doubled each time
_LONGEST_REST = dt.timedelta(hours=6)
_WAIT_SECONDS = 30.0  # of a digest that is due, for news that is on its way
_PATIENCE_SECONDS = 5.0  # for a process that was asked to end


@dataclass(frozen=True, slots=True)
class Round:
    """How a round of polling ended: exit code, what it found (a mapping for each source), what it complained of."""

    code: int
    results: list[dict[str, object]] = field(default_factory=list)
    complaint: str = ""


class Poller(Protocol):
    """Polls everything that is due and stores it."""

    async def __call__(self) -> Round: ...


class PollProcess:
    """The poller made of a process; cancelling it ends the process."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "bot", "source", "poll", "--due", "--json", "--data", str(data)]
        self._command = ["nice", "-n", "10", *command] if shutil.which("nice") else command

    async def __call__(self) -> Round:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_ROUND_SECONDS):
                out, err = await process.communicate()
        except TimeoutError:
            return Round(-1, complaint=f"took longer than {_ROUND_SECONDS / 3600:.0f} hours")
        finally:
            await _ended(process)
        complaint = err.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Round(process.returncode or 0, _results_in(out), complaint)


class Polling:
    """Wakes the poller when a source is due. `ring` is what an alarm calls; it decides from the archive alone.

    The archive is used on the workbench only. `model` is the name of the embedding model.
    """

    def __init__(self, archive: Archive, model: str, run: Callable[..., Awaitable[object]], poller: Poller) -> None:
        self._archive = archive
        self._model = model
        self._run = run
        self._poller = poller
        self._work_left = False  # passages without a vector, of a first import whose encoding takes several rounds
        self._rest = _REST
        self._not_before: dt.datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._catching_up: asyncio.Task[dt.datetime | None] | None = None

    async def catch_up(self, now: dt.datetime, patience_seconds: float = _WAIT_SECONDS) -> None:
        """Let what is being polled or overdue come in before a digest looks: half a minute at most.

        A round that takes longer goes on; what it brings is in the next digest. It is not waited for again: a source
        that hangs would hold up every digest for as long as it does.
        """
        if self._catching_up is not None and not self._catching_up.done():
            return
        self._catching_up = asyncio.create_task(self.ring(now), name="polling before a digest")
        self._catching_up.add_done_callback(_log_failure)
        await asyncio.wait([self._catching_up], timeout=patience_seconds)

    async def ring(self, now: dt.datetime) -> dt.datetime | None:
        """Poll what is due; gives when the next source is."""
        async with self._one_at_a_time:
            return await self._ring(now)

    async def _ring(self, now: dt.datetime) -> dt.datetime | None:
        if self._not_before is not None and now < self._not_before:
            return self._not_before
        due = await self._next_due()
        if not self._work_left and (due is None or due > now):
            return due
        before = await self._passages_left()
        done = await self._poller()
        self._note(done, now)
        left = await self._passages_left()
        # Where a round got nowhere somebody else is at it, such as an import, or the model does not work.
        got_on = left < before or any(result.get("added") or result.get("updated") for result in done.results)
        self._work_left = left > 0 and got_on and done.code in _FINE
        return None if self._work_left else await self._next_due()

    async def _passages_left(self) -> int:
        left = await self._run(self._archive.passages.count_without_vector, self._model)
        assert isinstance(left, int)
        return left

    async def _next_due(self) -> dt.datetime | None:
        due = await self._run(self._archive.sources.next_due)
        assert due is None or isinstance(due, dt.datetime)
        return due

    def _note(self, done: Round, now: dt.datetime) -> None:
        for result in done.results:
            log.info("source polled", extra={"fields": result})
        if done.code in _FINE:
            self._rest, self._not_before = _REST, None
        elif done.code == _IN_USE:
            self._not_before = now + _REST
        else:
            log.warning("the sources could not be polled: %s", done.complaint or f"exit code {done.code}")
            self._not_before = now + self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)


def _log_failure(task: asyncio.Task[dt.datetime | None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the sources could not be polled before a digest", exc_info=error)


def _results_in(out: bytes) -> list[dict[str, object]]:
    results = []
    for line in out.splitlines():
        with suppress(ValueError):  # a process that was killed may leave half a line
            results.append(json.loads(line))
    return results


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
