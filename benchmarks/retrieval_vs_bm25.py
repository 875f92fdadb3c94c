"""The product beside plain BM25 on question sets, in one run: recall@1, MRR@10, refusal, quote exactness.

Usage: python benchmarks/retrieval_vs_bm25.py FOLDER...   (each with corpus.jsonl and queries.jsonl)
Needs: pip install bm25s pystemmer

BM25: bm25s with the English Snowball stemmer, 120-word passages with the title in front, a document by its best
passage. Questions are split by the sha256 of their id: weights were fitted on parts of the even half; the odd half is
the one to quote.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import bm25s
import Stemmer
from halves import held_out

from retrieval.cross_encoder import CrossEncoder
from retrieval.judging import Verdict, judged, report_of
from retrieval.sentence_model import SentenceModel

PASSAGE_WORDS = 120
RANKS = 10


def bm25_ranks(folder: Path, questions: Sequence[str]) -> list[list[str]]:
    """For each question the documents by their best passage, best first."""
    passages, owners = [], []
    for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        words = document["text"].split()
        for start in range(0, max(len(words), 1), PASSAGE_WORDS):
            passages.append(f"{document.get('title') or ''} {' '.join(words[start : start + PASSAGE_WORDS])}")
            owners.append(document["id"])
    stemmer = Stemmer.Stemmer("english")

    def tokens(texts: Sequence[str]) -> object:
        return bm25s.tokenize(list(texts), stopwords="en", stemmer=stemmer, show_progress=False)

    index = bm25s.BM25()
    index.index(tokens(passages), show_progress=False)
    ranked = []
    for question in questions:
        found, _ = index.retrieve(tokens([question]), k=min(60, len(passages)), show_progress=False)
        ranked.append(list(dict.fromkeys(owners[number] for number in found[0]))[:RANKS])
    return ranked


def figures(ranks: Sequence[Sequence[str]], right: Sequence[frozenset[str]]) -> tuple[float, float]:
    """Recall@1 and MRR@10."""
    places = [
        next((n for n, one in enumerate(rank, 1) if one in good), 0) for rank, good in zip(ranks, right, strict=True)
    ]
    return sum(place == 1 for place in places) / len(places), sum(1 / place for place in places if place) / len(places)


def main(folders: Sequence[str]) -> int:
    embedder, reranker = SentenceModel(), CrossEncoder()
    for name in folders:
        folder = Path(name)
        documents, verdicts, seconds = judged(folder, embedder=embedder, reranker=reranker)
        print(f"\n## {folder.name}: {documents} documents, {len(verdicts)} questions\n")
        print(
            "| half | questions | BM25 recall@1 | MRR@10 | product recall@1 | MRR@10 | evidence quoted first | AUROC "
            "| answerable refused | unanswerable refused | quotes exact | ms median |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|---|")
        for half, wanted in (("developed on", False), ("held out", True)):
            part: list[Verdict] = [one for one in verdicts if held_out(one.asked.id) is wanted]
            answerable = [one for one in part if one.asked.answerable]
            ranks = bm25_ranks(folder, [one.asked.question for one in answerable])
            plain = figures(ranks, [one.asked.right for one in answerable])
            report = report_of(folder.name, documents, part, seconds)
            row = (
                report.recall_at_1,
                report.mrr_at_10,
                report.quoted_at_1,
                report.auroc,
                report.falsely_refused,
                report.refused,
            )
            shown = " | ".join("-" if value is None else f"{value:.3f}" for value in row)
            exact = f"{sum(one.exact for one in part)} of {sum(one.quotes for one in part)}"
            print(
                f"| {half} | {len(part)} | {plain[0]:.3f} | {plain[1]:.3f} | {shown} | {exact} "
                f"| {report.latency_median_ms:.0f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
