"""More stories than a digest can show: all are told in the end, and what is not there is counted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, at_once, subscribed
from channels import FakeChannels
from digest_world.wire import StoryComposer, Wire

from bot.briefings.digest_desk import Owner
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.pages import posts_of
from bot.briefings.run_desk import RunDesk
from bot.rendering.actions import DigestMore, decode
from bot.rendering.digest_corrections import told_on
from bot.rendering.page import Button, Page
from retrieval.digests.digesting import MOST_REST

DUE = MONDAY + dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@dataclass
class Flooded:
    ledger: Ledger
    wire: Wire
    channels: FakeChannels
    composer: StoryComposer

    def arrive(self, count: int) -> None:
        for _ in range(count):
            self.wire.arrive("harbour", self.channels.now, published="2026-11-22", news=True)

    async def run(self, now: dt.datetime) -> None:
        self.channels.now = now
        await Dispatcher(self.ledger, self.wire, self.composer, self.channels, posts_of, at_once).settle_due(now)

    def pages(self) -> list[Page]:
        return [message.page for there in self.channels.messages.values() for message in there]

    def behind_more(self, button: Button) -> tuple[list[int], int]:
        """The articles that a reader gets who presses it and turns to the end, and how many it speaks of."""
        action, found = decode(button.action), list[int]()
        assert isinstance(action, DigestMore)
        archive: Any = self.wire  # of which a press asks no more than an article
        composer: Any = self.composer
        desk = RunDesk(self.ledger, archive, composer)
        owner, page = Owner(1), action.page
        while True:
            shown = desk.more(owner, action.run, page)
            found += told_on(shown)
            turn = {one.label: one for row in shown.rows if isinstance(row, tuple) for one in row}
            if "Next" not in turn or turn["Next"].disabled:
                break
            page += 1
        spoken_of = re.search(r"[\d,]+", button.label)
        assert spoken_of is not None
        return found, int(spoken_of[0].replace(",", ""))


@pytest.fixture
def flooded(tmp_path: Path) -> Iterator[Flooded]:
    wire = Wire()
    with Ledger.open(tmp_path) as ledger:
        yield Flooded(ledger, wire, FakeChannels(MONDAY), StoryComposer(wire, most_rest=MOST_REST))


@pytest.mark.parametrize("threads", [True, False], ids=["thread", "no thread"])
@pytest.mark.parametrize("count", [25, 100, 108, 109, 400])
async def test_all_of_a_flood_is_told_at_once(count: int, threads: bool, flooded: Flooded) -> None:
    flooded.channels.threads_allowed = threads
    subscribed(flooded.ledger)
    flooded.arrive(count)
    await flooded.run(DUE)
    in_channel = flooded.channels.messages[7]
    assert len(in_channel) <= 2
    assert f"8 of {count} new" in in_channel[0].page.text
    told = [number for page in flooded.pages() for number in told_on(page)]
    assert len(told) == len(set(told)) == (min(count, 108) if threads else 8)
    if len(told) < count:
        buttons = [one for row in flooded.pages()[-1].rows if isinstance(row, tuple) for one in row]
        behind, spoken_of = flooded.behind_more(buttons[-1])
        assert spoken_of == count - len(told)
        assert set(told) | set(behind) == set(range(1, count + 1))
    assert flooded.ledger.seen(1).articles == set(range(1, count + 1))
    await flooded.run(DUE + DAY)
    run = flooded.ledger.last_run(1)
    assert run is not None and run.result == "nothing new"


async def test_what_is_beyond_even_that_comes_with_the_next_digests_and_they_say_so(flooded: Flooded) -> None:
    subscribed(flooded.ledger, max_items=25)
    flooded.arrive(5000)
    told, left = set[int](), 5000
    for day in range(5):
        before = len(flooded.channels.messages.get(7, ()))
        await flooded.run(DUE + day * DAY)
        pages = [message.page for message in flooded.channels.messages[7][before:]]
        assert len(pages) <= 2
        assert f"25 of {left:,} new" in pages[0].text and "offline" not in pages[0].text
        now = flooded.ledger.seen(1).articles - told
        told |= now
        left -= len(now)
        last = flooded.pages()[-1].text
        assert (f"{left:,} more come with the next digest." in last) == bool(left)
    assert told == set(range(1, 5001))
    await flooded.run(DUE + 5 * DAY)
    run = flooded.ledger.last_run(1)
    assert run is not None and run.result == "nothing new"
