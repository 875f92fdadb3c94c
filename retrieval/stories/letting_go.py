"""Free what a flood leaves behind in steps."""

from __future__ import annotations

from typing import Any


def let_go(*collections: list[Any] | dict[Any, Any]) -> None:
    """Empty lists and dictionaries one by one.

    Dropped with all that is in it, a collection is freed in one go, in which no other thread runs: with the reports of
    50,000 articles that takes 0.2 s.
    """
    for some in collections:
        while some:
            some.popitem() if isinstance(some, dict) else some.pop()
