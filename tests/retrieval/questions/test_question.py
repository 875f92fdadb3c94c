from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.schema import MIGRATIONS
from retrieval.questions.question import Wanted, any_of, understand
from retrieval.stemming import TOKENIZER, Stemmer


def full_text() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize = "{TOKENIZER}")')
    connection.execute("INSERT INTO words VALUES ('', 'Precursors such as 4-AP, 1-boc-4-AP and norfentanyl.')")
    connection.execute("INSERT INTO words VALUES ('', 'More than 107,000 people; 4 of them met AP reporters.')")
    return connection


def found(text: str) -> list[int]:
    connection = full_text()
    expression = any_of(understand(text).units)
    try:
        return [row[0] for row in connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,))]
    finally:
        connection.close()


HOSTILE = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ['"', "'", "*", "^", "(", ")", ":", "-", "+", "{", "}", "NEAR", "AND", "OR", "NOT", "title", "body", "\0"]
        )
    ).map(" ".join),
)


@given(text=HOSTILE)
@example(text='" OR body : (')
@example(text="\ud800 lone")
@example(text="NEAR(a b, 2)")
def test_no_text_breaks_the_full_text_search(text: str) -> None:
    question = understand(text)
    connection = full_text()
    for expression in (any_of(question.units), question.every_term()):
        if expression:
            connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall()
    connection.close()


def test_exact_tokens_match_to_the_letter() -> None:
    assert found("4-AP") == [1]
    assert found("1-boc-4-AP") == [1]
    assert found("107,000") == [2]
    assert understand("Was $1.2bn paid for 4-AP?").exact == ("1.2bn", "4-AP")


def test_every_term_may_stand_in_any_spelling() -> None:
    assert understand('"opioid crisis" of 107,000').every_term() == (
        '"opioid crisis" AND "opioid" AND "crisis" AND ("107,000" OR "107000")'
    )
    assert understand("北京").every_term() is None


def test_names_and_quoted_phrases_are_searched_as_phrases() -> None:
    question = understand("What did Wei Xiaojun’s bureau say about “close cooperation”?")
    assert question.names == ("Wei Xiaojun",)
    assert question.phrases == ("close cooperation",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How many platforms were closed?", Wanted.NUMBER),
        ("When did they meet?", Wanted.TIME),
        ("In what year did it begin?", Wanted.TIME),
        ("Who was arrested?", Wanted.PERSON),
        ("Where was he arrested?", Wanted.PLACE),
        ("Why did it end?", Wanted.ANYTHING),
        ("Who knows when it began?", Wanted.PERSON),
    ],
)
def test_the_kind_of_answer_is_read_from_the_first_question_word(text: str, wanted: Wanted) -> None:
    assert understand(text).wanted is wanted


@given(text=st.text(st.sampled_from("aeinrstdgéÜß049 -.,’$")))
def test_words_agree_here_when_they_agree_in_the_full_text_index(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE words USING fts5(body, tokenize = "{TOKENIZER}")')
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, row)")
    connection.execute("INSERT INTO words VALUES (?)", (text,))
    terms = {row[0] for row in connection.execute("SELECT term FROM terms")}
    connection.close()
    assert set(Stemmer().stems(text)) == terms


def test_the_stemmer_is_the_one_of_the_archive() -> None:
    assert any(f'tokenize = "{TOKENIZER}"' in migration for migration in MIGRATIONS)
    assert Stemmer().stems("The Precursors’ café, 4-AP") == ["the", "precursor", "cafe", "4", "ap"]
