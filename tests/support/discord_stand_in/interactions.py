"""Interactions: what was sent to the bot, and what became of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from discord_limits import EPHEMERAL, V2, Refused, check_choices, check_message

from discord_stand_in.payloads import (
    ALL_PERMISSIONS,
    APP,
    BOT_PERMISSIONS,
    channel_payload,
    guild_of,
    member_payload,
    snowflake_now,
)

FIRST_ANSWER_SECONDS, TOKEN_SECONDS = 3.0, 900.0

# Kinds of interactions and of answers to them.
PING, COMMAND, PRESS, AUTOCOMPLETE, FORM = 1, 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass
class Interaction:
    """One that was sent to the bot, and what became of it."""

    id: int
    token: str
    kind: int
    channel: int
    source: dict[str, Any] | None = None  # the message that was pressed
    created: float = field(default_factory=time.monotonic)
    answer: int | None = None
    ephemeral: bool = False
    message: dict[str, Any] | None = None
    shown: list[dict[str, Any]] = field(default_factory=list)  # every message and edit, in order
    choices: list[dict[str, Any]] | None = None
    form: dict[str, Any] | None = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, seconds: float = 20) -> dict[str, Any]:
        """The message that answers it, once there is one."""
        await asyncio.wait_for(self.changed.wait(), seconds)
        assert self.message is not None
        return self.message

    def take_callback(self, kind: int, data: dict[str, Any]) -> dict[str, Any] | None:
        """The first answer; gives what is to be shown, if anything. Raises `Refused`."""
        if self.answer is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - self.created > FIRST_ANSWER_SECONDS:
            raise Refused(404, 10062, "Unknown interaction")
        if kind in (MESSAGE, UPDATE):
            check_message(data)
        if kind == CHOICES:
            check_choices(data["choices"])
            self.choices = data["choices"]
        if kind == MODAL:
            self.form = data
        self.answer = kind
        self.ephemeral = bool(int(data.get("flags") or 0) & EPHEMERAL)
        self.acknowledged.set()
        if kind in (CHOICES, MODAL):
            self.changed.set()
        return data if kind in (MESSAGE, UPDATE) else None

    def check_edit(self, body: dict[str, Any]) -> None:
        """Raises `Refused` for an edit of the original answer that Discord would not take."""
        self.check_token()
        if time.monotonic() - self.created > TOKEN_SECONDS:
            raise Refused(401, 50027, "Invalid Webhook Token")
        shown = self.message or (self.source if self.answer in (DEFER_UPDATE, UPDATE) else None)
        check_message(body, had_v2=bool(shown and shown["flags"] & V2))

    def check_token(self) -> None:
        if self.answer is None:
            raise Refused(404, 10015, "Unknown Webhook")

    @property
    def awaits_first_message(self) -> bool:
        """A follow-up fills the deferred message, whatever audience it asks for."""
        return self.answer == DEFER and self.message is None

    def show(self, message: dict[str, Any]) -> None:
        self.message = message
        self.shown.append(message)
        self.changed.set()

    def payload(self, user: int, data: dict[str, Any]) -> dict[str, Any]:
        guild = guild_of(self.channel)
        member = member_payload(user)
        place: dict[str, Any] = {"user": member["user"], "context": 1}
        if guild is not None:
            place = {"member": member, "guild_id": str(guild), "guild_locale": "en-GB", "context": 0}
        made = {
            "id": str(snowflake_now(self.id)),
            "application_id": str(APP),
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "channel_id": str(self.channel),
            "channel": channel_payload(self.channel) | {"permissions": ALL_PERMISSIONS},
            "app_permissions": BOT_PERMISSIONS,
            "locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild or 0)},
            "attachment_size_limit": 10_485_760,
            "data": data,
            **place,
        }
        return made | ({"message": self.source} if self.source is not None else {})
