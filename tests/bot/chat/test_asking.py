"""/ask, its buttons and mentions, in a simulated Discord."""

from __future__ import annotations

import re
from pathlib import Path

from chat_world import custom_ids, labels, text, texts, world
from small_desk import HARBOUR, add_articles

from bot.rendering.quotes import shown_quotes

QUESTION = "How many tonnes of silt did the harbour master say?"


async def test_an_answer_quotes_the_source_word_for_word(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert not result.ephemeral
        shown = result.response
        assert texts(shown)[0] == f"**{QUESTION}**"
        quotes = shown_quotes(text(shown))
        assert quotes
        assert "4,200 tonnes of silt" in quotes[0]
        assert quotes[0] in HARBOUR.text
        assert "Read" in labels(shown)


async def test_an_answer_only_for_me_is_seen_by_nobody_else(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await place.alex.slash(place.channel, "ask", question=QUESTION, only_me=True)
        assert result.ephemeral
        assert result.response.ephemeral
        assert place.channel.history(viewer=place.mia) == []


async def test_a_question_without_an_answer_says_what_there_is(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await place.alex.slash(place.channel, "ask", question="zebra quantum parliament")
        assert "Nothing in this archive answers that. It holds 3 articles" in text(result.response)
        assert shown_quotes(text(result.response)) == []


async def test_dates_are_read_and_the_range_is_repeated(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        narrow = await place.alex.slash(place.channel, "ask", question=QUESTION, since="2023", until="2023")
        assert "2023" in text(narrow.response)
        assert "silt” the harbour" not in text(narrow.response)
        bad = await place.alex.slash(place.channel, "ask", question=QUESTION, since="soon *ish*")
        assert bad.ephemeral
        assert 'I couldn\'t read "soon \\*ish\\*" as a date. Use 2024' in text(bad.response)


async def test_dates_the_wrong_way_round_are_swapped_on_request(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        turned = await place.alex.slash(place.channel, "ask", question=QUESTION, since="2025", until="2024")
        assert turned.ephemeral
        assert "since is after until. Swap them?" in text(turned.response)
        await place.alex.click(turned.response, label="Swap them")
        assert "Searched: 1 Jan 2024 – 31 Dec 2025\nFrom " in text(turned.response)
        assert turned.response.ephemeral


async def test_read_opens_the_cited_paragraph_for_whoever_presses_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        await place.restart()
        custom_id = next(part["accessory"]["custom_id"] for part in asked.response.components if part.get("accessory"))
        opened = await place.mia.click(asked.response, custom_id=custom_id)
        assert opened.ephemeral
        assert "Port Ellen dredges its harbour" in text(opened.response)
        assert "**¶2**\n> “We moved 4,200 tonnes of silt,”" in text(opened.response)
        assert place.channel.history(viewer=place.alex) == place.channel.history(viewer=place.alex)[:1]


async def test_more_shows_other_passages_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question="When does the ferry to Islay sail?")
        assert "More" in labels(asked.response)
        await place.restart()
        more = await place.alex.click(asked.response, label="More")
        assert more.ephemeral
        first, further = shown_quotes(text(asked.response)), shown_quotes(text(more.response))
        assert further
        assert not set(first) & set(further)
        assert texts(more.response)[0] == texts(asked.response)[0]


async def test_the_closest_passages_are_shown_on_request(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(
            place.channel, "ask", question="zebra quantum parliament nebula walrus trombone Islay"
        )
        assert labels(asked.response) == ["Show closest anyway", "👍", "👎"]
        closest = await place.alex.click(asked.response, label="Show closest anyway")
        assert closest.ephemeral
        assert "I can't confirm these answer your question." in text(closest.response)
        assert len(shown_quotes(text(closest.response))) == 2
        # Also where both are of one paragraph: Discord refuses a message that has an id twice.
        ids = custom_ids(closest.response)
        assert len(ids) == len(set(ids))


async def test_hostile_text_stays_text_and_nothing_may_ping(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await place.alex.slash(
            place.channel, "ask", question="@everyone where are the **lighthouse keys** <@1>?"
        )
        shown = text(result.response)
        assert texts(result.response)[0] == "**\\@everyone where are the \\*\\*lighthouse keys\\*\\* \\<@1\\>?**"
        assert "\\@everyone" in shown
        assert "\\[free\\]" in shown
        assert "<@123>" not in shown.replace("\\<", "")
        sent = [
            request.json
            for request in place.env.http_requests
            if isinstance(request.json, dict) and "components" in str(request.json)
        ]
        bodies = [body.get("data", body) for body in sent]
        with_cards = [body for body in bodies if isinstance(body, dict) and body.get("components")]
        assert with_cards
        assert all(body["allowed_mentions"] == {"parse": []} for body in with_cards)


async def test_the_seventh_question_in_ten_minutes_is_turned_away_and_says_when(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        for _ in range(6):
            await place.alex.slash(place.channel, "ask", question=QUESTION, only_me=True)
        seventh = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert seventh.ephemeral
        assert "That's 6 questions in 10 minutes. You can ask again <t:" in text(seventh.response)
        other = await place.mia.slash(place.channel, "ask", question=QUESTION)
        assert "4,200" in text(other.response)
        await place.env.advance_time(601)
        again = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert "4,200" in text(again.response)


async def test_what_nobody_foresaw_becomes_an_apology_with_a_reference(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        place.room.desk.archive.close()
        result = await place.alex.slash(place.channel, "article", find="A-1")
        assert "Something went wrong (ref " in text(result.response)
        assert "The operator can look it up." in text(result.response)
        place.expected_faults = ["ProgrammingError"]


async def test_an_answer_says_that_a_part_of_the_archive_is_not_searched_by_meaning_yet(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert "being rebuilt" not in text(asked.response)
        add_articles(place.archive, [HARBOUR])  # nothing gives it vectors here
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        assert re.search(
            r"^Search is being rebuilt \(\d\d%\)\. Answers may be incomplete\.$", text(asked.response), re.M
        )
