"""Fit `retrieval/models/match_probe.json` and the packaged calibration to the half of the sets to develop on.

Usage: PYTHONPATH=. python benchmarks/train_match_probe.py EVAL [--cache FOLDER] [--write]

Nothing of a question whose id falls into the half held out is read (`halves.py`). The probe learns from question and
text: a question of squad2 or clapnq with the paragraph that it was written on (all of the half), and of these and
rtqa_briefs with the passage that comes first, and of an answerable one also with the first passage of a wrong document,
so that a question alone tells nothing. It is a ridge regression on numbers scaled to unit deviation; then its values
for questions that it has not seen (five parts) are stretched and moved to log-odds.

The calibration is `fitting.fit` on readings whose `match` comes from the probe that was fitted without their question:
one that has learnt a question by heart would be trusted too much. Prints how well unseen questions with and without an
answer are told apart, and with `--write` replaces the probe and prints the calibration to put into calibration.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from halves import drawn, held_out
from numpy.typing import NDArray
from remembered import Memory, RememberedEmbedder, RememberedReranker
from scipy.optimize import minimize

from corpus.article import EVERYTHING
from retrieval.answers.answering import Answerer
from retrieval.answers.close_reading import read_whole
from retrieval.answers.fitting import Example, first_chance, fit
from retrieval.answers.highlighting import context_of
from retrieval.evaluation.examples import read_examples
from retrieval.evaluation.figures import auroc
from retrieval.evaluation.judging import archived
from retrieval.evaluation.question_set import QUESTIONS, QuestionSet, read_set
from retrieval.models.cross_encoder import FOLDER, INNER, MOST_WORD_PIECES, OUTPUT, CrossEncoder
from retrieval.models.match_probe import PATH, MatchProbe, as_json, inner_state
from retrieval.models.packaged_onnx import PackagedOnnx
from retrieval.models.reranking import Reranker
from retrieval.models.second_encoder import SecondEncoder
from retrieval.models.sentence_model import SentenceModel
from retrieval.questions.question import understand
from retrieval.search import DEPTH

# Questions of the half, drawn by the sha256 of their ids; None for all.
CALIBRATED = {"rgb": None, "clapnq": None, "rtqa_briefs": 400, "squad2": 350, "trec_qa": None, "rtqa_articles": 80}
FOUND = ("clapnq", "rtqa_briefs", "squad2")  # sets of which the probe sees what the search finds
WRITTEN_ON = ("clapnq", "squad2")  # sets that say which paragraph a question was written on
PARTS = 5
RIDGE = 1000.0
EXTRA = 0.7  # what a pair weighs that is not a question with the passage found first
REFUSED, UNSURE = 0.03, 0.15

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question (its subject), a text, and whether the text answers."""

    set_name: str
    question: str
    text: str
    answers: bool
    weight: float


class InnerStates:
    """What the cross-encoder works out on its way, for a question and a text; remembered where there is a memory."""

    def __init__(self, memory: Memory | None) -> None:
        self._model = PackagedOnnx(FOLDER, OUTPUT, MOST_WORD_PIECES, list(INNER.values()))
        self._memory = memory

    def of(self, question: str, text: str) -> NDArray[np.float32]:
        def compute(texts: list[str]) -> NDArray[np.float32]:
            read = self._model.read([(question, one) for one in texts])
            return np.stack(
                [inner_state({layer: one.tensors[name] for layer, name in INNER.items()}, one.of_text) for one in read]
            )

        if self._memory is None:
            return np.asarray(compute([text])[0])
        return self._memory.through(("inner state", *INNER.values(), question), [text], compute)[0]


class UnseenReranker:
    """The reranker, with the matches of the probe that was fitted without the question; none before probes are."""

    def __init__(self, reranker: Reranker, states: InnerStates) -> None:
        self._reranker, self._states = reranker, states
        self.probes: Sequence[MatchProbe] = ()

    @property
    def name(self) -> str:
        return self._reranker.name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._reranker.scores(question, texts)

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        if not self.probes:
            return None
        probe = self.probes[part_of(question)]
        return np.asarray([probe.log_odds(self._states.of(question, text)) for text in texts], dtype=np.float32)


def part_of(question: str) -> int:
    return drawn(question) // 2 % PARTS


def developed_on(questions: QuestionSet, most: int | None) -> QuestionSet:
    some = sorted((one for one in questions.questions if not held_out(one.id)), key=lambda one: drawn(one.id))
    return replace(questions, questions=tuple(some[:most]))


def written_pairs(questions: QuestionSet, folder: Path) -> Iterator[Pair]:
    """Each question with the paragraph that it was written on."""
    for line in (folder / QUESTIONS).read_text("utf-8").splitlines():
        asked = json.loads(line)
        name = next(iter(asked["gold_doc_ids"]), asked.get("near_doc_id"))
        if name in questions.documents and not held_out(asked["id"]):
            title = str(questions.documents[name].get("title") or "")
            text = (f"{title}. " if title else "") + questions.text(name)
            subject = understand(asked["question"]).subject
            yield Pair(questions.name, subject, text, asked["answerable"], EXTRA)


def found_pairs(questions: QuestionSet, answerer: Answerer) -> Iterator[Pair]:
    """Each question with the passage that comes first, and with the first that does not answer."""
    for asked in questions.questions:
        question = understand(asked.question)
        hits = read_whole(question, answerer.searcher.hits(question, EVERYTHING, DEPTH), answerer.searcher)
        read = [
            (context_of(hit.article) + hit.text, hit.article.external_id in asked.right)
            for hit in hits
            if "rerank" in hit.parts
        ]
        for text, right in read[:1]:
            if right or not asked.answerable:
                yield Pair(questions.name, question.subject, text, right, 1.0)
        for text in [text for text, right in read if not right][: asked.answerable]:
            yield Pair(questions.name, question.subject, text, False, EXTRA)


def fitted(states: Array, answers: Array, weights: Array) -> tuple[Array, float]:
    """Weights and bias of a ridge regression on 0 and 1."""
    weights = weights * len(weights) / weights.sum()
    middle = np.average(states, axis=0, weights=weights)
    scale = np.sqrt(np.average((states - middle) ** 2, axis=0, weights=weights)) + 1e-6
    table, wanted = (states - middle) / scale, answers - np.average(answers, weights=weights)
    square = (table * weights[:, None]).T @ table + RIDGE * np.eye(table.shape[1])
    solved = np.linalg.solve(square, (table * weights[:, None]).T @ wanted) / scale
    return solved, float(-middle @ solved)


def train(pairs: Sequence[Pair], states: InnerStates) -> tuple[MatchProbe, list[MatchProbe]]:
    """The probe, and for each part the one that was fitted to the others."""
    table = np.stack([states.of(one.question, one.text) for one in pairs]).astype(np.float64)
    answers = np.asarray([float(one.answers) for one in pairs])
    sizes = Counter(one.set_name for one in pairs if one.weight == 1.0)
    weights = np.asarray([one.weight / np.sqrt(sizes[one.set_name]) for one in pairs])
    parts = np.asarray([part_of(one.question) for one in pairs])
    plain = [fitted(table[parts != part], answers[parts != part], weights[parts != part]) for part in range(PARTS)]
    unseen = np.asarray([row @ plain[part][0] + plain[part][1] for row, part in zip(table, parts, strict=True)])
    signs = np.where(answers > 0, 1.0, -1.0)

    def loss(line: Array) -> float:
        return float(weights @ np.logaddexp(0, -signs * (line[0] * unseen + line[1])) / weights.sum())

    stretch, shift = (float(one) for one in minimize(loss, np.asarray([4.0, 0.0])).x)
    every = fitted(table, answers, weights)
    whole, *others = (
        MatchProbe(np.asarray(solved * stretch, dtype=np.float32), bias * stretch + shift)
        for solved, bias in (every, *plain)
    )
    return whole, others


def main() -> int:
    parser = argparse.ArgumentParser(description="Fit the match probe and the packaged calibration.")
    parser.add_argument("folder", type=Path, metavar="EVAL")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="remember what the models gave here")
    parser.add_argument("--write", action="store_true", help="replace retrieval/models/match_probe.json")
    options = parser.parse_args()
    embedder, encoder, second = SentenceModel(), CrossEncoder(), SecondEncoder()
    memory = Memory(options.cache) if options.cache else None
    states = InnerStates(memory)
    if memory:
        models = RememberedEmbedder(embedder, memory), RememberedEmbedder(second, memory)
        reranker = UnseenReranker(RememberedReranker(encoder, memory), states)
    else:
        models, reranker = (embedder, second), UnseenReranker(encoder, states)
    whole_sets = {name: read_set(options.folder / name) for name in CALIBRATED}
    sets = {name: developed_on(whole_sets[name], most) for name, most in CALIBRATED.items()}
    pairs = [pair for name in WRITTEN_ON for pair in written_pairs(whole_sets[name], options.folder / name)]
    for name in FOUND:
        with archived(sets[name], models[0], reranker, models[1], None) as (answerer, _):
            pairs += found_pairs(sets[name], answerer)
        print(f"{name}: {len(pairs)} pairs", file=sys.stderr, flush=True)
    probe, reranker.probes = train(pairs, states)
    if options.write:
        counts = Counter(pair.set_name for pair in pairs)
        about = (
            "Made by benchmarks/train_match_probe.py for ms-marco-MiniLM-L-12-v2/int8, on pairs of a question with an "
            f"even sha256 of its id and a text: {', '.join(f'{name} {count}' for name, count in counts.items())}. "
            "Averages over the question's word pieces, and the first word piece, by layer."
        )
        PATH.write_text(as_json(probe, about), "utf-8")
    examples: list[Example] = []
    for name, questions in sets.items():
        with archived(questions, models[0], reranker, models[1], None) as (answerer, _):
            examples += read_examples(questions, answerer, lambda done, total: None)
        print(f"{name}: {len(examples)} questions", file=sys.stderr, flush=True)
    calibration = fit(examples, refused=REFUSED, unsure=UNSURE)
    print("| set | questions | AUROC |\n|---|---|---|")
    for name in FOUND:
        some = [one for one in examples if one.set_name == name and one.readings]
        chances = {
            kind: [first_chance(one, calibration) for one in some if one.answerable is kind] for kind in (True, False)
        }
        print(f"| {name} | {len(some)} | {auroc(chances[True], chances[False]) or 0:.3f} |")
    print(json.dumps({name: getattr(calibration, name) for name in ("weights", "answered", "closest")}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
