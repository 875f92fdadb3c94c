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


QuotePlace = tuple[int, int]  # article number, start


def place_of(quote: Quote) -> QuotePlace:
    return quote.article.number, quote.start


class Reason(StrEnum):
    """Why there is no answer."""

    EMPTY_ARCHIVE = "empty_archive"
    NOTHING_IN_SCOPE = "nothing_in_scope"  # the filters leave nothing to search
    NOTHING_CLOSE = "nothing_close"


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes that answer, best first; at least one. `confidence` is the chance that the first one answers.

    `differing` are pairs of places of quotes that contradict each other (`retrieval.answers.conflicts`).
    """

    question: str
    quotes: tuple[RankedQuote, ...]
    confidence: float
    differing: tuple[tuple[QuotePlace, ...], ...] = ()

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("an answer has at least one quote")

    def sources_differ(self, shown: int | None = None) -> bool:
        """Whether two of the first `shown` quotes (None: of all) contradict each other. One that was dropped cannot."""
        places = {place_of(ranked.quote) for ranked in self.quotes[:shown]}
        return any(places.issuperset(pair) for pair in self.differing)


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
