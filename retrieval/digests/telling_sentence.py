"""Which sentence of an article tells best, to somebody who reads nothing else of it, what is new on a topic.

It is close to the topic and to the headline, and stands early, since news says what happened at its beginning. Some
sentences say little alone: a question, a teaser, a caption, one that points back to the sentence before. They are told
only where there is hardly any other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

HANDY = range(40, 401)  # code points, PRODUCT.md, section 3

# Beside likeness to the topic and to the headline, both cosines. Chosen on half of the articles that people had summed
# up, and read on the other (benchmarks/DIGESTS.md).
_WORDS_COUNT = 0.5  # for all words of the topic
_EACH_DOUBLING_COSTS = 0.1  # of the distance from the beginning
_UNHANDY_COSTS = 1.0  # too short to say anything, or too long to read at a glance
_ALONE_COSTS = 1.0  # says little alone
_STAND_IN_COUNTS = 0.5  # likeness to the sentence that stands in for a headline: of itself it is the whole


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and what speaks for it.

    `topic` and `headline` are its likeness to them (cosines, 0 where nobody asked the model; to a headline as much as
    that counts), `words` is the share of the topic's words that it has (0 to 1), `place` is how many sentences stand
    before it.
    """

    text: str
    place: int
    words: float = 0.0
    topic: float = 0.0
    headline: float = 0.0


@dataclass(frozen=True, slots=True)
class Headline:
    """What an article is headed, and how much likeness to it counts."""

    text: str
    counts: float


class HasText(Protocol):
    @property
    def text(self) -> str: ...


def headline(title: str | None, sentences: Sequence[HasText]) -> Headline:
    """The title, or the first sentence that says something in its place. There is at least one sentence."""
    if title:
        return Headline(title, 1.0)
    texts = [one.text for one in sentences]
    said = (text for text in texts if len(text) in HANDY and not says_little_alone(text))
    return Headline(next(said, texts[0]), _STAND_IN_COUNTS)


def most_telling(candidates: Sequence[Candidate]) -> int:
    """Which of the candidates to tell; the first of equals."""
    return max(range(len(candidates)), key=lambda place: (_worth(candidates[place]), -place))


def _worth(one: Candidate) -> float:
    return (
        one.topic
        + one.headline
        + _WORDS_COUNT * one.words
        - _EACH_DOUBLING_COSTS * math.log2(1 + one.place)
        - _UNHANDY_COSTS * (len(one.text) not in HANDY)
        - _ALONE_COSTS * says_little_alone(one.text)
    )


def says_little_alone(text: str) -> bool:
    """Whether a sentence is a question, a teaser or a caption, or leans on the one before."""
    if _PROMOTES.search(text):
        return True
    return _LEANS.match(text) is not None or _TEASER.match(text) is not None or text.rstrip("\"”’')").endswith("?")


_LEANS = re.compile(
    r"[\"“‘'(]?(?:(?:And|But|So|Then|Also|However|Still|Meanwhile|Instead|Yet|Nor|Or),? )?"
    r"(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|Such|Both|Neither|Another|There"
    r"|The (?:other|former|latter|same))\b"
    r"|[\"“‘'(]?(?:And|But|So|Then|Also|However|Nor|Or|Yet|Instead|Still)\b"
    r"|(?:Since then|By then|Until then|At the time|As a result|In response|In addition|For example|For instance"
    r"|Meanwhile|Moreover|Similarly|Later|Earlier),"
    r"|[\"“].{0,300}[\"”],? (?:he|she|they|it) (?:said|says|told|added|wrote|asked|explained|noted|continued)\b"
    r"|[\"“][^\"”]{0,400}[\"”]?$"
)
_TEASER = re.compile(
    r"(?:(?:Read|See|Watch|Listen|Click|Tap|Download|Sign up|Subscribe|Follow|Join (?:us|our)|Get (?:the|our|your)"
    r"|Explore (?:the|our|more)|Discover (?:the|how|more)|Check out|Learn more|Find out|Don['’]t miss"
    r"|Here(?:['’]s| is| are)|More (?:on|from|about)|Th(?:is|e) (?:story|article) (?:was|has been))\b"
    r"|(?:Photos?|Pictures?|Images?|Videos?|Gallery|File photo|Credit|Advertisement|Copyright|Editor['’]s note"
    r"|Correction|Related|Share)(?: ?[:|/©]| (?:by|via|courtesy|provided)\b|$)"
    r"|\((?:Photo|Picture|Image|Video|Credit|Getty|Read|See|Watch)\b)",
    re.IGNORECASE,
)
_PROMOTES = re.compile(
    r"\b(?:your inbox|sign up|newsletters?|subscribers? only|(?:click|tap|see|read) (?:here|more|below)|must watch)\b",
    re.IGNORECASE,
)
