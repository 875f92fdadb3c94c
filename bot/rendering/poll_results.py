"""What the last look at a source gave, told in the language that is spoken; the archive keeps it in English."""

from __future__ import annotations

import re
from typing import Final

from bot.rendering.wording import N_, by_commas, number
from bot.rendering.wording import gettext as _

_STATES: Final = {"failed": N_("failed"), "failing": N_("failing"), "gone": N_("gone")}
_COUNTED: Final = {
    "found": N_("{count} found"),
    "added": N_("{count} added"),
    "updated": N_("{count} updated"),
    "rejected": N_("{count} rejected"),
}
_COUNT: Final = rf"[0-9]{{1,18}} (?:{'|'.join(_COUNTED)})"
_COUNTS: Final = re.compile(rf"{_COUNT}(?:, {_COUNT}){{0,3}}")


def shown_poll(result: str) -> str:
    """``3 found, 1 added`` or ``failing: answered 404 Not Found``, as `PollResult.text` has it.

    Why a poll failed stays as it was written: it is what the operator finds in the log.
    """
    if result == "nothing new":
        return _("nothing new")
    told = result.split("; ")
    if _COUNTS.fullmatch(told[-1]):
        counts = (count.split(" ") for count in told[-1].split(", "))
        told[-1] = by_commas(*(_(_COUNTED[what]).format(count=number(int(many))) for many, what in counts))
    state, colon, reason = told[0].partition(": ")
    if colon and state in _STATES:
        told[0] = f"{_(_STATES[state])}: {reason}"
    return "; ".join(told)
