"""The gateway: sessions of one or several shards, which are dropped, resumed with what they missed, or forgotten."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from discord_stand_in.payloads import APP, GUILD, TOKEN, guild_payload, user_payload

PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)


@dataclass
class Session:
    """One shard's session. Its events are kept, since a connection that resumes gets those that it missed."""

    id: str
    shard: int
    shards: int
    socket: web.WebSocketResponse | None
    events: list[dict[str, Any]] = field(default_factory=list)

    def serves(self, guild: int | None) -> bool:
        """Direct messages are on the first shard."""
        return ((guild or 0) >> 22) % self.shards == self.shard

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        self.events.append({"op": 0, "t": event, "s": len(self.events) + 1, "d": data})
        if self.socket is not None and not self.socket.closed:
            await self.socket.send_json(self.events[-1])

    def cut(self) -> None:
        if self.socket is not None and self.socket._req is not None and self.socket._req.transport is not None:
            self.socket._req.transport.abort()
        self.socket = None


class Gateway:
    """What a bot connects to. `shards` is how many Discord recommends."""

    def __init__(self, guilds: Sequence[int] = (GUILD,), shards: int = 1) -> None:
        self.guilds = guilds
        self.shards = shards
        self.url = ""
        self.identifies = 0
        self.identified = asyncio.Event()  # every shard
        self.resumed = asyncio.Event()
        self._sessions: list[Session] = []

    async def dispatch(self, event: str, data: dict[str, Any], guild: int | None = None) -> None:
        """Send an event to the shard of a server; one that is cut off gets it when it resumes."""
        for session in self._sessions:
            if session.serves(guild):
                await session.dispatch(event, data)

    def drop(self, *, forget: bool = False) -> None:
        """Cut all connections without a word. `forget`: the sessions too, with whatever they would still have got."""
        self.resumed.clear()
        self.identified.clear()
        for session in self._sessions:
            session.cut()
        if forget:
            self._sessions.clear()

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
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
                    await self._resume(socket, message["d"])
        return socket

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        if data["token"] != TOKEN:
            await socket.close(code=4004)
            return
        if data["intents"] & PRIVILEGED:
            await socket.close(code=4014)
            return
        self.identifies += 1
        shard, shards = data.get("shard") or (0, 1)
        session = Session(f"stand-in-{self.identifies}", shard, shards, socket)
        self._sessions = [one for one in self._sessions if one.shard != shard] + [session]
        served = [guild for guild in self.guilds if session.serves(guild)]
        ready = {
            "v": 10,
            "user": user_payload(APP),
            "guilds": [{"id": str(guild), "unavailable": True} for guild in served],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [shard, shards],
            "application": {"id": str(APP), "flags": 0},
        }
        await session.dispatch("READY", ready)
        for guild in served:
            await session.dispatch("GUILD_CREATE", guild_payload(guild))
        if len(self._sessions) == shards:
            self.identified.set()

    async def _resume(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        session = next((one for one in self._sessions if one.id == data["session_id"]), None)
        if session is None:
            await socket.send_json({"op": 9, "d": False, "s": None, "t": None})
            return
        session.socket = socket
        for missed in session.events[data["seq"] :]:
            await socket.send_json(missed)
        await session.dispatch("RESUMED", {})
        self.resumed.set()
