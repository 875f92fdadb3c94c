"""The one place that apologises to a person, for commands, presses and forms alike."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.briefings.delivery import PostingTrouble
from bot.chat.layout import layout_of
from bot.chat.resending import ALREADY_ANSWERED, AnsweredTooLate
from bot.errors import BotError, CannotWork, DataInUse, SettingsError
from bot.rendering import notices
from bot.rendering.markdown import escaped
from bot.rendering.page import Page
from bot.rendering.wording import gettext as _
from bot.workbench import Abandoned
from retrieval.errors import IndexUnusable, ModelUnusable

log = logging.getLogger(__name__)

# What a send to Discord can end with. A cut connection is no HTTPException, and discord.py does not repeat it.
UNSENT = (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError)

# An interaction that is over: it was not answered within 3 seconds, or was asked more than 15 minutes ago.
_OVER = {10015, 10062, 50027}

_REFERENCE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is misread aloud: no I and 1, no O and 0


class Refusal(BotError):
    """A request that cannot be granted; the page says why and what to do."""

    def __init__(self, page: Page | str) -> None:
        self.page = notices.notice_page(page) if isinstance(page, str) else page
        super().__init__(self.page.text)


async def apologise(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell whoever is waiting what went wrong, only to them. Never raises, and leaves no interaction unanswered."""
    error = unwrapped(error)
    if isinstance(error, discord.HTTPException) and error.code in _OVER:
        log.warning("an interaction was over before it was answered", extra={"fields": {"error": str(error)}})
        return
    page = page_for(error)
    try:
        await tell(interaction, page)
    except UNSENT as unsent:
        log.warning("could not apologise", extra={"fields": {"code": getattr(unsent, "code", None)}})


def page_for(error: BaseException) -> Page:
    """What a person is shown for an error; what nobody foresaw gets a reference, which the log explains."""
    match error:
        case Refusal():
            return error.page
        case Abandoned():
            return notices.notice_page(notices.restarting())
        case AnsweredTooLate():  # but Discord may have heard it, and show that we are thinking
            log.warning("Discord did not take an answer in time")
            return notices.notice_page(notices.timed_out())
        case ModelUnusable() | IndexUnusable():
            log.error("search is not available", exc_info=error)
            return notices.notice_page(notices.search_unavailable())
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return notices.notice_page(_("That command has changed. Reload Discord (Ctrl+R) and try again."))
        case app_commands.CheckFailure():
            return notices.notice_page(_("That can't be done here."))
        case BotError() if not isinstance(error, CannotWork | DataInUse | SettingsError | PostingTrouble):
            return notices.notice_page(escaped(str(error)))
    reference = "".join(secrets.choice(_REFERENCE) for _ in range(4))
    log.error("something went wrong", exc_info=error, extra={"fields": {"ref": reference}})
    return notices.notice_page(notices.something_wrong(reference))


def unwrapped(error: BaseException) -> BaseException:
    """The error that a command raised, out of what discord.py wrapped it in."""
    while isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        original = getattr(error, "original", None) or error.__cause__
        if original is None:
            break
        error = original
    return error


async def tell(interaction: discord.Interaction[Any], page: Page) -> None:
    """Show a page only to whoever pressed or asked, whether they were answered already or not."""
    response = interaction.response
    if interaction.type is discord.InteractionType.autocomplete:
        if not response.is_done() and isinstance(response, discord.InteractionResponse):
            await response.autocomplete([])
        return
    try:
        if not response.is_done():
            await response.send_message(view=layout_of(page), ephemeral=True)
            return
    except discord.HTTPException as error:
        if error.code != ALREADY_ANSWERED:
            raise
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        # Fills the "thinking" message, whose audience was settled when it was deferred.
        await interaction.edit_original_response(view=layout_of(page))
    else:
        await interaction.followup.send(view=layout_of(page), ephemeral=True)
