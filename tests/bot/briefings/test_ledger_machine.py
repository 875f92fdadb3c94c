"""The ledger in any order of events: what section 7 of PRODUCT.md promises holds after each of them."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from briefings import MONDAY, run_of, subscribed
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.briefings.delivery import SCHEDULED, Delivery, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Days, Schedule, Subscription, next_slot, slots
from bot.errors import NoSuchDigest
from corpus.article import Window
from corpus.errors import ArchiveUnusable
from retrieval.stories.reports import Report

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
ZONES = ("UTC", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo")
SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(Days),
    st.sampled_from([dt.time(9), dt.time(1, 30), dt.time(23, 30)]),
    st.sampled_from(ZONES),
)
NONE: frozenset[int] = frozenset()


@dataclass
class Known:
    """What a subscription must be, by what was done to it."""

    cursor: int
    state: str = "active"
    told: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)  # stories of the run that is under way
    under_way: int | None = None
    upto: int = 0
    unsent: list[int] = field(default_factory=list)  # its parts without a message, in order
    sent: int = 0
    dates: set[dt.date] = field(default_factory=set)  # that had their scheduled run
    manual: int = 0
    last_post: tuple[dt.datetime, dt.date] | None = None
    covered: list[Window] = field(default_factory=list)


@contextmanager
def stopped_after(ledger: Ledger, steps: int) -> Iterator[None]:
    """SQLite stops once, after so many of its steps; not within a COMMIT, of which nobody could say what it did."""
    left = steps

    def tick() -> int:
        nonlocal left
        left -= 1
        return int(left == 0)

    def trace(statement: str) -> None:
        if statement == "COMMIT":
            ledger._connection.set_progress_handler(None, 0)

    ledger._connection.set_trace_callback(trace)
    ledger._connection.set_progress_handler(tick, 1)
    try:
        yield
    finally:
        ledger._connection.set_progress_handler(None, 0)
        ledger._connection.set_trace_callback(None)


class LedgerMachine(RuleBasedStateMachine):
    """Subscriptions live side by side in one ledger, which is closed and opened again, and cut within transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.ledger = Ledger.open(Path(self.folder.name))
        self.now = MONDAY
        self.arrived = 5
        self.messages = 0
        self.known: dict[int, Known] = {}

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    def subscription(self, data: st.DataObject) -> tuple[Subscription, Known]:
        number = data.draw(st.sampled_from(sorted(self.known)), label="subscription")
        return self.ledger.subscriptions.get(number), self.known[number]

    def under_way(self, data: st.DataObject) -> tuple[Delivery, Known]:
        busy = [number for number, known in self.known.items() if known.under_way is not None]
        known = self.known[data.draw(st.sampled_from(busy), label="subscription")]
        assert known.under_way is not None
        return self.ledger.delivery(known.under_way), known

    def anybody_is_busy(self) -> bool:
        return any(known.under_way is not None for known in self.known.values())

    def cut_within(self, steps: int | None, work: Callable[..., Any], *args: Any) -> Any:
        """Do something; if SQLite is stopped within it nothing of it may have happened, and it is done again."""
        if steps is not None:
            with suppress(ArchiveUnusable), stopped_after(self.ledger, steps):
                return work(*args)
            self.nothing_is_forgotten_and_nothing_made_up()
        return work(*args)

    cuts = st.none() | st.integers(1, 400)

    # Time and articles

    @initialize()
    def somebody_subscribes(self) -> None:
        self.subscribe(Schedule())

    @precondition(lambda self: len(self.known) < 3)
    @rule(schedule=SCHEDULES)
    def subscribe(self, schedule: Schedule) -> None:
        made = subscribed(self.ledger, self.now, schedule=schedule, cursor=self.arrived)
        assert made.id not in self.known, "numbers are never given out again"
        self.known[made.id] = Known(cursor=self.arrived)

    @rule(minutes=st.sampled_from([1, 45, 600, 1440, 3 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(count=st.integers(1, 4))
    def articles_arrive(self, count: int) -> None:
        self.arrived += count

    @rule()
    def the_process_starts_again(self) -> None:
        self.ledger.close()
        self.ledger = Ledger.open(Path(self.folder.name))

    # Runs

    @rule(data=st.data(), parts=st.integers(0, 3), cut=cuts, manual=st.booleans())
    def enqueue(self, data: st.DataObject, parts: int, cut: int | None, manual: bool) -> None:
        subscription, known = self.subscription(data)
        if known.under_way is not None or known.state not in ("active", "blocked"):
            return
        kind = self.ledger.next_manual_kind(subscription.id) if manual else SCHEDULED
        owed = list(slots(subscription.schedule, subscription.settled_upto, self.now))
        if not manual and not owed:
            return
        date, due = (owed[-1].local_date, owed[-1].due_at) if not manual else (self.now.date(), self.now)
        window = Window(subscription.cursor, self.arrived)
        fresh = set(range(window.after + 1, window.upto + 1)) if parts else set()
        run = run_of(
            subscription,
            parts=parts,
            kind=kind,
            local_date=date,
            due_at=due,
            window=window,
            reports=tuple(Report(number, number, "m", np.ones(1, np.float32), NONE, NONE, None) for number in fresh),
        )
        delivery = self.cut_within(cut, self.ledger.enqueue, run, self.now)
        if not manual and date in known.dates:
            assert delivery is None, "one run for each local date"
            return
        assert delivery is not None
        if manual:
            known.manual += 1
        else:
            known.dates.add(date)
        known.upto, known.waiting, known.unsent, known.sent = window.upto, fresh, list(range(1, parts + 1)), 0
        known.under_way = delivery.id
        if not parts:
            self.completed(known, delivery)

    @precondition(lambda self: any(known.dates for known in self.known.values()))
    @rule(data=st.data())
    def a_date_that_had_its_run_gets_no_other(self, data: st.DataObject) -> None:
        numbers = [number for number, known in self.known.items() if known.dates and known.under_way is None]
        if numbers:
            subscription = self.ledger.subscriptions.get(data.draw(st.sampled_from(numbers), label="subscription"))
            date = data.draw(st.sampled_from(sorted(self.known[subscription.id].dates)), label="date")
            window = Window(subscription.cursor, self.arrived)
            run = run_of(subscription, parts=2, local_date=date, due_at=subscription.settled_upto, window=window)
            assert self.ledger.enqueue(run, self.now) is None

    @precondition(anybody_is_busy)
    @rule(data=st.data(), cut=cuts)
    def mark_sending(self, data: st.DataObject, cut: int | None) -> None:
        delivery, known = self.under_way(data)
        part = self.ledger.parts(delivery)[known.unsent[0] - 1]
        self.cut_within(cut, self.ledger.mark_sending, part, self.now)
        assert self.ledger.parts(delivery)[part.part - 1].sending_since == self.now

    @precondition(anybody_is_busy)
    @rule(data=st.data())
    def mark_unsent(self, data: st.DataObject) -> None:
        delivery, known = self.under_way(data)
        part = self.ledger.parts(delivery)[known.unsent[0] - 1]
        self.ledger.mark_sending(part, self.now)
        self.ledger.mark_unsent(part)
        assert self.ledger.parts(delivery)[part.part - 1] == part

    @precondition(anybody_is_busy)
    @rule(data=st.data(), cut=cuts)
    def mark_posted(self, data: st.DataObject, cut: int | None) -> None:
        delivery, known = self.under_way(data)
        part = self.ledger.parts(delivery)[known.unsent[0] - 1]
        self.messages += 1
        over = self.cut_within(cut, self.ledger.mark_posted, part, self.messages, self.now)
        known.unsent.pop(0)
        known.sent += 1
        assert over == (not known.unsent)
        if over:
            self.completed(known, delivery)
            if delivery.kind == SCHEDULED:
                date = max(delivery.local_date, known.last_post[1]) if known.last_post else delivery.local_date
                known.last_post = self.now, date

    @precondition(anybody_is_busy)
    @rule(data=st.data(), state=st.sampled_from([RunState.SKIPPED, RunState.FAILED]), cut=cuts)
    def close_unposted(self, data: st.DataObject, state: RunState, cut: int | None) -> None:
        delivery, known = self.under_way(data)
        self.cut_within(cut, self.ledger.close_unposted, delivery, state, "a reason", self.now)
        if known.sent:
            self.completed(known, delivery)
        else:
            known.under_way, known.waiting = None, set()

    @precondition(anybody_is_busy)
    @rule(data=st.data(), cut=cuts)
    def block(self, data: st.DataObject, cut: int | None) -> None:
        delivery, known = self.under_way(data)
        self.cut_within(cut, self.ledger.mark_blocked, delivery.id, "missing Send Messages", self.now + DAY)
        since = self.ledger.subscriptions.block(delivery.subscription, "missing Send Messages", self.now)
        assert since <= self.now
        known.state = "blocked" if known.state == "active" else known.state

    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        subscription, known = self.subscription(data)
        slot = next_slot(subscription.schedule, subscription.settled_upto)
        if slot.due_at > self.now or known.under_way is not None:
            return
        window = Window(subscription.cursor, subscription.cursor)
        self.ledger.skip(subscription.id, slot.local_date, slot.due_at, window, "it was late", self.now)
        known.dates.add(slot.local_date)

    # People

    @rule(data=st.data())
    def pause(self, data: st.DataObject) -> None:
        self.change(data, self.ledger.subscriptions.pause, "paused")

    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        self.change(data, self.ledger.subscriptions.resume, "active")

    def change(self, data: st.DataObject, change: Callable[..., Subscription], state: str) -> None:
        subscription, known = self.subscription(data)
        try:
            change(subscription.id, self.now)
        except NoSuchDigest:
            assert known.state == "removed"
        else:
            assert known.state != "removed"
            known.state = state

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        subscription, known = self.subscription(data)
        self.ledger.subscriptions.remove(subscription.id, self.now)
        known.state = "removed"

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        subscription, known = self.subscription(data)
        try:
            self.ledger.subscriptions.restore(subscription.id, self.now)
        except NoSuchDigest:
            removed = subscription.state_since or self.now
            assert known.state != "removed" or self.now - removed > 30 * DAY
        else:
            assert known.state == "removed"
            known.state = "active"

    @rule(data=st.data(), schedule=SCHEDULES, cut=cuts)
    def reschedule(self, data: st.DataObject, schedule: Schedule, cut: int | None) -> None:
        subscription, known = self.subscription(data)
        changed = self.cut_within(cut, self.ledger.subscriptions.reschedule, subscription.id, schedule, self.now)
        first = next_slot(schedule, changed.settled_upto)
        assert first.due_at > self.now
        if known.last_post is not None:
            moment, date = known.last_post
            assert first.local_date > date
            assert first.due_at - moment >= (next_slot(schedule, first.due_at).due_at - first.due_at) / 2

    # What holds

    def completed(self, known: Known, delivery: Delivery) -> None:
        known.covered.append(delivery.window)
        known.told |= known.waiting
        known.cursor = max(known.cursor, known.upto)
        known.state = "active" if known.state == "blocked" else known.state
        known.under_way, known.waiting = None, set()

    @invariant()
    def nothing_is_forgotten_and_nothing_made_up(self) -> None:
        for number, known in self.known.items():
            subscription = self.ledger.subscriptions.get(number)
            assert (str(subscription.state), subscription.cursor) == (known.state, known.cursor)
            seen = self.ledger.seen(number)
            assert seen.articles == known.told
            assert Counter(report.number for report in seen.reports) == Counter(known.told), "a story is told once"
            outstanding = self.ledger.outstanding(number)
            assert (outstanding.id if outstanding else None) == known.under_way
            if outstanding is not None:
                parts = self.ledger.parts(outstanding)
                assert [part.part for part in parts if part.message_id is None] == known.unsent
            served = {one.id for one in self.ledger.subscriptions.served()}
            assert (number in served) == (known.state in ("active", "blocked"))

    @invariant()
    def windows_join_and_dates_are_used_once(self) -> None:
        for number, known in self.known.items():
            for one, following in zip(known.covered, known.covered[1:], strict=False):
                assert one.upto == following.after
            runs = [delivery for delivery, _ in self.ledger.history(number, 1000)]
            dates = Counter(run.local_date for run in runs if run.kind == SCHEDULED)
            assert dates == Counter(known.dates)
            assert sum(run.kind != SCHEDULED for run in runs) == known.manual
            assert sum(not run.state.is_final for run in runs) == (known.under_way is not None)


def test_cut_at_any_step_of_sqlite_nothing_is_half_written_and_the_ledger_goes_on(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        subscription = subscribed(ledger)
        for steps in range(1, 10_000):
            with suppress(ArchiveUnusable), stopped_after(ledger, steps):
                delivery = ledger.enqueue(run_of(subscription, parts=2), MONDAY)
                break
            assert ledger.outstanding(subscription.id) is None
        assert steps > 100
        assert delivery is not None and len(ledger.parts(delivery)) == 2


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
