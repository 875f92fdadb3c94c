"""Joins the parts of the chat room: client, poster, dispatcher, alarm."""

from __future__ import annotations

from dataclasses import dataclass

from bot.briefings.alarm import TICK_SECONDS, Alarm
from bot.briefings.dispatch import Composer, Dispatcher, Render
from bot.briefings.ledger import Ledger
from bot.briefings.pages import pages_of
from bot.chat.client import BriefingClient, CommandRecord
from bot.chat.digest import Digests
from bot.chat.digest_desk import DigestDesk
from bot.chat.follow_up import FollowUps
from bot.chat.poster import DiscordPoster
from bot.chat.room import Room
from bot.chat.rounds import Rounds
from corpus.archive import Archive


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that `bot.chat.running.run_bot` runs."""

    client: BriefingClient
    poster: DiscordPoster
    rounds: Rounds
    alarm: Alarm

    async def stop_work(self) -> None:
        """Ring no more, post no more; returns when the part that is being sent has been sent and written down."""
        self.poster.take_no_more()
        await self.alarm.stop()
        await self.poster.finish()


def assembled(
    room: Room,
    *,
    archive: Archive,
    ledger: Ledger,
    composer: Composer,
    record: CommandRecord,
    render: Render | None = None,
    tick_seconds: float = TICK_SECONDS,
) -> Bot:
    """A bot over a room and a ledger. The alarm rings once messages can be sent.

    Archive, ledger and composer are used on the room's `digests` only.
    """
    client = BriefingClient(room, record=record)
    poster = DiscordPoster(client)
    dispatcher = Dispatcher(
        ledger, archive, composer, poster, render or pages_of, room.digests.run, started_at=room.clock()
    )
    rounds = Rounds(dispatcher, client)
    alarm = Alarm(rounds.ring, room.clock, tick_seconds=tick_seconds)
    client.add_feature(FollowUps(room))
    client.add_feature(Digests(room, DigestDesk(ledger, archive, composer), dispatcher))
    client.call_when_ready(alarm.start)
    return Bot(client, poster, rounds, alarm)
