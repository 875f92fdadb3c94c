"""When a digest is due, and what a subscription is. Pure: the clock is an argument.

A slot is one digest of one local day. It falls due at the first instant at which the local clock shows the chosen time
or a later one. From that follows what readers expect where clocks are put forward or back: a time in the gap means the
first minute after it, a time that comes twice means the first of the two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import UnknownZone
from retrieval.topics.topic import Sources, Topic

FEWEST_ITEMS, MOST_ITEMS, DEFAULT_ITEMS = 3, 25, 8  # PRODUCT.md, section 6
# "Not relevant" raises the least score of an item (0 to 1) by a step. Beyond the highest hardly anything would pass:
# then the topic is worded wrongly, and more marks do not mend it.
RAISE_STEP, HIGHEST_THRESHOLD = 0.05, 0.8
_LONGEST_WAIT_DAYS = 63  # between two firsts of a month, with room for one day that a zone left out


class Days(StrEnum):
    """On which local days a digest is posted."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"  # Monday to Friday
    WEEKLY = "weekly"  # Monday
    MONTHLY = "monthly"  # the 1st

    def has(self, day: dt.date) -> bool:
        match self:
            case Days.DAILY:
                return True
            case Days.WEEKDAYS:
                return day.weekday() < 5
            case Days.WEEKLY:
                return day.weekday() == 0
            case Days.MONTHLY:
                return day.day == 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest of one local day, and the instant (UTC) at which it falls due."""

    local_date: dt.date
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days, a local time of day in whole minutes, and an IANA zone. Raises `UnknownZone`."""

    days: Days = Days.DAILY
    at: dt.time = dt.time(9)
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None or self.at != self.at.replace(second=0, microsecond=0):
            raise ValueError(f"a schedule has a local time in whole minutes, not {self.at}")
        if not is_zone(self.zone):
            raise UnknownZone(self.zone)


@dataclass(frozen=True, slots=True)
class Owed:
    """The slot that is owed now. `missed` counts the slots that it stands for, itself included."""

    slot: Slot
    missed: int


class State(StrEnum):
    """Whether a subscription gets its digests."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"  # we may not post there; tried again every day
    REMOVED = "removed"  # kept 30 days, so that it can be undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel's wish for a digest. People see its number as ``D3``.

    `cursor` is the arrival number up to which articles were posted or judged. `settled_upto` is the instant up to which
    slots have been dealt with; `waiting_since` the one since which articles wait. `guild` is None for a personal one.
    `raised` is by how much marks of "not relevant" raise its threshold. The rest is as in `bot.briefings.plan.Plan`.
    """

    id: int
    guild: int | None
    channel: int
    creator: int
    topic: Topic
    schedule: Schedule
    cursor: int
    settled_upto: dt.datetime
    waiting_since: dt.datetime
    created_at: dt.datetime
    max_items: int = DEFAULT_ITEMS
    collections: frozenset[str] | None = None  # None: all of them
    outlets: frozenset[str] | None = None  # None: all of them
    post_when_empty: bool = False
    ping: int | None = None
    in_thread: bool = False
    publish: bool = False
    raised: float = 0.0
    state: State = State.ACTIVE
    reason: str | None = None
    state_since: dt.datetime | None = None

    @property
    def is_served(self) -> bool:
        """Whether it gets its digests: active, or blocked and tried again."""
        return self.state in (State.ACTIVE, State.BLOCKED)

    @property
    def name(self) -> str:
        return f"D{self.id}"

    def threshold(self, usual: float) -> float:
        """The least score of an item, from the `usual` one."""
        return max(usual, min(usual + self.raised, HIGHEST_THRESHOLD))

    def sources(self, hidden: frozenset[str] = frozenset()) -> Sources:
        """Where its articles may be from, without the collections that its readers may not see."""
        return Sources(self.collections or frozenset(), self.outlets or frozenset(), hidden)


def is_zone(name: str) -> bool:
    """Whether a name is one of the IANA zones, spelled as they are."""
    return name in _zones()


@cache
def zone_of(name: str) -> ZoneInfo:
    """As `ZoneInfo`, which remembers eight zones and reads the file of any other again."""
    return ZoneInfo(name)


def slots(schedule: Schedule, after: dt.datetime, upto: dt.datetime) -> Iterator[Slot]:
    """The slots that fall due in ``(after, upto]``, in order."""
    if upto <= after:
        return
    zone = zone_of(schedule.zone)
    # A day more at each end: a gap can push a slot over midnight.
    day = after.astimezone(zone).date() - dt.timedelta(days=2)
    last = upto.astimezone(zone).date() + dt.timedelta(days=1)
    while day <= last:
        if schedule.days.has(day):
            due_at = first_instant(dt.datetime.combine(day, schedule.at), zone)
            if after < due_at <= upto and _exists(day, zone):
                yield Slot(day, due_at)
        day += dt.timedelta(days=1)


@lru_cache(maxsize=4096)  # every round asks it of every digest, and it changes once a day
def next_slot(schedule: Schedule, after: dt.datetime) -> Slot:
    """The first slot that falls due after an instant."""
    found = next(slots(schedule, after, after + dt.timedelta(days=_LONGEST_WAIT_DAYS)), None)
    assert found is not None, "every schedule has a slot within two months"
    return found


def next_run(subscription: Subscription, now: dt.datetime) -> dt.datetime | None:
    """When the next digest of a subscription falls due; None while it gets none."""
    if not subscription.is_served:
        return None
    return next_slot(subscription.schedule, max(now, subscription.settled_upto)).due_at


def owed_slot(schedule: Schedule, settled_upto: dt.datetime, now: dt.datetime) -> Owed | None:
    """The one slot to deliver now: the newest that fell due; a week offline owes one digest, not seven."""
    if next_slot(schedule, settled_upto).due_at > now:
        return None
    owed = list(slots(schedule, settled_upto, now))
    return Owed(owed[-1], len(owed)) if owed else None


def is_worth_posting(schedule: Schedule, owed: Slot, now: dt.datetime) -> bool:
    """Whether to post an owed slot now rather than let the next one carry it.

    Yes if the next slot is more than a quarter of the distance between the two away (PRODUCT.md, section 7).
    """
    following = next_slot(schedule, max(owed.due_at, now)).due_at
    return following - now > (following - owed.due_at) / 4


def slot_after_change(
    schedule: Schedule, now: dt.datetime, last_post: dt.datetime | None, last_date: dt.date | None
) -> Slot:
    """The first slot of a changed schedule: at least half an interval after the last post, on a later local date.

    A local date that had its digest gets no second one, whatever zone it was counted in.
    """
    slot = next_slot(schedule, now)
    while last_post is not None:
        interval = next_slot(schedule, slot.due_at).due_at - slot.due_at
        if slot.due_at - last_post >= interval / 2 and (last_date is None or slot.local_date > last_date):
            break
        slot = next_slot(schedule, slot.due_at)
    return slot


def first_instant(local: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first instant (UTC) at which the clocks of a zone show a local time (without zone) or a later one."""
    early, late = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if early == late or _clock(early, zone) >= local:
        return early
    while late - early > dt.timedelta(seconds=1):  # in the gap: look for the moment at which clocks were put forward
        middle = early + (late - early) / 2
        middle = middle.replace(microsecond=0)
        if _clock(middle, zone) >= local:
            late = middle
        else:
            early = middle
    beyond = _clock(late, zone).second  # old zones changed at odd seconds
    return late + dt.timedelta(seconds=-beyond % 60)


def _clock(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _exists(day: dt.date, zone: ZoneInfo) -> bool:
    """False for a day that a zone left out, as Samoa did with 30 December 2011 when it crossed the date line."""
    return _clock(first_instant(dt.datetime.combine(day, dt.time()), zone), zone).date() == day


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
