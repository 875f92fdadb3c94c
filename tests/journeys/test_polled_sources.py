"""A running bot polls its sources by itself, and answers from what came a moment ago."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from bot_process import started
from commands import briefing_bot
from discord_stand_in import DiscordStandIn, texts_in
from news_feed import feed, make_due
from odd_web import OddWeb, answer

from bot.rendering.quotes import shown_quotes
from corpus.archive import Archive
from corpus.article import Window

pytestmark = pytest.mark.real

OLD = "The harbour master of Port Ellen said on Monday that the old crane will be painted in spring."
NEW = "The ferry company said on Tuesday that 4,200 tonnes of silt were moved from the basin of Port Ellen."


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[OddWeb]:
    monkeypatch.setenv("BRIEFING_ALLOW_HOSTS", "127.0.0.1")
    with OddWeb() as started:
        yield started


async def test_what_a_source_brings_is_in_the_next_answer(web: OddWeb, tmp_path: Path) -> None:
    data = tmp_path / "data"
    web.pages["/feed"] = answer(feed(OLD))
    address = f"http://127.0.0.1:{web.port}/feed"
    assert briefing_bot("source", "add", address, "--collection", "coast", "--data", data).code == 0
    assert briefing_bot("source", "poll", "--data", data).code == 0
    web.pages["/feed"] = answer(feed(OLD, NEW))
    now = dt.datetime.now(dt.UTC)
    with Archive.open(data) as archive:
        make_due(archive, now)

    async with (
        DiscordStandIn() as discord,
        started(discord.url, data, BRIEFING_ALLOW_HOSTS="127.0.0.1") as bot,
        asyncio.timeout(180),
    ):
        await bot.says("connected as Briefing, 1 servers")
        polled = await bot.says("source polled")
        assert (polled["id"], polled["found"], polled["added"], polled["status"]) == ("S-1", 2, 1, "ok")
        shown = "\n".join(texts_in(await discord.answer_to("How many tonnes of silt were moved?")))
        assert [quote in NEW for quote in shown_quotes(shown)[:1]] == [True], shown
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0, bot.log
    with Archive.open(data, writable=False) as archive:
        news = archive.news(Window(0, archive.last_arrival()))
        assert [article.text.endswith(NEW) for number in news if (article := archive.article(number))] == [True]
        due_again = archive.sources.next_due()
        assert due_again is not None and due_again > now
