"""What speaks for a text as an answer to a question, told from its words alone. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from retrieval.answers.wanted_value import dated, undergone, valued
from retrieval.questions.question import Question
from retrieval.stemming import Stemmer


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question taken apart for comparing: the stems of its content words, each with its weight.

    The weight is the inverse document frequency ``log(1 + N / (1 + n))`` over the archive's passages: a word that few
    passages have tells more.
    """

    question: Question
    weights: Mapping[str, float]

    def share(self, stems: frozenset[str]) -> float:
        """The weight of the question's words that are among some stems, as a part of all, 0 to 1."""
        total = sum(self.weights.values())
        return sum(weight for stem, weight in self.weights.items() if stem in stems) / total if total else 0.0


def weighed(question: Question, stemmer: Stemmer, frequency: Callable[[str], int], passages: int) -> Weighed:
    """`frequency` tells in how many of the archive's `passages` a stem stands."""
    stems = dict.fromkeys(stem for term in question.terms for stem in stemmer.stems(term))
    weights = {stem: math.log1p(passages / (1 + frequency(stem))) for stem in stems}
    return Weighed(question, weights)


def of_sentence(asked: Weighed, text: str, stemmer: Stemmer) -> dict[str, float]:
    """What speaks for a sentence: `share` of the question's words; `dated`, `valued` and `undergone` as in
    `wanted_value`."""
    return {
        "share": asked.share(frozenset(stemmer.stems(text))),
        "dated": dated(asked.question, text),
        "valued": valued(asked.question, text, stemmer),
        "undergone": undergone(asked.question, text),
    }
