"""A watched question from articles that arrive to messages that are posted once, whatever happens in between."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, at_once, subscribed
from channels import FakeChannels
from doomed import Doom, DoomedChannels, Killed
from drafts import draft
from fakes import WordHashEmbedder
from small_desk import add_articles, archive_with, desk_over

from bot.briefings.delivery import Delivery, RunState
from bot.briefings.digest_desk import DigestDesk, Owner
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import FILE_NAME, Ledger
from bot.briefings.pages import posts_of
from bot.briefings.plan import Plan
from bot.briefings.planning import Readers
from bot.briefings.run_desk import RunDesk
from bot.briefings.subscription import Subscription
from bot.briefings.watch_runs import WatchRuns
from bot.cli.digest_data import export_of
from bot.rendering.quotes import shown_quotes
from corpus.archive import Archive
from corpus.article import Window
from retrieval.digests.digesting import DigestComposer
from retrieval.topics.topic import Topic
from retrieval.watches.watching import QuestionWatcher

CHANNEL = 7
DUE = MONDAY + dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
QUESTION = "How many sheep drowned off Jura?"
OLD = "The coastguard says that 12 sheep drowned off Jura in the storm."
NEW = "By now 40 sheep drowned off Jura, farmers fear."
NEWER = "A count from the air says that 55 sheep drowned off Jura."


@dataclass
class House:
    """A bot's data folder and the channels that it posts to; both outlive any process."""

    folder: Path
    archive: Archive
    ledger: Ledger
    channels: FakeChannels

    def arrive(self, *texts: str) -> list[int]:
        return add_articles(self.archive, [draft(text, title="Sheep", outlet="Jura Post") for text in texts])

    def watches(self) -> WatchRuns:
        watcher = QuestionWatcher(self.archive, desk_over(self.archive, self.folder).ready)
        return WatchRuns(self.ledger, watcher, DigestComposer(self.archive, WordHashEmbedder()))

    def subscribe(self, **fields: Any) -> Subscription:
        subscription = subscribed(self.ledger, topic=Topic(QUESTION), cursor=self.archive.last_arrival(), **fields)
        present = self.watches().present(
            subscription.topic, subscription.sources(), without=Window(subscription.cursor, subscription.cursor)
        )
        self.ledger.evidence.begin(subscription.id, present.evidence)
        return subscription

    def process(self, run: Any = at_once, poster: Any = None, **fields: Any) -> Dispatcher:
        """A bot that was just started."""
        composer = DigestComposer(self.archive, WordHashEmbedder())
        parts = self.ledger, self.archive, composer, poster or self.channels, posts_of, run
        return Dispatcher(*parts, watches=self.watches(), **fields)

    async def settle(self, now: dt.datetime, **fields: Any) -> None:
        self.channels.now = now
        await self.process(**fields).settle_due(now)

    @property
    def posted(self) -> list[list[str]]:
        """The quotes of each message."""
        return [shown_quotes(text) for text in self.channels.texts(CHANNEL)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with archive_with(tmp_path, ()) as archive, Ledger.open(tmp_path) as ledger:
        yield House(tmp_path, archive, ledger, FakeChannels(MONDAY))


async def test_what_is_new_is_posted_once_beside_what_was_known(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive(NEW)
    await house.settle(DUE - dt.timedelta(seconds=1))
    assert house.posted == []
    for minutes in (0, 1, 5, 600):
        await house.settle(DUE + dt.timedelta(minutes=minutes))
    assert house.posted == [[NEW, OLD]]
    assert "#D1-20261123-1" in house.channels.texts(CHANNEL)[0]
    known = house.ledger.evidence.of(1)
    assert [one.article for one in known.current or ()] == [2, 1]
    last = house.ledger.last_run(1)
    assert last is not None and last.result == "posted 1"
    assert house.ledger.subscriptions.get(1).cursor == 2


@pytest.mark.parametrize("pause", [dt.timedelta(seconds=40), dt.timedelta(minutes=30)], ids=["at once", "later"])
async def test_a_restart_between_any_two_steps_neither_doubles_nor_loses(tmp_path: Path, pause: dt.timedelta) -> None:
    crashes = 0
    for steps in range(200):
        folder = tmp_path / str(steps)
        folder.mkdir()
        with archive_with(folder, ()) as archive, Ledger.open(folder) as ledger:
            house = House(folder, archive, ledger, FakeChannels(MONDAY))
            house.arrive(OLD)
            house.subscribe()
            house.arrive(NEW, NEWER)
            doom = Doom(steps)
            try:
                await house.settle(DUE, run=doom.run, poster=DoomedChannels(house.channels, doom))
            except Killed:
                crashes += 1
            else:
                break
            second = Doom(steps + 1)
            with suppress(Killed):
                await house.settle(DUE + pause, run=second.run, poster=DoomedChannels(house.channels, second))
            await house.settle(DUE + 2 * pause)
            await house.settle(DUE + 3 * pause)
            assert house.posted == [[NEW, NEWER, OLD]], steps
            assert ledger.outstanding(1) is None
            assert [one.article for one in ledger.evidence.of(1).current or ()] == [2, 3, 1]
            assert len(ledger.evidence.of(1).everything) == 3
    assert crashes > 10


async def test_what_waits_for_a_permission_is_no_evidence_yet(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive(NEW)
    house.channels.closed.add(CHANNEL)
    await house.settle(DUE)
    assert [one.article for one in house.ledger.evidence.of(1).everything] == [1]
    house.arrive(NEWER)
    house.channels.closed.clear()
    await house.settle(DUE + DAY)  # the newer slot carries what the blocked one held
    assert [quotes for quotes in house.posted if quotes] == [[NEW, NEWER, OLD]]
    assert [one.article for one in house.ledger.evidence.of(1).current or ()] == [2, 3, 1]


def save(house: House, **changes: Any) -> None:
    """Edit D1, now."""
    owner = Owner(1)
    desk = DigestDesk(
        house.ledger, house.archive, DigestComposer(house.archive, WordHashEmbedder()), watches=house.watches()
    )
    plan = replace(Plan.of(house.ledger.subscriptions.get(1)), **changes)
    desk.start(owner, desk.revise(owner, desk.edit(owner, 1, DUE).id, plan).id, 3, DUE)


async def test_what_waits_while_sources_are_changed_is_asked_of_the_new_ones(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive(NEW)
    house.channels.closed.add(CHANNEL)
    await house.settle(DUE)
    save(house, not_words=("kelp",))
    assert [one.article for one in house.ledger.evidence.of(1).everything] == [1]
    run = house.ledger.last_run(1)
    assert run is not None and run.result == "skipped: it was changed before it was sent; the next one carries it"
    house.channels.closed.clear()
    await house.process().retry_channels({CHANNEL}, DUE + dt.timedelta(hours=1))
    assert house.posted == []
    await house.settle(DUE + DAY)
    assert house.posted == [[NEW, OLD]]
    assert [one.article for one in house.ledger.evidence.of(1).current or ()] == [2, 1]
    house.arrive("Farmers fear that 40 sheep drowned off Jura.")
    await house.settle(DUE + 2 * DAY)
    assert len([quotes for quotes in house.posted if quotes]) == 1  # it was told


GOATS, MORE_GOATS = "In all 300 goats starved on Mull this winter.", "On Mull 410 goats starved, a count says."


@pytest.mark.parametrize("unclear", [False, True], ids=["blocked", "may be posted"])
async def test_another_question_asked_while_a_run_waits_loses_no_news(house: House, unclear: bool) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive(NEW, GOATS)
    if unclear:
        house.channels.lose_answers = 1
    else:
        house.channels.closed.add(CHANNEL)
    await house.settle(DUE)
    save(house, topic="How many goats starved on Mull?")
    house.channels.closed.clear()
    if not unclear:  # the run that waited was left out, and the next one carries its news
        await house.settle(DUE + DAY)
        assert house.posted == [[GOATS]]
    else:  # it is in the channel, so its news is what the new question rests on
        await house.settle(DUE + dt.timedelta(minutes=1))
        assert house.posted == [[NEW, OLD]]
        assert [one.article for one in house.ledger.evidence.of(1).current or ()] == [3]
        house.arrive(MORE_GOATS)
        await house.settle(DUE + DAY)
        assert house.posted[1] == [MORE_GOATS, GOATS]


@pytest.mark.parametrize("asked", [False, True], ids=["due", "post now"])
async def test_a_question_that_is_edited_while_its_run_is_prepared_is_asked_as_it_is_now(
    house: House, asked: bool
) -> None:
    house.arrive(OLD)
    subscription = house.subscribe()
    house.arrive(NEW, "The ferry to Islay costs 30 pounds a head.")
    other = replace(Plan.of(subscription), topic="How much does the ferry to Islay cost?")

    async def while_it_is_edited(_: Subscription) -> Readers:
        if house.ledger.subscriptions.get(1).topic.text == QUESTION:
            house.ledger.subscriptions.revise(1, other, subscription.schedule, DUE)
            house.ledger.evidence.begin(1, ())
        return Readers()

    bot = house.process(readers=while_it_is_edited)
    if asked:
        await bot.post_now(1, DUE - dt.timedelta(minutes=1))
    else:
        await bot.settle_due(DUE)
    assert house.posted == [["The ferry to Islay costs 30 pounds a head."]]
    assert [one.article for one in house.ledger.evidence.of(1).everything] == [3]


async def test_a_digest_that_moves_before_it_is_sent_shows_nothing_that_may_not_be_seen_there(house: House) -> None:
    subscription = house.subscribe()
    house.arrive(NEW)
    elsewhere = replace(Plan.of(subscription), channel=CHANNEL + 1)

    async def readers(one: Subscription) -> Readers:
        return Readers(frozenset({"coast"}) if one.channel != CHANNEL else frozenset())

    async def moved_when_written_down(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        done = work(*args, **kwargs)
        if isinstance(done, Delivery) and done.state is RunState.RENDERED:
            house.ledger.subscriptions.revise(1, elsewhere, subscription.schedule, DUE)
        return done

    await house.settle(DUE, run=moved_when_written_down, readers=readers)
    assert not house.channels.messages
    last = house.ledger.last_run(1)
    assert last is not None and last.result.startswith("skipped: what it held may not be shown any more")


async def test_what_may_not_be_shown_any_more_is_withdrawn_with_its_evidence(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive(NEW)
    house.channels.closed.add(CHANNEL)
    await house.settle(DUE)
    house.channels.closed.clear()

    async def without_the_coast(_: Subscription) -> Readers:
        return Readers(hidden=frozenset({"coast"}))

    await house.process(readers=without_the_coast).retry_channels({CHANNEL}, DUE + dt.timedelta(hours=1))
    assert house.posted == []
    assert [one.article for one in house.ledger.evidence.of(1).everything] == [1]
    await house.settle(DUE + DAY)  # the collection may be seen again
    assert house.posted == [[NEW, OLD]]


async def test_a_removed_quote_is_neither_repeated_nor_remembered(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    (number,) = house.arrive(NEW)
    await house.settle(DUE)
    with house.archive.transaction():
        house.archive.remove([number], MONDAY)
    assert await house.process().correct(DUE) == 1
    house.arrive(NEW, NEWER)
    await house.settle(DUE + DAY)
    assert house.posted == [[OLD], [NEWER, OLD]]  # taken out of the message where it stood
    assert "One item was removed." in house.channels.texts(CHANNEL)[0]
    assert "1 quote from before is gone" in house.channels.texts(CHANNEL)[-1]


async def test_a_quiet_day_is_said_only_where_people_want_it(house: House) -> None:
    house.subscribe(post_when_empty=True)
    house.arrive("Ferries to Islay sail again on Monday.")
    await house.settle(DUE)
    assert "The best evidence has not changed (checked 1 article" in house.channels.texts(CHANNEL)[0]
    last = house.ledger.last_run(1)
    assert last is not None
    assert [account.outcome for account in house.ledger.accounts(last)] == ["not_best"]


async def test_in_a_thread_the_channel_has_the_headline(house: House) -> None:
    house.subscribe(in_thread=True)
    house.arrive(NEW)
    await house.settle(DUE)
    assert house.posted == [[]]
    (thread,) = house.channels.threads
    assert shown_quotes(house.channels.texts(thread)[0]) == [NEW]


async def test_an_export_has_the_evidence_as_places(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive(NEW)
    await house.settle(DUE)
    records = export_of(house.ledger, house.ledger.subscriptions.get(1))
    places = [(one["article"], one["start"], one["current"]) for one in records if one["record"] == "evidence"]
    assert places == [("A-2", 0, True), ("A-1", 0, True)]


async def test_everything_about_a_personal_question_is_forgotten(house: House) -> None:
    house.arrive(OLD)
    house.subscribe(guild=None, creator=3)
    house.arrive(NEW)
    await house.settle(DUE)
    assert [one.topic.text for one in house.ledger.people.of(3, DUE).personal] == [QUESTION]
    house.ledger.people.forget(3)
    assert not house.ledger.people.of(3, DUE)
    with sqlite3.connect(house.folder / FILE_NAME) as ledger:
        assert ledger.execute("SELECT count(*) FROM evidence").fetchone() == (0,)


async def test_what_a_run_decided_is_told_as_it_was_asked_whatever_the_topic_is_now(house: House) -> None:
    subscription = house.subscribe()
    house.arrive(NEW)
    await house.settle(DUE)
    words = replace(Plan.of(subscription), topic="sheep")
    house.ledger.subscriptions.revise(1, words, subscription.schedule, DUE)
    house.ledger.evidence.forget(1)
    house.arrive(NEWER)
    await house.settle(DUE + DAY)
    question = replace(words, topic=QUESTION)
    house.ledger.subscriptions.revise(1, question, subscription.schedule, DUE + DAY)
    desk = RunDesk(house.ledger, house.archive, DigestComposer(house.archive, WordHashEmbedder()))
    asked, matched = (desk.why(Owner(1), run, number).text for run, number in (("D1-20261123", 1), ("D1-20261124", 2)))
    assert "among the best evidence" in asked
    assert "It was posted: has the word" in matched
    asked, matched = (desk.run(Owner(1), f"D1-202611{day}", 0).text for day in (23, 24))
    assert "A quote counts as an answer from a chance" in asked
    assert "An article matches from a score" in matched


async def test_a_run_that_ends_while_an_edited_question_is_asked_takes_nothing_away_from_it(house: House) -> None:
    house.arrive(OLD)
    house.subscribe()
    house.arrive("In all 300 goats starved on Mull this winter.")
    owner, watches = Owner(1), house.watches()
    asked: list[Window | None] = []

    class Watched(WatchRuns):
        def present(self, topic: Topic, sources: Any, **fields: Any) -> Any:
            asked.append(fields.get("without"))
            if len(asked) == 1:  # a run of the question as it was ends now, on the other road
                with Ledger.open(house.folder) as posting:
                    upto = house.archive.last_arrival()
                    posting.subscriptions.advance(1, upto, waiting_since=DUE)
            return watches.present(topic, sources, **fields)

    composer = DigestComposer(house.archive, WordHashEmbedder())
    watcher = QuestionWatcher(house.archive, desk_over(house.archive, house.folder).ready)
    desk = DigestDesk(house.ledger, house.archive, composer, watches=Watched(house.ledger, watcher, composer))
    plan = replace(Plan.of(house.ledger.subscriptions.get(1)), topic="How many goats starved on Mull?")
    draft_number = desk.revise(owner, desk.edit(owner, 1, DUE).id, plan).id
    desk.start(owner, draft_number, 3, DUE)
    assert [window and window.after < window.upto for window in asked] == [True, False]
    now = house.ledger.evidence.of(1).current
    assert now is not None and len(now) == 1, "what the run left behind is known, since no run will look at it again"
