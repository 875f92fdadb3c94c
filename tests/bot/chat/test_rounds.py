"""Two rounds at the same time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from briefings import MONDAY, subscribed

from bot.briefings.ledger import Ledger
from bot.briefings.notice_book import Notice
from bot.briefings.sending import Settled
from bot.chat.rounds import Rounds


class Dispatching:
    """A `Dispatcher` to which nothing happens besides what the ledger knows already."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def retry_channels(self, channels: Any, now: Any) -> list[Settled]:
        return []

    async def notices(self) -> list[Notice]:
        return self._ledger.notices.waiting()

    async def mark_told(self, notice: Notice, now: Any) -> None:
        self._ledger.notices.mark_told(notice, now)


class Creator:
    """Somebody whose messages take a while; and the client that finds them."""

    def __init__(self) -> None:
        self.told = 0

    async def fetch_user(self, number: int) -> Creator:
        return self

    async def send(self, **_: Any) -> None:
        await asyncio.sleep(0)
        self.told += 1


async def test_two_at_a_time_tell_of_a_trouble_once(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        ledger.subscriptions.block(subscribed(ledger).id, "missing Send Messages", MONDAY)
        creator = Creator()
        dispatcher: Any = Dispatching(ledger)
        client: Any = creator
        rounds = Rounds(dispatcher, client)
        await asyncio.gather(rounds.try_again({7}, MONDAY), rounds.try_again({8}, MONDAY))
    assert creator.told == 1
