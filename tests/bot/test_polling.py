"""A running bot's polling: when a round is due, what follows from how it ended, and the process that does it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from odd_web import OddWeb, answer, silent

from bot.polling import Polling, PollProcess, Round
from corpus.archive import Archive
from corpus.sources.source import SourceKind, SourceState
from corpus.sources.source_records import Health

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
QUARTER = dt.timedelta(minutes=15)


async def run_here(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


class Rounds:
    """A poller that notes that every source was polled, and ends as it is told."""

    def __init__(self, archive: Archive, *ends: Round) -> None:
        self.archive = archive
        self.ends = list(ends)
        self.at: list[dt.datetime] = []
        self.now = NOON

    async def __call__(self) -> Round:
        self.at.append(self.now)
        end = self.ends.pop(0) if self.ends else Round(0)
        if end.code in (0, 1):
            with self.archive.transaction():
                for source in self.archive.sources.due(self.now):
                    health = Health(
                        last_poll=self.now,
                        last_result="nothing new",
                        next_poll=self.now + QUARTER,
                        failures=0,
                        state=SourceState.OK,
                    )
                    self.archive.sources.settle(source.number, health)
        return end


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.empty() as opened:
        yield opened


def named(archive: Archive, address: str = "http://news.example/", now: dt.datetime = NOON) -> None:
    with archive.transaction():
        archive.sources.add(address, SourceKind.FEED, "news", every=QUARTER, fetch_pages=False, now=now)


async def ring(polling: Polling, rounds: Rounds, minutes: float) -> dt.datetime | None:
    rounds.now = NOON + dt.timedelta(minutes=minutes)
    return await polling.ring(rounds.now)


async def test_a_round_begins_when_a_source_is_due_and_not_before(archive: Archive) -> None:
    rounds = Rounds(archive)
    polling = Polling(archive, "model", run_here, rounds)
    assert await ring(polling, rounds, 0) is None  # nothing is named yet
    named(archive)
    assert await ring(polling, rounds, 1) == NOON + dt.timedelta(minutes=16)
    assert await ring(polling, rounds, 2) == NOON + dt.timedelta(minutes=16)
    await ring(polling, rounds, 16)
    assert rounds.at == [NOON + dt.timedelta(minutes=1), NOON + dt.timedelta(minutes=16)]


async def test_a_round_that_cannot_work_is_said_once_and_tried_ever_later(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    named(archive)
    rounds = Rounds(archive, Round(4, complaint="the disk is full"), Round(4, complaint="the disk is full"), Round(1))
    polling = Polling(archive, "model", run_here, rounds)
    with caplog.at_level(logging.WARNING):
        for minute in range(30):
            await ring(polling, rounds, minute)
    assert [(when - NOON).total_seconds() / 60 for when in rounds.at] == [0, 5, 15]
    assert caplog.text.count("the disk is full") == 2


async def test_a_poll_by_hand_at_the_same_time_is_nothing_to_complain_of(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    named(archive)
    rounds = Rounds(archive, Round(3, complaint="another poll is at work"))
    polling = Polling(archive, "model", run_here, rounds)
    with caplog.at_level(logging.WARNING):
        for minute in range(8):
            await ring(polling, rounds, minute)
    assert len(rounds.at) == 2
    assert caplog.text == ""


async def test_what_a_round_found_is_logged_a_line_each(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    named(archive)
    rounds = Rounds(archive, Round(0, [{"id": "S-1", "found": 3}, {"id": "S-2", "found": 0}]))
    with caplog.at_level(logging.INFO):
        await Polling(archive, "model", run_here, rounds).ring(NOON)
    assert [record.fields for record in caplog.records] == [  # type: ignore[attr-defined]
        {"id": "S-1", "found": 3},
        {"id": "S-2", "found": 0},
    ]


async def test_passages_left_without_a_vector_bring_another_round(archive: Archive) -> None:
    from corpus.article import RawItem
    from corpus.ingest import ingest

    item = RawItem(
        source="x", format="jsonl", original=b"", blocks=(), external_id="x", exact_text="The ferry sails again in May."
    )
    assert len(list(ingest(archive, [item], collection="news"))) == 1
    named(archive)
    rounds = Rounds(archive, Round(0, [{"id": "S-1", "added": 1}]), Round(0))
    polling = Polling(archive, "model", run_here, rounds)
    assert await ring(polling, rounds, 0) is None
    assert await ring(polling, rounds, 1) == NOON + QUARTER  # and this one got nowhere
    await ring(polling, rounds, 2)
    assert len(rounds.at) == 2


@pytest.mark.real
async def test_the_process_polls_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_ALLOW_HOSTS", "127.0.0.1")
    with OddWeb() as web:
        web.pages["/feed"] = answer(b"<rss version='2.0'><channel><title>Gazette</title></channel></rss>")
        with Archive.open(tmp_path) as archive:
            named(archive, f"http://127.0.0.1:{web.port}/feed")
        done = await PollProcess(tmp_path)()
        assert (done.code, done.complaint) == (0, "")
        assert [(result["id"], result["status"]) for result in done.results] == [("S-1", "ok")]


@pytest.mark.real
async def test_the_process_ends_when_the_bot_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_ALLOW_HOSTS", "127.0.0.1")
    with OddWeb() as web:
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold(connection: Any, request: Any) -> None:
            loop.call_soon_threadsafe(asked.set)
            silent()(connection, request)

        web.pages["/feed"] = hold
        with Archive.open(tmp_path) as archive:
            named(archive, f"http://127.0.0.1:{web.port}/feed")
        polling = asyncio.create_task(PollProcess(tmp_path)())
        async with asyncio.timeout(60):
            await asked.wait()
            polling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await polling
    with Archive.open(tmp_path) as archive:
        assert archive.sources.next_due() == NOON  # nothing was noted: the next start takes it up


async def test_a_digest_that_is_due_waits_for_the_round_that_is_under_way_or_overdue(archive: Archive) -> None:
    named(archive)
    begun, may_end = asyncio.Event(), asyncio.Event()
    rounds = Rounds(archive)

    async def slow() -> Round:
        begun.set()
        await may_end.wait()
        return await rounds()

    polling = Polling(archive, "model", run_here, slow)
    rounds.now = NOON + QUARTER
    under_way = asyncio.create_task(polling.ring(rounds.now))
    await begun.wait()
    digest = asyncio.create_task(polling.catch_up(rounds.now))
    await asyncio.sleep(0)
    assert not digest.done()
    may_end.set()
    await asyncio.gather(under_way, digest)
    assert rounds.at == [NOON + QUARTER]  # one round, not one more for the digest
    rounds.now = NOON + 2 * QUARTER
    await polling.catch_up(rounds.now)
    assert rounds.at == [NOON + QUARTER, NOON + 2 * QUARTER]
    await polling.catch_up(rounds.now)
    assert len(rounds.at) == 2  # nothing is due


async def test_a_round_that_hangs_is_waited_for_once(archive: Archive) -> None:
    named(archive)
    may_end = asyncio.Event()
    rounds = Rounds(archive)
    rounds.now = NOON + QUARTER

    async def hanging() -> Round:
        await may_end.wait()
        return await rounds()

    polling = Polling(archive, "model", run_here, hanging)
    await polling.catch_up(NOON + QUARTER, patience_seconds=0)
    another = asyncio.create_task(polling.catch_up(NOON + QUARTER))
    for _ in range(5):
        await asyncio.sleep(0)
    assert another.done()
    may_end.set()
    await polling.ring(NOON + QUARTER)
    assert len(rounds.at) == 1  # it went on


async def test_a_round_that_breaks_holds_up_no_digest(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    named(archive)

    async def broken() -> Round:
        raise RuntimeError("the poller broke")

    await Polling(archive, "model", run_here, broken).catch_up(NOON + QUARTER)
    await asyncio.sleep(0)
    assert "could not be polled before a digest" in caplog.text
