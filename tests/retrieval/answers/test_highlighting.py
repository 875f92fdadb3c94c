from __future__ import annotations

import dataclasses

import pytest
from drafts import NOON, draft
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.passage import Passage
from retrieval.answers.highlighting import (
    COMFORTABLE,
    LONGEST_QUOTE,
    MOST_SENTENCES,
    SHORTEST_QUOTE,
    sentences_of,
    widened,
)


def article_of(*paragraphs: str) -> Article:
    fields = {field.name: getattr(one, field.name) for one in [draft(*paragraphs)] for field in dataclasses.fields(one)}
    return Article(**fields, number=1, revision="r", collection="news", archived_at=NOON)


def whole(article: Article) -> Passage:
    block = article.blocks[0]
    return Passage(1, 1, "r", block.kind, 0, len(article.text))


def quotes(*paragraphs: str) -> list[str]:
    """What each sentence would be quoted as."""
    article = article_of(*paragraphs)
    places = [widened(article, sentence) for sentence in sentences_of(article, whole(article))]
    return [article.text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("paragraph", "of_last"),
    [
        ("Police searched the laboratory. They also took 89 firearms.", "both"),
        ("Police searched the laboratory. Nobody at all was found in the cellar of it.", "last"),
        ("The committee met on Monday in Leeds. It failed.", "both"),
        ("Was it the ministry that closed the mill? Yes.", "both"),
        ("A" + "a" * 380 + ". They also took 89 firearms.", "last"),  # the two together would be too long
    ],
)
def test_a_sentence_that_leans_on_the_one_before_brings_it(paragraph: str, of_last: str) -> None:
    assert (quotes(paragraph)[-1] == paragraph) == (of_last == "both")


def test_a_short_sentence_that_opens_its_paragraph_brings_the_next() -> None:
    text = "It failed. The committee had met on Monday in the town hall of Leeds."
    assert quotes("Another paragraph, which is long enough to stand alone.", text)[1] == text


def test_a_chain_of_leaning_sentences_stops_at_three() -> None:
    text = "Wei spoke to them for an hour. He was tired. He was ill. He left."
    assert quotes(text)[-1] == "He was tired. He was ill. He left."


def test_a_sentence_that_an_old_passage_cuts_belongs_to_where_most_of_it_lies() -> None:
    article = article_of("The first sentence is here. The second one is here too.")
    passage = dataclasses.replace(whole(article), start=2, end=40)
    found = [article.text[one.start : one.end] for one in sentences_of(article, passage)]
    assert found == ["The first sentence is here."]


PIECES = st.sampled_from(
    [
        "He",
        "They also",
        "Wei said",
        "Yes.",
        "No!",
        "“Go!”",
        "U.S.",
        "\u00a0",
        "in 2024.",
        "。",
        "x" * 50 + ".",
        "y" * 950,
    ]
)
PARAGRAPH = st.lists(PIECES, min_size=1, max_size=25).map(" ".join).filter(lambda text: bool(text.strip()))


@given(paragraphs=st.lists(PARAGRAPH.map(str.strip), min_size=1, max_size=3))
def test_a_quote_is_one_to_three_whole_sentences_of_one_paragraph(paragraphs: list[str]) -> None:
    article = article_of(*paragraphs)
    sentences = sentences_of(article, whole(article))
    edges = {(one.start, one.end) for one in sentences}
    for sentence in sentences:
        start, end = widened(article, sentence)
        assert sentence.block.start <= start <= sentence.start < sentence.end <= end <= sentence.block.end
        taken = [edge for edge in edges if start <= edge[0] and edge[1] <= end]
        assert 1 <= len(taken) <= MOST_SENTENCES
        assert start in {first for first, _ in taken}
        assert end in {last for _, last in taken}
        assert end - start <= (COMFORTABLE if len(taken) > 1 else LONGEST_QUOTE)
        if end - start < SHORTEST_QUOTE and len(taken) < MOST_SENTENCES:  # no neighbour was near enough
            around = [one for one in sentences if one.block == sentence.block and (one.start, one.end) not in taken]
            assert not any(
                max(one.end, end) - min(one.start, start) <= COMFORTABLE
                and (one.end < start + 2 and one.end > start - 4)
                for one in around
            )
