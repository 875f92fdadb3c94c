"""/digest: preview, start, posting once, and looking after what was started."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import discord
from chat_world import World, custom_ids, labels, text, texts, world
from digest_walks import DREDGING, allow, forge, posted, started
from small_desk import add_articles
from small_room import Slowly

from bot.rendering.quotes import shown_quotes

CHANGES = ["Change", "Words and sources", "Place and ping", "Cancel"]
LOOKING_AFTER = ["Edit", "Pause", "Post now", "History", "Remove", "All digests"]


def saved(place: World) -> list[Any]:
    return place.ledger.subscriptions.of_guild(place.guild.id)


async def test_a_preview_is_started_and_its_digest_is_posted_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour *silt*", at="9")
        assert added.ephemeral
        assert texts(added.response)[0] == "**harbour \\*silt\\***"
        assert f"Every day at 09:00 (UTC), in <#{place.channel.id}>." in text(added.response)
        assert "No time zone was set yet, so this is UTC." in text(added.response)
        assert labels(added.response) == ["Why", "Start", *CHANGES]
        await place.restart()
        await place.mia.click(added.response, label="Start")
        assert "D1" in text(added.response)
        assert labels(added.response) == LOOKING_AFTER
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


async def test_enter_alone_gives_everything_new_every_day_here_at_nine(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.mia.click((await place.mia.slash(place.channel, "digest add")).response, label="Start")
        (subscription,) = saved(place)
        assert (subscription.topic.text, str(subscription.schedule.days), subscription.ping) == ("", "daily", None)
        assert (f"{subscription.schedule.at:%H:%M}", subscription.schedule.zone) == ("09:00", "UTC")
        assert subscription.channel == place.channel.id


async def test_start_pressed_twice_is_one_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        first = await place.mia.slash(place.channel, "digest add", topic="harbour")
        second = await place.mia.slash(place.channel, "digest add", topic="harbour")
        start = next(one for one in custom_ids(first.response) if one.startswith("start:"))
        await place.mia.click(first.response, label="Start")
        await place.mia.click(second.response, label="Start")
        await place.mia.click(await forge(place, start), label="Press")
        assert len(saved(place)) == 1


async def test_the_form_changes_the_preview_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        form = await place.mia.click(added.response, label="Change")
        assert form.modal is not None
        await place.restart()
        await place.mia.submit_modal(
            form, {"topic": "ferries", "days": ["weekdays"], "at": "6:30 pm", "zone": "Europe/London"}
        )
        assert texts(added.response)[0] == "**ferries**"
        assert "Monday to Friday at 18:30 (Europe/London)" in text(added.response)
        await place.mia.click(added.response, label="Start")
        (subscription,) = saved(place)
        assert (subscription.topic.text, subscription.schedule.zone) == ("ferries", "Europe/London")
        following = await place.mia.slash(place.channel, "digest add")
        assert "Everything new" in texts(following.response)[0]
        assert "(Europe/London)" in text(following.response)  # the server's zone now


async def test_what_a_form_cannot_read_is_said_and_everything_else_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        form = await place.mia.click(added.response, label="Change")
        await place.mia.submit_modal(form, {"topic": "ferries", "days": ["weekly"], "at": "noonish", "zone": "EST5"})
        assert 'At: I couldn\'t read "noonish". Use 09:00 or 18:30.' in text(added.response)
        assert 'I don\'t know the time zone "EST5".' in text(added.response)
        again = await place.mia.click(added.response, label="Open the form again")
        assert again.modal is not None
        shown = {field["custom_id"]: field for field in fields_of(again.modal)}
        assert (shown["topic"]["value"], shown["at"]["value"], shown["zone"]["value"]) == ("ferries", "noonish", "EST5")
        assert [option["value"] for option in shown["days"]["options"] if option.get("default")] == ["weekly"]
        await place.mia.submit_modal(again, {"topic": "ferries", "days": ["weekly"], "at": "noon", "zone": "UTC"})
        assert "Every Monday at 12:00 (UTC)" in text(added.response)


def fields_of(modal: Any) -> list[dict[str, Any]]:
    """The inputs of a form, without the labels around them."""
    raw = modal if isinstance(modal, dict) else modal.to_dict()
    return [label.get("component") or label["components"][0] for label in raw["components"]]


async def test_words_sources_and_limits_are_chosen_in_a_form(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        form = await place.mia.click(added.response, label="Words and sources")
        sources = next(field for field in fields_of(form.modal) if field["custom_id"] == "sources")
        by_label = {option["label"]: option["value"] for option in sources["options"]}
        assert {"coast", "Harbour Gazette"} <= set(by_label)
        given = {"must": "silt, harbour", "not": "silt", "max": "40", "empty": ["yes"]}
        await place.mia.submit_modal(form, {**given, "sources": [by_label["Harbour Gazette"]]})
        assert "It stands under both: no article could match." in text(added.response)
        assert 'At most: I couldn\'t read "40". Use a number from 3 to 25.' in text(added.response)
        again = await place.mia.click(added.response, label="Open the form again")
        shown = {field["custom_id"]: field for field in fields_of(again.modal)}
        assert [shown[name]["value"] for name in ("must", "not", "max")] == ["silt, harbour", "silt", "40"]
        assert [one["label"] for one in shown["sources"]["options"] if one.get("default")] == ["Harbour Gazette"]
        await place.mia.submit_modal(
            again, {**given, "not": "football", "max": "12", "sources": [by_label["Harbour Gazette"]]}
        )
        assert (
            "at most 12 items · must have: silt, harbour · must not have: football · only from: Harbour Gazette · "
            "says so when nothing is new"
        ) in text(added.response)
        await place.mia.click(added.response, label="Start")
        (subscription,) = saved(place)
        assert (subscription.topic.must, subscription.topic.not_words) == (("silt", "harbour"), ("football",))
        assert (subscription.max_items, subscription.post_when_empty) == (12, True)
        assert subscription.outlets == frozenset({"Harbour Gazette"})


async def test_the_preview_tells_which_of_the_newest_articles_match_and_why(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="lighthouse keys")
        assert "of the newest 3 articles match" in text(added.response)
        await place.mia.click(added.response, label="Why")
        assert "has the words: lighthouse, keys" in text(added.response)
        assert "An article matches from a score of 0.05 on." in text(added.response)
        await place.mia.click(added.response, label="Back")
        assert labels(added.response) == ["Why", "Start", *CHANGES]


async def test_a_digest_is_edited_after_it_was_saved(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = await started(place)
        await place.restart()
        await place.mia.click(page, label="Edit")
        assert labels(page) == ["Why", "Save", *CHANGES]
        form = await place.mia.click(page, label="Change")
        await place.mia.submit_modal(form, {"topic": "ferries", "days": ["daily"], "at": "10", "zone": "UTC"})
        assert saved(place)[0].topic.text == "harbour silt"  # not before it is saved
        await place.mia.click(page, label="Save")
        assert text(page).startswith("**ferries** · D1")
        (subscription,) = saved(place)
        assert (subscription.topic.text, f"{subscription.schedule.at:%H:%M}") == ("ferries", "10:00")


async def test_nothing_is_saved_when_it_is_cancelled(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="harbour silt")
        await place.mia.click(added.response, label="Cancel")
        assert text(added.response) == "Nothing was saved."
        assert saved(place) == []


async def test_options_are_checked(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        zone = await place.mia.slash(place.channel, "digest add", zone="EST5")
        assert 'I don\'t know the time zone "EST5". Pick one like America/New\\_York from the list.' in text(
            zone.response
        )
        time = await place.mia.slash(place.channel, "digest add", topic="ferries", at="25:00")
        assert 'I couldn\'t read "25:00".' in text(time.response)
        form = await place.mia.click(time.response, label="Open the form again")
        assert [field.get("value") for field in fields_of(form.modal)][::2] == ["ferries", "25:00"]
        zones = await place.mia.autocomplete(place.channel, "digest add", "zone", "new york")
        assert zones[0]["value"] == "America/New_York"
        assert 0 < len(await place.mia.autocomplete(place.channel, "digest add", "zone", "a")) <= 25
        times = await place.mia.autocomplete(place.channel, "digest add", "at", "9pm")
        assert [one["value"] for one in times] == ["21:00"]


async def test_a_channel_where_we_may_not_post_is_named_with_what_is_missing(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        closed = place.guild.create_text_channel("briefing")
        await allow(place, closed, send_messages=False)
        added = await place.mia.slash(place.channel, "digest add", topic="harbour", where=closed)
        assert f"I can't post in <#{closed.id}>: missing Send Messages." in text(added.response)
        assert labels(added.response) == ["Retry"]
        await place.mia.click(added.response, label="Retry")
        assert labels(added.response) == ["Retry"]
        await allow(place, closed, send_messages=True)
        await place.mia.click(added.response, label="Retry")
        assert labels(added.response) == ["Why", "Start", *CHANGES]

        await allow(place, closed, send_messages=False)  # between the preview and Start
        await place.mia.click(added.response, label="Start")
        assert labels(added.response) == ["Retry"]
        assert saved(place) == []
        await allow(place, closed, send_messages=True)
        await place.mia.click(added.response, label="Retry")
        assert labels(added.response) == LOOKING_AFTER
        assert len(saved(place)) == 1


async def test_a_channel_that_was_deleted_meanwhile_is_replaced_by_another(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        doomed = place.guild.create_text_channel("doomed")
        added = await place.mia.slash(place.channel, "digest add", topic="harbour", where=doomed)
        await place.env.bot.get_channel(doomed.id).delete()
        await place.mia.click(added.response, label="Start")
        assert "That channel does not exist any more." in text(added.response)
        form = await place.mia.click(added.response, label="Place and ping")
        await place.mia.submit_modal(
            form, {"channel": [place.channel], "ping": [], "manner": ["message"], "publish": ["no"]}
        )
        await place.mia.click(added.response, label="Start")
        assert saved(place)[0].channel == place.channel.id


async def test_the_list_pauses_resumes_removes_and_brings_back(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        empty = await place.mia.slash(place.channel, "digest list")
        assert "There is no digest here yet." in text(empty.response)
        await started(place)
        shown = await place.mia.slash(place.channel, "digest list")
        await place.restart()
        for pressed, offered in (
            ("Pause", ["Edit", "Resume", "[Post now]", "History", "Remove", "All digests"]),
            ("Resume", LOOKING_AFTER),
            ("Remove", ["Undo", "All digests"]),
            ("Undo", LOOKING_AFTER),
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
        await place.mia.click(shown.response, label="All digests")
        assert "**2 digests**" in text(shown.response)


async def test_post_now_posts_now_and_leaves_the_day_its_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        add_articles(place.archive, [DREDGING])
        shown = await place.mia.slash(place.channel, "digest list")
        await place.mia.click(shown.response, label="Post now")
        assert "posted 1" in text(shown.response)
        (digest,) = posted(place)
        assert "m1-1 ·" in texts(digest)[-1]
        await place.mia.click(shown.response, label="Post now")
        assert "Nothing new since the last one, so nothing was posted." in text(shown.response)
        await place.pass_days(1)
        assert len(posted(place)) == 1  # nothing new since, so nothing is said


async def test_a_server_and_a_channel_have_as_many_digests_as_its_settings_say(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.room.servers.change(place.guild.id, channel_digests=1)
        await started(place)
        added = await place.mia.slash(place.channel, "digest add", topic="ferries")
        refused = await place.mia.click(added.response, label="Start")
        assert "This channel has 1 digests, which is the limit." in text(refused.followups[0])
        await place.room.servers.change(place.guild.id, channel_digests=2)
        assert text(await started(place, topic="ferries")).startswith("**ferries** · D2")


async def test_another_servers_digest_is_not_even_known_of(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        elsewhere = place.env.create_guild("Elsewhere")
        channel = elsewhere.create_text_channel("general")
        managers = elsewhere.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        zoe = elsewhere.add_member(place.env.create_user("zoe"), roles=[managers])
        forged = [
            ("remove:1", "There is no digest D1."),
            ("history:1", "There is no digest D1."),
            ("irrelevant:D1-20260101:1", "There is no digest D1."),
            ("why:D1-20260101:1", "There is no digest D1."),
            ("start:1", "older than 7 days"),
            ("change:1:when", "older than 7 days"),
        ]
        for custom_id, said in forged:
            message = await forge(place, custom_id, channel=channel)
            refused = await zoe.click(message, label="Press")
            assert said in "".join(map(text, [*refused.followups, *([refused.response] if refused.response else [])]))
        assert len(saved(place)) == 1


async def test_a_blocked_channel_is_told_to_who_made_the_digest_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        add_articles(place.archive, [DREDGING])
        await allow(place, place.channel, send_messages=False)
        await place.pass_days(3)
        told = place.mia.user.dm_channel.history()
        assert len(told) == 1
        assert "I can't post it: missing Send Messages." in text(told[0])
        shown = await place.mia.slash(place.channel, "digest list")
        assert "blocked: missing Send Messages" in text(shown.response)


async def test_trouble_is_told_in_the_log_channel_where_there_is_one(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        log = place.guild.create_text_channel("log")
        await place.room.servers.change(place.guild.id, log_channel=log.id)
        await started(place)
        add_articles(place.archive, [DREDGING])
        await allow(place, place.channel, send_messages=False)
        await place.pass_days(2)
        (told,) = posted(place, log)
        assert "I can't post it: missing Send Messages." in text(told)
        assert place.mia.user.dm_channel.history() == []


async def test_nobody_waits_for_a_digest_that_is_being_composed(tmp_path: Path) -> None:
    slowly = Slowly()
    async with world(tmp_path, composing_with=slowly) as place:
        added = await place.mia.slash(place.channel, "digest add", topic="silt")
        await place.mia.click(added.response, label="Start")
        (subscription,) = saved(place)
        add_articles(place.archive, [DREDGING])
        round_of_digests = asyncio.create_task(place.rounds().ring(place.env.now() + dt.timedelta(days=1)))
        await slowly.has_begun()
        shown = await place.mia.slash(place.channel, "digest list")
        assert "D1" in text(shown.response)
        previewed = await place.mia.slash(place.channel, "digest add", topic="ferries")
        assert "Start" in labels(previewed.response)
        await place.mia.click(shown.response, label="Pause")
        slowly.composer.may_end.set()
        await round_of_digests
        assert posted(place) == [], "what was paused while it was composed is not posted"
        assert place.ledger.last_run(subscription.id) is None

        await place.mia.click(shown.response, label="Resume")
        await place.rounds().ring(place.env.now() + dt.timedelta(days=2))
        assert len(posted(place)) == 1
