"""What is pressed on the panel of /settings.

Each says what is to be, not what is to change, so a press that comes twice does nothing twice. A `Key` is the
collection that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.rendering.actions.action import Action, Key


@dataclass(frozen=True, slots=True)
class OpenSettings(Action):
    """The panel; also the way back to it."""

    NAME = "settings"


@dataclass(frozen=True, slots=True)
class SetZone(Action):
    """Choose the time zone; also the form that it is written in."""

    NAME = "zone"


@dataclass(frozen=True, slots=True)
class SetLimits(Action):
    """Choose the limits; also the form that they are written in."""

    NAME = "limits"


@dataclass(frozen=True, slots=True)
class SetAskChannels(Action):
    """A menu of channels: where questions may be asked; none is everywhere."""

    NAME = "askin"


@dataclass(frozen=True, slots=True)
class SetDigestRole(Action):
    """A menu of roles: who may manage digests beside the managers."""

    NAME = "digestrole"


@dataclass(frozen=True, slots=True)
class SetLogChannel(Action):
    """A menu of channels: where it is told what went wrong."""

    NAME = "logchannel"


@dataclass(frozen=True, slots=True)
class SetOnlyMe(Action):
    """Whether answers are shown to the asker alone where nothing else is said: 1 or 0."""

    NAME = "onlyme"
    on: int


@dataclass(frozen=True, slots=True)
class SetLanguage(Action):
    """A menu of languages: what digests are written in."""

    NAME = "language"


@dataclass(frozen=True, slots=True)
class ShowCollections(Action):
    """The collections, and who sees them, `page` from 0; also a menu of them, whose chosen value is a key."""

    NAME = "collections"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class SetVisible(Action):
    """Whether a collection is seen in this server at all: 1 or 0."""

    NAME = "visible"
    collection: Key
    on: int


@dataclass(frozen=True, slots=True)
class SetCollectionChannels(Action):
    """A menu of channels: where a collection is seen; none is everywhere."""

    NAME = "seenin"
    collection: Key


@dataclass(frozen=True, slots=True)
class SetCollectionRoles(Action):
    """A menu of roles: who sees a collection; none is everybody."""

    NAME = "seenby"
    collection: Key


@dataclass(frozen=True, slots=True)
class SetFullText(Action):
    """A menu of policies: how much of a collection's articles may be read."""

    NAME = "fulltext"
    collection: Key


@dataclass(frozen=True, slots=True)
class ShowHealth(Action):
    NAME = "health"


@dataclass(frozen=True, slots=True)
class ExportSettings(Action):
    NAME = "export"
