"""The row below an answer: what surrounds its quotes, and what becomes of it when it is old."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import discord
import pytest
from chat_world import World, custom_ids, labels, text, texts, world

from bot.rendering import notices
from bot.rendering.actions import ReadArticle, decode
from bot.rendering.quotes import shown_quotes
from bot.servers.access import CollectionRule

QUESTION = "How many tonnes of silt did the harbour master say?"


async def asked(place: World, question: str = QUESTION, **options: Any) -> Any:
    return await place.alex.slash(place.channel, "ask", question=question, **options)


async def test_an_answer_has_one_row_of_five(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await asked(place)
        rows = [part for part in answer.response.components if part["type"] == 1]
        assert [[button["label"] for button in row["components"]] for row in rows] == [
            ["Context", "More", "Follow up", "👍", "👎"]
        ]
        assert len([one for one in map(decode, custom_ids(answer.response)) if isinstance(one, ReadArticle)]) >= 1


async def test_context_marks_the_quotes_in_their_paragraphs_for_whoever_presses_also_after_a_restart(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as place:
        answer = await asked(place)
        await place.restart()
        context = await place.mia.click(answer.response, label="Context")
        assert context.ephemeral
        shown = text(context.response)
        assert "**¶1** The harbour of Port Ellen was dredged again last year, the council said." in shown
        assert "**¶2**\n> **“We moved 4,200 tonnes of silt,” the harbour master Ann Reid told reporters.** She" in shown
        assert "**¶3** Fishing boats return to the harbour in May." in shown
        for quote, paragraph in zip(shown_quotes(text(answer.response)), shown_quotes(shown), strict=True):
            assert quote in paragraph
        again = await place.mia.click(answer.response, label="Context")
        assert texts(again.response) == texts(context.response)


async def test_read_opens_at_the_quote_in_its_context_too(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        context = await place.alex.click((await asked(place)).response, label="Context")
        (first, *_) = custom_ids(context.response)
        opened = await place.alex.click(context.response, custom_id=first)
        assert "**¶2**\n> “We moved 4,200 tonnes" in text(opened.response)


async def test_context_of_a_question_that_was_too_long_to_echo(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.alex.send(place.channel, f"<@{place.env.bot.user.id}> {QUESTION} {'*' * 1900}")
        message = place.channel.last_message
        assert labels(message)[-1] == "Context"
        context = await place.alex.click(message, label="Context")
        assert shown_quotes(text(context.response))


async def test_context_shows_nothing_of_what_is_hidden_from_whoever_presses(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await asked(place)
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        context = await place.alex.click(answer.response, label="Context")
        assert text(context.response) == notices.gone_button()


async def test_context_leaves_out_an_article_that_was_removed(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await asked(place)
        with place.archive.transaction():
            place.archive.remove([1], place.room.clock())
        context = await place.alex.click(answer.response, label="Context")
        assert "4,200" not in text(context.response)


@pytest.mark.parametrize("label", ["Context", "More", "Follow up", "👍", "👎"])
async def test_an_old_answer_offers_to_ask_again(tmp_path: Path, label: str) -> None:
    async with world(tmp_path) as place:
        answer = await asked(place, "When does the ferry to Islay sail?", since="2023")
        now = place.room.clock
        place.room.clock = lambda: now() + dt.timedelta(days=31)
        old = await place.mia.click(answer.response, label=label)
        assert old.ephemeral
        assert texts(old.response) == ["**When does the ferry to Islay sail?**", notices.old_button()]
        await place.restart()
        await place.mia.click(old.response, label="Ask again")
        assert "Searched: since 1 Jan 2023" in text(old.response)
        assert shown_quotes(text(old.response))


async def test_an_old_answer_that_cannot_be_asked_again_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.alex.send(place.channel, f"<@{place.env.bot.user.id}> {QUESTION} {'*' * 1900}")
        now = place.room.clock
        place.room.clock = lambda: now() + dt.timedelta(days=31)
        old = await place.alex.click(place.channel.last_message, label="Context")
        assert text(old.response) == notices.gone_button()


async def test_an_article_is_read_from_an_answer_of_any_age(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await asked(place)
        now = place.room.clock
        place.room.clock = lambda: now() + dt.timedelta(days=400)
        opened = await place.alex.click(answer.response, custom_id=custom_ids(answer.response)[0])
        assert "Port Ellen dredges its harbour" in text(opened.response)


async def test_a_button_of_an_earlier_version_still_opens_its_article(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Read", custom_id="read:1:2"))
        view.stop()
        old = await place.env.bot.get_channel(place.channel.id).send("an answer", view=view)
        opened = await place.alex.click(old, label="Read")
        assert "**¶2**\n> “We moved" in text(opened.response)
