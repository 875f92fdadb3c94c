from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from drafts import NOON, draft
from drafts import archived as add
from fakes import WordHashEmbedder, WordOverlapReranker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Block, BlockKind, Draft, Kind, Scope
from retrieval.answers.answering import Answerer, reread
from retrieval.answers.calibration import Calibration
from retrieval.answers.outcome import Answer, ClosestPassages, NotInArchive, Reason
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.search import Searcher

PLATFORMS = "Wei said that a campaign led to the closure of 14 digital sales platforms. Another sentence about trade."
ARREST = "Chinese authorities arrested a man named Tong Peiji. Tong couldn’t be reached for comment."
TARIFFS = "Relations have grown strained over tariffs and support for Taiwan."

SURE = Calibration(
    order={"best": 1.0, "cosine": 5.0, "share": 2.0, "body": 3.0},
    weights={"bias": 0.0, "best": 0.5},
    answered=0.6,
    closest=0.02,
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path) as archive:
        yield archive


def answerer_of(archive: Archive, *, reranked: bool = True) -> Answerer:
    embedder = WordHashEmbedder(dimension=256)
    embed_missing(archive, embedder)
    index = LiveIndex.open(archive.path.parent / "index", archive, embedder)
    reranker = WordOverlapReranker() if reranked else None
    return Answerer(archive, Searcher(archive, index, embedder, reranker), SURE if reranked else None)


def test_an_empty_archive_has_no_answer(archive: Archive) -> None:
    outcome = answerer_of(archive).answer("Who was arrested?")
    assert outcome == NotInArchive("Who was arrested?", Reason.EMPTY_ARCHIVE, (), 0.0)


@pytest.mark.parametrize("reranked", [True, False])
def test_the_sentence_that_answers_is_quoted_first(archive: Archive, *, reranked: bool) -> None:
    for words in (TARIFFS, PLATFORMS, ARREST):
        add(archive, draft(words))
    outcome = answerer_of(archive, reranked=reranked).answer("How many digital sales platforms did the campaign close?")
    first = outcome.quotes[0]
    assert first.quote.text == "Wei said that a campaign led to the closure of 14 digital sales platforms."
    assert first.speaker == "Wei"
    assert first.quote.highlight is not None
    start, end = first.quote.highlight
    assert first.quote.article.text[start:end] == "14"


def test_the_chance_of_the_first_quote_tells_the_three_states_apart(archive: Archive) -> None:
    add(archive, draft(ARREST))
    answerer = answerer_of(archive)
    assert isinstance(answerer.answer("Chinese authorities arrested Tong Peiji?"), Answer)
    assert isinstance(answerer.answer("Was Tong Peiji sentenced by court yesterday?"), ClosestPassages)
    refused = answerer.answer("Which cow jumped over cheese moons?")
    assert isinstance(refused, NotInArchive)
    assert refused.reason is Reason.NOTHING_CLOSE
    assert refused.quotes  # for who wants to see them anyway


def test_different_articles_come_first_and_scores_never_rise(archive: Archive) -> None:
    add(
        archive, draft("Fentanyl precursors were banned by the ministry. Fentanyl precursors were banned again in May.")
    )
    add(archive, draft("Fentanyl was discussed."))
    add(archive, draft("The price of fentanyl fell."))
    outcome = answerer_of(archive).answer("Were fentanyl precursors banned?", quotes=4)
    numbers = [ranked.quote.article.number for ranked in outcome.quotes]
    assert sorted(numbers[:3]) == [1, 2, 3]
    assert numbers[3] == 1
    scores = [ranked.score for ranked in outcome.quotes]
    assert scores == sorted(scores, reverse=True)
    assert outcome.confidence == scores[0]


def test_more_goes_on_where_the_first_quotes_ended(archive: Archive) -> None:
    for words in (PLATFORMS, ARREST, TARIFFS):
        add(archive, draft(words))
    answerer = answerer_of(archive)
    everything = answerer.answer("Who was arrested over sales platforms?", quotes=4)
    more = answerer.answer("Who was arrested over sales platforms?", quotes=2, skip=2)
    assert more.quotes == everything.quotes[2:4]
    assert more.confidence == everything.confidence


def test_who_asks_for_no_quotes_gets_none(archive: Archive) -> None:
    add(archive, draft(ARREST))
    none = answerer_of(archive).answer("Who was arrested over sales platforms?", quotes=0)
    assert isinstance(none, NotInArchive)
    assert none.quotes == ()
    assert none.confidence > 0


def test_the_same_words_are_quoted_once_and_a_duplicate_is_no_other_source(archive: Archive) -> None:
    first = add(archive, draft(ARREST, external_id="a"))
    again = add(archive, draft(ARREST, external_id="b"), duplicate_of=first.number)
    other = add(archive, draft("A man was arrested in Spain."))
    outcome = answerer_of(archive).answer("Which man was arrested?", quotes=2)
    assert {ranked.quote.article.number for ranked in outcome.quotes} == {first.number, other.number}
    quoted = next(one for one in outcome.quotes if one.quote.article.number == first.number)
    assert quoted.also == (again.number,)


def test_a_caption_is_quoted_only_when_no_sentence_of_the_body_serves(archive: Archive) -> None:
    caption, body = "More than 107,000 people died last year.", "Estimates say more than 107,000 people died last year."
    text = f"{caption}\n\n{body}"
    blocks = (
        Block(BlockKind.CAPTION, 0, len(caption)),
        Block(BlockKind.PARAGRAPH, len(caption) + 2, len(text)),
    )
    add(archive, Draft(text=text, blocks=blocks, kind=Kind.ARTICLE))
    outcome = answerer_of(archive).answer("How many people died last year?")
    assert [ranked.quote.text for ranked in outcome.quotes] == [body, caption]
    assert outcome.quotes[0].quote.paragraph == 1
    assert outcome.quotes[1].quote.paragraph is None


def test_a_scope_hides_everything_outside_it(archive: Archive) -> None:
    add(archive, draft(ARREST, published="2024-07-04", list_name="Salon"))
    add(archive, draft(TARIFFS, published="2023-01-01", list_name="Other"))
    answerer = answerer_of(archive)
    for scope in (
        Scope(collections=frozenset({"Other"})),
        Scope(until=dt.date(2023, 12, 31)),
    ):
        outcome = answerer.answer("Who arrested Tong Peiji?", scope=scope)
        assert {ranked.quote.article.number for ranked in outcome.quotes} <= {2}
    nobody = answerer.answer("Who arrested Tong Peiji?", scope=Scope(collections=frozenset()))
    assert nobody == NotInArchive("Who arrested Tong Peiji?", Reason.NOTHING_IN_SCOPE, (), 0.0)


def test_sources_that_contradict_each_other_are_told_apart_from_those_that_agree(archive: Archive) -> None:
    question = "How many digital sales platforms did the campaign close?"
    add(archive, draft("The campaign did close 14 digital sales platforms."))
    add(archive, draft("Wei said the campaign did close fourteen digital sales platforms."))
    agreeing = answerer_of(archive).answer(question)
    add(archive, draft("The campaign did close 90 digital sales platforms, a paper says."))
    differing = answerer_of(archive).answer(question)
    assert isinstance(agreeing, Answer)
    assert isinstance(differing, Answer)
    assert (agreeing.sources_differ(), differing.sources_differ()) == (False, True)


def test_a_quote_that_points_back_brings_the_sentence_before_it(archive: Archive) -> None:
    add(archive, draft("Police searched the laboratory. They also took 89 firearms."))
    outcome = answerer_of(archive).answer("They took firearms?", quotes=2)
    assert [ranked.quote.text for ranked in outcome.quotes] == [
        "Police searched the laboratory. They also took 89 firearms."
    ]


def test_quotes_are_read_again_and_dropped_when_they_are_gone(archive: Archive) -> None:
    gone = add(archive, draft(ARREST))
    add(archive, draft("A man was arrested in Spain."))
    answerer = answerer_of(archive)
    outcome = answerer.answer("Which man was arrested?")
    assert reread(outcome, archive) == (outcome, 0)
    with archive.transaction():
        archive.remove([gone.number], NOON)
    again, dropped = reread(outcome, archive)
    assert dropped == sum(ranked.quote.article.number == gone.number for ranked in outcome.quotes) > 0
    assert {ranked.quote.article.number for ranked in again.quotes} == {2}
    with archive.transaction():
        archive.remove([2], NOON)
    nothing, dropped = reread(again, archive)
    assert isinstance(nothing, NotInArchive)
    assert (nothing.quotes, dropped) == ((), len(again.quotes))


PIECES = st.sampled_from(
    [
        "Wei said",
        "4-AP",
        "“Go!”",
        "U.S.",
        "\u00a0",
        "in 2024.",
        "don’t",
        "\n",
        "More.",
        "107,000",
        "people died",
        "𝒳",
        "é",
    ]
)
TEXTS = st.lists(st.lists(PIECES, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, question=st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=6).map(" ".join)))
def test_every_quote_is_a_slice_of_its_article_from_one_block(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str
) -> None:
    with Archive.open(tmp_path_factory.mktemp("archive")) as archive:
        for text in texts:
            if words := text.strip():
                add(archive, draft(words))
        outcome = answerer_of(archive).answer(question, quotes=20)
        for ranked in outcome.quotes:
            quote = ranked.quote
            stored = archive.article(quote.article.number, quote.article.revision)
            assert stored is not None
            assert quote.text == stored.text[quote.start : quote.end] == quote.text.strip()
            assert len(quote.text) <= 900
            assert sum(block.start < quote.end and block.end > quote.start for block in stored.blocks) == 1
            assert ranked.speaker is None or ranked.speaker in quote.text
        assert reread(outcome, archive) == (outcome, 0)


def test_a_figure_about_another_place_or_year_is_never_more_than_a_closest_passage(archive: Archive) -> None:
    add(archive, draft("Overdoses killed 107,000 people, according to officials.", published="2023-05-04"))
    answerer = answerer_of(archive)
    for asked in (
        "Overdoses killed how many people?",
        "Overdoses killed how many people, according to officials in 2023?",
    ):
        assert isinstance(answerer.answer(asked), Answer)  # what names no year tells of the year it was published in
    add(archive, draft("In 2021 overdoses killed 100,000 people.", published="2022-03-01"))
    answerer = answerer_of(archive)
    for asked in ("Overdoses killed how many people in China?", "In 2022 overdoses killed how many people?"):
        outcome = answerer.answer(asked)
        assert isinstance(outcome, ClosestPassages)
        assert outcome.confidence < SURE.answered
