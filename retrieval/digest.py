"""A digest: stories on a topic, one item each, and what was left out and why; and the same as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.article import Article, article_id
from corpus.passage import Quote
from retrieval.stories import Report
from retrieval.topic import Topic


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
    """

    article: Article
    sentence: Quote
    why: str
    score: float  # 0 to 1
    also: tuple[int, ...] = ()
    update_of: int | None = None
    reports: tuple[Report, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An article that is no item; `into` is the number of the article that tells its story, where there is one."""

    article: int
    external_id: str | None
    reason: LeftOutReason
    into: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Digest:
    """`considered` articles, each of which is either the article of an item or left out. May be empty."""

    topic: Topic
    considered: int
    items: tuple[DigestItem, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def is_empty(self) -> bool:
        return not self.items


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
