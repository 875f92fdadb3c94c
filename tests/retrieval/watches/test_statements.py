"""Whether a quote says what another one said: tables of pairs, and what must hold for any."""

from __future__ import annotations

import pytest
from drafts import draft
from hostile import article_of, hostile
from hypothesis import given
from hypothesis import strategies as st

from corpus.passage import Quote
from retrieval.questions.question import understand
from retrieval.stemming import Stemmer
from retrieval.watches.statements import NOTHING, Statement, StatementReader, said_by, statement_from

DEATHS = "How many people died in the earthquake?"
GUILT = "Was the doctor found guilty?"
LEADER = "Who leads the party?"


def stated(question: str, text: str, answer: str = "") -> Statement:
    """`answer` is what is in bold."""
    place = (text.index(answer), text.index(answer) + len(answer)) if answer else None
    quote = Quote(article_of(draft(text), 1), 0, len(text), place)
    return StatementReader(understand(question), Stemmer()).read(quote)


def says_more(question: str, new: tuple[str, str], *known: tuple[str, str], likeness: float = 0.0) -> bool:
    by_figure = StatementReader(understand(question), Stemmer()).by_figure
    told = [stated(question, *one) for one in known]
    return said_by(stated(question, *new), told, lambda: [likeness] * len(told), by_figure=by_figure) is None


BEFORE = ("The earthquake killed 100,000 people, the government says.", "100,000")


@pytest.mark.parametrize(
    ("new", "more"),
    [
        (("The  earthquake killed 100,000 people,\nthe government SAYS.", "100,000"), False),  # the same words
        (("The earthquake killed 150,000 people, the government says.", "150,000"), True),
        (("Some 100,000 lost their lives when the ground shook.", "100,000"), False),  # the same figure in other words
        (("One hundred thousand are dead, by an estimate.", "One hundred thousand"), False),
        (("Some 200,000 lost their lives when the ground shook.", "200,000"), True),
        (("Nobody can say how many lie under the rubble.", ""), True),
        (("The earthquake killed people, the government says again.", ""), False),  # its words stand in one sentence
        (("The earthquake of 12 January killed 100,000 people, the government says.", "100,000"), False),
    ],
)
def test_a_figure_settles_what_asks_for_one(new: tuple[str, str], more: bool) -> None:
    assert says_more(DEATHS, new, BEFORE) is more


@pytest.mark.parametrize(
    ("new", "likeness", "more"),
    [
        ("The jury found the doctor guilty of manslaughter.", 0.9, False),
        ("The jury found the doctor guilty of manslaughter on 29 November.", 0.9, True),  # another day
        ("A judge sent the doctor to prison for four years.", 0.3, True),
        ("The doctor was convicted by jurors.", 0.7, False),  # means the same
        ("The doctor was convicted by jurors.", 0.5, True),
        ("The physician was convicted by jurors.", 0.7, True),  # not one common word
        ("The physician was convicted by jurors.", 0.8, False),
    ],
)
def test_words_or_meaning_tell_what_was_said_before(new: str, likeness: float, more: bool) -> None:
    told = "A jury has found the doctor guilty of manslaughter."
    assert says_more(GUILT, (new, ""), (told, ""), likeness=likeness) is more


@pytest.mark.parametrize(
    ("new", "more"),
    [
        (("The party is led by Ana Silva since Monday.", "Ana Silva"), True),
        (("The party is led by Tom Reid since Friday.", "Tom Reid"), False),
        (("Members say that Reid leads the party.", "Reid"), False),  # the surname is known
        (("On Monday the party is led by Ana Silva.", ""), True),  # another person in like words, nothing bold
        (("The party is led by Reid, says Ana Silva.", ""), False),  # whom both name
    ],
)
def test_another_name_is_another_answer(new: tuple[str, str], more: bool) -> None:
    assert says_more(LEADER, new, ("The party is led by Tom Reid since Monday.", "Tom Reid"), likeness=0.7) is more


@pytest.mark.parametrize(
    ("question", "text", "answer", "title", "about"),
    [
        (DEATHS, "The earthquake killed 100,000; most died at once.", "100,000", None, True),
        (DEATHS, "The earthquake cost 14 billion dollars.", "14 billion dollars", None, False),  # of other matters
        (DEATHS, "As many as 300 were counted.", "300", "Earthquake: 300 died", True),  # its title says of what
        (DEATHS, "Nobody knows how many died in the earthquake.", "", None, False),  # no figure
        (GUILT, "The jury was sent home.", "", None, True),  # no figure is asked for
        ("How many people?", "There are 12.", "12", None, True),  # which names nothing else
    ],
)
def test_a_figure_has_to_be_of_what_is_asked(
    question: str, text: str, answer: str, title: str | None, about: bool
) -> None:
    place = (text.index(answer), text.index(answer) + len(answer)) if answer else None
    quote = Quote(article_of(draft(text, title=title), 1), 0, len(text), place)
    assert StatementReader(understand(question), Stemmer()).is_about(quote) is about


def test_the_days_of_the_week_and_months_are_nobodys_names() -> None:
    told = ("The council met in the hall on Monday.", "")
    assert not says_more("Did the council meet?", ("The council met in the hall on Friday.", ""), told)


def test_a_figure_is_not_told_by_a_larger_one_that_begins_with_it() -> None:
    told = ("Of those who died in the earthquake 45,000 to 50,000 are known by name.", "50,000")
    assert says_more(DEATHS, ("In one school 50 died in the earthquake.", "50"), told)
    assert says_more(DEATHS, ("In one school 45 died in the earthquake.", "45"), told)


def test_an_earlier_figure_that_comes_back_is_nothing_new() -> None:
    other = ("The earthquake killed 150,000 people, the government says.", "150,000")
    assert not says_more(DEATHS, BEFORE, other, BEFORE)


def test_everything_is_new_where_nothing_is_known() -> None:
    assert says_more(DEATHS, BEFORE)


@given(hostile, st.lists(hostile, max_size=3), st.sampled_from([DEATHS, GUILT, LEADER]))
def test_the_same_words_are_never_new_and_are_remembered_without_them(text: str, others: list[str], asked: str) -> None:
    reader = StatementReader(understand(asked), Stemmer())
    texts = [f"Item {one}." for one in (*others, text)]
    told = [reader.read(Quote(article_of(draft(one), 1), 0, len(one))) for one in texts]
    place = said_by(told[-1], told, lambda: [0.0] * len(told), by_figure=reader.by_figure)
    assert place is not None and told[place].text == told[-1].text
    assert [statement_from(one.as_text()) for one in told] == told
    assert not any(letter.isalpha() for letter in told[-1].as_text())


def test_no_model_is_asked_where_words_or_figures_settle_it() -> None:
    def unasked() -> list[float]:
        raise AssertionError("somebody asked how alike quotes are")

    known = [Statement(1, words=frozenset({5}), figures=frozenset({2}))]
    assert said_by(Statement(1), known, unasked) == 0
    assert said_by(Statement(9, answer=frozenset({3})), known, unasked) is None
    assert said_by(Statement(9, answer=frozenset({2})), known, unasked, by_figure=True) == 0
    assert said_by(Statement(9, words=frozenset({5}), figures=frozenset({3})), known, unasked) is None


hashes = st.frozensets(st.integers(0, 9), max_size=4)
statements = st.builds(Statement, st.integers(0, 9), hashes, hashes, hashes, hashes)


@given(statements, st.lists(statements, max_size=4), st.booleans(), st.data())
def test_who_says_it_already_is_one_of_those_who_are_known(
    new: Statement, known: list[Statement], by_figure: bool, data: st.DataObject
) -> None:
    likeness = [data.draw(st.floats(-1, 1)) for _ in known]
    place = said_by(new, known, lambda: likeness, by_figure=by_figure)
    assert place is None or 0 <= place < len(known)
    told = frozenset[int]().union(*(one.words | one.figures for one in known))
    if new.answer - told and new.text not in {one.text for one in known}:
        assert place is None  # an answer that nobody gave is never passed over
    if place is not None:  # and more knowledge never makes an old statement new
        assert said_by(new, [*known, new], lambda: [*likeness, 1.0], by_figure=by_figure) is not None
    assert Statement(1).words is NOTHING
