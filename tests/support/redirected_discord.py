"""discord.py with its addresses replaced by those of a stand-in, and its own pauses made short."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

# Where discord.py waits: repeats of failed requests, reconnecting, the second shard, servers that may still arrive.
_WAITING = ("discord.http", "discord.webhook.async_", "discord.client", "discord.shard", "discord.state")


@contextmanager
def redirected(base: str, *, hurry: float = 1) -> Iterator[None]:
    """While the block runs, discord.py talks to `base`, ``http://127.0.0.1:PORT``.

    Its pauses, between one and nine seconds, last a `hurry`-th of that; ours, the network's and Discord's time limits
    are not touched.
    """
    import discord.asset
    import discord.gateway
    import discord.http
    import yarl

    gateway = yarl.URL(base.replace("http", "ws", 1) + "/gateway")
    addresses: list[tuple[Any, str, Any]] = [
        (discord.http.Route, "BASE", base),
        (discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway),
        (discord.asset.Asset, "BASE", base),
    ]
    if hurry != 1:
        addresses += [(importlib.import_module(name), "asyncio", _hurried(hurry)) for name in _WAITING]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in addresses]
    for owner, name, value in addresses:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def _hurried(factor: float) -> ModuleType:
    class Hurried(ModuleType):
        """asyncio, but for its pauses."""

        def __getattr__(self, name: str) -> Any:
            return getattr(asyncio, name)

        async def sleep(self, delay: float, result: Any = None) -> Any:
            return await asyncio.sleep(delay / factor, result)

        async def wait_for(self, awaitable: Any, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncio's own
            is_pause = timeout is not None and timeout < 10  # waiting for further servers, not for an answer
            return await asyncio.wait_for(awaitable, timeout / factor if is_pause and timeout else timeout)

    return Hurried("asyncio")
