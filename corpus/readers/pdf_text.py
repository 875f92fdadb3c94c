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
from itertools import pairwise

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTTextBox, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from corpus.extraction.captions import is_caption

MOST_PAGES = 1_000  # a long book; an article has three
MOST_CHARACTERS = 8_000_000  # of one document: twice the Bible
_MARGIN = 0.12  # of a page's height, above and below: where headers and footers stand
_SAME_PLACE = 4.0  # points
_HEADING = 1.15  # times the size of the body's letters
_MOST_HEADING = 300  # characters
_INDENT = 0.8  # of the size of the letters
_SAME_SIZE = 0.5  # points
_WIDER = 1.2  # times the usual distance of lines: a gap between paragraphs; tight setting varies by less
_UNKNOWN_LETTER = re.compile(r"\(cid:\d{1,6}\)")
# A ligature is how a font shows two letters that the author wrote; searching for them would miss it.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
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
_OPEN_END = re.compile(r"\w[-–/]$|—$")  # nobody writes a space after such a mark where none is before it
_BEGINS_SMALL = re.compile(r"[^\W\d_]{2,}")


class NoText(Exception):
    """Nothing can be read of the document; the message says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document's blocks in order as (kind, text), `kind` being "paragraph", "heading" or "boilerplate"."""

    blocks: list[tuple[str, str]]
    title: str | None
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    size: float  # of its letters, in points


@dataclass(slots=True)
class _Box:
    """Lines that stand together, on one page."""

    lines: list[_Line]
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
                lines = [line for found in element if (line := _line(found, number, layout.bbox)) is not None]
                if lines:
                    boxes.append(_Box(lines))
        yield layout.y0, layout.y1, boxes


def _line(found: object, number: int, page: tuple[float, float, float, float]) -> _Line | None:
    """A line of letters that lie on the page; what lies beside it nobody sees."""
    if not isinstance(found, LTTextLine):
        return None
    text = "".join(_letters(found)).translate(_LIGATURES).strip("\n\r\t \f\v\0")
    if not text or found.x1 < page[0] or found.x0 > page[2] or found.y1 < page[1] or found.y0 > page[3]:
        return None
    size = max((letter.size for letter in found if isinstance(letter, LTChar)), default=found.height)
    return _Line(text, number, found.x0, found.x1, found.y0, found.y1, round(size, 1))


def _letters(line: LTTextLine) -> Iterator[str]:
    """The letters of a line, and a space in a gap where the file has none: justified text has both side by side."""
    spaced = True
    gap = False
    for letter in line:
        if isinstance(letter, LTChar):
            text = letter.get_text()
            if gap and not text[:1].isspace():
                yield " "
            yield text
            spaced = text[-1:].isspace()
            gap = False
        else:
            gap = not spaced


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
            (seen[key(line)] >= 2 and seen[key(line)] * 3 >= len(pages)) or _is_page_number(line.text, line.page)
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
    text_boxes = [box for page in pages for box in page if not box.furniture]
    for box in text_boxes:
        for line in box.lines:
            sizes[line.size] += len(line.text)
            words.update(word.casefold() for word in _WORD.findall(line.text.removesuffix("-")))
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    leading = _leading(text_boxes)
    paragraph: list[_Line] = []
    waiting: list[str] = []

    def closed() -> Iterator[tuple[str, str]]:
        if paragraph:
            text = _joined(paragraph, words)
            large = paragraph[0].size > body_size * _HEADING and len(text) <= _MOST_HEADING
            yield "heading" if large else "paragraph", text
        yield from (("boilerplate", text) for text in waiting)
        waiting.clear()

    for box in (box for page in pages for box in page):
        if box.furniture:
            waiting.append("\n".join(line.text for line in box.lines))
            continue
        for number, line in enumerate(box.lines):
            following = box.lines[number + 1] if number + 1 < len(box.lines) else None
            if paragraph and not _goes_on(paragraph, line, following, leading):
                yield from closed()
                paragraph = []
            paragraph.append(line)
    yield from closed()


def _leading(boxes: list[_Box]) -> dict[float, float]:
    """The usual distance from line to line for each size of letters, in points."""
    distances: dict[float, Counter[float]] = {}
    for box in boxes:
        for above, below in pairwise(box.lines):
            if above.size == below.size and above.bottom > below.bottom:
                distances.setdefault(below.size, Counter())[round(2 * (above.bottom - below.bottom)) / 2] += 1
    return {size: counted.most_common(1)[0][0] for size, counted in distances.items()}


def _goes_on(paragraph: list[_Line], line: _Line, following: _Line | None, leading: dict[float, float]) -> bool:
    """Whether a line belongs to the paragraph before it, which may end at the foot of another page or column."""
    last = paragraph[-1]
    indent = _INDENT * line.size
    if abs(line.size - last.size) > _SAME_SIZE:
        return False
    if line.page > last.page or line.bottom >= last.top:
        return _goes_on_elsewhere(paragraph, line, following)
    distance = last.bottom - line.bottom
    if distance > leading.get(line.size, line.size * 1.2) * _WIDER or line.right < last.left or line.left > last.right:
        return False
    if line.left > last.left + indent:  # set in: a new paragraph, but not a centred line or a hanging list's second
        return len(paragraph) == 1 and last.right < line.right
    # After two lines at one edge, a line further out ends what was set in as a whole.
    return not (len(paragraph) > 1 and paragraph[-2].left == last.left and line.left < last.left - indent)


def _goes_on_elsewhere(paragraph: list[_Line], line: _Line, following: _Line | None) -> bool:
    if following is not None and line.left > following.left + _INDENT * line.size:
        return False
    text = " ".join(line.text for line in paragraph[-20:])
    if _ENDS_A_SENTENCE.search(text) or is_caption(text):
        return False
    return len(text) >= 25 or line.text[:1].islower()  # a short line without an end is a heading or a name


def _joined(lines: Iterable[_Line], words: Counter[str]) -> str:
    """The lines as one; a hyphen at a line's end goes only when the document has the word in one piece elsewhere."""
    pieces: list[str] = []
    for line in lines:
        end = pieces[-1] if pieces else ""
        if end.endswith("\N{SOFT HYPHEN}") or _is_broken_word(end, line.text, words):
            pieces[-1] = end[:-1]
        elif pieces and not _OPEN_END.search(end):
            pieces.append(" ")
        pieces.append(line.text)
    return _UNKNOWN_LETTER.sub("�", "".join(pieces))


def _is_broken_word(end: str, beginning: str, words: Counter[str]) -> bool:
    first, second = _HYPHENATED.search(end[-60:]), _BEGINS_SMALL.match(beginning)
    if first is None or second is None or not second.group()[0].islower():
        return False
    whole, parted = first.group(1) + second.group(), f"{first.group(1)}-{second.group()}"
    return words[whole.casefold()] > 0 and not words[parted.casefold()]


def _title(document: PDFDocument, blocks: list[tuple[str, str]]) -> str | None:
    """The title in the document's own description, when the text begins with it: many name a file or a template."""
    for info in document.info:
        title = info.get("Title")
        if isinstance(title, bytes):
            title = title.decode("utf-16") if title.startswith((b"\xfe\xff", b"\xff\xfe")) else title.decode("latin-1")
            if title.strip() and any(title.split() == text.split() for _, text in blocks[:5]):
                return " ".join(title.split())
    return None
