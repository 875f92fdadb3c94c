"""The text of a PDF in the order it is read, as blocks. Runs in a process of its own, see `pdf_worker`.

A PDF holds letters at places, and no paragraphs. Measured on a three-page article: pdfminer.six leaves the gaps between
paragraphs visible, pypdf (six times as fast) gives lines only and prints each page's footer before the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from corpus.captions import is_caption

MOST_PAGES = 2_000  # a long book; an article has three
MOST_CHARACTERS = 8_000_000  # of one document: twice the Bible
_MARGIN = 0.12  # of a page's height, above and below: where headers and footers stand
_SAME_PLACE = 4.0  # points
_HEADING = 1.15  # times the size of the body's letters
_MOST_HEADING = 300  # characters
_INDENT = 0.8  # of the size of the letters
_UNKNOWN_LETTER = re.compile(r"\(cid:\d{1,6}\)")
_MOST_UNKNOWN = 0.2  # of all letters: what is left cannot be read
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^[\W_]{0,3}(?:(?:page|p\.|seite|s\.|página|pagina|pág\.)\s{0,3})?(?P<number>\d{1,4})"
    r"(?:\s{0,3}(?:of|/|von|de|sur|di)\s{0,3}\d{1,4})?[\W_]{0,3}$",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE = re.compile(r"[.!?…:;][\"'”’»)\]]{0,3}$|[\"”»]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]{2,})-$")
_BEGINS_SMALL = re.compile(r"[^\W\d_]{2,}")


class NoText(Exception):
    """Nothing can be read of the document; the message says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document's blocks in order as (kind, text), `kind` being "paragraph", "heading" or "boilerplate"."""

    blocks: list[tuple[str, str]]
    title: str | None
    warnings: list[str]


@dataclass(slots=True)
class _Line:
    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float  # of its letters, in points


@dataclass(slots=True)
class _Box:
    """Lines that stand together, on one page."""

    lines: list[_Line]
    page: int
    left: float
    furniture: bool = False


def text_of(raw: bytes) -> Text:
    """Raises `NoText`, and whatever the library makes of a broken file; takes the time and memory that it asks for."""
    try:
        document = PDFDocument(PDFParser(BytesIO(raw)))
    except PDFPasswordIncorrect:
        raise NoText("encrypted: it opens only with a password") from None
    pages: list[list[_Box]] = []
    heights: list[tuple[float, float]] = []
    characters = 0
    for bottom, top, boxes in _pages_of(document):
        pages.append(boxes)
        heights.append((bottom, top))
        characters += sum(len(line.text) for box in boxes for line in box.lines)
        if len(pages) > MOST_PAGES:
            raise NoText(f"more than {MOST_PAGES:,} pages")
        if characters > MOST_CHARACTERS:
            raise NoText(f"more than {MOST_CHARACTERS:,} characters")
    if not pages:
        raise NoText("a PDF without a page")
    if not characters:
        raise NoText(f"no text in its {len(pages)} pages: they are pictures of text, and would have to be recognised")
    unknown = sum(len(_UNKNOWN_LETTER.findall(line.text)) for page in pages for box in page for line in box.lines)
    if unknown > _MOST_UNKNOWN * characters / 8:  # one unknown letter is printed as about eight
        raise NoText("its fonts do not say which letters they show")
    _mark_furniture(pages, heights)
    blocks = list(_blocks(pages))
    warnings = ["some letters are unknown: its fonts do not say what they show"] if unknown else []
    return Text(blocks, _title(document, blocks), warnings)


def _pages_of(document: PDFDocument) -> Iterator[tuple[float, float, list[_Box]]]:
    """Each page's bottom, top and boxes of text in reading order. Pictures, scripts and attached files stay closed."""
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams())
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(document)):
        interpreter.process_page(page)
        layout = device.get_result()
        boxes = []
        for element in layout:
            if isinstance(element, LTTextBox):
                lines = [line for found in element if (line := _line(found, layout.bbox)) is not None]
                if lines:
                    boxes.append(_Box(lines, number, min(line.left for line in lines)))
        yield layout.y0, layout.y1, boxes


def _line(found: object, page: tuple[float, float, float, float]) -> _Line | None:
    """A line of letters that lie on the page; what lies beside it nobody sees."""
    if not isinstance(found, LTTextLine):
        return None
    text = found.get_text().strip("\n\r\t \f\v\0")
    if not text or found.x1 < page[0] or found.x0 > page[2] or found.y1 < page[1] or found.y0 > page[3]:
        return None
    size = max((letter.size for letter in found if isinstance(letter, LTChar)), default=found.height)
    return _Line(text, found.x0, found.x1, found.y0, found.y1, round(size, 1))


def _mark_furniture(pages: list[list[_Box]], heights: list[tuple[float, float]]) -> None:
    """Headers, footers and page numbers: in the margin, and the same on several pages but for their digits."""
    seen: Counter[tuple[str, int]] = Counter()

    def key(line: _Line) -> tuple[str, int]:
        return _DIGITS.sub("0", line.text), round(line.bottom / _SAME_PLACE)

    margins: list[_Box] = []
    for (bottom, top), boxes in zip(heights, pages, strict=True):
        edge = (top - bottom) * _MARGIN
        for box in boxes:
            if len(box.lines) <= 3 and all(line.bottom > top - edge or line.top < bottom + edge for line in box.lines):
                margins.append(box)
    for box in margins:
        seen.update({key(line) for line in box.lines})
    for box in margins:
        box.furniture = all(
            (seen[key(line)] >= 2 and seen[key(line)] * 3 >= len(pages)) or _is_page_number(line.text, box.page)
            for line in box.lines
        )


def _is_page_number(text: str, page: int) -> bool:
    found = _PAGE_NUMBER.match(text)
    # A document may be an extract and begin with page 214; it does not begin with page 2024.
    return found is not None and (int(found["number"]) < 1000 or int(found["number"]) == page + 1)


def _blocks(pages: list[list[_Box]]) -> Iterator[tuple[str, str]]:
    """Paragraphs, put together again over the ends of lines and pages; a page's furniture after what begins on it."""
    sizes: Counter[float] = Counter()
    words: Counter[str] = Counter()
    for page in pages:
        for box in page:
            if not box.furniture:
                for line in box.lines:
                    sizes[line.size] += len(line.text)
                    words.update(word.casefold() for word in _WORD.findall(line.text.removesuffix("-")))
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    open_lines: list[_Line] = []
    open_box: _Box | None = None
    waiting: list[str] = []

    def closed() -> Iterator[tuple[str, str]]:
        if open_lines:
            text = _joined(open_lines, words)
            large = open_lines[0].size > body_size * _HEADING and len(text) <= _MOST_HEADING
            yield "heading" if large else "paragraph", text
        yield from (("boilerplate", text) for text in waiting)
        waiting.clear()

    for page in pages:
        for box in page:
            if box.furniture:
                waiting.append("\n".join(line.text for line in box.lines))
                continue
            for number, lines in enumerate(_paragraphs(box)):
                if number == 0 and open_box is not None and _goes_on(open_box, open_lines, box, lines):
                    open_lines = [*open_lines, *lines]
                else:
                    yield from closed()
                    open_lines = lines
            open_box = box
    yield from closed()


def _paragraphs(box: _Box) -> Iterator[list[_Line]]:
    """The lines of a box, apart where the letters change their size or a line is set in."""
    lines: list[_Line] = []
    for line in box.lines:
        if lines and (
            abs(line.size - lines[-1].size) > 0.5
            or (line.left > box.left + _INDENT * line.size and lines[-1].left < line.left - _INDENT * line.size)
        ):
            yield lines
            lines = []
        lines.append(line)
    if lines:
        yield lines


def _goes_on(before: _Box, open_lines: list[_Line], box: _Box, lines: list[_Line]) -> bool:
    """Whether a paragraph at the top of a page or column is the rest of the one that was cut at the end of the last."""
    last, first = open_lines[-1], lines[0]
    moved_up = box.page > before.page or first.bottom > last.top
    if not moved_up or abs(first.size - last.size) > 0.5 or first.left > box.left + _INDENT * first.size:
        return False
    text = " ".join(line.text for line in open_lines)
    if _ENDS_A_SENTENCE.search(text) or is_caption(text):
        return False
    return len(last.text) >= 25 or first.text[:1].islower()  # a short line without an end is a heading or a name


def _joined(lines: Iterable[_Line], words: Counter[str]) -> str:
    """The lines as one; a hyphen at a line's end goes only when the document has the word in one piece elsewhere."""
    text = ""
    for line in lines:
        if not text:
            text = line.text
            continue
        if text.endswith("\N{SOFT HYPHEN}"):
            text = text[:-1] + line.text
            continue
        first = _HYPHENATED.search(text[-60:])
        second = _BEGINS_SMALL.match(line.text)
        if first is not None and second is not None and second.group()[0].islower():
            whole = (first.group(1) + second.group()).casefold()
            parted = f"{first.group(1)}-{second.group()}".casefold()
            text = (text[:-1] if words[whole] and not words[parted] else text) + line.text
        elif re.search(r"\w[-–—/]$", text) or text.endswith("—"):
            text += line.text  # nobody writes a space after such a mark where none is before it
        else:
            text = f"{text} {line.text}"
    return _UNKNOWN_LETTER.sub("�", text)


def _title(document: PDFDocument, blocks: list[tuple[str, str]]) -> str | None:
    """The title in the document's own description, when the text begins with it: many name a file or a template."""
    for info in document.info:
        title = info.get("Title")
        if isinstance(title, bytes):
            title = title.decode("utf-16") if title.startswith((b"\xfe\xff", b"\xff\xfe")) else title.decode("latin-1")
            if title.strip() and any(title.split() == text.split() for _, text in blocks[:5]):
                return " ".join(title.split())
    return None
