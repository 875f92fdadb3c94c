"""How much an article is about a topic: likeness of meaning before a background of other subjects, shared words."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.models.embedding import Embedder, Vectors
from retrieval.topics.topic_aim import DeskVectors, TopicAim
from retrieval.topics.topic_calibration import TopicCalibration

_SHARPNESS = 2.1  # how close to a plain maximum the background of many desks is, in units of `Scale`

Columns = dict[str, NDArray[np.float32]]


class TopicJudge:
    """Scores passages and articles against topics. For one thread at a time.

    The desks are encoded once, when they are first needed, and a topic once for all articles that are scored in a row.
    Without a calibration of its own it takes that of the encoder.
    """

    def __init__(self, embedder: Embedder, calibration: TopicCalibration | None = None) -> None:
        self._embedder = embedder
        self._calibration = calibration or TopicCalibration.for_model(embedder.name)
        self._aimed: tuple[str, TopicAim] | None = None  # the last topic

    @property
    def threshold(self) -> float:
        """The chance from which on an article counts as being about a topic."""
        return self._calibration.threshold

    def passage_scores(
        self, topic: str, vectors: Vectors, likeness: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """One log-odds a row of `vectors` (rows x dimension), from meaning alone.

        `likeness` is `desk_likeness` of the same vectors, where it is known already: it is the same for every topic.
        """
        breadth = self.aim(topic).breadth
        speaks = self.evidence(topic, vectors, likeness)
        free, desk = self._calibration.free, self._calibration.desk
        scores = np.zeros(len(vectors), dtype=np.float32)
        if breadth < 1:
            own = free["likeness"] * speaks["likeness"] + free["background"] * speaks["background"] + free["bias"]
            scores += (1 - breadth) * own
        if breadth > 0:
            whole = desk["own"] * speaks["own"] + desk["others"] * speaks["others"] + desk["bias"]
            scores += breadth * (whole + desk["likeness"] * speaks["likeness"])
        return scores

    def article_scores(
        self,
        topic: str,
        passages: NDArray[np.float32],
        starts: NDArray[np.int64],
        words_shared: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """From 0 to 1: the two best passages of each article, and the share of the topic's words that it has.

        Two, because one passage alone can touch a topic that its article is not about. The passages of the n-th article
        are ``passages[starts[n] : starts[n + 1]]``; it scores 0 without any.
        """
        scores = np.zeros(len(starts) - 1)
        counts = np.diff(starts)
        has = np.flatnonzero(counts)
        if not len(has):
            return scores
        first = np.maximum.reduceat(passages, starts[has])
        place_of_first = np.flatnonzero(passages == np.repeat(first, counts[has]))
        _, once = np.unique(np.searchsorted(starts[has], place_of_first, side="right"), return_index=True)
        others = passages.copy()
        others[place_of_first[once]] = -np.inf
        second = np.where(counts[has] > 1, np.maximum.reduceat(others, starts[has]), first)
        best = ((first + second) / 2).astype(np.float64)
        best += (1 - self.aim(topic).breadth) * self._calibration.free["words"] * words_shared[has]
        scores[has] = 1 / (1 + np.exp(-best))
        return scores

    def evidence(self, topic: str, vectors: Vectors, likeness: NDArray[np.float32] | None = None) -> Columns:
        """What the weights are of, a row for each of `vectors`, in units of `Scale`.

        `likeness` is that to the topic, `background` that to all desks; `own` is that to the desks that the topic
        means, `others` that to the rest.
        """
        aim = self.aim(topic)
        desks = self._desks.texts.of(self.desk_likeness(vectors) if likeness is None else likeness)
        columns = {"likeness": self._desks.questions.of(vectors @ aim.vector)}
        if aim.breadth < 1:
            columns["background"] = _soft_maximum(desks)
        if aim.breadth > 0:
            columns["own"] = _soft_maximum(desks, aim.desks)
            columns["others"] = _soft_maximum(desks, 1 - 0.999 * aim.desks)
        return columns

    def aim(self, topic: str) -> TopicAim:
        if self._aimed is None or topic != self._aimed[0]:
            self._aimed = (topic, self._desks.aim(topic))
        return self._aimed[1]

    def desk_likeness(self, vectors: Vectors) -> NDArray[np.float32]:
        """Rows x desks, cosines: half the likeness to the desk's name, half that to the nearest of its phrases."""
        return self._desks.likeness(vectors)

    @cached_property
    def _desks(self) -> DeskVectors:
        return DeskVectors(self._embedder)


def share(wanted: Collection[str], found: Collection[str]) -> float:
    """Which share of some words is found, 0 to 1; 0 when none is wanted."""
    return len(set(wanted) & set(found)) / len(set(wanted)) if wanted else 0.0


def _soft_maximum(likeness: NDArray[np.float32], weights: NDArray[np.float64] | None = None) -> NDArray[np.float32]:
    """A little above the largest of each row, the more so the more are close to it; weighed, if there are weights."""
    powers = np.exp(_SHARPNESS * likeness)
    total = powers.sum(axis=1) if weights is None else powers @ weights.astype(np.float32)
    return np.asarray(np.log(total) / _SHARPNESS, dtype=np.float32)
