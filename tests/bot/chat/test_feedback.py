"""Thumbs on an answer; and what is kept about a person is shown to them and deleted when they ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chat_world import World, labels, text, world

QUESTION = "How many tonnes of silt did the harbour master say?"


async def answer(place: World) -> Any:
    return (await place.alex.slash(place.channel, "ask", question=QUESTION)).response


async def noted(place: World, message: Any, note: str | None) -> Any:
    form = await place.alex.click(message, label="👎")
    await place.restart()
    return await place.alex.submit_modal(form, {"note": note} if note is not None else {})


async def my_data(place: World, who: Any = None) -> Any:
    helped = await (who or place.alex).slash(place.channel, "help")
    return await (who or place.alex).click(helped.response, label="My data")


async def test_a_thumb_up_is_thanked_for_and_nothing_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        thanked = await place.alex.click(await answer(place), label="👍")
        assert thanked.ephemeral
        assert text(thanked.response) == "Thank you."
        assert place.ledger.feedback.everyones(place.env.now()) == []


async def test_a_note_is_kept_with_its_question_and_what_was_quoted(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        thanked = await noted(place, await answer(place), "  It is about another harbour.  ")
        assert thanked.ephemeral
        assert "kept for 30 days" in text(thanked.response)
        (one,) = place.ledger.feedback.everyones(place.env.now())
        assert (one.question, one.note) == (QUESTION, "It is about another harbour.")
        assert one.articles[0] == 1
        assert one.server == place.guild.id


async def test_without_a_note_nothing_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        thanked = await noted(place, await answer(place), None)
        assert text(thanked.response) == "Thank you."
        assert place.ledger.feedback.everyones(place.env.now()) == []


async def test_a_second_note_on_an_answer_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await answer(place)
        await noted(place, asked, "First.")
        await noted(place, asked, "Second.")
        assert [one.note for one in place.ledger.feedback.everyones(place.env.now())] == ["Second."]


async def test_my_data_is_shown_and_deleted_and_nobody_elses(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await noted(place, await answer(place), "Not what I asked.")
        assert "Nothing." in text((await my_data(place, place.mia)).response)
        shown = await my_data(place)
        assert "Not what I asked." in text(shown.response)
        await place.alex.click(shown.response, label="Delete")
        assert labels(shown.response) == ["Delete it all", "Keep it"]
        assert len(place.ledger.feedback.everyones(place.env.now())) == 1
        await place.restart()
        await place.alex.click(shown.response, label="Delete it all")
        assert text(shown.response) == "Deleted. Nothing is kept about you now."
        assert place.ledger.feedback.everyones(place.env.now()) == []
        assert "Nothing." in text((await my_data(place)).response)
