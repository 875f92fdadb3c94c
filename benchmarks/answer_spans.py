"""How often the words set in bold are the answer, by the kind of answer a question asks for.

    python -m benchmarks.answer_spans --eval ../shared/eval

Questions that squad2 can answer, each on the very sentence that answers it, so that nothing but the choice of the span
is measured. *Equal*: one of the answers, articles, case and punctuation apart. *Overlaps*: shares a word that counts
with one (a span that is wider or narrower: "14 platforms" for "14"). *Wrong*: shares none.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.halves import held_out
from retrieval.answers.answer_kind import Kind, kind_of
from retrieval.answers.answer_span import answer_span
from retrieval.questions.question import STOP_WORDS, understand
from retrieval.stemming import Stemmer

OUTCOMES = ("equal", "overlaps", "wrong", "none")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, required=True, help="folder of question sets")
    parser.add_argument("--wrong", action="store_true", help="show what is wrong, in the developed half only")
    parser.add_argument("--none", action="store_true", help="show where nothing is bold, in the developed half only")
    args = parser.parse_args()
    stemmer = Stemmer()
    tallies: dict[tuple[bool, str], Counter[str]] = defaultdict(Counter)
    with (args.eval / "squad2" / "queries.jsonl").open(encoding="utf-8") as lines:
        asked = [json.loads(line) for line in lines]
    for one in asked:
        if not one["answerable"]:
            continue
        question = understand(one["question"])
        sentence = " ".join(one["gold_evidence"])
        span = answer_span(question, sentence, stemmer)
        shown = sentence[span[0] : span[1]] if span else ""
        outcome = judged(shown, one["answers"])
        kind = kind_of(question)
        out = held_out(one["id"])
        for name in (kind.value, "all", *(["of a kind"] if kind is not Kind.UNKNOWN else [])):
            tallies[out, name][outcome] += 1
        if not out and ((outcome == "wrong" and args.wrong) or (outcome == "none" and args.none)):
            print(f"{kind}: {one['question']}\n   {shown!r} for {one['answers']}\n   {sentence}")
    print("| half | kind | questions | equal | overlaps | wrong | none | precision: equal or overlaps |")
    print("|---|---|---|---|---|---|---|---|")
    for (out, name), tally in sorted(tallies.items()):
        total, shown_ones = tally.total(), tally.total() - tally["none"]
        shares = " | ".join(f"{tally[outcome] / total:.3f}" for outcome in OUTCOMES)
        right = (tally["equal"] + tally["overlaps"]) / shown_ones if shown_ones else 1.0
        print(f"| {'held out' if out else 'developed'} | {name} | {total} | {shares} | {right:.3f} |")


def judged(shown: str, answers: Sequence[str]) -> str:
    if not shown:
        return "none"
    words = _words(shown)
    if any(words == _words(answer) for answer in answers):
        return "equal"
    telling = {word for word in words if word not in STOP_WORDS}
    return "overlaps" if any(telling & set(_words(answer)) for answer in answers) else "wrong"


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+(?:[.,][^\W_]+)*", text.casefold()) if word not in ("a", "an", "the")]


if __name__ == "__main__":
    main()
