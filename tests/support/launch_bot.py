"""Starts the real program with Discord's addresses replaced: ``python launch_bot.py http://127.0.0.1:PORT run ...``."""

from __future__ import annotations

import sys

from redirected_discord import redirected


def main() -> int:
    base, *arguments = sys.argv[1:]
    from bot.__main__ import main as program

    with redirected(base):
        return program(arguments)


if __name__ == "__main__":
    sys.exit(main())
