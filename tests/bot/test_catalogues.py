"""The catalogues hold every text of today's code in every language, and no translation loses what the text needs."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from catalogues import COMMAND, NotOneText, catalogue, commands, forms, labels, marked, messages, template
from discord_limits import check_commands

from bot.rendering.limits import units
from bot.rendering.wording import CATALOGUE_OF, ENGLISH, gettext, language_for, speaking

TRANSLATED = tuple(dict.fromkeys(CATALOGUE_OF.values()))
HELD = {language: catalogue(language) for language in TRANSLATED}
EVERY = [pytest.param(language, id=language) for language in TRANSLATED]

MARKS = ("**", "`", "\n", "<", ">", "\\", "¶", "#")
AN_OPTION = r"\b(since|until|source|sort|only_me):"
ANY_COMMAND = r"/(?:ask|search|article|digest add|digest list|settings|help)\b"


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return template()


@pytest.mark.parametrize("language", EVERY)
def test_a_catalogue_holds_the_texts_of_the_code_and_no_others(wanted: Catalog, language: str) -> None:
    today, held = ({_key(message) for message in messages(one)} for one in (wanted, HELD[language]))
    assert today == held, f"bring the catalogues up to date, then translate what is new: {COMMAND}"


@pytest.mark.parametrize("language", EVERY)
def test_every_text_is_translated(language: str) -> None:
    missing = [message.id for message in messages(HELD[language]) if message.fuzzy or not all(forms(message))]
    assert not missing, f"translate these in bot/locales/{language} (docs/localisation.md)"


@pytest.mark.parametrize("language", EVERY)
def test_a_translation_keeps_the_fields_and_the_markdown(language: str) -> None:
    for source, text in translations(language):
        assert fields(text) == fields(source), text
        assert [text.count(mark) for mark in MARKS] == [source.count(mark) for mark in MARKS], text
        assert text == text.strip() or source != source.strip(), text


@pytest.mark.parametrize("language", EVERY)
def test_a_translation_names_commands_and_options_as_discord_shows_them(language: str) -> None:
    def name(match: re.Match[str]) -> str:
        return "/" + " ".join(str(HELD[language].get(word, "command").string) for word in match[0][1:].split())

    for source, text in translations(language):
        named = sorted(name(match) for match in re.finditer(ANY_COMMAND, source))
        assert sorted(re.findall("|".join(map(re.escape, {*named, "/never"})), text)) == named, text
        for option in re.findall(AN_OPTION, source):
            assert f"{HELD[language].get(option, 'option').string}:" in text, text


@pytest.mark.parametrize("language", [ENGLISH, *TRANSLATED])
def test_labels_fit_where_they_stand_in_every_language(language: str) -> None:
    with speaking(language):
        for text, limit, place in labels():
            assert units(gettext(text)) <= limit, f"{place}: {gettext(text)!r}"


def test_commands_obey_discords_rules_in_every_language() -> None:
    definitions = commands().definitions
    check_commands(definitions)  # names, descriptions, and the 8,000 characters of a command in all languages
    for choice in (choice for one in definitions for part in walk(one) for choice in part.get("choices", ())):
        for name in (choice["name"], *(choice.get("name_localizations") or {}).values()):
            assert 1 <= units(name) <= 100


def test_no_two_names_at_one_place_are_the_same_in_any_language() -> None:
    definitions = commands().definitions
    for siblings in (definitions, *(part.get("options", ()) for one in definitions for part in walk(one))):
        for locale in ("en-US", *CATALOGUE_OF):
            names = [(part.get("name_localizations") or {}).get(locale, part["name"]) for part in siblings]
            assert len(names) == len(set(names)), names


def test_every_locale_of_a_language_gets_its_names() -> None:
    (ask,) = [definition for definition in commands().definitions if definition["name"] == "ask"]
    assert ask["name_localizations"] == {
        locale: HELD[language_for(locale)].get("ask", "command").string for locale in CATALOGUE_OF
    }


def test_what_is_marked_must_be_one_plain_text() -> None:
    assert list(marked("""_("a" "b"); f"{_('c')} {ngettext('d', 'e', n)}"; N_("f"); _(known)""", "x")) == [
        "ab",
        "f",
        "c",
        ("d", "e"),
    ]
    for wrong in ('_(f"{a} b")', '_("a" + b)', 'ngettext(f"{a}", "b", n)'):
        with pytest.raises(NotOneText):
            list(marked(wrong, "x"))


def translations(language: str) -> list[tuple[str, str]]:
    """Each text and its translation, of a text for a count the plural and each form."""
    return [
        (message.id if isinstance(message.id, str) else message.id[-1], text)
        for message in messages(HELD[language])
        for text in forms(message)
        if text
    ]


def _key(message: Message) -> tuple[str | None, str | tuple[str, ...]]:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def walk(part: dict) -> list[dict]:  # type: ignore[type-arg]
    """A command's definition and everything in it that has a name of its own."""
    return [part, *(deeper for option in part.get("options", ()) for deeper in walk(option))]
