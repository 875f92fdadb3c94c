"""What people do in a life: subscribe, change their minds, hide what may not be read, leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.briefings.plan import Plan
from bot.briefings.subscription import Days, Schedule, State
from digest_world.wire import SUBJECTS
from retrieval.topics.topic import Topic

if TYPE_CHECKING:
    from digest_world.life import Life

_GUILDS = 23
MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
TIMES = tuple(dt.time(*one) for one in ((9, 0), (9, 0), (7, 30), (18, 0), (0, 0), (0, 30), (1, 30), (2, 30), (23, 30)))
DAYS = (Days.DAILY,) * 5 + (Days.WEEKDAYS,) * 2 + (Days.WEEKLY, Days.MONTHLY)


class People:
    """Those of one life. What they do changes its ledger at its time, and is noted there for the promises."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._chance = life.chance

    def subscribe(self, number: int) -> None:
        chance = self._chance
        channel = next(self._life.new_channels)
        place = chance.choice(("channel",) * 5 + ("in a thread", "announcements", "forum", "thread", "person"))
        self.lay_out(place, channel)
        topic = chance.choice(("", *SUBJECTS, *SUBJECTS))
        subscription = self._life.ledger.subscriptions.add(
            # Its number will be one more than `number`: a server has every 23rd digest of those that are no person's.
            guild=None if place == "person" else 1 + (number + 1) % _GUILDS,
            channel=channel,
            creator=number + 1,
            topic=Topic("" if self._life.with_newsroom else topic),
            collections=frozenset({topic, chance.choice(SUBJECTS)}) if self._life.with_newsroom and topic else None,
            in_thread=place == "in a thread",
            publish=place == "announcements",
            schedule=self.some_schedule(number),
            cursor=self._life.wire.last_arrival(),
            now=self._life.now,
            max_items=chance.choice((3, 5, 8)),
            post_when_empty=chance.random() < 0.15,
            limits=(10_000, 10),
        )
        if place != "person":
            self._life.of_servers.add(subscription.id)
        self._life.cursors[subscription.id] = subscription.cursor
        self._life.note(subscription.id, "added")

    def lay_out(self, place: str, channel: int) -> None:
        if place == "forum":
            self._life.channels.forums.add(channel)
        elif place in ("thread", "person"):
            self._life.channels.threadless.add(channel)

    def some_schedule(self, number: int | None = None) -> Schedule:
        zone = (
            self._life.zones[number % len(self._life.zones)]
            if number is not None
            else self._chance.choice(self._life.zones)
        )
        return Schedule(self._chance.choice(DAYS), self._chance.choice(TIMES), zone)

    def anybody(self) -> int:
        return self._chance.choice(sorted(self._life.history))

    def channel_of(self, number: int) -> int:
        return self._life.ledger.subscriptions.get(number).channel

    def by_somebody(self, change: Callable[[int], None]) -> Callable[[], None]:
        return lambda: change(self.anybody())

    def change_somebodys_mind(self, number: int | None = None) -> None:
        changes = (self.pause, self.reschedule, self.move, self.remove)
        self._chance.choice(changes)(self.anybody() if number is None else number)

    def pause(self, number: int) -> None:
        if self._life.ledger.subscriptions.get(number).is_served:
            self._life.happened["pauses"] += 1
            self._life.ledger.subscriptions.pause(number, self._life.now)
            self._life.note(number, "paused")
            self._life.at(self._life.now + self._chance.choice((HOUR, DAY, 20 * DAY)), lambda: self.revive(number))

    def remove(self, number: int) -> None:
        if self._life.ledger.subscriptions.get(number).state is not State.REMOVED:
            self._life.happened["removals"] += 1
            self._life.ledger.subscriptions.remove(number, self._life.now)
            self._life.note(number, "removed")
            self._life.at(self._life.now + self._chance.choice((MINUTE, DAY, 15 * DAY)), lambda: self.revive(number))

    def revive(self, number: int) -> None:
        """Resume what is paused, undo what was removed; a digest whose channel is gone moves to a new one."""
        if number not in self._life.history:
            return
        book = self._life.ledger.subscriptions
        match book.get(number).state:
            case State.PAUSED:
                book.resume(number, self._life.now)
            case State.REMOVED:
                book.restore(number, self._life.now, (10_000, 10))
            case _:
                return
        self._life.note(number, "resumed")
        if self.channel_of(number) in self._life.channels.gone:
            self.revise(number, channel=next(self._life.new_channels))

    def move(self, number: int) -> None:
        if self._life.ledger.subscriptions.get(number).state is not State.REMOVED:
            self._life.happened["moves to another channel"] += 1
            self.revise(number, channel=next(self._life.new_channels))

    def reschedule(self, number: int) -> None:
        if self._life.ledger.subscriptions.get(number).state is not State.REMOVED:
            self._life.happened["changes of zone, time or days"] += 1
            self.revise(number, schedule=self.some_schedule())

    def revise(self, number: int, *, channel: int | None = None, schedule: Schedule | None = None) -> None:
        before = self._life.ledger.subscriptions.get(number)
        plan = Plan.of(before)
        changed = schedule or before.schedule
        plan = replace(plan, channel=channel or plan.channel)
        self._life.ledger.subscriptions.revise(number, plan, changed, self._life.now, (10_000, 10))
        self._life.states[number] = str(self._life.ledger.subscriptions.get(number).state)
        if changed != before.schedule:
            self._life.note(number, "edited", edited=True)

    def hide(self) -> None:
        """A server's managers hide a collection, or a rule of theirs changes, and some days later changes back."""
        number = self.anybody()
        subject = self._chance.choice(SUBJECTS)
        hidden = self._life.hidden_from(number, self._life.now)
        self._life.happened["collections hidden"] += 1
        self.note_hidden(number, hidden | {subject})
        self._life.at(
            self._life.now + self._chance.uniform(0.1, 9) * DAY,
            lambda: self.note_hidden(number, self._life.hidden_from(number, self._life.now) - {subject}),
        )

    def note_hidden(self, number: int, hidden: frozenset[str]) -> None:
        self._life.hidden.setdefault(number, []).append((self._life.now, hidden))

    def mark_not_relevant(self) -> None:
        number = self.anybody()
        told = self._life.rows(
            "SELECT article FROM stories WHERE subscription_id = ? ORDER BY rowid DESC LIMIT 1", number
        )
        if told:
            self._life.happened["marks of not relevant"] += 1
            self._life.ledger.marks.add(number, told[0][0], self._life.now)

    def purge_somebody(self) -> None:
        """A server that we left, or a person, is forgotten at once."""
        number = self.anybody()
        subscription = self._life.ledger.subscriptions.get(number)
        if subscription.guild is None:
            self._life.ledger.people.forget(subscription.creator)
            gone = [number]
        else:
            self._life.ledger.subscriptions.purge_guild(subscription.guild)
            gone = [
                one for one in self._life.history if one % _GUILDS == number % _GUILDS and one in self._life.of_servers
            ]
        self._life.happened["digests forgotten with their server or person"] += len(gone)
        for one in gone:
            self._life.forgotten[one] = self._life.now
            del self._life.history[one]
