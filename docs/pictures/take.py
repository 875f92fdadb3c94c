"""Takes the README's pictures: an answer and a digest of the sample archive, as Discord shows them.

Usage: PYTHONPATH=. python docs/pictures/take.py [FOLDER]   (needs chromium)

The bot is the real one with the real models, in a simulated Discord whose page a headless browser photographs.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

import simcord
from PIL import Image

from bot.briefings.ledger import Ledger
from bot.briefings.pages import pages_of
from bot.briefings.subscription import Schedule
from bot.chat.assembly import assembled
from bot.chat.room import Room
from bot.sample import prepare_sample
from bot.settings import Settings
from bot.wiring import SharedSearch, archive_to_write, composer_for
from bot.workbench import Workbench, WorkerPool
from corpus.article import Scope
from retrieval.digesting import preview
from retrieval.topic import Topic

QUESTION = "How much stronger than fentanyl is carfentanil?"
TOPIC = "Fentanyl precursors"
WEEKS = (dt.date(2024, 3, 1), dt.date(2024, 9, 30))


class Forgetful:
    """Commands are sent to the simulated Discord at every start."""

    def read(self) -> str | None:
        return None

    def write(self, fingerprint: str) -> None:
        pass


def photograph(url: str, path: Path, size: str) -> None:
    command = [
        "chromium",
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--virtual-time-budget=8000",
        f"--window-size={size}",
        f"--screenshot={path}",
        url,
    ]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    with Image.open(path) as whole:  # the channel alone, without the preview's own controls
        whole.crop((256, 145, 960, whole.height - 115)).save(path)


async def take(folder: Path, data: Path) -> None:
    settings = Settings(data=data)
    shared = SharedSearch(settings)
    workbench, questions = Workbench(), WorkerPool(shared.own_desk, 1)
    with archive_to_write(data) as archive, Ledger.open(data) as ledger:
        composer = composer_for(archive, settings, shared.embedder)
        room = Room(
            shared.desk(archive),
            workbench,
            questions,
            digests=workbench,
            clock=lambda: dt.datetime.now(dt.UTC),
            answer_seconds=60,
        )
        bot = assembled(room, archive=archive, ledger=ledger, composer=composer, record=Forgetful())
        await room.warm_up()
        async with simcord.run(bot.client) as env:
            guild = env.create_guild("Policy desk")
            ask, briefing = guild.create_text_channel("ask"), guild.create_text_channel("briefing")
            alex = guild.add_member(env.create_user("alex"))
            await alex.slash(ask, "ask", question=QUESTION)
            subscription = ledger.subscriptions.add(
                guild=guild.id,
                channel=briefing.id,
                creator=alex.id,
                topic=Topic(TOPIC),
                schedule=Schedule(zone="Europe/London"),
                cursor=0,
                now=dt.datetime(2024, 9, 30, 8, tzinfo=dt.UTC),
            )
            digest = preview(archive, composer, Topic(TOPIC), Scope(since=WEEKS[0], until=WEEKS[1]), 4)
            for page in pages_of(digest, subscription, "#D1-20240930", None):
                await bot.poster.post(briefing.id, page, nonce="picture")
            for channel, name, height in ((ask, "answer", 800), (briefing, "digest", 890)):
                async with env.preview(channel, viewers=[alex], layout="channel") as shown:
                    await asyncio.to_thread(photograph, shown.url, folder / f"{name}.png", f"960,{height}")
    workbench.close()
    questions.close()
    shared.close()


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    with tempfile.TemporaryDirectory() as data:
        prepare_sample(Settings(data=Path(data)), on_reading=lambda *_: None, on_embedding=lambda *_: None)
        asyncio.run(take(folder, Path(data)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
