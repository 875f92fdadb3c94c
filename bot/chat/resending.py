"""Sends again what a cut connection lost, where a second time does no harm.

discord.py repeats failures of Discord's side, but on Linux no cut connection: it knows the error numbers of other
systems only (54 and 10054, Linux has 104), and aiohttp repeats methods like GET and PUT only. A kept connection that
the other side has just closed is the common case, and enough to lose an answer.

No call has to know of it: `resending` puts a subclass of discord.py's adapter for interactions in its place, as
discord.py 2.7's context variable provides for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import aiohttp
import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

log = logging.getLogger(__name__)

T = TypeVar("T")

ALREADY_ANSWERED = 40060
FIRST_ANSWER_SECONDS = 3.0  # Discord waits no longer (PRODUCT.md, section 13, D-5); repeats would only hold a place
LATER_ANSWER_SECONDS = 120.0  # the token is good for 15 minutes, but nobody waits so long
PAUSES = (0.0, 1.0, 3.0)  # seconds before each further attempt

_CUT = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError)


class AnsweredTooLate(TimeoutError):
    """A first answer that Discord did not confirm within the time that it gives; it may have heard it or not."""


class ResendingAdapter(AsyncWebhookAdapter):
    """Sends answers to interactions, and sends them again when the connection was cut.

    All of them may be repeated: an edit is the same when it is done twice; of a first answer Discord takes one, and
    says so; what we follow up with is a notice to one person, better shown twice than not at all.
    """

    async def request(self, route: Any, session: Any, **fields: Any) -> Any:
        """As discord.py's. Raises `AnsweredTooLate` or TimeoutError besides, when it took longer than anybody waits."""
        is_first = str(route.path).endswith("/callback")
        counted = _CountedSession(session)
        as_session: Any = counted  # discord.py calls nothing but its `request`

        async def send() -> Any:
            if counted.requests:
                for file in fields.get("files") or ():
                    file.reset(seek=True)
            try:
                return await super(ResendingAdapter, self).request(route, as_session, **fields)
            except discord.HTTPException as error:
                if not (is_first and counted.requests > 1 and error.code == ALREADY_ANSWERED):
                    raise
                # An attempt before had its effect, and only its answer was lost. Of that discord.py reads the id alone.
                return {"interaction": {"id": str(route.webhook_id), "type": 0}}

        try:
            async with asyncio.timeout(FIRST_ANSWER_SECONDS if is_first else LATER_ANSWER_SECONDS):
                return await sent_again(send, repeat_503=False)
        except TimeoutError as error:
            raise (AnsweredTooLate if is_first else TimeoutError)(f"{route.method} took too long") from error


class _CountedSession:
    """A session that counts what is sent: discord.py repeats some requests by itself."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.requests = 0

    def request(self, *args: Any, **fields: Any) -> Any:
        self.requests += 1
        return self._session.request(*args, **fields)


async def sent_again(send: Callable[[], Awaitable[T]], *, repeat_503: bool = True) -> T:
    """What `send` gives at the first attempt that is not cut off; at most four. The caller says that this is harmless.

    discord.py repeats every failure of Discord's own, but a 503 only for answers to interactions. Raises what the last
    attempt raised.
    """
    for pause in PAUSES:
        try:
            return await send()
        except _CUT as error:
            log.info("a connection to Discord was cut; sent again", extra={"fields": {"error": type(error).__name__}})
        except discord.DiscordServerError as error:
            if error.status != 503 or not repeat_503:
                raise
        await asyncio.sleep(pause)
    return await send()


def is_passing(error: BaseException) -> bool:
    """Whether a later attempt may end otherwise: after anything but a refusal of the request itself."""
    return not isinstance(error, discord.HTTPException) or error.status == 429 or error.status >= 500


@contextmanager
def resending() -> Iterator[None]:
    """While the block runs, also in tasks that it starts, answers to interactions are sent by `ResendingAdapter`."""
    token = async_context.set(ResendingAdapter())  # type: ignore[no-untyped-call]  # as the class that it extends
    try:
        yield
    finally:
        async_context.reset(token)
