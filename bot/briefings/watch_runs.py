"""Runs of watched questions: a subscription whose topic is a question is composed by asking it.

Everything else is as with every digest: window, cursor, slots and outbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.briefings.covering import Covers
from bot.briefings.delivery import MOST_LISTED, SCHEDULED, Account, Post, Run, delivery_label
from bot.briefings.ledger import Ledger
from bot.briefings.pages import covered, placed
from bot.briefings.subscription import Slot, Subscription
from bot.rendering.digest_corrections import told_on
from bot.rendering.watch_pages import watch_messages
from corpus.article import Window
from corpus.passage import Quote
from retrieval.stories.reports import SeenStories
from retrieval.topics.topic import Sources, Topic

if TYPE_CHECKING:
    from retrieval.watches.watching import Change, Judged, Present, QuestionWatcher

NOT_BEST = "not_best"  # `retrieval.watches.watching.Fate`, whose module loads the models' adapters
BEFORE = "before"  # the outcome of an article that a post shows as what the evidence was before


class Remembers(Protocol):
    """A `DigestComposer` is one."""

    def seen_articles(self, numbers: Iterable[int]) -> SeenStories: ...


class WatchRuns:
    """Composes runs of watched questions, and tells what they rest on. Writes nothing down. For one thread at a time.

    `remembers` makes of the articles of a post what the ledger keeps of stories, so that a correction finds them.
    """

    def __init__(self, ledger: Ledger, watcher: QuestionWatcher, remembers: Remembers) -> None:
        self._ledger = ledger
        self._watcher = watcher
        self._remembers = remembers

    def change(self, subscription: Subscription, window: Window, hidden: frozenset[str]) -> Change:
        """What the news of a window changes for the readers of a subscription."""
        known = self._ledger.evidence.of(subscription.id)
        return self._watcher.compare(
            subscription.topic,
            sources=subscription.sources(hidden),
            window=window,
            known=known.everything,
            current=known.current,
            marked=self._ledger.marks.articles(subscription.id),
        )

    def present(
        self, topic: Topic, sources: Sources, *, subscription: int | None = None, without: Window | None = None
    ) -> Present:
        """What a question rests on, for a subscription if it has one; `without` the news of a window, still to come."""
        marked = self._ledger.marks.articles(subscription) if subscription is not None else frozenset()
        return self._watcher.present(topic, sources=sources, marked=marked, without=without)

    def run(
        self,
        subscription: Subscription,
        slot: Slot,
        kind: str,
        covers: Covers | None,
        window: Window,
        hidden: frozenset[str],
        *,
        takes_threads: bool,
    ) -> Run:
        """A run, rendered in the language that is spoken; without posts where the best evidence has not changed."""
        change = self.change(subscription, window, hidden)
        is_silent = change.is_empty and not (subscription.post_when_empty and kind == SCHEDULED)
        label = delivery_label(subscription.id, slot.local_date, kind)
        shown = [one.quote.article.number for one in (*change.now, *change.before)]
        listed, counted = listed_of(change)
        return Run(
            subscription=subscription.id,
            local_date=slot.local_date,
            kind=kind,
            due_at=slot.due_at,
            window=window,
            considered=change.considered,
            items=len(change.now),
            posts=() if is_silent else tuple(watch_posts(change, subscription, label, covers, takes_threads)),
            reports=tuple(self._remembers.seen_articles(shown).reports) if shown else (),
            accounts=accounts_of(change, listed),
            threshold=change.threshold,
            evidence=change.evidence,
            counted=counted,
            watched=True,
        )


def watch_posts(
    change: Change, subscription: Subscription, label: str, covers: Covers | None, takes_threads: bool
) -> list[Post]:
    """The messages of a change."""
    messages = watch_messages(
        change,
        label=label,
        zone=subscription.schedule.zone,
        covers=covered(covers),
        ping=subscription.ping,
        thread=takes_threads,
        headline_only=subscription.in_thread,
    )
    posts = placed(messages, subscription, takes_threads)
    return [replace(post, articles=tuple(told_on(post.page))) for post in posts]


def listed_of(change: Change) -> tuple[list[Judged], dict[str, int]]:
    """The articles that arrived of which the history tells, best first, and how many others there were by outcome."""
    ordered = sorted(change.judged, key=lambda one: (one.fate == NOT_BEST, -one.score, one.article))
    counted = Counter(str(one.fate) for one in ordered[MOST_LISTED:])
    return ordered[:MOST_LISTED], dict(counted)


def accounts_of(change: Change, listed: Sequence[Judged]) -> tuple[Account, ...]:
    """What became of each article that arrived and is listed, and of those that a post shows besides."""
    new = {one.quote.article.number: one for one in change.now}
    accounts = [
        Account(
            one.article,
            str(one.fate),
            one.into,
            one.score,
            _place(new[one.article].quote) if one.article in new else None,
            lacks=one.lacks,
            bars=one.bars,
        )
        for one in listed
    ]
    arrived = {one.article for one in change.judged}
    accounts += [
        Account(number, "posted", None, one.score, _place(one.quote))
        for number, one in new.items()
        if number not in arrived
    ]
    accounts += [
        Account(one.quote.article.number, BEFORE, None, one.score, _place(one.quote))
        for one in change.before
        if change.now and one.quote.article.number not in {*new, *arrived}
    ]
    return tuple(accounts)


def _place(quote: Quote) -> tuple[str, int, int]:
    return quote.article.revision, quote.start, quote.end
