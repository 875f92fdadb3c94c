"""What PRODUCT.md, section 7 promises, held against what a life left behind; by other code than what it judges."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bot.briefings.delivery import Account, Delivery
from digest_world.life import MINUTE, SECOND, Life
from digest_world.newsroom import Newsroom
from digest_world.records import Change
from digest_world.slots import Due, slots_between
from digest_world.told_news import told_news

FOOTER = re.compile(r"#(D\d+)-(\d{8}(?:m\d+)?)-(\d+)")
STORY = re.compile(r"story-(\d+)")
SPREAD = 60 * SECOND
COMPLETE = ("posted", "empty")


@dataclass
class Findings:
    """`broken` are promises that were not kept, one line each; `outcomes` counts slots by what became of them."""

    broken: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    stories: int = 0  # that had to be told, over all subscriptions
    told: int = 0
    updates: int = 0
    messages: int = 0
    late: list[float] = field(default_factory=list)  # seconds from the slot to the first message, on time or not


@dataclass(frozen=True)
class Told:
    """One message: its digest, its part, when, and the stories in it."""

    label: str
    part: int
    at: dt.datetime
    channel: int
    covers: bool
    stories: tuple[int, ...]


@dataclass(frozen=True)
class Term:
    """A time during which a subscription was served by one schedule; slots before `first` are passed over."""

    begins: Change
    ends: dt.datetime

    def slots(self, year: int) -> list[Due]:
        change = self.begins
        due = slots_between(change.schedule, year, change.at, self.ends)
        return [one for one in due if one[1] >= self.first(year)]

    def first(self, year: int) -> dt.datetime:
        """After an edit: at least half an interval after the last post, on a later local date than it."""
        change = self.begins
        if not change.edited or change.last_post is None:
            return change.at
        later = slots_between(change.schedule, year, change.at, change.at + dt.timedelta(days=140))
        for (day, due), (_, following) in pairwise(later):
            is_later = change.last_date is None or day > change.last_date
            if is_later and due - change.last_post >= (following - due) / 2:
                return due
        raise AssertionError("there is always a slot")


def judged(life: Life) -> Findings:
    """Hold everything that is in the ledger and in the channels against the promises."""
    found = Findings()
    told: dict[str, list[Told]] = defaultdict(list)
    for channel, messages in life.channels.messages.items():
        for message in messages:
            text = message.page.text
            footer = FOOTER.search(text)
            assert footer is not None
            found.messages += 1
            label = f"#{footer[1]}-{footer[2]}"
            stories = tuple(int(number) for number in STORY.findall(text))
            part = int(footer[3])
            told[label].append(Told(label, part, message.posted_at, channel, "covers " in text.lower(), stories))
    known = set()
    for number in life.history:
        runs = [(run, accounts) for run, accounts in reversed(life.runs_of(number))]
        known |= {run.label for run, _ in runs}
        _Judge(life, number, runs, told, found).judge()
    for label in sorted(told.keys() - known):
        forgotten = life.forgotten.get(int(label[2:].partition("-")[0]))
        if forgotten is None:
            found.broken.append(f"{label} is in a channel and in no ledger")
        elif any(one.at > forgotten for one in told[label]):
            found.broken.append(f"{label} was posted after it was forgotten at {forgotten}")
    if (waiting := life.ledger.notices.waiting()) and not found.broken:
        found.broken.append(f"nobody was told of {waiting}")
    if isinstance(life.wire, Newsroom):
        found.broken += told_news(life, found)
    return found


class _Judge:
    """One subscription."""

    def __init__(
        self,
        life: Life,
        number: int,
        runs: list[tuple[Delivery, list[Account]]],
        told: dict[str, list[Told]],
        found: Findings,
    ) -> None:
        self._life = life
        self._number = number
        self._year = life.start.year
        self._runs = [run for run, _ in runs]
        self._accounts = {run.label: accounts for run, accounts in runs}
        self._scheduled = [run for run in self._runs if run.kind == "scheduled"]
        self._told = {run.label: told.get(run.label, []) for run in self._runs}
        self._found = found
        self._changes = life.history[number]
        self._subscription = life.ledger.subscriptions.get(number)
        ends = [*(change.at for change in self._changes[1:]), life.now]
        self._terms = [
            Term(change, end)
            for change, end in zip(self._changes, ends, strict=True)
            if change.served and change.at < end
        ]

    def judge(self) -> None:
        self._every_slot_has_one_outcome()
        self._runs_are_of_their_slots()
        self._messages_are_those_of_the_ledger()
        self._windows_join()
        if not self._life.with_newsroom:
            self._every_story_once()
        self._bot_changes_have_reasons()

    def _broken(self, what: str) -> None:
        self._found.broken.append(f"D{self._number}: {what}")

    # Slots

    def _every_slot_has_one_outcome(self) -> None:
        by_date = {run.local_date: run for run in self._scheduled}
        for term in self._terms:
            slots = term.slots(self._year)
            for place, (day, due) in enumerate(slots):
                following = slots[place + 1][1] if place + 1 < len(slots) else term.ends
                run = by_date.get(day)
                if run is not None:
                    self._found.outcomes[_outcome(run, due)] += 1
                elif (free := self._free_round(due, following)) is None:
                    last = place + 1 == len(slots)
                    self._found.outcomes["overtaken by a change" if last else "carried by a catch-up"] += 1
                else:
                    self._broken(f"the slot of {day} ({due:%d %H:%M}) was passed over by the round of {free}")
        away = 0
        for change, end in zip(self._changes, [*(one.at for one in self._changes[1:]), self._life.now], strict=True):
            if not change.served:
                away += len(slots_between(change.schedule, self._year, change.at, end))
        self._found.outcomes["paused or removed"] += away

    def _free_round(self, since: dt.datetime, until: dt.datetime) -> dt.datetime | None:
        """A round in ``[since, until)`` that had nothing else to do for this subscription than its slot."""
        rounds = self._life.rounds
        place = bisect_left(rounds, since, key=lambda one: one.at)
        for one in rounds[place:]:
            if one.ended >= until:
                return None
            held_back = since < one.since and one.at < one.since + SPREAD
            if not held_back and not self._busy(one.at):
                return one.at
        return None

    def _busy(self, moment: dt.datetime) -> bool:
        """Whether a run was waiting to be brought to its end."""
        return any(run.planned_at <= moment and (run.finished_at or self._life.now) > moment for run in self._runs)

    def _runs_are_of_their_slots(self) -> None:
        """Of a slot that there is, not before it, the newest that was due, and by the rule for late ones."""
        before: Delivery | None = None
        for run in self._scheduled:
            name = run.label
            term = next((one for one in self._terms if one.begins.at < run.due_at <= one.ends), None)
            due_until_then = term.slots(self._year) if term is not None else []
            if term is None or (run.local_date, run.due_at) not in due_until_then:
                self._broken(f"{name} at {run.due_at} is no slot")
                continue
            if run.planned_at < run.due_at:
                self._broken(f"{name} was early")
            if before is not None and run.due_at <= before.planned_at:
                self._broken(f"{name} is a second run for the time before {before.label} was planned")
            if before is not None and self._told[before.label] and self._told[run.label]:
                posted = min(one.at for one in self._told[before.label])
                if min(posted, self._life.tried[f"{before.label}-1"]) >= run.due_at:
                    self._broken(f"{before.label} and {run.label} are two posts for one gap")
            before = run
            newest = max(due for _, due in due_until_then if due <= run.planned_at)
            if newest != run.due_at:
                self._broken(f"{name} was planned when {newest} was due already")
            schedule = term.begins.schedule
            after = max(run.due_at, run.planned_at)
            following = slots_between(schedule, self._year, after, after + dt.timedelta(days=70))[0][1]
            is_late = (following - run.planned_at) * 4 <= following - run.due_at
            was_left = str(run.state) == "skipped" and (run.reason or "").startswith("it was late")
            if is_late != was_left:
                self._broken(f"{name}, planned {run.planned_at}: late is {is_late}, left to the next is {was_left}")
            self._covers_what_it_should(run, schedule)

    def _covers_what_it_should(self, run: Delivery, schedule: object) -> None:
        told = self._told[run.label]
        if not told:
            return
        term = next(one for one in self._terms if one.begins.at < run.due_at <= one.ends)
        begins, first = term.begins.at, term.first(self._year)
        since = first - SECOND if first != begins else begins
        for one in self._runs:
            if str(one.state) in COMPLETE and one.id < run.id and one.finished_at and one.finished_at > begins:
                since = max(since, one.due_at)
        # Days that had their run under another schedule have no second slot.
        had = {one.local_date for one in self._scheduled if one.planned_at <= since}
        between = slots_between(term.begins.schedule, self._year, since, run.planned_at)
        missed = sum(day not in had for day, _due in between)
        if any(one.covers != (missed >= 2) for one in told if one.part == 1):
            self._broken(f"{run.label} stands for {missed} slots since {since} and its heading does not say so")

    # Messages

    def _messages_are_those_of_the_ledger(self) -> None:
        life = self._life
        for run in self._runs:
            told, state = self._told[run.label], str(run.state)
            live = Counter(one.part for one in told if one.channel not in life.channels.gone)
            for part, times in live.items():
                if times > 1:
                    self._broken(f"{run.label}-{part} was posted {times} times")
            if state == "posted":
                wanted = {part.part: part.message_id for part in life.ledger.parts(run)}
                if None in wanted.values() or {one.part for one in told} != wanted.keys():
                    self._broken(f"{run.label} is posted, but of {sorted(wanted)} there are {sorted(live)}")
            elif told:
                self._broken(f"{run.label} is {state} and has {len(told)} messages")
            if state not in (*COMPLETE, "skipped") and self._changes[-1].served:
                self._broken(f"{run.label} is still {state} at the end: {run.reason}")
            for one in told:
                if one.at < run.due_at:
                    self._broken(f"{run.label}-{one.part} was posted early, at {one.at}")
                rendered = life.rendered[run.label]
                if not any(term.begins.at <= one.at <= term.ends for term in self._terms) and not any(
                    rendered <= change.at <= one.at <= rendered + 15 * MINUTE for change in self._changes
                ):
                    self._broken(f"{run.label}-{one.part} was posted at {one.at} while it was not served")
            if told and run.kind == "scheduled":
                self._found.late.append((min(one.at for one in told) - run.due_at).total_seconds())

    # Windows and stories

    def _windows_join(self) -> None:
        cursor = looked_from = self._life.cursors[self._number]
        for run in self._runs:
            if str(run.state) not in COMPLETE:
                continue
            # What no message told, such as a thread that could not be made, is looked at again.
            if run.window.after not in (cursor, looked_from):
                self._broken(f"{run.label} begins after {run.window.after}, the one before ended with {cursor}")
            looked_from = run.window.after
            rendered = self._life.rendered[run.label]
            if not self._life.wire.arrivals_until(run.planned_at) <= run.window.upto:
                self._broken(f"{run.label} ends with {run.window.upto}, though more had arrived")
            if run.window.upto > self._life.wire.arrivals_until(rendered):
                self._broken(f"{run.label} ends with {run.window.upto}, which had not arrived")
            counts_all = not self._life.with_newsroom and not self._life.hidden.get(self._number)
            if counts_all and run.considered != run.window.upto - run.window.after:
                self._broken(f"{run.label} considered {run.considered}")
            cursor = run.window.upto
        if self._subscription.cursor not in (cursor, looked_from):
            self._broken(f"the cursor is {self._subscription.cursor}, its runs ended with {cursor}")

    def _every_story_once(self) -> None:
        life, topic = self._life, self._subscription.topic
        after, upto = life.cursors[self._number], self._subscription.cursor
        ever_hidden = {subject for _, hidden in life.hidden.get(self._number, ()) for subject in hidden}
        may_be_told = {
            life.wire.story[number]
            for number in life.wire.arrivals[after:upto]
            if topic.is_everything or life.wire.articles[number].collection == topic.text
        }
        # Stories are of one collection, so that one which was hidden for a while may be told or not.
        eligible = {story for story in may_be_told if life.wire.articles[story].collection not in ever_hidden}
        told = Counter(self._stories_told())
        self._found.stories += len(eligible)
        self._found.told += sum(times for story, times in told.items() if story in eligible)
        for story in sorted(may_be_told | told.keys()):
            if told[story] != (story in eligible) and not (told[story] == 1 and story in may_be_told - eligible):
                self._broken(f"story {story} was told {told[story]} times instead of {int(story in eligible)}")

    def _stories_told(self) -> Iterator[int]:
        """What stands in messages, each part of a run counted once, and behind its More button."""
        for run in self._runs:
            shown = {one.part: one.stories for one in self._told[run.label]}
            in_messages = [story for stories in shown.values() for story in stories]
            yield from in_messages
            counted = self._life.told_by(run.id)
            for account in self._accounts[run.label]:
                story = self._life.wire.story[account.article]
                if account.outcome == "over_limit" and account.article in counted and story not in in_messages:
                    yield story

    # What the bot did by itself

    def _bot_changes_have_reasons(self) -> None:
        for change, following in zip(self._changes, [*self._changes[1:], None], strict=True):
            about = change.what.removesuffix(" by the bot")
            if about != change.what:
                until = following.at if following else self._life.now
                told = [at for at, state in self._life.notices.get(self._number, ()) if state == about]
                rounds = sum(change.at < one.at < until for one in self._life.rounds)
                if rounds > 100 and not any(change.at <= at <= until for at in told):
                    self._broken(f"nobody was told that it was {change.what} at {change.at}")
            if change.what == "removed by the bot" and not self._life.channels.gone:
                self._broken("it was removed although no channel was deleted")


def _outcome(run: Delivery, due: dt.datetime) -> str:
    state, reason = str(run.state), run.reason or ""
    if run.due_at != due:
        return "the day had its run already"
    if state != "skipped":
        return {"posted": "posted", "empty": "nothing new"}.get(state, state)
    if reason.startswith("it was late"):
        return "late, left to the next"
    return "blocked, carried by the next" if reason.startswith("missing") else "not sent, carried by the next"
