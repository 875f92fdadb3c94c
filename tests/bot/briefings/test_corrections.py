"""What becomes of a digest's messages when an article of it is removed, revised or hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from briefings import MONDAY, at_once, subscribed
from channels import FakeChannels
from drafts import draft
from fakes import WordHashEmbedder
from small_desk import add_articles

from bot.briefings.delivery import MayNotPost, PostRefused, PostUnclear, RunState, TryLater
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.pages import posts_of
from bot.briefings.planning import Readers
from bot.briefings.subscription import Subscription
from bot.rendering.digest_corrections import told_on
from bot.rendering.page import Page
from bot.rendering.wording import ENGLISH, ngettext, speaking
from corpus.archive import Archive
from corpus.identity import body_of, keys_of
from retrieval.digests.digesting import DigestComposer

DUE = MONDAY + dt.timedelta(hours=1)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
WORDS = "amber birch cedar dune elder fjord grove heath islet jetty knoll larch marsh north ochre pines reeds".split()
GONE = "-# One item was removed."


def story(number: int, places: int = 1) -> str:
    """A sentence that has no word in common with another story's, and long enough to fill a message with a few."""
    return " ".join(f"{word}{number}" for word in WORDS * places).capitalize() + "."


@dataclass
class House:
    archive: Archive
    ledger: Ledger
    channels: FakeChannels
    hidden: set[str] = field(default_factory=set)
    language: str = ENGLISH

    def dispatcher(self, poster: Any = None) -> Dispatcher:
        async def readers(subscription: Subscription) -> Readers:
            return Readers(frozenset(self.hidden), self.language)

        composer = DigestComposer(self.archive, WordHashEmbedder(512), threshold=0.05)
        return Dispatcher(
            self.ledger, self.archive, composer, poster or self.channels, posts_of, at_once, readers=readers
        )

    def arrive(self, *numbers: int, places: int = 1) -> None:
        add_articles(self.archive, [draft(story(one, places), title=f"Story {one}") for one in numbers])

    def remove(self, *numbers: int, at: dt.datetime) -> None:
        with self.archive.transaction():
            self.archive.remove(numbers, at)

    def revise(self, number: int, text: str) -> None:
        revised = draft(text, title=f"Story {number}")
        with self.archive.transaction():
            self.archive.revise(number, revised, original=b"", keys=keys_of(revised, body_of(revised), None), now=DUE)

    def begins(self, number: int) -> int:
        """How often a story is quoted."""
        return self.texts.count(f"> Amber{number} ")

    @property
    def texts(self) -> str:
        return "\n".join(text for channel in self.channels.messages for text in self.channels.texts(channel))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Archive.open(tmp_path) as archive, Ledger.open(tmp_path) as ledger:
        add_articles(archive, [draft("What was there before anybody asked for news.")], news=False)
        yield House(archive, ledger, FakeChannels(DUE))


async def test_a_removed_article_leaves_its_message_and_a_line_says_so(house: House) -> None:
    subscribed(house.ledger, max_items=3)
    house.arrive(2, 3, 4, 5, 6)
    dispatcher = house.dispatcher()
    await dispatcher.settle_due(DUE)
    assert await dispatcher.correct(DUE) == 0
    shown = [number for there in house.channels.messages.values() for one in there for number in told_on(one.page)]
    assert sorted(shown) == [2, 3, 4, 5, 6]  # in the channel, and in the thread
    gone = (shown[0], shown[-1])
    house.remove(*gone, at=DUE + MINUTE)
    assert await dispatcher.correct(DUE + MINUTE) == 2
    assert house.texts.count(GONE) == 2
    assert [house.begins(number) for number in range(2, 7)] == [int(number not in gone) for number in range(2, 7)]
    assert await house.dispatcher().correct(DUE + DAY) == 0  # another process finds nothing left to do


async def test_a_line_counts_all_that_were_removed(house: House) -> None:
    subscribed(house.ledger)
    house.arrive(2, 3, 4, 5)
    await house.dispatcher().settle_due(DUE)
    for number, line in ((4, GONE), (2, "-# 2 items were removed."), (5, "-# 3 items were removed.")):
        house.remove(number, at=DUE + MINUTE)
        await house.dispatcher().correct(DUE + MINUTE)
        assert house.texts.count("removed.") == house.texts.count(line) == 1
    house.remove(3, at=DUE + MINUTE)
    await house.dispatcher().correct(DUE + MINUTE)
    [message] = house.channels.messages[7]
    assert message.page.text == "**Everything new** · 4 new\n-# 4 items were removed.\n-# #D1-20261123-1 · times in UTC"
    assert message.page.rows == ()


async def test_a_correction_that_is_cut_is_made_the_next_time_and_one_that_is_refused_is_left(house: House) -> None:
    class Cut(FakeChannels):
        async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
            self.attempts += 1
            raise self.trouble

        trouble: Exception = PostUnclear("cut")

    subscribed(house.ledger)
    house.arrive(2, 3)
    await house.dispatcher().settle_due(DUE)
    house.remove(2, at=DUE)
    cut = Cut(DUE)
    dispatcher = house.dispatcher(cut)
    assert await dispatcher.correct(DUE + MINUTE) == 0
    cut.trouble = MayNotPost("View Channel")
    assert await dispatcher.correct(DUE + 2 * MINUTE) == 0
    assert await dispatcher.correct(DUE + 3 * MINUTE) == 0
    assert cut.attempts == 2
    cut.trouble = PostRefused("Discord refuses the message (code 10008)")
    for day in (1, 2):
        assert await dispatcher.correct(DUE + 2 * MINUTE + day * DAY) == 0
        assert cut.attempts == 3


@pytest.mark.parametrize("how", ["removed", "revised"])
async def test_what_changes_between_two_messages_is_not_in_the_second_and_comes_again_if_it_may(
    how: str, house: House
) -> None:
    changed: list[int] = []

    class Slow(FakeChannels):
        async def post(self, channel_id: int, page: Page, **fields: Any) -> int:
            posted = await super().post(channel_id, page, **fields)
            if not changed:
                delivery = house.ledger.outstanding(1)
                assert delivery is not None
                _first, second = (part.page for part in house.ledger.parts(delivery))
                changed.append(told_on(second)[0])
                if how == "removed":
                    house.remove(*changed, at=DUE)
                else:
                    house.revise(changed[0], story(99))
            return posted

    subscribed(house.ledger, max_items=20)
    house.arrive(*range(2, 18), places=2)
    house.channels = Slow(DUE)
    dispatcher = house.dispatcher()
    await dispatcher.settle_due(DUE)
    assert len(house.channels.texts(7)) == 2
    assert house.begins(changed[0]) == 0 and GONE in house.texts
    [(run, _accounts)] = house.ledger.history(1)
    assert run.state is RunState.POSTED
    await dispatcher.settle_due(DUE + DAY)
    assert [house.begins(number) for number in range(2, 18)] == [int(number not in changed) for number in range(2, 18)]
    assert house.begins(99) == (how == "revised")


async def test_the_second_message_of_a_digest_in_a_forum_stands_in_its_post(house: House) -> None:
    house.channels.forums.add(7)
    subscribed(house.ledger, max_items=20)
    house.arrive(*range(2, 18), places=2)
    house.channels.lose_answers = 1
    for minute in range(0, 9, 3):
        house.channels.now = DUE + minute * MINUTE
        await house.dispatcher().settle_due(house.channels.now)
    [post] = house.channels.threads
    assert [len(house.channels.messages[place]) for place in (7, post)] == [1, 1]
    assert [house.begins(number) for number in range(2, 18)] == [1] * 16
    last = told_on(house.channels.messages[post][0].page)[0]
    house.remove(last, at=DUE)
    assert await house.dispatcher().correct(DUE + DAY) == 1
    assert house.begins(last) == 0


async def test_what_may_be_in_its_channel_is_looked_for_before_it_is_sent_without_what_was_removed(
    house: House,
) -> None:
    subscribed(house.ledger)
    house.arrive(2, 3)
    house.channels.lose_answers = 1
    await house.dispatcher().settle_due(DUE)
    house.remove(2, at=DUE + MINUTE)
    await house.dispatcher().settle_due(DUE + MINUTE)
    await house.dispatcher().correct(DUE + MINUTE)
    assert len(house.channels.texts(7)) == 1
    assert (house.begins(2), house.begins(3), GONE in house.texts) == (0, 1, True)


async def posted_and_removed(house: House, channels: FakeChannels) -> Dispatcher:
    """Two stories were posted in these channels, and the first is removed: the bot that has to correct it."""
    subscribed(house.ledger)
    house.arrive(2, 3)
    house.channels = channels
    dispatcher = house.dispatcher()
    await dispatcher.settle_due(DUE)
    house.remove(2, at=DUE)
    return dispatcher


async def test_after_an_outage_of_hours_a_correction_is_made_at_the_next_round(house: House) -> None:
    class Away(FakeChannels):
        async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
            if self.now < DUE + 600 * MINUTE:
                raise PostUnclear("not connected to Discord")
            await super().correct(channel_id, message_id, page)

    dispatcher = await posted_and_removed(house, Away(DUE))
    for minutes in (*range(1, 600, 7), 599):
        house.channels.now = DUE + minutes * MINUTE
        assert await dispatcher.correct(house.channels.now) == 0
    house.channels.now = DUE + 600 * MINUTE
    assert await dispatcher.correct(house.channels.now) == 1


async def test_an_edit_that_discord_puts_off_is_tried_again_after_longer_and_longer(house: House) -> None:
    tried: list[dt.datetime] = []

    class PutsOff(FakeChannels):
        async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
            tried.append(self.now)
            raise TryLater("too many edits of old messages")  # 30046

    dispatcher = await posted_and_removed(house, PutsOff(DUE))
    for minutes in range(1, 121):
        house.channels.now = DUE + minutes * MINUTE
        assert await dispatcher.correct(house.channels.now) == 0
    assert [round((when - DUE) / MINUTE) for when in tried] == [1, 2, 3, 5, 9, 17, 33, 65]


async def test_what_is_removed_while_a_run_is_under_way_is_taken_out_however_long_that_takes(house: House) -> None:
    subscribed(house.ledger)
    house.arrive(2, 3)
    house.channels.lose_answers = 1
    dispatcher = house.dispatcher()
    await dispatcher.settle_due(DUE)
    house.remove(2, at=DUE + MINUTE)
    for minutes in (1, 120):  # nothing is known of the message yet
        assert await dispatcher.correct(DUE + minutes * MINUTE) == 0
    await dispatcher.settle_due(DUE + 180 * MINUTE)
    assert await dispatcher.correct(DUE + 180 * MINUTE) == 1
    assert (house.begins(2), house.begins(3)) == (0, 1)


async def test_a_first_message_is_corrected_while_the_second_may_not_be_posted(house: House) -> None:
    class Closing(FakeChannels):
        async def post(self, channel_id: int, page: Page, **fields: Any) -> int:
            if self.messages:
                raise MayNotPost("Send Messages")
            return await super().post(channel_id, page, **fields)

    subscribed(house.ledger, max_items=20)
    house.arrive(*range(2, 18), places=2)
    house.channels = Closing(DUE)
    dispatcher = house.dispatcher()
    await dispatcher.settle_due(DUE)
    first = told_on(house.channels.messages[7][0].page)[0]
    house.remove(first, at=DUE + MINUTE)
    assert await dispatcher.correct(DUE + MINUTE) == 1
    assert (house.begins(first), GONE in house.texts) == (0, True)
    assert await dispatcher.correct(DUE + 2 * MINUTE) == 0


async def test_a_correction_is_in_the_language_of_its_readers_and_counts_what_was_said_in_another(house: House) -> None:
    subscribed(house.ledger)
    house.arrive(2, 3, 4)
    await house.dispatcher().settle_due(DUE)
    house.remove(2, at=DUE + MINUTE)
    await house.dispatcher().correct(DUE + MINUTE)
    assert GONE in house.texts
    house.language = "es"
    house.remove(3, at=DUE + MINUTE)
    await house.dispatcher().correct(DUE + MINUTE)
    with speaking("es"):
        line = ngettext("One item was removed.", "{count} items were removed.", 2).format(count=2)
    assert line in house.texts and "removed." not in house.texts


async def test_of_a_run_that_fails_half_way_the_next_one_tells_the_rest(house: House) -> None:
    class Refusing(FakeChannels):
        async def post(self, channel_id: int, page: Page, **fields: Any) -> int:
            if len(self.messages.get(7, ())) == 1 and self.now == DUE:
                raise PostRefused("Discord refuses the message (code 50035)")
            return await super().post(channel_id, page, **fields)

    subscribed(house.ledger, max_items=20)
    house.arrive(*range(2, 18), places=2)
    house.channels = Refusing(DUE)
    await house.dispatcher().settle_due(DUE)
    assert 0 < sum(house.begins(number) for number in range(2, 18)) < 16
    house.channels.now = DUE + DAY
    await house.dispatcher().settle_due(DUE + DAY)
    assert [house.begins(number) for number in range(2, 18)] == [1] * 16
    assert "Covers" not in house.texts


async def test_what_a_thread_should_have_held_comes_with_the_next_digest_if_it_cannot_be_made(house: House) -> None:
    class Changing(FakeChannels):
        async def takes_threads(self, channel_id: int) -> bool:
            return True  # and a moment later it does not

    subscribed(house.ledger, max_items=3)
    house.arrive(*range(2, 7))
    house.channels = Changing(DUE, threads_allowed=False)
    await house.dispatcher().settle_due(DUE)
    await house.dispatcher().settle_due(DUE + DAY)
    assert [house.begins(number) for number in range(2, 7)] == [1] * 5
    await house.dispatcher().settle_due(DUE + 2 * DAY)
    assert len(house.channels.texts(7)) == 2
