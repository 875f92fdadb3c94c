"""A process that ends at any of the places where it waits, in the eyes of its channels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channels import FakeChannels

from bot.rendering.page import Page


class Killed(BaseException):
    """The process ends here."""


class Doom:
    """Ends the process at one of the places where it waits: before or after the work that is waited for is done."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.step()
        done = work(*args, **kwargs)
        self.step()
        return done


@dataclass
class DoomedChannels:
    """The same channels, seen from a process that may end while it posts."""

    channels: FakeChannels
    doom: Doom

    async def post(self, channel_id: int, page: Page, **fields: Any) -> int:
        self.doom.step()
        posted = await self.channels.post(channel_id, page, **fields)
        self.doom.step()
        return posted

    async def find_posted(self, channel_id: int, footer_id: str, **fields: Any) -> int | None:
        self.doom.step()
        return await self.channels.find_posted(channel_id, footer_id, **fields)

    async def open_thread(self, channel_id: int, message_id: int, title: str) -> int:
        self.doom.step()
        opened = await self.channels.open_thread(channel_id, message_id, title)
        self.doom.step()
        return opened

    async def correct(self, channel_id: int, message_id: int, page: Page) -> None:
        self.doom.step()
        await self.channels.correct(channel_id, message_id, page)
        self.doom.step()

    async def takes_posts(self, channel_id: int) -> bool:
        return await self.channels.takes_posts(channel_id)

    async def takes_threads(self, channel_id: int) -> bool:
        return await self.channels.takes_threads(channel_id)

    async def publish(self, channel_id: int, message_id: int) -> None:
        self.doom.step()
        await self.channels.publish(channel_id, message_id)
        self.doom.step()
