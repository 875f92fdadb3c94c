"""What a member may not see, no answer, list, suggestion, article, button or error shows: attempts to get round it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
from chat_world import World, custom_ids, text, world
from drafts import archived, draft
from fakes import WordHashEmbedder

from bot.servers.access import CollectionRule
from retrieval.index.passage_vectors import embed_missing

WORDS = "The vault of Balnahard holds 61 silver coins, the keeper Moira Kerr said."
QUESTION = "How many silver coins does the vault of Balnahard hold?"
TELLTALE = ("silver", "Balnahard", "61", "Moira", "Vault", "vault")


def fill(place: World) -> int:
    """A collection beside the one that everybody sees; gives the number of its article."""
    secret = draft(WORDS, title="The Vault opens", author="Ida Bell", outlet="Vault Letter", list_name="vault")
    number = archived(place.archive, secret).number
    embed_missing(place.archive, WordHashEmbedder())
    return number


async def ruled(place: World, rule: CollectionRule) -> None:
    await place.room.servers.set_rule(place.guild.id, "vault", rule)


def tells(message: Any) -> list[str]:
    """What of the hidden article a message shows, apart from the question that it echoes."""
    shown = text(message).replace(QUESTION, "").replace(QUESTION.replace("?", "\\?"), "")
    return [word for word in TELLTALE if word in shown]


HIDING = {
    "hidden": CollectionRule(visible=False),
    "elsewhere": CollectionRule(channels=frozenset({1})),
    "others": CollectionRule(roles=frozenset({1})),
}


@pytest.mark.parametrize("rule", HIDING.values(), ids=HIDING)
async def test_no_command_shows_what_is_hidden(tmp_path: Path, rule: CollectionRule) -> None:
    async with world(tmp_path) as place:
        number = fill(place)
        await ruled(place, rule)
        for options in ({}, {"only_me": True}, {"since": "1900"}):
            asked = await place.alex.slash(place.channel, "ask", question=QUESTION, **options)
            assert tells(asked.response) == []
        for source in ("Vault Letter", "vault", "Unheard of"):
            refused = await place.alex.slash(place.channel, "ask", question=QUESTION, source=source)
            assert refused.ephemeral
            assert text(refused.response).startswith("That collection isn't available in this channel.")
        for find in (f"A-{number}", "The Vault opens", "silver coins of Balnahard"):
            opened = await place.alex.slash(place.channel, "article", find=find)
            assert [word for word in tells(opened.response) if word not in find] == []
        found = await place.alex.slash(place.channel, "search", words="silver coins Balnahard")
        assert "No article" in text(found.response)
        helped = await place.alex.slash(place.channel, "help")
        assert tells(helped.response) == []
        assert "3 articles" in text(helped.response)


@pytest.mark.parametrize("rule", HIDING.values(), ids=HIDING)
async def test_no_suggestion_shows_what_is_hidden(tmp_path: Path, rule: CollectionRule) -> None:
    async with world(tmp_path) as place:
        number = fill(place)
        await ruled(place, rule)
        for command, option, typed in (
            ("ask", "source", "vault"),
            ("ask", "source", ""),
            ("article", "find", "vault"),
            ("article", "find", f"A-{number}"),
            ("article", "find", ""),
            ("search", "source", "v"),
        ):
            choices = await place.alex.autocomplete(place.channel, command, option, typed)
            assert not any(word in choice["name"] for choice in choices for word in TELLTALE)
        parts = await place.alex.autocomplete(place.channel, "article", "part", "", find=f"A-{number}")
        assert not any(word in choice["name"] for choice in parts for word in TELLTALE)


async def test_buttons_of_an_answer_from_before_show_nothing_any_more(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert "silver coins, the keeper" in text(asked.response)
        await ruled(place, CollectionRule(visible=False))
        for custom_id in custom_ids(asked.response):
            if custom_id.startswith(("up", "down", "follow")):
                continue
            pressed = await place.alex.click(asked.response, custom_id=custom_id)
            assert tells(pressed.response) == [], custom_id
        form = await place.alex.click(asked.response, label="Follow up")
        followed = await place.alex.submit_modal(form, {"question": "And who keeps them there?"})
        assert not any(word in text(followed.response).replace("silver coins vault", "") for word in ("61", "Moira"))


async def test_a_role_sees_its_collection_alone_and_never_in_public(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        keepers = place.guild.create_role("Keepers")
        kim = place.guild.add_member(place.env.create_user("kim"), roles=[keepers])
        await ruled(place, CollectionRule(roles=frozenset({keepers.id})))
        assert tells((await kim.slash(place.channel, "ask", question=QUESTION)).response) == []
        alone = await kim.slash(place.channel, "ask", question=QUESTION, only_me=True)
        assert "silver coins, the keeper" in text(alone.response)
        other = await place.mia.slash(place.channel, "ask", question=QUESTION, only_me=True)
        assert tells(other.response) == []


async def test_a_source_of_a_role_asked_for_everybody_leads_to_an_answer_for_the_asker_alone(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        keepers = place.guild.create_role("Keepers")
        kim = place.guild.add_member(place.env.create_user("kim"), roles=[keepers])
        await ruled(place, CollectionRule(roles=frozenset({keepers.id})))
        (choice,) = await kim.autocomplete(place.channel, "ask", "source", "vault letter")
        refused = await kim.slash(place.channel, "ask", question=QUESTION, source=choice["value"])
        assert refused.ephemeral
        assert "can't be shown to everybody here" in text(refused.response)
        await kim.click(refused.response, label="Ask only for me")
        assert "silver coins, the keeper" in text(refused.response)
        other = await place.mia.slash(place.channel, "ask", question=QUESTION, source=choice["value"])
        assert text(other.response).startswith("That collection isn't available in this channel.")


async def test_a_mention_is_answered_for_everybody_who_reads_it(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        keepers = place.guild.create_role("Keepers")
        kim = place.guild.add_member(place.env.create_user("kim"), roles=[keepers])
        await ruled(place, CollectionRule(roles=frozenset({keepers.id})))
        await kim.send(place.channel, f"<@{place.env.bot.user.id}> {QUESTION}")
        assert tells(place.channel.last_message) == []


async def test_a_direct_message_shows_only_what_nobody_restricted(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        await ruled(place, CollectionRule(channels=frozenset({place.channel.id})))
        here = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert "silver coins, the keeper" in text(here.response)
        assert tells((await place.alex.user.slash("ask", question=QUESTION)).response) == []
        await place.alex.send_dm(QUESTION)
        assert tells(place.alex.user.dm_channel.last_message) == []


async def test_a_thread_belongs_to_its_channel(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        await ruled(place, CollectionRule(channels=frozenset({place.channel.id})))
        known = place.env.bot.get_channel(place.channel.id)
        await known.create_thread(name="coins", type=discord.ChannelType.public_thread)
        await place.env.settle()
        asked = await place.alex.slash(place.channel.threads[-1], "ask", question=QUESTION)
        assert "silver coins, the keeper" in text(asked.response)
