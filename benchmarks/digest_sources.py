"""How long an article takes from a feed into the next digest, in one running bot of its own process.

Usage: PYTHONPATH=.:tests/support python benchmarks/digest_sources.py [--times 3]

Each time an article appears in a feed whose poll is due, and a digest falls due at the next full minute (a quarter of a
minute away at least). The program is the real one with the packaged model, against a stand-in for Discord.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from bot_process import started
from discord_stand_in import CHANNEL, GUILD, MEMBER, DiscordStandIn, texts_in
from news_feed import feed, make_due
from odd_web import OddWeb, answer

from bot.__main__ import main as program
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Schedule
from corpus.archive import Archive
from retrieval.topics.topic import Topic

OLD = "The harbour master said on Monday that the old crane will be painted in spring."
NEW = "The ferry company said on Tuesday that 4,200 tonnes of silt were moved from the basin."


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def once(web: OddWeb, data: Path) -> tuple[float, float, float]:
    """Seconds from the article's appearance to its poll's end, to the slot, and from the slot to the message."""
    web.pages["/feed"] = answer(feed(OLD))
    with redirect_stdout(StringIO()):
        program(["source", "add", f"http://127.0.0.1:{web.port}/feed", "--collection", "coast", "--data", str(data)])
        program(["source", "poll", "--data", str(data)])
    async with DiscordStandIn() as discord, started(discord.url, data, BRIEFING_ALLOW_HOSTS="127.0.0.1") as bot:
        await bot.says("connected as Briefing, 1 servers")
        at = (now() + dt.timedelta(seconds=75)).replace(second=0, microsecond=0)
        with Archive.open(data) as archive, Ledger.open(data) as ledger:
            ledger.subscriptions.add(
                guild=GUILD,
                channel=CHANNEL,
                creator=MEMBER,
                topic=Topic(),
                schedule=Schedule(at=at.time()),
                cursor=archive.last_arrival(),
                now=now(),
            )
            web.pages["/feed"] = answer(feed(OLD, NEW))
            appeared = now()
            make_due(archive, appeared)
        await bot.says("source polled", added=1)
        polled = now()
        (message, *_) = await discord.wait_for_posts(1, 150)
        posted = now()
        assert NEW in "\n".join(texts_in(message)), "the digest came without it"
    return (polled - appeared).total_seconds(), (at - appeared).total_seconds(), (posted - at).total_seconds()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args(arguments)
    os.environ["BRIEFING_ALLOW_HOSTS"] = "127.0.0.1"
    print("| from its appearance to the end of its poll, s | to the slot, s | from the slot to the message, s |")
    print("|---|---|---|")
    with OddWeb() as web:
        for _ in range(options.times):
            with tempfile.TemporaryDirectory() as folder:
                polled, slot, posted = asyncio.run(once(web, Path(folder) / "data"))
                print(f"| {polled:.1f} | {slot:.1f} | {posted:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
