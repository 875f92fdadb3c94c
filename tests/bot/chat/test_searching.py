"""/search and its pages, in a simulated Discord."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from chat_world import World, custom_ids, labels, parts_of, text, texts, world
from drafts import draft
from fakes import WordHashEmbedder
from small_desk import add_articles

from bot.chat.search import picture_of
from bot.rendering.actions import ANY, FindByDate, FindByOutlet, FoundSelect, decode
from bot.rendering.quotes import shown_quotes
from bot.rendering.timeline import Bar, Step, Timeline
from bot.servers.access import CollectionRule
from retrieval.index.passage_vectors import embed_missing

MONTHS = range(1, 9)


def fill(place: World) -> None:
    """Eight more articles about the lighthouse: one a month of 2025, by two outlets, and one without a date."""
    kept = [
        draft(
            f"The keeper painted the lighthouse at Rhinns, coat {month}.",
            title=f"Coat {month}",
            outlet="Harbour Gazette" if month % 2 else "Island Times",
            published=f"2025-0{month}-10",
        )
        for month in MONTHS
    ]
    add_articles(place.archive, [*kept, draft("A lighthouse of no date.", title="Undated", outlet="Island Times")])
    embed_missing(place.archive, WordHashEmbedder())


async def search(place: World, words: str = "lighthouse", **options: Any) -> Any:
    return await place.alex.slash(place.channel, "search", words=words, **options)


def menus(message: Any) -> dict[type, dict[str, Any]]:
    """The menus of a message, by what they do."""
    return {type(decode(part["custom_id"])): part for part in parts_of(message) if part.get("type") == 3}


def offered(message: Any, kind: type) -> list[str]:
    return [option["label"] for option in menus(message)[kind]["options"]]


async def choose(place: World, message: Any, kind: type, label: str) -> Any:
    menu = menus(message)[kind]
    value = next(option["value"] for option in menu["options"] if option["label"] == label)
    return await place.alex.select(message, [value], custom_id=menu["custom_id"])


def titles(message: Any) -> list[str]:
    return [card.split("\n")[0].strip("*") for card in texts(message) if "\n> " in card]


async def test_articles_are_counted_and_listed_for_whoever_searches_alone(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        found = await search(place)
        assert found.ephemeral
        shown = text(found.response)
        assert texts(found.response)[0] == "**lighthouse**"
        assert "10 articles mention this (8 in 2025). Showing 5." in shown
        assert "Counted by words: 10. By meaning: " in shown
        assert len(shown_quotes(shown)) == 5
        assert "**lighthouse**" in "".join(texts(found.response)[2:])
        assert labels(found.response) == ["[Prev]", "Next", "Newest first", "Timeline", "Get this as a digest"]
        assert place.channel.history(viewer=place.mia) == []


async def test_one_is_opened_at_the_sentence_that_was_found(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        found = await search(place, "silt")
        await place.restart()
        opened = await choose(place, found.response, FoundSelect, "Port Ellen dredges its harbour")
        assert opened.ephemeral
        assert "**¶2**\n> “We moved 4,200 tonnes of silt,”" in text(opened.response)
        assert "1 article mentions this" in text(found.response)


async def test_pages_are_turned_by_date_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        found = await search(place, sort="newest")
        page = found.response
        assert titles(page) == ["Coat 8", "Coat 7", "Coat 6", "Coat 5", "Coat 4"]
        assert "1 without a date comes last." in text(page)
        await place.restart()
        await place.alex.click(page, label="Older")
        assert titles(page)[:4] == ["Coat 3", "Coat 2", "Coat 1", "\\@here \\*The lighthouse\\* \\<@1\\>"]
        assert titles(page)[4] == "Undated"
        assert "Showing 6–10." in text(page)
        assert labels(page)[:2] == ["Newer", "[Older]"]
        await place.alex.click(page, label="Newer")
        assert titles(page)[0] == "Coat 8"
        oldest = await search(place, sort="oldest", since="2025")
        assert titles(oldest.response) == ["Coat 1", "Coat 2", "Coat 3", "Coat 4", "Coat 5"]
        assert labels(oldest.response)[:2] == ["[Older]", "Newer"]


async def test_a_search_is_narrowed_and_widened_by_outlet_and_date(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        page = (await search(place)).response
        assert offered(page, FindByOutlet)[:3] == ["All outlets (10)", "Island Times (5)", "Harbour Gazette (4)"]
        assert offered(page, FindByDate) == ["Any time (10)", "2025 (8)", "2024 (1)"]
        await choose(place, page, FindByOutlet, "Harbour Gazette (4)")
        assert "Searched: Harbour Gazette\n4 articles mention this (4 in 2025). Showing 4." in text(page)
        await place.restart()
        await choose(place, page, FindByDate, "May 2025 (1)")
        assert "Searched: Harbour Gazette, 1–31 May 2025\n1 article mentions this (1 in 2025). Showing 1." in text(page)
        assert offered(page, FindByOutlet) == ["All outlets (1)", "Harbour Gazette (1)"]
        await choose(place, page, FindByOutlet, "All outlets (1)")
        assert "Searched: 1–31 May 2025\n1 article mentions this" in text(page)
        await choose(place, page, FindByDate, "Any time (10)")
        assert "10 articles mention this (8 in 2025). Showing 5." in text(page)
        assert menus(page)[FindByDate]["options"][0] == {"label": "Any time (10)", "value": ANY, "default": True}


async def test_a_timeline_is_a_picture_with_its_numbers_in_words(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        page = (await search(place)).response
        await place.alex.click(page, label="Timeline")
        item = next(part for part in parts_of(page) if part.get("type") == 12)["items"][0]
        assert item["description"].startswith("Articles a month, 9 in all. Island Times 4, Harbour Gazette 4,")
        assert "May 2025: 1." in item["description"]
        [file] = page.attachments
        assert file.filename == "timeline.png"
        assert (await file.read()).startswith(b"\x89PNG")
        assert "🟦 Island Times 4 · 🟧 Harbour Gazette 4 · 🟩 Night \\@everyone Post 1" in text(page)
        assert "-# 1 article has no date." in text(page)
        await place.restart()
        await choose(place, page, FindByOutlet, "Island Times (5)")
        assert "Searched: Island Times" in text(page)
        assert len(page.attachments) == 1
        await place.alex.click(page, label="Newest first")
        assert page.attachments == []
        assert titles(page)[0] == "Coat 8"


async def test_a_timeline_that_cannot_be_drawn_has_no_picture_and_no_fault() -> None:
    day = dt.date(2025, 5, 10)
    assert await picture_of(Timeline(Step.DAY, (), (), False, 0, 3)) is None
    contradictory = Timeline(Step.DAY, (Bar(day, (1,)),), ("Island Times", "Harbour Gazette"), False, 0, 0)
    assert await picture_of(contradictory) is None
    assert await picture_of(Timeline(Step.DAY, (Bar(day, (1,)),), ("Island Times",), False, 0, 0)) is not None


async def test_dates_the_wrong_way_round_are_swapped_on_request(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        turned = await search(place, "silt", since="2025", until="2024", sort="newest")
        assert turned.ephemeral
        assert "since is after until. Swap them?" in text(turned.response)
        await place.alex.click(turned.response, label="Swap them")
        assert "Searched: 1 Jan 2024 – 31 Dec 2025\n1 article mentions this (1 in 2024)." in text(turned.response)


async def test_a_date_or_a_source_that_means_nothing_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        bad = await search(place, since="soon")
        assert 'I couldn\'t read "soon" as a date.' in text(bad.response)
        unknown = await search(place, source="Unheard of")
        assert text(unknown.response).startswith("That collection isn't available in this channel.")
        blank = await search(place, "   ")
        assert text(blank.response) == "Write a word to search for."


async def test_finding_nothing_leads_on(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        nothing = await search(place, "zebra quantum", source="Harbour Gazette", since="2024")
        page = nothing.response
        assert "Searched: Harbour Gazette, since 1 Jan 2024\nNo article mentions this." in text(page)
        assert labels(page)[-2:] == ["Search everything", "Ask it instead"]
        await place.alex.click(page, label="Search everything")
        assert labels(page) == ["Ask it instead"]
        await place.alex.click(page, label="Ask it instead")
        assert "Nothing in this archive answers that." in text(page)


async def test_a_slip_of_the_pen_is_made_good_on_request(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = (await search(place, "lighthuose keys", since="2024")).response
        assert texts(page)[2] == "**lighthouse keys**"
        await place.restart()
        await place.alex.click(page, label="Search this")
        assert texts(page)[0] == "**lighthouse keys**"
        assert "Searched: since 1 Jan 2024\n1 article mentions this" in text(page)


async def test_words_outside_the_limits_are_narrower_elsewhere(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        page = (await search(place, since="2030", sort="newest")).response
        assert "No article here mentions this; 10 elsewhere do." in text(page)
        await place.alex.click(page, label="Search everything")
        assert "10 articles mention this" in text(page)


async def test_a_digest_is_offered_to_whoever_may_make_one(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = (await search(place, "lighthouse keys")).response
        refused = await place.alex.click(page, label="Get this as a digest")
        assert "Manage Server" in text(refused.response)
        found = await place.mia.slash(place.channel, "search", words="lighthouse keys")
        offer = await place.mia.click(found.response, label="Get this as a digest")
        assert offer.ephemeral
        assert "lighthouse keys" in texts(offer.response)[0]
        assert "Start" in labels(offer.response)
        assert "1 article mentions this" in text(found.response)


async def test_a_digest_of_a_narrowed_search_keeps_to_its_outlet(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        (choice,) = await place.mia.autocomplete(place.channel, "search", "source", "Harbour Gazette")
        found = await place.mia.slash(place.channel, "search", words="lighthouse", source=choice["value"])
        offer = await place.mia.click(found.response, label="Get this as a digest")
        assert "only from: Harbour Gazette" in text(offer.response)
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        refused = await place.mia.click(found.response, label="Get this as a digest")
        assert "That button can't be used any more." in text(refused.response)


async def test_a_hidden_collection_is_neither_counted_nor_offered_and_leaves_when_it_is_hidden(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        page = (await search(place)).response
        hidden = CollectionRule(visible=False)
        await place.room.servers.set_rule(place.guild.id, "coast", hidden)
        again = await search(place)
        assert text(again.response).startswith("The archive is empty.")
        await place.alex.click(page, label="Next")
        assert text(page).startswith("The archive is empty.")


async def test_searching_counts_as_no_question_and_hostile_words_stay_words(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        for _ in range(8):
            found = await search(place, "@everyone **lighthouse** <@123> [x](https://e.example)")
        assert texts(found.response)[0].startswith("**\\@everyone \\*\\*lighthouse\\*\\* \\<@123\\> \\[x\\]")
        ids = custom_ids(found.response)
        assert len(ids) == len(set(ids))


async def test_suggestions_are_those_of_ask(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        sources = await place.alex.autocomplete(place.channel, "search", "source", "harb", words="abc")
        assert [one["name"] for one in sources] == ["Harbour Gazette (2)"]
        found = await search(place, "silt", source=sources[0]["value"])
        assert "Searched: Harbour Gazette\n1 article mentions this" in text(found.response)
        dates = await place.alex.autocomplete(place.channel, "search", "since", "2024", words="abc")
        assert any(one["value"] == "2024" for one in dates)


async def test_listing_what_a_question_asks_for_can_be_narrowed_as_a_search(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        fill(place)
        asked = await place.alex.slash(place.channel, "ask", question="How many articles mention the lighthouse?")
        listed = await place.alex.click(asked.response, label="List articles")
        page = listed.response
        assert listed.ephemeral
        assert "10 articles mention this (8 in 2025). Showing 5." in text(page)
        await choose(place, page, FindByDate, "2024 (1)")
        assert "1 article mentions this (1 in 2024). Showing 1." in text(page)
