"""A question with its dates and sources marked, and the phrases in which these narrow a search. Pure.

The phrases are matched on a template in which every date, outlet and author is one character, so that each can be
written down as it reads: ``articles from DATE``, ``did OUTLET say``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.questions.date_phrases import Bound, DatePhrase, date_phrases
from retrieval.questions.question import QUOTED, STOP_WORDS
from retrieval.questions.source_names import SourceKind, SourceMention, SourceNames

# Of Unicode's private use area; a question that holds one loses it.
_DATE, _OUTLET, _AUTHOR = "\ue000", "\ue001", "\ue002"
_NO_MARKS = dict.fromkeys(map(ord, (_DATE, _OUTLET, _AUTHOR)), " ")
_MARKS = re.compile(f"[{_DATE}{_OUTLET}{_AUTHOR}]")


class MarkedQuestion:
    """A question with marks in it, what each of them stands for, and which of them were taken as narrowing."""

    def __init__(self, question: str, today: dt.date, sources: SourceNames) -> None:
        text = " ".join(question.translate(_NO_MARKS).split())
        mentions = sources.mentions(text)
        self._today = today
        # A name may hold what looks like a date ("March Weekly"); words in quotation marks are looked for as they are.
        held = [*((one.start, one.end) for one in mentions), *(found.span() for found in QUOTED.finditer(text))]
        free = [
            date
            for date in date_phrases(text, today)
            if not any(date.start < end and start < date.end for start, end in held)
        ]
        parts: list[str] = []
        self._stands_for: list[tuple[DatePhrase | SourceMention, str]] = []
        at = 0
        found: list[DatePhrase | SourceMention] = [*free, *mentions]
        for one in sorted(found, key=lambda one: one.start):
            mark = _DATE if isinstance(one, DatePhrase) else _OUTLET if one.kind is SourceKind.OUTLET else _AUTHOR
            parts += [text[at : one.start], mark]
            self._stands_for.append((one, text[one.start : one.end]))
            at = one.end
        self.template = "".join([*parts, text[at:]])
        self._taken: list[tuple[int, int, str]] = []
        self._has_source = False

    def source(self) -> SourceMention | None:
        """The one source whose words are asked for; None where several are named, or one only in passing."""
        named = {one.name for one, _ in self._stands_for if isinstance(one, SourceMention)}
        if len(named) != 1 or _SEVERAL.search(self.template):
            return None
        for frame in _SOURCE_FRAMES:
            for match in frame.pattern.finditer(self.template):
                self._take(match.span("taken"), frame.instead)
        self._has_source = bool(self._taken)
        if not self._has_source:
            return None
        return next(one for one, _ in self._stands_for if isinstance(one, SourceMention))

    def names_a_writer(self) -> bool:
        return any(pattern.search(self.template) for pattern in _WRITER)

    def date(self) -> DatePhrase | None:
        """The days of publication that are asked for; None where a date may be that of what happened."""
        if _SEVERAL.search(self.template):
            return None
        frames = [*_NEAR, *_FAR]
        if self._has_source:
            frames += [*_NEAR_A_SOURCE, *_FAR_FROM_A_SOURCE]
        found = [one for frame in frames for one in self._dates_in(frame)]
        if not found and self._asks_nothing_else():
            found = [(date, (at, at + 1)) for at, date in self._dates()]
        if len({date.start for date, _ in found}) != 1:
            return None
        self._take(found[0][1], "")
        return found[0][0]

    def words(self) -> str:
        """The question without what was taken."""
        taken = [(start, end) for start, end, _ in self._taken]
        kept = [
            (place, place + 1, words)
            for place, (_, words) in zip(self._places(), self._stands_for, strict=True)
            if not any(start <= place < end for start, end in taken)
        ]
        parts: list[str] = []
        at = 0
        for start, end, words in sorted([*self._taken, *kept]):
            parts += [self.template[at:start], words]
            at = end
        return "".join([*parts, self.template[at:]])

    def _places(self) -> list[int]:
        return [match.start() for match in _MARKS.finditer(self.template)]

    def _dates(self) -> list[tuple[int, DatePhrase]]:
        """Every date and the place of its mark."""
        pairs = zip(self._places(), self._stands_for, strict=True)
        return [(place, one) for place, (one, _) in pairs if isinstance(one, DatePhrase)]

    def _dates_in(self, frame: _Frame) -> Iterator[tuple[DatePhrase, tuple[int, int]]]:
        for match in frame.pattern.finditer(self.template):
            start, end = match.span("taken")
            for place, date in self._dates():
                if start <= place < end and frame.takes(date, self._today):
                    yield date, (start, end)

    def _asks_nothing_else(self) -> bool:
        """ "What happened last week?": with the date taken away there is nothing to look for."""
        if self._has_source or self.template.count(_DATE) != 1:
            return False
        rest = _MARKS.sub(" ", self.template)
        return all(word.casefold().replace("’", "'") in _GENERIC for word in _WORD.findall(rest))

    def _take(self, span: tuple[int, int], instead: str) -> None:
        start, end = span
        if not any(start < taken_end and taken_start < end for taken_start, taken_end, _ in self._taken):
            self._taken.append((start, end, instead))


@dataclass(frozen=True, slots=True)
class _Frame:
    """A phrase around a mark; its group ``taken`` is what the question loses, and `instead` what it gets.

    `ties` are the ways in which a date of the calendar must be tied to it. What counts from today is taken however it
    is tied, but where the date is `far`, with other words in between that it may belong to, only if it reaches to
    today: what happened since Monday was published since Monday.
    """

    pattern: re.Pattern[str]
    ties: frozenset[Bound]
    far: bool
    instead: str

    def takes(self, date: DatePhrase, today: dt.date) -> bool:
        if date.bound in self.ties:
            return True
        return date.relative and (not self.far or date.until is None or date.until >= today)


_TIED = frozenset(Bound) - {Bound.BARE}


def _frame(pattern: str, *ties: Bound, far: bool = False, instead: str = "") -> _Frame:
    return _Frame(re.compile(pattern, re.IGNORECASE), frozenset(ties) or _TIED, far, instead)


_S = rf"(?:the |an? )?[\"'‘“]?[{_OUTLET}{_AUTHOR}][\"'’”]?"
_D = f"{_DATE}"
# Who "was in the news this week" or "hit the headlines" is not asked for among news or headlines of that week.
_NEWS = r"(?<!in the )news|(?<!the )headlines|(?<!the )headline"
_DOC = rf"(?:news articles?|articles?|stor(?:y|ies)|pieces?|{_NEWS}|coverage|post(?:ing)?s?|editorials?|columns?)"
_DOCS = rf"(?:news articles|articles|stories|pieces|{_NEWS}|coverage|post(?:ing)?s|editorials|columns)"
_DOC_OF_SOURCE = rf"(?:{_DOC}|reports?|reporting|analys[ie]s|op-eds?|reviews?|interviews?)"
_SAY = (
    r"(?:say|says|said|report|reports|reported|reporting|write|writes|wrote|written|publish|published|mention|mentions"
    r"|mentioned|print|printed|run|ran|cover|covers|covered|tell|tells|told|describe|describes|described|argue|argues"
    r"|argued|claim|claims|claimed|reveal|reveals|revealed|post|posted|quote|quotes|quoted)"
)
_EVER = r"(?:ever|recently|also|already|just)"
_PUT = r"(?:published|posted|printed|written|reported|archived|dated)"
_ABOUT = r"(?:about|on|regarding|concerning|mentioning|covering)"
# Two sources are compared, or a second one is spoken of: no single one holds the answer.
_SEVERAL = re.compile(
    r"\b(?:both|another|other|others|either|neither|whereas|while|versus|vs|compared?|different|differ|same|consisten\w+"
    r"|inconsisten\w+|before and after)\b|\b(?:articles?|reports?)\b.{1,300}\b(?:articles?|reports?)\b",
    re.IGNORECASE,
)
_SOURCE_FRAMES = (
    _frame(rf"(?P<taken>,? ?\b(?:according to|as (?:reported|described|covered|told|written) (?:by|in|on)) {_S},?)"),
    _frame(
        rf"\b(?:did|does|do|has|have|had) (?P<taken>{_S})(?= (?:{_EVER} )?(?:{_D} )?{_SAY}\b)",
        instead="the article",
    ),
    _frame(rf"\b(?:what|how|which|where|that) (?P<taken>{_S})(?= {_SAY}\b)", instead="the article"),
    _frame(rf"\b{_DOC_OF_SOURCE}(?: {_D})?(?P<taken>(?: (?:{_PUT}|that appeared|appearing))? (?:in|from|by|of) {_S})"),
    _frame(rf"(?P<taken>\b(?:the|an?) {_S}(?:['’]s?)? )(?=(?:{_D} )?{_DOC_OF_SOURCE}\b)", instead="the "),
    _frame(rf"(?P<taken>{_S}(?:['’]s?)? )(?=(?:{_D} )?{_DOC_OF_SOURCE}\b)"),
    _frame(rf"\b(?:{_PUT}|covered|quoted|mentioned) (?:{_D} )?(?P<taken>(?:by|in|on) {_S})"),
    _frame(rf"(?P<taken>,? ?\bin {_S})(?= (?:{_ABOUT}|{_D})|\W*$)"),
    # A whole follow-up: "and the NYT?", with the subject that was added to it in brackets
    _frame(rf"^\W*(?:(?:and|but|or) )?(?:(?:what|how) about |in |from )?(?P<taken>{_S})\W{{0,3}}(?=\(|$)"),
)
_WRITER = (
    re.compile(rf"\b{_DOC_OF_SOURCE}(?: {_D})?(?: {_PUT})? (?:by|from|of) {_S}", re.IGNORECASE),
    re.compile(rf"\b(?:written|published|reported) by {_S}", re.IGNORECASE),
    re.compile(rf"{_S}(?:['’]s?)? (?:{_D} )?{_DOC_OF_SOURCE}\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:did|does|has|have|had) {_S} (?:{_D} )?(?:report|write|wrote|written|publish|published|cover|covered)\b",
        re.IGNORECASE,
    ),
)
# Dates of publication by themselves ...
_NEAR = (
    # "articles from 2023", "news in July 2024", "stories published since March"
    _frame(rf"\b(?:{_DOCS}|article)(?P<taken>(?:,? (?:that )?(?:were |was )?{_PUT})? {_D})"),
    # "July 2024 articles", "last month's news", "this week's coverage"
    _frame(rf"(?P<taken>{_D}(?:['’]s?)? )(?={_DOCS}\b)", Bound.BARE),
    # "what's new this week", "what was reported last month on ..."
    _frame(rf"\bwhat(?:['’]s| is| was| has been)? (?:new|in the news|reported|posted|archived)(?P<taken>,? {_D})"),
    _frame(rf"\bwhat (?:is|was|were|has been) published(?P<taken> {_D})(?= {_ABOUT}\b|\W*$)"),
)
_FAR = (
    # "articles about fentanyl from July 2024", "anything on tariffs this week"
    _frame(
        rf"\b(?:{_DOCS}|anything|updates?|developments?|new) {_ABOUT} .{{1,200}}?(?P<taken>,? ?{_D})\W*$",
        Bound.FROM,
        Bound.SINCE,
        far=True,
    ),
    _frame(rf"\b(?:{_DOCS}|article) {_ABOUT} .{{1,200}}?(?P<taken>,? ?\b(?:published|posted) {_D})"),
)
# ... and where it is clear whose words are asked for: "what did the WSJ report last month on ..."
_NEAR_A_SOURCE = (
    _frame(rf"\b(?:did|has|have) {_S} (?:{_EVER} )?(?P<taken>{_D} ){_SAY}\b"),
    _frame(rf"{_S} {_SAY}(?P<taken> {_D})"),
    _frame(
        rf"\b(?:{_DOC_OF_SOURCE}|published|posted|printed|written) (?:in|from|by|of|on) {_S}"
        rf"(?P<taken>(?: {_PUT})? {_D})"
    ),
    _frame(rf"{_S}(?:['’]s?)? (?P<taken>{_D} ){_DOC_OF_SOURCE}\b", *Bound),
    _frame(rf"(?P<taken>{_D}(?:['’]s?)? )(?={_S} {_DOC_OF_SOURCE}\b)", Bound.BARE),
    _frame(rf"{_S}(?:['’]s?)? {_DOC_OF_SOURCE}(?P<taken>(?: {_PUT})? {_D})"),
    _frame(rf"{_DOC_OF_SOURCE}(?P<taken>(?: {_PUT})? {_D}) (?:in|from|by|of) {_S}"),
    _frame(rf"\b(?:published|posted|printed|written)(?P<taken> {_D}) (?:by|in|on) {_S}"),
    _frame(rf"^\W*(?P<taken>{_D},? )(?=[^.?!]{{0,40}}?\b(?:did|has|have|had) {_S} {_SAY}\b)"),
)
_FAR_FROM_A_SOURCE = (
    _frame(rf"\b(?:did|has|have) {_S} {_SAY}\b.{{1,200}}?(?P<taken>,? ?{_D})\W*$", Bound.FROM, Bound.SINCE, far=True),
    _frame(rf"{_S}(?:['’]s?)? {_DOC_OF_SOURCE}\b.{{1,200}}?(?P<taken>,? ?{_D})\W*$", Bound.FROM, Bound.SINCE, far=True),
)

_GENERIC = STOP_WORDS | {"news", "new", "new?", "story", "stories", "reported", "report", "going", "latest", "today",
                         "what's", "what’s", "anything", "everything", "posted", "published"}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
