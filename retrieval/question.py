"""What a question asks: its words, phrases, names and exact tokens, and what kind of answer it wants. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


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
    `phrases` what it put in quotation marks; `names` runs of capitalised words.
    """

    text: str
    subject: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    exact: tuple[str, ...]
    names: tuple[str, ...]
    wanted: Wanted

    @property
    def units(self) -> tuple[str, ...]:
        """Everything that full-text search may look for, each a word or a phrase, none twice."""
        parts = (part for term in self.terms for part in _parts(term))
        return tuple(_unique([*self.phrases, *self.names, *self.terms, *parts]))

    def expression(self, keep: Callable[[str], bool] = lambda unit: True, *, every: bool = False) -> str | None:
        """An FTS5 expression: any of the units, or every one of them; None when there is nothing to look for.

        `keep` may refuse single words, too frequent to tell anything; phrases stay, and if it refuses all they stay.
        """
        single = [unit for unit in self.units if unit in self.terms]
        certain = set(self.phrases) | set(self.exact)
        if every:
            kept = [unit for unit in self.units if unit in self.phrases or unit in self.terms]
        else:
            refused = {unit for unit in self.units if unit not in certain and " " not in unit and not keep(unit)}
            kept = [unit for unit in self.units if unit not in refused] or single or list(self.units)
        return (" AND " if every else " OR ").join(_quoted(unit) for unit in kept) or None


def understand(text: str) -> Question:
    """Take a question apart. Any text is a question, the empty one too."""
    text = _clean(text)
    phrases = tuple(_unique(found.strip() for found in _PHRASE.findall(text) if _LETTER.search(found)))
    words = [_without_possessive(word) for word in _WORD.findall(text)]
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

_CURLY = str.maketrans({"’": "'", "‘": "'", "\u00ad": None})
_PHRASE = re.compile(r"[\"“„«]([^\"“”„«»]{2,200})[\"”“»]")
_WORD = re.compile(r"[^\W_]+(?:[-‑–.,'’/&:][^\W_]+)*")
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


def _parts(term: str) -> list[str]:
    """The words of a compound: "money-laundering" also stands for "money laundering" apart; "4-AP" only for itself."""
    if "-" not in term or _EXACT.search(term):
        return []
    return [part for part in term.split("-") if len(part) > 2 and part.casefold() not in STOP_WORDS]


def _quoted(unit: str) -> str:
    """A string that FTS5 reads as words only, whatever it holds."""
    return '"' + unit.replace('"', " ") + '"'


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
