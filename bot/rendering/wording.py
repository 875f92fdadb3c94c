"""The texts that people read, in their language, out of one catalogue.

    from bot.rendering.wording import gettext as _, ngettext

    _("No article {article}.").format(article=...)

The English text is the key (gettext's msgid). The language is a context variable: it is set where a person's command,
press or message comes in (`speak`), and the workbenches carry it to their threads, so no function needs it as an
argument; what nobody pressed is written under `speaking`. Catalogues are the ``.po`` files in ``bot/locales``, read as
they are; a text that has no translation there is shown in English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ENGLISH: Final = "en"
LOCALES: Final = Path(__file__).parent.parent / "locales"
DOMAIN: Final = "briefing-bot"

# Discord's locales (its documentation, "Locales") that a catalogue of ours speaks; any other is answered in English.
CATALOGUE_OF: Final[Mapping[str, str]] = {"es-ES": "es", "es-419": "es", "zh-CN": "zh_Hans"}
LANGUAGES: Final = (ENGLISH, *dict.fromkeys(CATALOGUE_OF.values()))

_WITHOUT_SPACES: Final = frozenset({"zh_Hans"})  # written without spaces, and with punctuation of its own

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def gettext(text: str) -> str:
    """A text in the language of whoever is spoken to."""
    return _translated(text, _language.get())


def ngettext(one: str, many: str, count: int) -> str:
    """As `gettext`, for a text that depends on a count, by the plural rules that the catalogue states."""
    language = _language.get()
    catalogue = _catalogue(language)
    if catalogue is not None:
        message = catalogue.get((one, many))
        forms = message.string if message is not None and not message.fuzzy else None
        if isinstance(forms, tuple | list) and all(forms):
            return str(forms[_plural_of(language)(count)])
    return one if count == 1 else many


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a text that is only marked
    """Mark a text for the catalogue without translating it yet."""
    return text


def number(count: int) -> str:
    """A count as it is written in the language: ``1,204``; in Spanish ``1.204``."""
    language = _language.get()
    if language == ENGLISH:
        return f"{count:,}"
    from babel.numbers import format_decimal

    return format_decimal(count, locale=language)


def series(items: Sequence[str]) -> str:
    """``fentanyl, trade and lobsters``; "" for none."""
    language = _language.get()
    if language == ENGLISH:
        return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
    from babel.lists import format_list

    return format_list(items, locale=language)


def sentences(*texts: str) -> str:
    """Whole sentences one after the other, empty ones left out."""
    return ("" if _language.get() in _WITHOUT_SPACES else " ").join(filter(None, texts))


def by_commas(*parts: str) -> str:
    """Parts of a sentence one after the other, empty ones left out."""
    return ("，" if _language.get() in _WITHOUT_SPACES else ", ").join(filter(None, parts))


def in_language(text: str, language: str, context: str | None = None) -> str:
    """A text in a certain language, such as a command's description for Discord.

    `context` (gettext's msgctxt) tells the same word in another use apart, such as the name of a command.
    """
    return _translated(text, language, context)


def command(name: str) -> str:
    """The name of a command, ``ask``, as Discord shows it to whoever is spoken to."""
    return _translated(name, _language.get(), "command")


def option(name: str) -> str:
    """The name of a command's option, ``since``, as Discord shows it to whoever is spoken to."""
    return _translated(name, _language.get(), "option")


def in_all_languages(text: str) -> frozenset[str]:
    """A text in every language that we speak: to find it again in a message that was written in any of them."""
    return frozenset(_translated(text, language) for language in LANGUAGES)


def read_catalogues() -> None:
    """Read them now, in a tenth of a second, rather than when the first text of a language is wanted. Blocking."""
    for language in LANGUAGES:
        _catalogue(language)


def spoken() -> str:
    """The language that is spoken now: one of `LANGUAGES`."""
    return _language.get()


def language_for(locale: str | None) -> str:
    """Which of our languages serves a Discord locale."""
    return CATALOGUE_OF.get(locale or "", ENGLISH)


def speak(language: str) -> None:
    """Speak a language of `LANGUAGES` from here on, in this task and the work that it gives away."""
    _language.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside the block."""
    token = _language.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def _translated(text: str, language: str, context: str | None = None) -> str:
    catalogue = _catalogue(language)
    message = catalogue.get(text, context) if catalogue is not None and text else None
    if message is None or message.fuzzy or not message.string:
        return text
    return str(message.string if isinstance(message.string, str) else message.string[0])


@cache
def _catalogue(language: str) -> Catalog | None:
    """The translations into a language; None for English, which is what the keys are."""
    if language == ENGLISH:
        return None
    # Babel takes a tenth of a second to load, and whoever speaks English does without it.
    from babel.messages.pofile import read_po

    path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@cache
def _plural_of(language: str) -> Callable[[int], int]:
    """Which form of a text a count takes, by the catalogue's own Plural-Forms."""
    catalogue = _catalogue(language)
    return c2py(catalogue.plural_expr if catalogue is not None else "n != 1")
