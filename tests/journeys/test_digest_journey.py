"""From an article that arrives to a message that is posted once, whatever happens in between."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, at_once, plain_pages, subscribed
from channels import FakeChannels
from doomed import Doom, DoomedChannels, Killed
from drafts import record
from fakes import WordHashEmbedder

from bot.briefings.dispatch import Carry, Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.planning import Readers
from bot.briefings.subscription import RAISE_STEP, Subscription
from bot.workbench import Workbench
from corpus.archive import Archive
from corpus.ingest import ingest
from retrieval.breaking_off import go_on
from retrieval.digests.digesting import DigestComposer
from retrieval.topics.topic import Topic

CHANNEL = 7
DUE = MONDAY + dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

STORIES = {
    "bridge": "Engineers closed the Harlow road bridge after cracks were found in two of its steel girders on Friday.",
    "harvest": "Olive growers in Andalusia expect the smallest harvest for thirty years since no rain fell in spring.",
    "ferry": "A ferry with 214 passengers ran aground off Karpathos and was pulled free by three tugs at high tide.",
    "library": "The town library of Visby reopened with a children's wing that was paid for by a shipping company.",
    "vaccine": "Trials of a malaria vaccine in Malawi showed protection for two seasons, the health ministry reported.",
}


@dataclass
class House:
    """A bot's data folder and the channels that it posts to; both outlive any process."""

    archive: Archive
    ledger: Ledger
    channels: FakeChannels

    def arrive(self, *names: str, at: dt.datetime = MONDAY, backfill: bool = False, **texts: str) -> None:
        items = [record(name, text) for name, text in {**{one: STORIES[one] for one in names}, **texts}.items()]
        list(ingest(self.archive, items, collection="wire", backfill=backfill, clock=lambda: at))

    def process(
        self, run: Carry = at_once, poster: Any = None, check: Callable[[], None] = go_on, **fields: Any
    ) -> Dispatcher:
        """A bot that was just started."""
        embedder = WordHashEmbedder(dimension=512)
        composer = DigestComposer(self.archive, embedder, threshold=0.0, check=check)
        return Dispatcher(self.ledger, self.archive, composer, poster or self.channels, plain_pages, run, **fields)

    def subscribe(self, **fields: Any) -> Subscription:
        return subscribed(self.ledger, cursor=self.archive.last_arrival(), **fields)

    async def settle(self, now: dt.datetime, **fields: Any) -> None:
        self.channels.now = now
        await self.process(**fields).settle_due(now)

    @property
    def posted(self) -> list[str]:
        return self.channels.texts(CHANNEL)

    def times_told(self, name: str) -> int:
        return sum(text.count(STORIES[name]) for text in self.posted)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Archive.open(tmp_path) as archive, Ledger.open(tmp_path) as ledger:
        list(ingest(archive, [record("old", "What was there before anyone asked is not new.")], collection="wire"))
        yield House(archive, ledger, FakeChannels(MONDAY))


async def test_what_arrived_is_posted_once_when_it_is_due(house: House) -> None:
    house.subscribe()
    house.arrive("bridge", "ferry")
    await house.settle(DUE - dt.timedelta(seconds=1))
    assert house.posted == []
    for minutes in (0, 1, 5, 600):
        await house.settle(DUE + dt.timedelta(minutes=minutes))
    assert len(house.posted) == 1
    assert house.times_told("bridge") == house.times_told("ferry") == 1
    assert "#D1-20261123-1" in house.posted[0]
    [row] = house.ledger.overview(1, DUE)
    assert row.last is not None and row.last.result == "posted 2"
    assert row.next_run == DUE + DAY


@pytest.mark.parametrize("pause", [dt.timedelta(seconds=40), dt.timedelta(minutes=30)], ids=["at once", "later"])
async def test_a_restart_between_any_two_steps_neither_doubles_nor_loses(tmp_path: Path, pause: dt.timedelta) -> None:
    names = ("bridge", "ferry", "library")  # three items are two messages
    crashes = 0
    for steps in range(200):
        with Archive.open(tmp_path / str(steps)) as archive, Ledger.open(tmp_path / str(steps)) as ledger:
            house = House(archive, ledger, FakeChannels(MONDAY))
            house.arrive(old="What was there before anyone asked is not new.")
            house.subscribe()
            house.arrive(*names)
            doom = Doom(steps)
            try:
                await house.settle(DUE, run=doom.run, poster=DoomedChannels(house.channels, doom))
            except Killed:
                crashes += 1
            else:
                break
            # The next process may come to its end as well, one step later in its own life.
            second = Doom(steps + 1)
            with suppress(Killed):
                await house.settle(DUE + pause, run=second.run, poster=DoomedChannels(house.channels, second))
            await house.settle(DUE + 2 * pause)
            await house.settle(DUE + 3 * pause)
            assert [house.times_told(name) for name in names] == [1, 1, 1], steps
            assert len(house.posted) == 2, steps
            assert ledger.outstanding(1) is None
            assert ledger.seen(1).articles == {2, 3, 4}
            assert ledger.subscriptions.get(1).cursor == archive.last_arrival()
    assert crashes > 20


@pytest.mark.parametrize("minutes", [1, 5, 60])
async def test_a_lost_answer_is_no_second_message(house: House, minutes: int) -> None:
    house.subscribe()
    house.arrive("bridge")
    house.channels.lose_answers = 1
    await house.settle(DUE)
    await house.settle(DUE + dt.timedelta(minutes=minutes))
    await house.settle(DUE + dt.timedelta(minutes=2 * minutes))
    assert len(house.posted) == 1
    assert house.ledger.seen(1).articles == {2}


@pytest.mark.parametrize("minutes", [1, 5, 60])
async def test_a_lost_request_is_sent_again(house: House, minutes: int) -> None:
    house.subscribe()
    house.arrive("bridge")
    house.channels.lose_requests = 2
    for step in range(4):
        await house.settle(DUE + step * dt.timedelta(minutes=minutes))
    assert len(house.posted) == 1


async def test_the_nonce_is_trusted_from_the_first_attempt_on(house: House) -> None:
    """Attempts that never arrive must not make us believe that Discord still knows the nonce of the one that did."""
    house.subscribe()
    house.arrive("bridge")
    house.channels.lose_answers = 1
    await house.settle(DUE)
    house.channels.lose_requests = 3
    for seconds in (100, 200, 300, 400):
        await house.settle(DUE + dt.timedelta(seconds=seconds))
    assert len(house.posted) == 1
    assert house.ledger.seen(1).articles == {2}


async def test_a_week_offline_is_one_digest_that_says_what_it_covers(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    await house.settle(DUE)
    for day, name in enumerate(("ferry", "library", "vaccine"), start=1):
        house.arrive(name, at=MONDAY + day * DAY)
    await house.settle(DUE + 7 * DAY + dt.timedelta(hours=3))
    await house.settle(DUE + 7 * DAY + dt.timedelta(hours=4))
    assert all("covers 2026-11-23 to 2026-11-30" in text for text in house.posted[1:])
    assert len(house.posted) == 3  # one of Monday, and one in two messages
    assert [house.times_told(name) for name in ("bridge", "ferry", "library", "vaccine")] == [1, 1, 1, 1]
    house.arrive("harvest", at=MONDAY + 7 * DAY)
    await house.settle(DUE + 8 * DAY)
    assert "covers" not in house.posted[-1] and house.times_told("harvest") == 1


async def test_shortly_before_the_next_slot_it_carries_what_is_late(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    await house.settle(DUE + dt.timedelta(hours=20))
    assert house.posted == []
    [row] = house.ledger.overview(1, DUE)
    assert row.last is not None and row.last.result == "skipped: it was late; the next one carries it"
    await house.settle(DUE + DAY)
    assert house.times_told("bridge") == 1
    assert "covers 2026-11-23 to 2026-11-24" in house.posted[0]


async def test_nothing_new_is_silent_and_goes_on(house: House) -> None:
    house.subscribe()
    await house.settle(DUE)
    assert house.posted == []
    [row] = house.ledger.overview(1, DUE)
    assert row.last is not None and row.last.result == "nothing new"
    house.arrive("bridge", at=DUE)
    await house.settle(DUE + DAY)
    assert house.times_told("bridge") == 1


async def test_who_wants_to_hear_of_nothing_does(house: House) -> None:
    house.subscribe(post_when_empty=True)
    await house.settle(DUE)
    await house.settle(DUE + dt.timedelta(minutes=1))
    assert len(house.posted) == 1


async def test_a_story_that_is_posted_again_is_not_repeated(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    await house.settle(DUE)
    again = STORIES["bridge"].replace("Engineers closed", "Officials shut")
    house.arrive(at=DUE, reworded=again, footer=STORIES["bridge"] + "\n\nThis message was sent to the whole list.")
    await house.settle(DUE + DAY)
    assert len(house.posted) == 1
    [row] = house.ledger.overview(1, DUE)
    assert row.last is not None and row.last.result == "nothing new"


async def test_what_adds_to_a_story_comes_as_an_update(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    await house.settle(DUE)
    news = "Replacement parts must be cast abroad, so lorries will take a detour until next August at least."
    house.arrive(at=DUE, follow=f"{STORIES['bridge']} {news}")
    await house.settle(DUE + DAY)
    assert f"Update: {news}" in house.posted[1]
    assert house.times_told("bridge") == 1


async def test_late_dated_articles_are_news_and_old_material_is_not(house: House) -> None:
    house.subscribe()
    late = replace(record("late", STORIES["ferry"]), posted=MONDAY - 300 * DAY)
    list(ingest(house.archive, [late], collection="wire", clock=lambda: MONDAY))
    house.arrive("library", backfill=True)
    first = [record("first", STORIES["vaccine"])]
    list(ingest(house.archive, first, collection="new collection", clock=lambda: MONDAY))
    await house.settle(DUE)
    assert [house.times_told(name) for name in ("ferry", "library", "vaccine")] == [1, 0, 0]


async def test_a_digest_sees_only_its_collections(house: House) -> None:
    house.subscribe(collections=frozenset({"elsewhere"}))
    house.arrive("bridge")
    await house.settle(DUE)
    assert house.posted == []


async def test_only_what_fits_the_words_is_posted(house: House) -> None:
    house.subscribe(topic=Topic(must=("ferry",)))
    house.subscribe(topic=Topic(not_words=("ferry", "bridge")))
    house.arrive("bridge", "ferry", "library")
    await house.settle(DUE)
    assert [text.count("A ferry with") for text in house.posted] == [1, 0]
    [(_, accounts)] = house.ledger.history(1)
    assert {(account.article, account.outcome) for account in accounts} == {
        (2, "below_threshold"),
        (3, "posted"),
        (4, "below_threshold"),
    }


def first_lines(texts: Iterable[str]) -> list[str]:
    return [text.partition("\n")[0] for text in texts]


async def test_post_now_leaves_the_days_slot_free_and_repeats_nothing(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    settled = await house.process().post_now(1, MONDAY)
    assert settled.delivery is not None and settled.delivery.result == "posted 1"
    assert "#D1-20261123m1-1" in house.posted[0]
    house.arrive("ferry")
    await house.settle(DUE)
    assert [house.times_told(name) for name in ("bridge", "ferry")] == [1, 1]
    again = await house.process().post_now(1, DUE)
    assert again.delivery is not None and again.delivery.result == "nothing new"
    assert first_lines(house.posted) == ["everything", "everything"]


async def test_what_waits_and_may_not_be_shown_any_more_is_withdrawn(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    house.channels.closed.add(CHANNEL)
    await house.settle(DUE)
    house.channels.closed.clear()

    async def without_the_wire(_: Subscription) -> Readers:
        return Readers(hidden=frozenset({"wire"}))

    await house.process(readers=without_the_wire).retry_channels({CHANNEL}, DUE + dt.timedelta(hours=1))
    assert house.posted == []
    last = house.ledger.last_run(1)
    assert last is not None and "may not be shown any more" in last.result
    await house.settle(DUE + DAY)  # the collection may be seen again
    assert house.times_told("bridge") == 1


async def test_what_is_over_the_limit_is_told_in_a_thread_and_not_again(house: House) -> None:
    house.subscribe(max_items=3)
    house.arrive(*STORIES)
    await house.settle(DUE)
    (thread,) = house.channels.threads
    told = "\n".join([*house.posted, *house.channels.texts(thread)])
    assert [told.count(text) for text in STORIES.values()] == [1] * 5
    await house.settle(DUE + DAY)
    assert len(house.posted) == 2
    assert house.ledger.seen(1).articles == {2, 3, 4, 5, 6}


async def test_a_thread_that_cannot_be_made_after_all_costs_no_digest(house: House) -> None:
    house.subscribe(max_items=3)
    house.arrive(*STORIES)

    class Changing(FakeChannels):
        async def takes_threads(self, channel_id: int) -> bool:
            return True  # and a moment later it does not

    house.channels = Changing(MONDAY, threads_allowed=False)
    await house.settle(DUE)
    assert len(house.posted) == 2
    [(last, accounts)] = house.ledger.history(1)
    assert last.result == "posted 3 (no thread for the rest: missing Create Public Threads)"
    assert sorted(account.outcome for account in accounts) == ["over_limit"] * 2 + ["posted"] * 3
    house.arrive(late="The lighthouse keeper of Stornoway retired after forty years and a storm.", at=DUE)
    await house.settle(DUE + DAY)
    assert any("lighthouse keeper" in page for page in house.posted[2:])


async def test_a_thread_is_opened_once_whatever_is_cut_short(tmp_path: Path) -> None:
    crashes = 0
    for steps in range(200):
        with Archive.open(tmp_path / str(steps)) as archive, Ledger.open(tmp_path / str(steps)) as ledger:
            house = House(archive, ledger, FakeChannels(MONDAY))
            house.arrive(old="What was there before anyone asked is not new.")
            house.subscribe(max_items=3, publish=True)
            house.arrive(*STORIES)
            doom = Doom(steps)
            try:
                await house.settle(DUE, run=doom.run, poster=DoomedChannels(house.channels, doom))
            except Killed:
                crashes += 1
            else:
                break
            await house.settle(DUE + dt.timedelta(minutes=30))
            assert len(house.posted) == 2, steps
            (thread,) = house.channels.threads
            assert len(house.channels.texts(thread)) == 1, steps
            assert len(house.channels.published) == 2, steps
            assert ledger.outstanding(1) is None
    assert crashes > 20


async def test_a_forum_post_is_found_by_its_title(house: House) -> None:
    house.subscribe()
    house.channels.forums.add(CHANNEL)
    house.arrive("bridge")
    house.channels.lose_answers = 1
    for minutes in (0, 1, 5, 60):
        await house.settle(DUE + dt.timedelta(minutes=minutes))
    assert len(house.posted) == 1
    last = house.ledger.last_run(1)
    assert last is not None and last.result == "posted 1"


async def test_asked_for_twice_at_once_it_is_one_run(house: House) -> None:
    house.subscribe()
    house.arrive("bridge")
    dispatcher = house.process()
    first, second = await asyncio.gather(dispatcher.post_now(1, MONDAY), dispatcher.post_now(1, MONDAY))
    assert first is second
    assert [delivery.kind for delivery, _ in house.ledger.history(1)] == ["manual-1"]
    assert len(house.posted) == 1


async def test_marks_raise_the_threshold_of_the_next_digest(house: House) -> None:
    house.subscribe()
    house.arrive("ferry")
    for article in range(100, 103):
        house.ledger.marks.add(1, article, MONDAY)
    await house.settle(DUE)
    [(run, _)] = house.ledger.history(1)
    assert run.threshold == pytest.approx(3 * RAISE_STEP)  # from 0, which is usual here
    assert house.times_told("ferry") == 1


async def test_a_digest_keeps_to_its_sources(house: House) -> None:
    house.subscribe(outlets=frozenset({"Gazette"}))
    house.arrive("bridge")
    item = replace(record("ferry", STORIES["ferry"]), outlet="gazette")
    list(ingest(house.archive, [item], collection="wire", clock=lambda: MONDAY))
    await house.settle(DUE)
    assert [house.times_told(name) for name in ("bridge", "ferry")] == [0, 1]


async def test_a_role_is_pinged_by_the_first_message_alone(house: House) -> None:
    house.subscribe(ping=77)
    house.arrive("bridge", "ferry", "library")
    await house.settle(DUE)
    assert len(house.posted) == 2
    assert house.channels.pinged == [77]


async def test_what_is_broken_off_at_the_end_is_composed_by_the_next_start(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.subscribe()
    house.subscribe(topic=Topic("ferry"), channel=CHANNEL + 1)
    house.arrive("bridge", "ferry")
    for checks in range(100):
        bench = Workbench()
        left = iter(range(checks))

        def check(bench: Workbench = bench, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                bench.break_off()
            bench.check()

        await house.settle(DUE, run=bench.run, check=check)
        was_broken_off = next(left, None) is None and not house.posted
        bench.close()
        if not was_broken_off:
            break
        assert house.ledger.last_run(1) is None and house.ledger.last_run(2) is None
    assert checks >= 3, "it was broken off at several places"
    await house.settle(DUE + dt.timedelta(minutes=5))
    assert (house.times_told("bridge"), house.times_told("ferry")) == (1, 1)
    assert len(house.channels.texts(CHANNEL + 1)) == 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
