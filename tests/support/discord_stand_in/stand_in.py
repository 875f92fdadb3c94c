"""Discord as a whole, and what people do in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from discord_limits import walk
from openapi_check import assert_allowed

from discord_stand_in.faults import Fault, Faults
from discord_stand_in.gateway import Gateway
from discord_stand_in.interactions import AUTOCOMPLETE, COMMAND, FORM, PRESS, Interaction
from discord_stand_in.payloads import APP, CHANNEL, GUILD, MEMBER, guild_of, member_payload, texts_in, user_payload
from discord_stand_in.rest import Rest


class DiscordStandIn:
    """Used as ``async with DiscordStandIn() as discord``; everything it was sent is kept for the test to look at.

    At the end it fails when the bot sent what Discord's OpenAPI document does not allow (see `openapi_check`), or when
    a fault that was scripted met no request.
    """

    def __init__(self, guilds: Sequence[int] = (GUILD,), shards: int = 1) -> None:
        self.gateway = Gateway(guilds, shards)
        self.rest = Rest(self.gateway)
        self.url = ""
        self._posted = asyncio.Event()
        self.rest.call_when_posted(self._posted.set)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.rest.application(), shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self.gateway.url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
        if error is None:
            assert not self.rest.breakdowns, self.rest.breakdowns
            assert_allowed(self.rest.requests)
            assert not self.faults.left, f"these met no request: {self.faults.left}"

    @property
    def faults(self) -> Faults:
        return self.rest.faults

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was posted into channels, in order; answers to interactions are not among it."""
        return self.rest.messages

    def requests(self, method: str, end: str) -> list[Any]:
        """The bodies of the requests to paths with this end."""
        return [body for verb, path, body, _ in self.rest.requests if verb == method and path.endswith(end)]

    # What people do

    async def slash(
        self, name: str, *, by: int = MEMBER, channel: int = CHANNEL, faults: Sequence[Fault] = (), **options: Any
    ) -> Interaction:
        """Somebody uses a command; ``digest add`` for one of a group. `faults` are for its first answer alone."""
        command, *rest = name.split()
        given: list[dict[str, Any]] = [
            {"name": key, "type": 5 if isinstance(value, bool) else 3, "value": value} for key, value in options.items()
        ]
        for part in reversed(rest):
            given = [{"name": part, "type": 1, "options": given}]
        known = next(one for one in self.rest.commands if one["name"] == command)
        data = {"id": known["id"], "name": command, "type": 1, "options": given}
        return await self._send(COMMAND, data, by, channel, faults=faults)

    async def answer_to(self, question: str) -> dict[str, Any]:
        """A member asks until there is an answer: on a busy machine the models may load for longer than people wait."""
        while True:
            asked = await self.slash("ask", question=question)
            answer = await asked.answered(60)
            if "took too long" not in "\n".join(texts_in(answer)):
                return answer

    async def type_ahead(self, name: str, option: str, text: str, *, by: int = MEMBER) -> Interaction:
        """Somebody types into an option of a command that makes suggestions."""
        known = next(one for one in self.rest.commands if one["name"] == name)
        given = [{"name": option, "type": 3, "value": text, "focused": True}]
        return await self._send(
            AUTOCOMPLETE, {"id": known["id"], "name": name, "type": 1, "options": given}, by, CHANNEL
        )

    async def press(self, message: dict[str, Any], label: str, *, by: int = MEMBER) -> Interaction:
        """Somebody presses a button."""
        button = next(part for part in walk(message["components"]) if part.get("label") == label)
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return await self._send(PRESS, data, by, int(message["channel_id"]), message)

    async def submit(
        self, form: dict[str, Any], message: dict[str, Any], *, by: int = MEMBER, **values: str
    ) -> Interaction:
        """Somebody sends in a form that was opened on a message."""
        inputs = [
            {"type": 18, "component": {"type": 4, "custom_id": key, "value": text}} for key, text in values.items()
        ]
        data = {"custom_id": form["custom_id"], "components": inputs}
        return await self._send(FORM, data, by, int(message["channel_id"]), message)

    async def write(
        self, text: str, *, by: int = MEMBER, channel: int = CHANNEL, mention: bool = True
    ) -> dict[str, Any]:
        """Somebody writes a message, to the bot unless they do not mention it."""
        mentions = [user_payload(APP)] if mention else []
        content = f"<@{APP}> {text}" if mention else ""  # without a privileged intent the words of others are not sent
        message = self.rest.message(channel, {"content": content, "mentions": mentions}, by)
        member = member_payload(by)
        del member["user"]
        guild = guild_of(channel)
        await self.gateway.dispatch("MESSAGE_CREATE", message | ({"member": member} if guild else {}), guild)
        return message

    async def wait_for_posts(self, count: int, seconds: float = 30) -> list[dict[str, Any]]:
        """What was posted into channels, once there are so many messages."""
        async with asyncio.timeout(seconds):
            while len(self.messages) < count:
                self._posted.clear()
                await self._posted.wait()
        return self.messages

    async def _send(
        self,
        kind: int,
        data: dict[str, Any],
        user: int,
        channel: int,
        message: dict[str, Any] | None = None,
        faults: Sequence[Fault] = (),
    ) -> Interaction:
        number = next(self.rest.numbers)
        interaction = Interaction(number, f"token-{number}", kind, channel, message)
        self.faults.next("POST", f"/interactions/*/{interaction.token}/callback", *faults)
        self.rest.interactions.append(interaction)
        await self.gateway.dispatch("INTERACTION_CREATE", interaction.payload(user, data), guild_of(channel))
        return interaction
