from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from drafts import archived, draft
from fakes import WordHashEmbedder, WordOverlapReranker
from numpy.typing import NDArray

from corpus.archive import Archive
from corpus.article import EVERYTHING
from retrieval.answers.answering import Answerer
from retrieval.answers.close_reading import MOST_READ, UNMATCHED, point_of, read_closely, read_whole
from retrieval.answers.reading_budget import WHOLE
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.questions.question import understand
from retrieval.search import Searcher


class CountingReranker(WordOverlapReranker):
    """Also tells which texts it was given."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read.extend(texts)
        return super().scores(question, texts)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path) as archive:
        yield archive


def searcher_of(archive: Archive, *, second: bool = False) -> tuple[Searcher, CountingReranker]:
    embedder, reranker = WordHashEmbedder(dimension=256), CountingReranker()
    embed_missing(archive, embedder)
    index = LiveIndex.open(archive.path.parent / "index", archive, embedder)
    other = WordHashEmbedder(dimension=64, name="another/1") if second else None
    return Searcher(archive, index, embedder, reranker, other), reranker


def test_the_reranker_reads_so_many_words_and_no_fewer_than_a_few_passages(archive: Archive) -> None:
    for number in range(60):
        archived(archive, draft(f"Report {number} about bridges. " + "Some more words on steel and stone. " * 12))
    searcher, reranker = searcher_of(archive)
    question = understand("Which report is about bridges?")
    hits = searcher.hits(question, EVERYTHING, 50)
    read = read_whole(question, hits, searcher)
    words = [len(text.split()) for text in reranker.read]
    assert WHOLE.fewest <= len(words) <= MOST_READ
    assert sum(words) <= WHOLE.words
    assert sum(words) + max(words) > WHOLE.words  # one more would have been too many
    assert len(read) == len(hits)
    assert [("rerank" in hit.parts) for hit in read] == [place < len(words) for place in range(len(read))]


def test_short_passages_are_read_in_greater_number(archive: Archive) -> None:
    for number in range(60):
        archived(archive, draft(f"Report {number} is about bridges of steel."))
    searcher, reranker = searcher_of(archive)
    read_whole(
        question := understand("Which report is about bridges?"), searcher.hits(question, EVERYTHING, 50), searcher
    )
    assert len(reranker.read) == MOST_READ


def test_another_encoder_is_heard_on_the_first_few_passages_only(archive: Archive) -> None:
    for number in range(8):
        archived(archive, draft(f"Report {number} is about bridges of steel."))
    searcher, _ = searcher_of(archive, second=True)
    question = understand("Which report is about bridges?")
    read = read_whole(question, searcher.hits(question, EVERYTHING, 50), searcher)
    assert [("second" in hit.parts) for hit in read] == [True] * 3 + [False] * 5
    readings = read_closely(question, read, searcher)
    assert readings[0].features["second"] == pytest.approx(read[0].parts["second"])


class MatchingReranker(CountingReranker):
    """Takes a longer text to meet more of the question."""

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray([len(text) / 100 for text in texts], dtype=np.float32)


def test_how_well_the_first_few_passages_meet_the_question_is_told_of_their_sentences(archive: Archive) -> None:
    for number in range(8):
        archived(archive, draft(f"Report {number} is about bridges of steel."))
    plain, _ = searcher_of(archive)
    matching = Searcher(archive, plain.index, WordHashEmbedder(dimension=256), MatchingReranker())
    question = understand("Which report is about bridges?")
    features = {}
    for name, searcher in (("plain", plain), ("matching", matching)):
        read = read_whole(question, searcher.hits(question, EVERYTHING, 50), searcher)
        features[name] = [reading.features for reading in read_closely(question, read, searcher)]
        assert [("match" in hit.parts) for hit in read] == [name == "matching"] * 3 + [False] * 5
    length = len("Report 1 is about bridges of steel.")
    assert [one["match"] for one in features["matching"]] == pytest.approx([length / 100] * 3 + [UNMATCHED] * 5)
    assert features["plain"] == [{**one, "match": UNMATCHED} for one in features["matching"]]


def test_the_sentences_of_a_passage_that_is_hopeless_beside_the_best_are_not_read(archive: Archive) -> None:
    asked = understand("Which mayor opened that bridge?")
    answers, falls_behind, hopeless = (
        "Which mayor opened that bridge",
        "The mayor opened that bridge",
        "This is a bridge",
    )
    for text in (answers, falls_behind, hopeless):
        archived(archive, draft(f"{text}."))
    searcher, reranker = searcher_of(archive)
    readings = read_closely(asked, read_whole(asked, searcher.hits(asked, EVERYTHING, 50), searcher), searcher)
    assert {reading.text: reading.led is not None for reading in readings} == {
        f"{answers}.": True,
        f"{falls_behind}.": True,
        f"{hopeless}.": False,
    }
    assert reranker.read.count(f"{hopeless}.") == 1  # as a passage


def test_search_and_ask_put_the_same_sentence_first(archive: Archive) -> None:
    for text in ("The mayor opened a bridge of steel.", "Trade in steel fell.", "The mayor spoke about trade in May."):
        archived(archive, draft(text))
    answerer = Answerer(archive, searcher_of(archive)[0])
    for question in ("Who opened the bridge?", "What did trade do?", "Who spoke about trade?"):
        found, quoted = answerer.search(question).hits[0], answerer.answer(question).quotes[0].quote
        assert (found.article.number, found.start) == (quoted.article.number, quoted.start)


def test_what_is_asked_is_the_last_sentence_of_a_story() -> None:
    asked = "When will it open?"
    assert point_of(f"The bridge was closed in May. The mayor promised another. {asked}") == asked
    for whole in (asked, "Tell me about the bridge. And about the mayor.", "Who is Mr. Smith?", ""):
        assert point_of(whole) == whole


def test_a_long_question_keeps_its_first_articles_and_has_scores_that_never_rise(archive: Archive) -> None:
    for number in range(12):
        archived(archive, draft(f"Report {number} is about bridges of steel. The mayor spoke {'again ' * number}."))
    answerer = Answerer(archive, searcher_of(archive)[0])
    short = "Which report is about bridges?"
    long = (
        f"{short} And what did the mayor, who spoke again and again, say of steel in the report about bridges of steel?"
    )
    quoted = [ranked.quote.article.number for ranked in answerer.answer(long, quotes=3).quotes]
    for question in (short, long):
        found = answerer.search(question).hits
        scores = [hit.score for hit in found]
        assert scores == sorted(scores, reverse=True)
        assert len({hit.article.number for hit in found}) == len(found) == 10
    assert [hit.article.number for hit in found[:3]] == quoted
