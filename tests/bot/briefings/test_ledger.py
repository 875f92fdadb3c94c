from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefings import MONDAY, run_of, subscribed

from bot.briefings.delivery import Account, RunState, delivery_label, nonce_of
from bot.briefings.ledger import HISTORY_RUNS, Ledger
from bot.briefings.plan import Plan
from bot.briefings.subscription import HIGHEST_THRESHOLD, RAISE_STEP, Days, Schedule, State
from bot.errors import NoSuchDigest, TooManyDigests
from corpus.article import Window
from corpus.errors import ArchiveUnusable
from retrieval.stories.reports import Report
from retrieval.topics.topic import Topic

DAY = dt.timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as opened:
        yield opened


def report(number: int, story: int | None = None) -> Report:
    vector = np.asarray([0.6, 0.8], dtype=np.float32)
    return Report(number, story or number, "model", vector, frozenset({1, 2}), frozenset({3}), None, (frozenset({1}),))


def test_a_subscription_comes_back_as_it_was_given(ledger: Ledger, tmp_path: Path) -> None:
    made = subscribed(
        ledger,
        topic=Topic("fentanyl precursors", ("China", " "), ("opinion",)),
        schedule=Schedule(Days.WEEKLY, dt.time(7, 15), "Asia/Kathmandu"),
        collections=frozenset({"Salon", "Wire"}),
        max_items=25,
        post_when_empty=True,
        cursor=41,
    )
    assert made.name == "D1"
    assert made.topic == Topic("fentanyl precursors", ("China",), ("opinion",))
    assert (made.state, made.cursor, made.settled_upto) == (State.ACTIVE, 41, MONDAY)
    with Ledger.open(tmp_path, writable=False) as other:
        assert other.subscriptions.get(1) == made


def test_a_slot_is_claimed_once(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    first = ledger.enqueue(run_of(subscription, parts=2), MONDAY)
    assert first is not None
    assert ledger.enqueue(run_of(subscription, parts=1), MONDAY) is None
    assert [part.page.text for part in ledger.parts(first)] == ["page 1", "page 2"]
    assert ledger.outstanding(subscription.id) == first
    assert ledger.enqueue(run_of(subscription, kind=ledger.next_manual_kind(subscription.id)), MONDAY) is not None


CHANGES: dict[str, Callable[[Ledger], object]] = {
    "paused": lambda ledger: ledger.subscriptions.pause(1, MONDAY),
    "another time": lambda ledger: ledger.subscriptions.reschedule(1, Schedule(Days.WEEKLY), MONDAY),
    "an article marked": lambda ledger: ledger.marks.add(1, 5, MONDAY),
    "removed": lambda ledger: ledger.subscriptions.remove(1, MONDAY),
    "forgotten": lambda ledger: ledger.subscriptions.purge_guild(1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_run_of_a_digest_that_was_changed_since_is_not_written_down(
    change: Callable[[Ledger], object], ledger: Ledger, tmp_path: Path
) -> None:
    subscription = subscribed(ledger)
    with Ledger.open(tmp_path) as at_hand:
        change(at_hand)
        before = [*at_hand.subscriptions.every_kept()]
    assert ledger.enqueue(run_of(subscription), MONDAY, of=subscription) is None
    assert ledger.last_run(1) is None
    assert [*ledger.subscriptions.every_kept()] == before, "its slot is not settled either"


def test_cursor_and_stories_advance_with_the_last_message_and_not_before(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription, parts=2, reports=(report(5), report(6, story=5))), MONDAY)
    assert delivery is not None
    first, second = ledger.parts(delivery)
    assert ledger.mark_posted(first, 100, MONDAY) is False
    assert ledger.subscriptions.get(subscription.id).cursor == 0
    assert ledger.seen(subscription.id).articles == frozenset()
    assert ledger.mark_posted(second, 101, MONDAY) is True
    assert ledger.subscriptions.get(subscription.id).cursor == 12
    seen = ledger.seen(subscription.id)
    assert seen.articles == {5, 6}
    assert [(one.number, one.story, one.words, one.sentences) for one in seen.reports] == [
        (5, 5, frozenset({1, 2}), (frozenset({1}),)),
        (6, 5, frozenset({1, 2}), (frozenset({1}),)),
    ]
    assert ledger.outstanding(subscription.id) is None
    assert ledger.delivery(delivery.id).result == "posted 2"


def test_an_empty_run_is_over_at_once_and_moves_on(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription, parts=0), MONDAY)
    assert delivery is not None
    assert (delivery.state, delivery.result) == (RunState.EMPTY, "nothing new")
    changed = ledger.subscriptions.get(subscription.id)
    assert (changed.cursor, changed.settled_upto) == (12, MONDAY + dt.timedelta(hours=1))


def test_what_was_never_posted_leaves_no_trace(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription, reports=(report(5),)), MONDAY)
    assert delivery is not None
    ledger.close_unposted(delivery, RunState.SKIPPED, "the next one carries it", MONDAY)
    assert ledger.subscriptions.get(subscription.id).cursor == 0
    assert ledger.seen(subscription.id).articles == frozenset()
    assert ledger.outstanding(subscription.id) is None


def test_what_was_posted_in_part_counts_as_shown(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription, parts=2, reports=(report(5),)), MONDAY)
    assert delivery is not None
    ledger.mark_posted(ledger.parts(delivery)[0], 100, MONDAY)
    ledger.close_unposted(delivery, RunState.FAILED, "refused", MONDAY)
    assert ledger.seen(subscription.id).articles == {5}
    assert ledger.subscriptions.get(subscription.id).cursor == 12


def test_of_two_updates_of_a_story_only_the_one_that_was_taken_out_is_not_told(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    posts = [
        replace(post, articles=(told,)) for post, told in zip(run_of(subscription, parts=2).posts, (5, 6), strict=True)
    ]
    again = (report(5, 1), report(6, 1))
    delivery = ledger.enqueue(run_of(subscription, posts=tuple(posts), reports=again, repeats=(report(7, 1),)), MONDAY)
    assert delivery is not None
    first, second = ledger.parts(delivery)
    ledger.mark_posted(first, 100, MONDAY)
    ledger.redact(second, second.page, [6])
    ledger.mark_posted(second, 101, MONDAY)
    assert ledger.seen(subscription.id).articles == {5, 7}
    assert ledger.subscriptions.get(subscription.id).cursor == 0  # the next one looks at 6 again


def test_an_earlier_attempt_of_which_nothing_is_known_stays_on_record(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription), MONDAY)
    assert delivery is not None
    [fresh] = ledger.parts(delivery)
    ledger.mark_sending(fresh, MONDAY)
    ledger.mark_unsent(fresh)
    assert ledger.parts(delivery)[0].sending_since is None
    ledger.mark_sending(fresh, MONDAY)
    [unclear] = ledger.parts(delivery)
    ledger.mark_unsent(unclear)
    assert ledger.parts(delivery)[0].sending_since == MONDAY


def test_pause_resume_remove_and_undo(ledger: Ledger) -> None:
    number = subscribed(ledger).id
    assert ledger.subscriptions.pause(number, MONDAY).state is State.PAUSED
    assert ledger.subscriptions.served() == []
    resumed = ledger.subscriptions.resume(number, MONDAY + 3 * DAY)
    assert (resumed.state, resumed.settled_upto, resumed.cursor) == (State.ACTIVE, MONDAY + 3 * DAY, 0)
    ledger.subscriptions.remove(number, MONDAY + 4 * DAY)
    assert ledger.subscriptions.of_guild(1) == []
    with pytest.raises(NoSuchDigest, match="D1 was removed"):
        ledger.subscriptions.resume(number, MONDAY)
    assert ledger.subscriptions.restore(number, MONDAY + 34 * DAY).state is State.ACTIVE
    with pytest.raises(NoSuchDigest, match="nothing to undo"):
        ledger.subscriptions.restore(number, MONDAY + 34 * DAY)
    ledger.subscriptions.remove(number, MONDAY + 40 * DAY)
    with pytest.raises(NoSuchDigest, match="more than 30 days ago"):
        ledger.subscriptions.restore(number, MONDAY + 71 * DAY)


def test_removed_digests_are_forgotten_after_thirty_days_with_all_that_was_theirs(ledger: Ledger) -> None:
    kept, gone = subscribed(ledger), subscribed(ledger, guild=2)
    ledger.enqueue(run_of(gone, reports=(report(5),)), MONDAY)
    ledger.subscriptions.remove(gone.id, MONDAY)
    assert ledger.subscriptions.purge(MONDAY + 30 * DAY) == 0
    assert ledger.subscriptions.purge(MONDAY + 31 * DAY) == 1
    assert ledger.last_run(gone.id) is None
    assert ledger.subscriptions.everyone() == [kept]
    assert subscribed(ledger).id == gone.id + 1  # a number is for good


def test_a_server_that_left_is_forgotten_at_once(ledger: Ledger) -> None:
    gone = subscribed(ledger)
    kept = subscribed(ledger, guild=2)
    ledger.marks.add(gone.id, 5, MONDAY)
    draft = ledger.drafts.add(1, Plan(topic="ferries"), MONDAY)
    assert ledger.subscriptions.purge_guild(1) == 1
    assert ledger.subscriptions.everyone() == [kept]
    assert not ledger.marks.has(gone.id, 5)
    with pytest.raises(NoSuchDigest):
        ledger.drafts.get(draft.id, 1)


def test_a_server_has_25_digests_and_a_channel_10(ledger: Ledger) -> None:
    for number in range(25):
        subscribed(ledger, channel=number // 10)
    with pytest.raises(TooManyDigests, match="This server has 25 digests, which is the limit"):
        subscribed(ledger, channel=99)
    ledger.subscriptions.remove(1, MONDAY)
    subscribed(ledger, channel=99)
    with pytest.raises(TooManyDigests):
        ledger.subscriptions.restore(1, MONDAY)
    for _ in range(10):
        subscribed(ledger, guild=2, channel=50)
    with pytest.raises(TooManyDigests, match="This channel has 10 digests"):
        subscribed(ledger, guild=2, channel=50)
    with pytest.raises(ValueError, match="3 to 25"):
        subscribed(ledger, guild=3, max_items=26)


def test_a_changed_schedule_goes_on_after_the_last_post(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription), MONDAY)
    assert delivery is not None
    ledger.mark_posted(ledger.parts(delivery)[0], 100, MONDAY + dt.timedelta(hours=1))
    ledger.subscriptions.reschedule(subscription.id, Schedule(at=dt.time(22)), MONDAY + dt.timedelta(hours=2))
    [row] = ledger.overview(1, MONDAY + dt.timedelta(hours=2))
    assert row.next_run == dt.datetime(2026, 11, 24, 22, tzinfo=dt.UTC)  # today had its digest
    assert row.last is not None and row.last.result == "posted 1"


def test_a_change_of_topic_keeps_the_schedule(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    plan = replace(Plan.of(subscription), topic="rivers", must=("dam",), max_items=5, outlets=frozenset({"Gazette"}))
    changed = ledger.subscriptions.revise(subscription.id, plan, subscription.schedule, MONDAY)
    assert changed == replace(
        subscription, topic=Topic("rivers", ("dam",)), max_items=5, outlets=frozenset({"Gazette"})
    )
    assert Plan.of(changed) == plan


def test_a_blocked_digest_that_moves_is_tried_in_its_new_channel(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    delivery = ledger.enqueue(run_of(subscription), MONDAY)
    assert delivery is not None
    ledger.subscriptions.block(subscription.id, "missing Send Messages", MONDAY)
    ledger.mark_blocked(delivery.id, "missing Send Messages", MONDAY + DAY)
    plan = replace(Plan.of(subscription), channel=99)
    moved = ledger.subscriptions.revise(subscription.id, plan, subscription.schedule, MONDAY)
    assert (moved.state, moved.channel) == (State.ACTIVE, 99)
    waiting = ledger.outstanding(subscription.id)
    assert waiting is not None and waiting.retry_at is None
    assert ledger.parts(waiting)[0].channel == 99


def test_a_full_channel_takes_no_digest_that_moves(ledger: Ledger) -> None:
    for _ in range(10):
        subscribed(ledger, channel=50)
    subscription = subscribed(ledger)
    plan = replace(Plan.of(subscription), channel=50)
    with pytest.raises(TooManyDigests, match="This channel has 10 digests"):
        ledger.subscriptions.revise(subscription.id, plan, subscription.schedule, MONDAY)
    assert ledger.subscriptions.get(subscription.id) == subscription


def test_each_mark_raises_the_threshold_by_a_step_and_can_be_taken_back(ledger: Ledger) -> None:
    number = subscribed(ledger).id
    assert ledger.marks.add(number, 5, MONDAY)
    assert not ledger.marks.add(number, 5, MONDAY)  # pressed twice
    assert ledger.marks.add(number, 6, MONDAY)
    assert ledger.subscriptions.get(number).threshold(0.3) == pytest.approx(0.3 + 2 * RAISE_STEP)
    assert ledger.marks.remove(number, 5)
    assert not ledger.marks.remove(number, 5)
    assert ledger.subscriptions.get(number).threshold(0.3) == pytest.approx(0.3 + RAISE_STEP)
    for article in range(100):
        ledger.marks.add(number, article, MONDAY)
    assert ledger.subscriptions.get(number).threshold(0.3) == HIGHEST_THRESHOLD
    assert ledger.subscriptions.get(number).threshold(0.9) == 0.9  # never lowered


def test_a_draft_is_kept_for_a_week_for_its_own_server(ledger: Ledger) -> None:
    plan = Plan(topic="ferries", zone="Asia/Tokyo", ping=5, must=("dam",), collections=frozenset({"wire"}), channel=7)
    draft = ledger.drafts.add(1, plan, MONDAY, typed={"at": "noonish"})
    assert ledger.drafts.get(draft.id, 1) == draft
    assert (draft.plan, draft.typed) == (plan, {"at": "noonish"})
    with pytest.raises(NoSuchDigest):
        ledger.drafts.get(draft.id, 2)
    ledger.drafts.add(1, plan, MONDAY + 8 * DAY)
    with pytest.raises(NoSuchDigest, match="older than 7 days"):
        ledger.drafts.get(draft.id, 1)


def test_a_persons_digests_are_nobody_elses(ledger: Ledger) -> None:
    mine = subscribed(ledger, guild=None, creator=3)
    subscribed(ledger, guild=None, creator=4)
    subscribed(ledger, creator=3)
    assert ledger.subscriptions.of_person(3) == [mine]


def test_history_keeps_the_account_of_the_last_runs(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    for day in range(HISTORY_RUNS + 5):
        run = run_of(subscription, parts=0, local_date=MONDAY.date() + day * DAY, window=Window(0, day))
        now = MONDAY + 2 * day * DAY
        ledger.enqueue(replace(run, accounts=(Account(day + 1, "below_threshold", None, 0.1),)), now)
    history = ledger.history(subscription.id, limit=100)
    assert [delivery.local_date for delivery, _ in history[:2]] == [
        MONDAY.date() + (HISTORY_RUNS + 4) * DAY,
        MONDAY.date() + (HISTORY_RUNS + 3) * DAY,
    ]
    assert [len(accounts) for _, accounts in history] == [1] * HISTORY_RUNS + [0] * 5
    assert history[0][1] == [Account(HISTORY_RUNS + 5, "below_threshold", None, 0.1)]


def test_labels_and_nonces_tell_runs_and_parts_apart() -> None:
    day = dt.date(2026, 11, 23)
    assert delivery_label(3, day, "scheduled") == "#D3-20261123"
    assert delivery_label(3, day, "manual-2") == "#D3-20261123m2"
    nonces = {
        nonce_of(subscription, day, kind, part)
        for subscription in (3, 31)
        for kind in ("scheduled", "manual-1")
        for part in (1, 2)
    }
    assert len(nonces) == 8 and all(len(nonce) == 25 for nonce in nonces)
    assert nonce_of(3, day, "scheduled", 1) == nonce_of(3, day, "scheduled", 1)


def test_a_ledger_of_another_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"not a database, but long enough to look at" * 40)
    with pytest.raises(ArchiveUnusable, match="damaged"):
        Ledger.open(tmp_path)
