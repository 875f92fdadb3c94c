"""What speaks for a text as an answer to a question, told from its words alone. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from retrieval.question import Question
from retrieval.stemming import Stemmer
from retrieval.wanted_value import dated, undergone, valued, years_in

_NEGATION = re.compile(
    r"\b(?:not|never|no|none|neither|nor|without|cannot|unable|except|\w{1,12}n['’]t|refus\w{1,4}|fail(?:s|ed|ing|ure)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question taken apart for comparing: the stems of its content words, each with its weight.

    The weight is the inverse document frequency ``log(1 + N / (1 + n))`` over the archive's passages: a word that few
    passages have tells more. `heaviest` is what a word in no passage weighs. `pairs` are neighbouring content words.
    """

    question: Question
    weights: Mapping[str, float]
    heaviest: float
    pairs: frozenset[tuple[str, str]]
    years: frozenset[str]
    negated: bool

    def share(self, stems: frozenset[str]) -> float:
        """The weight of the question's words that are among some stems, as a part of all, 0 to 1."""
        total = sum(self.weights.values())
        return sum(weight for stem, weight in self.weights.items() if stem in stems) / total if total else 0.0

    def heaviest_missing(self, stems: frozenset[str]) -> float:
        """The weight of the rarest word that is not among some stems, as a part of the heaviest; 0 if all are."""
        return max((weight for stem, weight in self.weights.items() if stem not in stems), default=0.0) / self.heaviest

    def pairs_in(self, stems: list[str]) -> float:
        """The part of the question's neighbouring words that stand side by side in a text too, or with one between.

        1 where the question has no neighbours.
        """
        if not self.pairs:
            return 1.0
        near = set(pairwise(stems)) | set(zip(stems, stems[2:], strict=False))
        return sum(pair in near for pair in self.pairs) / len(self.pairs)


def weighed(question: Question, stemmer: Stemmer, frequency: Callable[[str], int], passages: int) -> Weighed:
    """`frequency` tells in how many of the archive's `passages` a stem stands."""
    stems = dict.fromkeys(stem for term in question.terms for stem in stemmer.stems(term))
    weights = {stem: math.log1p(passages / (1 + frequency(stem))) for stem in stems}
    row = stemmer.stems(question.subject)
    return Weighed(
        question,
        weights,
        math.log1p(max(passages, 1)),
        frozenset(pair for pair in pairwise(row) if weights.keys() >= set(pair)),
        years_in(question.text),
        _NEGATION.search(question.text) is not None,
    )


def of_passage(asked: Weighed, text: str, stemmer: Stemmer) -> dict[str, float]:
    """What speaks for a passage, given with its headline and date: `around` is the share of the question's words in it,
    `missing` the rarest that it lacks, `pairs` neighbouring words."""
    stems = stemmer.stems(text)
    present = frozenset(stems)
    return {
        "around": asked.share(present),
        "missing": asked.heaviest_missing(present),
        "pairs": asked.pairs_in(stems),
    }


def of_sentence(asked: Weighed, text: str, stemmer: Stemmer) -> dict[str, float]:
    """What speaks for a sentence: `share` of the question's words; `said_pairs` as `pairs` of a passage; `dated`,
    `valued` and `undergone` as in `wanted_value`; `other_years` than the question's; `negation` in one of the two and
    not in the other; `words`, the logarithm of how many it has."""
    stems = stemmer.stems(text)
    years = years_in(text)
    return {
        "share": asked.share(frozenset(stems)),
        "said_pairs": asked.pairs_in(stems),
        "dated": dated(asked.question, text),
        "valued": valued(asked.question, text, stemmer),
        "undergone": undergone(asked.question, text),
        "other_years": float(bool(asked.years and years) and not asked.years & years),
        "negation": float(asked.negated != (_NEGATION.search(text) is not None)),
        "words": math.log1p(len(stems)),
    }
