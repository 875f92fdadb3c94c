"""The stories that articles tell: which of them are one event, which of these leads, and what is told first."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.passage import Quote
from retrieval.breaking_off import Check
from retrieval.digests.article_columns import TopicArticle
from retrieval.digests.composition import Candidate, telling_order
from retrieval.remembered import Remembered
from retrieval.stories.folding import fold

# Several digests of a round take everything new, and folding that is the longest part of a flood.
_FOLDS_KEPT, _WORTH_KEEPING = 32, 500  # folds, of so many articles or more


@dataclass(frozen=True, slots=True)
class Story:
    """Articles of one event, the one that leads first; `news` is what it adds to the story that it is an update of."""

    members: tuple[TopicArticle, ...]
    update_of: int | None = None
    news: Quote | None = None

    @property
    def lead(self) -> TopicArticle:
        return self.members[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """What `fold` gives, to be kept: 12 bytes for each article at most."""

    places: NDArray[np.int32]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]]) -> Self:
        places = np.fromiter((place for group in groups for place in group), dtype=np.int32)
        return cls(places, np.cumsum([len(group) for group in groups]))

    def listed(self) -> list[list[int]]:
        places, ends = self.places.tolist(), self.ends.tolist()
        return [places[start:end] for start, end in pairwise([0, *ends])]


class StoryGatherer:
    """Gathers articles into stories, and remembers how it did for the next digest of the same articles.

    `check` is as in `fold`.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._folds: Remembered[bytes, _Groups] = Remembered(_FOLDS_KEPT)

    def stories(self, fresh: Sequence[TopicArticle]) -> list[Story]:
        """One an event, in the order of their first articles; other postings of a text are in the story of that one."""
        by_text: dict[int, list[TopicArticle]] = {}
        for article in fresh:
            by_text.setdefault(article.text, []).append(article)
        texts = [sorted(postings, key=lambda article: article.number) for postings in by_text.values()]
        groups = self._folded([postings[0] for postings in texts])
        return [Story(_lead_first([article for place in group for article in texts[place]])) for group in groups]

    def _folded(self, articles: Sequence[TopicArticle]) -> list[list[int]]:
        """`fold`, once for all digests that tell of the same articles."""
        reports = [article.report for article in articles]
        if len(articles) < _WORTH_KEEPING:
            return fold(reports, self._check)
        told = " ".join(f"{article.number}:{article.revision}" for article in articles)
        key = hashlib.sha256(told.encode("ascii")).digest()
        return self._folds.of(key, lambda: _Groups.of(fold(reports, self._check))).listed()


def in_telling_order(stories: Sequence[Story], told: int) -> list[Story]:
    """All of them, as `telling_order` says; `told` are to be told."""
    candidates = [
        Candidate(
            score=story.lead.score,
            vector=story.lead.report.vector,
            outlet=story.lead.outlet,
            reports=len(story.members),
            day=max((member.day.toordinal() for member in story.members if member.day is not None), default=0),
            number=story.lead.number,
        )
        for story in stories
    ]
    return [stories[place] for place in telling_order(candidates, told)]


def _lead_first(members: list[TopicArticle]) -> tuple[TopicArticle, ...]:
    """The earliest report leads, unless another one is at least twice as full."""
    earliest = min(members, key=lambda article: (article.day is None, article.day or dt.date.max, article.number))
    fullest = max(members, key=lambda article: (article.size, -article.number))
    lead = fullest if fullest.size >= 2 * earliest.size else earliest
    return (lead, *(article for article in members if article is not lead))
