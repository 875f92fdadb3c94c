"""Whoever is being answered when the program ends."""

from __future__ import annotations

import asyncio

from bot.chat.served import Served
from bot.rendering import notices
from bot.rendering.page import Page
from bot.rendering.wording import speaking


def last_page() -> Page:
    return notices.notice_page(notices.restarting())


async def test_each_is_told_in_their_language_and_who_cannot_be_told_keeps_it_from_nobody() -> None:
    served, told, begun = Served(), {}, asyncio.Event()

    async def answer(who: str, language: str) -> None:
        async def tell(page: Page) -> None:
            if who == "gone":
                raise ConnectionResetError
            told[who] = page.text

        with speaking(language):
            served.add(tell)
        begun.set()
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(answer(*one)) for one in (("gone", "en"), ("mia", "en"), ("sofía", "es"))]
    await begun.wait()
    assert await served.finish(0.1, last_page) == 3
    assert all(task.cancelled() for task in tasks)
    assert told["mia"] == "The bot is restarting. Ask again in a moment."
    assert told.keys() == {"mia", "sofía"}
    assert told["sofía"] != told["mia"]


async def test_who_is_answered_in_time_is_not_told_and_who_comes_meanwhile_is_waited_for() -> None:
    served, done = Served(), []

    async def answer(who: str) -> None:
        served.add(lambda page: asyncio.sleep(0))
        if who == "first":
            tasks.append(asyncio.create_task(answer("second")))
            await asyncio.sleep(0)  # the second has begun
        else:
            await tasks[0]
        done.append(who)

    tasks = [asyncio.create_task(answer("first"))]
    await asyncio.sleep(0)
    assert await served.finish(60, last_page) == 0
    assert done == ["first", "second"]
