"""From scores to the chance that a quote answers, and from the chance to one of three states.

The weights stand in `calibration.json` beside this module, by the names of the models they were fitted for, together
with the thresholds, what they were fitted on and how well they did there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

PATH = Path(__file__).with_name("calibration.json")


class Verdict(Enum):
    """What a chance is enough for."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    NOT_IN_ARCHIVE = "not_in_archive"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a quote when its chance is estimated.

    `relevance` is the reranker's logit of the quote's own sentences, None where there is no reranker; `cosine` that of
    its passage; `overlap` the share of the question's words that its passage and its headline have; `margin` how far
    the relevance lies above that of the best quote from another article.
    """

    relevance: float | None
    cosine: float
    overlap: float
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model over `Evidence`, and two thresholds on its chance."""

    weights: Mapping[str, float]
    answered: float
    closest: float

    def chance(self, evidence: Evidence) -> float:
        """The chance, 0 to 1, that a quote answers."""
        values = {
            "relevance": evidence.relevance or 0.0,
            "cosine": evidence.cosine,
            "overlap": evidence.overlap,
            "margin": max(-5.0, min(evidence.margin, 5.0)),
        }
        logit = self.weights["bias"] + sum(self.weights.get(name, 0.0) * value for name, value in values.items())
        return 1 / (1 + math.exp(-max(-60.0, min(logit, 60.0))))

    def verdict(self, chance: float) -> Verdict:
        if chance >= self.answered:
            return Verdict.ANSWERED
        return Verdict.CLOSEST if chance >= self.closest else Verdict.NOT_IN_ARCHIVE

    @classmethod
    def for_model(cls, model: str, path: Path = PATH) -> Self:
        """The calibration of a pair of models (``Searcher.model``), or the cautious one kept for unknown models."""
        stored = json.loads(path.read_text("utf-8"))
        chosen = stored["models"].get(model) or stored["models"]["unknown" if "+none" not in model else "unknown+none"]
        return cls(chosen["weights"], chosen["answered"], chosen["closest"])
