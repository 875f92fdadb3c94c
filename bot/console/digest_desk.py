"""What the terminal chat asks of digests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from bot.briefings.plan import Plan
from bot.rendering.digest_settings_pages import DigestRow
from bot.rendering.page import Page


class DigestDesk(Protocol):
    """Digests of this terminal, as plain blocking calls. A number that names no digest raises a `BotError`."""

    def begin(self, plan: Plan, now: dt.datetime) -> Page:
        """The preview of a new digest; nothing is subscribed to yet. Raises a `BotError` on an unknown zone."""

    def edit(self, subscription: int, now: dt.datetime) -> Page:
        """The preview of a digest that is to be changed."""

    def plan_of(self, draft: int) -> Plan: ...

    def preview(self, draft: int, now: dt.datetime) -> Page: ...

    def matches(self, draft: int, page: int) -> Page: ...

    def start(self, draft: int, now: dt.datetime) -> DigestRow: ...

    def rows(self, now: dt.datetime) -> Sequence[DigestRow]: ...

    def row(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def pause(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def resume(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def remove(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def undo_remove(self, subscription: int, now: dt.datetime) -> DigestRow: ...

    def post_now(self, subscription: int, now: dt.datetime) -> Sequence[Page]:
        """The pages of a digest of what is new since the last one; it counts as posted. None when nothing is new."""

    def history(self, subscription: int) -> Page: ...

    def run(self, run: str, page: int) -> Page: ...

    def item(self, run: str, article: int) -> Page: ...

    def why(self, run: str, article: int) -> Page: ...

    def more(self, run: str, page: int) -> Page: ...

    def mark(self, run: str, article: int, now: dt.datetime) -> Page: ...

    def unmark(self, run: str, article: int) -> Page: ...
