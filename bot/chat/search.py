"""/search: how many articles mention some words, and which; narrowed, turned over and drawn over time by presses.

Everything is shown to whoever searches alone. A press finds anew: what it searches for stands in its custom id and, the
words, in the first card of the page that carries it, so it works after a restart and finds what came since.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands

from bot.chat.apologies import Refusal
from bot.chat.ask import suggest_scope
from bot.chat.layout import files_of, layout_of, texts_of
from bot.chat.presses import Handler, acknowledge_alone, asked_in, chosen_value
from bot.chat.room import Room
from bot.chat.scoping import backwards_from, is_backwards, scope_from, source_named
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import (
    Action,
    DigestOfSearch,
    FindArticles,
    FindByDate,
    FindByOutlet,
    FindInstead,
    FoundSelect,
    ReadArticle,
    decode,
)
from bot.rendering.echo import question_of
from bot.rendering.page import Page
from bot.rendering.search_controls import TIMELINE
from bot.rendering.search_page import dates_swapped_page
from bot.rendering.timeline import Timeline
from bot.rendering.timeline_picture import timeline_png
from bot.rendering.wording import gettext as _
from bot.searches import MOST_WORDS, VIEWS, found_at, instead, narrowed, page_of, scope_searched, timeline_in
from bot.servers.access import Audience
from corpus.article import EVERYTHING, Scope
from retrieval.listing import Sort

if TYPE_CHECKING:
    from bot.chat.client import Command

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

PICTURE_SECONDS: Final = 5.0  # the first one of a process may take two; where it is late, the bars are drawn in text
SUGGESTION_CARD: Final = 2  # the place of other words among a page's cards


class Searches:
    """The command and what its pages offer.

    `read` opens an article; `offer_digest` shows the preview of a digest on a topic from a source, or says who may make
    one.
    """

    def __init__(
        self,
        room: Room,
        read: Callable[[Interaction, ReadArticle], Awaitable[None]],
        offer_digest: Callable[[Interaction, str, Scope], Awaitable[None]],
    ) -> None:
        self._room = room
        self._read = read
        self._offer_digest = offer_digest

    @property
    def commands(self) -> Sequence[Command]:
        return (self._search(),)

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            FindArticles: self.find,
            FindByOutlet: self.narrow,
            FindByDate: self.narrow,
            FindInstead: self.find_instead,
            FoundSelect: self.read_chosen,
            DigestOfSearch: self.make_digest,
        }

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {}

    def _search(self) -> app_commands.Command[Any, ..., None]:
        room = self._room

        @app_commands.command(name="search", description="Count and list the articles that mention something")
        @app_commands.describe(
            words="A name, a number, a few words; “in quotation marks” they have to stand together",
            since="From when on: 2024, 2024-07, 2024-07-04, 30d, last month",
            until="Up to when: 2024, 2024-07, 2024-07-04, last month",
            source="Only this outlet or collection",
            sort="The best first if you leave it out",
        )
        @app_commands.choices(
            sort=[
                app_commands.Choice(name="best", value=str(Sort.BEST)),
                app_commands.Choice(name="newest", value=str(Sort.NEWEST)),
                app_commands.Choice(name="oldest", value=str(Sort.OLDEST)),
                app_commands.Choice(name="timeline", value=TIMELINE),
            ]
        )
        async def search(
            interaction: discord.Interaction[Any],
            words: app_commands.Range[str, 1, MOST_WORDS],
            since: str | None = None,
            until: str | None = None,
            source: str | None = None,
            sort: str | None = None,
        ) -> None:
            view = _view(sort or str(Sort.BEST))
            if not words.strip():
                raise Refusal(_("Write a word to search for."))
            audience = await room.audience(interaction, public=False)
            within = await room.on_bench(source_named, audience, source) if source else EVERYTHING
            today = room.clock().date()
            scope = scope_from(since, until, today, source=within)
            if is_backwards(scope):
                backwards = backwards_from(since, until, today, source=within)
                raise Refusal(dates_swapped_page(words, view, backwards))
            async with room.admitted(interaction, counted=False):
                await interaction.response.defer(ephemeral=True, thinking=True)
                await self._show(interaction, audience, words.strip(), scope, view)
            log.info("searched", extra={"fields": {"server": interaction.guild_id}})

        suggest_scope(search, room)
        return search

    # Presses

    async def find(self, interaction: Interaction, action: FindArticles) -> None:
        await self._find(interaction, asked_in(interaction), action)

    async def narrow(self, interaction: Interaction, action: FindByOutlet | FindByDate) -> None:
        try:
            search = narrowed(action, chosen_value(interaction))
        except ValueError as error:
            raise Refusal(notices.gone_button()) from error
        await self._find(interaction, asked_in(interaction), search)

    async def find_instead(self, interaction: Interaction, action: FindInstead) -> None:
        cards = texts_of(interaction.message) if interaction.message is not None else []
        words = question_of(cards[SUGGESTION_CARD]) if len(cards) > SUGGESTION_CARD else None
        if words is None:
            raise Refusal(notices.gone_button())
        await self._find(interaction, words, instead(action))

    async def read_chosen(self, interaction: Interaction, action: FoundSelect) -> None:
        chosen = decode(chosen_value(interaction))
        if not isinstance(chosen, ReadArticle):
            raise Refusal(notices.gone_button())
        await self._read(interaction, chosen)

    async def make_digest(self, interaction: Interaction, action: DigestOfSearch) -> None:
        words, source = asked_in(interaction), EVERYTHING
        if action.collection or action.outlet:
            audience = await self._room.audience(interaction, public=False)
            narrowed_to = FindArticles(str(Sort.BEST), 0, collection=action.collection, outlet=action.outlet)
            source = await self._room.on_bench(scope_of_press, audience, narrowed_to)
        await self._offer_digest(interaction, words, source)

    # Parts of the above

    async def _find(self, interaction: Interaction, words: str, action: FindArticles) -> None:
        """In the place of the page that was pressed, if nobody else sees it."""
        view = _view(action.view)
        async with self._room.admitted(interaction, counted=False):
            await acknowledge_alone(interaction)
            audience = await self._room.audience(interaction, public=False)
            scope = await self._room.on_bench(scope_of_press, audience, action)
            await self._show(interaction, audience, words, scope, view, action.skip)

    async def _show(
        self, interaction: Interaction, audience: Audience, words: str, scope: Scope, view: str, skip: int = 0
    ) -> None:
        found = await self._room.at_question_desk(found_at, audience, words, scope, view, skip)
        # The rest needs no desk, but counts whatever was found: that can be half of an archive, and takes a thread.
        shown = await asyncio.to_thread(timeline_in, found, view)
        png = await picture_of(shown) if shown is not None else None
        await show(interaction, await asyncio.to_thread(page_of, found, shown, png))


async def show(interaction: Interaction, page: Page) -> None:
    """As the answer to an interaction that was acknowledged; pictures of the page before go."""
    await interaction.edit_original_response(view=layout_of(page), attachments=files_of(page))


async def picture_of(shown: Timeline) -> bytes | None:
    """The picture, drawn off the event loop; None where it cannot be drawn, or not in time."""
    if not shown.bars:
        return None
    try:
        return await asyncio.wait_for(asyncio.to_thread(timeline_png, shown), PICTURE_SECONDS)
    except Exception:  # a broken font must not take the numbers away, which the page can say in text
        log.exception("a timeline could not be drawn")
        return None


def scope_of_press(desk: Desk, action: FindArticles) -> Scope:
    """Raises `Refusal` when its outlet, collection or author is not to be seen any more. Blocking."""
    scope = scope_searched(desk, action)
    if scope is None:
        raise Refusal(notices.gone_button())
    return scope


def _view(name: str) -> str:
    if name not in VIEWS:
        raise Refusal(notices.gone_button())
    return name
