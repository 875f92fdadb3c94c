"""The line that repeats what was searched, and what a question's own words narrowed it to."""

from __future__ import annotations

from bot.rendering.days import shown_range
from bot.rendering.quotes import short_markdown
from corpus.article import Scope


def searched_line(scope: Scope, *, tried: Scope | None = None, newest_first: bool = False) -> str:
    """Small print: ``Searched: The Wall Street Journal, 1–31 Jul 2024``; "" where everything was searched.

    `tried` is the narrower scope that gave nothing, so that `scope` was searched in its place.
    """
    if tried is not None:
        return f"-# Nothing found in {_spelled(tried)}; searched {_spelled(scope) or 'everything'}"
    shown = ", ".join(part for part in (_spelled(scope), "newest first" if newest_first else "") if part)
    return f"-# Searched: {shown}" if shown else ""


def _spelled(scope: Scope) -> str:
    names = [short_markdown(name, 100) for name in (scope.outlet, scope.author) if name]
    return ", ".join(part for part in (*names, shown_range(scope.since, scope.until)) if part)
