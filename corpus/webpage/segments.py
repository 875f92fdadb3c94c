"""A page's visible text, in order, cut where a browser would begin a new line of its own.

The words of a segment are the page's own characters; only the white space that HTML collapses is changed. Whatever
rule or library later calls a segment the article's, what is stored is what stands here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import lxml.etree
import lxml.html

from corpus.markup import walk_shown

_UNSEEN = frozenset(
    "head script style title template noscript object embed applet iframe svg math canvas audio video select option "
    "datalist textarea button input map area frameset dialog".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre search section summary table tbody td tfoot th "
    "thead tr ul".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|(?<![-\w])opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
# Words for people who listen to a page; those who look at it do not see them. The names are those of Bootstrap,
# WordPress, HTML5 Boilerplate and Drupal.
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-(?:text|only)|element-invisible|a11y-hidden)(?:\s|$)",
    re.IGNORECASE,
)
# Beyond any of these nobody wrote it for readers (the largest of 700 real pages has a tenth of each).
_MOST_TEXT = 1_000_000  # characters
_MOST_ELEMENTS = 50_000
_DEEPEST = 100
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One run of text between two places where a new line begins.

    `element` is the innermost block element around it. `link_share` is the part of its characters that lie in links,
    0 to 1.
    """

    text: str
    element: lxml.html.HtmlElement
    link_share: float

    @property
    def tag(self) -> str:
        return str(self.element.tag)


def segments_of(root: lxml.html.HtmlElement) -> list[Segment]:
    """All visible segments in source order; linear in the size of the page, and not recursive.

    Of a page that scripts would fill, what it holds for browsers that run none is taken; its ``noscript`` elements
    then become ``div`` elements, in the tree too.
    """
    writer = _Writer()
    writer.walk(root)
    if not writer.segments and next(root.iter("noscript"), None) is not None:
        for element in root.iter("noscript"):
            element.tag = "div"
        writer.walk(root)
    return writer.segments


def is_enormous(root: lxml.html.HtmlElement, segments: Sequence[Segment]) -> bool:
    """Whether a page is of a size or depth on which libraries take quadratic time, so that they are not asked."""
    return (
        sum(len(segment.text) for segment in segments) > _MOST_TEXT
        or sum(1 for _ in islice(root.iter(), _MOST_ELEMENTS)) == _MOST_ELEMENTS
        or any(sum(1 for _ in islice(segment.element.iterancestors(), _DEEPEST)) == _DEEPEST for segment in segments)
    )


def is_unseen(element: lxml.etree._Element) -> bool:
    """Whether a browser shows nothing of the element, by its tag and its own attributes."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN or element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    name = element.get("class")
    return bool(name) and _HIDDEN_CLASS.search(name) is not None


class _Writer:
    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._pieces: list[str] = []
        self._in_links = 0
        self._linked_letters = 0
        self._open: list[lxml.html.HtmlElement] = []
        self._preformatted = 0

    def walk(self, root: lxml.html.HtmlElement) -> None:
        def is_left_out(element: lxml.html.HtmlElement) -> bool:
            return element is not root and is_unseen(element)

        self._open.append(root)
        walk_shown(root, is_left_out, self._begin, self._write, self._end)
        self._flush()

    def _begin(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._pieces.append("\n")
        elif tag == "a":
            self._in_links += 1
        elif tag in _BLOCKS:
            self._flush()
            self._open.append(element)
            self._preformatted += tag == "pre"

    def _end(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if tag == "a":
            self._in_links -= 1
        elif tag in _BLOCKS:
            self._flush()
            self._preformatted -= tag == "pre"
            if self._open[-1] is element:
                self._open.pop()

    def _write(self, text: str | None) -> None:
        if not text:
            return
        piece = text if self._preformatted else _HTML_SPACE.sub(" ", text)
        self._pieces.append(piece)
        if self._in_links:
            self._linked_letters += len(piece.strip())

    def _flush(self) -> None:
        if not self._pieces:
            return
        text = "".join(self._pieces)
        letters, linked = len(text.strip()), self._linked_letters
        self._pieces.clear()
        self._linked_letters = 0
        if not letters:
            return
        share = min(linked / letters, 1.0)
        if not self._preformatted:
            text = re.sub(r" ?\n ?", "\n", re.sub(" {2,}", " ", text))
        lines: list[str] = []
        for line in [*text.split("\n"), ""]:
            if line.strip():
                lines.append(line.rstrip(" \t\r") if self._preformatted else line.strip(" \t"))
            elif lines:
                self.segments.append(Segment("\n".join(lines), self._open[-1], share))
                lines = []
