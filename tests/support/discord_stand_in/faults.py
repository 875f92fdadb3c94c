"""What Discord or the network does instead of what it should, as a test scripts it."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

VIA = {"Via": "1.1 stand-in"}  # without it discord.py takes a 429 for a ban by Cloudflare


@dataclass(frozen=True)
class Fault:
    """An answer in place of the true one; without a status the connection is cut. `after_effect`: it was done."""

    status: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    after_effect: bool = False

    def answer(self, request: web.Request) -> web.Response:
        if self.status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return json_response(self.body, self.status, self.headers)


CUT_BEFORE = Fault()
CUT_AFTER = Fault(after_effect=True)


def failing(status: int, *, after_effect: bool = False) -> Fault:
    """A failure of Discord's own: 500, 502, 503."""
    return Fault(status, {"message": "The server is having a bad day", "code": 0}, after_effect=after_effect)


def refusing(status: int, code: int) -> Fault:
    """One of Discord's documented refusals, such as 403 with 50013."""
    return Fault(status, {"message": "refused", "code": code})


def limited(seconds: float = 0.05, *, everywhere: bool = False, via: bool = True) -> Fault:
    """A 429 of one route or of all; without `via` it is Cloudflare's, which no waiting mends."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    scope = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"} if everywhere else {}
    return Fault(429, body, {**(VIA if via else {}), "Retry-After": "1", **scope})


class Faults:
    """Which requests go wrong, and how: ``faults.next("PATCH", "/webhooks/*/@original", CUT_AFTER)``.

    Each fault is used once, by the first request whose method and path (a shell pattern) it fits, in the order in
    which they were given. `left` is empty when every one was used.
    """

    def __init__(self) -> None:
        self.left: list[tuple[str, str, Fault]] = []

    def next(self, method: str, path: str, *faults: Fault) -> None:
        self.left += [(method, path, fault) for fault in faults]

    def take(self, method: str, path: str) -> Fault | None:
        for place, (wanted, pattern, fault) in enumerate(self.left):
            if method == wanted and fnmatch.fnmatchcase(path, pattern):
                del self.left[place]
                return fault
        return None


def json_response(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    # Exactly this content type: discord.py compares it as a whole.
    return web.Response(
        body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )
