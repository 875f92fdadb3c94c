"""In which order a digest tells its stories: relevance first, then what is new beside the items above it, by turns of
outlet.

A greedy order by marginal relevance (Carbonell and Goldstein, SIGIR 1998). What may be won or lost by anything but
relevance is bounded, so that variety decides between stories that are about as relevant and never for much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.models.embedding import Vectors

# In units of the score. Set by hand; what they do is measured on multihop_rag (benchmarks/DIGESTS.md).
LIKENESS_COSTS = 0.10  # for telling what an item above tells
OUTLET_COSTS = 0.06  # for an outlet that has a turn above; half of it for the first
REPORTS_GIVE = 0.03  # for a story that many articles tell
NEWNESS_GIVES = 0.01  # for the newest story
BOUND = LIKENESS_COSTS + OUTLET_COSTS + REPORTS_GIVE + NEWNESS_GIVES
"""A story whose score is higher by more than this is never told after another."""

_MANY_REPORTS = 8
_MOST_VARIED = 100  # nobody reads further with the items above in mind
_LEAST_POOL, _POOL = 64, 4  # variety is looked for among so many of the best stories, times as many as are told


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """What the order of a story depends on. `vector` is a unit vector, `day` an ordinal, 0 where no date is known.

    `number`, the leading article's, decides between equals, so that the same stories have the same order.
    """

    score: float  # 0 to 1
    vector: Vectors
    outlet: str | None
    reports: int
    day: int
    number: int


def telling_order(stories: Sequence[Candidate], told: int) -> list[int]:
    """The places of all stories in the order in which to tell them; the first `told` are ordered for variety.

    The first one has the highest score; among several of the same score, that which more articles tell, then the newer
    one. So are all that come after the first `told`, and after the first hundred of these. Time: that of a sort, and
    `told` times the square of a few times that.
    """
    told = min(told, _MOST_VARIED)
    plain = sorted(range(len(stories)), key=lambda place: _plainly(stories[place]))
    size = max(_LEAST_POOL, _POOL * told)
    pool, rest = plain[:size], plain[size:]
    return [pool[place] for place in _varied([stories[place] for place in pool], told)] + rest


def _plainly(story: Candidate) -> tuple[float, int, int, int]:
    return (-story.score, -story.reports, -story.day, story.number)


def _varied(pool: Sequence[Candidate], told: int) -> list[int]:
    """The pool's places, which are in plain order: the first `told` greedily, the rest as they were."""
    if len(pool) < 3:
        return list(range(len(pool)))
    vectors = np.stack([story.vector for story in pool]).astype(np.float64)
    usual = _usual_likeness(vectors)
    worth = np.asarray([story.score for story in pool]) + _bonus(pool)
    outlets = np.asarray([(story.outlet or "").casefold() for story in pool])
    left, order = np.ones(len(pool), dtype=bool), [0]
    said, turns = np.zeros(len(pool)), np.zeros(len(pool))
    while len(order) < min(told, len(pool)):
        last = order[-1]
        left[last] = False
        said = np.maximum(said, (vectors @ vectors[last] - usual) / max(1 - usual, 1e-6))
        if outlets[last]:
            turns += outlets == outlets[last]
        costs = LIKENESS_COSTS * np.minimum(said, 1) + OUTLET_COSTS * np.minimum(turns, 2) / 2
        order.append(int(np.argmax(np.where(left, worth - costs, -np.inf))))
    chosen = set(order)
    return order + [place for place in range(len(pool)) if place not in chosen]


def _bonus(pool: Sequence[Candidate]) -> NDArray[np.float64]:
    reports = np.asarray([min(story.reports, _MANY_REPORTS) for story in pool], dtype=np.float64)
    days = np.asarray([story.day for story in pool])
    newer_than = np.searchsorted(np.sort(days), days) / (len(pool) - 1)
    return np.asarray(REPORTS_GIVE * np.log2(reports) / np.log2(_MANY_REPORTS) + NEWNESS_GIVES * newer_than)


def _usual_likeness(vectors: NDArray[np.float64]) -> float:
    """The mean cosine of two of the stories: likeness counts from there on, whatever an encoder's cosines are."""
    count = len(vectors)
    whole = vectors.sum(axis=0)
    return float((whole @ whole - (vectors * vectors).sum()) / (count * (count - 1)))
