"""Full-text search for questions beside the whole BM25, tantivy and bm25s, in one run: CPU, the first ten, growth.

Usage: python benchmarks/lexical_search.py EVAL_FOLDER WORK_FOLDER [PASSAGES...] [--each 60]   (10000 100000)
Needs: pip install bm25s pystemmer tantivy

The archives are made once in WORK_FOLDER of the texts of EVAL_FOLDER, as `grown_texts` says. The questions are up to
`--each` of every question set, those that come first by the sha256 of their id, of the half developed on and of the
other half.

`whole BM25` is FTS5 over the very same words and phrases of the question (any of them), all passages scored. `product`
is `retrieval.word_search.best_passages`, 50 passages asked for: `first` when no word was counted before, else with the
counts of words that earlier questions left. Overlap: how many of its first ten are among the first ten of the whole
BM25, or tie with the tenth. tantivy: title and body with its English stemmer, the same words and phrases, one thread.
bm25s: one text of title and body, its English stop words, Snowball stems. CPU is process time, all threads.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean

import bm25s
import Stemmer
import tantivy
from grown_texts import DAYS, FIRST_DAY, grown_drafts
from halves import drawn, held_out

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from corpus.ingest import merge_words
from corpus.splitting import split_into_passages
from retrieval.questions.question import Question, any_of, understand
from retrieval.word_search import best_passages, count_articles

QUESTION_SETS = "rtqa_briefs rtqa_articles multihop_rag squad2 clapnq rgb trec_qa".split()
ASKED_FOR = 50
COMPARED = 10
MOST_FOR_BM25S = 200_000  # passages; it holds all texts as lists of words while it is built

Ranked = Sequence[tuple[int, float]]


def made_archive(folder: Path, eval_folder: Path, passages: int) -> Archive:
    """The archive of that many passages; rows are written past the import, which does not change what is searched."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = Archive.open(folder)
    if archive.passages.count() >= passages:
        merge_words(archive)
        return archive
    connection = archive._connection
    drafts = grown_drafts(eval_folder)
    collections: dict[str, int] = {}
    vocabulary: set[str] = set()
    number = made = 0
    started = time.process_time()
    while made < passages:
        with archive.transaction():
            for _ in range(2000):
                name, draft = next(drafts)
                if name not in collections:
                    added = connection.execute("INSERT INTO collections (name, created_at) VALUES (?, '')", (name,))
                    collections[name] = added.lastrowid or 0
                number += 1
                days = draft.days()
                assert days is not None and draft.outlet is not None
                between = (days[0].isoformat(), days[1].isoformat(), str(number))
                connection.execute(
                    "INSERT INTO articles (id, collection_id, revision, archived_at, arrival, news, title, outlet, "
                    "outlet_key, first_day, last_day, body_hash) VALUES (?, ?, '', '', ?, 0, ?, ?, ?, ?, ?, ?)",
                    (number, collections[name], number, draft.title, draft.outlet, draft.outlet.casefold(), *between),
                )
                places = split_into_passages(draft)
                archive.passages.add(number, "", draft, places)
                made += len(places)
                vocabulary.update(re.findall(r"[^\W_]+", draft.text.lower()))
                if made >= passages:
                    break
    print(
        f"made {made:,} passages of {number:,} articles, vocabulary {len(vocabulary):,}, "
        f"{time.process_time() - started:.0f} s of CPU"
    )
    started = time.process_time()
    merge_words(archive)
    print(f"merged their words, as an import does at its end, in {time.process_time() - started:.2f} s of CPU")
    return archive


def questions_of(eval_folder: Path, each: int, *, of_held_out: bool) -> list[Question]:
    asked = []
    for name in QUESTION_SETS:
        lines = (eval_folder / name / "queries.jsonl").read_text("utf-8").splitlines()
        half = [one for one in map(json.loads, lines) if held_out(one["id"]) is of_held_out]
        asked += [one["question"] for one in sorted(half, key=lambda one: drawn(one["id"]))[:each]]
    return [understand(text) for text in asked]


def timed(search: Callable[[Question], Ranked], questions: Sequence[Question]) -> tuple[list[Ranked], list[float]]:
    """What was found, and the milliseconds of CPU of each question."""
    found, times = [], []
    for question in questions:
        started = time.process_time()
        found.append(search(question))
        times.append(1000 * (time.process_time() - started))
    return found, times


def overlap(whole: Ranked, other: Ranked) -> float | None:
    if not whole:
        return None
    first = whole[:COMPARED]
    scores = dict(whole)
    return sum(scores.get(number, -1.0) >= first[-1][1] - 1e-9 for number, _ in other[:COMPARED]) / len(first)


def row(name: str, times: Sequence[float], against: float, overlaps: Sequence[float | None] = ()) -> str:
    ordered = sorted(times)
    kept = [one for one in overlaps if one is not None]
    share = f"{mean(kept):.3f}" if kept else ""
    return (
        f"| {name} | {mean(ordered):.2f} | {ordered[len(ordered) // 2]:.2f} | {ordered[int(len(ordered) * 0.95)]:.2f} "
        f"| {ordered[-1]:.1f} | {mean(ordered) / against:.2f} | {share} |"
    )


def texts_of(archive: Archive) -> Iterator[tuple[int, str, str]]:
    yield from archive._connection.execute("SELECT rowid, title, body FROM passage_words")


def tantivy_search(archive: Archive) -> Callable[[Question], Ranked]:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer(200_000_000, 1)
    for number, title, body in texts_of(archive):
        writer.add_document(tantivy.Document(number=number, title=title, body=body))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(question: Question) -> Ranked:
        words = (" ".join(re.findall(r"[^\W_]+", unit)) for unit in question.units)
        query = index.parse_query(" OR ".join(f'"{unit}"' for unit in words if unit), ["title", "body"])
        hits = searcher.search(query, ASKED_FOR).hits
        return [(searcher.doc(place)["number"][0], score) for score, place in hits]

    return search


def bm25s_search(archive: Archive) -> Callable[[Question], Ranked]:
    stemmer = Stemmer.Stemmer("english")
    numbers, texts = [], []
    for number, title, body in texts_of(archive):
        numbers.append(number)
        texts.append(f"{title} {body}")

    def tokens(some: Sequence[str]) -> object:
        return bm25s.tokenize(list(some), stopwords="en", stemmer=stemmer, show_progress=False)

    index = bm25s.BM25()
    index.index(tokens(texts), show_progress=False)

    def search(question: Question) -> Ranked:
        found, scores = index.retrieve(tokens([question.text]), k=ASKED_FOR, show_progress=False)
        return [(numbers[place], float(score)) for place, score in zip(found[0], scores[0], strict=True)]

    return search


def scopes() -> Mapping[str, Scope]:
    year = FIRST_DAY + dt.timedelta(days=DAYS // 2)
    return {
        "one collection of ten": Scope(collections=frozenset({"rtqa_articles"})),
        "one outlet of fifty": Scope(outlet="Outlet 7"),
        "one year of eleven": Scope(since=year, until=year + dt.timedelta(days=365)),
        "all but the first year": Scope(since=FIRST_DAY + dt.timedelta(days=365)),
    }


def measure(archive: Archive, questions: Sequence[Question], peers: Mapping[str, Callable[[Question], Ranked]]) -> None:
    passages = archive.passages

    def whole(question: Question) -> Ranked:
        return (
            passages.matching(any_of(question.units), limit=4 * ASKED_FOR, scope=EVERYTHING) if question.units else []
        )

    def product(question: Question, scope: Scope = EVERYTHING) -> Ranked:
        return best_passages(question, passages, scope, ASKED_FOR)

    def first(question: Question) -> Ranked:
        passages._counted.clear()
        return product(question)

    print("| search | CPU ms mean | p50 | p95 | max | to whole | first ten shared |\n|---|---|---|---|---|---|---|")
    everything, times = timed(whole, questions)
    against = mean(times)
    print(row("whole BM25 (FTS5)", times, against))

    def compared(name: str, search: Callable[[Question], Ranked]) -> None:
        found, taken = timed(search, questions)
        shared = [overlap(one, other) for one, other in zip(everything, found, strict=True)]
        print(row(name, taken, against, shared), flush=True)

    compared("product, first", first)
    compared("product", product)
    for name, search in peers.items():
        compared(name, search)
    for name, scope in scopes().items():
        _, times = timed(lambda question, scope=scope: product(question, scope), questions)  # type: ignore[misc]
        print(row(f"product, {name}", times, against))
    for name, scope in (("", EVERYTHING), *((f", {name}", scope) for name, scope in scopes().items())):
        _, times = timed(lambda question, scope=scope: [(count_articles(question, passages, scope), 0)], questions)  # type: ignore[misc]
        print(row(f"articles counted{name}", times, against))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("eval_folder", type=Path)
    parser.add_argument("work_folder", type=Path)
    parser.add_argument("passages", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--each", type=int, default=60, help="questions of each set and half")
    chosen = parser.parse_args(arguments)
    eval_folder, work = chosen.eval_folder, chosen.work_folder
    for passages in chosen.passages:
        with made_archive(work / str(passages), eval_folder, passages) as archive:
            peers = {"tantivy": tantivy_search(archive)}
            if passages <= MOST_FOR_BM25S:
                peers["bm25s"] = bm25s_search(archive)
            for of_held_out in (False, True):
                questions = questions_of(eval_folder, chosen.each, of_held_out=of_held_out)
                random.Random(1).shuffle(questions)
                half = "held out" if of_held_out else "developed on"
                print(f"\n## {passages:,} passages, {len(questions)} questions, {half}\n")
                measure(archive, questions, peers)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
