"""/article, /help and what is suggested while typing."""

from __future__ import annotations

from pathlib import Path

from chat_world import text, world

from bot.rendering import notices
from bot.rendering.actions import source_key
from corpus.article import Scope


async def test_titles_are_suggested_and_the_chosen_one_opens_only_for_me(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        newest = await place.alex.autocomplete(place.channel, "article", "find", "")
        assert [choice["value"] for choice in newest] == ["A-2", "A-1", "A-3"]
        assert newest[1]["name"] == "4 Jul 2024 · Harbour Gazette · Port Ellen dredges its harbour"
        found = await place.alex.autocomplete(place.channel, "article", "find", "ellen")
        assert [choice["value"] for choice in found] == ["A-1"]
        await place.allow_whole_texts()
        opened = await place.alex.slash(place.channel, "article", find="A-1")
        assert opened.ephemeral
        assert "**Port Ellen dredges its harbour**" in text(opened.response)
        assert "**¶3** Fishing boats return" in text(opened.response)


async def test_free_text_opens_the_one_article_or_offers_several(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        one = await place.alex.slash(place.channel, "article", find="timetable")
        assert "Timetable of the Islay ferry" in text(one.response)
        several = await place.alex.slash(place.channel, "article", find="harbour")
        assert "Several articles go with" in text(several.response)
        menu = next(part for part in several.response.components if part["type"] == 1)["components"][0]
        chosen = await place.alex.select(several.response, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
        assert chosen.ephemeral
        assert "¶1" in text(chosen.response)
        words = await place.alex.slash(place.channel, "article", find="calm weather and silt")
        assert "Port Ellen dredges" in str(words.response.components)
        missing = await place.alex.slash(place.channel, "article", find="A-99")
        assert "No article A-99. Start typing a title and pick from the list." in text(missing.response)


async def test_a_search_by_meaning_waits_for_the_question_before_it_and_a_title_does_not(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        assert place.room.turnstile.enter(place.alex.user.id, place.guild.id, place.room.clock()) is None
        refused = await place.alex.slash(place.channel, "article", find="calm weather and silt")
        assert notices.still_answering() in text(refused.response)
        title = await place.alex.slash(place.channel, "article", find="timetable")
        assert "Timetable of the Islay ferry" in text(title.response)
        place.room.turnstile.leave(place.alex.user.id)
        words = await place.alex.slash(place.channel, "article", find="calm weather and silt")
        assert "Port Ellen dredges" in str(words.response.components)
        assert place.room.turnstile.enter(place.alex.user.id, place.guild.id, place.room.clock()) is None


async def test_outlets_and_dates_are_suggested(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        outlets = await place.alex.autocomplete(place.channel, "ask", "source", "harb", question="abc")
        assert outlets == [{"name": "Harbour Gazette (2)", "value": source_key(Scope(outlet="Harbour Gazette"))}]
        dates = await place.alex.autocomplete(place.channel, "ask", "since", "", question="abc")
        assert [date["value"] for date in dates] == ["7d", "30d", "last month", "last year", "2024", "2023"]
        typed = await place.alex.autocomplete(place.channel, "ask", "since", "2024-07", question="abc")
        assert typed == [{"name": "2024-07: 2024-07-01 to 2024-07-31", "value": "2024-07"}]


async def test_help_says_what_there_is(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        shown = await place.alex.slash(place.channel, "help")
        assert shown.ephemeral
        assert "It holds 3 articles, 1 Feb 2023 – 5 Jul 2024" in text(shown.response)
        assert "Privacy" in text(shown.response)


async def test_a_button_that_no_version_knows_is_answered_too(tmp_path: Path) -> None:
    import discord

    async with world(tmp_path) as place:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Old", custom_id="forgotten:1"))
        view.stop()
        old = await place.env.bot.get_channel(place.channel.id).send("an old message", view=view)
        pressed = await place.alex.click(old, label="Old")
        assert pressed.ephemeral
        assert "That button can't be used any more." in text(pressed.response)


async def test_a_form_that_no_version_knows_is_answered_too(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question="How many tonnes of silt were moved?")
        form = await place.alex.click(asked.response, label="Follow up")
        form._interaction.modal["custom_id"] = "forgotten:1"
        sent = await place.alex.submit_modal(form, {"question": "When was that?"})
        assert sent.ephemeral
        assert "That button can't be used any more." in text(sent.response)
