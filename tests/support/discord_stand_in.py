"""A small Discord on 127.0.0.1, for what a simulation inside the process cannot show: real requests, a real gateway,
a process that starts and ends. It knows one server with one channel, and refuses what Discord would refuse.

Answers carry `Content-Type: application/json` and, when limiting, `Via`: discord.py looks at both.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web
from discord_limits import (
    EPHEMERAL,
    TEXT,
    V2,
    Refused,
    check_choices,
    check_commands,
    check_message,
    pings,
    walk,
)

TOKEN = "stand-in.token.of-no-use"
APP, GUILD, CHANNEL, MEMBER = 1001, 2001, 3001, 4001
FIRST_ANSWER_SECONDS, TOKEN_SECONDS, NONCE_SECONDS = 3.0, 900.0, 300.0
PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)
ALL_PERMISSIONS = str((1 << 50) - 1)
BOT_PERMISSIONS = str((1 << 10) | (1 << 11) | (1 << 16) | (1 << 38))  # view, send, history, send in threads

# Kinds of interactions and of answers to them.
PING, COMMAND, PRESS, AUTOCOMPLETE, FORM = 1, 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass
class Interaction:
    """One that was sent to the bot, and what became of it."""

    id: int
    token: str
    kind: int
    created: float
    source: dict[str, Any] | None = None  # the message that was pressed
    answer: int | None = None
    ephemeral: bool = False
    message: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, seconds: float = 20) -> dict[str, Any]:
        """The message that answers it, once there is one."""
        await asyncio.wait_for(self.changed.wait(), seconds)
        assert self.message is not None
        return self.message


class DiscordStandIn:
    """Used as ``async with DiscordStandIn() as discord``; everything it was sent is kept for the test to look at."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []
        self.command_syncs = 0
        self.messages: list[dict[str, Any]] = []
        self.interactions: list[Interaction] = []
        self.refusals: list[Refused] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.identified = asyncio.Event()
        self.identifies = 0
        self.resumed = asyncio.Event()
        self.posted = asyncio.Condition()
        self.lose_next_answer_to: str | None = None  # a path's end: done, but the connection is cut before the answer
        self.limit_next: str | None = None  # a path's end: 429 once, to be repeated at once
        self._numbers = itertools.count(900_000)
        self._sequence = itertools.count(1)
        self._socket: web.WebSocketResponse | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/gateway", self._gateway),
                web.get("/users/@me", self._me),
                web.get("/oauth2/applications/@me", self._application),
                web.put(f"/applications/{APP}/commands", self._put_commands),
                web.get("/channels/{channel}", self._get_channel),
                web.get("/channels/{channel}/messages", self._get_messages),
                web.post("/channels/{channel}/messages", self._post_message),
                web.post("/channels/{channel}/typing", self._nothing),
                web.post("/interactions/{id}/{token}/callback", self._callback),
                web.patch(f"/webhooks/{APP}/{{token}}/messages/@original", self._edit_original),
                web.post(f"/webhooks/{APP}/{{token}}", self._follow_up),
            ]
        )
        self._runner = web.AppRunner(application, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # What a test does

    async def slash(self, name: str, **options: Any) -> Interaction:
        """A member uses a command; ``digest add`` for one of a group."""
        command, *rest = name.split()
        given: list[dict[str, Any]] = [
            {"name": key, "type": 5 if isinstance(value, bool) else 3, "value": value} for key, value in options.items()
        ]
        for part in reversed(rest):
            given = [{"name": part, "type": 1, "options": given}]
        known = next(one for one in self.commands if one["name"] == command)
        return await self._send_interaction(COMMAND, {"id": known["id"], "name": command, "type": 1, "options": given})

    async def answer_to(self, question: str) -> dict[str, Any]:
        """A member asks until there is an answer: on a busy machine the models may load for longer than people wait."""
        while True:
            asked = await self.slash("ask", question=question)
            answer = await asked.answered(60)
            if "took too long" not in "\n".join(texts_in(answer)):
                return answer

    async def press(self, message: dict[str, Any], label: str) -> Interaction:
        """A member presses a button."""
        button = next(part for part in walk(message["components"]) if part.get("label") == label)
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return await self._send_interaction(PRESS, data, message=message)

    async def drop(self) -> None:
        """Cut the gateway's connection without a word."""
        assert self._socket is not None and self._socket._req is not None
        transport = self._socket._req.transport
        assert transport is not None
        transport.abort()

    async def wait_for_posts(self, count: int, seconds: float = 30) -> list[dict[str, Any]]:
        """The channel's messages, once there are so many."""

        async def enough() -> None:
            async with self.posted:
                await self.posted.wait_for(lambda: len(self.messages) >= count)

        await asyncio.wait_for(enough(), seconds)
        return self.messages

    # Requests

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        if request.path == "/gateway":
            return await handler(request)
        body = json.loads(await request.text()) if request.can_read_body else None
        self.requests.append((request.method, request.path, body))
        by_token = request.path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        if self.limit_next and request.path.endswith(self.limit_next):
            self.limit_next = None
            wait = {"message": "You are being rate limited.", "retry_after": 0.05, "global": False}
            return _json(wait, 429, {"Via": "1.1 stand-in", "Retry-After": "1"})
        try:
            response: web.StreamResponse = await handler(request)
        except Refused as refused:
            self.refusals.append(refused)
            return _json({"message": refused.message, "code": refused.code}, refused.status)
        if self.lose_next_answer_to and request.path.endswith(self.lose_next_answer_to):
            self.lose_next_answer_to = None
            assert request.transport is not None
            request.transport.abort()
        return response

    async def _me(self, request: web.Request) -> web.Response:
        return _json(_user(APP, "Briefing", bot=True))

    async def _application(self, request: web.Request) -> web.Response:
        return _json(
            {
                "id": str(APP),
                "name": "Briefing",
                "icon": None,
                "description": "",
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "",
                "summary": "",
                "team": None,
                "flags": 0,
                "owner": _user(MEMBER, "mia"),
            }
        )

    async def _put_commands(self, request: web.Request) -> web.Response:
        commands = json.loads(await request.text())
        check_commands(commands)
        self.command_syncs += 1
        self.commands = [
            {**command, "id": str(next(self._numbers)), "application_id": str(APP), "version": "1"}
            for command in commands
        ]
        return _json(self.commands)

    async def _get_channel(self, request: web.Request) -> web.Response:
        if request.match_info["channel"] != str(CHANNEL):
            raise Refused(404, 10003, "Unknown Channel")
        return _json(_channel())

    async def _get_messages(self, request: web.Request) -> web.Response:
        return _json(list(reversed(self.messages))[: int(request.query.get("limit", "50"))])

    async def _post_message(self, request: web.Request) -> web.Response:
        if request.match_info["channel"] != str(CHANNEL):
            raise Refused(404, 10003, "Unknown Channel")
        body = json.loads(await request.text())
        check_message(body)
        nonce = body.get("nonce")
        if nonce is not None and len(str(nonce)) > 25:
            raise Refused(400, 50035, "nonce is longer than 25")
        if nonce is not None and body.get("enforce_nonce"):
            for earlier in self.messages:
                if earlier["nonce"] == nonce and time.monotonic() - earlier["at"] < NONCE_SECONDS:
                    return _json(earlier)
        message = self._message(body) | {"nonce": nonce, "at": time.monotonic()}
        async with self.posted:
            self.messages.append(message)
            self.posted.notify_all()
        return _json(message)

    async def _nothing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    # Interactions

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request.match_info["token"])
        body = json.loads(await request.text())
        if interaction.answer is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.created > FIRST_ANSWER_SECONDS:
            raise Refused(404, 10062, "Unknown interaction")
        kind, data = body["type"], body.get("data") or {}
        if kind in (MESSAGE, UPDATE):
            check_message(data)
        if kind == CHOICES:
            check_choices(data["choices"])
            interaction.choices = data["choices"]
        interaction.answer = kind
        interaction.acknowledged.set()
        interaction.ephemeral = bool(int(data.get("flags") or 0) & EPHEMERAL)
        if kind in (MESSAGE, UPDATE):
            self._show(interaction, data)
        if kind in (CHOICES, MODAL):
            interaction.changed.set()
        resource = {"type": kind, "message": interaction.message} if interaction.message else None
        return _json(
            {"interaction": {"id": str(interaction.id), "type": interaction.kind}, "resource": resource},
        )

    async def _edit_original(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request.match_info["token"])
        if time.monotonic() - interaction.created > TOKEN_SECONDS:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if interaction.answer is None:
            raise Refused(404, 10015, "Unknown Webhook")
        body = json.loads(await request.text())
        had_v2 = bool(interaction.message and interaction.message["flags"] & V2)
        check_message(body, had_v2=had_v2)
        self._show(interaction, body)
        return _json(interaction.message)

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request.match_info["token"])
        if interaction.answer is None:
            raise Refused(404, 10015, "Unknown Webhook")
        body = json.loads(await request.text())
        check_message(body)
        if interaction.answer == DEFER and interaction.message is None:
            self._show(interaction, body)  # it fills the deferred message, whatever audience it asks for
            return _json(interaction.message)
        return _json(self._message(body))

    def _show(self, interaction: Interaction, body: dict[str, Any]) -> None:
        flags = int(body.get("flags") or 0) | (EPHEMERAL if interaction.ephemeral else 0)
        interaction.message = self._message({**body, "flags": flags})
        interaction.changed.set()

    def _interaction(self, token: str) -> Interaction:
        found = next((one for one in self.interactions if one.token == token), None)
        if found is None:
            raise Refused(404, 10062, "Unknown interaction")
        return found

    async def _send_interaction(
        self, kind: int, data: dict[str, Any], message: dict[str, Any] | None = None
    ) -> Interaction:
        number = next(self._numbers)
        interaction = Interaction(number, f"token-{number}", kind, time.monotonic(), message)
        self.interactions.append(interaction)
        payload: dict[str, Any] = {
            "id": str(_snowflake_now(number)),
            "application_id": str(APP),
            "type": kind,
            "token": interaction.token,
            "version": 1,
            "guild_id": str(GUILD),
            "channel_id": str(CHANNEL),
            "channel": _channel() | {"permissions": ALL_PERMISSIONS},
            "member": {
                "user": _user(MEMBER, "mia"),
                "roles": [],
                "joined_at": "2024-01-01T00:00:00+00:00",
                "deaf": False,
                "mute": False,
                "flags": 0,
                "permissions": ALL_PERMISSIONS,
            },
            "app_permissions": BOT_PERMISSIONS,
            "locale": "en-GB",
            "guild_locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(GUILD)},
            "context": 0,
            "attachment_size_limit": 10_485_760,
            "data": data,
        }
        if message is not None:
            payload["message"] = message
        await self.dispatch("INTERACTION_CREATE", payload)
        return interaction

    def _message(self, body: dict[str, Any]) -> dict[str, Any]:
        assert not pings(body), f"this would ping somebody: {body}"
        return {
            "id": str(_snowflake_now(next(self._numbers))),
            "channel_id": str(CHANNEL),
            "author": _user(APP, "Briefing", bot=True),
            "content": body.get("content") or "",
            "timestamp": "2026-11-23T09:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": int(body.get("flags") or 0),
            "components": body.get("components") or [],
        }

    # Gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for received in socket:
            if received.type is not WSMsgType.TEXT:
                continue
            message = json.loads(received.data)
            match message["op"]:
                case 1:
                    await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
                case 2:
                    await self._identify(socket, message["d"])
                case 6:
                    self._socket = socket
                    await self.dispatch("RESUMED", {})
                    self.resumed.set()
        return socket

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        if data["token"] != TOKEN:
            await socket.close(code=4004)
            return
        if data["intents"] & PRIVILEGED:
            await socket.close(code=4014)
            return
        self._socket = socket
        self.identifies += 1
        ready = {
            "v": 10,
            "user": _user(APP, "Briefing", bot=True),
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": "stand-in",
            "resume_gateway_url": self.url.replace("http", "ws") + "/gateway",
            "application": {"id": str(APP), "flags": 0},
        }
        await self.dispatch("READY", ready)
        await self.dispatch("GUILD_CREATE", _guild())
        self.identified.set()

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to the bot."""
        assert self._socket is not None
        await self._socket.send_json({"op": 0, "t": event, "s": next(self._sequence), "d": data})


def texts_in(message: dict[str, Any]) -> list[str]:
    """The texts of a message's cards."""
    return [part["content"] for part in walk(message["components"]) if part["type"] == TEXT]


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # Exactly this content type: discord.py compares it as a whole.
    return web.Response(
        body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )


def _snowflake_now(number: int) -> int:
    return (int(time.time() * 1000) - 1_420_070_400_000) << 22 | number % 4096


def _user(number: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {"id": str(number), "username": name, "discriminator": "0", "global_name": None, "avatar": None, "bot": bot}


def _channel() -> dict[str, Any]:
    return {
        "id": str(CHANNEL),
        "guild_id": str(GUILD),
        "name": "general",
        "type": 0,
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }


def _guild() -> dict[str, Any]:
    everyone = {
        "id": str(GUILD),
        "name": "@everyone",
        "permissions": BOT_PERMISSIONS,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "position": 0,
        "flags": 0,
    }
    me = {
        "user": _user(APP, "Briefing", bot=True),
        "roles": [],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return {
        "id": str(GUILD),
        "name": "Coast watchers",
        "owner_id": str(MEMBER),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [everyone],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "preferred_locale": "en-GB",
        "nsfw_level": 0,
        "nsfw": False,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "application_id": None,
        "joined_at": "2024-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": 2,
        "members": [me],
        "voice_states": [],
        "channels": [_channel()],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
