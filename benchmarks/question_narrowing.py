"""How many questions of question sets narrow their own search, to what, and how many right articles that leaves out.

Usage: python benchmarks/question_narrowing.py [--show] FOLDER...   (each with corpus.jsonl and queries.jsonl)

The names are those of the set's own outlets and authors; "today" is the day on which a question was asked where the set
says so, else 2026-11-25. `--show` prints the questions that narrow, of the half that was developed on only. A right
article that a narrowing leaves out is still found where the narrowed search does not answer
(`retrieval.answers.replying`).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from halves import held_out

from corpus.article import PublicationDate
from retrieval.questions.narrowing import Narrowing, narrow
from retrieval.questions.source_names import SourceNames, authors_in

TODAY = dt.date(2026, 11, 25)


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text("utf-8").splitlines())


def leaves_out(narrowing: Narrowing, document: dict[str, Any]) -> bool:
    """As `corpus.passage_store.scope_conditions` decides it."""
    if narrowing.outlet is not None and narrowing.outlet.casefold() != (document["source"] or "").casefold():
        return True
    if narrowing.author is not None and narrowing.author not in authors_in(document["author"] or ""):
        return True
    if not narrowing.dated:
        return False
    days = PublicationDate(document["published"][:10] or None).days()
    if days is None:
        return True
    too_old = narrowing.since is not None and days[1] < narrowing.since
    return too_old or (narrowing.until is not None and days[0] > narrowing.until)


def kinds_of(narrowing: Narrowing) -> list[str]:
    said = {
        "dates": narrowing.dated,
        "outlet": narrowing.outlet is not None,
        "author": narrowing.author is not None,
        "newest": narrowing.newest_first,
        "list": narrowing.listing is not None,
    }
    return [kind for kind, is_so in said.items() if is_so]


def main(arguments: Sequence[str]) -> int:
    show = "--show" in arguments
    print("| set | half | questions | narrow | dates | outlet | author | newest | list | right articles | left out |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    shown: list[str] = []
    for folder in (Path(name) for name in arguments if not name.startswith("-")):
        documents = {document["id"]: document for document in lines_of(folder / "corpus.jsonl")}
        names = SourceNames(
            sorted({one["source"] for one in documents.values() if one["source"]}),
            sorted({one["author"] for one in documents.values() if one["author"]}),
        )
        for half, wanted in (("developed on", False), ("held out", True)):
            tally: Counter[str] = Counter()
            for asked in lines_of(folder / "queries.jsonl"):
                if held_out(asked["id"]) is not wanted:
                    continue
                today = dt.date.fromisoformat(asked["asked"]) if asked.get("asked") else TODAY
                narrowing = narrow(asked["question"], today, names)
                kinds = kinds_of(narrowing)
                right = [documents[one] for one in asked["gold_doc_ids"] if one in documents]
                lost = [one for one in right if leaves_out(narrowing, one)]
                tally.update(["questions", *(["narrow"] if kinds else []), *kinds])
                tally.update({"right": len(right) if kinds else 0, "lost": len(lost)})
                if kinds and not wanted:
                    shown.append(f"{folder.name}: {asked['question']}\n    {narrowing}\n    leaves out {len(lost)}")
            columns = ("questions", "narrow", "dates", "outlet", "author", "newest", "list", "right", "lost")
            print(f"| {folder.name} | {half} | " + " | ".join(str(tally[column]) for column in columns) + " |")
    if show:
        print("\n" + "\n".join(shown))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
