"""Paragraphs that come whole out of PDFs: ours beside what pdfminer.six and pypdf give by themselves.

    PYTHONPATH=.:tests/support python benchmarks/pdf_paragraphs.py ARTICLE.pdf ARTICLE.txt

The text beside the article holds a paragraph a line; its first and last line are a list's and not in the PDF. The other
documents are made here: five pages each, with headers and footers, set in four ways.
"""

from __future__ import annotations

import random
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pypdf
from made_pdf import Placed, column, made_pdf
from pdfminer.high_level import extract_text

from corpus.readers.pdf_text import text_of

_WORDS = (
    "the harbour council voted on a narrow plan after months of talks and the committee asked for maps about wards in "
    "other towns as well as documentation by the sea with no word of who would pay or when it ends"
).split()
_LINES_OF_A_PAGE = 52


def _made_paragraphs() -> list[str]:
    chance = random.Random(20310507)

    def sentence() -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(8, 22))).capitalize() + "."

    return [" ".join(sentence() for _ in range(chance.randint(2, 5))) for _ in range(45)]


def _set(paragraphs: list[str], *, columns: int, indented: bool) -> bytes:
    lines: list[str] = []
    for paragraph in paragraphs:
        wrapped = textwrap.wrap(paragraph, 84 if columns == 1 else 40)
        lines += ["\t" + wrapped[0], *wrapped[1:]] if indented else [*wrapped, ""]
    pages: list[list[Placed]] = []
    while lines:
        number = len(pages) + 1
        page: list[Placed] = [(72, 30, 8, "The Harbour Gazette"), (500, 30, 8, f"Page {number}")]
        for left in (72, 320)[:columns]:
            taken, lines = lines[:_LINES_OF_A_PAGE], lines[_LINES_OF_A_PAGE:]
            page += column(taken, left=left, top=760)
        pages.append(page)
    return made_pdf(pages)


def _one_space(text: str) -> str:
    return " ".join(text.split())


def _ours(raw: bytes) -> Iterable[str]:
    return (text for _, text in text_of(raw).blocks)


def _pdfminer(raw: bytes) -> Iterable[str]:
    return re.split(r"\n\s*\n|\f", extract_text(BytesIO(raw)))


def _pypdf(raw: bytes, mode: str = "plain") -> Iterable[str]:
    pages = (page.extract_text(extraction_mode=mode) for page in pypdf.PdfReader(BytesIO(raw)).pages)
    return (block for page in pages for block in re.split(r"\n\s*\n", page))


def main() -> None:
    article, beside = Path(sys.argv[1]), Path(sys.argv[2])
    lines = [_one_space(line) for line in beside.read_text("utf-8").splitlines() if line.strip()][1:-1]
    made = _made_paragraphs()
    documents = {
        "the article": (article.read_bytes(), lines),
        "gaps": (_set(made, columns=1, indented=False), made),
        "first lines set in": (_set(made, columns=1, indented=True), made),
        "two columns, gaps": (_set(made, columns=2, indented=False), made),
        "two columns, set in": (_set(made, columns=2, indented=True), made),
    }
    readers: dict[str, Callable[[bytes], Iterable[str]]] = {
        "ours": _ours,
        "pdfminer.six": _pdfminer,
        "pypdf": _pypdf,
        "pypdf, layout": lambda raw: _pypdf(raw, "layout"),
    }
    print("| document | paragraphs | " + " | ".join(f"{name} | s" for name in readers) + " |")
    print("|---|---:|" + "---:|---:|" * len(readers))
    for title, (raw, expected) in documents.items():
        cells = []
        for read in readers.values():
            started = time.perf_counter()
            found = {_one_space(text) for text in read(raw)}
            seconds = time.perf_counter() - started
            cells.append(f"{sum(text in found for text in expected)} | {seconds:.2f}")
        print(f"| {title} | {len(expected)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
