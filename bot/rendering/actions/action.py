"""What a press means, as a value and as the custom id that carries it: the form that all of them share."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any, ClassVar, Final, Self

from corpus.article import Scope


class Action:
    """What a press asks for. Ids look like ``read:1:15``: a name, then the fields in order, blank for None.

    A later version adds fields at the end that may be None; ids from before, which lack them, still decode.
    """

    NAME: ClassVar[str]
    TEMPLATE: ClassVar[str]

    def __init_subclass__(cls) -> None:
        # Runs twice for a dataclass with slots, which is made anew; the second one is the class that stays.
        parts = [f":(?P<{name}>{_pattern(kind)})" for name, kind in cls.__annotations__.items()]
        kept = sum(not kind.endswith(" | None") for kind in cls.__annotations__.values())
        cls.TEMPLATE = "".join([re.escape(cls.NAME), *parts[:kept], *(f"(?:{part})?" for part in parts[kept:])])
        ACTIONS[cls.NAME] = cls

    def encode(self) -> str:
        """The custom id: ASCII, at most 100 characters."""
        values = [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]
        custom_id = ":".join([self.NAME, *("" if value is None else _spelled(value) for value in values)])
        if re.fullmatch(self.TEMPLATE, custom_id) is None:
            raise ValueError(f"{self!r} does not fit into a custom id")
        return custom_id

    @classmethod
    def decode(cls, custom_id: str) -> Self | None:
        """The action that an id of this class carries; None for any other text."""
        match = re.fullmatch(cls.TEMPLATE, custom_id)
        if match is None:
            return None
        try:
            read = {name: _READERS[kind.removesuffix(" | None")][1] for name, kind in cls.__annotations__.items()}
            return cls(**{name: read[name](text) if text else None for name, text in match.groupdict().items()})
        except ValueError:  # a date that does not exist
            return None


ACTIONS: Final[dict[str, type[Action]]] = {}


def decode(custom_id: str) -> Action | None:
    """The action that a custom id carries; None when it is not one of ours, or no longer."""
    cls = ACTIONS.get(custom_id.partition(":")[0])
    return cls.decode(custom_id) if cls else None


# How the fields are spelled, by the annotation that names their kind.
Word = str  # a lower-case word
Key = str  # eight hex digits that stand for an outlet or a collection; see `source_key`
Run = str  # D3-20261123, D3-20261123m2

_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "int": (r"[0-9]{1,19}", int),
    "dt.date": (r"[0-9]{8}", dt.date.fromisoformat),
    "Word": (r"[a-z]{1,12}", str),
    "Key": (r"[0-9a-f]{8}", str),
    "Run": (r"D[0-9]{1,18}-[0-9]{8}(?:m[0-9]{1,9})?", str),
}


def _pattern(kind: str) -> str:
    pattern = _READERS[kind.removesuffix(" | None")][0]
    return f"(?:{pattern})?" if kind.endswith(" | None") else pattern


def _spelled(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat().replace("-", "")
    return str(value)


def source_key(scope: Scope) -> Key | None:
    """Eight hex digits for a scope's outlet, or for its one collection: names are too long for an id, and not ASCII."""
    if scope.outlet is not None:
        named = scope.outlet.casefold()
    elif scope.collections is not None and len(scope.collections) == 1:
        named = "collection\0" + next(iter(scope.collections))
    else:
        return None
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def scope_fields(scope: Scope) -> dict[str, Any]:
    """The `since`, `until` and `outlet` of an action that stays in a scope. What may be seen follows from the place."""
    return {"since": scope.since, "until": scope.until, "outlet": source_key(scope), "article": scope.article}
