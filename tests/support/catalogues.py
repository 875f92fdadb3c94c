"""What the catalogues have to hold: every text that the code marks, and every text of the commands.

Run as a program it brings ``bot/locales`` up to date: new texts come in without a translation, old ones go.

    PYTHONPATH=.:tests/support python tests/support/catalogues.py

Babel's own reader of Python does not look inside f-strings before Python 3.12, so the code's syntax tree is read here.
"""

from __future__ import annotations

import ast
import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import discord
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from discord import app_commands

import bot
from bot.chat.translator import CONTEXTS, CatalogueTranslator
from bot.rendering.limits import BUTTON_LABEL, MODAL_TITLE, OPTION_TEXT, PLACEHOLDER
from bot.rendering.wording import CATALOGUE_OF, DOMAIN, LOCALES

CODE = Path(bot.__file__).parent
COMMAND = "PYTHONPATH=.:tests/support python tests/support/catalogues.py"
WIDTH = 110
FIELD = re.compile(r"\{[a-z_]+\}")


class NotOneText(Exception):
    """Something else than a plain text is marked for the catalogue, which can then not be found there."""


def marked(source: str, name: str) -> Iterator[str | tuple[str, str]]:
    """The texts that a module marks with `_`, `gettext`, `N_` or `ngettext`."""
    for node in ast.walk(ast.parse(source, name)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
        if node.func.id == "ngettext":
            if not (isinstance(texts[0], str) and isinstance(texts[1], str)):
                raise NotOneText(f"{name}:{node.lineno}: ngettext takes two plain texts and a count")
            yield texts[0], texts[1]
        elif node.func.id in ("N_", "_", "gettext") and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
            raise NotOneText(f"{name}:{node.lineno}: {node.func.id} takes a plain text; give its fields with .format()")
        elif node.func.id in ("N_", "_", "gettext") and isinstance(texts[0], str) and texts[0]:
            yield texts[0]


def template() -> Catalog:
    """All texts, each with the files that it stands in, in the order of those."""
    found = Catalog(domain=DOMAIN, project="briefing-bot", fuzzy=False)
    for path in sorted(CODE.rglob("*.py")):
        name = path.relative_to(CODE.parent).as_posix()
        for text in marked(path.read_text("utf-8"), name):
            found.add(text, locations=[(name, None)])  # type: ignore[list-item]
    for context, text in commands().texts:
        found.add(text, context=context, locations=[("bot/chat", None)])  # type: ignore[list-item]
    return found


@dataclass(frozen=True)
class Commands:
    """`definitions` as Discord is sent them; `texts` of them that stand in a catalogue, names with their context."""

    definitions: list[dict[str, Any]]
    texts: list[tuple[str | None, str]]


@cache
def commands() -> Commands:
    """All commands of the bot, from a start of it in the simulated Discord. Not from inside an event loop."""
    return asyncio.run(_commands())


async def _commands() -> Commands:
    from chat_world import world  # the simulated Discord takes seconds to load

    recorder = _Recorder()
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder)) as place:
            tree = place.env.bot.tree
            found = [await command.get_translated_payload(tree, recorder) for command in tree.get_commands()]
    return Commands(found, list(recorder.heard))


# Where a text stands that Discord limits, by the call: its name, its place or keyword there, and the limit.
_LIMITED = (
    ("Button", 0, BUTTON_LABEL),
    ("Choice", 1, PLACEHOLDER),
    ("Option", 0, OPTION_TEXT),
    ("Option", 2, OPTION_TEXT),
    ("form_of", 1, MODAL_TITLE),
    ("Label", "text", MODAL_TITLE),
    ("Label", "description", OPTION_TEXT),
    ("TextInput", "placeholder", OPTION_TEXT),
    ("question_field", 0, OPTION_TEXT),
    ("Select", "placeholder", PLACEHOLDER),
    ("SelectOption", "label", OPTION_TEXT),
)


def labels() -> Iterator[tuple[str, int, str]]:
    """The marked texts that stand where Discord limits them, each with its limit in UTF-16 units and its place."""
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            for name, where, limit in _LIMITED:
                if called == name and isinstance(node, ast.Call):
                    given = [word.value for word in node.keywords if word.arg == where]
                    given += node.args[where : where + 1] if isinstance(where, int) else []
                    for text in (text for part in given for text in marked(ast.unparse(part), path.name)):
                        if isinstance(text, str) and not FIELD.search(text):
                            yield text, limit, f"{path.name}:{node.lineno}"


class _Recorder(CatalogueTranslator):
    """Writes down what it is asked to translate."""

    def __init__(self) -> None:
        self.heard: dict[tuple[str | None, str], None] = {}

    async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: Any) -> str | None:
        self.heard[CONTEXTS.get(context.location), string.message] = None
        return await super().translate(string, locale, context)


def catalogue(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def path_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def messages(held: Catalog) -> list[Message]:
    """Without the header."""
    return [message for message in held if message.id]


def write(language: str, held: Catalog) -> None:
    with path_of(language).open("wb") as file:
        write_po(file, held, width=WIDTH, ignore_obsolete=True, include_lineno=False)


def bring_up_to_date(language: str, wanted: Catalog) -> int:
    """Write the catalogue anew with what is wanted now; how many texts have no translation."""
    held = catalogue(language)
    held.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    write(language, held)
    return sum(not all(forms(message)) for message in messages(held))


def forms(message: Message) -> tuple[str, ...]:
    """The translations: one, or one for each form of the plural; empty where there is none."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


if __name__ == "__main__":
    everything = template()
    for spoken in dict.fromkeys(CATALOGUE_OF.values()):
        missing = bring_up_to_date(spoken, everything)
        sys.stdout.write(f"{spoken}: {len(messages(everything))} texts, {missing} without a translation\n")
