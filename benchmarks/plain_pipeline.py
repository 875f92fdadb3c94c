"""The peer: what any engineer would assemble in a day from the packaged models, and its two halves alone.

Usage: PYTHONPATH=. python benchmarks/plain_pipeline.py SET... [--limit 300] [--cache FOLDER]
       (each SET a folder with corpus.jsonl and queries.jsonl)
Needs: pip install bm25s pystemmer

Passages of 120 words with the title in front. BM25: bm25s with its English stop words and the Snowball stemmer. MiniLM:
the packaged embedder, exact cosine. Plain pipeline: both fused by reciprocal rank (k 60), the first ten passages read
again by the packaged cross-encoder, the others left in their fused order below. A document stands where its best
passage stands. `--limit` takes so many questions a set, by the sha256 of their ids.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from halves import drawn, held_out
from numpy.typing import NDArray
from remembered import Memory, RememberedEmbedder, RememberedReranker

from corpus.sentences import sentence_spans
from retrieval.evaluation.figures import mean, report_of
from retrieval.evaluation.question_set import Asked, QuestionSet, read_set
from retrieval.evaluation.verdict import RANKS, Verdict, average_precision, holds_any, shares_words
from retrieval.models.cross_encoder import CrossEncoder
from retrieval.models.embedding import Embedder
from retrieval.models.reranking import Reranker
from retrieval.models.sentence_model import SentenceModel

PASSAGE_WORDS = 120
RANK_CONSTANT = 60
RERANKED = 10
HARDLY_LARGER = 1.2
DEPTH = 100  # passages of each order that are fused
WITH_ANSWERS = ("squad2",)  # sets whose answers are spans of one paragraph
HALVES: Mapping[str, Callable[[str], bool]] = {
    "developed on": lambda name: not held_out(name),
    "held out": held_out,
    "all": lambda name: True,
}
METHODS = ("BM25", "MiniLM", "plain pipeline")

Scores = NDArray[np.float32]


class Bm25:
    """BM25 over a list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25()
        self._index.index(self._tokens(texts), show_progress=False)

    def scores(self, question: str) -> Scores:
        """One number a text, 0 where no word is shared."""
        words = bm25s.tokenize(question, stopwords="en", stemmer=self._stemmer, show_progress=False, return_ids=False)[
            0
        ]
        return np.asarray(self._index.get_scores(words), dtype=np.float32)

    def _tokens(self, texts: Sequence[str]) -> object:
        return bm25s.tokenize(list(texts), stopwords="en", stemmer=self._stemmer, show_progress=False)


class PlainPipeline:
    """The three methods over the documents of one set."""

    def __init__(self, questions: QuestionSet, embedder: Embedder, reranker: Reranker) -> None:
        self._embedder, self._reranker = embedder, reranker
        self._passages: list[str] = []
        self._owners: list[str] = []
        self._titles: list[str] = []
        self._sentences: list[str] = []
        self._sentences_of: dict[str, range] = {}
        for name, document in questions.documents.items():
            text = questions.text(name)
            words = text.split()
            for start in range(0, max(len(words), 1), PASSAGE_WORDS):
                self._passages.append(" ".join(words[start : start + PASSAGE_WORDS]))
                self._owners.append(name)
                self._titles.append(str(document.get("title") or ""))
            first = len(self._sentences)
            self._sentences += [text[start:end] for start, end in sentence_spans(text)]
            self._sentences_of[name] = range(first, len(self._sentences))
        self._titled = [f"{title} {text}".strip() for title, text in zip(self._titles, self._passages, strict=True)]
        self._bm25 = Bm25(self._titled)
        self._sentence_bm25 = Bm25(self._sentences)
        self._vectors = embedder.embed_passages(self._titled)

    def ask(self, asked: Asked) -> dict[str, Verdict]:
        """What becomes of one question under each method. The first "quote" is the whole first passage."""
        vector = self._embedder.embed_questions([asked.question])[0]
        by_words, by_meaning = self._bm25.scores(asked.question), self._vectors @ vector
        word_order, meaning_order = _order(by_words), _order(by_meaning)
        fused = _fused([word_order, meaning_order])
        head = fused[:RERANKED]
        judged = self._reranker.scores(asked.question, [self._titled[place] for place in head])
        reranked = np.concatenate([head[np.argsort(-judged, kind="stable")], fused[RERANKED:]])
        orders = (word_order, meaning_order, reranked)
        tops = (by_words.max(), by_meaning.max(), judged.max())
        return {
            method: self._verdict(asked, order, float(top))
            for method, order, top in zip(METHODS, orders, tops, strict=True)
        }

    def best_sentences(self, asked: Asked) -> dict[str, str]:
        """The sentence of the first gold document that each method would take."""
        vector = self._embedder.embed_questions([asked.question])[0]
        places = self._sentences_of[asked.gold[0]]
        texts = self._sentences[places.start : places.stop]
        scores = (
            self._sentence_bm25.scores(asked.question)[places.start : places.stop],
            self._embedder.embed_passages(texts) @ vector,
            self._reranker.scores(asked.question, texts),
        )
        return {method: texts[int(np.argmax(some))] for method, some in zip(METHODS, scores, strict=True)}

    def _verdict(self, asked: Asked, order: NDArray[np.intp], top: float) -> Verdict:
        documents = list(dict.fromkeys(self._owners[place] for place in order))
        first = documents[0]
        passage = self._passages[order[0]]
        right = first in asked.right and shares_words(asked.evidence, [passage])
        ranked = asked.candidates and asked.right
        return Verdict(
            asked=asked,
            state="answered",
            confidence=top,
            ranks=tuple(documents[:RANKS]),
            evidence_at=1 if right else None,
            in_quote_at=1 if right else None,
            first_document=first,
            first_quote=passage,
            quotes=0,
            exact=0,
            sources_differ=False,
            average_precision=average_precision(documents, asked.candidates, asked.right) if ranked else None,
            seconds=0.0,
        )


def some_questions(questions: QuestionSet, limit: int | None) -> QuestionSet:
    """The set with only so many questions, drawn by the sha256 of their ids: about as many of either half.

    A set that is hardly larger is taken whole.
    """
    if limit is None or limit * HARDLY_LARGER >= len(questions.questions):
        return questions
    chosen = sorted(questions.questions, key=lambda one: drawn(one.id))[:limit]
    return replace(questions, questions=tuple(chosen))


def remembered(folder: Path | None) -> tuple[Embedder, Reranker]:
    """The packaged models; with a folder, what they gave before is not computed again."""
    if folder is None:
        return SentenceModel(), CrossEncoder()
    memory = Memory(folder)
    return RememberedEmbedder(SentenceModel(), memory), RememberedReranker(CrossEncoder(), memory)


def _order(scores: Scores) -> NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")


def _fused(orders: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    """Reciprocal-rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009): all places, best first.

    Only the first `DEPTH` of an order count: below, BM25 orders passages that share no word.
    """
    total = np.zeros(len(orders[0]))
    for order in orders:
        head = order[:DEPTH]
        total[head] += 1 / (RANK_CONSTANT + np.arange(1, len(head) + 1))
    return np.argsort(-total, kind="stable")


# The table


def main() -> int:
    parser = argparse.ArgumentParser(description="The plain pipeline, BM25 and MiniLM on question sets.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="SET")
    parser.add_argument("--limit", type=int, metavar="N", help="so many questions a set")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="remember vectors and scores here")
    options = parser.parse_args()
    embedder, reranker = remembered(options.cache)
    print(
        "| set | half | questions | method | recall@1 | MRR@10 | evidence first | AUROC | false refusals at 80 % "
        "| MAP | all gold @10 | answer in best sentence of the gold passage |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for folder in options.folders:
        questions = some_questions(read_set(folder), options.limit)
        pipeline = PlainPipeline(questions, embedder, reranker)
        verdicts = [pipeline.ask(asked) for asked in questions.questions]
        sentences = {}
        if questions.name in WITH_ANSWERS:
            sentences = {one.id: pipeline.best_sentences(one) for one in questions.questions if one.answerable}
        for half, belongs in HALVES.items():
            for method in METHODS:
                part = [one[method] for one in verdicts if belongs(one[method].asked.id)]
                report = report_of(questions.name, len(questions.documents), part, 0.0)
                right = mean(
                    float(holds_any(sentences[one.asked.id][method], one.asked.answers))
                    for one in part
                    if one.asked.id in sentences
                )
                row = (
                    report.recall_at_1,
                    report.mrr_at_10,
                    report.evidence_at_1,
                    report.auroc,
                    report.falsely_refused_at_80,
                    report.map,
                    report.all_gold_at_10,
                    right,
                )
                shown = " | ".join("-" if value is None else f"{value:.3f}" for value in row)
                print(f"| {questions.name} | {half} | {len(part)} | {method} | {shown} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
