"""A digest: stories on a topic, one item each, and what was left out and why; and the same as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.article import Article, article_id
from corpus.passage import Quote
from retrieval.stories.reports import Report
from retrieval.topics.topic import Topic


class LeftOutReason(StrEnum):
    """Why an article is no item of its own."""

    BELOW_THRESHOLD = "below_threshold"  # not about the topic, or without a word that it must have
    FOLDED = "folded"  # another article of this digest tells the same story
    SEEN = "seen"  # its story was posted before, and it adds nothing
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A story, told by one article in one sentence of its own (or two, where an update's news takes two).

    `also` are the numbers of other articles that tell it. `update_of` is the number of the article by which the story
    was posted before. `reports` are what has to be remembered once this was posted, of the article and of `also`.
    `words` are those of the topic that the article has.
    """

    article: Article
    sentence: Quote
    why: str
    score: float  # 0 to 1
    also: tuple[int, ...] = ()
    update_of: int | None = None
    reports: tuple[Report, ...] = field(default=(), repr=False, compare=False)
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """How an article stands to a topic: its score (0 to 1), and the words that speak for and against it.

    `words` are those of the topic that it has; `lacks` are words that it must have, `bars` words that it must not.
    An article that lacks or bars a word does not match, whatever its score.
    """

    article: Article
    score: float
    words: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()

    def reaches(self, threshold: float) -> bool:
        return not (self.lacks or self.bars) and self.score >= threshold


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that is no item; `into` is the number of the article that tells its story, where there is one.

    `words`, `lacks` and `bars` are as in `Match`.
    """

    article: int
    external_id: str | None
    reason: LeftOutReason
    into: int | None
    score: float
    words: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """`considered` articles, each of which is either the article of an item or left out. May be empty.

    `rest` tells stories over the limit, best first, where they were asked for; their articles are in `left_out` too.
    `threshold` is the least score of an item. `counted` are those left out of which only that is told, by reason, where
    not all were asked for one by one. Of the stories that are not told, `carried` come with the next digest.
    `repeats` are what has to be remembered of articles that added nothing to a told story: no sentences.
    """

    topic: Topic
    considered: int
    items: tuple[DigestItem, ...]
    left_out: tuple[LeftOut, ...]
    rest: tuple[DigestItem, ...] = ()
    threshold: float = 0.0
    counted: Mapping[LeftOutReason, int] = field(default_factory=dict)
    carried: int = 0
    repeats: tuple[Report, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_empty(self) -> bool:
        return not self.items

    @property
    def untold(self) -> int:
        """How many stories it counts and does not tell."""
        return self.stories - len(self.items) - len(self.rest)

    @property
    def stories(self) -> int:
        """How many there were, shown or over the limit."""
        over = sum(left.reason is LeftOutReason.OVER_LIMIT for left in self.left_out)
        return len(self.items) + over + self.counted.get(LeftOutReason.OVER_LIMIT, 0)


def digest_as_data(digest: Digest) -> dict[str, object]:
    """The digest as JSON types, with the keys that `digests preview --json` promises (PRODUCT.md, section 16)."""
    external_id = {left.article: left.external_id for left in digest.left_out}  # what is in `also` was folded
    return {
        "topic": digest.topic.text,
        "considered": digest.considered,
        "items": [
            {
                "article": item.article.id,
                "external_id": item.article.external_id,
                "title": item.article.title,
                "outlet": item.article.outlet,
                "published": item.article.published.text,
                "sentence": {"start": item.sentence.start, "end": item.sentence.end, "text": item.sentence.text},
                "why": item.why,
                "score": round(item.score, 4),
                "also": [{"article": article_id(number), "external_id": external_id[number]} for number in item.also],
                "update_of": article_id(item.update_of) if item.update_of is not None else None,
            }
            for item in digest.items
        ],
        "left_out": [
            {
                "article": article_id(left.article),
                "external_id": left.external_id,
                "reason": str(left.reason),
                "into": article_id(left.into) if left.into is not None else None,
                "score": round(left.score, 4),
            }
            for left in digest.left_out
        ],
    }
