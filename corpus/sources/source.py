"""A source: what the operator named, how far it has been read, and how it fares."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum

# Shown to nobody: what stands before the host of a web address, the password of another, a key in a query.
_WEB_USER = re.compile(r"(?P<scheme>\bhttps?://)[^/?#\s]{1,2000}@", re.IGNORECASE)
_PASSWORD = re.compile(r"(?P<user>\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^/?#\s:@]{0,500}:)[^/?#\s]{1,2000}@")
_KEY_IN_QUERY = re.compile(
    r"(?P<name>[?&;](?:(?:[\w.-]{0,40}[_.-])?(?:auth|key|pass|pwd|sig)"
    r"|[\w.-]{0,40}(?:(?:access|api|private)_?key|passw(?:or)?d|secret|session_?id|signature|token))=)"
    r"[^&;#\s]{1,4000}",
    re.IGNORECASE,
)


class SourceKind(StrEnum):
    """What a source is, and so how it is polled."""

    FEED = "feed"
    PIPERMAIL = "pipermail"
    HYPERKITTY = "hyperkitty"
    IMAP = "imap"
    FOLDER = "folder"  # a folder, a Maildir or a single file, on this machine


class SourceState(StrEnum):
    """How a source fares."""

    OK = "ok"
    FAILING = "failing"  # failed ten times in a row; tried at the slowest interval until it answers again
    GONE = "gone"  # its server said that it is gone for good; only polled when named


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with; empty where it gave nothing."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source as the archive keeps it. Times are UTC.

    `address` is a URL or an absolute path. It may hold a password, so only `name` is ever shown. `cursor` is how far it
    was read, in words that only the reader of its kind understands.
    """

    number: int
    address: str = field(repr=False)
    kind: SourceKind
    collection: str
    every: dt.timedelta
    added_at: dt.datetime
    fetch_pages: bool = False  # whether the page of an item may be fetched when the feed holds only a summary
    cursor: str = ""
    validators: Validators = NO_VALIDATORS
    next_poll: dt.datetime | None = None  # None: never by itself
    last_poll: dt.datetime | None = None
    last_result: str | None = None
    failures: int = 0  # in a row
    state: SourceState = SourceState.OK

    @property
    def id(self) -> str:
        return source_id(self.number)

    @property
    def name(self) -> str:
        """The address without what is secret in it."""
        return masked(self.address)


def source_id(number: int) -> str:
    return f"S-{number}"


def source_number(identifier: str) -> int | None:
    """The number in ``S-3`` (any case, the ``S-`` may be left out); None when it is no source's id."""
    digits = identifier.strip().upper().removeprefix("S").removeprefix("-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def masked(text: str) -> str:
    """An address, or a message with one in it, without what is secret."""
    without_users = _PASSWORD.sub(r"\g<user>***@", _WEB_USER.sub(r"\g<scheme>***@", text))
    return _KEY_IN_QUERY.sub(r"\g<name>***", without_users)


def message_of(error: Exception) -> str:
    """What an error says, in one line without what is secret; what it is, where it says nothing."""
    return masked(" ".join(str(error).split())[:200]) or type(error).__name__
