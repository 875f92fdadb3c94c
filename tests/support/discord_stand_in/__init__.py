"""A small Discord on 127.0.0.1, for what a simulation inside the process cannot show: real requests, a real gateway,
a process that starts and ends, and all that can go wrong between the two sides.

It refuses what Discord would refuse (`discord_limits`), and misbehaves where a test scripts it (`Faults`).
"""

from discord_stand_in.faults import CUT_AFTER, CUT_BEFORE, Fault, failing, limited, refusing
from discord_stand_in.interactions import Interaction
from discord_stand_in.payloads import (
    APP,
    CHANNEL,
    FAR_CHANNEL,
    FAR_GUILD,
    FORUM,
    GUILD,
    MEMBER,
    THREADED,
    TOKEN,
    direct_channel,
    texts_in,
)
from discord_stand_in.stand_in import DiscordStandIn

__all__ = [
    "APP",
    "CHANNEL",
    "CUT_AFTER",
    "CUT_BEFORE",
    "FAR_CHANNEL",
    "FAR_GUILD",
    "FORUM",
    "GUILD",
    "MEMBER",
    "THREADED",
    "TOKEN",
    "DiscordStandIn",
    "Fault",
    "Interaction",
    "direct_channel",
    "failing",
    "limited",
    "refusing",
    "texts_in",
]
