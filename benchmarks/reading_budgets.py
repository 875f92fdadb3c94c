"""What an answer loses that is read in a hurry: the same questions with everything read that helps, and with less.

Usage: PYTHONPATH=. python benchmarks/reading_budgets.py EVAL [--limit 300] [--cache FOLDER] [--sets rtqa_briefs,clapnq]
Needs: pip install bm25s pystemmer

`EVAL`, `--limit` and `--cache` are those of answering.py; so are the halves and the measures. Only answers are looked
at, since a search for articles never is in a hurry. Words are those of all texts that the reranker was given for a
question, each text once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from answering import Models, parser_for
from numpy.typing import NDArray
from plain_pipeline import HALVES, some_questions

from corpus.article import EVERYTHING, Scope
from retrieval.answers.answering import Answerer
from retrieval.answers.outcome import Outcome
from retrieval.answers.reading_budget import SHORT, WHOLE, ReadingBudget
from retrieval.article_search import SearchResult
from retrieval.evaluation.figures import mean, report_of
from retrieval.evaluation.judging import archived, ask_all
from retrieval.evaluation.question_set import QuestionSet, read_set
from retrieval.evaluation.verdict import Verdict
from retrieval.models.reranking import Reranker

BUDGETS = {"whole": WHOLE, "short": SHORT}
SETS = "rtqa_briefs clapnq squad2 rgb rtqa_articles".split()


class CountingReranker:
    """Tells how many words another reranker was given for each question."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self.read: set[tuple[str, str]] = set()

    @property
    def name(self) -> str:
        return self._reranker.name

    @property
    def words(self) -> int:
        return sum(len(text.split()) for _, text in self.read)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read.update((question, text) for text in texts)
        return self._reranker.scores(question, texts)

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        return self._reranker.matches(question, texts)


class Budgeted(Answerer):
    """An answerer that reads within one budget, whichever it is told, and finds no articles."""

    def __init__(self, answerer: Answerer, budget: ReadingBudget) -> None:
        super().__init__(answerer.archive, answerer.searcher, answerer.calibration)
        self._budget = budget

    def answer(
        self,
        text: str,
        *,
        scope: Scope = EVERYTHING,
        quotes: int = 3,
        skip: int = 0,
        budget: ReadingBudget = WHOLE,
    ) -> Outcome:
        return super().answer(text, scope=scope, quotes=quotes, skip=skip, budget=self._budget)

    def search(self, text: str, *, scope: Scope = EVERYTHING, limit: int = 10) -> SearchResult:
        return SearchResult(text, 0, 0, ())


def row(questions: QuestionSet, name: str, half: str, verdicts: Sequence[Verdict], words: float) -> str:
    report = report_of(questions.name, len(questions.documents), verdicts, 0.0)
    figures = (
        mean(float(one.first_document in one.asked.right) for one in verdicts if one.asked.right),
        report.evidence_at_1,
        report.evidence_at_5,
        report.quoted_at_1,
        report.auroc,
        report.falsely_refused_at_80,
        report.answered,
        report.falsely_refused,
        report.refused,
        report.falsely_answered,
        report.quote_exactness,
    )
    shown = " | ".join("-" if value is None else f"{value:.3f}" for value in figures)
    return f"| {questions.name} | {half} ({len(verdicts)}) | {name} | {words:.0f} | {shown} |"


def main() -> int:
    options = parser_for("Answers that are read whole and in a hurry, on question sets.", SETS).parse_args()
    models = Models.packaged(options.cache)
    print(
        "| set | half | read | words a question | first quote of a right article | evidence first | among five "
        "| quoted first | AUROC | false refusals at 80 % | answered | falsely refused | refused | falsely answered "
        "| exact |"
    )
    print("|---" * 15 + "|")
    for name in options.sets.split(","):
        questions = some_questions(read_set(options.folder / name), options.limit)
        reranker = CountingReranker(models.reranker)
        with archived(questions, models.embedder, reranker, models.second, None) as (answerer, _):
            for budget_name, budget in BUDGETS.items():
                reranker.read.clear()
                verdicts = ask_all(questions, Budgeted(answerer, budget), 0.0).verdicts
                words = reranker.words / len(questions.questions)
                for half, belongs in HALVES.items():
                    some = [one for one in verdicts if belongs(one.asked.id)]
                    print(row(questions, budget_name, half, some, words), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
