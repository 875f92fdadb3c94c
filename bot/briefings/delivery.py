"""A digest on its way to a channel: its states, its parts, and the port to where they are posted."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.errors import BotError
from bot.rendering.digest_pages import part_label
from bot.rendering.page import Page
from corpus.article import Window
from retrieval.stories.reports import Report
from retrieval.watches.statements import Evidence

SCHEDULED = "scheduled"

# Of the articles that a run leaves out the best are listed in its history (of a digest for each reason), and the others
# counted: one takes some 70 bytes, and 20,000 of each of 200 subscriptions' last 20 runs would take gigabytes.
MOST_LISTED = 300


class RunState(StrEnum):
    """Where a run stands. One that is planned is not written down: composing has no effects and may be repeated."""

    RENDERED = "rendered"  # all pages are stored, none has been sent
    SENDING = "sending"
    POSTED = "posted"
    EMPTY = "empty"  # nothing new, nothing posted
    SKIPPED = "skipped"  # the next run carries what it would have held
    BLOCKED = "blocked"  # we may not post there; tried again later
    FAILED = "failed"  # the channel's side refuses the message itself

    @property
    def is_final(self) -> bool:
        return self in (RunState.POSTED, RunState.EMPTY, RunState.SKIPPED, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one article in a run: posted, or why not; `into` is the article that tells its story.

    Of an article that tells a story, posted or over the limit, `place` is its sentence: revision, start and end.
    `words`, `lacks` and `bars` are as in `retrieval.digests.digest.Match`.
    """

    article: int
    outcome: str
    into: int | None
    score: float
    place: tuple[str, int, int] | None = None
    words: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether readers of the digest get to see it: in its messages, or with the rest."""
        return self.outcome in ("posted", "over_limit")


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a digest, before it is sent.

    `title` names the forum post or the thread that it opens, if it opens one. `under` is the number of the post (from
    1) in whose thread it stands, None in the channel itself. A `spare` one is given up where its thread cannot be
    made: what it holds comes with the next run. `articles` are the numbers of all whose stories it tells, in its words
    or behind its button; they count as told once it was posted.
    """

    page: Page
    title: str | None = None
    under: int | None = None
    spare: bool = False
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A composed digest, ready to be written down: which slot, which articles, which messages."""

    subscription: int
    local_date: dt.date
    kind: str  # 'scheduled', or 'manual-' and a number
    due_at: dt.datetime
    window: Window
    considered: int
    items: int
    posts: tuple[Post, ...]  # none when there is nothing to post
    reports: tuple[Report, ...]
    accounts: tuple[Account, ...]
    threshold: float | None = None
    counted: Mapping[str, int] = field(default_factory=dict)  # as in `Delivery`
    evidence: tuple[Evidence, ...] | None = None  # on which a watched question rests from then on; None: as before
    repeats: tuple[Report, ...] = ()  # of articles that added nothing to what was told before
    carries: bool = False  # not all was told: the next run looks at this window again
    watched: bool = False  # as in `Delivery`

    @property
    def label(self) -> str:
        return delivery_label(self.subscription, self.local_date, self.kind)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A run that was written down.

    `counted` are, by outcome, its articles besides those of which is kept what became of each. `watched`: its topic was
    asked, as a question; the digest may have another by now.
    """

    id: int
    subscription: int
    local_date: dt.date
    kind: str
    due_at: dt.datetime
    planned_at: dt.datetime
    window: Window
    state: RunState
    reason: str | None
    considered: int
    items: int
    retry_at: dt.datetime | None
    finished_at: dt.datetime | None
    threshold: float | None = None
    counted: Mapping[str, int] = field(default_factory=dict)
    watched: bool = False

    @property
    def label(self) -> str:
        return delivery_label(self.subscription, self.local_date, self.kind)

    @property
    def result(self) -> str:
        """The outcome in a few words for a person: "posted 8", "nothing new", "blocked: missing Send Messages"."""
        match self.state:
            case RunState.POSTED:
                return f"posted {self.items}" + (f" ({self.reason})" if self.reason else "")
            case RunState.EMPTY:
                return "nothing new"
            case RunState.RENDERED | RunState.SENDING:
                return "being posted"
            case _:
                return f"{self.state}: {self.reason}" if self.reason else str(self.state)


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """One message of a delivery. `sending_since` is None while it is certain that it was not sent.

    `title`, `under` and `spare` are as in `Post`; `channel` is the digest's own, also for what stands in a thread.
    `sent_to` is what that was when the part was sent: the digest may have moved since.
    """

    delivery: int
    part: int  # from 1
    channel: int
    footer_id: str
    page: Page
    nonce: str
    sending_since: dt.datetime | None
    message_id: int | None
    title: str | None = None
    under: int | None = None
    spare: bool = False
    sent_to: int | None = None


class PostingTrouble(BotError):
    """A message could not be posted, or perhaps not."""


class MayNotPost(PostingTrouble):
    """A permission is missing; `permission` is its name as Discord's settings show it, "Send Messages"."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"missing {permission}")
        self.permission = permission


class ChannelGone(PostingTrouble):
    """The channel does not exist (any more)."""

    def __init__(self) -> None:
        super().__init__("the channel does not exist")


class PostUnclear(PostingTrouble):
    """The message may or may not have been posted: a cut connection, a time-out, a failing server."""


class TryLater(PostUnclear):
    """Discord takes no more for a while, above all no edits of old messages (30046), and does not say for how long."""


class PostRefused(PostingTrouble):
    """The message itself was refused; sending it again would not help."""


class Poster(Protocol):
    """Where digests are posted. Every method raises a `PostingTrouble`; permissions are computed before requests."""

    async def post(
        self, channel_id: int, page: Page, *, nonce: str, title: str | None = None, ping: int | None = None
    ) -> int:
        """Post a page and give the message's id. A repeat with the same nonce within minutes gives the first message's.

        In a forum it becomes a post with this title, unless there is one already: its id is that of its first message.
        `ping` is the only role that may be pinged. Only after `PostUnclear` may the message be there nevertheless.
        """

    async def find_posted(self, channel_id: int, footer_id: str, *, title: str | None = None) -> int | None:
        """The id of the one among our own last 50 messages whose footer has exactly this id; None if there is none.

        In a forum the id of the post with this title.
        """

    async def open_thread(self, channel_id: int, message_id: int, title: str) -> int:
        """The id of the thread under a message, or of the forum post that it began; made if it is not there yet."""

    async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
        """Show another page in a message of ours; in a forum that of the post with this id."""

    async def takes_posts(self, channel_id: int) -> bool:
        """Whether each message there opens a post of its own: a forum. What belongs to it stands in its thread."""

    async def takes_threads(self, channel_id: int) -> bool:
        """Whether a thread can be made under a message there, as far as kind and permissions tell. Never raises."""

    async def publish(self, channel_id: int, message_id: int) -> None:
        """Publish a message of an announcement channel to the channels that follow it; once, however often asked.

        Nothing happens in any other channel.
        """


def delivery_label(subscription: int, local_date: dt.date, kind: str) -> str:
    """The id of a delivery as its footers show it: ``#D3-20261123``, a manual one ``#D3-20261123m2``."""
    manual = "" if kind == SCHEDULED else kind.replace("manual-", "m")
    return f"#D{subscription}-{local_date:%Y%m%d}{manual}"


def footer_id(label: str, part: int) -> str:
    return part_label(label, part)


def nonce_of(subscription: int, local_date: dt.date, kind: str, part: int) -> str:
    """The same characters whenever the same part of the same run is sent."""
    return nonce_for(f"{subscription}/{local_date.isoformat()}/{kind}/{part}")


def nonce_for(key: str) -> str:
    """25 characters, Discord's limit for a nonce, for an ASCII key."""
    return base64.b32encode(hashlib.sha256(key.encode("ascii")).digest()).decode("ascii")[:25]
