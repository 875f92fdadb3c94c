"""Posting into channels: what is checked before, and what every failure means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
from chat_world import text, world

from bot.briefings.delivery import ChannelGone, MayNotPost, PostingTrouble, PostRefused, PostUnclear
from bot.chat.poster import DiscordPoster, has_footer
from bot.rendering.page import Card, Page

PAGE = Page((Card("**Harbours** · 1 new"), Card("-# #D3-20261123-1 · times in Europe/London")))
NONCE = "ABCDEFGHIJKLMNOPQRSTUVWXY"


async def test_a_page_is_posted_with_our_nonce_and_found_again(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        poster = DiscordPoster(place.env.bot)
        number = await poster.post(place.channel.id, PAGE, nonce=NONCE)
        assert text(place.channel.last_message).startswith("**Harbours**")
        sent = [entry.json for entry in place.env.http_requests if entry.path.endswith("/messages")][-1]
        assert sent["nonce"] == NONCE
        assert sent["enforce_nonce"] is True
        assert sent["allowed_mentions"] == {"parse": []}
        for _ in range(3):
            await place.alex.send(place.channel, "-# #D3-20261123-1 · I say this too")
        assert await poster.find_posted(place.channel.id, "#D3-20261123-1") == number
        assert await poster.find_posted(place.channel.id, "#D3-20261123-2") is None
        assert await poster.find_posted(place.channel.id, "#D3-2026112") is None


@pytest.mark.parametrize(
    ("denied", "name"),
    [({"send_messages": False}, "Send Messages"), ({"view_channel": False}, "View Channel")],
)
async def test_a_missing_permission_is_named_and_nothing_is_sent(
    tmp_path: Path, denied: dict[str, bool], name: str
) -> None:
    async with world(tmp_path) as place:
        closed = place.guild.create_text_channel(
            "closed", overwrites={place.guild.default_role: discord.PermissionOverwrite(**denied)}
        )
        before = len(place.env.http_requests)
        with pytest.raises(MayNotPost) as refused:
            await DiscordPoster(place.env.bot).post(closed.id, PAGE, nonce=NONCE)
        assert refused.value.permission == name
        assert len(place.env.http_requests) == before


async def test_without_the_history_we_do_not_claim_that_nothing_was_posted(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        closed = place.guild.create_text_channel(
            "closed",
            overwrites={place.guild.default_role: discord.PermissionOverwrite(read_message_history=False)},
        )
        with pytest.raises(MayNotPost, match="Read Message History"):
            await DiscordPoster(place.env.bot).find_posted(closed.id, "#D3-20261123-1")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, 50001, MayNotPost),
        (403, 50013, MayNotPost),
        (403, 50007, MayNotPost),
        (400, 50083, MayNotPost),
        (404, 10003, ChannelGone),
        (400, 50035, PostRefused),
        (400, 30046, PostUnclear),  # too many edits of old messages
        (429, 0, PostUnclear),
        (429, 20028, PostUnclear),
        (500, 0, PostUnclear),
        (503, 0, PostUnclear),
    ],
)
async def test_every_failure_has_a_meaning(tmp_path: Path, status: int, code: int, expected: type[Exception]) -> None:
    async with world(tmp_path) as place:
        place.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
        with pytest.raises(expected):
            await DiscordPoster(place.env.bot).post(place.channel.id, PAGE, nonce=NONCE)


async def test_a_channel_that_does_not_exist_is_gone(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        with pytest.raises(ChannelGone):
            await DiscordPoster(place.env.bot).post(1234, PAGE, nonce=NONCE)


async def test_a_category_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        category: Any = place.guild.create_category("everything")
        with pytest.raises(PostRefused):
            await DiscordPoster(place.env.bot).post(category.id, PAGE, nonce=NONCE)


async def test_a_forum_has_one_post_of_a_title_however_often_it_is_posted(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        forum = place.guild.create_forum_channel("forum")
        poster, title = DiscordPoster(place.env.bot), "Harbours · 2 Jan · #D3-20261123"
        assert await poster.find_posted(forum.id, "#D3-20261123-1", title=title) is None
        first = await poster.post(forum.id, PAGE, nonce=NONCE, title=title)
        assert await poster.post(forum.id, PAGE, nonce=NONCE, title=title) == first
        assert await poster.find_posted(forum.id, "#D3-20261123-1", title=title) == first
        await poster.post(forum.id, PAGE, nonce=NONCE, title="Harbours · 3 Jan · #D3-20261124")
        assert len(place.env.bot.get_channel(forum.id).threads) == 2
        assert await poster.open_thread(forum.id, first, title) == first
        assert not await poster.takes_threads(forum.id)


async def test_a_thread_is_opened_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        poster = DiscordPoster(place.env.bot)
        above = await poster.post(place.channel.id, PAGE, nonce=NONCE)
        assert await poster.takes_threads(place.channel.id)
        thread = await poster.open_thread(place.channel.id, above, "Harbours")
        assert await poster.open_thread(place.channel.id, above, "Harbours") == thread == above
        assert len(await place.env.bot.get_guild(place.guild.id).active_threads()) == 1


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(400, 160004, None), (403, 50013, "Create Public Threads"), (500, 0, "posting")],
)
async def test_a_thread_that_is_there_already_is_the_one(
    tmp_path: Path, status: int, code: int, expected: str | None
) -> None:
    async with world(tmp_path) as place:
        poster = DiscordPoster(place.env.bot)
        above = await poster.post(place.channel.id, PAGE, nonce=NONCE)
        place.env.inject_error("POST", "/channels/*/messages/*/threads", status=status, code=code)
        if expected is None:
            assert await poster.open_thread(place.channel.id, above, "Harbours") == above
        else:
            with pytest.raises(PostingTrouble, match=expected):
                await poster.open_thread(place.channel.id, above, "Harbours")


@pytest.mark.parametrize(("status", "code", "expected"), [(400, 40033, None), (403, 50013, MayNotPost)])
async def test_what_is_published_already_is_no_trouble(
    tmp_path: Path, status: int, code: int, expected: type[Exception] | None
) -> None:
    async with world(tmp_path) as place:
        news, poster = place.guild.create_news_channel("news"), DiscordPoster(place.env.bot)
        number = await poster.post(news.id, PAGE, nonce=NONCE)
        place.env.inject_error("POST", "/channels/*/messages/*/crosspost", status=status, code=code)
        if expected is None:
            await poster.publish(news.id, number)
        else:
            with pytest.raises(expected):
                await poster.publish(news.id, number)


async def test_a_thread_that_may_not_be_made_is_named(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        everyone = place.guild.default_role
        channel = place.guild.create_text_channel(
            "plain", overwrites={everyone: discord.PermissionOverwrite(create_public_threads=False)}
        )
        poster = DiscordPoster(place.env.bot)
        above = await poster.post(channel.id, PAGE, nonce=NONCE)
        assert not await poster.takes_threads(channel.id)
        with pytest.raises(MayNotPost, match="Create Public Threads"):
            await poster.open_thread(channel.id, above, "Harbours")


async def test_an_announcement_is_published_once_and_nothing_else_is(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        news, poster = place.guild.create_news_channel("news"), DiscordPoster(place.env.bot)
        for channel in (news, place.channel):
            number = await poster.post(channel.id, PAGE, nonce=NONCE)
            for _ in range(2):
                await poster.publish(channel.id, number)
        published = [sent.path for sent in place.env.http_requests if sent.path.endswith("/crosspost")]
        assert all(str(news.id) in path for path in published)
        assert 1 <= len(published) <= 2


async def test_only_the_role_that_was_chosen_is_pinged(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await DiscordPoster(place.env.bot).post(place.channel.id, PAGE, nonce=NONCE, ping=77)
        sent = [entry.json for entry in place.env.http_requests if entry.path.endswith("/messages")][-1]
        assert sent["allowed_mentions"] == {"parse": [], "roles": [77]}


def test_a_footer_is_only_its_own_id() -> None:
    assert has_footer(["a", "-# #D3-20261123-1 · times in UTC"], "#D3-20261123-1")
    assert not has_footer(["-# #D3-20261123-11 · times in UTC"], "#D3-20261123-1")
    assert not has_footer(["> -# #D3-20261123-1 · times in UTC"], "#D3-20261123-1")
