"""What people can do with digests, as plain blocking calls: preview, save, list, pause, remove."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.briefings.dispatch import Composer
from bot.briefings.ledger import Ledger
from bot.briefings.pages import row_of
from bot.briefings.subscription import Days, Schedule, State, Subscription, next_slot
from bot.errors import NoSuchDigest
from bot.rendering.digest_settings_pages import DigestRow, digest_preview_page
from bot.rendering.page import Page
from corpus.archive import Archive
from corpus.article import Scope
from retrieval.stories import NOTHING_SEEN
from retrieval.topic import Topic

ZONE = "zone"  # the name of the server's setting
PREVIEW_DAYS, PREVIEW_ARTICLES, PREVIEW_ITEMS = 7, 300, 8


@dataclass(frozen=True, slots=True)
class Plan:
    """A digest that somebody may want: its topic, when, and where. `zone` None is the server's."""

    topic: str
    days: Days
    at: dt.time
    zone: str | None
    channel: int


class DigestDesk:
    """The subscriptions of servers. For the workbench's thread; every call names the server that it is made from."""

    def __init__(self, ledger: Ledger, archive: Archive, composer: Composer) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer

    def zone_of(self, guild: int) -> str | None:
        return self._ledger.guild_setting(guild, ZONE)

    def preview(self, guild: int, plan: Plan, now: dt.datetime) -> Page:
        """What the last seven days would have given. Raises `UnknownZone`."""
        schedule = self._schedule(guild, plan)
        week = Scope(since=now.date() - dt.timedelta(days=PREVIEW_DAYS - 1))
        numbers = [heading.number for heading in self._archive.headings(week, limit=PREVIEW_ARTICLES)]
        digest = self._composer.compose(Topic(plan.topic), numbers, seen=NOTHING_SEEN, limit=PREVIEW_ITEMS)
        return digest_preview_page(
            digest,
            days=str(schedule.days),
            at=schedule.at,
            zone=schedule.zone,
            channel=plan.channel,
            next_run=next_slot(schedule, now).due_at,
            zone_is_default=plan.zone is None and self.zone_of(guild) is None,
        )

    def save(self, guild: int, plan: Plan, creator: int, now: dt.datetime) -> DigestRow:
        """Subscribe; pressed twice it is still one digest. What is in the archive already is not new.

        The first zone that somebody chooses becomes the server's. Raises `UnknownZone`, `TooManyDigests`.
        """
        schedule = self._schedule(guild, plan)
        book = self._ledger.subscriptions
        for known in book.of_guild(guild):
            if (known.channel, known.topic.text, known.schedule) == (plan.channel, plan.topic, schedule):
                return self._row(known, now)
        if schedule.zone != "UTC" and self.zone_of(guild) is None:
            self._ledger.set_guild_setting(guild, ZONE, schedule.zone)
        subscription = book.add(
            guild=guild,
            channel=plan.channel,
            creator=creator,
            topic=Topic(plan.topic),
            schedule=schedule,
            cursor=self._archive.last_arrival(),
            now=now,
        )
        return self._row(subscription, now)

    def rows(self, guild: int, now: dt.datetime) -> list[DigestRow]:
        return [self._row(subscription, now) for subscription in self._ledger.subscriptions.of_guild(guild)]

    def row(self, guild: int, number: int, now: dt.datetime) -> DigestRow:
        """Raises `NoSuchDigest`, as all below, also for another server's digest: it must not even be known of."""
        return self._row(self._of(guild, number), now)

    def pause(self, guild: int, number: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.pause(self._of(guild, number).id, now), now)

    def resume(self, guild: int, number: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.resume(self._of(guild, number).id, now), now)

    def remove(self, guild: int, number: int, now: dt.datetime) -> DigestRow:
        subscription = self._of(guild, number)
        if subscription.state is not State.REMOVED:  # a second press must not begin the thirty days anew
            subscription = self._ledger.subscriptions.remove(number, now)
        return self._row(subscription, now)

    def restore(self, guild: int, number: int, now: dt.datetime) -> DigestRow:
        return self._row(self._ledger.subscriptions.restore(self._of(guild, number).id, now), now)

    def _schedule(self, guild: int, plan: Plan) -> Schedule:
        return Schedule(plan.days, plan.at, plan.zone or self.zone_of(guild) or "UTC")

    def _of(self, guild: int, number: int) -> Subscription:
        subscription = self._ledger.subscriptions.get(number)
        if subscription.guild != guild:
            raise NoSuchDigest(f"There is no digest D{number}. /digest list shows those that exist.")
        return subscription

    def _row(self, subscription: Subscription, now: dt.datetime) -> DigestRow:
        return row_of(self._ledger, subscription, now)
