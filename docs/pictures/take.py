"""Takes the pictures of the documentation: every kind of page of the sample archive, as Discord shows it.

Usage: PYTHONPATH=. python docs/pictures/take.py [--to FOLDER] [--narrow] [NAME ...]   (needs chromium)

Without names all of them; `--narrow` takes them at a telephone's width.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from photograph import DESK, TELEPHONE, photograph
from scenes import SCENES
from stage import stage


async def take(folder: Path, names: list[str], width: int, data: Path) -> None:
    async with stage(data) as world:
        for name, scene in SCENES.items():
            if names and name not in names:
                continue
            channel, viewer = await scene(world)
            await photograph(world.env, channel, viewer, folder / f"{name}.png", width=width)
            sys.stderr.write(f"{name}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SCENES))
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    parser.add_argument("--narrow", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SCENES):
        parser.error(f"no picture is called {min(unknown)}")
    options.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(take(options.to, options.names, TELEPHONE if options.narrow else DESK, Path(data)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
