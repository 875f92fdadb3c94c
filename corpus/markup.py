"""HTML bodies to typed blocks. The tree is walked by us: a general web extractor flattens what mail puts in tables.

Only what a reader would see is kept: scripts, styles and hidden text are left out, and nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

import lxml.etree
import lxml.html

from corpus.article import BlockKind, Link, RawBlock
from corpus.charsets import storable
from corpus.extraction.attributions import is_attribution
from corpus.extraction.forwards import is_forward_mark
from corpus.plain_text import typed_blocks, unwrapped

_UNSEEN = frozenset("head script style title template noscript object iframe svg math select textarea button".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr "
    "ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_LAYOUT = ("p", "div", "table", "blockquote", "pre", "ul", "ol", "br", "figure", *sorted(_HEADINGS))
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.IGNORECASE
)
# Outlook puts "x_" before the classes of a mail that it answers.
_QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra)(?:$|\s)"
)
# Around an attribution and a quotation, and around answers that are written between the quotations too.
_QUOTE_FRAME = re.compile(r"(?:^|\s)(?:x_)*(?:gmail_quote|protonmail_quote|zmail_extra)(?:$|\s)")
_SIGNATURE = re.compile(
    r"(?:^|[\s\"])(?:x_)*(?:gmail_signature|moz-signature|protonmail_signature_block|(?:apple)?mailsignature"
    r"|ms-outlook-mobile-signature)(?:$|[\s\"])",
    re.IGNORECASE,
)
_CAPTION_CLASS = re.compile(r"(?:^|[\s_-])caption(?:$|[\s_-])")
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
_NESTING_TAG = re.compile(r"</?(?!(?:p|br|h[1-6]|script|style|head|title)\b)[a-zA-Z][^<>]{0,4000}>")
_TAG_STARTS = re.compile("<{100,}")  # the parser keeps an error for each: ten million of them took a minute
_MARKED_PRE = "white-space:pre"
_LONGEST_LINK_TEXT = 500
_LONGEST_ATTRIBUTION, _LONGEST_SIGNATURE = 400, 1000  # in characters
_MOST_LOOKS = 20


def typed_markup(markup: str) -> tuple[tuple[RawBlock, ...], tuple[Link, ...], str | None]:
    """Blocks, links and a complaint (None when all was well) from a whole page or a piece of one."""
    if not markup.strip():
        return (), (), None
    root, complaint = parsed(markup)
    if root is None:
        return (), (), complaint
    writer = _Writer()
    writer.walk(root)
    return tuple(writer.blocks), tuple(writer.links), complaint


def parsed(markup: str) -> tuple[lxml.html.HtmlElement | None, str | None]:
    """The tree of a page or a piece of one, None when it holds nothing, and a complaint (None when all was well)."""
    root, too_deep = _tree(markup)
    if not too_deep:
        return root, None
    # Nobody writes this; the words are kept and the structure is given up.
    root, _ = _tree(_NESTING_TAG.sub(" ", markup))
    return root, "tags nested too deeply: the structure of its HTML was dropped"


def _tree(markup: str) -> tuple[lxml.html.HtmlElement | None, bool]:
    # huge_tree lifts the limit on one text node (10 MB); depth stays limited by the parser, to 2,048.
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = lxml.html.document_fromstring(_TAG_STARTS.sub("<", storable(markup)).encode("utf-8"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None, False
    return root, any("depth" in entry.message for entry in parser.error_log)


def walk_shown(
    root: lxml.html.HtmlElement,
    is_unseen: Callable[[lxml.html.HtmlElement], bool],
    opened: Callable[[lxml.html.HtmlElement], None],
    written: Callable[[str | None], None],
    closed: Callable[[lxml.html.HtmlElement], None],
) -> None:
    """Tell of a tree's elements and texts in source order, but for unseen elements; linear, and not recursive."""
    events = lxml.etree.iterwalk(root, events=("start", "end"))
    unseen: lxml.html.HtmlElement | None = None
    for event, element in events:
        if event == "start":
            if is_unseen(element):
                unseen = element
                events.skip_subtree()  # its end comes all the same, and then the text behind it
            else:
                opened(element)
                written(element.text)
        else:
            if unseen is element:
                unseen = None
            else:
                closed(element)
            if element is not root:
                written(element.tail)


class _Writer:
    """Collects inline text until a block ends, and knows what the block is part of."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.links: list[Link] = []
        self._pieces: list[str] = []
        self._preformatted: list[str] | None = None
        self._hard_wrapped = False
        self._quotes: list[lxml.html.HtmlElement] = []
        self._headings: list[lxml.html.HtmlElement] = []
        self._signatures: list[lxml.html.HtmlElement] = []
        self._captions: list[lxml.html.HtmlElement] = []
        self._pres: list[lxml.html.HtmlElement] = []
        self._cells: list[lxml.html.HtmlElement] = []  # tables of data, whose rows are lines
        self._looks = 0  # into quotes, for a forward or for answers

    def walk(self, root: lxml.html.HtmlElement) -> None:
        walk_shown(root, _is_unseen, self._open, self._write, self._close)
        self._flush()

    def _open(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._line_break()
        elif tag == "a":
            self._link(element)
        elif tag == "tt":
            self._hard_wrapped = True
        if tag not in _BLOCKS:
            return
        if self._cells and tag in ("tr", "td", "th", "tbody", "thead", "tfoot"):
            return
        self._flush()
        if tag == "table" and next(element.iter(*_LAYOUT), None) in (None, element) and _has_no_inner(element):
            self._cells.append(element)
        if tag == "pre" or (tag in ("div", "p") and _MARKED_PRE in _style(element)):
            self._pres.append(element)
            self._preformatted = self._preformatted if self._preformatted is not None else []
        if tag in _HEADINGS:
            self._headings.append(element)
        if tag in ("figure", "figcaption") or _CAPTION_CLASS.search(element.get("class", "")):
            self._captions.append(element)
        if not self._signatures and _is_signature(element):
            self._signatures.append(element)
        if self._is_quote(element):
            self._quotes.append(element)

    def _close(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if tag not in _BLOCKS:
            return
        if self._cells and tag in ("td", "th"):
            self._pieces.append("\t")
            return
        if self._cells and tag == "tr":
            self._pieces.append("\n")
            return
        if self._cells and tag in ("tbody", "thead", "tfoot"):
            return
        self._flush()
        for open_elements in (self._headings, self._captions, self._signatures, self._quotes, self._cells):
            if open_elements and open_elements[-1] is element:
                open_elements.pop()
        if self._pres and self._pres[-1] is element:
            self._pres.pop()
            if not self._pres:
                self._preformatted = None

    def _write(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted is not None:
            self._preformatted.append(text)
        else:
            self._pieces.append(_HTML_SPACE.sub(" ", text))

    def _line_break(self) -> None:
        if self._preformatted is not None:
            self._preformatted.append("\n")
        else:
            self._pieces.append("\n")

    def _flush(self) -> None:
        if self._preformatted:
            text = "".join(self._preformatted)
            self._preformatted.clear()
            for block in typed_blocks(text.removeprefix("\n")):
                self._add(block.kind, block.text)
        if self._pieces:
            text = re.sub(r" ?([\n\t]) ?", r"\1", re.sub(" {2,}", " ", "".join(self._pieces)))
            self._pieces.clear()
            lines: list[str] = []
            for line in [*text.split("\n"), ""]:
                if line.strip():
                    lines.append(line.strip(" \t"))
                elif lines:
                    if any(line.startswith(">") for line in lines):  # the marks of plain text, as some programs show it
                        for block in typed_blocks("\n".join(lines)):
                            self._add(block.kind, block.text)
                    else:
                        kept = unwrapped(lines, 80) if self._hard_wrapped else lines
                        self._add(BlockKind.PARAGRAPH, "\n".join(kept))
                    lines = []
            self._hard_wrapped = False

    def _add(self, kind: BlockKind, text: str) -> None:
        if self._quotes or kind is BlockKind.QUOTED:
            kind = BlockKind.QUOTED
        elif self._signatures:
            kind = BlockKind.BOILERPLATE
        elif self._headings:
            kind = BlockKind.HEADING
        elif self._captions:
            kind = BlockKind.CAPTION
        self.blocks.append(RawBlock(kind, text))

    def _link(self, element: lxml.html.HtmlElement) -> None:
        url = _HTML_SPACE.sub("", element.get("href", ""))
        if re.match(r"https?://[^/]", url, re.IGNORECASE):
            words = _first_words(element, _LONGEST_LINK_TEXT)
            self.links.append(Link(url, words))

    def _is_quote(self, element: lxml.html.HtmlElement) -> bool:
        style = _style(element)
        if element.tag == "blockquote":
            marked = (
                element.get("type") == "cite"
                or "border-left" in style
                or _QUOTE_CLASS.search(element.get("class", "")) is not None
                # An article introduces a passage with "he wrote:" too: only a program's whole line will do.
                or (bool(self.blocks) and is_attribution(self.blocks[-1].text))
            )
        else:
            marked = element.tag == "div" and _QUOTE_CLASS.search(element.get("class", "")) is not None
        # What is forwarded is not quoted: on a list that passes articles on it is the article. A mail holds few
        # forwards, and looking into each of thousands of nested quotes would take quadratic time.
        if not marked or self._quotes or self._looks >= _MOST_LOOKS:
            return marked
        introduction = self.blocks[-1].text if self.blocks else ""
        first = next((text for text in islice(element.itertext(), 20) if text.strip()), "")
        if is_forward_mark(first.strip()) or is_forward_mark(introduction):
            self._looks += 1
            return False
        if element.tag == "div" and _QUOTE_FRAME.search(element.get("class", "")) and _frames_quotation(element):
            self._looks += 1
            return False
        return True


def _is_unseen(element: lxml.html.HtmlElement) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _UNSEEN
        or element.get("hidden") is not None
        or _HIDDEN.search(element.get("style", "")) is not None
    )


def _is_signature(element: lxml.html.HtmlElement) -> bool:
    """What a program put its user's signature in, unless the user went on to write there."""
    if not _SIGNATURE.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return False
    return sum(map(len, islice(element.itertext(), 100))) <= _LONGEST_SIGNATURE


def _frames_quotation(element: lxml.html.HtmlElement) -> bool:
    """Whether the element holds no more than an attribution before its first blockquote."""
    length = 0
    for inner in islice(element.iter(), 60):
        if inner.tag == "blockquote":
            return True
        length += len(inner.text or "") + len(inner.tail or "" if inner is not element else "")
        if length > _LONGEST_ATTRIBUTION:
            return False
    return False


def _has_no_inner(table: lxml.html.HtmlElement) -> bool:
    return all(inner is table for inner in islice(table.iter(*_LAYOUT), 2))


def _style(element: lxml.html.HtmlElement) -> str:
    return str(element.get("style", "")).lower().replace(" ", "")


def _first_words(element: lxml.html.HtmlElement, limit: int) -> str:
    def texts() -> Iterator[str]:
        length = 0
        for text in islice(element.itertext(), 50):
            yield text
            length += len(text)
            if length > limit:
                return

    return _HTML_SPACE.sub(" ", "".join(texts())).strip()[:limit]
