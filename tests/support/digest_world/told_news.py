"""What readers were shown of a newsroom's articles, held against the truth about them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.rendering.digest_corrections import told_on
from bot.rendering.page import Card, Page
from bot.rendering.quotes import shown_quotes
from digest_world.newsroom import Newsroom, sentences_of

if TYPE_CHECKING:
    from digest_world.life import Life
    from digest_world.promises import Findings

DAYS_OF_AN_EVENT = dt.timedelta(days=5)  # PRODUCT.md, section 7: a story that runs for longer may become another one
MOST_SAID = 0.6  # share of a sentence's words; sentences of one fact have nine words in common, others two names


@dataclass(frozen=True)
class Shown:
    """One item as it was shown: in a message, or (`at` is when that was rendered) behind its button."""

    subscription: int
    at: dt.datetime
    rendered: dt.datetime
    article: int
    is_update: bool
    words: str
    label: str


def told_news(life: Life, found: Findings) -> list[str]:
    """Every promise about stories, sentences and removed articles that was not kept."""
    newsroom = life.wire
    assert isinstance(newsroom, Newsroom)
    by_subscription: dict[int, list[Shown]] = defaultdict(list)
    known: set[tuple[str, int]] = set()
    for at, _channel, page in life.channels.log:
        for one in _in_message(life, at, page):
            # Once more where its channel was deleted before we heard that it was posted.
            if (one.label, one.article) not in known:
                by_subscription[one.subscription].append(one)
            known.add((one.label, one.article))
    broken: list[str] = []
    for number in life.history:
        shown = sorted([*by_subscription[number], *_behind_buttons(life, number, known)], key=lambda one: one.at)
        broken += [f"D{number}: {what}" for what in _Reader(life, newsroom, number).complaints(shown, found)]
    return broken + list(_left_in_messages(life, newsroom))


class _Reader:
    """What one subscription's readers saw."""

    def __init__(self, life: Life, newsroom: Newsroom, number: int) -> None:
        self._life = life
        self._newsroom = newsroom
        self._number = number

    def complaints(self, shown: list[Shown], found: Findings) -> Iterator[str]:
        truth = self._newsroom.truth
        told_as_new: dict[int, list[Shown]] = defaultdict(list)
        said: dict[int, list[frozenset[str]]] = defaultdict(list)
        for one in shown:
            article = truth[one.article]
            name = f"A-{one.article} (story {article.story}) in {one.label}"
            if article.removed_at is not None and article.removed_at < one.rendered:
                yield f"{name} was told after it was removed at {article.removed_at}"
            current = {article.text_at(one.rendered), article.text_at(one.at)}
            if not any(one.words in text for text in current):
                yield f"{name} is quoted with words that were not its own then: {one.words!r}"
            hidden = self._life.hidden_from(self._number, one.rendered)
            if self._newsroom.stories[article.story].subject in hidden:
                yield f"{name} was told, but its collection was hidden"
            sentences = [frozenset(sentence.rstrip(".").split()) for sentence in sentences_of(one.words)]
            for words in sentences:
                if any(len(words & other) > MOST_SAID * len(words) for other in said[article.story]):
                    yield f"{name} shows as new what was told before: {' '.join(sorted(words))}"
            said[article.story] += sentences
            if one.is_update:
                found.updates += 1
                if not told_as_new[article.story] and not self._stood_behind_a_button(article.story, one.at):
                    yield f"{name} is an update of what was not told"
            elif any(self._are_one_event(one, other) for other in told_as_new[article.story]):
                yield f"story {article.story} was told as new again by {name}"
            else:
                told_as_new[article.story].append(one)
        must, may = self._eligible()
        found.stories += len(must)
        rows = self._life.rows("SELECT article FROM stories WHERE subscription_id = ? AND part > 0", self._number)
        counted = {truth[number].story for (number,) in rows}
        found.told += sum(bool(told_as_new[story]) or story in counted for story in must)
        for story in sorted(must - counted - {one for one, days in told_as_new.items() if days}):
            yield f"story {story} was not told"
        for story in sorted({one for one, days in told_as_new.items() if days} - may):
            yield f"story {story} was told and should not have been"

    def _stood_behind_a_button(self, story: int, until: dt.datetime) -> bool:
        """Whether a story counts as told by an article that was removed since, so that its button shows it no more."""
        truth = self._newsroom.truth
        rows = self._life.rows(
            "SELECT article, posted_at FROM stories WHERE subscription_id = ? AND part > 0 AND posted_at IS NOT NULL",
            self._number,
        )
        return any(
            truth[number].story == story and truth[number].removed_at and dt.datetime.fromisoformat(posted) < until
            for number, posted in rows
        )

    def _are_one_event(self, one: Shown, other: Shown) -> bool:
        """Whether the one must have been told with the other. Within one digest a long story may be two items."""
        truth = self._newsroom.truth
        days = [truth[number].day for number in self._newsroom.stories[truth[one.article].story].articles]
        if one.label == other.label and max(days) - min(days) > DAYS_OF_AN_EVENT:
            return False
        return abs(truth[one.article].day - truth[other.article].day) <= DAYS_OF_AN_EVENT

    def _eligible(self) -> tuple[set[int], set[int]]:
        """Stories that must have been told, and those that may: of them something was removed or hidden for a while."""
        life, newsroom = self._life, self._newsroom
        subscription = life.ledger.subscriptions.get(self._number)
        ever_hidden = {subject for _, hidden in life.hidden.get(self._number, ()) for subject in hidden}
        arrived = newsroom.arrived_between(life.cursors[self._number], subscription.cursor)
        may = set()
        must = set()
        for number in arrived:
            story = newsroom.stories[newsroom.truth[number].story]
            if subscription.collections is not None and story.subject not in subscription.collections:
                continue
            may.add(story.number)
            removed = any(newsroom.truth[one].removed_at for one in story.articles)
            if not removed and story.subject not in ever_hidden and story.articles[0] in arrived:
                must.add(story.number)
        return must, may


def _in_message(life: Life, at: dt.datetime, page: Page) -> Iterator[Shown]:
    footer = page.cards[-1]
    assert isinstance(footer, Card)
    label = footer.text.removeprefix("-# ").partition(" ")[0].rpartition("-")[0]
    cards = {card.text.split("\n")[1].rpartition(" · ")[2]: card.text for card in page.cards if _is_item(card)}
    for number in told_on(page):
        text = cards[f"A-{number}"]
        (words,) = shown_quotes(text)
        is_update = text.startswith("**Update: ")
        subscription = int(label[2:].partition("-")[0])
        yield Shown(subscription, at, life.rendered[label], number, is_update, words, label)


def _is_item(card: object) -> bool:
    return isinstance(card, Card) and len(card.text.split("\n")) > 2


def _behind_buttons(life: Life, number: int, in_messages: Set[tuple[str, int]]) -> Iterator[Shown]:
    """What counts as told and was in no message; `in_messages` has the label and the article of what was."""
    for run, accounts in life.runs_of(number):
        there = {article for part in life.ledger.parts(run) for article in told_on(part.page)}
        kept = life.told_by(run.id)
        for account in accounts:
            if account.outcome != "over_limit" or account.article not in kept - there or not account.place:
                continue
            if (run.label, account.article) in in_messages:
                continue
            revision, start, end = account.place
            article = life.wire.article(account.article)
            if article is None or article.revision != revision:
                continue  # the button does not show it
            moment = life.rendered[run.label]
            words = article.text[start:end]
            yield Shown(
                number, run.finished_at or moment, moment, account.article, bool(account.into), words, run.label
            )


def _left_in_messages(life: Life, newsroom: Newsroom) -> Iterator[str]:
    """Words of removed articles that are still in a message, and messages that lost an item without a line."""
    for channel, messages in life.channels.messages.items():
        if channel in life.channels.gone:
            continue
        for message in messages:
            label = message.page.text.rpartition("-# #")[2].partition(" ")[0]
            if int(label[1:].partition("-")[0]) in life.forgotten:
                continue  # nobody knows of that message any more
            for number in told_on(message.page):
                if newsroom.truth[number].removed_at is not None:
                    yield f"A-{number} is removed and still in {label}"
            posted = next(
                page for _, place, page in life.channels.log if place == channel and f"#{label} " in page.text
            )
            if told_on(posted) != told_on(message.page) and "removed." not in message.page.text:
                yield f"{label} lost an item and does not say so"
