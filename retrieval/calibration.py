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

from retrieval.close_reading import Reading

PATH = Path(__file__).with_name("calibration.json")


class Verdict(Enum):
    """What a chance is enough for."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    NOT_IN_ARCHIVE = "not_in_archive"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two linear models over what speaks for a sentence (`Reading.features`), and two thresholds.

    `order` gives the strength that sorts sentences; `weights` the logit of the chance that the first one answers.
    """

    order: Mapping[str, float]
    weights: Mapping[str, float]
    answered: float  # a chance from this on is an answer
    closest: float  # from this on it is worth showing

    def strength(self, reading: Reading) -> float:
        """How well a sentence seems to answer; compares sentences of one question."""
        return _weighted(self.order, reading)

    def chance(self, reading: Reading) -> float:
        """The chance, 0 to 1, that a sentence answers."""
        logit = self.weights["bias"] + _weighted(self.weights, reading)
        return 1 / (1 + math.exp(-max(-60.0, min(logit, 60.0))))

    def verdict(self, chance: float) -> Verdict:
        if chance >= self.answered:
            return Verdict.ANSWERED
        return Verdict.CLOSEST if chance >= self.closest else Verdict.NOT_IN_ARCHIVE

    @classmethod
    def for_model(cls, model: str, path: Path = PATH) -> Self:
        """The calibration of a pair of models (`Searcher.model`), or the cautious one kept for unknown models."""
        models = json.loads(path.read_text("utf-8"))["models"]
        chosen = models.get(model) or models["unknown+none" if model.endswith("+none") else "unknown"]
        return cls(chosen["order"], chosen["weights"], chosen["answered"], chosen["closest"])


def _weighted(weights: Mapping[str, float], reading: Reading) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in reading.features().items())
