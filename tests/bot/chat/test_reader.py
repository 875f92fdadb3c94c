"""The reader: pages, its buttons and forms, and what a collection's policy lets people have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import discord
import pytest
from chat_world import World, labels, text, texts, world
from drafts import archived, draft
from small_desk import HARBOUR, archive_with, desk_over

from bot.chat.apologies import Refusal
from bot.chat.reader import filed, within
from bot.rendering import notices
from bot.rendering.actions import Action, ArticleFile, ArticlePage, AskArticle, JumpToParagraph, ReadArticle
from bot.rendering.quotes import shown_quotes
from bot.servers.access import Audience, CollectionRule, FullText
from corpus.article import Scope


async def opened(place: World, find: str = "A-3", **options: Any) -> Any:
    return await place.alex.slash(place.channel, "article", find=find, **options)


async def pressed(place: World, action: Action) -> Any:
    """What an old message's button gives: one with any id of ours, made by hand."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Old", custom_id=action.encode()))
    view.stop()
    message = await place.env.bot.get_channel(place.channel.id).send("an old message", view=view)
    return await place.alex.click(message, label="Old")


async def filled_in(place: World, form: Any, **values: str) -> Any:
    return await place.alex.submit_modal(form, values)


async def test_pages_turn_in_place_also_after_a_restart(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        result = await opened(place)
        assert "page 1 of" in text(result.response)
        assert labels(result.response) == ["[Prev]", "Next", "Jump to ¶", "Cite", "File", "Ask about this"]
        await place.restart()
        await place.alex.click(result.response, label="Next")
        assert "page 2 of" in text(result.response)
        await place.alex.click(result.response, label="Prev")
        assert "page 1 of" in text(result.response)


async def test_a_jump_turns_to_the_page_of_the_paragraph(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        result = await opened(place)
        await place.restart()
        form = await place.alex.click(result.response, label="Jump to ¶")
        await filled_in(place, form, paragraph=" ¶17 ")
        assert "**¶17**\n> Ferry note 17:" in text(result.response)
        form = await place.alex.click(result.response, label="Jump to ¶")
        beyond = await filled_in(place, form, paragraph="*99*")
        (notice,) = beyond.followups
        assert text(notice) == 'A-3 has no paragraph "\\*99\\*". Give a number from 1 to 18.'
        assert "**¶17**\n> Ferry note 17:" in text(result.response)


async def test_a_part_is_a_paragraph_a_file_or_a_citation(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        parts = await place.alex.autocomplete(place.channel, "article", "part", "", find="A-1")
        assert [part["value"] for part in parts] == ["cite", "all", "file", "1", "2", "3"]
        assert parts[3]["name"].startswith("¶1 The harbour of Port Ellen")
        at = await opened(place, "A-1", part="2")
        assert "**¶2**\n> “We moved" in text(at.response)
        cited = await opened(place, "A-1", part="cite")
        assert "@article{A-1," in text(cited.response)
        beyond = await opened(place, "A-1", part="9")
        assert 'A-1 has no part "9". Give a paragraph from 1 to 3, all, file or cite.' in text(beyond.response)


async def test_a_file_holds_the_text_as_archived(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        article = place.archive.article(1)
        for result in (
            await opened(place, "A-1", part="file"),
            await place.alex.click((await opened(place, "A-1")).response, label="File"),
        ):
            assert result.ephemeral
            (attached,) = result.response.attachments
            assert attached.filename == "A-1.txt"
            assert (await attached.read()).decode().endswith(f"\n\n{article.text}\n")


def test_a_file_that_is_too_large_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with archive_with(tmp_path) as archive:
        desk = desk_over(archive, tmp_path).seen_by(Audience(full_texts={"coast": FullText.PUBLIC}))
        assert filed(desk, 1, 10_000).file is not None
        with pytest.raises(Refusal, match="A-3 has 12 kB as a file, and at most 10 kB can be sent here"):
            filed(desk, 3, 10_000)


# Ask about this


async def test_a_question_about_an_article_is_searched_in_it_alone_and_so_is_what_follows(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await opened(place, "A-1")
        await place.restart()
        form = await place.alex.click(result.response, label="Ask about this")
        asked = await filled_in(
            place, form, question="How many tonnes of silt were moved, and when does the ferry sail?"
        )
        assert asked.ephemeral
        assert texts(asked.response)[1].startswith("-# Searching in: Port Ellen dredges its harbour\n")
        assert "Islay" not in text(asked.response)
        assert shown_quotes(text(asked.response))
        follow = await place.alex.click(asked.response, label="Follow up")
        followed = await filled_in(place, follow, question="When does the ferry to Islay sail again?")
        assert "-# Searching in: Port Ellen dredges its harbour\n" in text(followed.response)
        assert not any("Ferry note" in words for words in shown_quotes(text(followed.response)))


def test_another_posting_of_an_article_is_asked_by_the_main_one(tmp_path: Path) -> None:
    with archive_with(tmp_path) as archive:
        again = archived(archive, HARBOUR, duplicate_of=1)
        assert within(desk_over(archive, tmp_path), again.number) == Scope(article=1)


def test_a_posting_of_a_hidden_main_one_is_asked_itself_and_the_main_one_is_not_named(tmp_path: Path) -> None:
    with archive_with(tmp_path) as archive:
        main = archived(archive, draft("A hidden harbour.", title="Hidden", list_name="vault"))
        again = archived(archive, HARBOUR, duplicate_of=main.number)
        seen = desk_over(archive, tmp_path).seen_by(Audience(frozenset({"vault"})))
        assert within(seen, again.number) == Scope(article=again.number)


async def test_a_question_about_an_article_counts_as_one(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await opened(place, "A-1")
        for number in range(7):
            form = await place.alex.click(result.response, label="Ask about this")
            asked = await filled_in(place, form, question="How many tonnes?")
            assert ("That's 6 questions in 10 minutes." in text(asked.response)) == (number == 6)


# What the policy of a collection lets people have: by default an excerpt, whatever they press


async def test_an_excerpt_is_all_that_is_shown_of_an_article_by_default(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        result = await opened(place)
        assert "-# Only excerpts of this collection are shown here." in text(result.response)
        assert labels(result.response) == ["Jump to ¶", "Cite", "Ask about this"]
        assert paragraphs(result) == {1, 2}
        form = await place.alex.click(result.response, label="Jump to ¶")
        await filled_in(place, form, paragraph="9")
        assert "**¶9**\n> Ferry note 9:" in text(result.response)
        assert paragraphs(result) == {8, 9, 10}
        parts = await place.alex.autocomplete(place.channel, "article", "part", "", find="A-3")
        assert "file" not in [part["value"] for part in parts]
        assert all(len(part["name"]) < 30 for part in parts)


async def test_no_button_and_no_old_id_gives_more_than_an_excerpt(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        leafed = [ArticlePage(3, page) for page in range(5)]
        read = [ReadArticle(3), *(ReadArticle(3, number, 500 * number) for number in range(1, 20, 3))]
        for action in (*leafed, *read):
            result = await pressed(place, action)
            assert len(paragraphs(result)) <= 3, action
        for part in ("all", "1", "18"):
            assert len(paragraphs(await opened(place, part=part))) <= 3
        for refused in (await pressed(place, ArticleFile(3)), await opened(place, part="file")):
            assert refused.ephemeral
            assert "so A-3 can't be had as a file" in text(refused.response)
            assert not refused.response.attachments
        form = await pressed(place, JumpToParagraph(3))
        assert paragraphs(await filled_in(place, form, paragraph="18")) == {17, 18}
        for word in ("all", "file", "1-18"):
            jumped = await filled_in(place, await pressed(place, JumpToParagraph(3)), paragraph=word)
            assert "A-3 has no paragraph" in text(jumped.response)
        form = await pressed(place, AskArticle(3))
        asked = await filled_in(place, form, question="When does the ferry to Islay sail?")
        while True:
            assert len(shown_quotes(text(asked.response))) <= 3
            context = await place.alex.click(asked.response, label="Context")
            assert len(paragraphs(context)) <= 9
            if "More" not in labels(asked.response):
                break
            asked = await place.alex.click(asked.response, label="More")
            if not shown_quotes(text(asked.response)):
                break


async def test_a_policy_holds_only_where_it_was_chosen(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        assert len(paragraphs(await opened(place))) > 3
        other = place.env.create_guild("Elsewhere")
        channel = other.create_text_channel("general")
        zoe = other.add_member(place.env.create_user("zoe"))
        assert len(paragraphs(await zoe.slash(channel, "article", find="A-3"))) <= 3


async def test_what_is_hidden_cannot_be_read_by_its_id_either(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        nothing = notices.no_such_article("A-3")
        for action in (ReadArticle(3), ArticlePage(3, 1), ArticleFile(3)):
            assert nothing in text((await pressed(place, action)).response)
        jumped = await filled_in(place, await pressed(place, JumpToParagraph(3)), paragraph="2")
        asked = await filled_in(place, await pressed(place, AskArticle(3)), question="When does it sail?")
        assert nothing in text(jumped.response)
        assert nothing in text(asked.response)


def paragraphs(result: Any) -> set[int]:
    """The numbers of the paragraphs that are shown."""
    return {int(number) for number in re.findall(r"^\*\*¶(\d+)\*\*", text(result.response), re.MULTILINE)}
