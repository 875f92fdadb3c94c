"""What the journeys of digests do again and again, as a member of the simulated server does it."""

from __future__ import annotations

from typing import Any

import discord
from chat_world import World, parts_of
from drafts import draft
from small_desk import add_articles

from corpus.article import Draft

DREDGING = draft(
    "The silt from the harbour will be sold as fertiliser, Ann Reid announced on Monday.",
    "Farmers pay nine pounds a tonne for harbour silt.",
    title="Harbour silt goes to the farms",
    outlet="Harbour Gazette",
    published="2026-01-02",
)


_HARBOUR_STORIES = (
    ("Portree harbour", "A crane fell into Portree harbour, and divers lifted it with balloons."),
    ("Oban sells its harbour light", "A collector from Bergen bought the old lamp of Oban harbour for 4,100 pounds."),
    ("Ullapool counts seals", "Volunteers counted 312 seals on the slipway of Ullapool harbour during the gale."),
    ("No ice for Wick", "The ice plant at Wick harbour closed since nobody lands herring any longer."),
    ("Lerwick paints its quay", "School children painted whales along the harbour wall of Lerwick."),
    ("Kirkwall raises berth fees", "Yachts pay thirty pence more a metre in Kirkwall harbour from April on."),
    ("Mallaig finds a torpedo", "Dredgers brought up a torpedo of 1917 in Mallaig harbour; the navy took it away."),
    ("Troon plans a bridge", "A footbridge across Troon harbour was promised by engineers of the university."),
)


def harbour_news(count: int) -> list[Draft]:
    """Reports of so many different events (at most 8), all about harbours."""
    return [
        draft(words, title=title, outlet="Harbour Gazette", published=f"2025-0{number}-05")
        for number, (title, words) in enumerate(_HARBOUR_STORIES[:count], start=1)
    ]


async def started(place: World, **options: Any) -> Any:
    """The page of a digest of Mia's, from the preview on."""
    added = await place.mia.slash(place.channel, "digest add", **{"topic": "harbour silt", "at": "09:00", **options})
    await place.mia.click(added.response, label="Start")
    return added.response


async def posted_tomorrow(place: World, *drafts: Draft) -> list[Any]:
    """What the bot posts in its channel when these articles arrived and a day passed."""
    add_articles(place.archive, drafts)
    await place.pass_days(1)
    return posted(place)


def posted(place: World, channel: Any = None) -> list[Any]:
    """Our messages in a channel, oldest first; not what Discord says about threads in our name."""
    me = place.env.bot.user.id
    return [
        message for message in (channel or place.channel).history() if message.author.id == me and message.components
    ]


def menu_of(message: Any) -> dict[str, Any]:
    """The first menu of a message."""
    menus = [part for part in parts_of(message) if part.get("type") == 3]
    assert menus, "no menu on this message"
    return menus[0]


async def choose(member: Any, message: Any, number: int = 0) -> Any:
    """Choose the option at a place of a message's first menu."""
    menu = menu_of(message)
    return await member.select(message, [menu["options"][number]["value"]], custom_id=menu["custom_id"])


async def allow(place: World, channel: Any, **permissions: bool) -> None:
    """Change what everybody may do in a channel."""
    client = place.env.bot
    everyone = client.get_guild(place.guild.id).default_role
    await client.get_channel(channel.id).set_permissions(everyone, **permissions)


async def forge(place: World, custom_id: str, label: str = "Press", channel: Any = None) -> Any:
    """A message of ours with a button of an earlier one, as a client that missed an edit shows it."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=label, custom_id=custom_id))
    view.stop()
    return await place.env.bot.get_channel((channel or place.channel).id).send("forged", view=view)
