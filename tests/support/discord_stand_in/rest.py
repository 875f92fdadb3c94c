"""The requests that the bot makes, and what each of them does."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from discord_limits import EPHEMERAL, Refused, check_commands, check_message, pings

from discord_stand_in.faults import Faults, json_response
from discord_stand_in.gateway import Gateway
from discord_stand_in.interactions import Interaction
from discord_stand_in.payloads import (
    APP,
    CHANNELS,
    FORUM,
    TOKEN,
    application_payload,
    channel_payload,
    direct_channel,
    message_payload,
    recipient_of,
    snowflake_now,
    thread_payload,
    user_payload,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

NONCE_SECONDS = 300.0
BODY: web.RequestKey[Any] = web.RequestKey("body", object)


class Rest:
    """Every request goes by `faults`, and stands in `requests` as method, path, body and query."""

    def __init__(self, gateway: Gateway) -> None:
        self.faults = Faults()
        self.requests: list[tuple[str, str, Any, dict[str, str]]] = []
        self.refusals: list[Refused] = []
        self.breakdowns: list[Exception] = []  # of the stand-in itself
        self.commands: list[dict[str, Any]] = []
        self.command_syncs = 0
        self.messages: list[dict[str, Any]] = []
        self.threads: dict[int, dict[str, Any]] = {}
        self.interactions: list[Interaction] = []
        self.numbers = itertools.count(900_000)
        self._changed: list[Callable[[], None]] = []
        self._arrived = asyncio.Event()
        self._gateway = gateway

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/gateway", self._gateway.connect),
                web.get("/gateway/bot", self._get_gateway),
                web.get("/users/@me", self._get_me),
                web.get("/users/{user}", self._get_user),
                web.post("/users/@me/channels", self._open_direct),
                web.get("/oauth2/applications/@me", self._get_application),
                web.put(f"/applications/{APP}/commands", self._put_commands),
                web.get("/channels/{channel}", self._get_channel),
                web.get("/channels/{channel}/messages", self._get_messages),
                web.post("/channels/{channel}/messages", self._post_message),
                web.post("/channels/{channel}/messages/{message}/threads", self._open_thread),
                web.post("/channels/{channel}/threads", self._open_forum_post),
                web.get("/channels/{channel}/threads/archived/public", self._get_archived_threads),
                web.get("/guilds/{guild}/threads/active", self._get_active_threads),
                web.post("/channels/{channel}/typing", self._nothing),
                web.post("/interactions/{id}/{token}/callback", self._callback),
                web.patch(f"/webhooks/{APP}/{{token}}/messages/@original", self._edit_original),
                web.post(f"/webhooks/{APP}/{{token}}", self._follow_up),
            ]
        )
        return application

    def call_when_posted(self, changed: Callable[[], None]) -> None:
        self._changed.append(changed)

    def message(self, channel: int, body: dict[str, Any], author: int = APP) -> dict[str, Any]:
        assert author != APP or not pings(body), f"this would ping somebody: {body}"
        return message_payload(snowflake_now(next(self.numbers)), channel, author, body)

    def forget_nonces(self) -> None:
        """As if minutes had passed: Discord's time does not go with the bot's."""
        for message in self.messages:
            message["at"] -= NONCE_SECONDS

    async def requested(self, method: str, path: str) -> None:
        """Once there was such a request, whatever becomes of it."""
        while not any((verb, place) == (method, path) for verb, place, _, _ in self.requests):
            await self.next_request()

    async def next_request(self) -> None:
        """Once there was another request."""
        self._arrived.clear()
        await self._arrived.wait()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/gateway":
            return await handler(request)
        request[BODY] = await _body_of(request)
        self.requests.append((request.method, request.path, request[BODY], dict(request.query)))
        self._arrived.set()
        by_token = request.path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {TOKEN}":
            return json_response({"message": "401: Unauthorized", "code": 0}, 401)
        fault = self.faults.take(request.method, request.path)
        if fault is not None and not fault.after_effect:
            return fault.answer(request)
        try:
            response = await handler(request)
        except Refused as refused:
            self.refusals.append(refused)
            return json_response({"message": refused.message, "code": refused.code}, refused.status)
        except Exception as error:
            self.breakdowns.append(error)
            raise
        return response if fault is None else fault.answer(request)

    async def _get_gateway(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return json_response({"url": self._gateway.url, "shards": self._gateway.shards, "session_start_limit": limit})

    async def _get_me(self, request: web.Request) -> web.Response:
        return json_response(user_payload(APP))

    async def _get_user(self, request: web.Request) -> web.Response:
        return json_response(user_payload(int(request.match_info["user"])))

    async def _open_direct(self, request: web.Request) -> web.Response:
        return json_response(channel_payload(direct_channel(int(request[BODY]["recipient_id"]))))

    async def _get_application(self, request: web.Request) -> web.Response:
        return json_response(application_payload())

    async def _put_commands(self, request: web.Request) -> web.Response:
        commands = request[BODY]
        check_commands(commands)
        self.command_syncs += 1
        self.commands = [
            {"description": "", **command, "id": str(next(self.numbers)), "application_id": str(APP), "version": "1"}
            for command in commands
        ]
        return json_response(self.commands)

    async def _get_channel(self, request: web.Request) -> web.Response:
        channel = self._channel_in(request)
        return json_response(self.threads.get(channel) or channel_payload(channel))

    async def _get_messages(self, request: web.Request) -> web.Response:
        channel = str(self._channel_in(request))
        there = [message for message in self.messages if message["channel_id"] == channel]
        return json_response(list(reversed(there))[: int(request.query.get("limit", "50"))])

    async def _post_message(self, request: web.Request) -> web.Response:
        channel, body = self._channel_in(request), request[BODY]
        if channel == FORUM:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        check_message(body)
        nonce = body.get("nonce")
        if nonce is not None and len(str(nonce)) > 25:
            raise Refused(400, 50035, "nonce is longer than 25")
        if nonce is not None and body.get("enforce_nonce"):
            for earlier in self.messages:
                if earlier["nonce"] == nonce and time.monotonic() - earlier["at"] < NONCE_SECONDS:
                    return json_response(earlier)
        return json_response(self._posted(self.message(channel, body), nonce))

    def _posted(self, message: dict[str, Any], nonce: Any) -> dict[str, Any]:
        message |= {"nonce": nonce, "at": time.monotonic()}
        self.messages.append(message)
        for changed in self._changed:
            changed()
        return message

    async def _open_thread(self, request: web.Request) -> web.Response:
        number = int(request.match_info["message"])
        if number in self.threads:
            raise Refused(400, 160004, "A thread has already been created for this message")
        self.threads[number] = thread_payload(number, self._channel_in(request), request[BODY]["name"])
        return json_response(self.threads[number])

    async def _open_forum_post(self, request: web.Request) -> web.Response:
        """Discord keeps no nonce of these."""
        body = request[BODY]
        check_message(body["message"])
        number = snowflake_now(next(self.numbers))
        self.threads[number] = thread_payload(number, self._channel_in(request), body["name"])
        message = self._posted(message_payload(number, number, APP, body["message"]), None)
        return json_response(self.threads[number] | {"message": message})

    async def _get_active_threads(self, request: web.Request) -> web.Response:
        return json_response({"threads": list(self.threads.values()), "members": []})

    async def _get_archived_threads(self, request: web.Request) -> web.Response:
        self._channel_in(request)
        return json_response({"threads": [], "members": [], "has_more": False})

    async def _nothing(self, request: web.Request) -> web.Response:
        self._channel_in(request)
        return web.Response(status=204)

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        to_show = interaction.take_callback(request[BODY]["type"], request[BODY].get("data") or {})
        if to_show is not None:
            self._show(interaction, to_show)
        resource = {"type": interaction.answer, "message": interaction.message} if interaction.message else None
        return json_response(
            {"interaction": {"id": str(interaction.id), "type": interaction.kind}, "resource": resource},
        )

    async def _edit_original(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        interaction.check_edit(request[BODY])
        self._show(interaction, request[BODY])
        return json_response(interaction.message)

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        interaction.check_token()
        body = request[BODY]
        check_message(body)
        if interaction.awaits_first_message:
            self._show(interaction, body)
            return json_response(interaction.message)
        interaction.show(self.message(interaction.channel, body))
        return json_response(interaction.message)

    def _show(self, interaction: Interaction, body: dict[str, Any]) -> None:
        flags = int(body.get("flags") or 0) | (EPHEMERAL if interaction.ephemeral else 0)
        interaction.show(self.message(interaction.channel, {**body, "flags": flags}))

    def _channel_in(self, request: web.Request) -> int:
        channel = int(request.match_info["channel"])
        if channel not in CHANNELS and channel not in self.threads and recipient_of(channel) is None:
            raise Refused(404, 10003, "Unknown Channel")
        return channel

    def _interaction(self, request: web.Request) -> Interaction:
        token = request.match_info["token"]
        found = next((one for one in self.interactions if one.token == token), None)
        if found is None:
            raise Refused(404, 10062, "Unknown interaction")
        return found


async def _body_of(request: web.Request) -> Any:
    """The JSON of a request; of one with files, the part that describes them."""
    if not request.can_read_body:
        return None
    if request.content_type.startswith("multipart/"):
        parts = await request.post()
        return json.loads(str(parts["payload_json"]))
    return json.loads(await request.text())
