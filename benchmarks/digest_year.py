"""A year of digests in a world that fails all the time, held against what PRODUCT.md, section 7 promises.

Usage: PYTHONPATH=.:tests/support python benchmarks/digest_year.py [--subscriptions 200] [--days 366] [--seed N]
           [--start 2024-01-01] [--folder FOLDER] [--newsroom]

The dispatcher, its planner and sender, and the ledger are the real ones; channels, arrivals and the composer are those
of `tests/support/digest_world`. With `--newsroom` composer, archive, import and messages are the real ones too, and the
articles those of a newsroom of which it is known what they tell. The ledger is in FOLDER (a temporary one); one in
memory saves the waiting for the disk. Prints what became of every slot, what happened meanwhile, and every broken
promise with the seed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path

from digest_world import Findings, Life, judged
from digest_world.newsroom import Newsroom


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscriptions", type=int, default=200)
    parser.add_argument("--days", type=float, default=366)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=dt.date.fromisoformat, default=dt.date(2024, 1, 1))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--newsroom", action="store_true")
    options = parser.parse_args(arguments)
    logging.disable(logging.ERROR)  # thousands of cut connections
    start = dt.datetime.combine(options.start, dt.time(), dt.UTC)
    begun = time.process_time()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        life = Life(Path(folder), options.seed, start, options.subscriptions, with_newsroom=options.newsroom)
        asyncio.run(life.live(options.days))
        lived = time.process_time() - begun
        found = judged(life)
        report(life, found)
        life.close()
    print(f"CPU: {lived:.0f} s to live, {time.process_time() - begun - lived:.0f} s to judge.")
    for line in found.broken[:40]:
        print(line, file=sys.stderr)
    if found.broken:
        print(f"{len(found.broken)} broken promises. Again: --seed {options.seed}", file=sys.stderr)
    return 1 if found.broken else 0


def report(life: Life, found: Findings) -> None:
    zones = len({change.schedule.zone for changes in life.history.values() for change in changes})
    print(f"{len(life.history)} subscriptions in {zones} zones, {life.start:%Y-%m-%d} to {life.now:%Y-%m-%d}, ", end="")
    print(f"seed {life.seed}: {len(found.broken)} broken promises\n")
    print("| slots | |\n|---|---|")
    for outcome, times in found.outcomes.most_common():
        print(f"| {outcome} | {times:,} |")
    print(f"| together | {sum(found.outcomes.values()):,} |")
    if isinstance(life.wire, Newsroom):
        print("\n| what the newsroom published | times |\n|---|---|")
        print(f"| stories | {len(life.wire.stories):,} |")
        for what, times in life.wire.happened.most_common():
            print(f"| {what} | {times:,} |")
        print(f"\n{found.updates:,} updates; {len(life.channels.corrected):,} messages corrected.")
    told = sum(map(len, life.notices.values()))
    print(f"\n{told:,} notices of trouble; {life.channels.unpublished:,} announcements that were not published.")
    print("\n| what happened | times |\n|---|---|")
    for what, times in life.happened.most_common():
        print(f"| {what} | {times:,} |")
    print(f"| posts that were limited | {life.channels.limited:,} |\n| connections cut | {life.channels.cut:,} |")
    print(f"\n{found.messages:,} messages; {found.stories:,} stories to tell, told {found.told:,} times; ", end="")
    print(f"{life.wire.last_arrival():,} articles; {len(life.rounds):,} rounds.")
    punctual = sum(late <= 60 for late in found.late) / max(1, len(found.late))
    print(f"First message within a minute of its slot: {punctual:.1%}; median {statistics.median(found.late):.1f} s.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
