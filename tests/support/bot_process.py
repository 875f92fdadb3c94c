"""The bot as a process of its own, against a stand-in for Discord."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commands import PROJECT
from discord_stand_in import TOKEN


@dataclass
class Program:
    """The program in a process of its own, and what it has said on standard error so far."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def says(self, event: str, **fields: object) -> dict[str, Any]:
        """The log's first line about this event with these fields; reads on until there is one."""
        read = 0
        while read < len(self.lines) or await self._line():
            said: dict[str, Any] = json.loads(self.lines[read])
            read += 1
            if said["event"] == event and all(said.get(name) == value for name, value in fields.items()):
                return said
        raise AssertionError(f"it ended without saying {event!r}: {self.log}")

    async def ends(self) -> int:
        """The exit code."""
        while await self._line():
            pass
        return await self.process.wait()

    async def _line(self) -> str:
        assert self.process.stderr is not None
        line = (await self.process.stderr.readline()).decode()
        if line:
            self.lines.append(line.rstrip("\n"))
        return line

    @property
    def log(self) -> str:
        return "\n".join(self.lines)


@asynccontextmanager
async def started(url: str, data: Path, *, token: str = TOKEN, **environ: str) -> AsyncIterator[Program]:
    """The program while the block runs; whatever is left of it is killed. Of our settings it has only `environ`."""
    async with _launched("launch_bot.py", url, "run", "--data", data, DISCORD_TOKEN=token, **environ) as program:
        yield program


@asynccontextmanager
async def small_started(url: str, data: Path, *held_by: Path) -> AsyncIterator[Program]:
    """As `started`, the bot of the small room: no models to load. `held_by`: a FIFO for which every question waits."""
    async with _launched("launch_small_bot.py", url, data, *held_by) as program:
        yield program


@asynccontextmanager
async def _launched(script: str, *arguments: str | Path, **environ: str) -> AsyncIterator[Program]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIEFING_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROJECT / "tests/support" / script),
        *map(str, arguments),
        env={**kept, "PYTHONPATH": str(PROJECT), **environ},
        cwd=next(Path(one).parent for one in arguments if isinstance(one, Path)),  # no .env is there
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
