"""A year of digests in a world that fails all the time, and an independent account of what they promise.

`life` lets time pass, `discord_side` and `wire` are what the bot meets, `slots` and `promises` say what PRODUCT.md,
section 7 asks for, without the code that they judge.
"""

from digest_world.life import Life
from digest_world.promises import Findings, judged
from digest_world.records import Rates

__all__ = ["Findings", "Life", "Rates", "judged"]
