"""A question or a topic as the first card of a page; a question is read back from there.

A page can be read back whatever language it was made in, and whoever presses speaks.
So a public answer reads on its own, and it can be asked again although nobody stored it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.rendering.limits import fitting, units, whole_before
from bot.rendering.markdown import bold, unescaped
from bot.rendering.page import Card
from bot.rendering.wording import N_, in_all_languages
from bot.rendering.wording import gettext as _

# Any question of 300 characters fits, were all of them escaped; so does ordinary prose of 2,000.
ECHO_UNITS: Final = 2_200
EVERYTHING_NEW: Final = N_("Everything new")
_CUT: Final = " […]"
_SEARCHING: Final = N_("Searching: {question}")
_LINE: Final = re.compile(r"\*\*((?:\\.|[^\\*])+)\*\*")


def echo_card(text: str) -> Card:
    """The words in bold, in full. Only what takes more than `ECHO_UNITS` is cut, and says so; it cannot be read back.

    White space at both ends goes, since Discord would trim it anyway.
    """
    words = text.strip()
    if units(words) <= ECHO_UNITS and units(bold(words)) <= ECHO_UNITS:
        return Card(bold(words))
    room = ECHO_UNITS - units(_CUT)
    words = words[: fitting(words, room)]
    while units(bold(words)) > room:
        words = words[: min(len(words) - 1, len(words) * room // units(bold(words)))]
    return Card(bold(words[: whole_before(words, len(words))].rstrip()) + _CUT)


def topic_card(topic: str) -> Card:
    """A digest's topic, echoed; an empty one is everything new."""
    return echo_card(topic.strip() or _(EVERYTHING_NEW))


def question_of(first_card: str) -> str | None:
    """The question that `echo_card` echoed, without white space at its ends; None for a cut one and any other text."""
    pieces = re.split(r"([\n\r]+)", first_card.strip())
    lines = [_LINE.fullmatch(piece) if piece.strip() else None for piece in pieces]
    if not pieces[0] or any(piece.strip() and line is None for piece, line in zip(pieces, lines, strict=True)):
        return None
    return unescaped("".join(line[1] if line else piece for piece, line in zip(pieces, lines, strict=True)))


def searching_card(text: str) -> Card:
    """What a follow-up is searched as, for the card after its echo. On one line: small print ends with its line."""
    return Card("-# " + _(_SEARCHING).format(question=echo_card(" ".join(text.split())).text))


def question_searched(cards: Sequence[str]) -> str | None:
    """The question that a page with these cards answers: a follow-up as it was searched, another one as it was asked.

    None where the first card echoes nothing whole.
    """
    asked = question_of(cards[0]) if cards else None
    if asked is not None and len(cards) > 1:
        for wording in in_all_languages(_SEARCHING):
            before, after = (f"-# {wording}").split("{question}")
            if cards[1].startswith(before) and cards[1].endswith(after):
                return question_of(cards[1][len(before) : len(cards[1]) - len(after)])
    return asked
