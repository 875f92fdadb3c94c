"""What Discord allows, in one table, and the little we keep back from it.

Numbers are from Discord's API documentation of November 2026 (`resources/message`, `components/reference`,
`interactions/application-commands`); the 4,000 for a message's texts is what discord.py's `LayoutView.content_length`
is compared with. Lengths are counted as UTF-16 code units (`units`): the strictest way anybody counts.
"""

from __future__ import annotations

import unicodedata
from typing import Final

PAGE_TEXT: Final = 3_800  # of 4,000 for all texts of a message together
PAGE_COMPONENTS: Final = 36  # of 40, nested ones counted
BUTTONS_IN_ROW: Final = 5
OPTIONS: Final = 25  # in a select menu, and in autocomplete
BUTTON_LABEL: Final = 80
OPTION_TEXT: Final = 100  # label, value and description, and both parts of an autocomplete choice
PLACEHOLDER: Final = 150
DESCRIPTION: Final = 1_024  # of a picture, for those who cannot see it
CUSTOM_ID: Final = 100
MODAL_TITLE: Final = 45
MODAL_TEXT: Final = 4_000
QUESTION: Final = 300  # the command's option; the command line allows 2,000
TOPIC: Final = 200  # characters of a digest's
FOLLOW_UP_SECONDS: Final = 15 * 60
FIRST_ANSWER_SECONDS: Final = 3

ELLIPSIS: Final = "…"


def units(text: str) -> int:
    """The length in UTF-16 code units: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def fitting(text: str, limit: int) -> int:
    """How many code points of a text fit into `limit` units, no character being torn from its accents."""
    if len(text) * 2 <= limit:
        return len(text)
    used = 0
    for position, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return whole_before(text, position)
    return len(text)


def whole_before(text: str, position: int) -> int:
    """The last place up to `position` where a text may be cut: not before an accent, inside a joined emoji or a flag.

    Gives `position` itself where the joined characters would take more than 32 code points: then it is no letter.
    """
    cut = position
    while 0 < cut < len(text) and position - cut < 32:
        if not _clings(text[cut]) and text[cut - 1] != "\u200d" and not _splits_flag(text, cut):
            return cut
        cut -= 1
    return position if cut else 0


def clip(text: str, limit: int) -> str:
    """A label on one line, at most `limit` units, its end marked with `…` where it was cut. Never used for quotes."""
    line = " ".join(text.split())
    if units(line) <= limit:
        return line
    return line[: fitting(line, limit - 1)].rstrip() + ELLIPSIS


def _clings(character: str) -> bool:
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags of subdivision flags
    )


def _splits_flag(text: str, cut: int) -> bool:
    """Flags are pairs of regional indicators; an odd number of them before the cut means that a pair is split."""
    if not _is_indicator(text[cut]):
        return False
    before = 0
    while before < cut and before < 32 and _is_indicator(text[cut - 1 - before]):
        before += 1
    return before % 2 == 1


def _is_indicator(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
