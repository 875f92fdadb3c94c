"""The book of subscriptions: who wants which digest where, and how far each of them has come."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.briefings.instants import instant, instant_or_none, instant_text
from bot.briefings.plan import Plan
from bot.briefings.subscription import (
    DEFAULT_ITEMS,
    FEWEST_ITEMS,
    MOST_ITEMS,
    Schedule,
    State,
    Subscription,
    next_slot,
    slot_after_change,
)
from bot.briefings.subscription_rows import SELECT, listed, subscription_of
from bot.errors import NoSuchDigest, TooManyDigests
from bot.rendering.wording import gettext as _
from retrieval.topics.topic import Topic, usable_words

Limits = tuple[int, int]  # how many digests a server and a channel may have
DEFAULT_LIMITS: Limits = (25, 10)  # PRODUCT.md, section 6
UNDO_DAYS = 30
TOLD_AGAIN = dt.timedelta(weeks=1)


class SubscriptionBook:
    """Part of the ledger (`Ledger.subscriptions`). Each public method is one transaction, unless it says otherwise."""

    def __init__(self, connection: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._transaction = transaction

    def add(
        self,
        *,
        guild: int | None,
        channel: int,
        creator: int,
        topic: Topic,
        schedule: Schedule,
        cursor: int,
        now: dt.datetime,
        max_items: int = DEFAULT_ITEMS,
        collections: frozenset[str] | None = None,
        outlets: frozenset[str] | None = None,
        post_when_empty: bool = False,
        ping: int | None = None,
        in_thread: bool = False,
        publish: bool = False,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Subscription:
        """A new subscription. `cursor` is the archive's last arrival: what is there already is not new.

        Raises `TooManyDigests`; ValueError when `max_items` is not 3 to 25.
        """
        _check_items(max_items)
        with self._transaction():
            self._refuse_too_many(guild, channel, limits)
            added = self._connection.execute(
                "INSERT INTO subscriptions (guild, channel, creator, topic, must, not_words, days, at, zone, "
                "max_items, collections, outlets, post_when_empty, ping, in_thread, publish, cursor, settled_upto, "
                "waiting_since, state, state_since, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)",
                (
                    guild,
                    channel,
                    creator,
                    topic.text,
                    json.dumps(usable_words(topic.must)),
                    json.dumps(usable_words(topic.not_words)),
                    str(schedule.days),
                    f"{schedule.at:%H:%M}",
                    schedule.zone,
                    max_items,
                    listed(collections),
                    listed(outlets),
                    post_when_empty,
                    ping,
                    in_thread,
                    publish,
                    cursor,
                    *[instant_text(now)] * 4,
                ),
            )
            assert added.lastrowid is not None
            return self.get(added.lastrowid)

    def get(self, number: int) -> Subscription:
        """Raises `NoSuchDigest`. Opens no transaction."""
        row = self._connection.execute(f"{SELECT} WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise NoSuchDigest.numbered(number)
        return subscription_of(row)

    def is_as(self, subscription: Subscription) -> bool:
        """Whether a subscription is still what it was when it was read. Opens no transaction."""
        return self._read("id = ?", subscription.id) == [subscription]

    def of_guild(self, guild: int | None) -> list[Subscription]:
        """A server's subscriptions but the removed ones, oldest first; None: personal ones. Opens no transaction."""
        return self._read("guild IS ? AND state != 'removed'", guild)

    def of_person(self, person: int) -> list[Subscription]:
        """Somebody's personal subscriptions but the removed ones, oldest first. Opens no transaction."""
        return self._read("guild IS NULL AND creator = ? AND state != 'removed'", person)

    def made_by(self, person: int) -> list[Subscription]:
        """The subscriptions of servers that somebody set up, the removed ones too. Opens no transaction."""
        return self._read("guild IS NOT NULL AND creator = ?", person)

    def everyone(self) -> list[Subscription]:
        """All subscriptions but the removed ones, oldest first. Opens no transaction."""
        return self._read("state != 'removed'")

    def every_kept(self) -> list[Subscription]:
        """All subscriptions, also those that were removed and can still be restored. Opens no transaction."""
        return self._read("1")

    def served(self) -> list[Subscription]:
        """Those that get their digests: active, or blocked and tried again. Opens no transaction."""
        return self._read("state IN ('active', 'blocked')")

    def pause(self, number: int, now: dt.datetime, reason: str | None = None) -> Subscription:
        """What arrives while it is paused waits for its next digest. With a reason somebody is to be told of it."""
        with self._transaction():
            self._not_removed(number)
            self._set_state(number, State.PAUSED, reason, now)
            return self.get(number)

    def resume(self, number: int, now: dt.datetime) -> Subscription:
        """Go on from now: slots that passed meanwhile are not made up for, their articles come with the next one."""
        with self._transaction():
            self._not_removed(number)
            return self._activate(number, now)

    def remove(self, number: int, now: dt.datetime, reason: str | None = None) -> Subscription:
        """Take it out of every list; `restore` brings it back for 30 days. With a reason somebody is to be told."""
        with self._transaction():
            self.get(number)
            self._set_state(number, State.REMOVED, reason, now)
            return self.get(number)

    def restore(self, number: int, now: dt.datetime, limits: Limits = DEFAULT_LIMITS) -> Subscription:
        """Undo a removal. Raises `NoSuchDigest` if there is none to undo, `TooManyDigests` if its place is taken."""
        with self._transaction():
            subscription = self.get(number)
            if subscription.state is not State.REMOVED:
                raise NoSuchDigest(_("D{number} was not removed: there is nothing to undo.").format(number=number))
            assert subscription.state_since is not None
            if now - subscription.state_since > dt.timedelta(days=UNDO_DAYS):
                text = _("D{number} was removed more than {days} days ago. Add it again.")
                raise NoSuchDigest(text.format(number=number, days=UNDO_DAYS))
            self._refuse_too_many(subscription.guild, subscription.channel, limits)
            return self._activate(number, now)

    def reschedule(self, number: int, schedule: Schedule, now: dt.datetime) -> Subscription:
        """Change days, time or zone. The next slot is at least half an interval after the last post."""
        with self._transaction():
            self._reschedule(number, schedule, now)
            return self.get(number)

    def revise(
        self, number: int, plan: Plan, schedule: Schedule, now: dt.datetime, limits: Limits = DEFAULT_LIMITS
    ) -> Subscription:
        """Change a digest to what a plan says, which comes when `schedule` says.

        A blocked one that moves to another channel is tried there at once. Raises `NoSuchDigest` for a removed one,
        `TooManyDigests` when the new channel is full, ValueError on a bad `max_items`.
        """
        _check_items(plan.max_items)
        with self._transaction():
            before = self._not_removed(number)
            if plan.channel != before.channel:
                self._refuse_too_many(None, plan.channel, limits)
            self._connection.execute(
                "UPDATE subscriptions SET topic = ?, must = ?, not_words = ?, channel = ?, max_items = ?, "
                "collections = ?, outlets = ?, post_when_empty = ?, ping = ?, in_thread = ?, publish = ? WHERE id = ?",
                (
                    plan.topic,
                    json.dumps(usable_words(plan.must)),
                    json.dumps(usable_words(plan.not_words)),
                    plan.channel,
                    plan.max_items,
                    listed(plan.collections),
                    listed(plan.outlets),
                    plan.post_when_empty,
                    plan.ping,
                    plan.in_thread,
                    plan.publish,
                    number,
                ),
            )
            if schedule != before.schedule:
                self._reschedule(number, schedule, now)
            if plan.channel != before.channel and before.state is State.BLOCKED:
                self._set_state(number, State.ACTIVE, None, now)
                self._try_at_once(number)
            return self.get(number)

    def block(self, number: int, reason: str, now: dt.datetime, *, tell: bool = True) -> dt.datetime:
        """We may not post there. Gives the moment since when that is so without a break.

        `tell`: somebody is to be told, the first time and once a week (PRODUCT.md, section 7).
        """
        with self._transaction():
            subscription = self.get(number)
            if tell:
                # If nobody could be told since, the old notice still waits.
                self._connection.execute(
                    "UPDATE subscriptions SET to_tell = 'blocked', to_tell_since = ?1 WHERE id = ?2 "
                    "AND state IN ('active', 'blocked') AND to_tell IS NULL AND (told_at IS NULL OR told_at <= ?3)",
                    (instant_text(now), number, instant_text(now - TOLD_AGAIN)),
                )
            if subscription.state is State.BLOCKED and subscription.state_since is not None:
                self._connection.execute("UPDATE subscriptions SET reason = ? WHERE id = ?", (reason, number))
                return subscription.state_since
            if subscription.state is State.ACTIVE:
                self._set_state(number, State.BLOCKED, reason, now)
            return now

    def channel_missed(self, number: int, now: dt.datetime) -> dt.datetime:
        """The channel was said not to exist. Gives the moment when that was said first, without a post in between."""
        with self._transaction():
            self._connection.execute(
                "UPDATE subscriptions SET channel_missed_at = coalesce(channel_missed_at, ?) WHERE id = ?",
                (instant_text(now), number),
            )
            row = self._connection.execute(
                "SELECT channel_missed_at FROM subscriptions WHERE id = ?", (number,)
            ).fetchone()
            return instant(row[0])

    def purge(self, now: dt.datetime) -> int:
        """Forget what was removed more than 30 days ago, with its runs and stories; gives how many that were."""
        before = instant_text(now - dt.timedelta(days=UNDO_DAYS))
        with self._transaction():
            return self._forget("state = 'removed' AND state_since < ?", before)

    def purge_guild(self, guild: int) -> int:
        """Forget a server at once: its digests, their runs and stories, its settings."""
        with self._transaction():
            for table in ("guild_settings", "collection_rules", "drafts"):
                self._connection.execute(f"DELETE FROM {table} WHERE guild = ?", (guild,))
            return self._forget("guild = ?", guild)

    # For the ledger, within its transactions

    def forget_person(self, person: int, nobody: int) -> None:
        """Forget personal subscriptions with their runs and stories, also removed ones; a server's become nobody's."""
        chosen = "SELECT channel FROM subscriptions WHERE guild IS NULL AND creator = ?"
        self._connection.execute(f"DELETE FROM drafts WHERE guild IS NULL AND channel IN ({chosen})", (person,))
        self._forget("guild IS NULL AND creator = ?", person)
        self._connection.execute("UPDATE subscriptions SET creator = ? WHERE creator = ?", (nobody, person))

    def advance(self, number: int, cursor: int, *, waiting_since: dt.datetime) -> None:
        """A run was shown, or was empty: what it covered is behind us, and the channel is fine."""
        self._connection.execute(
            "UPDATE subscriptions SET cursor = max(cursor, ?), waiting_since = max(waiting_since, ?), "
            "channel_missed_at = NULL WHERE id = ?",
            (cursor, instant_text(waiting_since), number),
        )
        self._connection.execute(
            "UPDATE subscriptions SET state = 'active', reason = NULL, state_since = NULL, told_at = NULL, "
            "to_tell = NULL, to_tell_since = NULL WHERE id = ? AND state = 'blocked'",
            (number,),
        )

    def settle(self, number: int, upto: dt.datetime) -> None:
        self._connection.execute(
            "UPDATE subscriptions SET settled_upto = max(settled_upto, ?) WHERE id = ?", (instant_text(upto), number)
        )

    # Parts of the above

    def _read(self, condition: str, *values: object) -> list[Subscription]:
        rows = self._connection.execute(f"{SELECT} WHERE {condition} ORDER BY id", values)
        return [subscription_of(row) for row in rows]

    def _not_removed(self, number: int) -> Subscription:
        subscription = self.get(number)
        if subscription.state is State.REMOVED:
            raise NoSuchDigest(_("D{number} was removed. Undo brings it back.").format(number=number))
        return subscription

    def _reschedule(self, number: int, schedule: Schedule, now: dt.datetime) -> None:
        last = self._connection.execute(
            "SELECT max(finished_at), max(local_date) FROM deliveries WHERE subscription_id = ? "
            "AND state = 'posted' AND kind = 'scheduled'",
            (number,),
        ).fetchone()
        first = slot_after_change(
            schedule,
            now,
            instant_or_none(last[0]),
            dt.date.fromisoformat(last[1]) if last[1] else None,
        )
        used = self._used_days(number, now)
        while first.local_date in used:
            first = next_slot(schedule, first.due_at)
        self._connection.execute(
            "UPDATE subscriptions SET days = ?, at = ?, zone = ? WHERE id = ?",
            (str(schedule.days), f"{schedule.at:%H:%M}", schedule.zone, number),
        )
        # Every slot of the new schedule before the chosen one counts as dealt with.
        self._go_on_from(number, first.due_at - dt.timedelta(seconds=1))

    def _refuse_too_many(self, guild: int | None, channel: int, limits: Limits) -> None:
        for place, column, value, limit in (
            ("server", "guild", guild, limits[0]),
            ("channel", "channel", channel, limits[1]),
        ):
            count = self._connection.execute(
                f"SELECT count(*) FROM subscriptions WHERE {column} = ? AND state != 'removed'", (value,)
            ).fetchone()[0]
            if count >= limit:
                raise TooManyDigests(place, limit)

    def _set_state(self, number: int, state: State, reason: str | None, now: dt.datetime) -> None:
        self._connection.execute(
            "UPDATE subscriptions SET state = ?1, reason = ?2, state_since = ?3, channel_missed_at = NULL, "
            "told_at = CASE WHEN ?1 = 'blocked' THEN told_at END, "
            # What a person did needs no notice, and ends the older one.
            "to_tell = CASE WHEN ?1 = 'blocked' THEN to_tell WHEN ?2 IS NOT NULL THEN ?1 END, "
            "to_tell_since = CASE WHEN ?1 = 'blocked' THEN to_tell_since WHEN ?2 IS NOT NULL THEN ?3 END WHERE id = ?4",
            (str(state), reason, instant_text(now), number),
        )

    def _go_on_from(self, number: int, moment: dt.datetime) -> None:
        self._connection.execute(
            "UPDATE subscriptions SET settled_upto = ?, waiting_since = ? WHERE id = ?",
            (instant_text(moment), instant_text(moment), number),
        )

    def _try_at_once(self, number: int) -> None:
        self._connection.execute(
            "UPDATE deliveries SET retry_at = NULL WHERE subscription_id = ? AND state = 'blocked'", (number,)
        )

    def _activate(self, number: int, now: dt.datetime) -> Subscription:
        """Go on from now, and from behind the slots that were run early or skipped before their time."""
        self._set_state(number, State.ACTIVE, None, now)
        self._try_at_once(number)
        self._go_on_from(number, now)
        schedule, used = self.get(number).schedule, self._used_days(number, now)
        while (slot := next_slot(schedule, now)).local_date in used:
            now = slot.due_at
            self.settle(number, now)
        return self.get(number)

    def _used_days(self, number: int, now: dt.datetime) -> frozenset[dt.date]:
        """The local days, from yesterday on since zones differ, that have their run already."""
        rows = self._connection.execute(
            "SELECT local_date FROM deliveries WHERE subscription_id = ? AND kind = 'scheduled' AND local_date >= ?",
            (number, (now.date() - dt.timedelta(days=1)).isoformat()),
        )
        return frozenset(dt.date.fromisoformat(day) for (day,) in rows)

    def _forget(self, condition: str, value: object) -> int:
        chosen = f"SELECT id FROM subscriptions WHERE {condition}"
        for table in ("relevance_marks", "stories", "deliveries"):
            self._connection.execute(f"DELETE FROM {table} WHERE subscription_id IN ({chosen})", (value,))
        return self._connection.execute(f"DELETE FROM subscriptions WHERE {condition}", (value,)).rowcount


def _check_items(max_items: int) -> None:
    if not FEWEST_ITEMS <= max_items <= MOST_ITEMS:
        raise ValueError(f"a digest in chat has {FEWEST_ITEMS} to {MOST_ITEMS} items, not {max_items}")
