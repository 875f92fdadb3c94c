"""Who wrote a page, by its markup or by its line of names; never its outlet, a job title or a link."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import lxml.etree
import lxml.html

from corpus.dates import find_publication_date
from corpus.extraction.names import SMALL, is_name, is_person, names_an_outlet
from corpus.extraction.outlets import known_outlet
from corpus.webpage.byline_lines import (
    begins_with_figures,
    is_han_name,
    is_label,
    is_labelled,
    is_name_beside_date,
    is_posting_sentence,
    names_in,
    without_label,
)
from corpus.webpage.page_parts import names_of
from corpus.webpage.segments import Segment, is_unseen, segments_of
from corpus.webpage.sites import Site
from corpus.webpage.structured_data import Declared
from corpus.webpage.words import letters_of

_BYLINE_CLASS = re.compile(
    r"author|by-?line|autor(?!i[sz])|verfasser|redakteur|posted-?by|post-?by"
    r"|(?:^|[\s_-])(?:aut|auteur|writer|vcard|fn|journalist)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SOMEBODY_ELSE = re.compile(
    r"comment|kommentar|respond|reply|side-?bar|related|recommend|widget|teaser|popular|trending"
    r"|(?:^|[\s_-])nav|menu|most-?read|card-?list|quote|further|more-",
    re.IGNORECASE,
)
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|in|es)?|auteurs?|autori|redakteur(?:e|in)?|journalists?|contributors?|verfasser)/[^/?#]",
    re.IGNORECASE,
)
# A meta element that names a company is about who made the site, and one with an address about its theme.
_COMPANY = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|e\.\s?v|inc|ltd|llc|corp|s\.?a\.?r\.?l|b\.?v)\b|https?:|www\.", re.IGNORECASE
)
_META = (
    "parsely-author", "sailthru.author", "author", "article:author", "article:author_name", "og:author", "dc.creator",
    "dcterms.creator", "cxenseparse:author", "byl", "citation_author",
)  # fmt: skip
_FOOT_OF_POST = re.compile(r"(?:post|entry|article|beitrag|content)[\w-]{0,20}footer", re.IGNORECASE)
_NO_BYLINE = frozenset("html body article script style img meta link svg input form".split())
_NEAR_BEFORE, _NEAR_AFTER = 4, 14
_LONGEST_BYLINE = 200
_LONGEST_LINE = 160
_MOST_BYLINES = 50
_LONGEST_NAME = 60
_MOST_SEGMENTS = 2000
_BETWEEN_NAMES = frozenset({"", "und", "and", "et", "y", "e", "en", "i"})
_MOST_LEVELS = 25
_MOST_ELEMENTS = 40  # inside a byline


@dataclass(frozen=True, slots=True)
class Authors:
    """Names in order and the rule that found them."""

    names: tuple[str, ...]
    rule: str


def authors_of(
    root: lxml.html.HtmlElement, declared: Declared, segments: Sequence[Segment], site: Site, headline_at: int | None
) -> Authors | None:
    """Declared authors first, then the byline below the headline, then meta elements, then a byline anywhere.

    A line that is nothing but "By" and a person's name wins over a declared author whom no line names: systems declare
    whose account posted a text (on three of 386 pages, and the line was right on each).
    """
    return _Search(root, declared, segments, site, headline_at).found()


class _Search:
    def __init__(
        self,
        root: lxml.html.HtmlElement,
        declared: Declared,
        segments: Sequence[Segment],
        site: Site,
        headline_at: int | None,
    ) -> None:
        self._root = root
        self._declared = declared
        self._site = site
        self._segments = segments
        at = headline_at or 0
        self._around_headline = frozenset(segments[at].element.iterancestors()) if at < len(segments) else frozenset()
        self._near = segments[max(at - _NEAR_BEFORE, 0) : at + _NEAR_AFTER]
        self._near_elements = frozenset(segment.element for segment in self._near)

    def found(self) -> Authors | None:
        shown = self._shown()
        signed = self._signed()
        for node in (*self._declared.articles[:3], *self._declared.pages[:3]):
            if names := self._people(self._declared.names(node.get("author"))):
                if signed is not None and not _agree(signed.names, names):
                    return Authors(names, "json-ld") if self._are_labelled(names) else signed
                # A system that declares one of two authors, or a first name, shows them all.
                if shown is not None and _extends(shown.names, names):
                    return shown
                return Authors(names, "json-ld")
        for rule, written in self._marked():
            if names := self._people([written]):
                return Authors(names, rule)
        if signed is not None:
            return signed
        if shown is not None:
            return shown
        if names := self._linked():
            return Authors(names, "author-link")
        for name in _META:
            said = (content for content in self._declared.meta.get(name, ()) if _COMPANY.search(content) is None)
            if names := self._people(said):
                return Authors(names, f"meta {name}")
        bylines = itertools.islice(self._bylines(near=False), _MOST_BYLINES)
        elsewhere = [names for written in bylines if (names := self._people([written]))]
        elsewhere.sort(key=lambda names: not all(map(is_name, names)))
        best = next((names for names in elsewhere if all(map(_is_name_or_word, names))), None)
        if best is not None:
            return Authors(best, "byline-class (weak)")
        for segment in self._segments[:_MOST_SEGMENTS]:
            if not _may_be_byline(segment.text) or not is_labelled(segment.text):
                continue
            names = self._alone(segment.text) or self._dated(segment.text)
            if names and not self._is_of_somebody_else(segment.element):
                return Authors(names, "labelled-line (weak)")
        owner = self._owner()
        return Authors((owner,), "site-of-author (weak)") if owner else None

    def _people(self, texts: Iterable[str]) -> tuple[str, ...]:
        names = list(itertools.chain.from_iterable(map(names_in, texts)))
        by_letters = {letters_of(name): name for name in reversed(names) if not self._site.is_named(name)}
        return tuple(reversed([name for letters, name in by_letters.items() if letters]))

    def _shown(self) -> Authors | None:
        """The byline near the headline: an element that is called so, or a line that begins with "By"."""
        for written in sorted(self._placed, key=_is_unlabelled):
            if (names := self._people([written])) and all(map(is_name, names)):
                return Authors(names, "byline-class")
        for line in self._lines():
            label = is_labelled(line)
            if not (label or begins_with_figures(line) or is_name_beside_date(line)):
                continue
            names = tuple(name for name in self._people([line]) if is_name(name) or (label and _is_alone(name, line)))
            if names:
                return Authors(names, "byline")
        for written in self._placed:
            names = self._people([written])
            if names and (is_labelled(written) or all(map(_is_name_or_word, names))):
                return Authors(names, "byline-class (weak)")
        return None

    def _owner(self) -> str | None:
        """Somebody's own site carries that person's name; but an outlet is no author, so it must be signed as one."""
        authors = (node.get("author") for node in (*self._declared.articles[:3], *self._declared.pages[:3]))
        people = map(self._declared.resolved, authors)
        signed = [name for person in people if _is_person(person) for name in self._declared.names(person)]
        signed += filter(is_labelled, (*self._placed, *self._lines()))
        outlet = letters_of(self._site.outlet or "")
        marked = (written for _, written in itertools.islice(self._marked(), _MOST_BYLINES))
        called = (*marked, *self._placed)
        signed += (written for written in called if is_person(written) or letters_of(written) != outlet)
        signed += (said for name in _META for said in self._declared.meta.get(name, ()) if is_person(said))
        names = filter(self._site.is_named, itertools.chain.from_iterable(map(names_in, signed)))
        return next((name for name in names if not known_outlet(name) and not names_an_outlet(name)), None)

    def _signed(self) -> Authors | None:
        """A line below the headline that is nothing but "By" and names; it knows better than the account that posted.

        The label may be a line of its own.
        """
        for segment, following in itertools.pairwise(self._near):
            text = segment.text
            if len(text) <= _LONGEST_NAME and is_label(text) and len(following.text) <= _LONGEST_NAME:
                text = f"{text.rstrip(' :')}: {following.text}"
            if len(text) <= _LONGEST_BYLINE and is_labelled(text) and (names := self._alone(text)):
                return Authors(names, "signed-line")
        return None

    def _are_labelled(self, names: Sequence[str]) -> bool:
        """Whether a line near the headline gives these names with a label."""
        return any(is_labelled(line) and _agree(self._people([line]), names) for line in self._lines())

    def _alone(self, text: str) -> tuple[str, ...]:
        """The names of persons in a line that holds nothing else."""
        names = self._people([text])
        letters = letters_of(without_label(text))
        for name in names:
            letters = letters.replace(letters_of(name), "", 1)
        are_people = all(is_person(name) or is_han_name(name) for name in names)
        return names if are_people and letters in _BETWEEN_NAMES else ()

    def _dated(self, text: str) -> tuple[str, ...]:
        dated = find_publication_date(text) is not None or is_posting_sentence(text)
        return tuple(filter(_is_name_or_word, self._people([text]))) if dated else ()

    def _linked(self) -> tuple[str, ...]:
        """The names that lead to an author's own page, where one stands near the headline."""
        found: list[str] = []
        for link in self._root.iter("a"):
            if _AUTHOR_PATH.search(link.get("href", "")) is None or is_unseen(link):
                continue
            if not self._near_elements.isdisjoint([link, *itertools.islice(link.iterancestors(), 3)]):
                found.append(_words_in(link))
        return tuple(filter(_is_name_or_word, self._people(found[:_MOST_BYLINES])))

    def _lines(self) -> Iterator[str]:
        for segment in self._near:
            if _may_be_byline(segment.text):
                yield from segment.text.split("\n")

    def _marked(self) -> Iterator[tuple[str, str]]:
        for element in self._root.iter(lxml.etree.Element):
            if element.tag == "a" and "author" in element.get("rel", "").lower().split():
                if not self._is_of_somebody_else(element):
                    yield "rel-author", _words_in(element)
            elif "author" in element.get("itemprop", "").lower().split() and not self._is_of_somebody_else(element):
                inside = element.iter(lxml.etree.Element)
                name = next((inner for inner in inside if "name" in inner.get("itemprop", "").split()), element)
                yield "microdata", name.get("content") or _words_in(name)

    def _is_of_somebody_else(self, element: lxml.html.HtmlElement) -> bool:
        """Whether an element lies in a comment, a list of other articles, or in what is not shown.

        What also holds the headline is the article's, whatever its theme calls it; so is the foot of a post.
        """
        for above in itertools.islice(element.iterancestors(), _MOST_LEVELS):
            if above.tag in ("body", "html") or above in self._around_headline:
                return False
            names = names_of(above)
            if is_unseen(above) or above.tag in ("nav", "aside"):
                return True
            if above.tag == "footer" or "footer" in names.lower():
                if _FOOT_OF_POST.search(names) or _is_in_article(above):
                    continue
                return True
            if _SOMEBODY_ELSE.search(names):
                return True
        return False

    @cached_property
    def _placed(self) -> list[str]:
        """The bylines near the headline, by what their elements are called."""
        return list(itertools.islice(self._bylines(near=True), _MOST_BYLINES))

    def _bylines(self, *, near: bool) -> Iterator[str]:
        for element in self._root.iter(lxml.etree.Element):
            names = f"{element.get('class', '')} {element.get('id', '')}"[:300]
            if names == " " or element.tag in _NO_BYLINE or not _BYLINE_CLASS.search(names) or is_unseen(element):
                continue
            if near:
                around = [element, *itertools.islice(element.iterancestors(), 3), *itertools.islice(element.iter(), 8)]
                if self._near_elements.isdisjoint(around) or "comment" in names.lower() or "kommentar" in names.lower():
                    continue
            elif self._is_of_somebody_else(element):
                continue
            written = _words_in(element)
            if written and len(written) <= _LONGEST_BYLINE:
                yield written


def _may_be_byline(text: str) -> bool:
    return len(text) <= _LONGEST_LINE or is_posting_sentence(text)


def _is_in_article(element: lxml.html.HtmlElement) -> bool:
    return any(above.tag == "article" for above in itertools.islice(element.iterancestors(), _MOST_LEVELS))


def _is_name_or_word(name: str) -> bool:
    return len(name.split()) == 1 or is_name(name)


def _is_unlabelled(line: str) -> bool:
    return not is_labelled(line)


def _is_person(node: object) -> bool:
    return isinstance(node, dict) and "Person" in str(node.get("@type", ""))


def _is_alone(name: str, line: str) -> bool:
    """Whether a line with "By" before it gives a pen name, as many sites of one person do.

    In small letters, or of two words that are no name, it needs a date beside it: "von innen" is no author.
    """
    words = name.split()
    if is_posting_sentence(line):
        return True
    if len(words) > 2 or not 2 <= len(line.split()) <= 12 or words[0].casefold() in SMALL:
        return False
    return (len(words) == 1 and name[:1].isupper()) or find_publication_date(line) is not None


def _extends(shown: Sequence[str], declared: Sequence[str]) -> bool:
    return tuple(shown) != tuple(declared) and len(shown) >= len(declared) and _agree(shown, declared)


def _agree(shown: Sequence[str], declared: Sequence[str]) -> bool:
    return all(any(other.casefold().startswith(name.casefold()) for other in shown) for name in declared)


def _words_in(element: lxml.html.HtmlElement) -> str:
    """The visible text of a small element; nothing of one that holds a whole list or an article."""
    if sum(1 for _ in itertools.islice(element.iter(), _MOST_ELEMENTS)) == _MOST_ELEMENTS:
        return ""
    written = "\n".join(segment.text for segment in segments_of(element))[: 2 * _LONGEST_BYLINE]
    for inner in itertools.islice(element.iter(lxml.etree.Element), 1, None):
        # Style sheets part what stands in elements of its own: "<b>Ines Calder</b><i>Staff Writer</i>".
        for piece in (" ".join(part.split()) for part in (inner.text, inner.tail) if part):
            at = written.find(piece)
            if at > 0 and piece[:1].isupper() and written[at - 1].islower():
                written = f"{written[:at]}\n{written[at:]}"
    return written
