"""The real bot against a stand-in for Discord, over the sample archive: seconds to connected, acknowledged, answered.

Usage: PYTHONPATH=.:tests/support python benchmarks/bot_start.py [RUNS]

Each run starts a process of its own. The first answer waits for the models to load; the later ones do not.
"""

from __future__ import annotations

import asyncio
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot_process import started
from discord_stand_in import DiscordStandIn

from bot.sample import prepare_sample
from bot.settings import Settings

QUESTIONS = (
    "How many people died of overdoses in 2021?",
    "Who was arrested near El Paso?",
    "Which three chemicals did the commission place in Table I?",
    "What did the Taliban forbid?",
)


async def one_run(data: Path) -> list[tuple[str, float]]:
    """What took how many seconds."""
    found: list[tuple[str, float]] = []
    (data / "commands.sha256").unlink(missing_ok=True)  # each stand-in has to be told the commands
    async with DiscordStandIn() as discord, asyncio.timeout(180):
        launched = time.perf_counter()
        async with started(discord.url, data) as bot:
            await bot.says("connected as Briefing, 1 servers")
            found.append(("start to connected", time.perf_counter() - launched))
            for number, question in enumerate(QUESTIONS):
                asked = time.perf_counter()
                interaction = await discord.slash("ask", question=question)
                await asyncio.wait_for(interaction.acknowledged.wait(), 20)
                found.append(("/ask acknowledged", time.perf_counter() - asked))
                await interaction.answered(60)
                label = "/ask answered, first after the start" if number == 0 else "/ask answered"
                found.append((label, time.perf_counter() - asked))
            bot.process.send_signal(signal.SIGTERM)
            ended = time.perf_counter()
            code = await bot.ends()
            found.append(("SIGTERM to the end", time.perf_counter() - ended))
            assert code == 0, bot.log
    return found


def main(arguments: list[str]) -> int:
    runs = int(arguments[0]) if arguments else 3
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        prepare_sample(Settings(data=data), on_reading=lambda *_: None, on_embedding=lambda *_: None)
        for _ in range(runs):
            for label, took in asyncio.run(one_run(data)):
                seconds.setdefault(label, []).append(took)
    print("| what | times | median s | slowest s |\n|---|---|---|---|")
    for label, taken in seconds.items():
        print(f"| {label} | {len(taken)} | {statistics.median(taken):.2f} | {max(taken):.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
