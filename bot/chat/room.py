"""What every command in the chat room works with, and the two ways of getting an answer out of it.

Nothing here or in a command asks a bare desk: every road takes the `Audience` that will read the result, and gives the
work a desk at which nothing else exists (`Desk.seen_by`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import discord

from bot.chat.apologies import Refusal
from bot.chat.served import Served
from bot.chat.turnstile import Hints, Limits, Turnstile
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.answer_pages import SHOWN, answer_page, closest_anyway, quotes_to_show
from bot.rendering.page import Page
from bot.rendering.search_page import search_page
from bot.searches import found_at
from bot.servers.access import Audience, Place
from bot.servers.registry import ServerRegistry
from bot.workbench import Workbench, WorkerPool
from corpus.article import EVERYTHING, Article, Scope, article_id
from retrieval.answers.outcome import Answer, ClosestPassages, NotInArchive
from retrieval.questions.follow_up import FollowUpQuestion

log = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
WARM_UP_SECONDS = 120.0
LEAST_QUESTION, MOST_QUESTION, MOST_WRITTEN = 3, 300, 2_000  # characters; the last where somebody mentions us

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Room:
    """The desk and the roads to it, who may ask, and the clock. One for each running bot.

    Three roads, so that nothing short waits behind something long: `workbench` for what is read from the desk at once,
    such as suggestions and articles; `questions`, each worker at a desk of its own; `digests` for what people ask of
    digests. What is posted by itself is composed on a fourth, of which the room knows nothing.
    """

    desk: Desk
    workbench: Workbench
    questions: WorkerPool[Desk]
    digests: Workbench
    servers: ServerRegistry
    clock: Callable[[], dt.datetime]
    turnstile: Turnstile = field(default_factory=Turnstile)
    hints: Hints = field(default_factory=Hints)
    served: Served = field(default_factory=Served)
    answer_seconds: float = ANSWER_SECONDS
    closing: bool = False
    when_warm: Callable[[], None] = lambda: None
    _warm: asyncio.Event = field(default_factory=asyncio.Event)

    async def warm_up(self) -> None:
        """Load the models now, while nobody waits. A failure shows again, with its reason, at the first question."""
        try:
            await self.questions.run(Desk.warm_up)
        except Exception:
            log.exception("the models could not be loaded")
        finally:
            self._warm.set()
            self.when_warm()

    async def audience(self, asked: discord.Interaction[Any] | discord.Message, *, public: bool) -> Audience:
        """Who will read what answers a command, a press or a message; `public`: not only whoever it came from."""
        return await self.servers.audience(place_of(asked), public=public)

    @asynccontextmanager
    async def admitted(
        self, asked: discord.Interaction[Any] | discord.Message, *, counted: bool = True
    ) -> AsyncIterator[None]:
        """Let somebody in for as long as their question takes.

        `counted`: it is a question of its own, which counts towards the limits and may be asked only where the server's
        managers allow it. Raises `Refusal`; whoever is turned away learns it alone, so that comes before an
        acknowledgement, whose audience cannot be changed any more.
        """
        self.refuse_when_closing()
        place = place_of(asked)
        settings = await self.servers.settings(place.server)
        allowed = settings.ask_channels
        if counted and allowed is not None and not allowed & place.channels:
            raise Refusal(notices.channel_not_enabled(f"<#{min(allowed)}>") if allowed else notices.asking_is_off())
        person = asked.user.id if isinstance(asked, discord.Interaction) else asked.author.id
        limits = Limits(settings.member_questions, settings.server_questions)
        if refused := self.turnstile.enter(person, place.server, self.clock(), counted=counted, limits=limits):
            raise Refusal(refused)
        try:
            yield
        finally:
            self.turnstile.leave(person)

    async def answered(
        self,
        question: str,
        scope: Scope,
        audience: Audience,
        *,
        follows: FollowUpQuestion | None = None,
        today: dt.date | None = None,
        skip: int = 0,
        closest: bool = False,
        linked: int | None = None,
    ) -> Page:
        """The page that answers a question, or the one that says it took too long.

        `follows` is what to search for a question that follows another. `today` is the day on which it was asked, if
        not now. `linked` is the number of an article that is named before the answer. The time that the models still
        take to load after a start is not the question's.
        """
        today = today or self.clock().date()
        look = partial(look_up, follows=follows, skip=skip, closest=closest, linked=linked)
        ask = partial(self._asked, audience, look, question, scope, today)
        return await self._page_in_time(ask, follows.text if follows else question, scope)

    async def listed(self, question: str, scope: Scope, audience: Audience, today: dt.date) -> Page:
        """The page that counts and lists the articles which a question asks for."""
        search = partial(self._asked, audience, look_through, question, scope, today)
        return await self._page_in_time(search, question, scope)

    async def _page_in_time(self, work: Callable[[], Awaitable[Page]], question: str, scope: Scope) -> Page:
        try:
            await asyncio.wait_for(self._warm.wait(), WARM_UP_SECONDS)
            return await asyncio.wait_for(work(), self.answer_seconds)
        except TimeoutError:
            log.warning("a question took too long", extra={"fields": {"seconds": self.answer_seconds}})
            return notices.timed_out_page(question, scope)

    async def on_bench(
        self, work: Callable[Concatenate[Desk, P], T], audience: Audience, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run short blocking work at the audience's desk. Raises `Refusal` when it takes longer than an answer."""
        return await self._in_time(self.workbench.run(work, self.desk.seen_by(audience), *args, **kwargs))

    async def at_question_desk(
        self, work: Callable[Concatenate[Desk, P], T], audience: Audience, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `on_bench`, for what takes as long as a question: at the desk of the first worker that is free.

        The time that the models take to load after a start does not count.
        """
        await self._until_warm()
        return await self._in_time(self._asked(audience, work, *args, **kwargs))

    async def _asked(
        self, audience: Audience, work: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def at(desk: Desk) -> T:
            return work(desk.seen_by(audience), *args, **kwargs)

        return await self.questions.run(at)

    async def on_digest_bench(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `on_bench`, for what reads or writes the ledger."""
        return await self._in_time(self.digests.run(work, *args, **kwargs))

    async def on_warm_digest_bench(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `on_digest_bench`, for work that needs the models: the time that they take to load does not count."""
        await self._until_warm()
        return await self.on_digest_bench(work, *args, **kwargs)

    async def _until_warm(self) -> None:
        try:
            await asyncio.wait_for(self._warm.wait(), WARM_UP_SECONDS)
        except TimeoutError as error:
            raise Refusal(notices.timed_out()) from error

    async def _in_time(self, work: Awaitable[T]) -> T:
        try:
            return await asyncio.wait_for(work, self.answer_seconds)
        except TimeoutError as error:
            raise Refusal(notices.timed_out()) from error

    def refuse_when_closing(self) -> None:
        """Raises `Refusal` while the program is ending."""
        if self.closing:
            raise Refusal(notices.restarting())


def place_of(asked: discord.Interaction[Any] | discord.Message) -> Place:
    """Where something was asked, and as whom.

    Roles come with each command and message, so none has to be known beforehand.
    """
    # An interaction names a server that is not in the cache by its id alone.
    server = asked.guild.id if asked.guild is not None else getattr(asked, "guild_id", None)
    if server is None:
        return Place(None)
    person = asked.user if isinstance(asked, discord.Interaction) else asked.author
    roles = frozenset(role.id for role in getattr(person, "roles", ()))
    return place_in(server, getattr(asked.channel, "id", None), asked.channel, roles)


def place_in(server: int, number: int | None, channel: Any, roles: frozenset[int] = frozenset()) -> Place:
    """A channel of a server; a thread belongs to its parent's rules too. `channel`: as far as it is known."""
    ids = (number, getattr(channel, "parent_id", None))
    return Place(server, frozenset(one for one in ids if one is not None), roles)


def look_up(
    desk: Desk,
    question: str,
    scope: Scope,
    today: dt.date,
    *,
    follows: FollowUpQuestion | None = None,
    skip: int = 0,
    closest: bool = False,
    linked: int | None = None,
) -> Page:
    """Ask the desk and draw what it gives. `closest`: show the closest passages even if nothing answers. Blocking.

    Raises `Refusal` when the one article that is asked, or the linked one, is not there.
    """
    within = article_at(desk, scope.article) if scope.article is not None else None
    reply = desk.reply(
        follows.text if follows else question,
        today=today,
        scope=scope,
        carried=follows.carried if follows else EVERYTHING,
        quotes=max(SHOWN.values()) + 1,
        skip=skip,
    )
    outcome = reply.outcome
    if isinstance(outcome, NotInArchive) and (skip or closest):
        if (anyway := closest_anyway(outcome)) is None:
            return notices.notice_page(notices.no_more_quotes())
        outcome = anyway
    visible = Scope(collections=scope.collections)
    return answer_page(
        outcome,
        coverage=desk.coverage(visible),
        subjects=desk.subjects(visible) if isinstance(outcome, NotInArchive) else (),
        # The collections that were asked for, not those that the audience happens to see.
        scope=replace(reply.scope, collections=scope.collections),
        more=isinstance(outcome, Answer | ClosestPassages) and len(outcome.quotes) > len(quotes_to_show(outcome)),
        skip=skip,
        asked=question if follows else None,
        tried=replace(reply.tried, collections=scope.collections) if reply.tried else None,
        newest_first=reply.newest_first,
        listing=reply.listing,
        language_note=desk.language_note(outcome.question, visible),
        searchable=desk.percent_searchable(),
        within=within,
        linked=article_at(desk, linked) if linked is not None else None,
    )


def article_at(desk: Desk, number: int) -> Article:
    """The article with a number. Raises `Refusal` where there is none, or none that may be seen. Blocking."""
    article = desk.article(article_id(number))
    if article is None:
        raise Refusal(notices.no_such_article(article_id(number)))
    return article


def look_through(desk: Desk, question: str, scope: Scope, today: dt.date) -> Page:
    """Search for what a question wants listed. Blocking."""
    narrowing = desk.narrowing(question, today, scope)
    within = narrowing.within(scope)
    collections = scope.collections  # those that were asked for, not those that the audience happens to see
    return search_page(found_at(desk, narrowing.listing or question, replace(within, collections=collections)))
