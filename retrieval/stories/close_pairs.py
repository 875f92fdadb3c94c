"""Which of many vectors lie close to each other, in time that grows with their number and not with its square."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.breaking_off import Check, go_on
from retrieval.models.embedding import Vectors

EXACT = 4_096  # up to so many vectors each is compared with each
_BLOCK = 1_024  # vectors of a block, about, where there are more
_HOMES = 3  # blocks that a vector is in
_MOST_PIVOTS, _CENTRED = 256, 2  # how often pivots are moved to the middle of what is nearest to them
_DEPTH = 3  # how often blocks are parted again; each time they hold `_HOMES` times as much in all
_ROWS = 512  # compared at once: 8 MB

Places = NDArray[np.int64]


class ClosePairs(NamedTuple):
    """Two places each, the lesser one in `ones`, and the cosine of the vectors there."""

    ones: Places
    others: Places
    likeness: NDArray[np.float32]


def close_pairs(vectors: Vectors, least: float, most: int, check: Check = go_on) -> ClosePairs:
    """Pairs of unit vectors with a cosine of `least` or more, each once: for each vector those with its `most` nearest.

    More than `EXACT` vectors are first gathered around pivots, and each is compared with those that have one of its
    three nearest pivots in common. Of 12,000 leads drawn around real ones (benchmarks/news_archive.py) that finds
    99.7 % of the pairs with a cosine of .6 or more, as reports of one event have.
    """
    nothing = np.zeros(0, dtype=np.int64)
    found = [ClosePairs(nothing, nothing, np.zeros(0, dtype=np.float32))]
    for places in _blocks(vectors):
        check()
        found += _within(vectors[places], places, least, most)
    ones, others, likeness = (np.concatenate(column) for column in zip(*found, strict=True))
    _, first = np.unique(ones * len(vectors) + others, return_index=True)
    return ClosePairs(ones[first], others[first], likeness[first])


def _blocks(vectors: Vectors) -> Iterator[Places]:
    """Places of vectors that are compared with each other, ascending; each is in `_HOMES` of the blocks at least."""
    waiting = [(np.arange(len(vectors), dtype=np.int64), 0)]
    while waiting:
        places, depth = waiting.pop()
        if len(places) <= EXACT:
            yield places
            continue
        if depth == _DEPTH:  # alike beyond what pivots can part
            yield from (places[start : start + EXACT] for start in range(0, len(places), EXACT))
            continue
        count = min(_MOST_PIVOTS, _HOMES * len(places) // _BLOCK + 1)
        portions = [places[start : start + _ROWS] for start in range(0, len(places), _ROWS)]
        pivots = vectors[places[np.linspace(0, len(places) - 1, count).astype(np.int64)]]
        for _ in range(_CENTRED):
            pivots = _centred(pivots, (vectors[some] for some in portions))
        homes = np.concatenate(
            [np.argpartition(-(vectors[some] @ pivots.T), _HOMES, axis=1)[:, :_HOMES] for some in portions]
        )
        own = (places[(homes == pivot).any(axis=1)] for pivot in range(count))
        waiting += [(some, depth + 1) for some in own if len(some)]


def _centred(pivots: Vectors, portions: Iterable[Vectors]) -> Vectors:
    """The direction of the mean of what is nearest to each pivot (a step of spherical k-means)."""
    sums = np.zeros_like(pivots)
    for some in portions:
        np.add.at(sums, (some @ pivots.T).argmax(axis=1), some)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), pivots)


def _within(vectors: Vectors, places: Places, least: float, most: int) -> Iterator[ClosePairs]:
    for start in range(0, len(places), _ROWS):
        likeness = vectors[start : start + _ROWS] @ vectors.T
        likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = -1.0  # itself
        close = likeness >= least
        for row in np.flatnonzero(close.sum(axis=1) > most).tolist():
            nearest = np.argpartition(-likeness[row], most)[:most]
            close[row] = False
            close[row, nearest] = True
        rows, columns = np.nonzero(close)
        one, other = places[rows + start], places[columns]
        yield ClosePairs(np.minimum(one, other), np.maximum(one, other), likeness[rows, columns])
