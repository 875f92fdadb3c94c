from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, at_once, plain_pages, subscribed
from channels import FakeChannels

from bot.briefings.asked_runs import DigestUnderWay, NotActive
from bot.briefings.delivery import PostRefused, RunState
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Days, Schedule, State
from bot.errors import NoSuchDigest
from bot.rendering.page import Page
from corpus.article import EVERYTHING, Article, Scope, Window
from retrieval.digests.digest import Digest
from retrieval.stories.reports import SeenStories
from retrieval.topics.topic import Topic

DUE = MONDAY + dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Arrivals:
    """An archive of nothing but arrival numbers."""

    last: int = 0

    def news(self, window: Window, scope: Scope = EVERYTHING) -> list[int]:
        return list(range(window.after + 1, window.upto + 1))

    def last_arrival(self) -> int:
        return self.last

    def removed_since(self, moment: dt.datetime | None) -> list[int]:
        return []

    def article(self, number: int) -> Article | None:
        return None


@dataclass
class CountingComposer:
    """Composes a digest that has no items but knows how much it looked at; breaks on a topic of its choice."""

    broken: str = "broken"
    looked_at: list[int] = field(default_factory=list)

    threshold: float = 0.3

    def compose(self, topic: Topic, numbers: Sequence[int], *, seen: SeenStories, limit: int, **_: Any) -> Digest:
        if topic.text == self.broken:
            raise RuntimeError("the composer broke")
        self.looked_at.append(len(numbers))
        return Digest(topic, len(numbers), (), ())

    def read_ahead(self, numbers: Sequence[int]) -> bool:
        return False


@dataclass
class Bot:
    ledger: Ledger
    channels: FakeChannels
    arrivals: Arrivals = field(default_factory=Arrivals)
    composer: CountingComposer = field(default_factory=CountingComposer)

    def dispatcher(self, poster: Any = None, run: Any = at_once, **fields: Any) -> Dispatcher:
        return Dispatcher(
            self.ledger, self.arrivals, self.composer, poster or self.channels, plain_pages, run, **fields
        )

    def subscribe(self, **fields: Any) -> int:
        """Posts even when there is nothing new, so that a digest needs no articles."""
        return subscribed(self.ledger, **{"post_when_empty": True, **fields}).id

    def told(self, now: dt.datetime) -> list[State]:
        """Of what somebody is to be told now; they are."""
        notices = self.ledger.notices.waiting()
        for notice in notices:
            self.ledger.notices.mark_told(notice, now)
        return [notice.about for notice in notices]

    def state(self, number: int = 1) -> State:
        return self.ledger.subscriptions.get(number).state

    def result(self, number: int = 1) -> str:
        last = self.ledger.last_run(number)
        assert last is not None
        return last.result


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Ledger.open(tmp_path) as ledger:
        yield Bot(ledger, FakeChannels(DUE))


async def test_without_permission_nothing_is_sent_and_it_is_told_once(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.closed.add(7)
    dispatcher = bot.dispatcher()
    await dispatcher.settle_due(DUE)
    assert (bot.told(DUE), bot.state(), bot.result()) == (
        [State.BLOCKED],
        State.BLOCKED,
        "blocked: missing Send Messages",
    )
    assert await dispatcher.settle_due(DUE + MINUTE) == []  # no tight loop
    await dispatcher.settle_due(DUE + DAY)
    assert bot.told(DUE + DAY) == []
    assert bot.channels.attempts == 0
    assert [delivery.state for delivery, _ in bot.ledger.history(1)] == [RunState.BLOCKED, RunState.SKIPPED]


async def test_a_blocked_digest_goes_out_when_permissions_change(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.closed.add(7)
    dispatcher = bot.dispatcher()
    await dispatcher.settle_due(DUE)
    bot.channels.closed.clear()
    assert await dispatcher.retry_channels({8}, DUE + MINUTE) == []
    [settled] = await dispatcher.retry_channels({7}, DUE + MINUTE)
    assert settled.subscription.state is State.ACTIVE
    assert len(bot.channels.texts(7)) == 1


async def test_a_weekly_digest_that_is_blocked_is_tried_every_day(bot: Bot) -> None:
    bot.subscribe(schedule=Schedule(Days.WEEKLY))
    bot.channels.closed.add(7)
    dispatcher = bot.dispatcher()
    await dispatcher.settle_due(DUE)
    bot.channels.closed.clear()
    await dispatcher.settle_due(DUE + DAY - MINUTE)
    assert bot.channels.texts(7) == []
    await dispatcher.settle_due(DUE + DAY)
    assert len(bot.channels.texts(7)) == 1


async def test_after_many_blocked_days_one_digest_carries_them_all(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.closed.add(7)
    dispatcher = bot.dispatcher()
    for day in range(5):
        bot.arrivals.last += 10
        await dispatcher.settle_due(DUE + day * DAY)
    bot.channels.closed.clear()
    await dispatcher.settle_due(DUE + 5 * DAY)
    assert len(bot.channels.texts(7)) == 1
    assert bot.composer.looked_at[-1] == 50
    assert bot.ledger.subscriptions.get(1).cursor == 50


async def test_fourteen_blocked_days_pause_it(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.closed.add(7)
    dispatcher = bot.dispatcher()
    notices = []
    for day in range(20):
        await dispatcher.settle_due(DUE + day * DAY)
        notices += bot.told(DUE + day * DAY)
    assert notices == [State.BLOCKED, State.BLOCKED, State.PAUSED]  # at once, after a week, after two
    assert bot.ledger.subscriptions.get(1).reason == "missing Send Messages, for 14 days"


async def test_what_was_put_right_is_told_anew_when_it_goes_wrong_again(bot: Bot) -> None:
    bot.subscribe()
    dispatcher = bot.dispatcher()
    notices = []
    for day in range(4):
        bot.arrivals.last += 10
        bot.channels.closed = {7} if day % 2 == 0 else set()
        await dispatcher.settle_due(DUE + day * DAY)
        notices.append(bot.told(DUE + day * DAY))
    assert notices == [[State.BLOCKED], [], [State.BLOCKED], []]


async def test_what_nobody_was_told_waits_until_somebody_was(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.closed.add(7)
    for day in range(10):
        await bot.dispatcher().settle_due(DUE + day * DAY)  # a process of its own each day
        assert [(one.about, one.since) for one in bot.ledger.notices.waiting()] == [(State.BLOCKED, DUE)]
    assert bot.told(DUE + 10 * DAY) == [State.BLOCKED]
    for day in range(11, 14):
        await bot.dispatcher().settle_due(DUE + day * DAY)
        assert bot.ledger.notices.waiting() == []  # a week is counted from when it was told
    await bot.dispatcher().settle_due(DUE + 14 * DAY)
    assert bot.told(DUE + 14 * DAY) == [State.PAUSED]


async def test_a_notice_that_is_overtaken_is_not_told(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.closed.add(7)
    await bot.dispatcher().settle_due(DUE)
    [blocked] = bot.ledger.notices.waiting()
    bot.ledger.subscriptions.pause(1, DUE + MINUTE, reason="missing Send Messages, for 14 days")
    bot.ledger.notices.mark_told(blocked, DUE + MINUTE)  # the older one, sent while it happened
    assert bot.told(DUE + MINUTE) == [State.PAUSED]
    bot.ledger.subscriptions.resume(1, DUE + MINUTE)
    await bot.dispatcher().settle_due(DUE + DAY)
    bot.ledger.subscriptions.remove(1, DUE + DAY)
    assert bot.told(DUE + DAY) == []  # whoever removes it knows


async def test_a_channel_is_gone_when_it_is_missed_twice_half_an_hour_apart(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.gone.add(7)
    dispatcher = bot.dispatcher()
    await dispatcher.settle_due(DUE)
    assert bot.told(DUE) == []
    assert await dispatcher.settle_due(DUE + 29 * MINUTE) == []
    await dispatcher.settle_due(DUE + 30 * MINUTE)
    assert (bot.told(DUE + 30 * MINUTE), bot.state()) == ([State.REMOVED], State.REMOVED)
    assert bot.ledger.subscriptions.restore(1, DUE + DAY).state is State.ACTIVE


async def test_a_channel_that_was_missed_once_stays(bot: Bot) -> None:
    bot.subscribe()
    bot.channels.gone.add(7)
    dispatcher = bot.dispatcher()
    await dispatcher.settle_due(DUE)
    bot.channels.gone.clear()
    await dispatcher.settle_due(DUE + 30 * MINUTE)
    assert len(bot.channels.texts(7)) == 1
    bot.channels.gone.add(7)
    await dispatcher.settle_due(DUE + DAY)
    assert bot.told(DUE + DAY) == [] and bot.state() is State.BLOCKED


class Refusing(FakeChannels):
    """A channel's side that takes no message."""

    async def post(self, channel_id: int, page: Page, **_: Any) -> int:
        raise PostRefused("the message is too long")


async def test_a_refused_message_ends_the_run_and_the_next_one_holds_what_it_held(bot: Bot) -> None:
    bot.subscribe()
    bot.arrivals.last = 4
    await bot.dispatcher(Refusing(DUE)).settle_due(DUE)
    assert bot.result() == "failed: the message is too long"
    await bot.dispatcher().settle_due(DUE + MINUTE)
    assert bot.channels.texts(7) == []
    await bot.dispatcher().settle_due(DUE + DAY)
    assert bot.composer.looked_at == [4, 4]


async def test_trouble_with_one_digest_stops_no_other_and_is_not_tried_in_a_tight_loop(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.subscribe(topic=Topic("broken"))
    bot.subscribe(channel=8)
    dispatcher = bot.dispatcher()
    with caplog.at_level(logging.ERROR):
        for seconds in range(0, 600, 30):
            await dispatcher.settle_due(DUE + dt.timedelta(seconds=seconds))
    assert len(bot.channels.texts(8)) == 1
    assert 3 <= len(caplog.records) <= 5  # after 1, 2, 4 minutes
    assert bot.ledger.last_run(1) is None  # nothing was claimed: it comes when the trouble is over
    bot.composer.broken = "something else"
    await dispatcher.settle_due(DUE + dt.timedelta(hours=1))
    assert len(bot.channels.texts(7)) == 1


async def test_settling_twice_at_the_same_time_posts_once(bot: Bot) -> None:
    bot.subscribe()
    dispatcher = bot.dispatcher()
    await asyncio.gather(*(dispatcher.settle_due(DUE) for _ in range(5)))
    assert bot.channels.attempts == 1


async def test_what_was_missed_before_the_start_is_spread_over_a_minute(bot: Bot) -> None:
    for guild in range(40):
        bot.subscribe(guild=guild, channel=100 + guild)
    start = DUE + dt.timedelta(hours=2)
    dispatcher = bot.dispatcher(started_at=start)
    at_first = len(await dispatcher.settle_due(start))
    then = len(await dispatcher.settle_due(start + dt.timedelta(seconds=30)))
    last = len(await dispatcher.settle_due(start + dt.timedelta(seconds=60)))
    assert at_first < 5 and then > 5 and last > 5
    assert at_first + then + last == 40


async def test_a_crash_before_the_first_message_and_a_week_offline_is_one_post(bot: Bot) -> None:
    bot.subscribe()
    await bot.dispatcher().settle_due(DUE)

    async def ends_before_sending(work: Any, *args: Any) -> Any:
        if work == bot.ledger.mark_sending:
            raise asyncio.CancelledError
        return work(*args)

    with pytest.raises(asyncio.CancelledError):
        await bot.dispatcher(run=ends_before_sending).settle_due(DUE + DAY)
    assert bot.result() == "being posted"
    await bot.dispatcher().settle_due(DUE + 8 * DAY)
    texts = bot.channels.texts(7)
    assert len(texts) == 2 and "covers 2026-11-23 to 2026-12-01" in texts[1]
    assert [delivery.result for delivery, _ in bot.ledger.history(1)][1] == (
        "skipped: the bot was offline; the next one carries it"
    )


async def test_post_now_asks_for_what_can_be_posted(bot: Bot) -> None:
    number = bot.subscribe()
    dispatcher = bot.dispatcher()
    with pytest.raises(NoSuchDigest):
        await dispatcher.post_now(99, DUE)
    bot.channels.lose_requests = 9
    await dispatcher.settle_due(DUE)
    with pytest.raises(DigestUnderWay, match="still being posted"):
        await dispatcher.post_now(number, DUE + dt.timedelta(seconds=10))
    bot.channels.lose_requests = 0
    settled = await dispatcher.post_now(number, DUE + dt.timedelta(seconds=20))
    assert settled.delivery is not None and settled.delivery.kind == "manual-1"
    bot.ledger.subscriptions.pause(number, DUE)
    with pytest.raises(NotActive, match="D1 is paused"):
        await dispatcher.post_now(number, DUE)


async def test_the_next_slot_of_all_is_when_to_wake(bot: Bot) -> None:
    assert await bot.dispatcher().next_due(MONDAY) is None
    bot.subscribe()
    bot.subscribe(schedule=Schedule(at=dt.time(8, 30)))
    assert await bot.dispatcher().next_due(MONDAY) == MONDAY + 30 * MINUTE
    assert await bot.dispatcher().next_due(DUE) == MONDAY + DAY + 30 * MINUTE
