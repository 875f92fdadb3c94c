"""Lines under a title, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.limits import units
from bot.rendering.wording import ngettext, number


def listed(title: str, lines: Sequence[str], room: int) -> str:
    """The title and the lines (markdown) that fit into `room` units, and how many more there are."""
    shown, used = [title], units(title)
    for position, line in enumerate(lines):
        used += units(line) + 1
        if used > room:
            left = len(lines) - position
            shown.append("-# " + ngettext("{count} more", "{count} more", left).format(count=number(left)))
            break
        shown.append(line)
    return "\n".join(shown)
