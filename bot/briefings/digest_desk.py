"""What people can do with digests, as plain blocking calls: set one up, change it, list, pause, remove."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefings.delivery import Delivery, RunState
from bot.briefings.draft_book import Draft
from bot.briefings.ledger import Ledger
from bot.briefings.pages import row_of
from bot.briefings.plan import Plan
from bot.briefings.planning import Judge
from bot.briefings.subscription import Schedule, State, Subscription, next_slot
from bot.briefings.subscription_book import DEFAULT_LIMITS, Limits
from bot.briefings.watch_runs import WatchRuns
from bot.errors import NoSuchDigest
from bot.rendering.digest_preview_pages import digest_matches_page, digest_preview_page
from bot.rendering.digest_settings_pages import DigestRow
from bot.rendering.page import Page
from bot.rendering.watch_preview_pages import watch_preview_page
from corpus.archive import Archive
from corpus.article import Kind, Scope, Window
from retrieval.stories.reports import NOTHING_SEEN
from retrieval.topics.topic import Sources, Topic, usable_words
from retrieval.watches.asked_topic import is_question
from retrieval.watches.statements import Evidence

PREVIEW_DAYS, PREVIEW_ARTICLES = 7, 300
CHANGED = "it was changed before it was sent"  # why a run is left out
NEWEST = 50  # articles of which the preview tells which match, PRODUCT.md, section 6


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose digests are meant, and what holds for them.

    A server's, or, with `guild` None, a person's own. `zone` is what was chosen for them, None for nothing yet.
    `hidden` are the collections that the readers may not see; `unpublished` those that may not be published to other
    servers besides.
    """

    guild: int | None
    person: int = 0
    zone: str | None = None
    limits: Limits = DEFAULT_LIMITS
    hidden: frozenset[str] = frozenset()
    unpublished: frozenset[str] = frozenset()

    def hidden_from(self, plan: Plan) -> frozenset[str]:
        """The collections that a plan's digests may not hold."""
        return self.hidden | self.unpublished if plan.publish else self.hidden

    def has(self, subscription: Subscription) -> bool:
        return subscription.guild == self.guild and (self.guild is not None or subscription.creator == self.person)


class DigestDesk:
    """The subscriptions of servers and persons. For the workbench's thread.

    A number that names nothing of the owner's raises `NoSuchDigest`: what is another's must not even be known of.
    `from_newest`: the week of a preview ends with the newest article, if that is older than today. `watches` asks those
    topics that are questions; without it they are as any other.
    """

    def __init__(
        self,
        ledger: Ledger,
        archive: Archive,
        composer: Judge,
        *,
        from_newest: bool = False,
        watches: WatchRuns | None = None,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer
        self._from_newest = from_newest
        self._watches = watches

    # Setting up

    def draft(self, owner: Owner, number: int) -> Draft:
        return self._ledger.drafts.get(number, owner.guild)

    def begin(self, owner: Owner, plan: Plan, now: dt.datetime, *, typed: Mapping[str, Any] | None = None) -> Draft:
        """A draft of a new digest."""
        return self._ledger.drafts.add(owner.guild, plan, now, typed=typed)

    def edit(self, owner: Owner, number: int, now: dt.datetime) -> Draft:
        """A draft of what a digest is, to change."""
        plan = Plan.of(self._of(owner, number))
        return self._ledger.drafts.add(owner.guild, plan, now, edits=number)

    def revise(self, owner: Owner, number: int, plan: Plan, typed: Mapping[str, Any] | None = None) -> Draft:
        """Another plan in a draft, and what was typed of it that could not be read."""
        self.draft(owner, number)
        return self._ledger.drafts.revise(number, plan, typed)

    def preview(self, owner: Owner, number: int, now: dt.datetime) -> Page:
        """What the last seven days would have given; of a question what its best evidence is. Raises `UnknownZone`."""
        draft = self.draft(owner, number)
        plan = draft.plan
        schedule = plan.schedule(owner.zone or "UTC")
        next_run = next_slot(schedule, now).due_at
        zone_is_default = plan.zone is None and owner.zone is None
        if self._watches is not None and is_question(plan.topic):
            return watch_preview_page(
                self._watches.present(plan.subject, self._sources(owner, plan), subscription=draft.edits),
                plan,
                draft=number,
                zone=schedule.zone,
                next_run=next_run,
                zone_is_default=zone_is_default,
                edits=draft.edits,
                in_server=owner.guild is not None,
            )
        digest = self._composer.compose(
            plan.subject,
            self._week(owner, plan, now),
            seen=NOTHING_SEEN,
            limit=plan.max_items,
            rest=0,
            threshold=self._threshold(draft),
            sources=self._sources(owner, plan),
        )
        matches = self._composer.matches(plan.subject, self._newest(owner, plan))
        return digest_preview_page(
            digest,
            plan,
            draft=number,
            zone=schedule.zone,
            next_run=next_run,
            zone_is_default=zone_is_default,
            matching=(sum(match.reaches(digest.threshold) for match in matches), len(matches)),
            edits=draft.edits,
            in_server=owner.guild is not None,
        )

    def matches(self, owner: Owner, number: int, page: int) -> Page:
        """Which of the newest 50 articles would match, and why."""
        draft = self.draft(owner, number)
        matches = self._composer.matches(draft.plan.subject, self._newest(owner, draft.plan))
        return digest_matches_page(matches, self._threshold(draft), topic=draft.plan.topic, draft=number, page=page)

    def start(self, owner: Owner, number: int, creator: int, now: dt.datetime) -> DigestRow:
        """Subscribe, or save what was changed; pressed twice it is still one digest.

        What is in the archive already is not new, and is what a question rests on to begin with. Raises `UnknownZone`,
        `TooManyDigests`.
        """
        draft = self.draft(owner, number)
        schedule = draft.plan.schedule(owner.zone or "UTC")
        if draft.started is not None:
            return self._row(self._of(owner, draft.started), now)
        if draft.edits is not None:
            subscription = self._revise(owner, draft.edits, draft.plan, schedule, now)
        elif (same := self._same(owner, draft.plan)) is not None:
            subscription = same
        else:
            cursor = self._archive.last_arrival()
            evidence = self._rests_on(owner, draft.plan, cursor)
            with self._ledger.together():
                subscription = self._subscribe(owner, draft.plan, creator, cursor, now)
                self._rest(subscription, evidence)
        self._ledger.drafts.mark_started(number, subscription.id)
        return self._row(subscription, now)

    # Looking after

    def rows(self, owner: Owner, now: dt.datetime) -> list[DigestRow]:
        """All digests but the removed ones, oldest first."""
        return [self._row(subscription, now) for subscription in self._all_of(owner)]

    def row(self, owner: Owner, number: int, now: dt.datetime) -> DigestRow:
        return self._row(self._of(owner, number), now)

    def pause(self, owner: Owner, number: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.pause(self._of(owner, number).id, now), now)

    def resume(self, owner: Owner, number: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.resume(self._of(owner, number).id, now), now)

    def remove(self, owner: Owner, number: int, now: dt.datetime) -> DigestRow:
        subscription = self._of(owner, number)
        if subscription.state is not State.REMOVED:  # a second press must not begin the thirty days anew
            subscription = self._ledger.subscriptions.remove(number, now)
        return self._row(subscription, now)

    def restore(self, owner: Owner, number: int, now: dt.datetime) -> DigestRow:
        """Raises `TooManyDigests` when its place is taken. One that is not removed (any more) stays as it is."""
        subscription = self._of(owner, number)
        if subscription.state is State.REMOVED:
            subscription = self._ledger.subscriptions.restore(number, now, owner.limits)
        return self._row(subscription, now)

    # Parts of the above

    def _subscribe(self, owner: Owner, plan: Plan, creator: int, cursor: int, now: dt.datetime) -> Subscription:
        return self._ledger.subscriptions.add(
            guild=owner.guild,
            channel=plan.channel,
            creator=creator,
            topic=plan.subject,
            schedule=plan.schedule(owner.zone or "UTC"),
            cursor=cursor,
            now=now,
            max_items=plan.max_items,
            collections=plan.collections,
            outlets=plan.outlets,
            post_when_empty=plan.post_when_empty,
            ping=plan.ping,
            in_thread=plan.in_thread,
            publish=plan.publish,
            limits=owner.limits,
        )

    def _revise(self, owner: Owner, number: int, plan: Plan, schedule: Schedule, now: dt.datetime) -> Subscription:
        """Save what was changed. A run may end while a question is asked: what is still to come is another window then,
        and it is asked again."""
        book = self._ledger.subscriptions
        while True:
            before = self._of(owner, number)
            if _asks_the_same(before, plan):
                return book.revise(number, plan, schedule, now, owner.limits)
            run, is_out = self._overtaken(before, plan)
            # The cursor will move behind what may be in the channel.
            cursor = run.window.upto if run is not None and is_out else before.cursor
            evidence = self._rests_on(owner, plan, max(cursor, before.cursor), before)
            with self._ledger.together():
                if not book.is_as(before) or self._overtaken(before, plan) != (run, is_out):
                    continue
                if run is not None and not is_out:
                    self._ledger.close_unposted(run, RunState.SKIPPED, f"{CHANGED}; the next one carries it", now)
                subscription = book.revise(number, plan, schedule, now, owner.limits)
                self._rest(subscription, evidence)
                if run is not None and is_out:
                    self._ledger.evidence.not_posted(run.id)
                return subscription

    def _overtaken(self, before: Subscription, plan: Plan) -> tuple[Delivery | None, bool]:
        """The run under way, if what it found is evidence of another question, or from other sources, than the plan's;
        and whether a part of it is or may be in its channel."""
        if not is_question(plan.topic) and not is_question(before.topic.text):
            return None, False
        run = self._ledger.outstanding(before.id)
        return run, run is not None and self._ledger.requests.may_be_posted(run)

    def _rests_on(
        self, owner: Owner, plan: Plan, cursor: int, edited: Subscription | None = None
    ) -> tuple[Evidence, ...]:
        """What a question rests on without what arrived after `cursor`, which is still to come; of a topic nothing.

        This takes a second, in which a run may fall due or end: it comes before anything is written down.
        """
        if self._watches is None or not is_question(plan.topic):
            return ()
        coming = Window(cursor, self._archive.last_arrival())
        known = edited.id if edited is not None else None
        return self._watches.present(
            plan.subject, self._sources(owner, plan), subscription=known, without=coming
        ).evidence

    def _rest(self, subscription: Subscription, evidence: Sequence[Evidence]) -> None:
        """Write that down, where the question is asked for the first time or of other sources."""
        if self._watches is None:
            return
        if is_question(subscription.topic.text):
            self._ledger.evidence.begin(subscription.id, evidence)
        else:
            self._ledger.evidence.forget(subscription.id)

    def _same(self, owner: Owner, plan: Plan) -> Subscription | None:
        """A digest that is what the plan wants to be: two previews of one wish become one digest."""
        whole = Plan.from_data({**plan.as_data(), "zone": plan.zone or owner.zone or "UTC"})
        return next((known for known in self._all_of(owner) if Plan.of(known) == whole), None)

    def _all_of(self, owner: Owner) -> list[Subscription]:
        book = self._ledger.subscriptions
        return book.of_guild(owner.guild) if owner.guild is not None else book.of_person(owner.person)

    def _of(self, owner: Owner, number: int) -> Subscription:
        subscription = self._ledger.subscriptions.get(number)
        if not owner.has(subscription):
            raise NoSuchDigest.numbered(number)
        return subscription

    def _row(self, subscription: Subscription, now: dt.datetime) -> DigestRow:
        return row_of(self._ledger, subscription, now)

    def _threshold(self, draft: Draft) -> float:
        usual = self._composer.threshold
        return usual if draft.edits is None else self._ledger.subscriptions.get(draft.edits).threshold(usual)

    def _sources(self, owner: Owner, plan: Plan) -> Sources:
        return Sources(plan.collections or frozenset(), plan.outlets or frozenset(), owner.hidden_from(plan))

    def _collections(self, owner: Owner, plan: Plan) -> frozenset[str] | None:
        """Those that a plan's articles can be in, so that no others take their room; None for any."""
        wanted = None if plan.outlets else plan.collections
        if not (hidden := owner.hidden_from(plan)):
            return wanted
        return frozenset(self._archive.collection_names() if wanted is None else wanted) - hidden

    def _week(self, owner: Owner, plan: Plan, now: dt.datetime) -> list[int]:
        until = now.date()
        if self._from_newest and (last := self._archive.coverage().last) is not None:
            until = min(until, last)
        since = until - dt.timedelta(days=PREVIEW_DAYS - 1)
        week = Scope(collections=self._collections(owner, plan), since=since, until=until)
        return [heading.number for heading in self._archive.headings(week, limit=PREVIEW_ARTICLES)]

    def _newest(self, owner: Owner, plan: Plan) -> list[int]:
        """The newest articles of the plan's sources, newest first."""
        sources = self._sources(owner, plan)
        found: list[int] = []
        within = Scope(collections=self._collections(owner, plan))
        for heading in self._archive.headings(within, limit=8 * NEWEST):
            article = self._archive.article(heading.number)
            if article is not None and article.kind is Kind.ARTICLE and sources.have(article):
                found.append(heading.number)
                if len(found) == NEWEST:
                    break
        return found


def _asks_the_same(subscription: Subscription, plan: Plan) -> bool:
    topic = Topic(plan.topic, usable_words(plan.must), usable_words(plan.not_words))
    return (subscription.topic, subscription.collections, subscription.outlets) == (
        topic,
        plan.collections,
        plan.outlets,
    )
