"""What a person is shown when Discord or the network fails, at every request that an answer takes.

The real client against real requests (`connected`). Each of them ends in the answer or in an apology, the person can
ask again at once, and the bot goes on.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from connected import ANSWER, QUESTION, Connected, connected, shown, until_logged
from discord_stand_in import (
    APP,
    CHANNEL,
    CUT_AFTER,
    CUT_BEFORE,
    MEMBER,
    DiscordStandIn,
    Fault,
    failing,
    limited,
    refusing,
)

pytestmark = pytest.mark.real

SORRY = "Something went wrong (ref "

CALLBACK = ("POST", "/interactions/*/callback")
ORIGINAL = ("PATCH", "/webhooks/*/messages/@original")
FOLLOW_UP = ("POST", f"/webhooks/{APP}/*")
MESSAGE = ("POST", f"/channels/{CHANNEL}/messages")
TYPING = ("POST", f"/channels/{CHANNEL}/typing")
COMMANDS = ("PUT", f"/applications/{APP}/commands")

PASSING: dict[str, list[Fault]] = {
    "429 of the route": [limited()],
    "429 of everything": [limited(everywhere=True)],
    "500": [failing(500)],
    "503": [failing(503)],
    "502, then 503": [failing(502), failing(503)],
    "500 after the effect": [failing(500, after_effect=True)],
    "cut before the effect": [CUT_BEFORE],
    "cut after the effect": [CUT_AFTER],
    "cut twice": [CUT_BEFORE, CUT_AFTER],
}


async def asked(place: Connected, by: int = MEMBER) -> str:
    """What somebody who asks is shown."""
    interaction = await place.discord.slash("ask", by=by, question=QUESTION)
    return shown(await interaction.answered())


@pytest.mark.parametrize("faults", PASSING.values(), ids=PASSING)
async def test_a_passing_fault_costs_nobody_the_answer(faults: list[Fault], tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        place.discord.faults.next(*CALLBACK, *faults)
        assert ANSWER in await asked(place, 5001)
        place.discord.faults.next(*ORIGINAL, *faults)
        assert ANSWER in await asked(place, 5002)
        place.discord.faults.next(*TYPING, CUT_BEFORE)
        place.discord.faults.next(*MESSAGE, *faults)
        await place.discord.write(QUESTION)
        assert ANSWER in shown((await place.discord.wait_for_posts(1))[0])
    assert len(place.discord.messages) == 1  # none came twice


OVER = {
    "too late to acknowledge": (CALLBACK, refusing(404, 10062)),
    "the token has run out": (ORIGINAL, refusing(401, 50027)),
    "the webhook is not known": (ORIGINAL, refusing(404, 10015)),
}


async def test_an_interaction_that_is_over_is_logged_and_blocks_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(tmp_path) as place:
        for number, (what, (request_, fault)) in enumerate(OVER.items(), start=1):
            place.discord.faults.next(*request_, fault)
            lost = await place.discord.slash("ask", question=QUESTION)
            await until_logged(caplog, "an interaction was over before it was answered", number)
            assert lost.message is None, what
            assert ANSWER in await asked(place), what
    assert "Traceback" not in caplog.text


REFUSED = {
    "Cloudflare's 429": (CALLBACK, [limited(via=False)]),
    "a form that is not taken": (CALLBACK, [refusing(400, 50035)]),
    "500 for good while acknowledging": (CALLBACK, [failing(500)] * 5),
    "Cloudflare's 429 for the answer": (ORIGINAL, [limited(via=False)]),
    "an answer that is not taken": (ORIGINAL, [refusing(400, 50035)]),
    "500 for good while answering": (ORIGINAL, [failing(500)] * 5),
}


async def test_what_cannot_be_sent_is_an_apology_with_a_reference(tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        for what, (request_, faults) in REFUSED.items():
            place.discord.faults.next(*request_, *faults)
            assert SORRY in await asked(place), what
            assert place.discord.faults.left == [], what
            assert ANSWER in await asked(place, 5001), what
            place.clock.move(minutes=11)  # the limit for each person is not what is tried here


async def test_a_connection_that_stays_cut_holds_nobodys_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Four people at once, to wait only once: of each request there are up to four attempts within four seconds."""
    async with connected(tmp_path, shut=True) as place:
        acknowledged = await place.discord.slash("ask", question=QUESTION)
        await asyncio.wait_for(acknowledged.acknowledged.wait(), 20)
        for request in (ORIGINAL, MESSAGE):
            place.discord.faults.next(*request, *[CUT_BEFORE] * 4)
        place.gate.opened.set()
        lost = await place.discord.slash("ask", by=5001, faults=[CUT_BEFORE] * 4, question=QUESTION)
        heard = await place.discord.slash("ask", by=5002, faults=[CUT_AFTER, *[CUT_BEFORE] * 2], question=QUESTION)
        await place.discord.write(QUESTION, by=5003)
        assert SORRY in shown(await acknowledged.answered())  # once it is back
        assert "That took too long and was stopped." in shown(await heard.answered())
        await until_logged(caplog, "could not reply")
        await until_logged(caplog, "could not apologise")
        assert (lost.message, place.discord.messages) == (None, [])
        for member in (MEMBER, 5001, 5002, 5003):
            assert ANSWER in await asked(place, member)


async def test_who_was_acknowledged_by_another_process_is_still_told(tmp_path: Path) -> None:
    """Discord takes one first answer; it may be that of a process which was killed right after."""
    async with connected(tmp_path) as place:
        place.discord.faults.next(*CALLBACK, Fault(400, {"message": "acknowledged", "code": 40060}, after_effect=True))
        assert SORRY in await asked(place)
        assert ANSWER in await asked(place)


@pytest.mark.parametrize("fault", [CUT_BEFORE, limited(), failing(503)], ids=["cut", "429", "503"])
async def test_an_apology_after_a_press_arrives_over_a_passing_fault(fault: Fault, tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        backwards = await place.discord.slash("ask", question=QUESTION, since="2024-08", until="2024-06")
        notice = await backwards.answered()
        place.discord.faults.next(*ORIGINAL, refusing(400, 50035))
        place.discord.faults.next(*FOLLOW_UP, fault)
        pressed = await place.discord.press(notice, "Swap them")
        assert SORRY in shown(await pressed.answered())
        again = await place.discord.press(notice, "Swap them")
        assert ANSWER in shown(await again.answered())


@pytest.mark.parametrize("fault", [CUT_BEFORE, CUT_AFTER, failing(500)], ids=["cut before", "cut after", "500"])
async def test_a_form_opens_and_is_answered_over_a_passing_fault(fault: Fault, tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        answer = await (await place.discord.slash("ask", question=QUESTION)).answered()
        place.discord.faults.next(*CALLBACK, fault)
        pressed = await place.discord.press(answer, "Follow up")
        await asyncio.wait_for(pressed.changed.wait(), 20)
        assert pressed.form is not None
        place.discord.faults.next(*CALLBACK, fault)
        submitted = await place.discord.submit(pressed.form, answer, question="Who moved the tonnes of silt?")
        assert ANSWER in shown(await submitted.answered())


async def test_suggestions_that_do_not_arrive_disturb_nothing(tmp_path: Path) -> None:
    async with connected(tmp_path) as place:
        place.discord.faults.next(*CALLBACK, refusing(404, 10062))
        await place.discord.type_ahead("ask", "source", "Harb")
        while place.discord.faults.left:
            await place.discord.rest.next_request()
        typed = await place.discord.type_ahead("ask", "source", "Harbo")
        await asyncio.wait_for(typed.changed.wait(), 20)
        assert [choice["name"][:15] for choice in typed.choices or ()] == ["Harbour Gazette"]


UNSPEAKABLE: dict[str, list[Fault]] = {
    "50013": [refusing(403, 50013)],
    "50001": [refusing(403, 50001)],
    "10003": [refusing(404, 10003)],
    "the message was deleted": [refusing(400, 50035)],
    "Cloudflare's 429": [limited(via=False)],
    "500 for good": [failing(500)] * 5,
}


@pytest.mark.parametrize("faults", UNSPEAKABLE.values(), ids=UNSPEAKABLE)
async def test_where_no_reply_can_be_sent_the_next_question_is_answered(
    faults: list[Fault], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(tmp_path) as place:
        place.discord.faults.next(*MESSAGE, *faults)
        await place.discord.write(QUESTION)
        await until_logged(caplog, "could not reply")
        assert ANSWER in await asked(place)
        assert place.discord.messages == []


STARTS: dict[str, list[Fault]] = {
    "429": [limited()],
    "500": [failing(500)],
    "cut before the effect": [CUT_BEFORE],
    "cut after the effect": [CUT_AFTER],
    "503": [failing(503)],
    "failing at the start": [failing(500)] * 5,
    "Cloudflare's 429": [limited(via=False)],
}


@pytest.mark.parametrize("faults", STARTS.values(), ids=STARTS)
async def test_a_start_is_not_lost_over_the_commands(faults: list[Fault], tmp_path: Path) -> None:
    discord = DiscordStandIn()
    discord.faults.next(*COMMANDS, *faults)
    async with connected(tmp_path, discord=discord) as place:
        async with asyncio.timeout(20):
            await place.small.record.written.wait()
        assert ANSWER in await asked(place)
    assert place.small.record.writes == 1


async def test_commands_that_discord_refuses_end_the_start_with_one_line(tmp_path: Path) -> None:
    from bot.errors import CannotWork

    discord = DiscordStandIn()
    discord.faults.next(*COMMANDS, refusing(400, 50035))
    with pytest.raises(CannotWork, match="Discord refuses the commands as they are"):
        async with connected(tmp_path, discord=discord):
            pass
