"""Who is in a hurry reads less; what is quoted stays exact, and what goes on with an answer goes on in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from drafts import archived, draft
from fakes import WordHashEmbedder, WordOverlapReranker
from numpy.typing import NDArray

from corpus.archive import Archive
from retrieval.answers.answering import Answerer
from retrieval.answers.reading_budget import REMEMBERED, SHORT, WHOLE, ReadingBudgets
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.search import Searcher


class CountingReranker(WordOverlapReranker):
    """Also tells how many words it was given."""

    words = 0

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.words += sum(len(text.split()) for text in texts)
        return super().scores(question, texts)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path) as archive:
        for number in range(30):
            archived(
                archive,
                draft(
                    f"The bridge of town {number} was opened by its mayor. It took {number + 2} years to build. " * 2
                    + "Nobody had hoped for so much steel in so little time. " * 6
                ),
            )
        yield archive


def answerer_of(archive: Archive) -> tuple[Answerer, CountingReranker]:
    embedder, reranker = WordHashEmbedder(dimension=256), CountingReranker()
    embed_missing(archive, embedder)
    index = LiveIndex.open(archive.path.parent / "index", archive, embedder)
    return Answerer(archive, Searcher(archive, index, embedder, reranker)), reranker


def test_a_short_budget_reads_much_less_and_quotes_as_exactly(archive: Archive) -> None:
    answerer, reranker = answerer_of(archive)
    question = "Who opened the bridge of town 7?"
    answerer.answer(question)
    whole, reranker.words = reranker.words, 0
    outcome = answerer.answer(question, budget=SHORT)
    assert 0 < reranker.words < 0.6 * whole
    assert outcome.quotes
    for ranked in outcome.quotes:
        stored = archive.article(ranked.quote.article.number)
        assert stored is not None
        assert ranked.quote.text == stored.text[ranked.quote.start : ranked.quote.end]


def test_with_one_budget_the_second_page_goes_on_where_the_first_ended(archive: Archive) -> None:
    answerer, _ = answerer_of(archive)
    asked = "Who opened the bridge?"
    for budget in (WHOLE, SHORT):
        every = answerer.answer(asked, quotes=6, budget=budget).quotes
        assert answerer.answer(asked, quotes=3, skip=3, budget=budget).quotes == every[3:]


def test_more_is_read_as_its_beginning_was() -> None:
    budgets = ReadingBudgets()
    assert budgets.begun("Who?", hurry=True, goes_on=False) == SHORT
    assert budgets.begun("When?", hurry=False, goes_on=False) == WHOLE
    for hurry in (False, True, False):
        assert budgets.begun("Who?", hurry=hurry, goes_on=True) == SHORT
        assert budgets.begun("When?", hurry=hurry, goes_on=True) == WHOLE
    assert budgets.begun("Who?", hurry=False, goes_on=False) == WHOLE  # asked anew
    assert budgets.begun("Who?", hurry=True, goes_on=True) == WHOLE


def test_only_the_last_hurried_questions_are_remembered() -> None:
    budgets = ReadingBudgets()
    for number in range(REMEMBERED + 1):
        budgets.begun(f"Who is number {number}?", hurry=True, goes_on=False)
    assert budgets.begun("Who is number 1?", hurry=False, goes_on=True) == SHORT
    assert budgets.begun("Who is number 0?", hurry=False, goes_on=True) == WHOLE
