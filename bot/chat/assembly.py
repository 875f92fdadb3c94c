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
from bot.workbench import Workbench
from corpus.archive import Archive
from retrieval.watches.watching import QuestionWatcher


@dataclass(frozen=True, slots=True)
class DigestTools:
    """What digests are looked after with or made with, for one thread at a time.

    `watcher` asks those topics that are questions; without it they are as any other.
    """

    archive: Archive
    ledger: Ledger
    composer: Judge
    watcher: QuestionWatcher | None = None

    def watches(self) -> WatchRuns | None:
        return WatchRuns(self.ledger, self.watcher, self.composer) if self.watcher is not None else None


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that `bot.chat.running.run_bot` runs."""

    client: BriefingClient
    poster: DiscordPoster
    rounds: Rounds
    alarm: Alarm
    housekeeping: Alarm
    composing: Workbench

    async def stop_work(self) -> None:
        """Ring, compose and post no more; returns when the part that is being sent has been sent and written down."""
        self.composing.break_off()
        self.poster.take_no_more()
        await self.housekeeping.stop()
        await self.alarm.stop()
        await self.poster.finish()


def assembled(
    room: Room,
    *,
    at_hand: DigestTools,
    posting: DigestTools,
    composing: Workbench,
    record: CommandRecord,
    render: Render | None = None,
    tick_seconds: float = TICK_SECONDS,
    personal_digests: bool = False,
    catch_up: Callable[[dt.datetime], Awaitable[None]] | None = None,
) -> Bot:
    """A bot over a room and a ledger. The alarm rings once messages can be sent.

    The tools `at_hand` are for what people ask of digests, on the room's `digests` only; those for `posting` are used
    on the workbench `composing` only. Each have their own connections: a first digest of a flood takes a minute or two,
    and nobody who opens a list should wait for it.

    `catch_up` is awaited before a digest that is due looks at what is new. `personal_digests`: whether the operator
    allows digests in direct messages.
    """
    client = BriefingClient(room, record=record)
    poster = DiscordPoster(client)
    ledger = at_hand.ledger
    places = Places(room, client, personal=personal_digests)
    dispatcher = Dispatcher(
        posting.ledger,
        posting.archive,
        posting.composer,
        poster,
        render or posts_of,
        composing.run,
        readers=places.readers_of,
        reachable=partial(reachable, client),
        started_at=room.clock(),
        clock=room.clock,
        watches=posting.watches(),
        check=composing.check,
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
    desk = DigestDesk(ledger, at_hand.archive, at_hand.composer, watches=at_hand.watches())
    digests = Digests(room, desk, dispatcher, places)
    client.add_feature(digests)
    run_desk = RunDesk(ledger, at_hand.archive, at_hand.composer)
    client.add_feature(DigestRuns(room, run_desk, places, reader.read_chosen))
    client.add_feature(Searches(room, reader.read, digests.offer))
    client.call_when_ready(alarm.start)
    client.call_when_ready(forgetting.start)
    return Bot(client, poster, rounds, alarm, forgetting, composing)
