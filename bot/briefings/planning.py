"""Compose and render a digest without effects, then claim its slot by writing all of it down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.briefings.covering import Covers
from bot.briefings.delivery import MOST_LISTED, SCHEDULED, Account, Delivery, Post, Poster, Run, delivery_label
from bot.briefings.ledger import Ledger
from bot.briefings.request_book import Asked
from bot.briefings.subscription import Slot, Subscription
from bot.briefings.watch_runs import WatchRuns
from bot.collecting import only_young_collected
from bot.rendering.wording import ENGLISH, speaking
from corpus.article import Article, Scope, Window
from retrieval.breaking_off import Check, go_on
from retrieval.digests.digest import Digest, DigestItem, LeftOutReason, Match
from retrieval.stories.reports import SeenStories
from retrieval.topics.topic import Sources, Topic
from retrieval.watches.asked_topic import is_question

Carry = Callable[..., Awaitable[Any]]
# The messages of a digest under a label, what it covers, and whether a thread can be made for what is over the limit.
Render = Callable[[Digest, Subscription, str, Covers | None, bool], Sequence[Post]]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a digest: the collections that they may not see, and their language."""

    hidden: frozenset[str] = frozenset()
    language: str = ENGLISH


ReadersOf = Callable[[Subscription], Awaitable[Readers]]


# Articles that a run leaves to the next one to look at again, because a flood had more stories than can be told at
# once. What is beyond is only counted: a topic that always brings so much is never read to its end.
MOST_CARRIED = 20_000


async def readers_of_everything(subscription: Subscription) -> Readers:
    return Readers()


class NewsSource(Protocol):
    """What arrived; an `Archive` is one."""

    def news(self, window: Window, scope: Scope = ...) -> list[int]: ...

    def last_arrival(self) -> int: ...

    def removed_since(self, moment: dt.datetime | None) -> list[int]: ...

    def article(self, number: int) -> Article | None: ...


class Composer(Protocol):
    """A `DigestComposer` is one."""

    @property
    def threshold(self) -> float: ...

    def compose(
        self,
        topic: Topic,
        numbers: Sequence[int],
        *,
        seen: SeenStories,
        limit: int,
        rest: int,
        threshold: float,
        sources: Sources,
        detail: int | None = None,
    ) -> Digest: ...

    def read_ahead(self, numbers: Sequence[int]) -> bool: ...


class Judge(Composer, Protocol):
    """A `DigestComposer` is one too."""

    def seen_articles(self, numbers: Iterable[int]) -> SeenStories: ...

    def matches(self, topic: Topic, numbers: Sequence[int], *, sources: Sources = ...) -> list[Match]: ...


class Planner:
    """Writes runs down. `run`, `render`, `readers`, `watches` and `check` are as in `Dispatcher`."""

    def __init__(
        self,
        ledger: Ledger,
        archive: NewsSource,
        composer: Composer,
        poster: Poster,
        render: Render,
        run: Carry,
        readers: ReadersOf,
        watches: WatchRuns | None = None,
        check: Check = go_on,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer
        self._poster = poster
        self._render = render
        self._run = run
        self._readers = readers
        self._watches = watches
        self._check = check

    async def write_down(
        self,
        subscription: Subscription,
        slot: Slot,
        kind: str,
        covers: Covers | None,
        now: dt.datetime,
        asked: Asked | None = None,
    ) -> Delivery | None:
        """The delivery, written down with all its messages; None if its slot has one already.

        None also if the subscription was changed while its readers were asked for, since what they may see hangs on it,
        or while the digest was composed. Then it is to be planned anew. `asked` is as in `Ledger.enqueue`.
        """
        self._check()
        readers = await self._readers(subscription)
        takes_threads = await self._poster.takes_threads(subscription.channel)
        while await self._run(self._read_ahead, subscription):
            pass  # in steps, so that others have their turn in between
        delivery: Delivery | None = await self._run(
            self._compose_and_claim, subscription, slot, kind, covers, readers, takes_threads, now, asked
        )
        return delivery

    @only_young_collected()
    def _read_ahead(self, subscription: Subscription) -> bool:
        if is_question(subscription.topic.text):
            return False
        window = Window(subscription.cursor, self._archive.last_arrival())
        return self._composer.read_ahead(self._archive.news(window))

    @only_young_collected()
    def _compose_and_claim(
        self,
        subscription: Subscription,
        slot: Slot,
        kind: str,
        covers: Covers | None,
        readers: Readers,
        takes_threads: bool,
        now: dt.datetime,
        asked: Asked | None,
    ) -> Delivery | None:
        if not self._ledger.subscriptions.is_as(subscription):
            return None
        if self._watches is not None and is_question(subscription.topic.text):
            window = Window(subscription.cursor, self._archive.last_arrival())
            with speaking(readers.language):
                watched = self._watches.run(
                    subscription, slot, kind, covers, window, readers.hidden, takes_threads=takes_threads
                )
            return self._ledger.enqueue(watched, now, asked, of=subscription)
        window, digest = composed(self._ledger, self._archive, self._composer, subscription, readers.hidden)
        label = delivery_label(subscription.id, slot.local_date, kind)
        with speaking(readers.language):
            posts = tuple(self._render(digest, subscription, label, covers, takes_threads))
        is_silent = digest.is_empty and not (subscription.post_when_empty and kind == SCHEDULED)
        run = Run(
            subscription=subscription.id,
            local_date=slot.local_date,
            kind=kind,
            due_at=slot.due_at,
            window=window,
            considered=digest.considered,
            items=len(digest.items),
            posts=() if is_silent else posts,
            # What is behind a button or in a thread was told as well: it must not come again as news.
            reports=tuple(report for item in (*digest.items, *digest.rest) for report in item.reports),
            repeats=digest.repeats,
            accounts=_accounts(digest),
            threshold=digest.threshold,
            counted={str(reason): count for reason, count in digest.counted.items()},
            carries=digest.carried > 0,
        )
        return self._ledger.enqueue(run, now, asked, of=subscription)


def composed(
    ledger: Ledger,
    archive: NewsSource,
    composer: Composer,
    subscription: Subscription,
    hidden: frozenset[str],
    *,
    detail: int | None = MOST_LISTED,
) -> tuple[Window, Digest]:
    """What a subscription's digest holds if it is run now, and of which window. Without effects.

    `hidden` are the collections that its readers may not see. `detail`: how many of what it leaves out are listed for
    each reason; None for all.
    """
    window = Window(subscription.cursor, archive.last_arrival())
    numbers = archive.news(window)
    digest = composer.compose(
        subscription.topic,
        numbers,
        seen=ledger.seen(subscription.id),
        limit=subscription.max_items,
        rest=len(numbers),  # nothing is lost over the limit: it stands in a thread, or behind a button
        threshold=subscription.threshold(composer.threshold),
        sources=subscription.sources(hidden),
        detail=detail,
    )
    if window.upto - window.after <= MOST_CARRIED:
        digest = replace(digest, carried=digest.untold)
    return window, digest


def _accounts(digest: Digest) -> tuple[Account, ...]:
    told = {item.article.number: item for item in digest.rest}
    return (
        *(_account_of(item, "posted", item.update_of) for item in digest.items),
        *(
            _account_of(told[left.article], str(left.reason), told[left.article].update_of)
            if left.article in told and left.reason is LeftOutReason.OVER_LIMIT
            else Account(
                left.article,
                str(left.reason),
                left.into,
                left.score,
                words=left.words,
                lacks=left.lacks,
                bars=left.bars,
            )
            for left in digest.left_out
        ),
    )


def _account_of(item: DigestItem, outcome: str, into: int | None) -> Account:
    place = (item.article.revision, item.sentence.start, item.sentence.end)
    return Account(item.article.number, outcome, into, item.score, place, item.words)
