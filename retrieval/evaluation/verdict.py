"""What became of one question of a set, and how its words are compared with the set's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from retrieval.evaluation.question_set import Asked

RANKS = 10  # documents that a verdict keeps


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one question. None where the set does not say what would be right."""

    asked: Asked
    state: str  # answered, closest or not_in_archive
    confidence: float  # compares questions of one run
    ranks: tuple[str, ...]  # ids of the first `RANKS` documents, best first
    evidence_at: int | None  # the first quote whose passage holds a gold sentence, from 1
    in_quote_at: int | None  # the first quote that shares words with one: its own sentence stands there
    first_document: str | None  # that the first quote is from
    first_quote: str | None
    quotes: int
    exact: int
    sources_differ: bool  # the answer was said to hold quotes that contradict each other
    average_precision: float | None
    seconds: float

    @property
    def place(self) -> int:
        """Where the first right document stands, from 1; beyond `RANKS` when it is not among the ranks."""
        places = (place for place, name in enumerate(self.ranks, start=1) if name in self.asked.right)
        return next(places, RANKS + 1)

    @property
    def holds_answer(self) -> bool | None:
        """Whether the first quote, from a right document, holds an answer; None where it is from another one."""
        if not self.asked.answers or self.first_quote is None or self.first_document not in self.asked.right:
            return None
        return holds_any(self.first_quote, self.asked.answers)

    @property
    def all_gold(self) -> bool:
        """Whether every gold document is among the first `RANKS`."""
        return set(self.asked.gold) <= set(self.ranks)


def collapsed(text: str) -> str:
    """A text with every run of white space as one blank."""
    return " ".join(text.split())


def holds_any(text: str, answers: Iterable[str]) -> bool:
    """Whether a text holds one of the answers; case and white space do not count."""
    within = collapsed(text).casefold()
    return any(collapsed(one).casefold() in within for one in answers if one.strip())


def shares_words(evidence: Sequence[str], texts: Iterable[str]) -> bool:
    """Whether a gold sentence stands in one of the texts, or the text, being shorter, in a gold sentence."""
    wanted = [collapsed(one) for one in evidence]
    return any(one in text or text in one for text in map(collapsed, texts) for one in wanted)


def average_precision(ranks: Sequence[str], candidates: Sequence[str], right: frozenset[str]) -> float:
    """Of the right ones among given candidates; candidates that were not found rank last, as the set gives them."""
    among = set(candidates)
    hits, total = 0, 0.0
    order = dict.fromkeys(chain((name for name in ranks if name in among), candidates))
    for place, name in enumerate(order, start=1):
        if name in right:
            hits += 1
            total += hits / place
    return total / hits if hits else 0.0
