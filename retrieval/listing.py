"""A list of the articles that words find, as a value. `retrieval.article_listing` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.article import Article, Scope
from corpus.full_text import Match
from corpus.passage import Quote


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


class Counted(StrEnum):
    """What the articles that are counted and narrowed have in common."""

    EVERY = "every"  # all of the words, in one passage
    SOME = "some"  # any of the words: no article has all
    MEANING = "meaning"  # none of the words, but they are close in meaning


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article in a list, by a sentence of it in which a searched word is highlighted.

    One that has not the words (`has_words`) is close in meaning.
    """

    quote: Quote
    has_words: bool

    @property
    def article(self) -> Article:
        return self.quote.article


@dataclass(frozen=True, slots=True)
class Listing:
    """A few of the articles that words find, and what can be said of all.

    `matches` are all articles that are `counted`, whatever their outlet and date; `found` those of them in the scope's
    outlet and dates. `articles` are number `skip` (from 0) and following of `listed` ones. `close` articles in the
    scope are close in meaning, at least so many where `close_or_more`.
    """

    query: str
    scope: Scope
    sort: Sort
    skip: int
    counted: Counted
    matches: tuple[Match, ...]
    found: tuple[Match, ...]
    articles: tuple[ListedArticle, ...]
    listed: int
    close: int
    close_or_more: bool

    @property
    def total(self) -> int:
        """How many articles have the words."""
        return 0 if self.counted is Counted.MEANING else len(self.found)
