"""Digests while Discord fails: posted once, or not, and whoever must know of it is told (PRODUCT.md, section 7)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from briefings import subscribed
from connected import Connected, connected
from discord_stand_in import (
    APP,
    CHANNEL,
    CUT_AFTER,
    CUT_BEFORE,
    FAR_CHANNEL,
    FAR_GUILD,
    GUILD,
    MEMBER,
    DiscordStandIn,
    Fault,
    direct_channel,
    failing,
    limited,
    refusing,
    texts_in,
)
from discord_stand_in.payloads import channel_payload, role_payload
from drafts import draft
from small_desk import add_articles
from small_room import Slowly

from bot.briefings.subscription import State, Subscription

pytestmark = pytest.mark.real

NEWS = "A ferry with 214 passengers ran aground off Karpathos and was pulled free by three tugs at high tide."
POST = ("POST", f"/channels/{CHANNEL}/messages")
DIRECT = ("POST", f"/channels/{direct_channel(MEMBER)}/messages")


async def promised(place: Connected, guild: int = GUILD, channel: int = CHANNEL) -> int:
    """A digest of everything new that falls due in an hour; something new arrives before. Gives its number."""
    on_bench = place.small.composing.run
    cursor = await on_bench(place.small.archive.last_arrival)
    one: Subscription = await on_bench(
        subscribed, place.small.ledger, guild=guild, channel=channel, creator=MEMBER, cursor=cursor
    )
    await on_bench(add_articles, place.small.archive, [draft(NEWS, title="Ferry aground")])
    return one.id


async def due(place: Connected, **later: float) -> None:
    """It is due, or later: the alarm rings."""
    before = place.clock.now
    place.clock.move(**(later or {"hours": 1}))
    if place.clock.now - before > dt.timedelta(minutes=5):
        place.discord.rest.forget_nonces()
    await place.ring()


async def state_of(place: Connected, number: int) -> State:
    subscription: Subscription = await place.small.composing.run(place.small.ledger.subscriptions.get, number)
    return subscription.state


def posted(place: Connected, channel: int = CHANNEL) -> int:
    """How many messages with the news stand in a channel."""
    return sum(NEWS[:40] in "\n".join(texts_in(one)) for one in place.discord.messages if _in(one, channel))


def told(place: Connected) -> list[str]:
    """What the digest's creator was told directly."""
    return ["\n".join(texts_in(one)) for one in place.discord.messages if _in(one, direct_channel(MEMBER))]


def _in(message: dict[str, Any], channel: int) -> bool:
    return bool(message["channel_id"] == str(channel))


AT_ONCE: dict[str, list[Fault]] = {
    "429 of the route": [limited()],
    "429 of everything": [limited(everywhere=True)],
    "500, then 502": [failing(500), failing(502)],
    "500 after the effect": [failing(500, after_effect=True)],
}
AT_THE_NEXT_RING: dict[str, list[Fault]] = {
    "503": [failing(503)],
    "500 for good": [failing(500)] * 5,
    "Cloudflare's 429": [limited(via=False)],
    "cut before the effect": [CUT_BEFORE],
    "cut after the effect": [CUT_AFTER],
}


@pytest.mark.parametrize("faults", AT_ONCE.values(), ids=AT_ONCE)
async def test_what_discord_py_repeats_is_posted_once(faults: list[Fault], tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, *faults)
        await due(place)
        await due(place, minutes=1)
    assert (posted(place), told(place)) == (1, [])
    assert number == 1


@pytest.mark.parametrize("minutes", [0.5, 40], ids=["soon", "later"])
@pytest.mark.parametrize("faults", AT_THE_NEXT_RING.values(), ids=AT_THE_NEXT_RING)
async def test_what_may_have_been_posted_is_posted_once_at_a_later_ring(
    faults: list[Fault], minutes: float, tmp_path: Path
) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, *faults)
        await due(place)
        assert place.discord.faults.left == []
        assert posted(place) == (faults == [CUT_AFTER])
        for _ in range(3):
            await due(place, minutes=minutes)
        assert await state_of(place, number) is State.ACTIVE
    assert (posted(place), told(place)) == (1, [])


@pytest.mark.parametrize(("code", "missing"), [(50013, "Send Messages"), (50001, "View Channel")])
async def test_a_refused_post_blocks_the_digest_tells_its_creator_once_and_is_tried_again_the_next_day(
    code: int, missing: str, tmp_path: Path
) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, refusing(403, code))
        await due(place)
        assert await state_of(place, number) is State.BLOCKED
        assert [f"I can't post it: missing {missing}." in text for text in told(place)] == [True]
        attempts = len(place.discord.requests(*POST))
        await due(place, hours=1)
        assert len(place.discord.requests(*POST)) == attempts  # each refusal counts towards a ban
        await due(place, hours=23)
        assert await state_of(place, number) is State.ACTIVE
    assert (posted(place), len(told(place))) == (1, 1)


ALLOWED = [{"id": str(APP), "type": 1, "allow": "2048", "deny": "0"}]  # Send Messages, for us
CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "of the channel": ("CHANNEL_UPDATE", channel_payload(CHANNEL) | {"permission_overwrites": ALLOWED}),
    "of a role": ("GUILD_ROLE_UPDATE", {"guild_id": str(GUILD), "role": role_payload(GUILD, permissions="8")}),
}


@pytest.mark.parametrize(("event", "data"), CHANGES.values(), ids=CHANGES)
async def test_a_blocked_digest_goes_out_as_soon_as_permissions_change(
    event: str, data: dict[str, Any], tmp_path: Path
) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, refusing(403, 50013))
        await due(place)
        assert await state_of(place, number) is State.BLOCKED
        attempts = len(place.discord.requests(*POST))
        renamed = channel_payload(CHANNEL) | {"name": "renamed"}
        await place.discord.gateway.dispatch("CHANNEL_UPDATE", renamed, GUILD)
        await place.discord.gateway.dispatch(event, data, GUILD)
        await place.discord.wait_for_posts(2)  # what its creator was told, and the digest
        assert len(place.discord.requests(*POST)) == attempts + 1
    assert (posted(place), len(told(place))) == (1, 1)


async def test_the_digest_of_a_deleted_channel_is_removed_and_its_creator_is_told(tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        await place.discord.gateway.dispatch("CHANNEL_DELETE", channel_payload(CHANNEL), GUILD)
        await place.discord.wait_for_posts(1)
        assert await state_of(place, number) is State.REMOVED
        assert ["It was removed: the channel does not exist." in text for text in told(place)] == [True]


async def test_a_channel_that_is_gone_twice_removes_the_digest_and_tells_its_creator(tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, *[refusing(404, 10003)] * 2)
        await due(place)
        assert await state_of(place, number) is State.BLOCKED
        assert told(place) == []  # once can be a mistake of the other side
        await due(place, minutes=31)
        assert await state_of(place, number) is State.REMOVED
        assert ["It was removed: the channel does not exist." in text for text in told(place)] == [True]


async def test_a_channel_that_was_gone_once_gets_its_digest(tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, refusing(404, 10003))
        await due(place)
        await due(place, minutes=31)
        assert await state_of(place, number) is State.ACTIVE
    assert (posted(place), told(place)) == (1, [])


async def test_a_creator_who_takes_no_direct_messages_stops_no_other_digest(tmp_path: Path) -> None:
    discord = DiscordStandIn(guilds=(GUILD, FAR_GUILD))
    async with connected(tmp_path, discord=discord) as place:
        blocked = await promised(place)
        other = await promised(place, FAR_GUILD, FAR_CHANNEL)
        discord.faults.next(*POST, refusing(403, 50013))
        discord.faults.next(*DIRECT, refusing(403, 50007))
        await due(place)
        assert await state_of(place, blocked) is State.BLOCKED
        assert await state_of(place, other) is State.ACTIVE
    assert (posted(place, FAR_CHANNEL), told(place)) == (1, [])


@pytest.mark.parametrize("fault", [CUT_BEFORE, CUT_AFTER, failing(503)], ids=["cut before", "cut after", "503"])
async def test_a_passing_fault_costs_the_creator_no_notice(fault: Fault, tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        await promised(place)
        place.discord.faults.next(*POST, refusing(403, 50013))
        place.discord.faults.next(*DIRECT, fault)
        await due(place)
    assert len(told(place)) == 1


async def test_a_message_that_discord_does_not_take_fails_once_and_the_next_day_goes_on(tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, refusing(400, 50035))
        await due(place)
        await due(place, minutes=1)
        assert await state_of(place, number) is State.ACTIVE
        assert posted(place) == 0
        await place.small.composing.run(add_articles, place.small.archive, [draft(NEWS + " Again.", title="More")])
        await due(place, days=1)
    assert posted(place) == 1


async def test_a_part_that_is_being_sent_at_sigterm_is_sent_and_written_down(tmp_path: Path) -> None:
    async with connected(tmp_path, tick_seconds=0.05) as place:
        number = await promised(place)
        place.discord.faults.next(*POST, limited(60))  # a third of a second, hurried
        place.clock.move(hours=1)
        await place.discord.rest.requested(*POST)
        place.terminate()
        assert await place.ended() == 0
        assert await place.small.composing.run(place.small.ledger.outstanding, number) is None
    assert posted(place) == 1


async def test_the_end_does_not_wait_for_a_digest_that_is_composed_and_the_next_start_composes_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slowly = Slowly()
    async with connected(tmp_path, composing_with=slowly, tick_seconds=0.05) as place:
        await promised(place)
        place.clock.move(hours=1)
        await slowly.has_begun()
        place.terminate()
        assert await place.ended() == 0
    assert posted(place) == 0
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
    async with connected(tmp_path) as place:
        await due(place)
    assert posted(place) == 1


async def test_who_presses_post_now_is_told_that_the_bot_restarts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slowly = Slowly()
    async with connected(tmp_path, composing_with=slowly, end_seconds=20) as place:
        await promised(place)
        listed = await (await place.discord.slash("digest list")).answered()
        pressed = await place.discord.press(listed, "Post now")
        await slowly.has_begun()
        place.terminate()
        assert "The bot is restarting" in "\n".join(texts_in(await pressed.answered()))
        assert await place.ended() == 0
    assert posted(place) == 0
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
