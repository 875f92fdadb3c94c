"""Joins the parts of the chat room: client, poster, dispatcher, alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bot.briefings.alarm import TICK_SECONDS, Alarm
from bot.briefings.digest_desk import DigestDesk
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from bot.briefings.pages import posts_of
from bot.briefings.planning import Judge, Render
from bot.briefings.run_desk import RunDesk
from bot.briefings.watch_runs import WatchRuns
from bot.chat.channel_events import ChannelEvents
from bot.chat.client import BriefingClient, CommandRecord
from bot.chat.digest import Digests
from bot.chat.digest_places import Places
from bot.chat.digest_runs import DigestRuns
from bot.chat.feedback import FeedbackPresses
from bot.chat.follow_up import FollowUps
from bot.chat.housekeeping import EVERY_SECONDS, Housekeeping
from bot.chat.message_actions import MessageActions
from bot.chat.poster import DiscordPoster
from bot.chat.reachability import reachable
from bot.chat.reader import Reader
from bot.chat.room import Room
from bot.chat.rounds import Rounds
from bot.chat.search import Searches
from bot.chat.server_health import Healths
from bot.chat.server_panel import ServerPanel
from corpus.archive import Archive
from retrieval.watches.watching import QuestionWatcher


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that `bot.chat.running.run_bot` runs."""

    client: BriefingClient
    poster: DiscordPoster
    rounds: Rounds
    alarm: Alarm
    housekeeping: Alarm

    async def stop_work(self) -> None:
        """Ring no more, post no more; returns when the part that is being sent has been sent and written down."""
        self.poster.take_no_more()
        await self.housekeeping.stop()
        await self.alarm.stop()
        await self.poster.finish()


def assembled(
    room: Room,
    *,
    archive: Archive,
    ledger: Ledger,
    composer: Judge,
    watcher: QuestionWatcher | None = None,
    record: CommandRecord,
    render: Render | None = None,
    tick_seconds: float = TICK_SECONDS,
    personal_digests: bool = False,
    catch_up: Callable[[dt.datetime], Awaitable[None]] | None = None,
) -> Bot:
    """A bot over a room and a ledger. The alarm rings once messages can be sent.

    `catch_up` is awaited before a digest that is due looks at what is new. `personal_digests`: whether the operator
    allows digests in direct messages. `watcher` asks those topics that are questions; without it they are as any other.

    Archive, ledger, composer and watcher are used on the room's `digests` only.
    """
    client = BriefingClient(room, record=record)
    poster = DiscordPoster(client)
    watches = WatchRuns(ledger, watcher, composer) if watcher is not None else None
    places = Places(room, client, personal=personal_digests)
    dispatcher = Dispatcher(
        ledger,
        archive,
        composer,
        poster,
        render or posts_of,
        room.digests.run,
        readers=places.readers_of,
        reachable=partial(reachable, client),
        started_at=room.clock(),
        clock=room.clock,
        watches=watches,
    )
    rounds = Rounds(dispatcher, client, places.readers_of, places.log_channel, catch_up)
    ChannelEvents(rounds, room.clock).listen_to(client)
    alarm = Alarm(rounds.ring, room.clock, tick_seconds=tick_seconds)
    forgetting = Alarm(
        Housekeeping(room, ledger, client).ring, room.clock, tick_seconds=EVERY_SECONDS, subject="housekeeping"
    )
    reader = Reader(room)
    client.add_feature(reader)
    client.add_feature(FollowUps(room))
    client.add_feature(MessageActions(room))
    client.add_feature(FeedbackPresses(room, ledger))
    client.add_feature(ServerPanel(room, Healths(room, ledger)))
    digests = Digests(room, DigestDesk(ledger, archive, composer, watches=watches), dispatcher, places)
    client.add_feature(digests)
    client.add_feature(DigestRuns(room, RunDesk(ledger, archive, composer), places, reader.read_chosen))
    client.add_feature(Searches(room, reader.read, digests.offer))
    client.call_when_ready(alarm.start)
    client.call_when_ready(forgetting.start)
    return Bot(client, poster, rounds, alarm, forgetting)
