from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models.language_note import LanguageNote, foreign_language, language_note

ENGLISH = frozenset({"en"})
MANY = frozenset({"en", "de", "fr", "es", "ru", "zh", "ar"})


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie viele digitale Verkaufsplattformen wurden geschlossen?", "de"),
        ("Wer wurde verhaftet?", "de"),
        ("¿Quién fue detenido?", "es"),
        ("Qui a été arrêté ?", "fr"),
        ("Qu'a dit Wei au sujet de la liste noire ?", "fr"),
        ("Chi è stato arrestato?", "it"),
        ("Hur många försäljningsplattformar stängdes?", "sv"),
        ("Kto został aresztowany?", "pl"),
        ("Сколько торговых площадок было закрыто?", "ru"),
        ("Кто арестован?", "und-Cyrl"),
        ("有多少个数字销售平台被关闭？", "zh"),
        ("誰が逮捕されましたか？", "ja"),
        ("كم عدد المنصات التي أغلقت؟", "ar"),
        ("누가 체포되었나?", "ko"),
        ("Πόσες πλατφόρμες έκλεισαν;", "el"),
    ],
)
def test_a_question_in_another_language_is_noticed_and_the_language_named(question: str, language: str) -> None:
    assert foreign_language(question, ENGLISH) == language
    assert language_note(question, {"en": 100}, ENGLISH) == LanguageNote(ENGLISH, language, ())


@pytest.mark.parametrize(
    "question",
    [
        "Who was arrested?",
        "norfentanyl 1-boc-4-AP",
        "Tong Peiji Xiaojun Wei",
        "Angela Merkel Nord Stream Gerhard Schröder",
        "What does Le Monde say about Emmanuel Macron and the Assemblée nationale?",
        "fentanyl precursors Wuhan",
        "Rio de Janeiro São Paulo carnival",
        "What is 中国 in English?",
        "Where is Владивосток?",
        "107,000",
        "?!",
        "",
    ],
)
def test_an_english_question_and_one_that_is_no_sentence_pass_in_silence(question: str) -> None:
    assert language_note(question, {"en": 3}, ENGLISH) is None


def test_a_language_that_the_model_knows_is_not_mentioned() -> None:
    for question in ("Wer wurde gestern in Hamburg verhaftet?", "Кто арестован?", "有多少个平台被关闭？"):
        assert language_note(question, {"de": 10, "ru": 9, "zh": 8}, MANY) is None
    assert foreign_language("誰が逮捕されましたか？", MANY) == "ja"
    assert language_note("누가 체포되었나?", {}, MANY) == LanguageNote(MANY, "ko", ())


def test_of_a_model_of_unknown_languages_nothing_is_said() -> None:
    assert language_note("Wer wurde gestern in Hamburg verhaftet?", {"de": 100}, None) is None
    assert language_note("Wer wurde gestern in Hamburg verhaftet?", {"de": 100}, frozenset()) is None


def test_an_archive_is_mentioned_when_most_of_it_is_in_other_languages() -> None:
    assert language_note("Who was arrested?", {"en": 20, "de": 30, "fr": 25}, ENGLISH) == LanguageNote(
        ENGLISH, None, ("de", "fr")
    )
    assert language_note("Who was arrested?", {"en": 60, "de": 30, "fr": 25}, ENGLISH) is None
    assert language_note("Who was arrested?", {"de": 4}, ENGLISH) is None  # too few to say "most"
    both = language_note("Wer wurde gestern verhaftet?", {"de": 9}, ENGLISH)
    assert both == LanguageNote(ENGLISH, "de", ("de",))


@given(st.text(max_size=300))
def test_of_any_text_a_language_is_named_or_nothing_is_said(question: str) -> None:
    told = language_note(question, {}, ENGLISH)
    assert told is None or (told.asked is not None and told.asked not in ENGLISH and not told.archived)
