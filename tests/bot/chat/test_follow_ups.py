"""Questions that follow an answer: by the button, by a mention in a thread, by a reply; also after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
from chat_world import World, custom_ids, labels, text, texts, world

from bot.rendering.actions import FollowUp, decode
from bot.rendering.quotes import shown_quotes

QUESTION = "How many tonnes of silt did the harbour master say?"
SEARCHING = "-# Searching: **When did she hope for that? (tonnes silt harbour master)**"


async def mentioned(place: World, channel: Any, words: str, **options: Any) -> Any:
    """Our answer to a mention."""
    await place.alex.send(channel, f"<@{place.env.bot.user.id}> {words}", **options)
    return channel.last_message


async def opened_thread(place: World, channel: Any, message: Any = None) -> Any:
    """A public thread in a channel, on a message of it if one is given."""
    known = place.env.bot.get_channel(channel.id)
    on = await known.fetch_message(message.id) if message is not None else known
    kind = {} if message is not None else {"type": discord.ChannelType.public_thread}
    await on.create_thread(name="silt", **kind)
    await place.env.settle()
    return channel.threads[-1]


async def followed(place: World, answer: Any, question: str) -> Any:
    form = await place.mia.click(answer, label="Follow up")
    return await place.mia.submit_modal(form, {"question": question})


async def test_the_form_asks_on_for_whoever_pressed_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        await place.restart()
        result = await followed(place, asked.response, "When did she hope for that?")
        assert result.ephemeral
        assert texts(result.response)[:2] == ["**When did she hope for that?**", SEARCHING]
        assert shown_quotes(text(result.response))
        assert place.channel.history(viewer=place.alex) == place.channel.history(viewer=place.alex)[:1]


async def test_a_follow_up_is_followed_by_what_it_was_searched_as(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        first = await followed(place, asked.response, "When did she hope for that?")
        await place.restart()
        second = await followed(place, first.response, "Why?")
        assert texts(second.response)[1] == "-# Searching: **Why? (hope tonnes silt harbour master)**"
        more = await place.mia.click(second.response, label="More")
        assert texts(more.response)[0] == "**Why? (hope tonnes silt harbour master)**"


async def test_a_whole_question_is_asked_as_it_is(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        result = await followed(place, asked.response, "Where do the fishing boats of Port Ellen return?")
        assert texts(result.response)[0] == "**Where do the fishing boats of Port Ellen return?**"
        assert "Searching:" not in text(result.response)


async def test_the_dates_and_the_source_of_the_answer_go_on(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(
            place.channel, "ask", question=QUESTION, since="2024", until="2024", source="Harbour Gazette"
        )
        action = next(one for one in map(decode, custom_ids(asked.response)) if isinstance(one, FollowUp))
        assert action.since is not None and action.until is not None and action.outlet is not None
        result = await followed(place, asked.response, "Who said that?")
        assert "-# Searched: Harbour Gazette, 1 Jan – 31 Dec 2024\n" in text(result.response)
        other = await followed(place, asked.response, "Who said that in 2023?")
        assert "1 Jan – 31 Dec" not in text(other.response)


async def test_a_mention_in_a_thread_follows_our_last_answer_there_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        thread = await opened_thread(place, place.channel)
        await mentioned(place, thread, QUESTION)
        await place.alex.send(thread, "thanks!")
        await place.restart()
        answer = await mentioned(place, thread, "When did she hope for that?")
        assert texts(answer)[:2] == ["**When did she hope for that?**", SEARCHING]
        assert answer.mentions == []


async def test_a_mention_in_a_thread_follows_the_answer_that_it_was_opened_on(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        thread = await opened_thread(place, place.channel, asked.response.message)
        answer = await mentioned(place, thread, "When did she hope for that?")
        assert texts(answer)[1] == SEARCHING


async def test_a_mention_in_a_channel_is_a_question_of_its_own(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await mentioned(place, place.channel, QUESTION)
        answer = await mentioned(place, place.channel, "silt?")
        assert "Searching:" not in text(answer)


async def test_a_reply_that_pings_follows_what_it_replies_to_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        first = await mentioned(place, place.channel, QUESTION)
        await mentioned(place, place.channel, "When does the ferry to Islay sail?")
        await place.restart()
        answer = await mentioned(place, place.channel, "When did she hope for that?", reply_to=first)
        assert texts(answer)[1] == SEARCHING
        again = await mentioned(place, place.channel, "Why?", reply_to=answer)
        assert texts(again)[1] == "-# Searching: **Why? (hope tonnes silt harbour master)**"


async def test_a_reply_to_an_answer_without_a_subject_goes_up_to_one_that_has_one(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        first = await mentioned(place, place.channel, QUESTION)
        # Whole by its pronoun rule and yet without a word of its own: it stands as "who is it (...)".
        second = await mentioned(place, place.channel, "who is it", reply_to=first)
        third = await mentioned(place, place.channel, "Why?", reply_to=second)
        assert texts(third)[1] == "-# Searching: **Why? (tonnes silt harbour master)**"


async def test_without_the_right_to_read_the_history_a_mention_is_a_question_of_its_own(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        closed = {place.env.bot.user: discord.PermissionOverwrite(read_message_history=False)}
        thread = await opened_thread(place, place.guild.create_text_channel("closed", overwrites=closed))
        await mentioned(place, thread, QUESTION)
        answer = await mentioned(place, thread, "When did she hope for that?")
        assert text(answer).startswith("**When did she hope for that?**")
        assert "Searching:" not in text(answer)


async def test_hostile_words_stay_words_on_the_way_through_a_message(tmp_path: Path) -> None:
    hostile = "**Who** had `keys` <@1> @everyone -# Searching: **zebra**?"
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=f"{hostile} silt tonnes harbour council")
        result = await followed(place, asked.response, "Why [that](x)?")
        searching = texts(result.response)[1]
        assert searching.startswith("-# Searching: **Why \\[that\\](x)? (")
        assert "@everyone" not in searching.replace("\\@everyone", "")
        assert "<@1>" not in searching


async def test_a_follow_up_counts_as_a_question_and_keeps_to_the_length(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question=QUESTION)
        for _ in range(6):
            await followed(place, asked.response, "Why?")
        seventh = await followed(place, asked.response, "Why?")
        assert seventh.ephemeral
        assert "That's 6 questions in 10 minutes." in text(seventh.response)


async def test_a_list_that_is_asked_for_is_offered_as_a_search(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question="How many articles mention Islay?")
        assert "List articles" in labels(asked.response)
        await place.restart()
        listed = await place.mia.click(asked.response, label="List articles")
        assert listed.ephemeral
        assert text(listed.response).startswith("**Islay**\n1 article mentions this (1 in 2023).")


async def test_what_the_question_says_is_repeated_and_kept_by_more(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(
            place.channel, "ask", question="According to the Harbour Gazette, when does the ferry to Islay sail?"
        )
        assert "-# Searched: Harbour Gazette\nFrom " in text(asked.response)
        more = await place.alex.click(asked.response, label="More")
        assert "-# Searched: Harbour Gazette\nMore passages" in text(more.response)
        assert not set(shown_quotes(text(asked.response))) & set(shown_quotes(text(more.response)))
