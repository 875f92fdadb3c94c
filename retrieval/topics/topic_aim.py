"""What a topic in anyone's words aims at: a subject of its own, some of a newsroom's desks, or something between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.models.embedding import Embedder, Vectors
from retrieval.topics.desks import DESKS, desks_named, parts_of

# How a list that describes a desk ("teams, players and coaches") is told from one that does not ("Macron, pensions and
# strikes"): by its likeness to the desk's name, in units of `Scale`. Chosen on the wordings to develop on
# (benchmarks/DIGESTS.md); half a desk at `_LISTED`.
_LISTED, _STEEPNESS = 1.24, 4.5
_SHARPNESS = 2.1  # how much the desk that a topic is likest to stands out from the next, per unit
_NOTHING = 1e-6
_LEAST_UNIT = 0.1  # an encoder that sees hardly any likeness within a desk must not make much of every small one


@dataclass(frozen=True, slots=True)
class Scale:
    """Where an encoder's cosines lie: that of two unlike texts, and how much higher that of two like ones is."""

    zero: float
    unit: float

    def of(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """0 for texts that have nothing in common, 1 for two phrases of one desk; more for closer ones."""
        return np.asarray((cosines - self.zero) / self.unit, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class TopicAim:
    """`desks` has for each desk how much it is meant, 0 to 1; `breadth` is how much the topic is that of a desk.

    Breadth 0 is a subject of its own, which may lie within a desk; 1 is the whole of the desks meant.
    """

    vector: Vectors  # of the topic as a question, unit length
    desks: NDArray[np.float64]
    breadth: float


class DeskVectors:
    """The desks as an encoder sees them."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.names = embedder.embed_passages(list(DESKS))
        flat = embedder.embed_passages([phrase for phrases in DESKS.values() for phrase in phrases])
        counts = [len(phrases) for phrases in DESKS.values()]
        self.phrases: list[Vectors] = np.split(flat, np.cumsum(counts)[:-1])
        same = np.equal.outer(desk := np.repeat(np.arange(len(counts)), counts), desk)
        self.texts = _scale(flat @ flat.T, same, ~np.eye(len(flat), dtype=bool))
        asked = embedder.embed_questions(list(DESKS))
        own = np.equal.outer(np.arange(len(counts)), desk)
        self.questions = _scale(asked @ flat.T, own, np.ones_like(own))
        """Scales: of two texts, and of a topic and a text, which some encoders see differently."""

    def likeness(self, vectors: Vectors) -> NDArray[np.float32]:
        """Rows x desks, cosines: half the likeness to the desk's name, half that to the nearest of its phrases."""
        nearest = [(vectors @ some.T).max(axis=1) for some in self.phrases]
        return np.asarray(0.5 * (vectors @ self.names.T) + 0.5 * np.stack(nearest, axis=1), dtype=np.float32)

    def aim(self, topic: str) -> TopicAim:
        parts = parts_of(topic)
        vector = self._embedder.embed_questions([topic])[0]
        if named := desks_named(topic):
            return TopicAim(vector, _marked(named), 1.0)
        close = self.questions.of(self.likeness(vector[None])[0]).astype(np.float64)
        desks = np.exp(_SHARPNESS * (close - close.max()))
        if named := frozenset().union(*(desks_named(part) for part in parts)):
            return TopicAim(vector, np.maximum(desks, _marked(named)), 1.0)
        if len(parts) < 2:
            return TopicAim(vector, desks, 0.0)
        name = float(self.questions.of(self.names @ vector).max())
        most = 0.5 if len(parts) == 2 else 1.0  # "football and tennis" is less likely to mean all sports
        return TopicAim(vector, desks, most * float(1 / (1 + np.exp(-_STEEPNESS * (name - _LISTED)))))


def _marked(desks: frozenset[int]) -> NDArray[np.float64]:
    return np.asarray([1.0 if place in desks else _NOTHING for place in range(len(DESKS))])


def _scale(cosines: Vectors, same: NDArray[np.bool_], counted: NDArray[np.bool_]) -> Scale:
    zero, one = float(cosines[~same & counted].mean()), float(cosines[same & counted].mean())
    return Scale(zero, max(one - zero, _LEAST_UNIT))
