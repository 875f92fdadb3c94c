"""From what speaks for a sentence to the chance that it answers, and from the chance to one of three states.

The weights stand in `calibration.json` beside this module, by the names of the models they were fitted for, together
with the thresholds, what they were fitted on and how well they did there. `briefing-bot eval calibrate` makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from retrieval.answers.close_reading import Reading

PATH = Path(__file__).with_name("calibration.json")


class Verdict(Enum):
    """What a chance is enough for."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    NOT_IN_ARCHIVE = "not_in_archive"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two linear models and two thresholds.

    `order` weighs what speaks for a sentence (`Reading.features`) and sorts sentences; `weights`, over what
    `answerability` gives, is the logit of the chance that the first one answers.
    """

    order: Mapping[str, float]
    weights: Mapping[str, float]
    answered: float  # a chance from this on is an answer
    closest: float  # from this on it is worth showing

    def strength(self, reading: Reading) -> float:
        """How well a sentence seems to answer; compares sentences of one question."""
        return _weighed(self.order, reading.features)

    def chance(self, features: Mapping[str, float]) -> float:
        """The chance, 0 to 1, that there is an answer, from `answerability`."""
        logit = self.weights["bias"] + _weighed(self.weights, features)
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


def _weighed(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weight * features[name] for name, weight in weights.items() if name in features)
