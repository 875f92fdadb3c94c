"""How a question can end: with an answer, with the closest passages, or with nothing; each has a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.passage import Quote


@dataclass(frozen=True, slots=True)
class RankedQuote:
    """A quote and how well it answers.

    `score` is a probability-like number from 0 to 1 that orders the quotes of one outcome. `speaker` is the name as the
    quote's own sentence has it, None when the sentence names nobody. `also` lists other articles (numbers) that carry
    the very same words or are another posting of this one.
    """

    quote: Quote
    score: float
    speaker: str | None = None
    also: tuple[int, ...] = ()


class Reason(StrEnum):
    """Why there is no answer."""

    EMPTY_ARCHIVE = "empty_archive"
    NOTHING_IN_SCOPE = "nothing_in_scope"  # the filters leave nothing to search
    NOTHING_CLOSE = "nothing_close"


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer, best first; at least one. `confidence` is the chance that the first one answers."""

    question: str
    quotes: tuple[RankedQuote, ...]
    confidence: float

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("an answer has at least one quote")


@dataclass(frozen=True, slots=True)
class ClosestPassages:
    """Quotes that may or may not answer, best first; at least one."""

    question: str
    quotes: tuple[RankedQuote, ...]
    confidence: float

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("closest passages are at least one")


@dataclass(frozen=True, slots=True)
class NotInArchive:
    """The archive holds nothing close enough. The closest quotes are kept for who wants to see them anyway."""

    question: str
    reason: Reason
    quotes: tuple[RankedQuote, ...]
    confidence: float


Outcome = Answer | ClosestPassages | NotInArchive

STATE = {Answer: "answered", ClosestPassages: "closest", NotInArchive: "not_in_archive"}
