"""One digest, the bot that posts it, and an operator at the command line beside it, on a clock of their own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from briefings import MONDAY, plain_pages, subscribed
from channels import FakeChannels
from digest_world.wire import StoryComposer, Wire
from doomed import Killed

from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.operator_desk import OperatorDesk, Requested, Skipped
from bot.briefings.sending import Settled
from bot.briefings.subscription import Subscription

DUE = MONDAY + dt.timedelta(hours=1)  # of the first slot
HERE = 7  # the channel of the digest


@dataclass
class Operated:
    """`steps` is after how many pieces of work the bot's process is killed, None for never. `meanwhile` is done after
    so many of them, while the bot is between two."""

    folder: Path
    now: dt.datetime = MONDAY
    wire: Wire = field(default_factory=Wire)
    steps: int | None = None
    meanwhile: tuple[int, Callable[[], object]] | None = None
    reachable: Callable[[Subscription], bool] = lambda _: True

    def __post_init__(self) -> None:
        self.channels = FakeChannels(self.now)
        self.ledger = Ledger.open(self.folder)
        self._bot: Dispatcher | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()

    def subscribe(self, **fields: Any) -> Subscription:
        return subscribed(self.ledger, self.now, **{"cursor": self.wire.last_arrival(), "channel": HERE, **fields})

    def arrive(self, count: int = 1) -> None:
        for _ in range(count):
            self.wire.arrive("harbour", self.now, published="2026-11-20", news=True)

    def passes(self, **time: float) -> None:
        self.now += dt.timedelta(**time)
        self.channels.now = self.now

    # The bot

    @property
    def bot(self) -> Dispatcher:
        """Started when it is first asked for."""
        if self._bot is None:
            self._bot = Dispatcher(
                self.ledger,
                self.wire,
                StoryComposer(self.wire),
                self.channels,
                plain_pages,
                self._step,
                reachable=lambda one: self.reachable(one),
                clock=lambda: self.now,
            )
        return self._bot

    async def round(self) -> list[Settled]:
        """One ring of the alarm; the process may be killed within."""
        try:
            return await self.bot.settle_due(self.now)
        except Killed:
            self._bot, self.steps = None, None
            self.ledger.close()
            self.ledger = Ledger.open(self.folder)
            return []

    async def _step(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        done = work(*args, **kwargs)
        if self.meanwhile is not None:
            left, act = self.meanwhile
            self.meanwhile = (left - 1, act) if left > 1 else None
            if left == 1:
                act()
        if self.steps is not None:
            self.steps -= 1
            if self.steps <= 0:
                raise Killed
        return done

    # The operator, with a connection of their own

    def run(self, day: dt.date | None = None, number: int = 1) -> Requested:
        with Ledger.open(self.folder) as ledger:
            desk = OperatorDesk(ledger)
            return desk.request_run(desk.subscription(f"D{number}", removed=True), day, self.now)

    def skip(self, day: dt.date | None = None, *, undo: bool = False) -> Skipped:
        with Ledger.open(self.folder) as ledger:
            desk = OperatorDesk(ledger)
            change = desk.take_back_skip if undo else desk.skip
            return change(desk.subscription("D1", removed=True), day, self.now)

    # What came of it

    @property
    def posts(self) -> list[str]:
        """In the channel and its threads."""
        return [message.page.text for place in self.channels.messages.values() for message in place]

    @property
    def labels(self) -> list[str]:
        """Of the posts, in order."""
        return [word.rsplit("-", 1)[0] for text in self.posts for word in text.split() if word.startswith("#D")]

    @property
    def told(self) -> Counter[str]:
        return Counter(word for text in self.posts for word in text.split() if word.startswith("story-"))

    @property
    def results(self) -> list[str]:
        """Of all runs, oldest first."""
        return [f"{run.label} {run.result}" for run in reversed(self.ledger.last_runs(1))]
