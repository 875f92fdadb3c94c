"""Runs that the operator asks for beside a running bot, and slots that they skip."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from channels import FakeChannels
from operated import DUE, Operated

from bot.briefings.asked_runs import NotActive
from bot.briefings.delivery import PostRefused, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.slot_choice import CannotBeDone
from bot.briefings.subscription import Days, Schedule, State, next_run
from bot.errors import UsageError
from bot.rendering.page import Page
from retrieval.topics.topic import Topic

MON, TUE, WED = (dt.date(2026, 11, day) for day in (23, 24, 25))


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Operated]:
    with Operated(tmp_path) as operated:
        operated.subscribe()
        yield operated


def cannot(bot: Operated, day: dt.date | None = None) -> str:
    """Why a run is refused."""
    with pytest.raises(CannotBeDone) as refused:
        bot.run(day)
    assert bot.ledger.requests.waiting() == []
    return str(refused.value)


async def test_a_run_is_posted_at_the_next_round_and_leaves_the_slot_free(bot: Operated) -> None:
    bot.arrive(2)
    assert bot.run().new
    assert bot.posts == []
    await bot.round()
    assert (bot.labels, bot.told.total()) == (["#D1-20261123m1"], 2)
    bot.arrive()
    bot.passes(hours=1)
    await bot.round()
    assert bot.labels == ["#D1-20261123m1", "#D1-20261123"]
    (request,) = bot.ledger.requests.of(1)
    assert (request.run, request.refusal) == ("#D1-20261123m1", None)


async def test_asked_for_twice_before_it_is_carried_out_it_is_one_run(bot: Operated) -> None:
    bot.arrive()
    first, again = bot.run(), bot.run()
    assert (first.request, first.new, again.new) == (again.request, True, False)
    await bot.round()
    await bot.round()
    assert len(bot.posts) == 1
    assert bot.run().new  # what was carried out is over


@pytest.mark.parametrize("later", [dt.timedelta(seconds=30), dt.timedelta(days=1)], ids=["at once", "a day later"])
async def test_paused_at_any_step_a_digest_that_nobody_began_to_send_is_not_posted(
    later: dt.timedelta, tmp_path: Path
) -> None:
    posted_before, withheld = 0, 0
    for steps in range(1, 40):
        folder = tmp_path / str(steps)
        folder.mkdir()
        with Operated(folder) as bot, Ledger.open(folder) as at_hand:
            bot.subscribe()
            bot.arrive(3)  # two messages
            begun: list[bool] = []

            def pause(bot: Operated = bot, at_hand: Ledger = at_hand, begun: list[bool] = begun) -> None:
                at_hand.subscriptions.pause(1, bot.now)
                run = at_hand.outstanding(1)
                begun.append(run is None or any(part.sending_since for part in at_hand.parts(run)))

            bot.meanwhile = (steps, pause)
            bot.passes(hours=1)
            await bot.round()
            if not begun:
                break
            over = at_hand.last_run(1)
            if over is not None and begun == [True]:
                posted_before += 1
                assert len(bot.posts) == 2, steps
            else:
                withheld += 1
                assert bot.posts == [], steps
                assert over is None or over.reason == "it was paused or removed before it was sent"
            at_hand.subscriptions.resume(1, bot.now)
            for wait in (later, dt.timedelta(days=1)):  # before it was claimed, its slot is the next one's
                bot.passes(seconds=wait.total_seconds())
                await bot.round()
            assert set(bot.told.values()) == {1} and len(bot.told) == 3, steps
    assert posted_before > 2 and withheld > 2


async def test_post_now_of_a_digest_that_is_paused_meanwhile_says_so(tmp_path: Path) -> None:
    told = set()
    for steps in range(1, 20):
        folder = tmp_path / str(steps)
        folder.mkdir()
        with Operated(folder) as bot, Ledger.open(folder) as at_hand:
            bot.subscribe()
            bot.arrive()

            def pause(bot: Operated = bot, at_hand: Ledger = at_hand) -> None:
                at_hand.subscriptions.pause(1, bot.now)

            bot.meanwhile = (steps, pause)
            try:
                await bot.bot.post_now(1, bot.now)
            except NotActive as refusal:
                told.add(str(refusal))
                assert bot.posts == []
            else:
                assert len(bot.posts) == 1
                break
    assert told == {"D1 is paused. Resume it first."}


async def test_killed_after_any_step_a_run_is_posted_once(tmp_path: Path) -> None:
    for steps in range(1, 40):
        folder = tmp_path / str(steps)
        folder.mkdir()
        with Operated(folder, steps=steps) as bot:
            bot.subscribe()
            bot.arrive(3)
            bot.run()
            await bot.round()
            survived = bot.steps is not None
            bot.passes(seconds=30)
            await bot.round()
            await bot.round()
            assert (bot.labels, set(bot.told.values())) == (["#D1-20261123m1"] * 2, {1})  # two parts
            assert [one.run for one in bot.ledger.requests.of(1)] == ["#D1-20261123m1"]
            if survived:
                break
    assert 10 < steps < 39


async def test_what_is_owed_goes_out_before_a_run_besides(bot: Operated) -> None:
    bot.arrive()
    bot.passes(hours=2)
    bot.run()
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1", "#D1-20261123m1 nothing new"]


async def test_a_slot_that_is_owed_is_run_although_it_is_late(bot: Operated) -> None:
    bot.arrive()
    bot.passes(hours=21)  # the next one is less than a quarter of a day away
    assert bot.run(MON).label == "#D1-20261123"
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1"]


async def test_a_skipped_slot_is_run_under_its_own_label(bot: Operated) -> None:
    bot.skip()
    bot.arrive()
    bot.passes(hours=2)
    await bot.round()
    assert bot.posts == []
    bot.run(MON)
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1"]
    bot.passes(days=1)
    await bot.round()
    assert (bot.results[1], bot.told.total()) == ("#D1-20261124 nothing new", 1)


async def test_a_late_slot_that_the_bot_left_to_the_next_one_is_run_while_it_waits(bot: Operated) -> None:
    bot.arrive()
    bot.passes(hours=21)
    await bot.round()
    assert bot.results == ["#D1-20261123 skipped: it was late; the next one carries it"]
    bot.run(MON)
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1"]


async def test_when_the_next_slot_carried_it_nothing_is_left(bot: Operated) -> None:
    bot.skip()
    bot.arrive()
    bot.passes(days=1, hours=2)
    await bot.round()
    assert bot.labels == ["#D1-20261124"]
    assert cannot(bot, MON) == (
        "nothing is left to post for #D1-20261123: #D1-20261124 held what it would have held (posted 1)"
    )


async def test_when_the_next_slot_is_owed_that_is_to_be_run(bot: Operated) -> None:
    bot.skip()
    bot.passes(days=1, hours=2)
    assert cannot(bot, MON).endswith("comes with the digest of 2026-11-24, which is owed: use --slot 2026-11-24")


class Refusing(FakeChannels):
    """A channel's side that takes no message."""

    async def post(self, channel_id: int, page: Page, **_: Any) -> int:
        raise PostRefused("the message is too long")


async def test_a_slot_that_failed_without_a_post_is_run_again(bot: Operated) -> None:
    well, bot.channels = bot.channels, Refusing(bot.now)
    bot.arrive()
    bot.passes(hours=1)
    await bot.round()
    assert bot.results == ["#D1-20261123 failed: the message is too long"]
    bot.channels = well
    bot._bot = None
    bot.run(MON)
    await bot.round()
    assert (bot.results, bot.told.total()) == (["#D1-20261123 posted 1"], 1)


async def test_a_slot_of_which_a_part_may_be_posted_is_not_run_again(bot: Operated) -> None:
    bot.arrive(3)
    bot.passes(hours=1)
    bot.channels.lose_answers = 1
    await bot.round()
    unfinished = bot.ledger.outstanding(1)
    assert unfinished is not None
    bot.ledger.close_unposted(unfinished, RunState.FAILED, "refused in the end", bot.now)
    assert cannot(bot, MON).startswith("a part of #D1-20261123 is or may be in the channel")


async def test_the_next_slot_is_run_early_and_is_that_days_digest(bot: Operated) -> None:
    bot.arrive()
    requested = bot.run(MON)
    assert requested.choice is not None and requested.choice.early
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1"]
    bot.arrive()
    bot.passes(hours=2)
    await bot.round()
    assert len(bot.posts) == 1
    bot.passes(days=1)
    await bot.round()
    assert bot.labels == ["#D1-20261123", "#D1-20261124"]
    assert "covers" not in bot.posts[1] and set(bot.told.values()) == {1}


async def test_a_slot_that_was_run_early_is_not_owed_after_a_pause_or_at_another_hour(bot: Operated) -> None:
    bot.arrive()
    bot.run(MON)
    await bot.round()
    book = bot.ledger.subscriptions
    book.pause(1, bot.now)
    assert next_run(book.resume(1, bot.now), bot.now) == DUE + dt.timedelta(days=1)
    changed = book.reschedule(1, Schedule(at=dt.time(18)), bot.now)
    assert next_run(changed, bot.now) == DUE + dt.timedelta(days=1, hours=9)


@pytest.mark.parametrize("skips", [False, True], ids=["nothing new", "skipped"])
async def test_a_day_that_had_its_outcome_is_not_announced_again_at_a_later_hour(bot: Operated, skips: bool) -> None:
    if skips:
        bot.skip()
    bot.passes(hours=2)
    await bot.round()
    assert len(bot.results) == 1
    changed = bot.ledger.subscriptions.reschedule(1, Schedule(at=dt.time(18)), bot.now)
    assert next_run(changed, bot.now) == DUE + dt.timedelta(days=1, hours=9)
    bot.arrive()
    bot.passes(days=1, hours=9)
    await bot.round()
    assert bot.labels == ["#D1-20261124"]


async def test_what_cannot_be_run_is_refused_with_what_to_do(bot: Operated) -> None:
    assert cannot(bot, TUE) == (
        "only the next digest can be run early, and that of 2026-11-23 comes first: use --slot 2026-11-23"
    )
    assert "D1 was made only on 2026-11-23: it had no digest on 2026-11-20" in cannot(bot, dt.date(2026, 11, 20))
    assert "D1 has no digest on 0001-01-01: it comes daily at 09:00 (UTC), next on 2026-11-23" in cannot(
        bot, dt.date.min
    )
    bot.arrive()
    bot.passes(hours=1)
    await bot.round()
    assert cannot(bot, MON) == (
        "#D1-20261123 has been run (posted 1): `digests run D1` without --slot posts what came since"
    )
    bot.passes(days=3)
    assert "use --slot 2026-11-26" in cannot(bot, dt.date(2026, 11, 27))
    await bot.round()
    assert "D1 passed over 2026-11-25" in cannot(bot, WED)
    assert cannot(bot, dt.date(2026, 11, 26)).startswith("#D1-20261126 has been run (nothing new)")


async def test_while_a_slot_is_under_way_it_is_not_asked_for(bot: Operated) -> None:
    bot.arrive()
    bot.passes(hours=1)
    bot.channels.lose_requests = 1
    await bot.round()
    assert cannot(bot, MON).startswith("#D1-20261123 is under way (being posted)")
    with pytest.raises(CannotBeDone, match="cannot be skipped: it has its outcome already"):
        bot.skip(MON)


async def test_a_weekly_digest_has_no_slot_on_other_days(tmp_path: Path) -> None:
    with Operated(tmp_path) as bot:
        bot.subscribe(schedule=Schedule(Days.WEEKLY, dt.time(9), "Europe/London"))
        expected = "D1 has no digest on 2026-11-24: it comes weekly at 09:00 (Europe/London), next on 2026-11-23"
        assert cannot(bot, TUE) == expected


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.PAUSED, "D1 is paused: resume it in /digest list first"),
        (State.REMOVED, "D1 was removed: /digest list has Undo for 30 days, or add it again"),
        (State.BLOCKED, "D1 is blocked (missing Send Messages): fix it in the channel's permissions"),
    ],
)
def test_what_is_not_served_is_refused_with_the_fix(bot: Operated, state: State, told: str) -> None:
    book = bot.ledger.subscriptions
    match state:
        case State.PAUSED:
            book.pause(1, bot.now)
        case State.REMOVED:
            book.remove(1, bot.now)
        case _:
            book.block(1, "missing Send Messages", bot.now)
    assert cannot(bot).startswith(told)
    assert cannot(bot, MON).startswith(told)
    for undo in (False, True):
        with pytest.raises(CannotBeDone, match=r"^D1 (is|was) "):
            bot.skip(undo=undo)
    with pytest.raises(UsageError, match="No digest D2"):
        bot.run(number=2)


async def test_a_request_that_cannot_be_carried_out_any_more_is_kept_with_the_reason(
    bot: Operated, caplog: pytest.LogCaptureFixture
) -> None:
    bot.run()
    bot.ledger.subscriptions.pause(1, bot.now)
    with caplog.at_level(logging.WARNING):
        await bot.round()
    (request,) = bot.ledger.requests.of(1)
    assert (request.run, request.refusal) == (None, "D1 is paused: resume it in /digest list first")
    assert caplog.messages == ["a run that was asked for was not carried out"]
    assert bot.ledger.requests.waiting() == []


async def test_a_slot_whose_time_came_first_carries_out_the_request(bot: Operated) -> None:
    bot.reachable = lambda _: False
    bot.run(MON)
    await bot.round()
    assert len(bot.ledger.requests.waiting()) == 1  # a server that is away: it waits
    bot.arrive()
    bot.passes(hours=1)
    bot.reachable = lambda _: True
    await bot.round()
    (request,) = bot.ledger.requests.of(1)
    assert (request.run, bot.results) == ("#D1-20261123", ["#D1-20261123 posted 1"])


async def test_a_request_waits_for_a_run_that_is_still_under_way(bot: Operated) -> None:
    bot.arrive()
    bot.passes(hours=1)
    bot.channels.lose_requests = 3
    await bot.round()
    bot.run()
    await bot.round()
    assert bot.posts == [] and len(bot.ledger.requests.waiting()) == 1
    bot.passes(minutes=5)
    await bot.round()
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1", "#D1-20261123m1 nothing new"]


async def test_a_request_that_breaks_is_logged_and_tried_again_later(
    bot: Operated, caplog: pytest.LogCaptureFixture
) -> None:
    bot.arrive()
    bot.run()
    bot.wire.story.clear()  # the composer breaks
    with caplog.at_level(logging.ERROR):
        for _ in range(4):
            await bot.round()
            bot.passes(seconds=10)
    assert len(caplog.records) == 1
    bot.wire.story[1] = 1
    bot.passes(minutes=2)
    await bot.round()
    assert bot.labels == ["#D1-20261123m1"]


# Skipping


async def test_a_skipped_slot_posts_nothing_and_the_next_one_carries_it(bot: Operated) -> None:
    bot.arrive()
    skipped = bot.skip()
    assert (skipped.label, skipped.next_run) == ("#D1-20261123", DUE + dt.timedelta(days=1))
    bot.passes(hours=2)
    await bot.round()
    assert bot.results == ["#D1-20261123 skipped: by the operator; the next one carries it"]
    bot.passes(days=1)
    await bot.round()
    assert (bot.labels, bot.told.total()) == (["#D1-20261124"], 1)
    assert "covers 2026-11-23 to 2026-11-24" in bot.posts[0]


def test_a_named_slot_is_skipped_once_and_only_the_next_one(bot: Operated) -> None:
    assert bot.skip(MON).new
    assert not bot.skip(MON).new
    with pytest.raises(CannotBeDone, match="only the next digest can be skipped, and that of 2026-11-24 comes first"):
        bot.skip(WED)
    assert bot.skip().label == "#D1-20261124"
    assert len(bot.ledger.last_runs(1)) == 2


async def test_a_skip_is_taken_back_while_nothing_came_after_it(bot: Operated) -> None:
    bot.skip()
    bot.skip()
    with pytest.raises(CannotBeDone, match="no skipped digest of 2026-11-23 of D1 can be taken back"):
        bot.skip(MON, undo=True)
    assert bot.skip(undo=True).label == "#D1-20261124"
    assert bot.skip(undo=True).next_run == DUE
    with pytest.raises(CannotBeDone, match="no skipped digest of D1 can be taken back"):
        bot.skip(undo=True)
    bot.arrive()
    bot.passes(hours=1)
    await bot.round()
    assert bot.results == ["#D1-20261123 posted 1"]


def test_a_skip_is_not_taken_back_under_another_schedule(bot: Operated) -> None:
    bot.skip()
    bot.ledger.subscriptions.reschedule(1, Schedule(at=dt.time(8)), bot.now)
    with pytest.raises(CannotBeDone, match="no skipped digest of D1 can be taken back"):
        bot.skip(undo=True)


async def test_skipping_a_slot_ends_the_request_to_run_it_early(bot: Operated) -> None:
    bot.run(MON)
    bot.skip(MON)
    bot.passes(hours=2)
    await bot.round()
    assert bot.posts == []
    assert [one.refusal for one in bot.ledger.requests.of(1)] == ["skipped by the operator"]


def test_requests_go_with_their_digest_and_after_a_month(bot: Operated) -> None:
    bot.subscribe(guild=2, topic=Topic("ferries"))
    bot.run()
    bot.run(number=2)
    bot.ledger.requests.refuse(1, "no reason", bot.now)
    bot.ledger.subscriptions.purge_guild(2)
    assert [one.subscription for one in bot.ledger.requests.waiting()] == []
    bot.passes(days=31)
    bot.run()
    assert [one.id for one in bot.ledger.requests.of(1)] == [3]
