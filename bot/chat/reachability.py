"""Whether a digest's server is there for us at all."""

from __future__ import annotations

import discord

from bot.briefings.subscription import Subscription


def reachable(client: discord.Client, subscription: Subscription) -> bool:
    """Whether we are in a digest's server, and that is there (PRODUCT.md, section 7).

    In an outage of Discord's a channel may be said not to exist, which must not remove its digests; where we are not
    any more every attempt would be refused, and there is nobody to tell.
    """
    if subscription.guild is None:
        return True
    guild = client.get_guild(subscription.guild)
    return guild is not None and not guild.unavailable
