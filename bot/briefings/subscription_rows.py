"""Subscriptions as the ledger's rows keep them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from bot.briefings.instants import instant, instant_or_none
from bot.briefings.subscription import Days, Schedule, State, Subscription
from retrieval.topics.topic import Topic

SELECT = (
    "SELECT id, guild, channel, creator, topic, must, not_words, days, at, zone, max_items, collections, "
    "post_when_empty, cursor, settled_upto, waiting_since, state, reason, state_since, created_at, ping, outlets, "
    "in_thread, publish, (SELECT coalesce(sum(step), 0) FROM relevance_marks WHERE subscription_id = subscriptions.id) "
    "FROM subscriptions"
)


def subscription_of(row: tuple[Any, ...]) -> Subscription:
    return Subscription(
        id=row[0],
        guild=row[1],
        channel=row[2],
        creator=row[3],
        topic=Topic(row[4], tuple(json.loads(row[5])), tuple(json.loads(row[6]))),
        schedule=Schedule(Days(row[7]), dt.time.fromisoformat(row[8]), row[9]),
        max_items=row[10],
        collections=frozenset(json.loads(row[11])) if row[11] is not None else None,
        post_when_empty=bool(row[12]),
        cursor=row[13],
        settled_upto=instant(row[14]),
        waiting_since=instant(row[15]),
        state=State(row[16]),
        reason=row[17],
        state_since=instant_or_none(row[18]),
        created_at=instant(row[19]),
        ping=row[20],
        outlets=frozenset(json.loads(row[21])) if row[21] is not None else None,
        in_thread=bool(row[22]),
        publish=bool(row[23]),
        raised=row[24],
    )


def listed(names: frozenset[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names))
