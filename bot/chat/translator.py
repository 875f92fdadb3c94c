"""Which language is spoken to whoever acts, and what Discord shows of our commands in each.

The names, descriptions and choices of the commands stand in the same catalogue as every other text (PRODUCT.md, 2);
Discord shows each person those of their own client's language.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.rendering.wording import ENGLISH, in_language, language_for, read_catalogues, speak

# A name stands under a context of its own (gettext's msgctxt): it must obey Discord's rules for names, and the same
# word may stand in a sentence too.
CONTEXTS: Final = {
    Location.command_name: "command",
    Location.group_name: "command",
    Location.parameter_name: "option",
}


class CatalogueTranslator(app_commands.Translator):
    """Gives discord.py what the catalogues say; nothing for a language that has none."""

    async def load(self) -> None:
        await asyncio.to_thread(read_catalogues)

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        language = language_for(str(locale))
        if language == ENGLISH:
            return None
        text = in_language(string.message, language, CONTEXTS.get(context.location))
        return text if text != string.message else None


async def definitions(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """The commands as they are sent to Discord, in all languages."""
    commands, translator = tree.get_commands(), tree.translator
    if translator is None:
        return [command.to_dict(tree) for command in commands]
    return [await command.get_translated_payload(tree, translator) for command in commands]


def speak_to(asking: discord.Interaction[Any] | discord.Message) -> None:
    """Speak the language of whoever acts from here on, in this task and the work that it gives away.

    With a message Discord does not say its author's language: it is answered in that of its server, in English in a
    direct message.
    """
    if isinstance(asking, discord.Message):
        speak(language_for(str(asking.guild.preferred_locale) if asking.guild else None))
    else:
        speak(language_for(str(asking.locale)))
