from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.questions.spelling import MOST_PIECES, alike, amounts_in, pieces_of, without_ending


@pytest.mark.parametrize(
    ("term", "others"),
    [
        ("107,000", ["107000"]),
        ("107\u00a0000", ["107000"]),
        ("1.234.567", ["1234567"]),
        ("1,234.5", ["1234.5"]),
        ("107000", ["107 000"]),
        ("1.2bn", ["1.2 bn", "1.2b", "1.2 b", "1.2billion", "1.2 billion"]),
        ("US", ["U S"]),
        ("U.S", ["US"]),
        ("COVID-19", ["COVID19"]),
        ("Covid19", ["Covid 19"]),
        ("O’Brien", ["OBrien"]),
        ("4-AP", ["4AP"]),
        ("2", []),
        ("12", []),
        ("0042", []),
        ("meeting", []),
    ],
)
def test_a_word_is_also_asked_for_as_others_spell_it(term: str, others: list[str]) -> None:
    assert alike(term) == others


def test_an_amount_in_words_is_also_asked_for_in_figures() -> None:
    assert "1.2bn" in amounts_in("Was it $1.2 billion or 3 euros?")
    assert amounts_in("In 2024 billions were spent, 107,000 of them") == []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("北京", ("北京",)),
        ("北京市", ("北京市", "北京", "京市")),
        ("的", ("的",)),
        ("What did Путина say?", ("Путин",)),
        ("В Москве", ("Москв",)),  # a single letter is no word to look for
        ("C++ or C#?", ("C++", "C#")),
        ("“在北京 举行”", ("在北京 举行", "在北京", "在北", "北京", "举行")),
        ("Is O’Brien’s café in the U.S. open?", ()),
    ],
)
def test_strings_are_looked_for_where_words_are_not_found(text: str, pieces: tuple[str, ...]) -> None:
    phrases = [text.strip("“”")] if text[0] == "“" else []
    assert pieces_of(text, phrases) == pieces


@pytest.mark.parametrize(
    ("word", "stem"), [("Москва", "Москв"), ("встречами", "встреч"), ("НАТО", "НАТ"), ("да", "да")]
)
def test_russian_endings_are_left_out(word: str, stem: str) -> None:
    assert without_ending(word) == stem


@given(text=st.text(max_size=2000), words=st.lists(st.text(max_size=50), max_size=3))
@example(text="北" * 2000, words=[])
@example(text="กข" * 1000, words=["1,000" * 300, "a-" * 900])
def test_any_text_has_few_pieces(text: str, words: list[str]) -> None:
    assert len(pieces_of(text, words)) <= MOST_PIECES
    for word in words:
        assert word not in alike(word)
