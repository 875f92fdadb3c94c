"""The account of what is no item of a digest, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.digests.article_columns import ArticleColumns, Integers, TopicArticle, Truths
from retrieval.digests.digest import LeftOut, LeftOutReason
from retrieval.digests.topic_matching import MatchColumns, as_rows
from retrieval.stories.letting_go import let_go
from retrieval.topics.topic import Topic


@dataclass(frozen=True, slots=True, eq=False)
class _Below:
    """Articles that are not about the topic: a row each, of what is told of them."""

    numbers: Integers
    external_ids: list[str | None]
    places: Integers
    scores: NDArray[np.float64]
    words: Truths
    lacks: Truths
    bars: Truths


class LeftOutAccount:
    """What is left out of one digest. Objects are only made of what is told in the end.

    `detail` is how many for each reason are told one by one, the best by their score; None for all of them.
    """

    def __init__(self, topic: Topic, detail: int | None = None) -> None:
        self._topic = topic
        self._detail = detail
        self._labels: tuple[str, ...] = ()
        self._below: list[_Below] = []
        self._others: list[tuple[TopicArticle, LeftOutReason, int | None, bool]] = []

    def add(
        self, article: TopicArticle, reason: LeftOutReason, into: int | None = None, *, is_told: bool = False
    ) -> None:
        """`into` is the article that tells its story. What `is_told` all the same is always told one by one."""
        self._others.append((article, reason, into, is_told))

    def add_below(self, columns: ArticleColumns, rows: Integers, places: Integers, matched: MatchColumns) -> None:
        """Rows that do not match the topic, with their places among all that are considered."""
        admitted = matched.admitted[rows]
        self._labels = matched.labels
        self._below.append(
            _Below(
                columns.numbers[rows],
                [columns.external_ids[row] for row in rows.tolist()],
                places,
                np.where(admitted, matched.scores[rows], 0.0),
                matched.words[rows] & admitted[:, np.newaxis],
                matched.lacks[rows],
                matched.bars[rows],
            )
        )

    def let_go(self) -> None:
        """Forget all of it, in steps."""
        let_go(self._others, self._below)

    def told(self) -> tuple[tuple[LeftOut, ...], dict[LeftOutReason, int]]:
        """What is left out, and how many of each reason besides."""
        below = self._told_below()
        others, spare = list[LeftOut](), Counter[LeftOutReason]()
        for place in self._chosen():
            article, reason, into, _ = self._others[place]
            others.append(LeftOut(article.number, article.external_id, reason, into, article.score))
            spare[reason] -= 1
        spare.update(reason for _, reason, _, _ in self._others)
        spare[LeftOutReason.BELOW_THRESHOLD] = sum(len(some.numbers) for some in self._below) - len(below)
        return (*below, *others), {reason: count for reason, count in spare.items() if count > 0}

    def _told_below(self) -> list[LeftOut]:
        if not self._below:
            return []
        scores = np.concatenate([some.scores for some in self._below])
        places = np.concatenate([some.places for some in self._below])
        order = np.argsort(places, kind="stable")
        if self._detail is not None and len(order) > self._detail:
            best = np.lexsort((places, -scores))[: self._detail]
            order = best[np.argsort(places[best], kind="stable")]
        numbers = np.concatenate([some.numbers for some in self._below])[order].tolist()
        external_ids = [identifier for some in self._below for identifier in some.external_ids]
        words, lacks, bars = (
            as_rows(labels, np.concatenate([getattr(some, name) for some in self._below])[order])
            for labels, name in (
                (self._labels, "words"),
                (self._topic.must, "lacks"),
                (self._topic.not_words, "bars"),
            )
        )
        return [
            LeftOut(number, external_ids[at], LeftOutReason.BELOW_THRESHOLD, None, score, words[n], lacks[n], bars[n])
            for n, (number, at, score) in enumerate(zip(numbers, order.tolist(), scores[order].tolist(), strict=True))
        ]

    def _chosen(self) -> list[int]:
        """The places of the others that are told one by one, in order."""
        if self._detail is None:
            return list(range(len(self._others)))
        by_reason: dict[LeftOutReason, list[int]] = {}
        chosen = list[int]()
        for place, (_, reason, _, is_told) in enumerate(self._others):
            (chosen if is_told else by_reason.setdefault(reason, [])).append(place)
        for places in by_reason.values():
            chosen += sorted(places, key=lambda place: (-self._others[place][0].score, place))[: self._detail]
        return sorted(chosen)
