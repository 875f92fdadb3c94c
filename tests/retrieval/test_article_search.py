from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from drafts import archived, draft
from fakes import WordHashEmbedder, WordOverlapReranker

from corpus.archive import Archive
from corpus.article import EVERYTHING
from retrieval.answers.calibration import Calibration
from retrieval.article_search import FIRST, LONG, SearchResult, search_articles
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.questions.question import understand
from retrieval.search import Searcher

ORDER = Calibration(order={"best": 1.0, "cosine": 5.0}, weights={"bias": 0.0}, answered=0.6, closest=0.02)
FERRY = "Which shipping company raised ticket prices of the island ferry this spring"
WELL = "and is accused by a baker from Norrby of spoiling the drinking well behind her shop?"
BAKER = "Spoiling the well behind her shop is what a baker of Norrby calls it."
BOTH = f"{FERRY}, {WELL}"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path) as archive:
        yield archive


def searcher_of(archive: Archive) -> Searcher:
    embedder = WordHashEmbedder(dimension=512)
    embed_missing(archive, embedder)
    index = LiveIndex.open(archive.path.parent / "index", archive, embedder)
    return Searcher(archive, index, embedder, WordOverlapReranker())


def searched(archive: Archive, question: str, limit: int = 10) -> SearchResult:
    return search_articles(question, searcher_of(archive), ORDER, EVERYTHING, limit)


def texts(result: SearchResult) -> Sequence[str]:
    return [hit.text for hit in result.hits]


def add_reports_on_the_ferry(archive: Archive, count: int) -> None:
    words = "the shipping company raised ticket prices of the island ferry this spring and is accused of it"
    for number in range(count):
        archived(archive, draft(f"Report {number}: {words}."))


def test_an_article_about_the_question_comes_before_one_that_tells_of_it_in_passing(archive: Archive) -> None:
    weather = "Rain is expected in the north and sunshine in the south until late on Sunday evening. " * 9
    passing = "The old harbour bridge was closed because of its girders. " * 3
    about = "In Norrby the old harbour bridge was closed. " + "Its cracked girders are being replaced this autumn. " * 3
    round_up = archived(archive, draft(weather, passing))
    report = archived(archive, draft(about, weather))
    searcher = searcher_of(archive)
    question = "Why was the old harbour bridge closed?"
    nearest = searcher.hits(understand(question), EVERYTHING, 1)[0]
    assert nearest.article.number == round_up.number
    found = search_articles(question, searcher, ORDER, EVERYTHING, 10)
    assert [hit.article.number for hit in found.hits] == [report.number, round_up.number]


def test_only_passages_with_a_vector_are_near_to_a_question(archive: Archive) -> None:
    with_vector = archived(archive, draft("The ferry sank."))
    searcher = searcher_of(archive)
    without = archived(archive, draft("The bridge stood."))
    ids = [archive.passages.of_article(one.number)[0].id for one in (with_vector, without)]
    assert searcher.nearness("The ferry sank.", ids) == {ids[0]: pytest.approx(1.0, abs=1e-3)}
    assert searcher.nearness("The ferry sank.", ids[1:]) == {}


def test_what_one_clause_asks_for_is_among_the_first(archive: Archive) -> None:
    assert len(BOTH.split()) > LONG
    add_reports_on_the_ferry(archive, 30)
    archived(archive, draft(BAKER, "The council met on Monday. Nothing was decided about the harbour."))
    assert BAKER in texts(searched(archive, BOTH))


def test_the_search_for_a_clause_finds_what_the_whole_question_does_not(archive: Archive) -> None:
    add_reports_on_the_ferry(archive, 70)  # more than are proposed for a question
    archived(archive, draft("The council met on Monday. Nothing was decided.", BAKER))
    assert BAKER in texts(searched(archive, BOTH))


def test_an_outlet_that_is_named_is_preferred_and_leaves_out_no_other(archive: Archive) -> None:
    question = (
        "Did the Northern Herald describe the closing of the old harbour bridge as a surprise for the whole town, "
        "or was there a warning by engineers that the council ignored?"
    )
    for number in range(12):
        outlet = "Northern Herald" if number in (9, 11) else "Evening Courier"
        archived(archive, draft(f"The closing of the old harbour bridge: part {number}.", outlet=outlet))
    result = searched(archive, question, limit=20)
    outlets = [hit.article.outlet for hit in result.hits]
    assert len(outlets) == 12
    assert outlets[FIRST : FIRST + 2] == ["Northern Herald", "Northern Herald"]


def test_the_first_places_stay_and_scores_never_rise(archive: Archive) -> None:
    add_reports_on_the_ferry(archive, 8)
    best = "Which shipping company raised ticket prices of the island ferry this spring and is accused by a baker?"
    archived(archive, draft(best))
    archived(archive, draft(BAKER))
    result = searched(archive, BOTH)
    assert result.hits[0].text == best
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    numbers = [hit.article.number for hit in result.hits]
    assert len(set(numbers)) == len(numbers) == 10
    assert [hit.article.number for hit in searched(archive, BOTH, limit=4).hits] == numbers[:4]


def test_an_empty_archive_has_nothing_for_a_long_question_either(archive: Archive) -> None:
    result = searched(archive, BOTH)
    assert (result.hits, result.total, result.total_semantic) == ((), 0, 0)
