"""List the articles that words find, a few at a time, and count all of them: what `/search` shows.

Counted twice, apart from each other: articles that have the words, exactly; and those that are close in meaning, as far
as the nearest passages reach. Other postings of the same article are neither counted nor listed beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.article import Scope
from corpus.full_text import Match
from retrieval.answering import Answerer
from retrieval.article_search import SEMANTIC, SearchHit
from retrieval.facets import in_order_of_date, unnarrowed, within
from retrieval.highlighting import best_sentence
from retrieval.question import Question, understand
from retrieval.search import MOST_DEPTH, Searcher
from retrieval.word_search import matching_articles

MOST_BY_RANK = 50  # articles in the order of the best: further down, the order says little


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
class Listing:
    """A few of the articles that words find, and what can be said of all.

    `matches` are all articles that are `counted`, whatever their outlet and date; `found` those of them in the scope's
    outlet and dates. `hits` are `skip` and following of `listed` ones. `by_words` are the numbers of hits that have
    the words. `close` articles in the scope are close in meaning, at least so many where `close_or_more`.
    """

    query: str
    scope: Scope
    sort: Sort
    skip: int
    counted: Counted
    matches: tuple[Match, ...]
    found: tuple[Match, ...]
    hits: tuple[SearchHit, ...]
    listed: int
    by_words: frozenset[int]
    close: int
    close_or_more: bool

    @property
    def total(self) -> int:
        """How many articles have the words."""
        return 0 if self.counted is Counted.MEANING else len(self.found)


def list_articles(text: str, answerer: Answerer, scope: Scope, *, sort: Sort, skip: int, count: int) -> Listing:
    """The articles from number `skip` on, at most `count`; a `skip` beyond the end gives the last ones.

    By date only articles that are counted are listed; the best may be close in meaning alone.
    """
    searcher, question = answerer.searcher, understand(text)
    every, matches = matching_articles(question, searcher.archive.passages, unnarrowed(scope))
    close, or_more = _close(question, searcher, unnarrowed(scope))
    counted = Counted.EVERY if every else Counted.SOME if matches else Counted.MEANING
    if counted is Counted.MEANING:
        matches = close
    found = within(matches, scope)
    if sort is Sort.BEST:
        ranked = _once(answerer.search(text, scope=scope, limit=MOST_BY_RANK).hits)
        listed = len(ranked)
        skip = _start(skip, listed, count)
        hits = ranked[skip : skip + count]
    else:
        in_order = in_order_of_date(found, newest_first=sort is Sort.NEWEST)
        listed = len(in_order)
        skip = _start(skip, listed, count)
        hits = _hits(question, searcher, in_order[skip : skip + count])
    have_words = {match.article for match in found} if counted is not Counted.MEANING else set()
    return Listing(
        text,
        scope,
        sort,
        skip,
        counted,
        tuple(matches),
        tuple(found),
        tuple(hits),
        listed,
        frozenset(hit.article.number for hit in hits if _source(hit) in have_words),
        len(within(close, scope)),
        or_more,
    )


def _start(skip: int, listed: int, count: int) -> int:
    """Where a page begins: articles may have been removed since somebody turned to it."""
    return skip if skip < listed else max(0, (listed - 1) // count * count)


def _close(question: Question, searcher: Searcher, scope: Scope) -> tuple[list[Match], bool]:
    """The articles with a passage about the same thing, and whether there may be more than were looked at."""
    nearest = searcher.nearest(question, scope, MOST_DEPTH)
    near = [number for number, cosine in nearest if cosine >= SEMANTIC]
    return searcher.archive.passages.matches_of(near, scope), len(near) == MOST_DEPTH


def _once(hits: Sequence[SearchHit]) -> list[SearchHit]:
    """Each article once: the best of its postings."""
    first: dict[int, SearchHit] = {}
    for hit in hits:
        first.setdefault(_source(hit), hit)
    return list(first.values())


def _source(hit: SearchHit) -> int:
    return hit.article.duplicate_of or hit.article.number


def _hits(question: Question, searcher: Searcher, matches: Sequence[Match]) -> list[SearchHit]:
    """The articles, each by the best sentence of the first passage that was found in it."""
    passages = searcher.archive.passages.get(match.passage for match in matches)
    hits = []
    for match in matches:
        passage = passages.get(match.passage)
        article = searcher.archive.article(match.article, passage.revision) if passage else None
        if passage is not None and article is not None:  # None: removed since by another process
            start, end = best_sentence(question, article, passage, searcher.stemmer)
            hits.append(SearchHit(article, start, end, 0.0))
    return hits
