"""Starts the real program with Discord's addresses replaced: ``python launch_bot.py http://127.0.0.1:PORT run ...``."""

from __future__ import annotations

import sys


def main() -> int:
    base, *arguments = sys.argv[1:]
    import discord.asset
    import discord.gateway
    import discord.http
    import yarl

    discord.http.Route.BASE = base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws", 1) + "/gateway")
    discord.asset.Asset.BASE = base
    from bot.__main__ import main as program

    return program(arguments)


if __name__ == "__main__":
    sys.exit(main())
