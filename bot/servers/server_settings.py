"""What the managers of a server set with /settings, checked, with the defaults of a server that set nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

LEAST_LIMIT: Final = 1
# Above these a limit would no longer protect anybody: one member's questions could fill the queue for the rest.
MOST_BY_MEMBER: Final = 60
MOST_BY_SERVER: Final = 600
MOST_DIGESTS: Final = 100


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """A server's choices; the numbers are the product's defaults (PRODUCT.md, 3 and 6), of questions in 10 minutes."""

    zone: str | None = None  # IANA; None: nobody chose one yet, and it is UTC
    ask_channels: frozenset[int] | None = None  # None: everywhere
    digest_role: int | None = None  # who may manage digests beside those with Manage Server
    only_me: bool = False  # answers to /ask are shown to the asker alone unless they say otherwise
    member_questions: int = 6
    server_questions: int = 60
    server_digests: int = 25
    channel_digests: int = 10
    log_channel: int | None = None  # told when a digest cannot be posted
    language: str | None = None  # of digests; None: English

    def changed(self, **choices: Any) -> ServerSettings:
        """With other choices. Raises ValueError, with what is allowed, for a limit that is too low or too high."""
        for name, most in HIGHEST_LIMITS.items():
            number = choices.get(name)
            if number is not None and not LEAST_LIMIT <= number <= most:
                raise ValueError(f"use a number from {LEAST_LIMIT} to {most:,}")
        return replace(self, **choices)

    def rows(self) -> dict[str, str]:
        """What differs from the defaults, as texts to keep: a later default then reaches who never chose."""
        return {
            name: _WRITERS[name](getattr(self, name))
            for name in _WRITERS
            if getattr(self, name) != getattr(_DEFAULTS, name)
        }

    @classmethod
    def from_rows(cls, rows: Mapping[str, str]) -> ServerSettings:
        """What was kept. A name or a value that this version does not know is left out, not guessed."""
        known: dict[str, Any] = {}
        for name, text in rows.items():
            if name in _READERS:
                try:
                    known[name] = _READERS[name](text)
                except ValueError:
                    continue
        return cls(**known)


HIGHEST_LIMITS: Final = {
    "member_questions": MOST_BY_MEMBER,
    "server_questions": MOST_BY_SERVER,
    "server_digests": MOST_DIGESTS,
    "channel_digests": MOST_DIGESTS,
}


def _ids(text: str) -> frozenset[int]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError(text)
    return frozenset(int(one) for one in found)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "zone": str,
    "ask_channels": _ids,
    "digest_role": int,
    "only_me": lambda text: bool(int(text)),
    "log_channel": int,
    "language": str,
    **dict.fromkeys(HIGHEST_LIMITS, int),
}
_WRITERS: Final[Mapping[str, Callable[[Any], str]]] = {
    **dict.fromkeys(_READERS, str),
    "ask_channels": lambda ids: json.dumps(sorted(ids)),
    "only_me": lambda on: str(int(on)),
}
_DEFAULTS: Final = ServerSettings()
assert {field.name for field in fields(ServerSettings)} == set(_READERS)
