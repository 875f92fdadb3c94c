"""A digest that is sent right after a start."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from discord_stand_in import CHANNEL, GUILD, MEMBER

from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Schedule
from retrieval.topics.topic import Topic


def add_first_digest(data: Path, due: dt.timedelta, age: dt.timedelta) -> int:
    """A daily digest on ferries that falls due so long from now, and was made so long ago; its number."""
    now = dt.datetime.now(dt.UTC)
    at = (now + due).time().replace(second=0, microsecond=0)
    with Ledger.open(data) as ledger:
        # Starts are spread over a minute by a subscription's name; D3 is the one that goes first.
        numbers = [
            ledger.subscriptions.add(
                guild=GUILD,
                channel=CHANNEL,
                creator=MEMBER,
                topic=Topic("ferry"),
                schedule=Schedule(at=at),
                cursor=0,
                now=now - age,
            ).id
            for _ in range(3)
        ]
        for number in numbers[:-1]:
            ledger.subscriptions.remove(number, now)
    return numbers[-1]
