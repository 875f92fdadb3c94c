"""What a digest is to be, before it is one and whenever it is changed: everything that people choose about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.briefings.subscription import DEFAULT_ITEMS, Days, Schedule, Subscription
from retrieval.topics.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A digest that somebody wants: what, when, where. `zone` None is the server's; `channel` 0 is the terminal.

    `collections` and `outlets` None: everything that may be seen where it is posted. `ping` is the id of a role.
    `in_thread`: a headline in the channel and the items in a thread under it.
    """

    topic: str = ""
    days: Days = Days.DAILY
    at: dt.time = dt.time(9)
    zone: str | None = None
    channel: int = 0
    ping: int | None = None
    must: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    collections: frozenset[str] | None = None
    outlets: frozenset[str] | None = None
    max_items: int = DEFAULT_ITEMS
    post_when_empty: bool = False
    in_thread: bool = False
    publish: bool = False

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """What a subscription is, as a plan to change."""
        schedule, topic = subscription.schedule, subscription.topic
        return cls(
            topic=topic.text,
            days=schedule.days,
            at=schedule.at,
            zone=schedule.zone,
            channel=subscription.channel,
            ping=subscription.ping,
            must=topic.must,
            not_words=topic.not_words,
            collections=subscription.collections,
            outlets=subscription.outlets,
            max_items=subscription.max_items,
            post_when_empty=subscription.post_when_empty,
            in_thread=subscription.in_thread,
            publish=subscription.publish,
        )

    @property
    def subject(self) -> Topic:
        return Topic(self.topic, self.must, self.not_words)

    def schedule(self, zone: str) -> Schedule:
        """When it comes; `zone` serves where the plan names none. Raises `UnknownZone`."""
        return Schedule(self.days, self.at, self.zone or zone)

    def as_data(self) -> dict[str, Any]:
        """JSON types; `from_data` gives an equal plan."""
        return {
            "topic": self.topic,
            "days": str(self.days),
            "at": f"{self.at:%H:%M}",
            "zone": self.zone,
            "channel": self.channel,
            "ping": self.ping,
            "must": list(self.must),
            "not_words": list(self.not_words),
            "collections": _listed(self.collections),
            "outlets": _listed(self.outlets),
            "max_items": self.max_items,
            "post_when_empty": self.post_when_empty,
            "in_thread": self.in_thread,
            "publish": self.publish,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError on anything that `as_data` did not give."""
        return cls(
            **{
                **data,
                "days": Days(data["days"]),
                "at": dt.time.fromisoformat(data["at"]),
                "must": tuple(data["must"]),
                "not_words": tuple(data["not_words"]),
                "collections": None if data["collections"] is None else frozenset(data["collections"]),
                "outlets": None if data["outlets"] is None else frozenset(data["outlets"]),
            }
        )


def _listed(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)
