"""/settings: what is chosen holds at once, is kept over a restart, and is only for those with Manage Server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chat_world import World, custom_ids, labels, parts_of, text, world

from bot.briefings.subscription import Schedule
from bot.rendering.actions import (
    OpenSettings,
    SetAskChannels,
    SetDigestRole,
    SetFullText,
    SetLanguage,
    ShowCollections,
    decode,
)
from bot.servers.access import CollectionRule, FullText
from bot.servers.server_settings import ServerSettings
from retrieval.topics.topic import Topic

QUESTION = "How many tonnes of silt did the harbour master say?"


async def panel(place: World) -> Any:
    opened = await place.mia.slash(place.channel, "settings")
    assert opened.ephemeral
    return opened.response


def menu(message: Any, action: type) -> str:
    return next(one for one in custom_ids(message) if isinstance(decode(one), action))


async def saved(place: World) -> ServerSettings:
    return await place.room.servers.settings(place.guild.id)


async def test_the_command_is_shown_to_managers_alone(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        assert "settings" in place.mia.available_commands(place.channel)
        assert "settings" not in place.alex.available_commands(place.channel)


async def test_a_zone_is_set_for_all_digests_to_come(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        assert "**Time zone** UTC, until you set one" in text(shown)
        form = await place.mia.click(shown, label="Change zone")
        await place.restart()
        await place.mia.submit_modal(form, {"zone": "Europe/London"})
        assert "**Time zone** Europe/London" in text(shown)
        assert "Saved." in text(shown)
        assert (await saved(place)).zone == "Europe/London"


async def test_a_zone_that_nobody_knows_changes_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        form = await place.mia.click(await panel(place), label="Change zone")
        refused = await place.mia.submit_modal(form, {"zone": "EST5"})
        assert 'I don\'t know the time zone "EST5"' in text(refused.response)
        assert await saved(place) == ServerSettings()


async def test_questions_are_asked_where_the_managers_say(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        desk = place.guild.create_text_channel("ask")
        shown = await panel(place)
        await place.mia.select(shown, [desk], custom_id=menu(shown, SetAskChannels))
        refused = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert refused.ephemeral
        assert text(refused.response) == (
            f"Asking is turned off in this channel. Try <#{desk.id}>, or message me directly."
        )
        answered = await place.alex.slash(desk, "ask", question=QUESTION)
        assert not answered.ephemeral
        await place.mia.select(shown, [], custom_id=menu(shown, SetAskChannels))
        assert not (await place.alex.slash(place.channel, "ask", question=QUESTION)).ephemeral


async def test_answers_can_be_for_the_asker_alone_unless_they_say_otherwise(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        await place.mia.click(shown, label="Show to asker alone")
        assert "Show to everybody" in labels(shown)
        assert (await place.alex.slash(place.channel, "ask", question=QUESTION)).ephemeral
        assert not (await place.alex.slash(place.channel, "ask", question=QUESTION, only_me=False)).ephemeral


def limits(**other: str) -> dict[str, str]:
    return {"member_questions": "6", "server_questions": "60", "server_digests": "25", "channel_digests": "10", **other}


async def test_limits_hold_at_once_and_nonsense_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        form = await place.mia.click(shown, label="Change limits")
        refused = await place.mia.submit_modal(form, limits(member_questions="0"))
        assert "A limit is out of bounds: use a number from 1 to 60. Nothing was changed." in text(refused.response)
        form = await place.mia.click(shown, label="Change limits")
        refused = await place.mia.submit_modal(form, limits(member_questions="few"))
        assert "A limit is a whole number." in text(refused.response)
        form = await place.mia.click(shown, label="Change limits")
        await place.mia.submit_modal(form, limits(member_questions="1"))
        await place.alex.slash(place.channel, "ask", question=QUESTION)
        refused = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert text(refused.response).startswith("That's 1 question in 10 minutes. You can ask again <t:")


async def test_a_role_and_a_language_are_chosen_and_cleared(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        editors = place.guild.create_role("Editors")
        shown = await panel(place)
        await place.mia.select(shown, [editors], custom_id=menu(shown, SetDigestRole))
        await place.mia.select(shown, ["es"], custom_id=menu(shown, SetLanguage))
        assert await saved(place) == ServerSettings(digest_role=editors.id, language="es")
        await place.mia.select(shown, [], custom_id=menu(shown, SetDigestRole))
        await place.mia.select(shown, ["en"], custom_id=menu(shown, SetLanguage))
        assert await saved(place) == ServerSettings()


async def test_a_collection_is_hidden_and_shown_again(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        await place.mia.click(shown, label="Collections")
        assert "coast · 3 articles · excerpts" in text(shown)
        key = menu(shown, ShowCollections)
        values = [option["value"] for part in parts_of(shown) for option in part.get("options", ())]
        await place.mia.select(shown, values[:1], custom_id=key)
        await place.mia.click(shown, label="Hide it here")
        assert "Show it here" in labels(shown)
        hidden = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert "The archive is empty." in text(hidden.response) or "Nothing in this archive" in text(hidden.response)
        await place.mia.click(shown, label="Show it here")
        await place.mia.select(shown, ["only_me"], custom_id=menu(shown, SetFullText))
        rules = await place.room.servers.rules()
        assert rules.rule(place.guild.id, "coast") == CollectionRule(full_text=FullText.ONLY_ME)


async def test_health_and_export_say_what_there_is(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        await place.mia.click(shown, label="Health")
        assert "Archive: 3 articles, last import <t:" in text(shown)
        assert "Index: up to date" in text(shown)
        await place.mia.click(shown, label="All settings")
        exported = await place.mia.click(shown, label="Export settings")
        assert exported.ephemeral
        (file,) = exported.response.attachments
        data = json.loads(await file.read())
        assert data == {"server": str(place.guild.id), "settings": {}, "collections": {}, "digests": []}


async def test_an_export_has_everything_that_was_chosen_for_a_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        place.ledger.subscriptions.add(
            guild=place.guild.id,
            channel=place.channel.id,
            creator=place.mia.id,
            topic=Topic("harbour", ("silt",), ("ferry",)),
            schedule=Schedule(zone="Asia/Tokyo"),
            cursor=0,
            now=place.env.now(),
            outlets=frozenset({"Harbour Post"}),
            ping=2**60,
            in_thread=True,
        )
        exported = await place.mia.click(await panel(place), label="Export settings")
        (file,) = exported.response.attachments
        (digest,) = json.loads(await file.read())["digests"]
        assert digest["id"] == "D1" and digest["state"] == "active"
        assert (digest["channel"], digest["ping"]) == (str(place.channel.id), str(2**60))
        assert (digest["must"], digest["not_words"], digest["outlets"]) == (["silt"], ["ferry"], ["Harbour Post"])
        assert (digest["zone"], digest["in_thread"], digest["post_when_empty"]) == ("Asia/Tokyo", True, False)
        assert "creator" not in digest


async def test_who_lost_the_right_changes_nothing_any_more(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        place.env.backend.get_guild(place.guild.id).members[place.mia.id].role_ids.clear()
        refused = await place.mia.click(shown, label="Show to asker alone")
        assert "Only members with Manage Server can change settings here." in text(refused.response)
        assert await saved(place) == ServerSettings()


async def test_every_choice_can_be_taken_twice(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await panel(place)
        button = next(one for one in custom_ids(shown) if one.startswith("onlyme"))
        await place.mia.click(shown, custom_id=button)
        assert OpenSettings().encode() not in custom_ids(shown)
        assert (await saved(place)).only_me
