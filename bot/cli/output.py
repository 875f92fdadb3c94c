"""What a command prints: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


def print_json(data: object) -> None:
    """One line of JSON, at once."""
    print_line(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def print_line(text: str = "") -> None:
    """One line on standard output, at once. What no encoding can say (half a surrogate pair) is written as ``?``."""
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """One line to the person, on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Advance(Protocol):
    """Reports how far a job is; the total may be None while it is unknown."""

    def __call__(self, done: int, total: int | None) -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Advance]:
    """A bar with count and time left on a terminal; elsewhere a line at every tenth, or at every thousand."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    shown = 0

    def advance(done: int, total: int | None) -> None:
        nonlocal shown
        step = (10 * done // total) if total else done // 1000
        if step > shown and done:
            shown = step
            say(f"{what}: {done}" + (f" of {total}" if total else ""))

    yield advance
