"""What is forgotten when its time has come."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from chat_world import world

from bot.briefings.plan import Plan
from bot.briefings.subscription import Schedule
from bot.chat.housekeeping import Housekeeping
from bot.errors import NoSuchDigest
from retrieval.topics.topic import Topic

ELSEWHERE = 77  # a server that the bot is not in


async def test_a_server_that_we_left_is_forgotten_after_thirty_days_and_no_other(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        now = place.env.now()
        for server in (ELSEWHERE, place.guild.id):
            await place.room.servers.change(server, zone="Asia/Tokyo")
            place.ledger.subscriptions.add(
                guild=server, channel=1, creator=2, topic=Topic("ferries"), schedule=Schedule(), cursor=0, now=now
            )
        housekeeping = Housekeeping(place.room, place.ledger, place.env.bot)
        await housekeeping.ring(now)
        await housekeeping.ring(now + dt.timedelta(days=29))
        assert (await place.room.servers.settings(ELSEWHERE)).zone == "Asia/Tokyo"
        await housekeeping.ring(now + dt.timedelta(days=30))
        assert (await place.room.servers.settings(ELSEWHERE)).zone is None
        assert place.ledger.subscriptions.of_guild(ELSEWHERE) == []
        assert (await place.room.servers.settings(place.guild.id)).zone == "Asia/Tokyo"
        assert len(place.ledger.subscriptions.of_guild(place.guild.id)) == 1


async def test_what_was_never_started_goes_after_a_week_although_nobody_begins_another(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        now = place.env.now()
        begun = place.ledger.drafts.add(None, Plan(topic="ferries"), now)
        housekeeping = Housekeeping(place.room, place.ledger, place.env.bot)
        await housekeeping.ring(now + dt.timedelta(days=6))
        assert place.ledger.drafts.get(begun.id, None).plan.topic == "ferries"
        await housekeeping.ring(now + dt.timedelta(days=8))
        with pytest.raises(NoSuchDigest, match="older than 7 days"):
            place.ledger.drafts.get(begun.id, None)


async def test_old_notes_and_removed_digests_go(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        now = place.env.now()
        place.ledger.feedback.write(5, 1, server=None, question="Who?", note="No.", articles=[], now=now)
        added = place.ledger.subscriptions.add(
            guild=place.guild.id, channel=1, creator=2, topic=Topic(""), schedule=Schedule(), cursor=0, now=now
        )
        place.ledger.subscriptions.remove(added.id, now)
        housekeeping = Housekeeping(place.room, place.ledger, place.env.bot)
        await housekeeping.ring(now + dt.timedelta(days=29))
        assert len(place.ledger.feedback.everyones(now)) == 1
        assert place.ledger.subscriptions.made_by(2)
        await housekeeping.ring(now + dt.timedelta(days=31))
        assert place.ledger.feedback.everyones(now) == []
        assert place.ledger.subscriptions.made_by(2) == []
