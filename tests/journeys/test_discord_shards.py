"""Two connections, as Discord asks of a bot in many servers: both of them are served by one process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from connected import ANSWER, QUESTION, connected, shown
from discord_stand_in import CHANNEL, FAR_CHANNEL, FAR_GUILD, GUILD, DiscordStandIn

pytestmark = pytest.mark.real


async def test_the_servers_of_both_shards_are_served(tmp_path: Path) -> None:
    discord = DiscordStandIn(guilds=(GUILD, FAR_GUILD), shards=2)
    async with asyncio.timeout(60), connected(tmp_path, discord=discord) as place:
        assert discord.gateway.identifies == 2
        assert discord.rest.command_syncs == 1
        assert {guild.id: guild.shard_id for guild in place.bot.client.guilds} == {GUILD: 0, FAR_GUILD: 1}
        for posts, channel in enumerate((CHANNEL, FAR_CHANNEL), start=1):
            asked = await discord.slash("ask", by=5000 + posts, channel=channel, question=QUESTION)
            answer = await asked.answered()
            assert ANSWER in shown(answer)
            read = await discord.press(answer, "Read", by=5000 + posts)
            assert "Port Ellen dredges its harbour" in shown(await read.answered())
            await discord.write(QUESTION, by=6000 + posts, channel=channel)
            reply = (await discord.wait_for_posts(posts))[-1]
            assert (reply["channel_id"], ANSWER in shown(reply)) == (str(channel), True)

        discord.gateway.drop()
        for channel in (CHANNEL, FAR_CHANNEL):
            asked = await discord.slash("ask", by=7000 + channel, channel=channel, question=QUESTION)
            assert ANSWER in shown(await asked.answered())
        assert discord.gateway.identifies == 2  # both were resumed


async def test_a_member_has_one_place_at_the_turnstile_on_all_shards(tmp_path: Path) -> None:
    discord = DiscordStandIn(guilds=(GUILD, FAR_GUILD), shards=2)
    async with asyncio.timeout(60), connected(tmp_path, discord=discord, shut=True) as place:
        first = await discord.slash("ask", channel=CHANNEL, question=QUESTION)
        await first.acknowledged.wait()
        second = await discord.slash("ask", channel=FAR_CHANNEL, question=QUESTION)
        assert "Your last question is still being answered" in shown(await second.answered())
        place.gate.opened.set()
        assert ANSWER in shown(await first.answered())
