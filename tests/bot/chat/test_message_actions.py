"""Find in archive and Quote source: what can be done with a message."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from chat_world import World, custom_ids, labels, text, texts, world
from hostile import hostile, monstrous
from hypothesis import given

from bot.chat.message_words import urls_of, words_of
from bot.rendering.actions import ReadArticle, decode
from bot.rendering.quotes import shown_quotes
from bot.servers.access import CollectionRule

QUESTION = "How many tonnes of silt did the harbour master say?"
LINK = "https://gazette.example/port-ellen"


async def found(place: World, words: str, who: Any = None) -> Any:
    message = await place.mia.send(place.channel, words)
    return await (who or place.alex).context_menu(place.channel, "Find in archive", message)


async def cited(place: World, message: Any) -> Any:
    return await place.alex.context_menu(place.channel, "Quote source", message)


def copied(shown: str) -> list[str]:
    return re.findall(r"```\n([\s\S]*?)\n```", shown)


async def test_what_the_archive_says_about_a_message_is_shown_to_whoever_asked(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await found(
            place, "**4,200 tonnes of silt** in the harbour, says <@1> the harbour master! https://x.example"
        )
        assert result.ephemeral
        assert texts(result.response)[
            0
        ] == "**4,200 tonnes of silt in the harbour, says the harbour master\\!**".replace("\\!", "!")
        assert any("4,200 tonnes" in words for words in shown_quotes(text(result.response)))
        more = await place.alex.click(result.response, label="Context")
        assert "4,200 tonnes" in text(more.response)
        assert not place.channel.history(viewer=place.alex)[0].author.bot


async def test_an_article_that_the_message_links_to_comes_first(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await found(place, f"When does the ferry to Islay sail? <{LINK}?utm_source=chat>")
        question, linked, *_ = texts(result.response)
        assert question == "**When does the ferry to Islay sail?**"
        assert linked == (
            "-# Linked in the message:\n**Port Ellen dredges its harbour**\n"
            "Harbour Gazette · Sam Hill · 4 Jul 2024 · A-1"
        )
        assert decode(custom_ids(result.response)[0]) == ReadArticle(1)


async def test_a_message_that_is_only_a_link_opens_the_article_or_says_that_it_is_not_there(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        opened = await found(place, f"{LINK}#top")
        assert "Ask about this" in labels(opened.response)
        unknown = await found(place, "https://elsewhere.example/article", place.mia)
        assert "The archive doesn't hold what that message links to." in text(unknown.response)


async def test_a_hidden_article_is_not_found_by_its_link(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        result = await found(place, LINK)
        assert "The archive doesn't hold what that message links to." in text(result.response)


async def test_a_message_without_words_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        for words in ("", "<@1> <:wave:123>", "!!"):
            result = await found(place, words) if words else await _of_picture(place)
            assert result.ephemeral
            assert "That message has no words to look for." in text(result.response)


async def _of_picture(place: World) -> Any:
    message = await place.mia.send(place.channel, "", attachments=[("a.png", b"png")])
    return await place.alex.context_menu(place.channel, "Find in archive", message)


async def test_our_own_answer_is_looked_for_by_its_question(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await place.mia.slash(place.channel, "ask", question=QUESTION)
        result = await place.alex.context_menu(place.channel, "Find in archive", answer.response.message)
        assert texts(result.response)[0] == f"**{QUESTION}**"


async def test_a_forwarded_message_is_looked_for_by_what_was_forwarded(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        elsewhere = place.guild.create_text_channel("elsewhere")
        first = await place.mia.send(elsewhere, "4,200 tonnes of silt, says the harbour master")
        forwarded = await place.mia.forward(first, place.channel)
        result = await place.alex.context_menu(place.channel, "Find in archive", forwarded)
        assert texts(result.response)[0] == "**4,200 tonnes of silt, says the harbour master**"


async def test_it_counts_as_a_question_and_is_refused_where_asking_is_off(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        for _ in range(6):
            await found(place, QUESTION)
        seventh = await found(place, QUESTION)
        assert "That's 6 questions in 10 minutes." in text(seventh.response)
        await place.room.servers.change(place.guild.id, ask_channels=frozenset({1}))
        refused = await found(place, QUESTION, place.mia)
        assert "Asking is turned off in this channel." in text(refused.response)


# Quote source


async def test_the_sources_of_an_answer_are_given_in_three_spellings_with_the_quotes(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await place.mia.slash(place.channel, "ask", question=QUESTION)
        await place.restart()
        result = await cited(place, answer.response.message)
        assert result.ephemeral
        plain, markdown, bibtex = copied(text(result.response))
        for words in shown_quotes(text(answer.response)):
            assert words in plain
        assert "“Port Ellen dredges its harbour”, Harbour Gazette, 4 Jul 2024, A-1, ¶2, via [Coast]." in plain
        assert "[Port Ellen dredges its harbour](<https://gazette.example/port-ellen>)" in markdown
        assert "@article{A-1,\n  author = {Sam Hill}," in bibtex


async def test_hostile_words_are_cited_and_shown_in_their_context_as_they_are(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await place.mia.slash(place.channel, "ask", question="@everyone where are the lighthouse keys?")
        quoted = shown_quotes(text(answer.response))
        assert any("@everyone **look** <@123>" in words for words in quoted)
        result = await cited(place, answer.response.message)
        plain = copied(text(result.response))[0]
        context = await place.alex.click(answer.response, label="Context")
        shown = shown_quotes(text(context.response))
        for words in quoted:
            assert words in plain
            assert any(words in paragraph for paragraph in shown)


async def test_what_is_too_long_for_one_message_comes_in_several(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await place.mia.slash(place.channel, "ask", question="When does the ferry sail in the rain and wind?")
        result = await cited(place, answer.response.message)
        pages = [text(result.response), *map(text, result.followups)]
        assert sum(len(copied(page)) for page in pages) == 3
        assert all(message.ephemeral for message in result.followups)


async def test_another_message_is_told_what_it_is_for(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await cited(place, await place.mia.send(place.channel, "> The keys.\nA-1 ¶1"))
        assert result.ephemeral
        assert "Quote source gives copyable citations of my own answers" in text(result.response)


async def test_an_answer_without_quotes_or_with_hidden_ones_has_nothing_to_cite(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await place.mia.slash(place.channel, "ask", question=QUESTION)
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        result = await cited(place, answer.response.message)
        assert text(result.response) == "That message quotes no article that is in the archive now."


# The words of a message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("> said before\nThe *silt* of `Islay`, ||4,200|| tonnes", "The silt of Islay, 4,200 tonnes"),
        ("# Silt\n- one\n- two", "Silt one two"),
        ("see [the report](https://x.example/a) <@!12> <t:1:R> @everyone", "see the report"),
        ("snake_case and __under__", "snake_case and under"),
        (">>> all of it\nquoted", "all of it quoted"),
        ("> one\n> two", "one two"),
        ("https://x.example/silt", ""),
        ("<a:wave:1> ?!", ""),
        ("", ""),
    ],
)
def test_a_messages_words_are_those_of_its_writer(content: str, words: str) -> None:
    assert words_of(content, 300) == words


def test_a_long_message_is_cut_after_a_sentence_else_after_a_word() -> None:
    assert words_of("It rains today. " * 50, 100) == " ".join(["It rains today."] * 6)
    assert words_of("rain " * 50, 99) == " ".join(["rain"] * 20)
    assert words_of("x" * 500, 100) == "x" * 100


def test_the_addresses_of_a_message_are_found_however_they_are_written() -> None:
    content = "<https://a.example/1> [b](https://b.example/2_(x)) https://c.example/3. https://a.example/1"
    assert urls_of(content) == ["https://a.example/1", "https://b.example/2_(x)", "https://c.example/3"]


@given(monstrous | hostile)
def test_any_message_gives_words_that_fit_on_one_line(content: str) -> None:
    words = words_of(content, 300)
    assert len(words) <= 300
    assert words == " ".join(words.split())
