"""The note about languages as a line, in the language that is spoken."""

from __future__ import annotations

import pytest

from bot.rendering.language_notes import language_name, shown_note
from bot.rendering.wording import LANGUAGES, speaking
from retrieval.models.language_note import LanguageNote

ENGLISH = frozenset({"en"})
MANY = frozenset({"en", "de", "fr", "es", "ru", "zh", "ar"})


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        (
            LanguageNote(ENGLISH, "de", ()),
            "The search model knows English only; this question seems to be in German: only exact words and names are "
            "found.",
        ),
        (
            LanguageNote(ENGLISH, None, ("de", "fr")),
            "The search model knows English only; most articles here are in German and French: only exact words and "
            "names are found.",
        ),
        (
            LanguageNote(ENGLISH, "und-Cyrl", ("de",)),
            "The search model knows English only; this question seems to be in a language in Cyrillic letters, and "
            "most articles here are in German: only exact words and names are found.",
        ),
        (
            LanguageNote(MANY, "ko", ()),
            "The search model knows 7 languages; this question seems to be in Korean: only exact words and names are "
            "found.",
        ),
    ],
)
def test_it_says_what_the_model_does_not_know(note: LanguageNote, shown: str) -> None:
    assert shown_note(note) == shown


def test_languages_have_their_names_in_each_language() -> None:
    named = {}
    for language in LANGUAGES:
        with speaking(language):
            named[language] = language_name("de")
    assert named == {"en": "German", "es": "alemán", "zh_Hans": "德语"}


def test_a_tag_without_a_name_stays_a_tag() -> None:
    assert language_name("xx-odd") == "xx-odd"
    assert language_name("und-Odd") == "und-Odd"
