"""How well a text meets all of a question: a linear probe of what the packaged cross-encoder works out on its way.

Its logit tells texts on the subject from others, and a text on the right people and another deed gets almost as much.
Half way up, the question's own word pieces still show whether the text met them; a weighted sum of those numbers, a
linear probe (Alain and Bengio 2016), reads it off. The weights stand in `match_probe.json` beside this module with what
they were fitted on; `benchmarks/train_match_probe.py` makes them. They belong to the reranker alone: they hold for any
embedding model, and `briefing-bot eval calibrate` leaves them as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).with_name("match_probe.json")
# Layers, of 12, whose numbers are weighed: those of the question's word pieces, on average, and those of the first word
# piece, which stands for question and text together.
OF_QUESTION = (6, 8)
OF_FIRST = (8, 10)
LAYERS = tuple(sorted({*OF_QUESTION, *OF_FIRST}))


def inner_state(layers: Mapping[int, NDArray[np.float32]], of_text: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The numbers that are weighed, one row of them, from the output of each of `LAYERS` (word pieces x dimension).

    `of_text` tells which word pieces are the text's; before them stand the first one, the question and a separator.
    """
    separator = max(int(np.argmax(of_text)) - 1 if of_text.any() else len(of_text) - 1, 1)
    asked = slice(1, max(separator, 2))  # of a question without a word piece, the separator
    parts = [layers[layer][asked].mean(axis=0) for layer in OF_QUESTION] + [layers[layer][0] for layer in OF_FIRST]
    return np.concatenate(parts).astype(np.float32)


@dataclass(frozen=True, slots=True)
class MatchProbe:
    """A weight for each number of `inner_state`, and a bias."""

    weights: NDArray[np.float32]
    bias: float

    def log_odds(self, state: NDArray[np.float32]) -> float:
        """The log-odds that the text answers, of question and text alone: about -6 to 3."""
        return float(state @ self.weights) + self.bias

    @classmethod
    def packaged(cls, path: Path = PATH) -> Self:
        stored = json.loads(path.read_text("utf-8"))
        parts = [
            *(stored["question"][str(layer)] for layer in OF_QUESTION),
            *(stored["first"][str(layer)] for layer in OF_FIRST),
        ]
        return cls(np.concatenate([np.asarray(part, dtype=np.float32) for part in parts]), float(stored["bias"]))


def as_json(probe: MatchProbe, about: str) -> str:
    """The text of `match_probe.json`: a line for each layer, weights with five decimals."""
    parts = np.split(probe.weights, len(OF_QUESTION) + len(OF_FIRST))
    named = {
        "question": dict(zip(OF_QUESTION, parts[: len(OF_QUESTION)], strict=True)),
        "first": dict(zip(OF_FIRST, parts[len(OF_QUESTION) :], strict=True)),
    }
    lines = [f' "about": {json.dumps(about)}', f' "bias": {probe.bias:.5f}']
    for name, layers in named.items():
        rows = [f'  "{layer}": {_rounded(weights)}' for layer, weights in layers.items()]
        lines.append(f' "{name}": {{\n' + ",\n".join(rows) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rounded(weights: Sequence[float] | NDArray[np.float32]) -> str:
    return json.dumps([round(float(weight), 5) for weight in weights], separators=(",", ":"))
