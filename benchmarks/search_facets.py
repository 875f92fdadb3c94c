"""What the counts, menus and timeline of a search cost beside one SQL query for each of them, in one run.

Usage: PYTHONPATH=. python benchmarks/search_facets.py ARCHIVE [WORDS...]

ARCHIVE is a folder that `lexical_search.py` made. CPU milliseconds, the median of five. `matched` is the one query of
`retrieval.word_search.matching_articles`; `half` the same where every other collection is hidden; `menus` and
`timeline` what is made of it. `by SQL` asks SQLite for the count, the outlets, the years and the five newest one after
the other, with the same words; it folds no spellings of an outlet and knows no date that is not a day. `ratio`: matched
and menus to by SQL.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from bot.rendering.search_controls import narrowing_menus
from bot.rendering.timeline import timeline
from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from retrieval.listing import Counted, Listing, Sort
from retrieval.questions.question import understand
from retrieval.word_search import matching_articles

WORDS = ("said", "people", "government", "election", "president election", "China trade", "new york company profit")
FOUND = (
    "FROM (SELECT DISTINCT p.article_id AS id FROM passage_words w CROSS JOIN passages p ON p.id = w.rowid "
    "WHERE passage_words MATCH ?) f CROSS JOIN articles a ON a.id = f.id "
    "WHERE a.removed_at IS NULL AND a.duplicate_of IS NULL"
)
QUERIES = (
    f"SELECT count(*) {FOUND}",
    f"SELECT min(a.outlet), count(*) {FOUND} GROUP BY a.outlet_key ORDER BY count(*) DESC",
    f"SELECT substr(a.first_day, 1, 4), count(*) {FOUND} GROUP BY 1 ORDER BY 1 DESC",
    f"SELECT a.id {FOUND} ORDER BY a.last_day DESC, a.id DESC LIMIT 5",
)
TIMES = 5

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and its CPU milliseconds."""
    times = []
    for _ in range(TIMES):
        started = time.process_time()
        result = work()
        times.append(1000 * (time.process_time() - started))
    return result, median(times)


def by_sql(archive: Archive, expression: str) -> list[list[Any]]:
    return [archive._connection.execute(query, (expression,)).fetchall() for query in QUERIES]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("words", nargs="*", default=WORDS)
    options = parser.parse_args(arguments)
    with Archive.open(options.archive) as archive:
        print(f"{archive.passages.count():,} passages of {archive.coverage().articles:,} articles\n")
        print("| words | articles | matched | half | menus | timeline | by SQL | ratio |")
        print("|---|---|---|---|---|---|---|---|")
        half = Scope(collections=frozenset(archive.collection_names()[::2]))
        for words in options.words:
            question = understand(words)
            (_, found), matched = timed(
                lambda question=question: matching_articles(question, archive.passages, EVERYTHING)
            )
            _, hidden = timed(lambda question=question: matching_articles(question, archive.passages, half))
            all_found = tuple(found)
            listing = Listing(
                words, EVERYTHING, Sort.NEWEST, 0, Counted.EVERY, all_found, all_found, (), len(found), 0, False
            )
            _, menus = timed(lambda listing=listing: narrowing_menus(listing, "newest"))
            _, drawn = timed(lambda found=found: timeline(found))
            expression = question.every_term() or ""
            (count, *_), sql = timed(lambda expression=expression: by_sql(archive, expression))
            assert count == [(len(found),)], (count, len(found))
            print(
                f"| {words} | {len(found):,} | {matched:.1f} | {hidden:.1f} | {menus:.1f} | {drawn:.1f} | {sql:.1f} "
                f"| {(matched + menus) / sql:.2f} |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
