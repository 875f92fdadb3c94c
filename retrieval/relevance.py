"""How much an article is about a topic: likeness of meaning before a background of other subjects, shared words."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.desks import DESKS, desks_named
from retrieval.embedding import Embedder, Vectors

# Logistic weights for all-MiniLM-L6-v2, fitted on one half and read on the other (benchmarks/DIGESTS.md).
# A free topic: 24 phrases for the topics of ecb_plus and timeline17 among 3,491 news items, split by topic.
_FREE = {"likeness": 23.2, "background": -18.4, "words": 3.49, "bias": -5.07}
# A desk: the four subjects of ag_news, split by item.
_DESK = {"likeness": 22.9, "background": -17.8, "bias": 1.25}
THRESHOLD = 0.3

_SHARPNESS = 12.0  # how close to a plain maximum the background of many desks is


class TopicJudge:
    """Scores passages and articles against topics. For one thread at a time.

    The desks are encoded once, when they are first needed, and a topic once for all articles that are scored in a row.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._encoded: tuple[str, Vectors] | None = None  # the last topic

    def passage_scores(
        self, topic: str, vectors: Vectors, likeness: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """One log-odds a row of `vectors` (rows x dimension), from meaning alone.

        `likeness` is `desk_likeness` of the same vectors, where it is known already: it is the same for every topic.
        """
        if likeness is None:
            likeness = self.desk_likeness(vectors)
        named = sorted(desks_named(topic))
        if named:
            others = np.delete(likeness, named, axis=1)
            own = likeness[:, named].max(axis=1)
            scores = _DESK["likeness"] * own + _DESK["background"] * _soft_maximum(others) + _DESK["bias"]
        else:
            own = vectors @ self._vector_of(topic)
            scores = _FREE["likeness"] * own + _FREE["background"] * _soft_maximum(likeness) + _FREE["bias"]
        return np.asarray(scores, dtype=np.float32)

    @staticmethod
    def article_score(topic: str, passages: NDArray[np.float32], words_shared: float) -> float:
        """From 0 to 1: the two best passages of an article, and the share of the topic's words that it has.

        Two, because one passage alone can touch a topic that its article is not about.
        """
        one = np.array([0, len(passages)])
        return float(TopicJudge.article_scores(topic, passages, one, np.array([words_shared]))[0])

    @staticmethod
    def article_scores(
        topic: str, passages: NDArray[np.float32], starts: NDArray[np.int64], words_shared: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """`article_score` of many articles; the passages of the n-th are ``passages[starts[n] : starts[n + 1]]``."""
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
        if not desks_named(topic):
            best += _FREE["words"] * words_shared[has]
        scores[has] = 1 / (1 + np.exp(-best))
        return scores

    def _vector_of(self, topic: str) -> Vectors:
        if self._encoded is None or topic != self._encoded[0]:
            self._encoded = (topic, self._embedder.embed_questions([topic])[0])
        return self._encoded[1]

    def desk_likeness(self, vectors: Vectors) -> NDArray[np.float32]:
        """Rows x desks: half the likeness to the desk's name, half that to the nearest of its phrases."""
        names, phrases = self._desks
        by_phrase = [(vectors @ some.T).max(axis=1) for some in phrases]
        return np.asarray(0.5 * (vectors @ names.T) + 0.5 * np.stack(by_phrase, axis=1), dtype=np.float32)

    @cached_property
    def _desks(self) -> tuple[Vectors, list[Vectors]]:
        names = self._embedder.embed_passages(list(DESKS))
        flat = self._embedder.embed_passages([phrase for phrases in DESKS.values() for phrase in phrases])
        ends = np.cumsum([len(phrases) for phrases in DESKS.values()])
        return names, np.split(flat, ends[:-1])


def share(wanted: Collection[str], found: Collection[str]) -> float:
    """Which share of some words is found, 0 to 1; 0 when none is wanted."""
    return len(set(wanted) & set(found)) / len(set(wanted)) if wanted else 0.0


def _soft_maximum(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """A little above the largest of each row, the more so the more there are close to it."""
    return np.asarray(np.log(np.exp(_SHARPNESS * likeness).sum(axis=1)) / _SHARPNESS, dtype=np.float32)
