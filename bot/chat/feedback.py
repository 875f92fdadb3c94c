"""Thumbs on an answer, and what is kept about a person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.briefings.ledger import Ledger
from bot.chat.apologies import Refusal, tell
from bot.chat.layout import custom_ids_of, form_of, form_values, layout_of
from bot.chat.presses import Handler, asked_in, refuse_if_old
from bot.chat.room import Room
from bot.rendering import notices
from bot.rendering.actions import Action, DeleteMyData, ReadArticle, ShowMyData, ThumbsDown, ThumbsUp, decode
from bot.rendering.personal_pages import delete_my_data_page, my_data_page
from bot.rendering.wording import gettext as _

if TYPE_CHECKING:
    from bot.chat.client import Command

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

MOST_NOTE = 1_000  # characters


class FeedbackPresses:
    """👍 is counted in the log, without a name or a question. 👎 opens a form; only a note that is sent in is kept."""

    def __init__(self, room: Room, ledger: Ledger) -> None:
        """The ledger is used on the room's `digests` only."""
        self._room = room
        self._ledger = ledger

    @property
    def commands(self) -> Sequence[Command]:
        return ()

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {ThumbsUp: self.up, ThumbsDown: self.down, ShowMyData: self.show, DeleteMyData: self.delete}

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {ThumbsDown: self.take_note}

    async def up(self, interaction: Interaction, action: ThumbsUp) -> None:
        refuse_if_old(self._room, interaction, action)
        log.info("rated", extra={"fields": {"thumb": "up", "server": interaction.guild_id}})
        await tell(interaction, notices.notice_page(_("Thank you.")))

    async def down(self, interaction: Interaction, action: ThumbsDown) -> None:
        refuse_if_old(self._room, interaction, action)
        asked_in(interaction)  # a message that says no question is no answer of ours any more
        await interaction.response.send_modal(note_form())

    async def take_note(self, interaction: Interaction, _action: ThumbsDown) -> None:
        message = interaction.message
        if message is None:
            raise Refusal(notices.gone_button())
        question, note = asked_in(interaction), form_values(interaction).get("note", "").strip()
        await interaction.response.defer(ephemeral=True, thinking=True)
        log.info("rated", extra={"fields": {"thumb": "down", "server": interaction.guild_id, "note": bool(note)}})
        if note:
            await self._room.on_digest_bench(
                self._ledger.feedback.write,
                interaction.user.id,
                message.id,
                server=interaction.guild_id,
                question=question,
                note=note[:MOST_NOTE],
                articles=quoted_in(message),
                now=self._room.clock(),
            )
        told = _("Thank you. Your note is kept for 30 days; /help, My data, shows and deletes it.")
        page = notices.notice_page(told if note else _("Thank you."))
        await interaction.edit_original_response(view=layout_of(page))

    async def show(self, interaction: Interaction, _action: ShowMyData) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        data = await self._room.on_digest_bench(self._ledger.people.of, interaction.user.id, self._room.clock())
        await interaction.edit_original_response(view=layout_of(my_data_page(data)))

    async def delete(self, interaction: Interaction, action: DeleteMyData) -> None:
        await interaction.response.defer()
        page = delete_my_data_page()
        if action.sure:
            await self._room.on_digest_bench(self._ledger.people.forget, interaction.user.id)
            log.info("a person's data was deleted at their request")
            page = notices.notice_page(_("Deleted. Nothing is kept about you now."))
        await interaction.edit_original_response(view=layout_of(page))


def note_form() -> discord.ui.Modal:
    """The form under 👎."""
    kept = _("A note is kept for 30 days together with the question, for the operator of this bot.")
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id="note", style=discord.TextStyle.paragraph, required=False, max_length=MOST_NOTE
    )
    hint = _("You can leave it empty")
    note = discord.ui.Label(text=_("Your note"), description=hint, component=field)
    return form_of(ThumbsDown(), _("What was wrong?"), discord.ui.TextDisplay(kept), note)


def quoted_in(message: discord.Message) -> list[int]:
    """The numbers of the articles that an answer of ours quotes, in order."""
    actions = (decode(custom_id) for custom_id in custom_ids_of(message))
    return list(dict.fromkeys(action.article for action in actions if isinstance(action, ReadArticle)))
