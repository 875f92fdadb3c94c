"""The connection to Discord: what we listen to, which commands there are, and when they are made known."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.chat.apologies import UNSENT, apologise, tell
from bot.chat.article import article_command
from bot.chat.ask import ask_command
from bot.chat.help import help_command
from bot.chat.mentions import Mentions
from bot.chat.presses import AnswerPresses, Handler, answer, press_of
from bot.chat.resending import is_passing, sent_again
from bot.chat.room import Room
from bot.chat.translator import CatalogueTranslator, definitions, speak_to
from bot.logs import error_fields
from bot.rendering.actions import Action, decode

log = logging.getLogger(__name__)

Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

# Waiting longer for one request helps nobody: the digest is tried again, the question's token has run out.
RATE_LIMIT_SECONDS = 120.0
COMMANDS_AGAIN_SECONDS = 60.0


class CommandRecord(Protocol):
    """Remembers which commands Discord knows, so that they are sent only when they changed (200 creations a day)."""

    def read(self) -> str | None: ...

    def write(self, fingerprint: str) -> None: ...


class Feature(Protocol):
    """Commands and presses that come as one, such as everything about digests."""

    @property
    def commands(self) -> Sequence[Command]: ...

    @property
    def handlers(self) -> dict[type[Action], Handler]: ...

    @property
    def forms(self) -> dict[type[Action], Handler]:
        """What takes the forms that are sent in, by the action that is a form's custom id."""


class ApologisingTree(app_commands.CommandTree[Any]):
    """Commands whose every error ends in an apology."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Checks nothing: it is where a command first runs in the task that answers it."""
        speak_to(interaction)
        if interaction.type is not discord.InteractionType.autocomplete:
            self.client.room.served.add(partial(tell, interaction))
        return True

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        await apologise(interaction, error)


class BriefingClient(discord.AutoShardedClient):
    """The bot as Discord sees it. No privileged intent, and nothing it sends can ping anybody.

    Discord says how many connections a bot needs (one up to 2,500 servers); what must be known on all of them stands in
    the databases.
    """

    def __init__(self, room: Room, *, record: CommandRecord) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATE_LIMIT_SECONDS,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
        )
        self.room = room
        self.tree = ApologisingTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self._record = record
        self._features: list[Feature] = []
        self._forms: dict[type[Action], Handler] = {}
        self._when_ready: list[Callable[[], None]] = []
        self._mentions = Mentions(room)
        self._tasks: set[asyncio.Task[None]] = set()

    def add_feature(self, feature: Feature) -> None:
        """Before the login."""
        self._features.append(feature)

    def call_when_ready(self, begin: Callable[[], None]) -> None:
        """`begin` is called once, when channels and permissions are known and messages can be sent."""
        self._when_ready.append(begin)

    async def setup_hook(self) -> None:
        """Once, after the login and before the connection: nothing in here may wait for the connection."""
        commands: list[Command] = [ask_command(self.room), article_command(self.room), help_command(self.room)]
        handlers = AnswerPresses(self.room).handlers
        for feature in self._features:
            commands += feature.commands
            handlers |= feature.handlers
            self._forms |= feature.forms
        for command in commands:
            self.tree.add_command(command)
        self.add_dynamic_items(press_of(handlers, self.room))
        await self.tree.set_translator(CatalogueTranslator())
        if not await self._commands_are_known():
            self._start(self._make_commands_known(), "commands")
        self._start(self._once_ready(), "once ready")

    async def on_message(self, message: discord.Message) -> None:
        if self.user is not None:
            await self._mentions.heard(message, self.user)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Forms are taken by their custom id, not by an object that a restart would lose."""
        if interaction.type is discord.InteractionType.modal_submit:
            data: Any = interaction.data or {}
            await answer(interaction, decode(str(data.get("custom_id", ""))), self._forms, self.room)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("an event could not be handled", extra={"fields": {"on": event_method}})

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await super().close()

    async def _commands_are_known(self) -> bool:
        """Send the commands if they changed; False when Discord or the network fails, and a later attempt may do."""
        commands = await definitions(self.tree)
        plain = json.dumps([self.application_id, commands], sort_keys=True)
        fingerprint = hashlib.sha256(plain.encode()).hexdigest()
        if self._record.read() == fingerprint:
            return True
        try:
            await sent_again(self.tree.sync)
        except (*UNSENT, discord.RateLimited) as error:
            if not is_passing(error):
                raise
            log.warning("the commands could not be sent; tried again", extra={"fields": error_fields(error)})
            return False
        self._record.write(fingerprint)
        log.info("commands were sent to Discord", extra={"fields": {"commands": len(commands)}})
        return True

    async def _make_commands_known(self) -> None:
        """Until it is done, people have the commands of the last start."""
        await self.wait_until_ready()
        try:
            while True:
                if await self._commands_are_known():
                    return
                await asyncio.sleep(COMMANDS_AGAIN_SECONDS)
        except Exception:
            log.exception("the commands could not be sent")

    async def _once_ready(self) -> None:
        await self.wait_until_ready()
        log.info("connected as %s, %d servers", self.user, len(self.guilds))
        for begin in self._when_ready:
            begin()
        await self.room.warm_up()

    def _start(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
