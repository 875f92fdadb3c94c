"""Lets time pass: processes that are killed and started, articles that arrive, channels that fail."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from briefings import plain_pages
from doomed import Killed
from fakes import WordHashEmbedder

from bot.briefings.asked_runs import DigestUnderWay, NotActive
from bot.briefings.delivery import Account, Delivery, Post
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.pages import posts_of
from bot.briefings.planning import Composer, Covers, Readers
from bot.briefings.subscription import State, Subscription
from digest_world.discord_side import BadChannels
from digest_world.newsroom import Later, Newsroom
from digest_world.people import People
from digest_world.records import USUAL, Change, Rates, Round
from digest_world.wire import SUBJECTS, StoryComposer, Wire
from retrieval.digests.digest import Digest
from retrieval.digests.digesting import DigestComposer

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Sydney"),
    *("Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu", "Asia/Kolkata", "America/St_Johns"),
    *("Africa/Casablanca", "Africa/Cairo", "America/Havana", "Asia/Beirut", "Asia/Almaty", "America/Nuuk"),
    *("Antarctica/Troll", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Tehran", "America/Sao_Paulo"),
)


@dataclass
class Life:
    """The whole world, from `start` on. `channels.now` is its time; equal seeds give equal lives."""

    folder: Path
    seed: int
    start: dt.datetime
    subscriptions: int
    rates: Rates = USUAL
    zones: Sequence[str] = ZONES
    rounds: list[Round] = field(default_factory=list)
    history: dict[int, list[Change]] = field(default_factory=dict)
    cursors: dict[int, int] = field(default_factory=dict)
    rendered: dict[str, dt.datetime] = field(default_factory=dict)  # by label
    tried: dict[str, dt.datetime] = field(default_factory=dict)  # by the id of a footer
    happened: Counter[str] = field(default_factory=Counter)
    with_newsroom: bool = False  # an archive and the real composer instead of the wire's
    hidden: dict[int, list[tuple[dt.datetime, frozenset[str]]]] = field(default_factory=dict)
    forgotten: dict[int, dt.datetime] = field(default_factory=dict)
    notices: dict[int, list[tuple[dt.datetime, State]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.people = People(self)
        self.wire = Newsroom(self.folder, self.seed, self.start) if self.with_newsroom else Wire()
        self.channels = BadChannels(self.start, chance=self.chance)
        self.ledger = Ledger.open(self.folder)
        self._events: list[tuple[dt.datetime, int, Callable[[], Any]]] = []
        self._order = itertools.count()
        self._dispatcher: Dispatcher | None = None
        self._up_since = self.start
        self._next_round = self.start
        self.new_channels = itertools.count(10, 10)
        self.states: dict[int, str] = {}
        self.of_servers: set[int] = set()
        self._calm = False
        self._last_run = 0
        self._under_way: set[int] = set()  # runs that were not over when it was looked last
        self._accounts: dict[int, list[Account]] = {}  # of runs that told more than their limit

    @property
    def now(self) -> dt.datetime:
        return self.channels.now

    def close(self) -> None:
        self.ledger.close()
        if isinstance(self.wire, Newsroom):
            self.wire.close()

    async def live(self, days: float) -> None:
        """Let so many days pass, then mend everything and let the bot settle."""
        end = self.start + days * DAY
        self._begin()
        self._foresee(days)
        await self._until(end)
        self._heal()
        await self._until(self.now + 3 * DAY)

    async def _until(self, end: dt.datetime) -> None:
        while self.now < end:
            coming = self._events[0][0] if self._events else end
            if self._dispatcher is not None and self._next_round <= min(coming, end):
                self.channels.now = max(self.now, self._next_round)
                await self._round()
            elif coming < end:
                at, _, event = heapq.heappop(self._events)
                self.channels.now = max(self.now, at)
                done = event()
                if done is not None:
                    await done
            else:
                self.channels.now = end

    # The process

    def _begin(self) -> None:
        for number in range(self.subscriptions):
            self.people.subscribe(number)
        self._start()

    def _start(self) -> None:
        if self._dispatcher is not None:
            return
        self._up_since = self._next_round = self.now
        if isinstance(self.wire, Newsroom):
            composer: Composer = DigestComposer(self.wire.archive, WordHashEmbedder(512), threshold=0.05)
        else:
            composer = StoryComposer(self.wire)
        self._dispatcher = Dispatcher(
            self.ledger,
            self.wire,
            composer,
            self.channels,
            self._render,
            self._step,
            readers=self._readers,
            started_at=self.now,
            clock=lambda: self.now,
        )

    def _stop(self, down: dt.timedelta, what: str) -> None:
        """The connection is closed with the process, and whatever it had not committed is lost."""
        if self._dispatcher is None:
            return
        self.happened[what] += 1
        self._dispatcher = None
        self.ledger.close()
        self.ledger = Ledger.open(self.folder)
        self._note_states()
        self.at(self.now + down, self._start)

    def _stop_for_a_while(self) -> None:
        down = self.chance.choice((10 * SECOND, 5 * MINUTE, 2 * HOUR, 9 * HOUR, 30 * HOUR, 5 * DAY))
        self._stop(down * self.chance.uniform(0.3, 1.7), "stops")

    def _die(self) -> None:
        down = self.chance.choice((2 * SECOND, 20 * SECOND, 90 * SECOND, 4 * MINUTE, 40 * MINUTE, 7 * HOUR))
        self._stop(down * self.chance.uniform(0.3, 1.7), "kills")

    async def _step(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Blocking work of the process, which may end before or after it."""
        self._perhaps_killed()
        done = work(*args, **kwargs)
        if done is not False:
            self._note_attempt(work.__name__, *args)
        self._perhaps_killed()
        if not self._calm and self.chance.random() < self.rates.changes:
            self.happened["changes between two steps"] += 1
            self.people.change_somebodys_mind()
        return done

    def _note_attempt(self, what: str, part: Any = None, *_: Any) -> None:
        """From when on a part may have been in its channel."""
        if what == "mark_sending":
            self.tried.setdefault(part.footer_id, self.now)
        elif what == "mark_unsent" and part.sending_since is None:
            self.tried.pop(part.footer_id, None)

    def _perhaps_killed(self) -> None:
        if not self._calm and self.chance.random() < self.rates.kills:
            raise Killed

    def _render(
        self, digest: Digest, subscription: Subscription, label: str, covers: Covers | None, takes_threads: bool
    ) -> Sequence[Post]:
        self.rendered[label] = self.now
        if not self._calm and self.chance.random() < 30 * self.rates.changes:
            self.happened["changes while a digest is composed"] += 1
            self.people.change_somebodys_mind(subscription.id)
        pages = posts_of if self.with_newsroom else plain_pages
        return pages(digest, subscription, label, covers, takes_threads)

    async def _readers(self, subscription: Subscription) -> Readers:
        return Readers(self.hidden_from(subscription.id, self.now))

    def hidden_from(self, number: int, moment: dt.datetime) -> frozenset[str]:
        """The collections that a digest's readers may not see at a moment."""
        past = [hidden for since, hidden in self.hidden.get(number, ()) if since <= moment]
        return past[-1] if past else frozenset()

    async def _round(self) -> None:
        dispatcher, begun = self._dispatcher, self.now
        assert dispatcher is not None
        try:
            await dispatcher.settle_due(begun)
            await dispatcher.correct(self.now)
            await self._tell(dispatcher)
            following = await dispatcher.next_due(self.now)
        except Killed:
            self._die()
            return
        self._note_states()
        self._note_accounts()
        self.rounds.append(Round(begun, self.now, self._up_since))
        again = [following] if following is not None else []
        if self.now - self._up_since < 2 * MINUTE:
            again.append(self.now + 30 * SECOND)
        for retry in self._waiting():
            # The alarm rings every 30 seconds; a ring that finds nothing to do is left out here.
            tick = 30 * SECOND * self.chance.choice((1, 1, 2, 4, 20, 60))
            again.append(retry if retry is not None and retry > self.now else self.now + tick)
        self._next_round = min(again, default=self.now + HOUR)

    async def _tell(self, dispatcher: Dispatcher) -> None:
        """As the chat room does, with a process that may end between the telling and its mark."""
        for notice in await dispatcher.notices():
            if not self._calm and self.chance.random() < 10 * self.channels.trouble:
                continue  # nobody could be reached
            self._perhaps_killed()
            self.notices.setdefault(notice.subscription.id, []).append((self.now, notice.about))
            await dispatcher.mark_told(notice, self.now)

    def _waiting(self) -> list[dt.datetime | None]:
        rows = self.rows(
            "SELECT min(d.retry_at), min(d.retry_at IS NOT NULL) FROM deliveries d JOIN subscriptions s "
            "ON s.id = d.subscription_id WHERE d.state IN ('rendered', 'sending', 'blocked') "
            "AND s.state IN ('active', 'blocked')"
        )
        (first, all_blocked) = rows[0]
        if all_blocked is None:
            return []
        return [dt.datetime.fromisoformat(first)] if all_blocked else [None]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the ledger's file holds."""
        return self.ledger._connection.execute(query, values).fetchall()

    def told_by(self, delivery: int) -> set[int]:
        """The articles that count as told by a run, in a message or behind its button."""
        told = self.rows("SELECT article FROM stories WHERE delivery_id = ? AND part > 0", delivery)
        return {article for (article,) in told}

    def runs_of(self, number: int) -> list[tuple[Delivery, list[Account]]]:
        """All runs of a digest, newest first, each with what became of its articles: also what the ledger forgot."""
        return [(run, self._accounts.get(run.id, accounts)) for run, accounts in self.ledger.history(number, 100_000)]

    # What is remembered for the promises

    def note(self, number: int, what: str, at: dt.datetime | None = None, *, edited: bool = False) -> None:
        subscription = self.ledger.subscriptions.get(number)
        change = Change(at or self.now, what, subscription.is_served, subscription.schedule, edited)
        if edited:
            ((finished, date),) = self.rows(
                "SELECT max(finished_at), max(local_date) FROM deliveries WHERE subscription_id = ? AND "
                "state = 'posted' AND kind = 'scheduled'",
                number,
            )
            change = replace(
                change,
                last_post=dt.datetime.fromisoformat(finished) if finished else None,
                last_date=dt.date.fromisoformat(date) if date else None,
            )
        self.history.setdefault(number, []).append(change)
        self.states[number] = str(subscription.state)

    def _note_states(self) -> None:
        """What the bot changed by itself."""
        for number, state, since in self.rows("SELECT id, state, state_since FROM subscriptions"):
            if number in self.history and state != self.states[number]:
                before, self.states[number] = self.states[number], state
                if state in ("paused", "removed"):
                    self.happened[f"{state} by the bot"] += 1
                    self.note(number, f"{state} by the bot", dt.datetime.fromisoformat(since))
                    self.at(self.now + self.chance.uniform(0.2, 20) * DAY, lambda one=number: self.people.revive(one))
                else:
                    self.happened[f"{before} to {state}"] += 1

    def _note_accounts(self) -> None:
        """What became of the articles of runs that are over: the ledger keeps that for thirty days."""
        fresh = [number for (number,) in self.rows("SELECT id FROM deliveries WHERE id > ?", self._last_run)]
        self._last_run = max(fresh, default=self._last_run)
        self._under_way.update(fresh)
        over = "state NOT IN ('rendered', 'sending', 'blocked') AND id IN (SELECT value FROM json_each(?))"
        for (number,) in self.rows(f"SELECT id FROM deliveries WHERE {over}", json.dumps(sorted(self._under_way))):
            self._under_way.discard(number)
            accounts = self.ledger.accounts(self.ledger.delivery(number))
            if any(one.outcome == "over_limit" for one in accounts):
                self._accounts[number] = accounts

    # What happens

    def at(self, moment: dt.datetime, event: Callable[[], Any]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    def _foresee(self, days: float) -> None:
        """Everything that will happen of itself."""
        rates = self.rates
        years = days / 365 * self.subscriptions
        for count, event in (
            (rates.articles * days, self._arrive),
            (rates.stops * days, self._stop_for_a_while),
            (rates.bad_hours * days, self._bad_hours),
            (rates.outages * days, self._outage),
            (rates.closed * years, self._close),
            (rates.unreadable * years, lambda: self._mark(self.channels.unreadable, 3 * DAY)),
            (rates.glitches * years, lambda: self._mark(self.channels.gone, 12 * MINUTE)),
            (rates.deleted * years, self._delete),
            (rates.paused * years, self.people.by_somebody(self.people.pause)),
            (rates.changed * years, self.people.by_somebody(self.people.reschedule)),
            (rates.moved * years, self.people.by_somebody(self.people.move)),
            (rates.removed * years, self.people.by_somebody(self.people.remove)),
            (rates.asked * years, self._post_now),
            (rates.hidden * years, self.people.hide),
            (rates.marked * years, self.people.mark_not_relevant),
            (rates.purged * years, self.people.purge_somebody),
        ):
            for _ in range(round(count)):
                self.at(self.start + self.chance.uniform(0, days) * DAY, event)
        self.channels.trouble = rates.trouble

    def _arrive(self) -> None:
        chance = self.chance
        if isinstance(self.wire, Newsroom):
            self._follow(self.wire.story(self.now))
            return
        for _ in range(chance.choice((1, 1, 1, 2, 6))):
            known = list(self.wire.articles)[-60:]
            same_as = chance.choice(known) if known and chance.random() < 0.2 else None
            subject = self.wire.articles[same_as].collection if same_as else chance.choice(SUBJECTS)
            late = self.now - chance.choice((0, 0, 0, 30, 4000)) * DAY
            news = chance.random() > 0.05
            self.wire.arrive(subject, self.now, published=f"{late:%Y-%m-%d}", same_as=same_as, news=news)

    def _follow(self, later: Later) -> None:
        for delay, happens in later:
            self.at(self.now + delay, lambda happens=happens: self._follow(happens(self.now)))

    def _bad_hours(self) -> None:
        self.happened["bad hours of the network"] += 1
        self.channels.trouble = self.chance.choice((0.1, 0.25))
        self.at(self.now + self.chance.uniform(0.2, 5) * HOUR, self._good_hours)

    def _good_hours(self) -> None:
        self.channels.trouble = 0.0 if self._calm else self.rates.trouble

    def _outage(self) -> None:
        self.happened["outages of a server"] += 1
        every = sorted(self.people.channel_of(number) for number in self.history)
        self._for_a_while(self.channels.unavailable, every[self.chance.randrange(7) :: 7], 12 * HOUR)

    def _mark(self, marked: set[int], longest: dt.timedelta) -> None:
        self.happened["channels unreadable, or gone by mistake"] += 1
        self._for_a_while(marked, [self.people.channel_of(self.people.anybody())], longest)

    def _for_a_while(self, marked: set[int], channels: Sequence[int], longest: dt.timedelta) -> None:
        fresh = set(channels) - marked
        marked |= fresh
        self.at(self.now + self.chance.random() * longest, lambda: marked.difference_update(fresh))

    def _close(self) -> None:
        self.happened["permissions taken"] += 1
        channel = self.people.channel_of(self.people.anybody())
        self.channels.closed.add(channel)
        for_long = self.chance.choice((HOUR, DAY, 4 * DAY, 25 * DAY))

        async def given_back() -> None:
            self.channels.closed.discard(channel)
            await self._served(lambda bot: bot.retry_channels({channel}, self.now))

        self.at(self.now + self.chance.uniform(0.2, 1.5) * for_long, given_back)

    def _delete(self) -> None:
        self.happened["channels deleted"] += 1
        channel = self.people.channel_of(self.people.anybody())
        self.channels.gone.add(channel)
        self.channels.messages.setdefault(channel, [])

    async def _post_now(self) -> None:
        number = self.people.anybody()
        await self._served(lambda bot: bot.post_now(number, self.now))

    async def _served(self, ask: Callable[[Dispatcher], Any]) -> None:
        if self._dispatcher is None:
            return
        try:
            await ask(self._dispatcher)
        except Killed:
            self._die()
        except (NotActive, DigestUnderWay):
            self.happened["asked for in vain"] += 1
        else:
            self.happened["asked for"] += 1
            self._note_states()
        self._next_round = min(self._next_round, self.now + 30 * SECOND)

    def _heal(self) -> None:
        """Nothing goes wrong any more, everybody wants their digests, and the bot is started."""
        self._calm = True
        self._events.clear()
        self.channels.trouble = 0
        for marked in (self.channels.closed, self.channels.unavailable, self.channels.unreadable):
            marked.clear()
        for number in self.history:
            if self.people.channel_of(number) in self.channels.gone and self.states[number] != "removed":
                self.people.revise(number, channel=next(self.new_channels))
            self.people.revive(number)
            self._note_states()
        self._start()
