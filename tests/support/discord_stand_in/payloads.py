"""What Discord sends, as plain data: users, servers, channels, messages."""

from __future__ import annotations

import time
from typing import Any

from discord_limits import TEXT, walk

TOKEN = "stand-in.token.of-no-use"
APP, MEMBER = 1001, 4001
GUILD, CHANNEL = 2001, 3001
FAR_GUILD, FAR_CHANNEL = (1 << 22) + 2002, 3002  # of two shards the second serves this one
FORUM, THREADED = 3003, 3004  # a forum, and a channel where threads may be made
CHANNELS = {CHANNEL: GUILD, FORUM: GUILD, THREADED: GUILD, FAR_CHANNEL: FAR_GUILD}
NAMES = {GUILD: "Coast watchers", FAR_GUILD: "Harbour masters"}
ALL_PERMISSIONS = str((1 << 50) - 1)
CREATE_PUBLIC_THREADS = str(1 << 35)
BOT_PERMISSIONS = str((1 << 10) | (1 << 11) | (1 << 16) | (1 << 38))  # view, send, history, send in threads

_DIRECT = 10_000_000


def direct_channel(user: int) -> int:
    """The channel of the bot's direct messages with somebody."""
    return _DIRECT + user


def recipient_of(channel: int) -> int | None:
    return channel - _DIRECT if channel > _DIRECT else None


def guild_of(channel: int) -> int | None:
    return CHANNELS.get(channel)


def texts_in(message: dict[str, Any]) -> list[str]:
    """The texts of a message's cards."""
    return [part["content"] for part in walk(message["components"]) if part["type"] == TEXT]


def snowflake_now(number: int) -> int:
    """An id that was made now; `number` keeps it from being another one's."""
    return (int(time.time() * 1000) - 1_420_070_400_000) << 22 | number % 4096


def user_payload(number: int) -> dict[str, Any]:
    is_bot = number == APP
    name = "Briefing" if is_bot else {MEMBER: "mia"}.get(number, f"member-{number}")
    return {
        "id": str(number),
        "username": name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": is_bot,
    }


def member_payload(number: int) -> dict[str, Any]:
    return {
        "roles": [],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": ALL_PERMISSIONS,
    } | ({"user": user_payload(number)})


def application_payload() -> dict[str, Any]:
    return {
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
        "owner": user_payload(MEMBER),
    }


def channel_payload(number: int) -> dict[str, Any]:
    recipient = recipient_of(number)
    if recipient is not None:
        return {"id": str(number), "type": 1, "last_message_id": None, "recipients": [user_payload(recipient)]}
    return {
        "id": str(number),
        "guild_id": str(CHANNELS[number]),
        "name": {FORUM: "digests", THREADED: "threads"}.get(number, "general"),
        "type": 15 if number == FORUM else 0,
        **({"available_tags": [], "flags": 0} if number == FORUM else {}),
        "position": 0,
        "permission_overwrites": [
            {"id": str(CHANNELS[number]), "type": 0, "allow": CREATE_PUBLIC_THREADS, "deny": "0"}
            for _ in range(number == THREADED)
        ],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }


def thread_payload(number: int, parent: int, name: str) -> dict[str, Any]:
    """A thread that is not archived; that under a message, like a forum post, has the message's id."""
    return {
        "id": str(number),
        "guild_id": str(CHANNELS[parent]),
        "parent_id": str(parent),
        "owner_id": str(APP),
        "name": name,
        "type": 11,
        "last_message_id": None,
        "message_count": 1,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2026-11-23T09:00:00+00:00",
            "locked": False,
        },
    }


def message_payload(number: int, channel: int, author: int, body: dict[str, Any]) -> dict[str, Any]:
    """A message as it stands in a channel, made of what was sent."""
    guild = guild_of(channel)
    return {
        "id": str(number),
        "channel_id": str(channel),
        **({"guild_id": str(guild)} if guild is not None else {}),
        "author": user_payload(author),
        "content": body.get("content") or "",
        "timestamp": "2026-11-23T09:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": body.get("mentions") or [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        "flags": int(body.get("flags") or 0),
        "components": body.get("components") or [],
    }


def role_payload(guild: int, *, permissions: str = BOT_PERMISSIONS) -> dict[str, Any]:
    """The role of everybody in a server."""
    return {
        "id": str(guild),
        "name": "@everyone",
        "permissions": permissions,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "position": 0,
        "flags": 0,
    }


def guild_payload(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "name": NAMES[number],
        "owner_id": str(MEMBER),
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role_payload(number)],
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
        "members": [member_payload(APP)],
        "voice_states": [],
        "channels": [channel_payload(channel) for channel, guild in CHANNELS.items() if guild == number],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
