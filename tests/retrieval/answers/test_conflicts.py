from __future__ import annotations

import dataclasses

import pytest
from drafts import NOON, draft
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.passage import Quote
from retrieval.answers.conflicts import contradictions, differ
from retrieval.answers.outcome import Answer, RankedQuote
from retrieval.answers.quantity import quantities
from retrieval.questions.question import understand
from retrieval.stemming import Stemmer

STEMMER = Stemmer()
DEATHS = "How many people died of overdoses?"


def quote_of(text: str, number: int, duplicate_of: int | None = None, published: str | None = None) -> Quote:
    one = draft(text, published=published)
    fields = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
    article = Article(
        **fields, number=number, revision="r", collection="news", archived_at=NOON, duplicate_of=duplicate_of
    )
    return Quote(article, 0, len(text))


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (DEATHS, "Last year 107,000 people died of overdoses.", "Overdoses: 75,000 people died last year."),
        (DEATHS, "Of overdoses 12 people died.", "Ninety people died of overdoses."),
        ("How many stores were closed?", "More than 1,000 stores were closed.", "Only 300 stores were closed."),
        ("How many stores were closed?", "Up to 100 stores were closed.", "At least 300 stores were closed."),
        ("How much did the bridge cost?", "The bridge cost $1.2 billion.", "The bridge had cost $900 million."),
        ("What percentage of members voted?", "Some 62 percent of members voted.", "Only 40% of the members voted."),
        ("How long is the tunnel?", "The tunnel is 50 km long.", "The tunnel is 38 km long."),
        ("Who founded the mill?", "The mill was founded by Ruth Okafor.", "The mill was founded by Tom Bell."),
        ("Who founded the mill?", "Ruth Okafor founded the mill in 1911.", "In 1911 Tom Bell founded the mill."),
        ("When was the mill closed?", "The mill was closed on 3 May 1998.", "The mill was closed on 9 June 1998."),
        ("In what year was the mill closed?", "The mill was closed in 1998.", "In 2001 the mill was closed."),
        (
            "In what year was the mill closed?",
            "The mill with 30 looms was closed in 1998.",
            "In 2001 the mill with 30 looms was closed.",
        ),
        ("When was the mill closed?", "The mill was closed on 3 May 1998.", "On 5 June 2001 the mill was closed."),
        ("Where was Tong arrested?", "Tong was arrested in Spain.", "Tong was arrested in Peru."),
    ],
)
def test_sources_that_cannot_both_be_right_differ(question: str, one: str, other: str) -> None:
    assert differ(understand(question), one, other, STEMMER)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # The first archive: two counts of which one holds the other.
        (
            "How many people died?",
            "In 2022, more than 107,000 people in the U.S. died from drug overdoses.",
            "Around 75,000 of those deaths were tied to synthetic opioids, when 107,000 died.",
        ),
        (DEATHS, "More than 107,000 people died of overdoses.", "Of overdoses 109,680 people died."),
        (DEATHS, "Nearly 75,000 people died of overdoses.", "Of overdoses 74,702 people died."),
        (DEATHS, "Overdoses: 75,000 people died.", "Of overdoses 74,702 people died."),
        (DEATHS, "About 70 people died of overdoses.", "Of overdoses some 74 people died."),
        (DEATHS, "In 2021, 107,000 people died of overdoses.", "In 2019, 70,000 people died of overdoses."),
        (DEATHS, "By May 3, 12 people died of overdoses.", "By May 9, 90 people died of overdoses."),
        (DEATHS, "Of overdoses 107,000 people died.", "The clinic treated 75 patients for overdoses."),
        (DEATHS, "Of overdoses 107,000 people died.", "People died: 3 of 4 counties saw more overdoses."),
        (DEATHS, "Twelve people died of overdoses.", "Of overdoses 12 people died."),
        (DEATHS, "Hundreds of people died of overdoses.", "Of overdoses 12 people died."),
        ("How much did it cost?", "It cost $1.2 billion.", "It cost 900 workers their jobs."),
        ("How much did the bridge cost?", "The bridge cost $1.2 billion.", "The bridge cost $1.2bn."),
        ("When was the mill closed?", "The mill was closed in 1998.", "The mill was closed on Monday."),
        ("When was the mill closed?", "The mill was closed on May 3, 1998.", "The mill was closed on 3 May 1998."),
        ("Who founded the mill?", "Ruth Okafor founded the mill.", "Okafor founded the mill."),
        ("Who founded the mill?", "Ruth Okafor founded the mill.", "Tom Bell, not Ruth Okafor, founded the mill."),
        ("Who founded the mill in Leeds?", "Ruth Okafor founded a mill in Leeds.", "Tom Bell founded a school."),
        ("Where is the mill?", "The mill is in the United States.", "The mill is in the U.S."),
        ("Who founded the mill in Leeds?", "The mill in Leeds was grey.", "The mill in York was grey."),
        ("Why was it closed?", "It was closed for lack of money.", "It was closed for want of workers."),
        ("In which year was it 111,029?", "It was 107,622 in 2021.", "It was 111,029 in 2022."),
        (
            "When did deaths reach a record?",
            "Deaths reached a record of 107,622 in 2021.",
            "In 2022 deaths reached a record of 111,029.",
        ),
        (
            "And in 2022?",
            "In the States 107,622 people died of overdoses in 2021, nearly 15 percent more than in 2020.",
            "In the States 93,331 people died of overdoses in 2020.",
        ),
    ],
)
def test_what_can_both_be_right_does_not_differ(question: str, one: str, other: str) -> None:
    assert not differ(understand(question), one, other, STEMMER)


WORDS = st.lists(
    st.sampled_from(
        ["How many", "Who", "people", "died", "12", "107,000", "about", "$3bn", "Wei", "Ruth", "in 1998", "by", "."]
    ),
    max_size=20,
).map(" ".join)


@given(question=WORDS, one=WORDS, other=WORDS)
def test_differing_is_mutual_and_nothing_differs_from_itself(question: str, one: str, other: str) -> None:
    asked = understand(question)
    assert differ(asked, one, other, STEMMER) == differ(asked, other, one, STEMMER)
    assert not differ(asked, one, one, STEMMER)


@pytest.mark.parametrize(("words", "differs"), [(20, True), (400, False)])
def test_texts_of_more_words_than_prose_can_have_are_not_aligned(words: int, *, differs: bool) -> None:
    asked, said = understand("Why was it closed?"), "b " * words
    assert differ(asked, f"{said}Tom Bell {said}", f"{said}Ruth Okafor {said}", STEMMER) is differs


def test_only_quotes_of_different_articles_that_are_shown_differ() -> None:
    few, many = "12 people died of overdoses.", "Of overdoses 107,000 people died."
    quotes = [quote_of(few, 1), quote_of(few, 2), quote_of(many, 3)]
    differing = contradictions(understand(DEATHS), quotes, STEMMER)
    assert differing == (((1, 0), (3, 0)), ((2, 0), (3, 0)))
    answer = Answer(DEATHS, tuple(RankedQuote(quote, 0.9) for quote in quotes), 0.9, differing)
    assert answer.sources_differ()
    assert not answer.sources_differ(2)
    assert not dataclasses.replace(answer, quotes=answer.quotes[:2]).sources_differ()
    assert contradictions(understand(DEATHS), [quote_of(few, 1), quote_of(many, 2, duplicate_of=1)], STEMMER) == ()


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("107,000", 107_000, ""),
        ("1.204.000", 1_204_000, ""),
        ("3,5", 3.5, ""),
        ("$1.2 billion", 1.2e9, "$"),
        ("$1.2bn", 1.2e9, "$"),
        ("300 euros", 300, "€"),
        ("US$300", 300, "$"),
        ("A$300", 300, "A$"),
        ("62 percent", 62, "%"),
        ("two-thirds", 200 / 3, "%"),
        ("50 km long", 50, "km"),
        ("34 years old", 34, "year"),
        ("twenty-five", 25, ""),
        ("three million", 3e6, ""),
    ],
)
def test_an_amount_is_read_as_its_value(text: str, value: float, unit: str) -> None:
    (amount,) = quantities(f"It was {text}.")
    assert (amount.value, amount.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(("published", "differs"), [("2024-07-09", True), (None, True), ("2025-07-04", False)])
def test_last_year_is_another_year_in_another_year(published: str | None, *, differs: bool) -> None:
    one = quote_of("Last year 107,000 people died of overdoses.", 1, published="2024-07-04")
    other = quote_of("Last year 80,000 people died of overdoses.", 2, published=published)
    assert bool(contradictions(understand(DEATHS), [one, other], STEMMER)) == differs
