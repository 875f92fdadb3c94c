"""The two buttons that turn a page."""

from __future__ import annotations

from collections.abc import Callable

from bot.rendering.actions import Action
from bot.rendering.page import Button
from bot.rendering.wording import gettext as _


def turning(page: int, last: int, to: Callable[[int], Action]) -> tuple[Button, Button]:
    """**Prev** and **Next** beside a page, from 0 to `last`; `to` is what asks for the page of a number."""
    return (
        Button(_("Prev"), to(max(page - 1, 0)).encode(), disabled=page == 0),
        Button(_("Next"), to(page + 1).encode(), disabled=page == last),
    )
