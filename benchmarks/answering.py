"""The product beside the plain pipeline, BM25 and MiniLM, on the same questions in one run.

Usage: PYTHONPATH=. python benchmarks/answering.py EVAL [--limit 300] [--cache FOLDER] [--sets rgb,clapnq]
       (EVAL the folder that holds the sets rtqa_briefs, clapnq, squad2, rgb, rtqa_articles, trec_qa, multihop_rag)
Needs: pip install bm25s pystemmer

Prints a table for the half that rules and weights were developed on, one for the half held out (the one to quote) and
one for both, each with the floor ("at least") and the aim of every measure. The peers are described in
plain_pipeline.py. The product runs as `eval run` does: a temporary archive for each set, `Searcher.search` for the
order of documents, `Answerer.answer` for quotes and confidence. `--limit` takes so many questions a set by the sha256
of their ids. `--cache` remembers vectors and reranker scores, of the peers and of the product: times are then no
product's times.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plain_pipeline import HALVES, METHODS, PlainPipeline, some_questions
from remembered import Memory, RememberedEmbedder, RememberedReranker

from retrieval.evaluation.figures import Report, mean, report_of
from retrieval.evaluation.judging import first_quotes_within_gold, run_set
from retrieval.evaluation.question_set import QuestionSet, read_documents, read_set
from retrieval.evaluation.run import Run
from retrieval.evaluation.verdict import Verdict, holds_any
from retrieval.models.cross_encoder import CrossEncoder
from retrieval.models.embedding import Embedder
from retrieval.models.reranking import Reranker
from retrieval.models.second_encoder import SecondEncoder
from retrieval.models.sentence_model import SentenceModel

PRODUCT = "product"
BESIDE = (*METHODS, PRODUCT)
COUNTERFACTUAL = "counterfactual.jsonl"


@dataclass(frozen=True, slots=True)
class Models:
    """What comes with the program; the peers are given the first two, the product all three."""

    embedder: Embedder
    reranker: Reranker
    second: Embedder

    @classmethod
    def packaged(cls, cache: Path | None) -> Models:
        """With a folder, what they gave before is not computed again."""
        models = SentenceModel(), CrossEncoder(), SecondEncoder()
        if cache is None:
            return cls(*models)
        memory = Memory(cache)
        return cls(
            RememberedEmbedder(models[0], memory),
            RememberedReranker(models[1], memory),
            RememberedEmbedder(models[2], memory),
        )

    def run(self, questions: QuestionSet) -> Run:
        return run_set(questions, embedder=self.embedder, reranker=self.reranker, second=self.second)

    def within_gold(self, questions: QuestionSet) -> dict[str, str | None]:
        return first_quotes_within_gold(questions, embedder=self.embedder, reranker=self.reranker, second=self.second)


@dataclass(frozen=True, slots=True)
class Part:
    """What one method did on the questions of one half of a set."""

    report: Report
    within_gold: float | None  # the best sentence of the gold document holds an answer


@dataclass(frozen=True, slots=True)
class Beyond:
    """A floor that is so much above what the plain pipeline gives in the same run."""

    pipeline: float


@dataclass(frozen=True, slots=True)
class Row:
    """One measure on one set, with what is to be reached."""

    measure: str
    set_name: str
    figure: Callable[[Part], float | None]
    at_least: float | Beyond
    aim: float
    lower: bool = False  # smaller is better

    def floor(self, pipeline: float | None) -> float | None:
        if isinstance(self.at_least, Beyond):
            return None if pipeline is None else pipeline + self.at_least.pipeline
        return self.at_least

    def met(self, value: float | None, wanted: float | None) -> str:
        if value is None or wanted is None:
            return "-"
        return "yes" if (value <= wanted if self.lower else value >= wanted) else "no"


def recall(part: Part) -> float | None:
    return part.report.recall_at_1


def mrr(part: Part) -> float | None:
    return part.report.mrr_at_10


def evidence(part: Part) -> float | None:
    return part.report.evidence_at_1


def separation(part: Part) -> float | None:
    return part.report.auroc


def lost(part: Part) -> float | None:
    return part.report.falsely_refused_at_80


# The table of issue 4, in its order.
ROWS = (
    Row("recall@1", "rtqa_briefs", recall, 0.77, 0.82),
    Row("MRR@10", "rtqa_briefs", mrr, 0.84, 0.88),
    Row("recall@1", "clapnq", recall, 0.985, 0.99),
    Row("evidence in first passage", "clapnq", evidence, 0.94, 0.96),
    Row("recall@1", "squad2", recall, 0.95, 0.97),
    Row("evidence in first passage", "squad2", evidence, 0.94, 0.96),
    Row("recall@1", "rgb", recall, 0.75, 0.85),
    Row("AUROC answerable / not", "rtqa_briefs", separation, 0.88, 0.93),
    Row("AUROC answerable / not", "clapnq", separation, 0.90, 0.93),
    Row("AUROC answerable / not", "squad2", separation, 0.72, 0.85),
    Row("recall@1", "rtqa_articles", recall, Beyond(0.04), 0.85),
    Row("MRR@10", "rtqa_articles", mrr, Beyond(0.04), 0.90),
    Row("MAP over the given candidates", "trec_qa", lambda part: part.report.map, 0.80, 0.90),
    Row("all gold documents in first 10", "multihop_rag", lambda part: part.report.all_gold_at_10, Beyond(0.05), 0.85),
    Row("false refusals, 80 % refused", "rtqa_briefs", lost, 0.25, 0.12, lower=True),
    Row("false refusals, 80 % refused", "clapnq", lost, 0.20, 0.10, lower=True),
    Row("first sentence holds the answer, gold given", "squad2", lambda part: part.within_gold, 0.87, 0.92),
)
SETS = tuple(dict.fromkeys(row.set_name for row in ROWS))
WITHIN_GOLD = ("squad2",)  # sets whose answers are spans of one paragraph


@dataclass(frozen=True, slots=True)
class Measured:
    """One set, asked by every method."""

    questions: QuestionSet
    verdicts: Mapping[str, Sequence[Verdict]]  # by method
    sentences: Mapping[str, Mapping[str, str]]  # by method, then by question: chosen within the gold document

    def part(self, method: str, belongs: Callable[[str], bool]) -> Part:
        some = [one for one in self.verdicts[method] if belongs(one.asked.id)]
        chosen = self.sentences.get(method, {})
        return Part(
            report_of(self.questions.name, len(self.questions.documents), some, 0.0),
            mean(float(holds_any(chosen[one.asked.id], one.asked.answers)) for one in some if one.asked.id in chosen),
        )


def measure(questions: QuestionSet, models: Models) -> Measured:
    """Ask every method every question of a set."""
    pipeline = PlainPipeline(questions, models.embedder, models.reranker)
    plain = [pipeline.ask(asked) for asked in questions.questions]
    verdicts: dict[str, Sequence[Verdict]] = {method: [one[method] for one in plain] for method in METHODS}
    verdicts[PRODUCT] = models.run(questions).verdicts
    sentences: dict[str, dict[str, str]] = {}
    if questions.name in WITHIN_GOLD:
        for asked in questions.questions:
            if asked.answerable:
                for method, sentence in pipeline.best_sentences(asked).items():
                    sentences.setdefault(method, {})[asked.id] = sentence
        quoted = models.within_gold(questions)
        sentences[PRODUCT] = {name: quote or "" for name, quote in quoted.items()}
    return Measured(questions, verdicts, sentences)


def print_table(half: str, belongs: Callable[[str], bool], measured: Mapping[str, Measured]) -> None:
    print(f"\n## {half}\n")
    print(f"| measure | set | n | {' | '.join(BESIDE)} | at least | met | aim | met |")
    print("|---" * (len(BESIDE) + 7) + "|")
    for row in ROWS:
        if row.set_name in measured:
            parts = {method: measured[row.set_name].part(method, belongs) for method in BESIDE}
            values = {method: row.figure(part) for method, part in parts.items()}
            floor = row.floor(values["plain pipeline"])
            print(
                f"| {row.measure} | {row.set_name} | {parts[PRODUCT].report.questions} "
                f"| {' | '.join(_shown(values[method]) for method in BESIDE)} "
                f"| {_shown(floor)} | {row.met(values[PRODUCT], floor)} "
                f"| {_shown(row.aim)} | {row.met(values[PRODUCT], row.aim)} |"
            )
    parts = {name: one.part(PRODUCT, belongs).report for name, one in measured.items()}
    quotes = sum(report.quotes for report in parts.values())
    exact = sum(round(report.quotes * (report.quote_exactness or 0)) for report in parts.values())
    print(f"\nQuotes exact: {exact:,} of {quotes:,}.\n")
    print(
        "| product | answered | falsely refused | refused | falsely answered | quoted first | "
        "answer in first quote of the right article |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, report in parts.items():
        row_of = (
            report.answered,
            report.falsely_refused,
            report.refused,
            report.falsely_answered,
            report.quoted_at_1,
            report.answer_in_first_quote,
        )
        print(f"| {name} | {' | '.join(map(_shown, row_of))} |", flush=True)


def print_planted(measured: Measured, folder: Path, models: Models) -> None:
    """False snippets beside the true ones: how often one is quoted first, and whether the conflict is shown."""
    questions = measured.questions
    planted = read_documents(folder / COUNTERFACTUAL)
    both = replace(questions, documents={**questions.documents, **planted})
    run = models.run(both)
    print(f"\n## {questions.name} with {len(planted)} false snippets beside {len(questions.documents)} true ones\n")
    print("| half | questions | true quoted first | false quoted first | neither | sources differ | false and differ |")
    print("|---|---|---|---|---|---|---|")
    for half, belongs in HALVES.items():
        some = [one for one in run.verdicts if belongs(one.asked.id)]
        true = sum(one.first_document in one.asked.right for one in some)
        fooled = [one for one in some if one.first_document in planted]
        told = sum(one.sources_differ for one in some)
        told_where_fooled = sum(one.sources_differ for one in fooled)
        print(
            f"| {half} | {len(some)} | {true} | {len(fooled)} | {len(some) - true - len(fooled)} | {told} "
            f"| {told_where_fooled} |"
        )
    alone = measured.verdicts[PRODUCT]
    print(f"\nWithout the false ones it is said of {sum(one.sources_differ for one in alone)} of {len(alone)}.")


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def parser_for(description: str, sets: Sequence[str]) -> argparse.ArgumentParser:
    """A command line with the folder of the sets, which of them, how many questions, and where the cache is."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", type=Path, metavar="EVAL")
    parser.add_argument("--limit", type=int, default=300, metavar="N", help="questions a set, default 300")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="remember vectors and scores here")
    parser.add_argument("--sets", default=",".join(sets), help="default: all of the table")
    return parser


def main() -> int:
    options = parser_for("The product beside its peers on question sets.", SETS).parse_args()
    models = Models.packaged(options.cache)
    measured: dict[str, Measured] = {}
    for name in options.sets.split(","):
        started = time.process_time()
        questions = some_questions(read_set(options.folder / name), options.limit)
        measured[name] = measure(questions, models)
        print(f"{name}: {time.process_time() - started:.0f} s of CPU", file=sys.stderr, flush=True)
    for half, belongs in HALVES.items():
        print_table(half, belongs, measured)
    if "rgb" in measured:
        print_planted(measured["rgb"], options.folder / "rgb", models)
    return 0


if __name__ == "__main__":
    sys.exit(main())
