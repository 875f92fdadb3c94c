"""A page: what a person is shown, as cards and controls, without saying where.

The chat room turns a page into a Discord layout, the console into a terminal's lines. Texts are Discord markdown in
which everything that came from outside was escaped (`bot.rendering.markdown`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Look(StrEnum):
    """How much a button asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    GOOD = "good"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is a custom id of `bot.rendering.actions`, at most 100 characters; it means the same after a restart."""

    label: str
    action: str
    look: Look = Look.PLAIN
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A select menu; `action` is a custom id and the chosen values go with it."""

    action: str
    placeholder: str
    options: tuple[Option, ...]
    chosen: str | None = None  # the value of the option that is shown as chosen


class Picked(StrEnum):
    """What a picker offers; Discord fills it with what a server has."""

    CHANNEL = "channel"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Picker:
    """A menu of a server's channels or roles, some of them `chosen` already; none may be chosen. Chat only."""

    action: str
    placeholder: str
    kind: Picked
    chosen: tuple[int, ...] = ()
    most: int = 1


@dataclass(frozen=True, slots=True)
class Card:
    """A text, and at most one button at its side."""

    text: str
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line between cards."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG. Whoever cannot see it reads `description`: plain text, no markdown, at most `limits.DESCRIPTION`."""

    name: str  # of its file: lower-case ASCII, ending in .png
    png: bytes
    description: str


Row = tuple[Button, ...] | Choice | Picker


@dataclass(frozen=True, slots=True)
class Page:
    """Cards, then rows of controls. Built only by `bot.rendering`, which keeps it within `bot.rendering.limits`."""

    cards: tuple[Card | Rule | Picture, ...]
    rows: tuple[Row, ...] = field(default=())

    @property
    def text(self) -> str:
        """All words of the page, one card after the other."""
        return "\n".join(card.text for card in self.cards if isinstance(card, Card))
