"""Saved web pages: body, title, author and date by the product beside trafilatura and htmldate, in one run.

Usage: python benchmarks/page_extraction.py EVAL [ARTICLE_PAGES] [-v]
EVAL holds extract_aeb, extract_tra and extract_date, each with gold.jsonl and gzipped pages; ARTICLE_PAGES holds for
each page a folder with source.html, expected.html and expected-metadata.json. -v names the misses of the half that the
rules were developed on.

What the columns mean:
- body F1 (extract_aeb), as in evaluate.py of scrapinghub/article-extraction-benchmark: tokens are \\w+, their runs of
  four are counted as a multiset; a page gives tp, fp and fn divided by their sum; precision and recall are means over
  pages, F1 is made of the two means. The product's body is its paragraphs and the headings from the first one on.
- segments F (extract_tra), as in tests/eval_common.py of adbar/trafilatura: a segment that must be there is found when
  it is a substring after collapsing white space, one that must not be there is a false positive when it is one;
  F = 2tp / (2tp + fp + fn) over all pages. The product's text is its paragraphs and headings; headline and dek are in
  it, as the golds count them.
- title, author: equal after NFC, collapsing white space and case folding (golds are copied from pages that show some
  lines in capitals); several authors are joined by ", ". Only pages with an annotation count.
- people: as author, but whatever stands between several names (";", "und", "and", "et", "&", "/") is the same.
- made up: authors given on pages whose gold names none (most of them were not annotated, so not all are wrong).
- date: the same day, as written in the gold.
- same characters: pages of which every word of every block stands in the page's own visible text, in that order.
The product is not told a page's address. Pages are split by the sha256 of their id: rules were developed on the even
half; the odd half is the one to quote.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import htmldate
import trafilatura
from halves import held_out

from corpus.article import BlockKind, Draft, RawItem
from corpus.charsets import charset_of_page, decoded
from corpus.extraction.drafting import draft_of
from corpus.markup import parsed
from corpus.readers.page import read_page
from corpus.webpage.segments import segments_of

_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class Reading:
    """What one reader makes of one page."""

    body: str = ""
    text: str = ""  # the body, with headline and dek
    title: str = ""
    author: str = ""
    date: str = ""
    seconds: float = 0.0
    same_characters: bool = True


@dataclass
class Scores:
    """Tallies over the pages of one half."""

    grams: list[tuple[float, float, float]] = field(default_factory=list)
    segments: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    changed: int = 0
    made_up: int = 0


def by_product(page: bytes) -> Reading:
    start = time.perf_counter()
    item = read_page(page, "page", None)
    if not isinstance(item, RawItem):
        return Reading(seconds=time.perf_counter() - start)
    draft = draft_of(item)
    seconds = time.perf_counter() - start
    kinds = [block.kind for block in draft.blocks]
    first = kinds.index(BlockKind.PARAGRAPH) if BlockKind.PARAGRAPH in kinds else 0
    own = (BlockKind.PARAGRAPH, BlockKind.HEADING)
    written = [draft.words_of(block) if block.kind in own else "" for block in draft.blocks]
    return Reading(
        "\n".join(written[first:]),
        "\n".join(written),
        draft.title or "",
        draft.author or "",
        draft.published.text or "",
        seconds,
        has_same_characters(page, draft),
    )


def has_same_characters(page: bytes, draft: Draft) -> bool:
    """Whether the blocks' words stand in the page's visible text one after another."""
    root, _ = parsed(decoded(page, charset_of_page(page))[0])
    visible = " ".join(" ".join(segment.text.split()) for segment in segments_of(root))
    position = 0
    for block in draft.blocks:
        words = " ".join(draft.words_of(block).split())
        position = visible.find(words, position)
        if position < 0:
            return False
        position += len(words)
    return True


def by_trafilatura(page: bytes) -> Reading:
    start = time.perf_counter()
    document = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    seconds = time.perf_counter() - start
    if document is None:
        return Reading(seconds=seconds)
    text = document.text or ""
    return Reading(text, text, document.title or "", document.author or "", document.date or "", seconds)


def by_htmldate(page: bytes) -> Reading:
    start = time.perf_counter()
    found = htmldate.find_date(decoded(page, charset_of_page(page))[0], original_date=True)
    return Reading(date=found or "", seconds=time.perf_counter() - start)


def grams(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return Counter(run for at in range(max(1, len(tokens) - 3)) if (run := tuple(tokens[at : at + 4])))


def gram_shares(gold: str, text: str) -> tuple[float, float, float]:
    """True and false positives and false negatives, as shares of their sum."""
    wanted, found = grams(gold), grams(text)
    counts = [(wanted & found).total(), (found - wanted).total(), (wanted - found).total()]
    whole = sum(counts) or 1
    return counts[0] / whole, counts[1] / whole, counts[2] / whole


def gram_f1(pages: Sequence[tuple[float, float, float]]) -> float:
    precision = statistics.mean(tp / (tp + fp) for tp, fp, _ in pages if tp + fp)
    recall = statistics.mean(tp / (tp + fn) for tp, _, fn in pages if tp + fn)
    return 2 * precision * recall / (precision + recall)


def people(text: str) -> list[str]:
    return [name for name in re.split(r"\s?[;,/&]\s?|\s(?:und|and|et)\s", folded(text)) if name]


def one_line(text: str) -> str:
    return " ".join(text.split())


def folded(text: str) -> str:
    return one_line(unicodedata.normalize("NFC", text)).casefold()


def score(golds: Iterable[dict[str, Any]], reader: Callable[[bytes], Reading], folder: Path, verbose: bool) -> None:
    halves = {False: Scores(), True: Scores()}
    for gold in golds:
        scores = halves[held_out(gold["id"])]
        reading = reader(gzip.decompress((folder / gold["file"]).read_bytes()))
        scores.seconds.append(reading.seconds)
        scores.changed += not reading.same_characters
        if "text" in gold:
            scores.grams.append(gram_shares(gold["text"], reading.body))
        if "must_contain" in gold:
            text = one_line(reading.text)
            missing = [part for part in gold["must_contain"] if one_line(part) not in text]
            wrong = [part for part in gold["must_not_contain"] if one_line(part) in text]
            found = len(gold["must_contain"]) - len(missing)
            scores.segments.update({"tp": found, "fn": len(missing), "fp": len(wrong)})
        if gold.get("author"):
            scores.asked["people"] += 1
            scores.right["people"] += people(reading.author) == people(gold["author"])
        elif "author" in gold:
            scores.made_up += bool(reading.author)
        for name in ("title", "author", "date"):
            if gold.get(name):
                ours = getattr(reading, name)
                right = ours == gold[name] if name == "date" else folded(ours) == folded(gold[name])
                scores.asked[name] += 1
                scores.right[name] += right
                if verbose and not right and not held_out(gold["id"]):
                    print(f"  {gold['id']} {name}: {gold[name]!r}, not {ours!r}")
    both = Scores()
    for half in halves.values():
        both.grams += half.grams
        both.segments += half.segments
        both.right += half.right
        both.asked += half.asked
        both.seconds += half.seconds
        both.changed += half.changed
        both.made_up += half.made_up
    for label, scores in (("developed on", halves[False]), ("held out", halves[True]), ("both", both)):
        print(f"| {folder.name} | {label} | {len(scores.seconds)} | {reader.__name__[3:]} | {row(scores)} |")


def row(scores: Scores) -> str:
    tp, fp, fn = (scores.segments[name] for name in ("tp", "fp", "fn"))
    cells = [
        f"{gram_f1(scores.grams):.3f}" if scores.grams else "",
        f"{2 * tp / (2 * tp + fp + fn):.3f}" if tp else "",
        *(
            f"{scores.right[name] / scores.asked[name]:.3f}" if scores.asked[name] and scores.right[name] else ""
            for name in ("title", "author", "people", "date")
        ),
        str(scores.made_up) if scores.asked["author"] else "",
        str(len(scores.seconds) - scores.changed),
        f"{1000 * statistics.median(scores.seconds):.1f}",
    ]
    return " | ".join(cells)


def article_pages(folder: Path) -> None:
    """A dozen pages one by one: the share of the wanted 4-grams found and the share of ours wanted, and the fields."""
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        expected = json.loads((place / "expected-metadata.json").read_text("utf-8"))
        root, _ = parsed((place / "expected.html").read_text("utf-8"))
        wanted = "\n".join(segment.text for segment in segments_of(root))
        source = (place / "source.html").read_bytes()
        for reader in (by_product, by_trafilatura):
            reading = reader(source)
            tp, fp, fn = gram_shares(wanted, reading.body)
            print(
                f"| {place.name} | {reader.__name__[3:]} | {tp / (tp + fn):.2f} | {tp / (tp + fp):.2f} "
                f"| {'yes' if folded(reading.title) == folded(expected['title']) else reading.title} "
                f"| {reading.author} | {reading.date} | {1000 * reading.seconds:.0f} |"
            )


def main(arguments: Sequence[str]) -> None:
    logging.disable(logging.CRITICAL)
    verbose = "-v" in arguments
    evaluation, *pages = [Path(argument) for argument in arguments if argument != "-v"]
    by_product(
        b"<html><body><article><p>So that no library is loaded while the clock runs.</p></article></body></html>"
    )
    by_trafilatura(b"<html><body><article><p>The same for the other.</p></article></body></html>")
    print(
        "| set | half | pages | reader | body F1 | segments F | title | author | people | date | made up "
        "| same characters | ms median |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name, readers in (
        ("extract_aeb", (by_product, by_trafilatura)),
        ("extract_tra", (by_product, by_trafilatura)),
        ("extract_date", (by_product, by_htmldate)),
    ):
        golds = [json.loads(line) for line in (evaluation / name / "gold.jsonl").open(encoding="utf-8")]
        for reader in readers:
            score(golds, reader, evaluation / name, verbose and reader is by_product)
    for folder in pages:
        print("\n| page | reader | found of wanted | wanted of found | headline | author | date | ms |")
        print("|---|---|---|---|---|---|---|---|")
        article_pages(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
