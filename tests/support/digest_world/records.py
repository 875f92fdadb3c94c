"""What can happen in a life and how often, and what is remembered of it for the promises."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.briefings.subscription import Schedule


@dataclass(frozen=True)
class Rates:
    """How often something happens: in the whole world a day, or to one subscription a year."""

    articles: float = 0.6  # a day, most of them alone; more than 108 stories in one run are only counted
    stops: float = 0.12  # a day
    kills: float = 0.0001  # a step
    changes: float = 0.00005  # of somebody's mind a step, between two steps of a round
    trouble: float = 0.004  # as `BadChannels.trouble`
    bad_hours: float = 0.1  # a day
    outages: float = 0.15  # of a server, a day
    closed: float = 1.0  # a subscription a year, as all that follow
    unreadable: float = 0.3
    glitches: float = 0.3
    deleted: float = 0.15
    paused: float = 0.8
    changed: float = 1.0
    moved: float = 0.4
    removed: float = 0.3
    asked: float = 1.5
    hidden: float = 0.5
    marked: float = 0.5
    purged: float = 0.02


USUAL = Rates()


@dataclass(frozen=True)
class Change:
    """From an instant on a subscription is served or not, by this schedule, and goes on from a moment."""

    at: dt.datetime
    what: str
    served: bool
    schedule: Schedule
    edited: bool = False
    last_post: dt.datetime | None = None
    last_date: dt.date | None = None


@dataclass(frozen=True)
class Round:
    """A round that came to its end: when it began and ended, and since when the process was up."""

    at: dt.datetime
    ended: dt.datetime
    since: dt.datetime
