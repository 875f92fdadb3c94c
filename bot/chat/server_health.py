"""How the archive and a server's digests are, for the panel of /settings."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import discord

from bot.briefings.ledger import Ledger
from bot.briefings.plan import Plan
from bot.briefings.subscription import State, Subscription
from bot.chat.poster import VIEW, missing_permissions
from bot.chat.room import Room
from bot.desk import Desk
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.poll_results import shown_poll
from bot.rendering.settings_pages import Health
from bot.rendering.wording import by_commas, number
from bot.rendering.wording import gettext as _
from bot.servers.access import Audience
from corpus.sources.source import Source


class Healths:
    """Asks the archive, the ledger, and Discord's table of permissions as it came with the connection."""

    def __init__(self, room: Room, ledger: Ledger) -> None:
        """The ledger is used on the room's `digests` only."""
        self._room = room
        self._ledger = ledger

    async def of(self, interaction: discord.Interaction[Any], server: int, audience: Audience) -> Health:
        """`audience` sees what the server's managers may decide about."""
        subscriptions = await self._room.on_digest_bench(self._subscriptions, server)
        digests = [(_topic(one), _lacking(interaction.guild, one.channel)) for one in subscriptions]
        return await self._room.at_question_desk(_health, audience, digests)

    def digests_of(self, server: int) -> list[dict[str, Any]]:
        """A server's digests, with everything that was chosen for them, as plain JSON types. Blocking."""
        return [
            {
                "id": one.name,
                **Plan.of(one).as_data(),
                "channel": str(one.channel),
                "ping": None if one.ping is None else str(one.ping),
                "state": str(one.state),
            }
            for one in self._subscriptions(server)
        ]

    def _subscriptions(self, server: int) -> Sequence[Subscription]:
        return [one for one in self._ledger.subscriptions.of_guild(server) if one.state is not State.REMOVED]


def _health(desk: Desk, digests: Sequence[tuple[str, str]]) -> Health:
    indexed, passages = desk.searchable()
    sources = [
        (f"{source.name} ({source.collection})", _result(source), source.last_poll)
        for source in desk.archive.sources.everyone()
        if desk.audience.sees(source.collection)
    ]
    return Health(
        version=_version(),
        articles=desk.coverage().articles,
        last_import=desk.last_archived(),
        passages=passages,
        waiting=max(0, passages - indexed),
        sources=sources,
        digests=digests,
    )


def _result(source: Source) -> str:
    if source.last_result is None:
        return _("not polled yet")
    result = shown_poll(source.last_result)
    if source.failures < 2:
        return result
    text = _("{result} ({count} times in a row)")
    return text.format(result=result, count=number(source.failures))


def _topic(subscription: Subscription) -> str:
    return subscription.topic.text.strip() or _(EVERYTHING_NEW)


def _lacking(guild: discord.Guild | None, channel_id: int) -> str:
    """The permissions that we lack to post in a channel; a channel that we do not know we may not view."""
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    return by_commas(*map(_, missing_permissions(channel) if channel is not None else [VIEW]))


def _version() -> str:
    try:
        return version("briefing-bot")
    except PackageNotFoundError:
        return "0"
