"""Why a digest was not posted, told in the language that is spoken.

The ledger keeps reasons in English: whoever reads them may speak any language, and may read them weeks later.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bot.rendering.wording import N_
from bot.rendering.wording import gettext as _

# What is written down (`bot.briefings`, `bot.chat.poster`), those that hold another reason first.
REASONS: Final = (
    N_("{reason}; the next one carries it"),
    N_("{reason}, for {days} days"),
    N_("not published: {reason}"),
    N_("no thread for the rest: {reason}"),
    N_("missing {permission}"),
    N_("the bot was offline"),
    N_("it was late"),
    N_("it was paused or removed before it was sent"),
    N_("it was changed before it was sent"),
    N_("by the operator"),
    N_("its thread is gone"),
    N_("the channel does not exist"),
    N_("the rest may not be shown any more"),
    N_("what it held may not be shown any more; the next one carries the rest"),
    N_("not connected to Discord"),
    N_("the server is not available"),
    N_("messages cannot be posted in that kind of channel"),
    N_("Discord refuses the message (code {code})"),
    N_("{error} while posting"),
)
_DEEPEST: Final = 3  # reasons within reasons


def shown_reason(reason: str) -> str:
    """A reason from the ledger; one that an older version wrote, and nobody knows now, as it stands."""
    return _told(reason, _DEEPEST)


def _told(reason: str, depth: int) -> str:
    for template in REASONS if depth else ():
        if match := _pattern(template).fullmatch(reason):
            return _(template).format(**{name: _told(words, depth - 1) for name, words in match.groupdict().items()})
    return _(reason)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{([a-z]+)\}", template)
    spelled = (f"(?P<{part}>[^\n]{{1,200}})" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(spelled))
