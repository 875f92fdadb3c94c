"""The field of a form in which a question is written, and the question that was sent in."""

from __future__ import annotations

from typing import Any

import discord

from bot.chat.apologies import Refusal
from bot.chat.layout import form_values
from bot.chat.room import LEAST_QUESTION, MOST_QUESTION
from bot.rendering.limits import OPTION_TEXT, clip
from bot.rendering.wording import gettext as _

_NAME = "question"


def question_field(placeholder: str) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(
        custom_id=_NAME,
        placeholder=clip(placeholder, OPTION_TEXT),
        min_length=LEAST_QUESTION,
        max_length=MOST_QUESTION,
    )


def question_given(sent: discord.Interaction[Any]) -> str:
    """The question of a form. Raises `Refusal` beyond the limits: Discord counts the blanks around it too."""
    question = form_values(sent).get(_NAME, "").strip()
    if not LEAST_QUESTION <= len(question) <= MOST_QUESTION:
        notice = _("A question has {least} to {most} characters.")
        raise Refusal(notice.format(least=LEAST_QUESTION, most=MOST_QUESTION))
    return question
