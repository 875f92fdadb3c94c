"""What narrowing does to answers: each question of a dated set as it is, narrowed rightly, and narrowed wrongly.

Usage: python benchmarks/narrowed_answers.py [--cache DIR] [--count N] FOLDER...  (of corpus.jsonl and queries.jsonl)

The sets' questions name no source, so the right article's own month and outlet are put before them ("Articles from July
2022: ...", "According to CNN, ..."), and as a trap the month half a year later. A wrong narrowing that finds no answer
is widened (`retrieval.replying`): the figure to watch is how many questions it turns from right to wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from answering import Models
from dateutil.relativedelta import relativedelta

from retrieval.answering import Answerer
from retrieval.evaluation.judging import archived
from retrieval.evaluation.question_set import Asked, read_set
from retrieval.outcome import STATE
from retrieval.replying import Narrower, reply_to

TODAY = dt.date(2026, 11, 25)


def ways_to_ask(asked: Asked, document: Any) -> dict[str, str]:
    month = dt.date.fromisoformat(str(document["published"])[:10])
    later = month + relativedelta(months=6)
    return {
        "as it is": asked.question,
        "right month": f"Articles from {month:%B %Y}: {asked.question}",
        "right outlet": f"According to {document['source']}, {asked.question}",
        "wrong month": f"Articles from {later:%B %Y}: {asked.question}",
    }


def tally(answerer: Answerer, narrower: Narrower, question: str, asked: Asked) -> list[str]:
    narrowing = narrower.narrow(question, TODAY)
    reply = reply_to(question, answerer, narrowing)
    first = reply.outcome.quotes[0].quote.article.external_id if reply.outcome.quotes else None
    facts = {
        "asked": True,
        "narrowed": narrowing.filters,
        "widened": reply.tried is not None,
        "first right": first in asked.right,
        STATE[type(reply.outcome)]: True,
        "answered wrong": STATE[type(reply.outcome)] == "answered" and first not in asked.right,
    }
    return [name for name, is_so in facts.items() if is_so]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--count", type=int, default=100, help="answerable questions of each half")
    options = parser.parse_args()
    models = Models.packaged(options.cache)
    columns = ("asked", "narrowed", "widened", "first right", "answered", "answered wrong", "closest", "not_in_archive")
    print(f"| set | half | way | {' | '.join(columns)} |")
    print("|---" * (len(columns) + 3) + "|")
    for folder in options.folders:
        questions = read_set(folder)
        with archived(questions, models.embedder, models.reranker, models.second, None) as (answerer, _):
            narrower = Narrower(answerer.archive)
            for half, held_out in (("developed on", False), ("held out", True)):
                counts: dict[str, Counter[str]] = {}
                answerable = (one for one in questions.half(held_out=held_out).questions if one.answerable and one.gold)
                for asked, _ in zip(answerable, range(options.count), strict=False):
                    for way, question in ways_to_ask(asked, questions.documents[asked.gold[0]]).items():
                        counts.setdefault(way, Counter()).update(tally(answerer, narrower, question, asked))
                for way, count in counts.items():
                    print(f"| {folder.name} | {half} | {way} | {' | '.join(str(count[one]) for one in columns)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
