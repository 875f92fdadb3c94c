"""How long work is ended from outside: it calls a `Check` from time to time, and what that raises ends it."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], None]


def go_on() -> None:
    """The check of work that nobody breaks off."""
