"""How often two quotes that contradict each other are told from two that do not.

    python -m benchmarks.conflicting_sources --eval ../shared/eval

True conflicts: rgb's snippets against those with a planted false answer, each by the sentence that holds its answer;
*copies* are a snippet and its own counterfeit, *others* a snippet and the counterfeit of another. False alarms: pairs
of true sentences of different documents (rgb), and of whatever else would be quoted together: the evidence of one
question (clapnq, multihop_rag), and the two documents that share most with a question (rtqa_briefs; a few of these may
differ indeed, so the figure is an upper limit).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

from benchmarks.halves import held_out
from corpus.sentences import sentence_spans
from retrieval.answers.conflicts import differ
from retrieval.questions.question import Question, understand
from retrieval.stemming import Stemmer


@dataclass(frozen=True, slots=True)
class Pair:
    set: str
    id: str
    question: Question
    one: str
    other: str
    conflict: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, required=True, help="folder of question sets")
    parser.add_argument("--failures", action="store_true", help="show what is wrong, in the developed half only")
    args = parser.parse_args()
    stemmer = Stemmer()
    pairs = [*rgb(args.eval / "rgb"), *evidence(args.eval / "clapnq"), *evidence(args.eval / "multihop_rag")]
    pairs += nearest(args.eval / "rtqa_briefs", stemmer)
    flagged: Counter[tuple[bool, str]] = Counter()
    counted: Counter[tuple[bool, str]] = Counter()
    questions: dict[tuple[bool, str], set[str]] = {}
    sums: Counter[tuple[bool, bool, bool]] = Counter()
    for pair in pairs:
        out = held_out(pair.id)
        says = differ(pair.question, pair.one, pair.other, stemmer)
        counted[out, pair.set] += 1
        flagged[out, pair.set] += says
        sums[out, pair.conflict, says] += 1
        if says:
            questions.setdefault((out, pair.set), set()).add(pair.id)
        if args.failures and not out and says != pair.conflict:
            verdict = "MISSED" if pair.conflict else "FALSE"
            print(f"{verdict} {pair.set}: {pair.question.text}\n  {pair.one}\n  {pair.other}")
    print("| half | pairs | how many | said to differ | questions with one |")
    print("|---|---|---|---|---|")
    for out, name in sorted(counted):
        half = "held out" if out else "developed"
        share = flagged[out, name] / counted[out, name]
        asked = {pair.id for pair in pairs if pair.set == name and held_out(pair.id) == out}
        print(
            f"| {half} | {name} | {counted[out, name]} | {flagged[out, name]} ({share:.3f}) "
            f"| {len(questions.get((out, name), ()))} of {len(asked)} |"
        )
    for out in (False, True):
        right, said = sums[out, True, True], sums[out, True, True] + sums[out, False, True]
        print(
            f"{'held out' if out else 'developed'}: precision {right / max(said, 1):.3f}, "
            f"recall {right / max(right + sums[out, True, False], 1):.3f}"
        )


def rgb(folder: Path) -> Iterator[Pair]:
    texts = {one["id"]: one["text"] for one in _lines(folder / "corpus.jsonl")}
    planted = {one["id"]: one["text"] for one in _lines(folder / "counterfactual.jsonl")}
    for asked in _lines(folder / "queries.jsonl"):
        question, fakes = understand(asked["question"]), asked["fake_answers"]
        true = [one for id in asked["gold_doc_ids"] if (one := _sentence_with(texts[id], asked["answers"]))]
        false = [one for id in asked["counterfactual_doc_ids"] if (one := _sentence_with(planted[id], fakes))]
        for one, other in product(true, false):
            copies = len(set(one.split()) ^ set(other.split())) <= 2 * len(str(fakes).split()) + 4
            yield Pair(f"rgb, {'copies' if copies else 'others'}", asked["id"], question, one, other, conflict=True)
        for one, other in combinations(dict.fromkeys(true), 2):
            yield Pair("rgb, both true", asked["id"], question, one, other, conflict=False)


def evidence(folder: Path) -> Iterator[Pair]:
    for asked in _lines(folder / "queries.jsonl"):
        for one, other in combinations(dict.fromkeys(asked["gold_evidence"]), 2):
            yield Pair(
                f"{folder.name} evidence", asked["id"], understand(asked["question"]), one, other, conflict=False
            )


def nearest(folder: Path, stemmer: Stemmer) -> Iterator[Pair]:
    documents = [(one["text"], set(stemmer.stems(one["text"]))) for one in _lines(folder / "corpus.jsonl")]
    for asked in _lines(folder / "queries.jsonl"):
        question = understand(asked["question"])
        stems = {stem for term in question.terms for stem in stemmer.stems(term)}
        first, second = sorted(documents, key=lambda one: -len(stems & one[1]) / (20 + len(one[1])))[:2]
        yield Pair("rtqa_briefs, two nearest", asked["id"], question, first[0], second[0], conflict=False)


def _sentence_with(text: str, answers: list[str]) -> str:
    """The first sentence of a text that has one of the answers; "" where none has."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return next((one for one in sentences if any(answer.casefold() in one.casefold() for answer in _flat(answers))), "")


def _flat(answers: list[Any]) -> Iterator[str]:
    for answer in answers:
        if isinstance(answer, list):
            yield from _flat(answer)
        else:
            yield str(answer)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    main()
