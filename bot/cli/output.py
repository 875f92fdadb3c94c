"""What a command prints: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.visible import visible


def print_json(data: object) -> None:
    """One line of JSON, at once."""
    _write(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def print_line(text: str = "") -> None:
    """One line on standard output, at once, with control characters as pictures: the words in it are strangers'."""
    _write(visible(text))


def say(text: str) -> None:
    """One line to the person, on standard error."""
    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def _write(line: str) -> None:
    # What no encoding can say (half a surrogate pair) is written as "?".
    sys.stdout.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.flush()


class Advance(Protocol):
    """Reports how far a job is, in pieces of work; the total may be None while it is unknown.

    `counted` says it in words where a piece of work means nothing to a reader: bytes of a mailbox, but "1,204 items".
    """

    def __call__(self, done: int, total: int | None, counted: str = "") -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Advance]:
    """A bar with count and time left on a terminal; elsewhere a line at every tenth, or at every thousand."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[counted]}"))
        # rich writes lines for standard output above its bar, on standard error: right only where both are the screen.
        together = sys.stdout.isatty()
        with Progress(
            *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True, redirect_stdout=together
        ) as bar:
            task = bar.add_task(what, total=None, counted="")

            def draw(done: int, total: int | None, counted: str = "") -> None:
                counted = counted or (f"{done:,} of {total:,}" if total is not None else f"{done:,}")
                bar.update(task, completed=done, total=total, counted=counted)

            yield draw
        return
    shown = 0

    def advance(done: int, total: int | None, counted: str = "") -> None:
        nonlocal shown
        step = (10 * done // total) if total else done // 1000
        if step > shown and done:
            shown = step
            if counted and total:
                say(f"{what}: {100 * done // total}%, {counted}")
            else:
                say(f"{what}: {counted or done}" + (f" of {total}" if total else ""))

    yield advance
