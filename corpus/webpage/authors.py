"""Who wrote a page, by its markup or by its line of names; never its outlet, a job title or a link."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import lxml.etree
import lxml.html

from corpus.dates import find_publication_date
from corpus.names import is_name, names_an_outlet
from corpus.outlets import known_outlet
from corpus.webpage.segments import Segment, is_unseen, segments_of
from corpus.webpage.sites import Site
from corpus.webpage.structured_data import Declared
from corpus.webpage.words import letters_of

_ROLE = r"autor(?:\*?in|en|innen)?|authors?|auteurs?|redakteur(?:in)?|redac(?:tor|ción)|editor|责任编辑|记者|作者"
_BEFORE_BY = (
    r"article|artikel|beitrag|bericht|text|story|words|fotos?|photos?|und|and|&|written|posted|published|reported"
    r"|veröffentlicht|erstellt|geschrieben|verfasst|eingestellt|publié|escrito|publicado|scritto|geplaatst|zeige"
    r"|alle beiträge|(?:view )?all posts|archive|posts?"
    r"|eine? (?:kolumne|beitrag|artikel|gastbeitrag|kommentar|text|interview|analyse|essay)|gastbeitrag|kolumne"
)
# "By", "Ein Beitrag von", "Text & Fotos:", "Auteur :", in English, German, French, Spanish, Italian, Dutch, Polish.
_LABEL = re.compile(
    rf"[\W_]{{0,4}}(?:(?:{_BEFORE_BY}|{_ROLE}|von|by|par|por)\s?[:/]?\s+){{0,5}}"
    rf"(?:(?:by|von|vom|par|por|di|da|door|av|af|przez|od)\b\s?:?"
    rf"|(?:{_ROLE}|text|words|fotos?|photos?|redaktion)\s?[:：|])\s*",
    re.IGNORECASE,
)
_ROLE_ALONE = re.compile(rf"[\W_]{{0,4}}(?:{_ROLE}|by|von)\s+", re.IGNORECASE)
# What follows a name on its line: a separator, a date or a time, an address, a place of work, a biography.
_AFTER_NAME = re.compile(
    r"\n|\t|\s?[|·•]|\s[–—~»›@(\[]|\(|\s-(?:\s|$)|\s{3}"
    r"|\s(?:am|vom|on|le|el|in|at)\s(?:\w{2,12}\.?,?\s)?\d"
    r"|\s(?:updated|published|publicado|actualizado|aktualisiert|veröffentlicht|posted|lesezeit|is an?|ist|follow|via"
    r"|email|bio|latest|weitere)\b"
    r"|\s?\d{1,2}[./:]\s?\d|\s(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|,\s(?:\d|am\s|the\b|online|special|senior|staff|chef|leiter|redakt)",
    re.IGNORECASE,
)
_DANGLING = re.compile(r"[\s,]{1,3}(?:am|vom|on|le|el|in|at|den)(?:\s\w{4,12}tag|\s\w{3,6}day)?\W{0,3}$", re.IGNORECASE)
_NUMERIC_DATE = re.compile(
    r"\W{0,3}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:\W{1,3}\d{1,2}:\d{2}(?: Uhr)?)?\W{1,4}", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_JOINED = re.compile(r"\s?[;,]\s?|\s(?:and|und|et|y|e|en|&|i|og|och)\s", re.IGNORECASE)
_EDGES = " \n\t'\"*:|~–—-»›,→"
_NOBODY = re.compile(
    rf"(?:{_ROLE}|name|admin(?:istrator)?|webmaster|user(?:name)?|posted(?: on| by)?|published|veröffentlicht(?: am)?"
    r"|von|by|anonym(?:ous)?|guest|gast|staff|unknown|none|null|default|more|share|follow|profile?|website"
    r"|kommentare?|comments?|e-?mail|archiv anzeigen|verantwortlich|herausgeber|publisher|about the author"
    r"|über (?:den autor|die autorin)|weitere beiträge|all posts|read more|mehr|alle beiträge|zur autorenseite"
    r"|facebook|twitter|wordpress|super ?user|abgelegt unter|filed under)\W*",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|columnist|contributor|analyst|director|producer|professor|staff|bureau"
    r"|redakteur(?:in)?|korrespondent(?:in)?|leiter(?:in)?|chefredakteur(?:in)?|journalist(?:e|in|a)?|rédact(?:eur|rice)"
    r"|redactor|corresponsal|editora|redattore|redattrice)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?:|www\.|@|//|facebook\.com")
_BYLINE_CLASS = re.compile(
    r"author|by-?line|autor(?!i[sz])|verfasser|(?:^|[\s_-])(?:auteur|writer|vcard|fn)(?:$|[\s_-])", re.IGNORECASE
)
_SOMEBODY_ELSE = re.compile(
    r"comment|kommentar|respond|reply|side-?bar|related|recommend|widget|teaser|popular|trending|footer"
    r"|(?:^|[\s_-])nav|menu|most-?read|card-?list|quote|further|more-",
    re.IGNORECASE,
)
_META = (
    "parsely-author", "sailthru.author", "author", "article:author", "article:author_name", "og:author", "dc.creator",
    "dcterms.creator", "cxenseparse:author", "byl", "citation_author",
)  # fmt: skip
_NO_BYLINE = frozenset("html body article script style img meta link svg input form".split())
_NEAR_BEFORE, _NEAR_AFTER = 4, 14
_LONGEST_BYLINE = 200
_LONGEST_LINE = 160
_MOST_BYLINES = 50
_MOST_ELEMENTS = 40  # inside a byline


@dataclass(frozen=True, slots=True)
class Authors:
    """Names in order and the rule that found them."""

    names: tuple[str, ...]
    rule: str


def names_in(text: str) -> list[str]:
    """The names in a line of nothing but names and what publishers write around them."""
    text = " ".join(text.replace("\u00ad", "").split(" "))[:_LONGEST_LINE].strip()
    text = _without_label(text).strip(_EDGES)
    if (numeric := _NUMERIC_DATE.match(text)) is not None:
        text = text[numeric.end() :]
    dated = find_publication_date(text) if _YEAR.search(text) else None
    if dated is not None:
        _, start, end = dated
        text = _without_label(text[end:].strip(_EDGES)) if start == 0 else text[:start]
    text = _DANGLING.sub("", text)
    if (after := _AFTER_NAME.search(text)) is not None and after.start() > 0:
        text = text[: after.start()]
    text = _DANGLING.sub("", text).strip(_EDGES)
    parts = [name for part in _JOINED.split(text) if (name := " ".join(part.split()).strip(_EDGES))]
    names = list(itertools.takewhile(_is_name_and_no_job, parts)) or [" ".join(text.split())]
    return [name for name in dict.fromkeys(names) if _may_be_somebody(name)]


def authors_of(
    root: lxml.html.HtmlElement, declared: Declared, segments: Sequence[Segment], site: Site, headline_at: int | None
) -> Authors | None:
    """Declared authors first, then the byline below the headline, then meta elements, then a byline anywhere."""
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
        at = headline_at or 0
        self._near = segments[max(at - _NEAR_BEFORE, 0) : at + _NEAR_AFTER]

    def found(self) -> Authors | None:
        shown = self._shown()
        for node in (*self._declared.articles[:3], *self._declared.pages[:3]):
            if names := self._people(self._declared.names(node.get("author"))):
                # A system that declares one of two authors, or a first name, shows them all.
                if shown is not None and _extends(shown.names, names):
                    return shown
                return Authors(names, "json-ld")
        for rule, written in self._marked():
            if names := self._people([written]):
                return Authors(names, rule)
        if shown is not None:
            return shown
        for name in _META:
            if names := self._people(self._declared.meta.get(name, ())):
                return Authors(names, f"meta {name}")
        bylines = itertools.islice(self._bylines(near=False), _MOST_BYLINES)
        elsewhere = [names for written in bylines if (names := self._people([written]))]
        for names in (*(names for names in elsewhere if all(map(is_name, names))), *elsewhere):
            return Authors(names, "byline-class (weak)")
        owner = self._owner()
        return Authors((owner,), "site-of-author (weak)") if owner else None

    def _people(self, texts: Iterable[str]) -> tuple[str, ...]:
        names = list(itertools.chain.from_iterable(map(names_in, texts)))
        by_letters = {letters_of(name): name for name in reversed(names) if not self._site.is_named(name)}
        return tuple(reversed([name for letters, name in by_letters.items() if letters]))

    def _shown(self) -> Authors | None:
        """The byline near the headline: an element that is called so, or a line that begins with "By"."""
        placed = list(itertools.islice(self._bylines(near=True), _MOST_BYLINES))
        for written in sorted(placed, key=_is_unlabelled):
            if (names := self._people([written])) and all(map(is_name, names)):
                return Authors(names, "byline-class")
        for line in self._lines():
            label = _LABEL.match(line)
            if label is None and _NUMERIC_DATE.match(line) is None:
                continue
            names = tuple(name for name in self._people([line]) if is_name(name) or (label and _is_alone(name, line)))
            if names:
                return Authors(names, "byline")
        for written in placed:
            if names := self._people([written]):
                return Authors(names, "byline-class (weak)")
        return None

    def _owner(self) -> str | None:
        """Somebody's own site carries that person's name; but an outlet is no author, so it must be signed as one."""
        people = (node.get("author") for node in (*self._declared.articles[:3], *self._declared.pages[:3]))
        signed = [name for person in people if _is_person(person) for name in self._declared.names(person)]
        signed += [
            written for written in itertools.islice(self._bylines(near=True), _MOST_BYLINES) if _LABEL.match(written)
        ]
        names = filter(self._site.is_named, itertools.chain.from_iterable(map(names_in, signed)))
        return next((name for name in names if not known_outlet(name) and not names_an_outlet(name)), None)

    def _lines(self) -> Iterator[str]:
        for segment in self._near:
            if len(segment.text) <= _LONGEST_LINE:
                yield from segment.text.split("\n")

    def _marked(self) -> Iterator[tuple[str, str]]:
        for element in self._root.iter(lxml.etree.Element):
            if element.tag == "a" and "author" in element.get("rel", "").lower().split():
                if not _is_of_somebody_else(element):
                    yield "rel-author", _words_in(element)
            elif "author" in element.get("itemprop", "").lower().split() and not _is_of_somebody_else(element):
                inside = element.iter(lxml.etree.Element)
                name = next((inner for inner in inside if "name" in inner.get("itemprop", "").split()), element)
                yield "microdata", name.get("content") or _words_in(name)

    def _bylines(self, *, near: bool) -> Iterator[str]:
        neighbours = {segment.element for segment in self._near}
        for element in self._root.iter(lxml.etree.Element):
            names = f"{element.get('class', '')} {element.get('id', '')}"[:300]
            if names == " " or element.tag in _NO_BYLINE or not _BYLINE_CLASS.search(names) or is_unseen(element):
                continue
            if near:
                around = [element, *itertools.islice(element.iterancestors(), 3), *itertools.islice(element.iter(), 8)]
                if neighbours.isdisjoint(around) or "comment" in names.lower() or "kommentar" in names.lower():
                    continue
            elif _is_of_somebody_else(element):
                continue
            written = _words_in(element)
            if written and len(written) <= _LONGEST_BYLINE:
                yield written


def _without_label(text: str) -> str:
    for label in (_LABEL, _ROLE_ALONE):
        if (found := label.match(text)) is not None:
            return text[found.end() :]
    return text


def _is_name_and_no_job(part: str) -> bool:
    return is_name(part) and _JOB.search(part) is None


def _may_be_somebody(name: str) -> bool:
    return (
        0 < len(name) <= 70
        and len(name.split()) <= 6
        and _NOBODY.fullmatch(name) is None
        and _ADDRESS.search(name) is None
    )


def _is_unlabelled(line: str) -> bool:
    return _LABEL.match(line) is None


def _is_person(node: object) -> bool:
    return isinstance(node, dict) and "Person" in str(node.get("@type", ""))


def _is_alone(name: str, line: str) -> bool:
    """Whether a line with "By" before it gives one word as a name, as many sites of one person do."""
    return len(name.split()) == 1 and name[:1].isupper() and 2 <= len(line.split()) <= 12


def _extends(shown: Sequence[str], declared: Sequence[str]) -> bool:
    return (
        tuple(shown) != tuple(declared)
        and len(shown) >= len(declared)
        and all(any(other.casefold().startswith(name.casefold()) for other in shown) for name in declared)
    )


def _words_in(element: lxml.html.HtmlElement) -> str:
    """The visible text of a small element; nothing of one that holds a whole list or an article."""
    if sum(1 for _ in itertools.islice(element.iter(), _MOST_ELEMENTS)) == _MOST_ELEMENTS:
        return ""
    return "\n".join(segment.text for segment in segments_of(element))[: 2 * _LONGEST_BYLINE]


def _is_of_somebody_else(element: lxml.html.HtmlElement) -> bool:
    """Whether an element lies in a comment, a list of other articles, or in what is not shown."""
    for above in itertools.islice(element.iterancestors(), 25):
        if above.tag in ("body", "html"):
            return False
        names = f"{above.get('class', '')} {above.get('id', '')}"[:300]
        if above.tag in ("footer", "nav", "aside") or _SOMEBODY_ELSE.search(names) or is_unseen(above):
            return True
    return False
