"""Texts come in the language that is spoken, and in English where there is none."""

import asyncio

import pytest

from bot.rendering.wording import (
    ENGLISH,
    LANGUAGES,
    gettext,
    in_all_languages,
    language_for,
    ngettext,
    speak,
    speaking,
    spoken,
)
from bot.workbench import Workbench


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("es-ES", "es"), ("es-419", "es"), ("zh-CN", "zh_Hans"), ("zh-TW", "en"), (None, "en")],
)
def test_discord_locales_find_their_catalogue(locale: str | None, language: str) -> None:
    assert language_for(locale) == language


def test_a_text_without_a_translation_is_shown_in_english() -> None:
    with speaking("es"):
        assert gettext("A text that no catalogue holds.") == "A text that no catalogue holds."
        assert ngettext("{n} odd thing", "{n} odd things", 1) == "{n} odd thing"
        assert ngettext("{n} odd thing", "{n} odd things", 2) == "{n} odd things"


def test_an_unknown_language_is_english() -> None:
    with speaking("tlh"):
        assert spoken() == ENGLISH


def test_every_language_gives_its_own_text_to_look_for() -> None:
    assert "A text that no catalogue holds." in in_all_languages("A text that no catalogue holds.")


def test_the_empty_text_is_not_the_catalogues_header() -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert gettext("") == ""


async def test_work_given_away_speaks_the_language_of_whoever_gave_it() -> None:
    bench = Workbench()

    async def person(language: str) -> str:
        speak(language)
        return await bench.run(spoken)

    try:
        assert await asyncio.gather(*map(person, ["es", "en", "zh_Hans"])) == ["es", "en", "zh_Hans"]
    finally:
        bench.close()
    assert spoken() == ENGLISH


def test_a_count_takes_the_form_that_its_language_has_for_it() -> None:
    shown = {}
    for language in LANGUAGES:
        with speaking(language):
            shown[language] = [
                ngettext("{count} article", "{count} articles", count).format(count=count) for count in (0, 1, 2)
            ]
    assert shown == {
        "en": ["0 articles", "1 article", "2 articles"],
        "es": ["0 artículos", "1 artículo", "2 artículos"],
        "zh_Hans": ["0 篇文章", "1 篇文章", "2 篇文章"],
    }
