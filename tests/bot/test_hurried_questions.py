"""A desk asks for the budget of each question as it begins, and reads no more than that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from drafts import draft
from fakes import WordOverlapReranker
from numpy.typing import NDArray
from small_desk import archive_with, desk_over

from bot.desk import Desk
from bot.settings import Settings
from bot.wiring import SharedSearch
from bot.workbench import Lookout
from corpus.archive import Archive
from retrieval.answers.reading_budget import SHORT, WHOLE, ReadingBudget

TODAY = dt.date(2026, 11, 25)
QUESTION = "Who opened the bridge of town 7?"


class CountingReranker(WordOverlapReranker):
    """Also tells how many texts it was given."""

    read = 0

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += len(texts)
        return super().scores(question, texts)


class Budgets:
    """Gives the budget that the test sets, and notes what was asked."""

    def __init__(self) -> None:
        self.budget = WHOLE
        self.begun: list[tuple[str, bool]] = []

    def __call__(self, question: str, goes_on: bool) -> ReadingBudget:
        self.begun.append((question, goes_on))
        return self.budget


@pytest.fixture
def reranker() -> CountingReranker:
    return CountingReranker()


@pytest.fixture
def budgets() -> Budgets:
    return Budgets()


@pytest.fixture
def desk(tmp_path: Path, reranker: CountingReranker, budgets: Budgets) -> Iterator[Desk]:
    towns = [draft(f"The bridge of town {number} was opened by its mayor. It is made of steel.") for number in range(9)]
    with archive_with(tmp_path, towns) as archive:
        yield desk_over(archive, tmp_path, reranker, budget=budgets)


def test_every_reply_has_a_budget_of_its_own(desk: Desk, reranker: CountingReranker, budgets: Budgets) -> None:
    desk.reply(QUESTION, today=TODAY)
    whole, reranker.read = reranker.read, 0
    budgets.budget = SHORT
    reply = desk.reply(QUESTION, today=TODAY)
    assert reply.outcome.quotes
    assert 0 < reranker.read < whole
    desk.reply(QUESTION, today=TODAY, skip=1)
    assert budgets.begun == [(QUESTION, False), (QUESTION, False), (QUESTION, True)]


@pytest.mark.real
def test_a_crowd_before_the_workers_shortens_what_begins_and_what_goes_on_with_it(tmp_path: Path) -> None:
    crowded = True
    shared = SharedSearch(Settings(data=tmp_path))
    with Archive.empty() as archive:
        worker = shared.desk(archive, Lookout(check=lambda: None, is_crowded=lambda: crowded))
        alone = shared.desk(archive)
        assert (worker._budget("Who?", False), alone._budget("When?", False)) == (SHORT, WHOLE)
        crowded = False
        assert alone._budget("Who?", True) == SHORT  # More, on whatever worker it lands
        assert worker._budget("Who?", False) == WHOLE
    shared.close()
