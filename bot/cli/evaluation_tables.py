"""What was measured, as tables and paragraphs for people."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from bot.cli.tables import Column, one_line, print_table
from bot.console.printing import terminal
from retrieval.evaluation.comparison import CONFIDENCE, Changed, Comparison
from retrieval.evaluation.failures import Failure
from retrieval.evaluation.figures import Report

# Every figure of a report in its order: what it is called, and what it says. docs/evaluation.md says more.
FIGURES = {
    "documents": ("documents", ""),
    "questions": ("questions", ""),
    "answerable": ("answerable", ""),
    "unanswerable": ("not answerable", ""),
    "recall_at_1": ("recall@1", "the right article is found first"),
    "recall_at_5": ("recall@5", "... among the first five"),
    "recall_at_10": ("recall@10", "... among the first ten"),
    "mrr_at_10": ("MRR@10", "one over the place of the right article, mean"),
    "all_gold_at_10": ("all gold@10", "where it takes several articles: all among the first ten"),
    "map": ("MAP", "over the given candidates"),
    "evidence_at_1": ("evidence@1", "the evidence stands in the passage of the first quote"),
    "evidence_at_5": ("evidence@5", "... of one of five quotes"),
    "quoted_at_1": ("quoted@1", "the first quote is the evidence itself"),
    "answer_in_first_quote": ("answer quoted", "the first quote, from a right article, holds the answer"),
    "answered": ("answered", "of the answerable: called an answer"),
    "falsely_refused": ("falsely refused", "of the answerable: called not in the archive"),
    "refused": ("refused", "of the others: called not in the archive"),
    "falsely_answered": ("falsely answered", "of the others: called an answer"),
    "auroc": ("AUROC", "how well confidence parts the answerable from the others; .5 is chance"),
    "falsely_refused_at_80": ("lost at 80 %", "of the answerable, if 80 % of the others were refused"),
    "quotes": ("quotes", ""),
    "quote_exactness": ("quotes exact", "read again from the archive and the set, code point for code point"),
    "latency_median_ms": ("median ms", "a question"),
    "latency_p95_ms": ("95 % within ms", "a question"),
    "embed_seconds": ("embedding s", "the whole set, once"),
}
TIMES = frozenset({"latency_median_ms", "latency_p95_ms", "embed_seconds"})  # shown whole


def print_report(report: Report) -> None:
    """A line a figure; what the set has nothing to count for is left out."""
    values = report.as_data()
    rows = [
        (label, f"{value:,.0f}" if name in TIMES else _shown(value), meaning)
        for name, (label, meaning) in FIGURES.items()
        if (value := values[name]) is not None
    ]
    print_table(report.set_name, [("figure", "left"), ("value", "right"), ("meaning", "left")], rows)


def print_comparison(comparison: Comparison, first: str, second: str) -> None:
    """The figures of both runs, then the questions that changed side."""
    columns: list[Column] = [
        ("figure", "left"),
        ("questions", "right"),
        (first, "right"),
        (second, "right"),
        ("change", "right"),
        (f"{CONFIDENCE} % interval", "right"),
        ("", "left"),
    ]
    rows = [
        (
            FIGURES[one.figure][0],
            f"{one.questions:,}",
            _shown(one.first),
            _shown(one.second),
            f"{one.change:+.3f}",
            f"{one.low:+.3f} to {one.high:+.3f}",
            "certain" if one.certain else "",
        )
        for one in comparison.differences
    ]
    print_table(f"{comparison.questions:,} questions", columns, rows)
    for title, changed in (
        ("Right now, wrong before", comparison.better),
        ("Wrong now, right before", comparison.worse),
    ):
        console = terminal()
        console.print(f"\n{title}: {len(changed)}", style="bold")
        for one in changed:
            console.print(Text(f"  {one_line(one.id)}  {one_line(one.question)}  ({_change(one)})"))


def readable(failures: Iterable[Failure]) -> Iterable[str]:
    """A paragraph a failure: the question, what was expected, what was quoted first."""
    for one in failures:
        documents = ", ".join(one.expected_documents) or "nothing answers"
        yield "\n".join(
            [
                f"{one_line(one.id)} · {one.kind} · {one.state}, confidence {one.confidence:.2f}",
                f"  question  {one_line(one.question)}",
                *(f"  expected  {one_line(text)}" for text in one.expected),
                f"            ({one_line(documents)})",
                f"  quoted    {one_line(one.quoted or 'nothing')}",
                f"            ({one_line(one.quoted_document or '-')})",
                "",
            ]
        )


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _change(one: Changed) -> str:
    return f"{one.first or 'right'} → {one.second or 'right'}"
