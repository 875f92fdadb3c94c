"""What a question asks: its words, phrases, names and exact tokens, and what kind of answer it wants. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.full_text import quoted
from retrieval.questions.spelling import alike, amounts_in, is_beyond_words, pieces_of


class Wanted(StrEnum):
    """The kind of answer that a question asks for, as far as its words say."""

    PERSON = "person"
    NUMBER = "number"
    TIME = "time"
    PLACE = "place"
    STATEMENT = "statement"  # what somebody said
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. All words stand as they were written.

    `subject` is the text without a frame that only talks about the archive ("What does the article say about ...?").
    `terms` are its content words; `exact` those of them that must match to the letter (``4-AP``, ``107,000``);
    `phrases` what it put in quotation marks; `names` runs of capitalised words; `pieces` strings to look for wherever
    they stand within a text (words of scripts that the word index cannot part or stem, ``C++``); `acronyms` those that
    are spelled like a stop word (US, WHO).
    """

    text: str
    subject: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    exact: tuple[str, ...]
    names: tuple[str, ...]
    wanted: Wanted
    pieces: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """Everything that full-text search may look for, each a word or a phrase, none twice."""
        parts = (part for term in self.terms for part in _parts(term))
        spelled = (other for term in (*self.terms, *self.acronyms) for other in alike(term))
        amounts = amounts_in(self.text)
        listed = _unique([*self.phrases, *self.names, *self.terms, *parts, *self.acronyms, *spelled, *amounts])
        return tuple(unit for unit in listed if not self._is_code(unit))

    @property
    def certain(self) -> frozenset[str]:
        """The units that are looked for however many passages hold them."""
        return frozenset((*self.phrases, *self.exact, *(other for term in self.exact for other in alike(term))))

    def every_term(self) -> str | None:
        """An FTS5 expression: all phrases and terms, each in any of its spellings; None if there are only pieces."""
        wanted = [unit for unit in _unique([*self.phrases, *self.terms]) if not self._is_found_by_pieces(unit)]
        return " AND ".join(any_of([unit, *alike(unit)], bracketed=True) for unit in wanted) or None

    def _is_code(self, unit: str) -> bool:
        """Whether a letter stands for a name that only begins with it: "C" for ``C++``."""
        return len(unit) == 1 and any(f"{unit}{signs}" in self.pieces for signs in ("++", "#"))

    def _is_found_by_pieces(self, unit: str) -> bool:
        return is_beyond_words(unit) or self._is_code(unit)


def any_of(units: Sequence[str], *, bracketed: bool = False) -> str:
    """An FTS5 expression that any of some words and phrases meets."""
    joined = " OR ".join(map(quoted, units))
    return f"({joined})" if bracketed and len(units) > 1 else joined


def understand(text: str) -> Question:
    """Take a question apart. Any text is a question, the empty one too."""
    text = _clean(text)
    phrases = tuple(_unique(found.strip() for found in QUOTED.findall(text) if _LETTER.search(found)))
    words = [_without_possessive(word) for word in _WORD.findall(text) if word != _LEFT_OVER]
    content = [word for word in words if word.casefold() not in STOP_WORDS]
    if not content:
        content = words  # "who is it" is all there is to look for
    exact = [word for word in content if _EXACT.search(word)]
    return Question(
        text=text,
        subject=_FRAME.sub("", text).strip() or text,
        terms=tuple(_unique(content)),
        phrases=phrases,
        exact=tuple(_unique(exact)),
        names=tuple(_unique(_names(text))),
        wanted=_wanted(text),
        pieces=pieces_of(text, phrases),
        acronyms=tuple(_unique(_acronyms(words))),
    )


STOP_WORDS = frozenset(
    "a about after all also am an and any are aren't as at be been before being between both but by can can't could "
    "did didn't do does doesn't doing don't during each either every few for from had has have having he her here hers "
    "him his how i if in into is isn't it its itself just like many may me might more most much must my no not of off "
    "often on once one only or other our out over own same say said says shall she should so some such tell than that "
    "the their them then there these they this those through to too under until up upon us very was wasn't we were "
    "what when where which while who whom whose why will with within without won't would you your "
    "please article articles archive according according happened happen happens called name named know known".split()
)

QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{2,200})[\"”“»]")  # what stands in quotation marks is the group

_CURLY = str.maketrans({"’": "'", "‘": "'", "\u00ad": None})
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u109f\u1780-\u17ff"
)
_LETTERS = rf"(?:[^\W_]|[{_MARKS}])"  # Python counts the vowel signs of Hindi or Thai as no letters
_WORD = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"“”]{{1,500}}(?<![.,;:!?)\]'’])"
    r"|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3}){1,5}(?!\d)"  # 107 000, with a space that does not break
    rf"|{_LETTERS}+(?:[-‑–.,'’/&:@_]{_LETTERS}+)*"
)
_LEFT_OVER = "s"  # of the possessive of "U.S."
_LETTER = re.compile(r"[^\W_]")
_EXACT = re.compile(r"\d|^[A-Z]{2,}$|^[A-Z](?:[.&/-][A-Za-z])+")
_POSSESSIVE = re.compile(r"['’]s?$")
_NAME = re.compile(r"(?<![\w’'-])[A-Z][\w’'.-]*(?:[ \u00a0](?:(?:of|de|van|von|bin|al|the)[ \u00a0])?[A-Z][\w’'.-]*)+")
_FRAME = re.compile(
    r"^\W*(?:what|where|when) (?:do|does|did) (?:the|this|that|these|your|any) "
    r"(?:article|archive|story|stories|report|piece|list|text|source)s? (?:say|tell(?: us| me)?|mention|report|know)"
    r"(?: (?:about|on|of))? |"
    r"^\W*(?:what|is there anything) (?:is (?:said|reported|known)|in the archive) (?:about|on) ",
    re.IGNORECASE,
)
_WANTED = tuple(
    (wanted, re.compile(asks, re.IGNORECASE))
    for wanted, asks in (
        (
            Wanted.NUMBER,
            r"\bhow (?:many|much|old|long|far|fast|tall|high|big|large|often|deep|wide|heavy|cheap|expensive|strong)\b",
        ),
        (
            Wanted.NUMBER,
            r"\bwhat (?:(?:is|was|are|were) the )?(?:percent(?:age)?|number|share|portion|proportion|fraction|amount|"
            r"value|sum|total|rate|tariff|age|price|cost)\b|\b(?:death|body) (?:toll|count)\b",
        ),
        (
            Wanted.TIME,
            r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|decade|century|time)\b|\bhow long ago\b",
        ),
        (
            Wanted.STATEMENT,
            r"\bwhat (?:did|does|has|have|do) .{2,60}? (?:say|said|think|argue|claim|answer|reply|call|warn|promise)\b",
        ),
        (Wanted.PERSON, r"\bwho(?:se|m)?\b|\b(?:what|which) (?:person|man|woman|actor|actress|singer|politician)\b"),
        (Wanted.PLACE, r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|town|region|continent|nation)\b"),
    )
)


def _wanted(text: str) -> Wanted:
    found = ((match.start(), order, kind) for order, (kind, asks) in enumerate(_WANTED) if (match := asks.search(text)))
    first = min(found, default=None)
    return first[2] if first else Wanted.ANYTHING


def _names(text: str) -> Iterable[str]:
    for found in _NAME.findall(text):
        words = found.split()
        while words and words[0].casefold() in STOP_WORDS:  # "Did Wei Xiaojun ..."
            words = words[1:]
        if len(words) > 1:
            yield _without_possessive(" ".join(words).rstrip(".-"))


def _acronyms(words: Sequence[str]) -> list[str]:
    """Words in capitals that are stop words otherwise; none where everything is written in capitals."""
    if all(word.isupper() for word in words):
        return []
    return [word for word in words if len(word) > 1 and word.isupper() and word.casefold() in STOP_WORDS]


def _parts(term: str) -> list[str]:
    """The words of a compound: "money-laundering" also stands for "money laundering" apart; "4-AP" only for itself."""
    if "-" not in term or _EXACT.search(term):
        return []
    return [part for part in term.split("-") if len(part) > 2 and part.casefold() not in STOP_WORDS]


def _clean(text: str) -> str:
    """Without what SQLite cannot take: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def _without_possessive(word: str) -> str:
    return _POSSESSIVE.sub("", word) or word


def _unique(words: Iterable[str]) -> list[str]:
    seen: dict[str, str] = {}
    for word in words:
        seen.setdefault(word.translate(_CURLY).casefold(), word)
    return list(seen.values())
