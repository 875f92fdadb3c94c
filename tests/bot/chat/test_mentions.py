"""Questions by mention and in direct messages."""

from __future__ import annotations

from pathlib import Path

from chat_world import text, world

from bot.rendering.quotes import shown_quotes

QUESTION = "How many tonnes of silt did the harbour master say?"


async def test_a_mention_is_answered_as_a_reply_that_pings_nobody(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        me = place.env.bot.user
        asked = await place.alex.send(place.channel, f"<@{me.id}> {QUESTION}")
        reply = place.channel.last_message
        assert reply.reference.message_id == asked.id
        assert reply.mentions == []
        assert "4,200" in shown_quotes(text(reply))[0]
        assert text(reply).startswith(f"**{QUESTION}**")


async def test_an_empty_mention_gets_one_hint_an_hour(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        me = place.env.bot.user
        for _ in range(3):
            await place.alex.send(place.channel, f"<@{me.id}>")
        ours = [message for message in place.channel.history() if message.author.id == me.id]
        assert len(ours) == 1
        assert "Mention me with a question" in text(ours[0])
        await place.env.advance_time(3601)
        await place.alex.send(place.channel, f"<@{me.id}>")
        assert text(place.channel.last_message).startswith("Mention me")


async def test_everyone_pings_other_bots_and_chatter_are_ignored(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        me = place.env.bot.user
        robot = place.guild.add_member(place.env.create_user("robot", bot=True))
        await place.mia.send(place.channel, f"@everyone <@{me.id}> {QUESTION}")
        await place.alex.send(place.channel, QUESTION)
        await robot.send(place.channel, f"<@{me.id}> {QUESTION}")
        await place.guild.create_webhook(place.channel).send(f"<@{me.id}> {QUESTION}")
        assert [message for message in place.channel.history() if message.author.id == me.id] == []


async def test_a_direct_message_is_a_question(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.alex.send_dm(QUESTION)
        reply = place.alex.user.dm_channel.last_message
        assert "4,200" in shown_quotes(text(reply))[0]


async def test_a_reply_that_we_cannot_read_is_explained_once(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        answer = await place.alex.slash(place.channel, "ask", question=QUESTION)
        me = place.env.bot.user
        before = len(place.channel.history())
        for _ in range(2):
            await place.alex.send(place.channel, "and how many fish?", reply_to=answer.response.message)
        ours = [message for message in place.channel.history()[before:] if message.author.id == me.id]
        assert [text(message) for message in ours] == ["I can't read replies here. Press Follow up, or mention me."]
