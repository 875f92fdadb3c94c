"""Which of a page's segments are its article, and what each of them is.

An extractor votes; then what is built like the voted paragraphs is added, and what stands in furniture, leads
elsewhere, invites or repeats is taken away. Each rule is in because it helped on the development half of the page sets
(RESULTS.md), but for those that keep a promise: nothing from above the headline, no caption in the body, no heading
without text below it.
"""

from __future__ import annotations

import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import lxml.html

from corpus.article import BlockKind
from corpus.webpage.extractor import votes_of
from corpus.webpage.furniture_lines import is_furniture_line
from corpus.webpage.page_parts import Enclosure, is_caption_place, is_dek_place, is_furniture
from corpus.webpage.segments import HEADINGS, Segment
from corpus.webpage.words import words_of

# A wrapper with so much of the article's words is no furniture and no caption, whatever it is called.
_FURNITURE_SHARE = 0.4
_CAPTION_SHARE = 0.3
_LEAST_LEFT = 0.2
_CONTAINER_SHARE = 0.85  # the innermost element with so much of the voted words contains the article
_MOST_ABOVE_HEADLINE = 0.3
_WORDS_OF_A_PARAGRAPH = 15
_WORDS_OF_A_PATTERN = 60  # so many voted words in one sort of element make it the article's own
_DEK_WORDS = range(6, 91)
_DEK_SEGMENTS = 12  # below the headline
_LONGEST_LINK_LINE = 80
_TEXT_TAGS = ("p", "div", "li", "blockquote")


@dataclass(frozen=True, slots=True)
class Body:
    """What each segment is, None for what is not of the article; and where headline and dek stand, if they do."""

    kinds: tuple[BlockKind | None, ...]
    headline_at: int | None = None
    dek_at: int | None = None

    @property
    def span(self) -> tuple[int, int] | None:
        """The places of the first and the last paragraph."""
        places = [place for place, kind in enumerate(self.kinds) if kind is BlockKind.PARAGRAPH]
        return (places[0], places[-1]) if places else None


def body_of(
    root: lxml.html.HtmlElement, segments: Sequence[Segment], title: str | None, headline_at: int | None
) -> Body:
    """The article among the segments. `headline_at` is the place of the heading that carries `title`."""
    return _Choice(root, segments, title, headline_at).made()


class _Choice:
    """One page's segments while rules decide on them: `_keep` says which are of the article so far."""

    def __init__(
        self, root: lxml.html.HtmlElement, segments: Sequence[Segment], title: str | None, headline_at: int | None
    ) -> None:
        self._segments = segments
        self._words = [words_of(segment.text) for segment in segments]
        self._title = words_of(title or "")
        self._keep = votes_of(root, segments, self._words)
        if not any(self._keep):
            self._keep = self._running_text()
        running = [
            len(words) if voted and len(words) >= 4 and segment.link_share < 0.5 else 0
            for segment, words, voted in zip(segments, self._words, self._keep, strict=True)
        ]
        shares = _shares(root, segments, running)
        furniture = Enclosure(is_furniture, shares, _FURNITURE_SHARE)
        captions = Enclosure(is_caption_place, shares, _CAPTION_SHARE)
        self._caption = [captions.holds(segment.element) for segment in segments]
        self._furniture = [furniture.holds(segment.element) for segment in segments]
        if sum(itertools.compress(running, map(operator.not_, self._furniture))) < _LEAST_LEFT * sum(running):
            self._furniture = [False] * len(segments)  # a forum's posts are called comments, and are all there is
        clean = [
            0 if caption or in_furniture else weight
            for weight, caption, in_furniture in zip(running, self._caption, self._furniture, strict=True)
        ]
        self._inside = set(_container(root, _shares(root, segments, clean)).iter())
        self._patterns = self._own_patterns()
        self._headline_at = headline_at if _stands_above(headline_at, clean) else None

    def _running_text(self) -> list[bool]:
        """What could be text, for a page in which the extractor or all rules together leave nothing."""
        return [
            len(words) >= 8 and segment.link_share < 0.3
            for segment, words in zip(self._segments, self._words, strict=True)
        ]

    def made(self) -> Body:
        self._add()
        self._take_away()
        self._drop_lists_of_links()
        self._drop_last_headings()
        dek_at = self._dek()
        if not any(kept and place != dek_at for place, kept in enumerate(self._keep)):
            if dek_at is None:
                self._keep = self._running_text()
            else:  # nothing below it: then it is all that the article says
                self._keep[dek_at], dek_at = True, None
        return self._with_kinds(dek_at)

    def _own_patterns(self) -> Counter[tuple[str | None, ...]]:
        patterns: Counter[tuple[str | None, ...]] = Counter()
        for place, segment in enumerate(self._segments):
            count = len(self._words[place])
            if (
                self._keep[place]
                and count >= _WORDS_OF_A_PARAGRAPH
                and segment.link_share < 0.5
                and not self._furniture[place]
                and not self._caption[place]
                and segment.tag not in HEADINGS
                and segment.tag != "li"
            ):
                patterns[_pattern(segment.element)] += count
        return patterns

    def _is_own_pattern(self, element: lxml.html.HtmlElement) -> bool:
        return self._patterns[_pattern(element)] >= _WORDS_OF_A_PATTERN

    def _add(self) -> None:
        """What the extractor missed: text in elements like those it took, and long text right among them."""
        for place, segment in enumerate(self._segments):
            count = len(self._words[place])
            if self._keep[place] or segment.link_share >= 0.3 or count < 8:
                continue
            named = any(_pattern(segment.element)[1::2])
            alike = named and self._is_own_pattern(segment.element)
            among = segment.element in self._inside and segment.tag in _TEXT_TAGS
            if alike or (among and (count >= _WORDS_OF_A_PARAGRAPH or self._is_own_pattern(segment.element))):
                self._keep[place] = True

    def _take_away(self) -> None:
        seen: set[tuple[str, ...]] = set()
        for place, segment in enumerate(self._segments):
            words = self._words[place]
            if not self._keep[place]:
                continue
            alone_in_link = (
                segment.link_share >= 0.95 and 2 <= len(words) <= _LONGEST_LINK_LINE and segment.tag not in ("li", "td")
            )
            repeated = words == self._title or (len(words) >= 8 and tuple(words) in seen)
            self._keep[place] = not (
                self._furniture[place]
                or self._caption[place]
                or (self._headline_at is not None and place <= self._headline_at)
                or repeated
                or alone_in_link
                or is_furniture_line(segment.text, len(words), segment.link_share)
            )
            if self._keep[place]:
                seen.add(tuple(words))

    def _drop_lists_of_links(self) -> None:
        items: dict[lxml.html.HtmlElement, list[int]] = {}
        for place, segment in enumerate(self._segments):
            if self._keep[place] and (item := _list_item(segment.element)) is not None:
                items.setdefault(item.getparent(), []).append(place)
        for places in items.values():
            linked = all(self._segments[place].link_share >= 0.9 for place in places)
            if linked and len(places) >= 2 and sum(len(self._words[place]) for place in places) >= 4 * len(places):
                for place in places:
                    self._keep[place] = False

    def _drop_last_headings(self) -> None:
        """A heading below which nothing of the article is left."""
        for place in reversed(range(len(self._segments))):
            if self._keep[place] and self._segments[place].tag not in HEADINGS:
                return
            self._keep[place] = False

    def _dek(self) -> int | None:
        """A line between headline and text that is named a dek, or that is a heading right below the headline."""
        if self._headline_at is None:
            return None
        first = self._headline_at + 1
        for place in range(first, min(first + _DEK_SEGMENTS, len(self._segments))):
            segment = self._segments[place]
            count = len(self._words[place])
            if self._is_own_pattern(segment.element):
                continue
            named = is_dek_place(segment.element) or (segment.tag in HEADINGS and place <= first + 1)
            if count in _DEK_WORDS and segment.link_share < 0.5 and not self._caption[place] and named:
                return place
            if self._keep[place] and count >= _WORDS_OF_A_PARAGRAPH:
                return None
        return None

    def _with_kinds(self, dek_at: int | None) -> Body:
        last = max((place for place, kept in enumerate(self._keep) if kept), default=-1)
        first = self._headline_at if self._headline_at is not None else self._keep.index(True) if last >= 0 else 0
        kinds: list[BlockKind | None] = []
        for place, segment in enumerate(self._segments):
            kind = None
            if place in (self._headline_at, dek_at):
                kind = BlockKind.HEADING
            elif self._keep[place]:
                kind = BlockKind.HEADING if segment.tag in HEADINGS else BlockKind.PARAGRAPH
            elif first <= place <= last + 1 and self._caption[place] and segment.link_share < 0.5:
                in_figure = any(parent.tag == "figure" for parent in _up(segment.element, 4))
                if len(self._words[place]) >= 3 and (segment.element in self._inside or in_figure):
                    kind = BlockKind.CAPTION
            kinds.append(kind)
        return Body(tuple(kinds), self._headline_at, dek_at)


def _stands_above(headline_at: int | None, weights: Sequence[int]) -> bool:
    """Whether most of the voted text follows; the same words may be a heading of a list at the end."""
    return headline_at is not None and sum(weights[:headline_at]) <= _MOST_ABOVE_HEADLINE * sum(weights)


def _pattern(element: lxml.html.HtmlElement) -> tuple[str | None, ...]:
    """The element and the one around it, each by its name and its class."""
    parent = element.getparent()
    above = (None, None) if parent is None else (parent.tag, parent.get("class"))
    return (element.tag, element.get("class"), *above)


def _shares(
    root: lxml.html.HtmlElement, segments: Sequence[Segment], weights: Iterable[int]
) -> dict[lxml.html.HtmlElement, float]:
    """How much of the whole weight lies in each element, 0 to 1; one pass over the page from its end."""
    sums: dict[lxml.html.HtmlElement, int] = {}
    for segment, weight in zip(segments, weights, strict=True):
        if weight:
            sums[segment.element] = sums.get(segment.element, 0) + weight
    for element in reversed(list(root.iter())):
        if element in sums and (parent := element.getparent()) is not None:
            sums[parent] = sums.get(parent, 0) + sums[element]
    total = sums.get(root, 0)
    return {element: weight / total for element, weight in sums.items()} if total else {}


def _container(root: lxml.html.HtmlElement, shares: dict[lxml.html.HtmlElement, float]) -> lxml.html.HtmlElement:
    container = root
    while True:
        inner = next((child for child in container if shares.get(child, 0.0) >= _CONTAINER_SHARE), None)
        if inner is None:
            return container
        container = inner


def _up(element: lxml.html.HtmlElement, levels: int) -> Iterator[lxml.html.HtmlElement]:
    """The element and what is around it."""
    for _ in range(levels):
        if element is None:
            return
        yield element
        element = element.getparent()


def _list_item(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    return next((above for above in _up(element, 5) if above.tag == "li" and above.getparent() is not None), None)
