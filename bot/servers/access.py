"""Who may see which collection: the one place where that is decided, as a function of rules and a place.

Rules only ever hide. The operator can keep a collection to certain servers; a server's managers can hide it, or keep it
to certain channels or roles. What is public is seen by a whole channel, so a collection for certain roles is never in
it. In a direct message nobody's roles or channels are known: there only collections are seen that nobody restricted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FullText(StrEnum):
    """How much of an article the reader shows (PRODUCT.md, section 5)."""

    EXCERPT = "excerpt"  # the cited paragraph, one before and one after, and the link
    ONLY_ME = "only_me"  # all of it, to the reader alone
    PUBLIC = "public"  # all of it, also where others see it


@dataclass(frozen=True, slots=True)
class CollectionRule:
    """What a server's managers decided for one collection."""

    visible: bool = True
    channels: frozenset[int] | None = None  # and their threads; None: every channel
    roles: frozenset[int] | None = None  # any of them; None: everybody
    full_text: FullText = FullText.EXCERPT

    @property
    def restricts(self) -> bool:
        return not self.visible or self.channels is not None or self.roles is not None


OPEN = CollectionRule()


@dataclass(frozen=True, slots=True)
class Rules:
    """All that was decided. `servers`: the operator's word, the servers that alone may see a collection."""

    of_servers: Mapping[tuple[int, str], CollectionRule] = field(default_factory=dict)
    servers: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def rule(self, server: int, collection: str) -> CollectionRule:
        return self.of_servers.get((server, collection), OPEN)

    def offered_to(self, server: int, collection: str) -> bool:
        """Whether the operator lets a server have a collection at all."""
        return collection not in self.servers or server in self.servers[collection]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody asks, and as whom; `server` is None in a direct message. A thread's `channels` name its parent."""

    server: int | None
    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read: collections are visible unless they are `hidden`, so a new one needs no rule."""

    hidden: frozenset[str] = frozenset()
    full_texts: Mapping[str, FullText] = field(default_factory=dict)

    def sees(self, collection: str) -> bool:
        return collection not in self.hidden

    def full_text(self, collection: str) -> FullText:
        return self.full_texts.get(collection, FullText.EXCERPT)


EVERYBODY = Audience()


def audience_of(rules: Rules, place: Place, *, public: bool) -> Audience:
    """Who reads what is said in a place; `public`: everybody there, not only the one who asked."""
    if place.server is None:
        restricted = {name for (_, name), rule in rules.of_servers.items() if rule.restricts}
        return Audience(frozenset(restricted | set(rules.servers)))
    hidden = {name for name in rules.servers if not rules.offered_to(place.server, name)}
    full_texts = {}
    for (server, name), rule in rules.of_servers.items():
        if server != place.server:
            continue
        full_texts[name] = rule.full_text
        elsewhere = rule.channels is not None and not rule.channels & place.channels
        others = rule.roles is not None and (public or not rule.roles & place.roles)
        if not rule.visible or elsewhere or others:
            hidden.add(name)
    return Audience(frozenset(hidden), full_texts)
