"""An operator who asks for runs and skips slots in any order, beside a bot that may be killed at any step.

Whatever happens, a slot has one outcome, a story is told once, and a request is carried out once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from operated import HERE, Operated

from bot.briefings.delivery import SCHEDULED, RunState
from bot.briefings.slot_choice import CannotBeDone
from bot.briefings.subscription import Days, Schedule, State, next_slot, slots

SCHEDULES = st.builds(
    Schedule,
    st.sampled_from([Days.DAILY, Days.DAILY, Days.WEEKDAYS, Days.WEEKLY]),
    st.sampled_from([dt.time(9), dt.time(1, 30), dt.time(23, 30)]),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Apia"]),
)
HAS_POSTED = (RunState.POSTED, RunState.EMPTY)


class OperatorMachine(RuleBasedStateMachine):
    """The clock, the archive and the channel are simulated; ledger, dispatcher and operator are the real ones."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.bot = Operated(Path(self.folder.name))
        self.final: dict[str, str] = {}  # what was posted or empty, by label: it stays so

    def teardown(self) -> None:
        try:
            self._everything_comes_to_its_end()
        finally:
            self.bot.ledger.close()
            self.folder.cleanup()

    @initialize(schedule=SCHEDULES)
    def subscribe(self, schedule: Schedule) -> None:
        self.bot.subscribe(schedule=schedule, max_items=3)

    @rule(minutes=st.sampled_from([1, 45, 600, 1440, 3 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.bot.passes(minutes=minutes)

    @rule(count=st.integers(1, 4))
    def articles_arrive(self, count: int) -> None:
        self.bot.arrive(count)

    @rule(killed_after=st.none() | st.integers(1, 25), lost=st.sampled_from([0, 0, 0, 1]), unheard=st.booleans())
    def rounds(self, killed_after: int | None, lost: int, unheard: bool) -> None:
        self.a_round(killed_after, lost, unheard)

    def a_round(self, killed_after: int | None, lost: int, unheard: bool) -> None:
        self.bot.steps = killed_after
        if unheard:
            self.bot.channels.lose_answers = lost
        else:
            self.bot.channels.lose_requests = lost
        asyncio.run(self.bot.round())
        self.bot.steps = self.bot.meanwhile = None
        self.bot.channels.lose_answers = self.bot.channels.lose_requests = 0

    @rule(data=st.data(), step=st.integers(1, 12), what=st.sampled_from(["run", "skip", "take back"]))
    def a_round_in_which_the_operator_acts(self, data: st.DataObject, step: int, what: str) -> None:
        day = self._a_day(data)

        def act() -> None:
            with suppress(CannotBeDone):
                if what == "run":
                    self.bot.run(day)
                else:
                    self.bot.skip(day, undo=what == "take back")

        self.bot.meanwhile = (step, act)
        self.a_round(None, 0, False)

    def _a_day(self, data: st.DataObject) -> dt.date | None:
        """None, or a day that the operator may think of: one with a run, the next ones, any."""
        subscription = self.bot.ledger.subscriptions.get(1)
        known = [run.local_date for run in self.bot.ledger.last_runs(1)]
        coming = next_slot(subscription.schedule, max(self.bot.now, subscription.settled_upto)).local_date
        near = [self.bot.now.date() + dt.timedelta(days=days) for days in (-1, 0, 1)]
        return data.draw(st.sampled_from([None, coming, *known, *near]), label="day")

    @rule(data=st.data())
    def run(self, data: st.DataObject) -> None:
        try:
            requested = self.bot.run(self._a_day(data))
        except CannotBeDone:
            return
        assert requested.label is None or requested.label not in self.final, "what has its outcome is not run again"

    @rule(data=st.data(), undo=st.booleans())
    def skip(self, data: st.DataObject, undo: bool) -> None:
        try:
            skipped = self.bot.skip(self._a_day(data), undo=undo)
        except CannotBeDone:
            return
        assert skipped.label not in self.final

    @rule()
    def permissions_change(self) -> None:
        self.bot.channels.closed ^= {HERE}

    @rule()
    def pause_or_resume(self) -> None:
        book = self.bot.ledger.subscriptions
        change = book.resume if book.get(1).state is State.PAUSED else book.pause
        change(1, self.bot.now)

    @invariant()
    def a_slot_has_one_outcome(self) -> None:
        runs = self.bot.ledger.last_runs(1, 1000)
        days = Counter(run.local_date for run in runs if run.kind == SCHEDULED)
        assert set(days.values()) <= {1}
        results = {run.label: f"{run.state} {run.items}" for run in runs if run.state in HAS_POSTED}
        assert self.final.items() <= results.items(), (
            "an outcome with a post, or that nothing is new, is never taken back"
        )
        self.final = results

    @invariant()
    def a_story_is_told_once_and_a_part_is_there_once(self) -> None:
        assert set(self.bot.told.values()) <= {1}
        footers = Counter(word for text in self.bot.posts for word in text.split() if word.startswith("#D1-"))
        assert set(footers.values()) <= {1}

    @invariant()
    def a_request_is_carried_out_by_one_run(self) -> None:
        requests = self.bot.ledger.requests.of(1)
        besides = [one.run for one in requests if one.run is not None and one.slot is None]
        manual = [run.label for run in self.bot.ledger.last_runs(1, 1000) if run.kind != SCHEDULED]
        assert sorted(besides) == sorted(manual)
        assert all((one.ended_at is None) == (one.run is None and one.refusal is None) for one in requests)

    def _everything_comes_to_its_end(self) -> None:
        """Once all is well nothing waits any more, and everything that arrived was told."""
        bot, book = self.bot, self.bot.ledger.subscriptions
        if book.get(1).state is State.PAUSED:
            book.resume(1, bot.now)
        bot.channels.closed.clear()
        for _ in range(3):
            asyncio.run(bot.round())  # what is under way, and what was asked for
            bot.passes(minutes=30)
        subscription = book.get(1)
        coming = next_slot(subscription.schedule, max(bot.now, subscription.settled_upto))
        bot.passes(seconds=(coming.due_at - bot.now).total_seconds())
        for _ in range(3):
            asyncio.run(bot.round())
            bot.passes(minutes=30)
        assert bot.ledger.requests.waiting() == []
        assert bot.ledger.outstanding(1) is None
        assert len(bot.told) == bot.wire.last_arrival()
        self.a_slot_has_one_outcome()
        self.a_story_is_told_once_and_a_part_is_there_once()
        after = bot.ledger.subscriptions.get(1)
        assert after.cursor == bot.wire.last_arrival()
        assert not list(slots(after.schedule, after.settled_upto, bot.now))


TestOperatorMachine = OperatorMachine.TestCase
TestOperatorMachine.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
