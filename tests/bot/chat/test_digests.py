"""/digest: preview, start, posting once, and looking after what was started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from chat_world import World, labels, text, texts, world
from drafts import draft
from small_desk import add_articles

from bot.rendering.quotes import shown_quotes

DREDGING = draft(
    "The silt from the harbour will be sold as fertiliser, Ann Reid announced on Monday.",
    "Farmers pay nine pounds a tonne for harbour silt.",
    title="Harbour silt goes to the farms",
    outlet="Harbour Gazette",
    published="2026-01-02",
)


async def started(place: World, **options: Any) -> Any:
    """A digest of Mia's, from the preview on."""
    added = await place.mia.slash(place.channel, "digest add", **{"topic": "harbour silt", "at": "09:00", **options})
    assert added.ephemeral
    return await place.mia.click(added.response, label="Start")


def posted(place: World, channel: Any = None) -> list[Any]:
    me = place.env.bot.user.id
    return [message for message in (channel or place.channel).history() if message.author.id == me]


async def test_a_preview_is_started_and_its_digest_is_posted_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour *silt*", at="9")
        assert added.ephemeral
        assert texts(added.response)[0] == "**harbour \\*silt\\***"
        assert f"Every day at 09:00 (UTC), in <#{place.channel.id}>." in text(added.response)
        assert "No time zone was set yet, so this is UTC." in text(added.response)
        assert labels(added.response) == ["Start", "Change", "Cancel"]
        await place.restart()
        await place.mia.click(added.response, label="Start")
        assert "D1" in text(added.response)
        assert labels(added.response) == ["Pause", "Post now", "Remove"]
        assert posted(place) == []

        add_articles(place.archive, [DREDGING])
        await place.pass_days(1)
        (digest,) = posted(place)
        assert text(digest).startswith("**harbour \\*silt\\*** · 1 new")
        assert shown_quotes(text(digest))[0] in DREDGING.text
        assert "-# #D1-" in text(digest)
        await place.restart()
        await place.pass_days(1)
        assert len(posted(place)) == 1

        menu = next(part for part in digest.components if part.type is discord.ComponentType.action_row).children[0]
        opened = await place.alex.select(digest, [menu.options[0].value], custom_id=menu.custom_id)
        assert opened.ephemeral
        assert "Harbour silt goes to the farms" in text(opened.response)


async def test_start_pressed_twice_is_one_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        first = await place.mia.slash(place.channel, "digest add", topic="harbour")
        second = await place.mia.slash(place.channel, "digest add", topic="harbour")
        await place.mia.click(first.response, label="Start")
        await place.mia.click(second.response, label="Start")
        assert len(place.ledger.subscriptions.of_guild(place.guild.id)) == 1


async def test_the_form_changes_the_preview_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        form = await place.mia.click(added.response, label="Change")
        assert form.modal is not None
        await place.restart()
        await place.mia.submit_modal(
            form, {"topic": "ferries", "days": ["weekdays"], "at": "18:30", "zone": "Europe/London"}
        )
        assert texts(added.response)[0] == "**ferries**"
        assert "Monday to Friday at 18:30 (Europe/London)" in text(added.response)
        await place.mia.click(added.response, label="Start")
        (saved,) = place.ledger.subscriptions.of_guild(place.guild.id)
        assert (saved.topic.text, saved.schedule.zone) == ("ferries", "Europe/London")
        following = await place.mia.slash(place.channel, "digest add")
        assert "Everything new" in texts(following.response)[0]
        assert "(Europe/London)" in text(following.response)  # the server's zone now


async def test_what_the_form_cannot_read_is_said(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        form = await place.mia.click(added.response, label="Change")
        bad = await place.mia.submit_modal(form, {"topic": "", "days": ["daily"], "at": "noonish", "zone": "UTC"})
        assert bad.ephemeral
        assert 'I couldn\'t read "noonish" as a time.' in text(bad.response)
        form = await place.mia.click(added.response, label="Change")
        bad = await place.mia.submit_modal(form, {"topic": "", "days": ["daily"], "at": "9", "zone": "EST5"})
        assert 'I don\'t know the time zone "EST5".' in text(bad.response)


async def test_nothing_is_saved_when_it_is_cancelled(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        await place.mia.click(added.response, label="Cancel")
        assert text(added.response) == "Nothing was saved."
        assert place.ledger.subscriptions.of_guild(place.guild.id) == []


async def test_only_managers_may_and_the_refusal_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        for command in ("digest add", "digest list"):
            refused = await place.alex.slash(place.channel, command)
            assert refused.ephemeral
            assert "Only members with Manage Server can change digests here." in text(refused.response)


async def test_options_are_checked(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        zone = await place.mia.slash(place.channel, "digest add", zone="EST5")
        assert 'I don\'t know the time zone "EST5". Pick one like America/New\\_York from the list.' in text(
            zone.response
        )
        time = await place.mia.slash(place.channel, "digest add", at="25:00")
        assert 'I couldn\'t read "25:00" as a time.' in text(time.response)
        forum = place.guild.create_forum_channel("forum")
        with pytest.raises(simcord.SetupError, match="channel"):  # the client does not even offer it
            await place.mia.slash(place.channel, "digest add", where=forum)
        zones = await place.mia.autocomplete(place.channel, "digest add", "zone", "new york")
        assert zones[0]["value"] == "America/New_York"
        assert 0 < len(await place.mia.autocomplete(place.channel, "digest add", "zone", "a")) <= 25


async def test_a_channel_where_we_may_not_post_is_named_with_what_is_missing(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        everyone = place.guild.default_role
        closed = place.guild.create_text_channel(
            "briefing", overwrites={everyone: discord.PermissionOverwrite(send_messages=False)}
        )
        added = await place.mia.slash(place.channel, "digest add", topic="harbour", where=closed)
        assert f"I can't post in <#{closed.id}>: missing Send Messages." in text(added.response)
        assert labels(added.response) == ["Retry"]
        await place.mia.click(added.response, label="Retry")
        assert labels(added.response) == ["Retry"]
        assert place.ledger.subscriptions.of_guild(place.guild.id) == []
        await place.env.bot.get_channel(closed.id).set_permissions(
            place.env.bot.get_guild(place.guild.id).default_role, send_messages=True
        )
        await place.mia.click(added.response, label="Retry")
        assert labels(added.response) == ["Pause", "Post now", "Remove"]


async def test_the_list_pauses_resumes_removes_and_brings_back(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        empty = await place.mia.slash(place.channel, "digest list")
        assert "There is no digest here yet." in text(empty.response)
        await started(place)
        shown = await place.mia.slash(place.channel, "digest list")
        await place.restart()
        for pressed, offered in (
            ("Pause", ["Resume", "[Post now]", "Remove"]),
            ("Resume", ["Pause", "Post now", "Remove"]),
            ("Remove", ["Undo"]),
            ("Undo", ["Pause", "Post now", "Remove"]),
        ):
            await place.mia.click(shown.response, label=pressed)
            assert labels(shown.response) == offered


async def test_several_digests_are_chosen_from_a_menu(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        await started(place, topic="ferries")
        shown = await place.mia.slash(place.channel, "digest list")
        assert "**2 digests**" in text(shown.response)
        menu = shown.response.components[-1]["components"][0]
        await place.mia.select(shown.response, ["2"], custom_id=menu["custom_id"])
        assert text(shown.response).startswith("**ferries** · D2")


async def test_post_now_posts_now_and_leaves_the_day_its_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        add_articles(place.archive, [DREDGING])
        shown = await place.mia.slash(place.channel, "digest list")
        await place.mia.click(shown.response, label="Post now")
        assert "posted 1" in text(shown.response)
        (digest,) = posted(place)
        assert "m1-1 ·" in texts(digest)[-1]
        await place.pass_days(1)
        assert len(posted(place)) == 1  # nothing new since, so nothing is said


async def test_another_servers_digest_is_not_even_known_of(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        elsewhere = place.env.create_guild("Elsewhere")
        channel = elsewhere.create_text_channel("general")
        managers = elsewhere.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        zoe = elsewhere.add_member(place.env.create_user("zoe"), roles=[managers])
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Remove", custom_id="remove:1"))
        view.stop()
        forged = await place.env.bot.get_channel(channel.id).send("forged", view=view)
        refused = await zoe.click(forged, label="Remove")
        assert "There is no digest D1." in text(refused.followups[0])
        assert len(place.ledger.subscriptions.of_guild(place.guild.id)) == 1


async def test_a_blocked_channel_is_told_to_who_made_the_digest_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        add_articles(place.archive, [DREDGING])
        client = place.env.bot
        await client.get_channel(place.channel.id).set_permissions(
            client.get_guild(place.guild.id).default_role, send_messages=False
        )
        await place.pass_days(3)
        told = place.mia.user.dm_channel.history()
        assert len(told) == 1
        assert "I can't post it: missing Send Messages." in text(told[0])
        shown = await place.mia.slash(place.channel, "digest list")
        assert "blocked: missing Send Messages" in text(shown.response)


@pytest.mark.parametrize(
    ("text_given", "expected"),
    [("9", "09:00"), ("09:00", "09:00"), ("9.30", "09:30"), ("18h", "18:00"), ("6pm", "18:00"), ("12 am", "00:00")],
)
def test_times_are_read_as_people_write_them(text_given: str, expected: str) -> None:
    from bot.chat.digest_form import read_time

    assert f"{read_time(text_given):%H:%M}" == expected
