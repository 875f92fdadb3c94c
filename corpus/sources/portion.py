"""What the readers of all kinds of source give: portions of items, each with what to remember once it is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from corpus.article import RawItem, Unreadable
from corpus.sources.fetching import Failed, Fetched, Fetcher, Gone, Outcome
from corpus.sources.source import Source, Validators


class SourceTrouble(Exception):
    """A poll that cannot go on. What was stored before stays stored, and the next poll takes it up from there."""

    def __init__(self, reason: str, *, retry_after: dt.datetime | None = None, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.gone = gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a source is read. None leaves what is known; a mark of None takes it away."""

    cursor: str | None = None
    validators: Validators | None = None
    marks: Mapping[str, str | None] = field(default_factory=dict)
    address: str | None = None  # where the source has moved to for good
    known: int = 0  # how many further items were found that need no second look


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Items to store together; `progress` is asked once they are stored, and only then.

    `items` may be lazy, so that no more than a batch of them is in memory. `backfill`: old material that is no news,
    wherever it goes.
    """

    items: Iterable[RawItem | Unreadable]
    progress: Callable[[], Progress]
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What polling needs from outside."""

    fetcher: Fetcher
    now: dt.datetime
    password_of: Callable[[Source], str | None] = lambda source: None  # of a mailbox; never stored, never shown
    certificates: str | None = None  # PEM of the authorities to trust for mailboxes; None: those of this machine


class PortionReader(Protocol):
    """Reads one kind of source. Lazy: nothing is asked of a server before the portion before it is stored."""

    def __call__(self, source: Source, marks: Mapping[str, str], means: Means) -> Iterator[Portion]:
        """Raises `SourceTrouble`."""


def fetched_or_trouble(outcome: Outcome) -> Fetched | None:
    """What was fetched, or None when it is unchanged. Raises `SourceTrouble`."""
    match outcome:
        case Fetched():
            return outcome
        case Gone():
            raise SourceTrouble("its server says that it is gone for good (410)", gone=True)
        case Failed(reason=reason, retry_after=retry_after):
            raise SourceTrouble(reason, retry_after=retry_after)
    return None
