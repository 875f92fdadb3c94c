"""Lines under a title, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.limits import units
from bot.rendering.wording import ngettext, number


def listed(title: str, lines: Sequence[str], room: int) -> str:
    """The title and the lines (markdown) that fit into `room` units, and how many more there are."""
    return "\n".join([title, *as_many_as_fit(lines, room - units(title))])


def as_many_as_fit(lines: Sequence[str], room: int) -> list[str]:
    """The lines (markdown) that fit into `room` units with their line breaks, and one for how many more there are."""
    shown = []
    for position, line in enumerate(lines):
        room -= units(line) + 1
        if room < 0:
            left = len(lines) - position
            shown.append("-# " + ngettext("{count} more", "{count} more", left).format(count=number(left)))
            break
        shown.append(line)
    return shown
