from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language_note import foreign_language, language_note

ENGLISH = frozenset({"en"})
MANY = frozenset({"en", "de", "fr", "es", "ru", "zh", "ar"})


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wie viele digitale Verkaufsplattformen wurden geschlossen?", "German"),
        ("Wer wurde verhaftet?", "German"),
        ("¿Quién fue detenido?", "Spanish"),
        ("Qui a été arrêté ?", "French"),
        ("Qu'a dit Wei au sujet de la liste noire ?", "French"),
        ("Chi è stato arrestato?", "Italian"),
        ("Hur många försäljningsplattformar stängdes?", "Swedish"),
        ("Kto został aresztowany?", "Polish"),
        ("Сколько торговых площадок было закрыто?", "Russian"),
        ("Кто арестован?", "a language in Cyrillic letters"),
        ("有多少个数字销售平台被关闭？", "Chinese"),
        ("誰が逮捕されましたか？", "Japanese"),
        ("كم عدد المنصات التي أغلقت؟", "Arabic"),
        ("누가 체포되었나?", "Korean"),
        ("Πόσες πλατφόρμες έκλεισαν;", "Greek"),
    ],
)
def test_a_question_in_another_language_is_noticed_and_the_language_named(question: str, language: str) -> None:
    assert foreign_language(question, ENGLISH) == language
    told = language_note(question, {"en": 100}, ENGLISH)
    assert told == (
        f"The search model knows English only; this question seems to be in {language}: only exact words and names are "
        "found."
    )


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
    assert foreign_language("誰が逮捕されましたか？", MANY) == "Japanese"
    assert language_note("누가 체포되었나?", {}, MANY) == (
        "The search model knows 7 languages; this question seems to be in Korean: only exact words and names are found."
    )


def test_of_a_model_of_unknown_languages_nothing_is_said() -> None:
    assert language_note("Wer wurde gestern in Hamburg verhaftet?", {"de": 100}, None) is None
    assert language_note("Wer wurde gestern in Hamburg verhaftet?", {"de": 100}, frozenset()) is None


def test_an_archive_is_mentioned_when_most_of_it_is_in_other_languages() -> None:
    told = language_note("Who was arrested?", {"en": 20, "de": 30, "fr": 25}, ENGLISH)
    assert told == (
        "The search model knows English only; most articles here are in German and French: only exact words and names "
        "are found."
    )
    assert language_note("Who was arrested?", {"en": 60, "de": 30, "fr": 25}, ENGLISH) is None
    assert language_note("Who was arrested?", {"de": 4}, ENGLISH) is None  # too few to say "most"
    both = language_note("Wer wurde gestern verhaftet?", {"de": 9}, ENGLISH)
    assert both is not None and "seems to be in German, and most articles here are in German: only" in both


@given(st.text(max_size=300))
def test_any_text_gives_one_line_or_none(question: str) -> None:
    told = language_note(question, {}, ENGLISH)
    assert told is None or ("\n" not in told and told.startswith("The search model knows English only; this question"))
