"""One run of the bot, from the login to a clean end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import discord

from bot.chat.assembly import Bot
from bot.chat.resending import resending
from bot.errors import CannotWork
from bot.rendering import notices

log = logging.getLogger(__name__)

END_SECONDS = 8.0  # an init system waits ten before it kills


@dataclass(frozen=True, slots=True)
class CommandFile:
    """Which commands Discord knows, as a fingerprint in a file of the data folder."""

    path: Path

    def read(self) -> str | None:
        try:
            return self.path.read_text(encoding="ascii").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, fingerprint: str) -> None:
        try:
            self.path.write_text(fingerprint + "\n", encoding="ascii")
        except OSError as error:
            log.warning("cannot write %s (%s): the commands will be sent again", self.path, error.strerror)


async def run_bot(token: str, bot: Bot, *, end_seconds: float = END_SECONDS) -> int:
    """Log in and work until SIGTERM, SIGINT or a failure that no waiting mends; gives the exit code 0.

    At the end no new work is taken, the part of a digest that is being sent is sent and written down, whoever waits for
    an answer gets it or is told that the bot restarts (`end_seconds` at most), and the connection is closed. Workbench
    and databases are the caller's to close. Raises `CannotWork` with one line when Discord refuses us or cannot be
    reached at the start; later outages are waited for.
    """
    client = bot.client
    stop = asyncio.Event()
    with _signals_set(stop), resending():
        async with client:
            running = asyncio.create_task(client.start(token), name="discord")
            stopping = asyncio.create_task(stop.wait(), name="until stopped")
            try:
                await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    _explain(running)
                log.info("ending")
            finally:
                stopping.cancel()
                await _end(bot, end_seconds)
                running.cancel()
                # What ended the run was explained above; here it is only put away.
                with suppress(BaseException):
                    await running
    log.info("ended")
    return 0


async def _end(bot: Bot, seconds: float) -> None:
    room = bot.client.room
    room.closing = True
    told = asyncio.create_task(room.served.finish(seconds, lambda: notices.notice_page(notices.restarting())))
    try:
        await asyncio.wait_for(bot.stop_work(), seconds)
    except TimeoutError:
        log.warning("what was being sent did not end in time; the next start takes it up")
    except Exception:
        log.exception("could not stop what was being done")
    if late := await told:
        log.info("some were told that the bot restarts", extra={"fields": {"people": late}})
    await bot.client.close()


def _explain(running: asyncio.Task[None]) -> None:
    """Turn what ended the connection into one line for the operator."""
    error = running.exception()
    match error:
        case None:
            return
        case discord.LoginFailure():
            raise CannotWork(
                "Discord refuses the token: copy it again from the developer portal (Bot, Reset Token) to DISCORD_TOKEN"
            ) from error
        case discord.PrivilegedIntentsRequired():
            raise CannotWork(
                "Discord asks for a privileged intent, which this bot does not use: check that the token belongs to it"
            ) from error
        case discord.ConnectionClosed():
            raise CannotWork(f"Discord closed the connection for good (code {error.code}): start again") from error
        case discord.app_commands.CommandSyncFailure():
            raise CannotWork("Discord refuses the commands as they are: please report it, with the log") from error
        case discord.HTTPException():
            raise CannotWork(f"Discord answers {error.status} to the login: try again later") from error
        case aiohttp.ClientError() | OSError() | discord.GatewayNotFound():
            raise CannotWork(f"cannot reach Discord ({error}): check the network, then start again") from error
    raise error


@contextmanager
def _signals_set(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event while the block runs. discord.py handles neither by itself."""
    loop = asyncio.get_running_loop()
    caught = []
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends the loop instead
            loop.add_signal_handler(number, stop.set)
            caught.append(number)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
