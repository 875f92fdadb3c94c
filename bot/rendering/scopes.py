"""The line that repeats what was searched, and what a question's own words narrowed it to."""

from __future__ import annotations

from bot.rendering.days import shown_range
from bot.rendering.quotes import short_markdown
from bot.rendering.wording import by_commas
from bot.rendering.wording import gettext as _
from corpus.article import Scope


def searched_line(scope: Scope, *, tried: Scope | None = None, newest_first: bool = False) -> str:
    """Small print: ``Searched: The Wall Street Journal, 1–31 Jul 2024``; "" where everything was searched.

    `tried` is the narrower scope that gave nothing, so that `scope` was searched in its place.
    """
    if tried is not None:
        if scope.article is not None:
            return "-# " + _("Nothing found in {tried}; searched the whole article").format(tried=_spelled(tried))
        if not (searched := _spelled(scope)):
            return "-# " + _("Nothing found in {tried}; searched everything").format(tried=_spelled(tried))
        return "-# " + _("Nothing found in {tried}; searched {scope}").format(tried=_spelled(tried), scope=searched)
    shown = by_commas(_spelled(scope), _("newest first") if newest_first else "")
    return "-# " + _("Searched: {scope}").format(scope=shown) if shown else ""


def _spelled(scope: Scope) -> str:
    collections = sorted(scope.collections) if scope.collections is not None else []
    names = [short_markdown(name, 100) for name in (scope.outlet, scope.author, *collections) if name]
    return by_commas(*names, shown_range(scope.since, scope.until))
