"""What the terminal chat asks of digests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from bot.rendering.digest_pages import DigestRow
from bot.rendering.page import Page
from retrieval.digest import Digest


class DigestDesk(Protocol):
    """Digests of this terminal, as plain blocking calls. A number that names no digest raises a `BotError`."""

    def preview(self, topic: str, now: dt.datetime) -> Digest:
        """What the last seven days would have given; nothing is written down."""

    def next_run(self, days: str, at: dt.time, zone: str, now: dt.datetime) -> dt.datetime:
        """When the first digest of such a schedule comes. Raises a `BotError` on an unknown zone."""

    def add(self, topic: str, days: str, at: dt.time, zone: str, now: dt.datetime) -> DigestRow: ...

    def rows(self, now: dt.datetime) -> Sequence[DigestRow]: ...

    def pause(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def resume(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def remove(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def undo_remove(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def post_now(self, subscription: int, now: dt.datetime) -> Sequence[Page]:
        """The pages of a digest of what is new since the last one; it counts as posted. None when nothing is new."""
