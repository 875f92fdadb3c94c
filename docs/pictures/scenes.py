"""What is photographed: each scene plays in a channel of its own and says who looks at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from simcord.components import walk_components
from stage import Stage

Seen = tuple[Any, Any]  # a channel, and the member who looks at it

QUESTION = "How much stronger than fentanyl is carfentanil?"
TOPIC = "Fentanyl"
WATCHED = "How many people died of overdoses?"


async def answer(world: Stage) -> Seen:
    channel = world.channel("ask")
    await world.alex.slash(channel, "ask", question=QUESTION)
    return channel, world.alex


async def narrowed(world: Stage) -> Seen:
    channel = world.channel("ask-narrowed")
    await world.alex.slash(channel, "ask", question="How many people died of overdoses?", since="2024", until="2024-06")
    return channel, world.alex


async def closest(world: Stage) -> Seen:
    channel = world.channel("ask-closest")
    await world.alex.slash(channel, "ask", question="What did China do about precursors in 2024?")
    return channel, world.alex


async def nothing(world: Stage) -> Seen:
    channel = world.channel("ask-nothing")
    await world.alex.slash(channel, "ask", question="Who won the chess championship in Reykjavik?")
    return channel, world.alex


async def context(world: Stage) -> Seen:
    channel = world.channel("ask-context")
    asked = await world.alex.slash(channel, "ask", question=QUESTION, only_me=True)
    await world.alex.click(asked.response, label="Context")
    return channel, world.alex


async def follow_up(world: Stage) -> Seen:
    channel = world.channel("ask-further")
    asked = await world.alex.slash(channel, "ask", question=QUESTION)
    form = await world.alex.click(asked.response, label="Follow up")
    await world.alex.submit_modal(form, {"question": "When did China control it?"})
    return channel, world.alex


async def article(world: Stage) -> Seen:
    channel = world.channel("reader")
    asked = await world.alex.slash(channel, "ask", question=QUESTION, only_me=True)
    await world.alex.click(asked.response, custom_id=first_of(asked.response, "read"))
    return channel, world.alex


async def citations(world: Stage) -> Seen:
    channel = world.channel("cite")
    await world.alex.slash(channel, "article", find="A-12", part="cite")
    return channel, world.alex


async def search(world: Stage) -> Seen:
    channel = world.channel("search")
    await world.alex.slash(channel, "search", words="precursors")
    return channel, world.alex


async def timeline(world: Stage) -> Seen:
    channel = world.channel("timeline")
    found = await world.alex.slash(channel, "search", words="fentanyl")
    await world.alex.click(found.response, label="Timeline")
    return channel, world.alex


async def help_page(world: Stage) -> Seen:
    channel = world.channel("help")
    await world.alex.slash(channel, "help")
    return channel, world.alex


async def settings(world: Stage) -> Seen:
    channel = world.channel("settings")
    await world.mia.slash(channel, "settings")
    return channel, world.mia


async def health(world: Stage) -> Seen:
    channel = world.channel("health")
    opened = await world.mia.slash(channel, "settings")
    await world.mia.click(opened.response, label="Health")
    return channel, world.mia


async def digest_preview(world: Stage) -> Seen:
    channel = world.channel("subscribe")
    await world.mia.slash(channel, "digest add", topic=TOPIC, at="09:00", zone="Europe/London")
    return channel, world.mia


async def digest(world: Stage) -> Seen:
    return await _posted(world), world.alex


async def item(world: Stage) -> Seen:
    channel = await _posted(world)
    await _chosen(world, channel)
    return channel, world.alex


async def why(world: Stage) -> Seen:
    channel = await _posted(world)
    opened = await _chosen(world, channel)
    await world.alex.click(opened.response, label="Why")
    return channel, world.alex


async def watch(world: Stage) -> Seen:
    await _posted(world)
    return world.watched, world.alex


async def history(world: Stage) -> Seen:
    await _posted(world)
    channel = world.channel("history")
    listed = await world.mia.slash(channel, "digest list")
    menu = menus(listed.response)[0]
    await world.mia.select(listed.response, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    await world.mia.click(listed.response, label="History")
    return channel, world.mia


async def collection(world: Stage) -> Seen:
    channel = world.channel("collections")
    opened = await world.mia.slash(channel, "settings")
    await world.mia.click(opened.response, label="Collections")
    menu = menus(opened.response)[0]
    await world.mia.select(opened.response, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    return channel, world.mia


async def my_data(world: Stage) -> Seen:
    channel = world.channel("my-data")
    asked = await world.alex.slash(channel, "ask", question=QUESTION, only_me=True)
    form = await world.alex.click(asked.response, label="👎")
    await world.alex.submit_modal(form, {"note": "I asked about carfentanil, not about nitazenes."})
    helped = await world.alex.slash(channel, "help")
    await world.alex.click(helped.response, label="My data")
    return channel, world.alex


async def _posted(world: Stage) -> Any:
    """The channel with a digest of the news, which come once, also for the question that is watched in another."""
    if world.briefing is None:
        world.briefing, world.watched = world.channel("briefing"), world.channel("watched")
        for channel, topic in ((world.briefing, TOPIC), (world.watched, WATCHED)):
            preview = await world.mia.slash(channel, "digest add", topic=topic, at="09:00", zone="Europe/London")
            await world.mia.click(preview.response, label="Start")
        world.news_comes()
        for _ in range(2):
            await world.day_passes()
    return world.briefing


async def _chosen(world: Stage, channel: Any) -> Any:
    """The first item of the digest that a channel shows."""
    message = next(
        one for one in channel.history() if any(menu["custom_id"].startswith("items") for menu in menus(one))
    )
    menu = next(one for one in menus(message) if one["custom_id"].startswith("items"))
    return await world.alex.select(message, [menu["options"][0]["value"]], custom_id=menu["custom_id"])


def first_of(message: Any, name: str) -> str:
    """The custom id of the first button of that kind: the second quote's Read has the same label."""
    raw = [part if isinstance(part, dict) else part.to_dict() for part in message.components]
    ids = (part.get("custom_id") or "" for part in walk_components(raw))
    return next(one for one in ids if one.startswith(f"{name}:"))


def menus(message: Any) -> list[dict[str, Any]]:
    raw = [part if isinstance(part, dict) else part.to_dict() for part in message.components]
    return [part for part in walk_components(raw) if part.get("type") == 3]


SCENES: dict[str, Callable[[Stage], Awaitable[Seen]]] = {
    "answer": answer,
    "narrowed": narrowed,
    "closest": closest,
    "nothing": nothing,
    "context": context,
    "follow-up": follow_up,
    "article": article,
    "citations": citations,
    "search": search,
    "timeline": timeline,
    "help": help_page,
    "my-data": my_data,
    "settings": settings,
    "collection": collection,
    "health": health,
    "digest-preview": digest_preview,
    "watch": watch,
    "digest": digest,
    "item": item,
    "why": why,
    "history": history,
}
