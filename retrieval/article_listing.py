"""List the articles that words find, a few at a time, and count all of them: what `/search` shows.

Counted twice, apart from each other: articles that have the words, exactly; and those that are close in meaning, as far
as the nearest passages reach. Other postings of the same article are neither counted nor listed beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.article import Scope
from corpus.full_text import Match
from corpus.passage import Quote
from retrieval.answers.answering import Answerer
from retrieval.answers.highlighting import asked_stems, best_sentence
from retrieval.article_search import SEMANTIC, SearchHit, best_articles
from retrieval.facets import in_order_of_date, unnarrowed, within
from retrieval.listing import Counted, ListedArticle, Listing, Sort
from retrieval.questions.question import Question, understand
from retrieval.search import MOST_DEPTH, Searcher
from retrieval.stemming import Stemmer
from retrieval.word_search import matching_articles

MOST_BY_RANK = 50  # articles in the order of the best: further down, the order says little

_Hit = SearchHit | Quote
_WORD = re.compile(r"[^\W_]+")
_JOINS = re.compile(r"[\s\-‑]{1,3}")


def list_articles(text: str, answerer: Answerer, scope: Scope, *, sort: Sort, skip: int, count: int) -> Listing:
    """The articles from number `skip` on, at most `count`; a `skip` beyond the end gives the last ones.

    The best have the words or are close in meaning; by date only those are listed that have the words, unless none has.
    """
    searcher, question = answerer.searcher, understand(text)
    every, matches = matching_articles(question, searcher.archive.passages, unnarrowed(scope))
    close, or_more = _close(question, searcher, unnarrowed(scope))
    counted = Counted.EVERY if every else Counted.SOME if matches else Counted.MEANING
    if counted is Counted.MEANING:
        matches = close
    found, close = within(matches, scope), within(close, scope)
    if sort is Sort.BEST:
        fitting = {match.article for match in (*found, *close)}
        best = best_articles(text, searcher, answerer.calibration, scope, MOST_BY_RANK)[0] if fitting else ()
        ranked = [hit for hit in _once(best) if _source(hit) in fitting]
        listed = len(ranked)
        skip = _start(skip, listed, count)
        hits: Sequence[_Hit] = ranked[skip : skip + count]
    else:
        in_order = in_order_of_date(found, newest_first=sort is Sort.NEWEST)
        listed = len(in_order)
        skip = _start(skip, listed, count)
        hits = _hits(question, searcher, in_order[skip : skip + count])
    have_words = {match.article: match for match in found} if counted is not Counted.MEANING else {}
    return Listing(
        text,
        scope,
        sort,
        skip,
        counted,
        tuple(matches),
        tuple(found),
        tuple(_listed(question, searcher, hit, have_words.get(_source(hit))) for hit in hits),
        listed,
        len(close),
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


def _source(hit: _Hit) -> int:
    return hit.article.duplicate_of or hit.article.number


def _hits(question: Question, searcher: Searcher, matches: Sequence[Match]) -> list[Quote]:
    """The articles, each by the best sentence of the first passage that was found in it."""
    passages = searcher.archive.passages.get(match.passage for match in matches)
    hits = []
    for match in matches:
        passage = passages.get(match.passage)
        article = searcher.archive.article(match.article, passage.revision) if passage else None
        if passage is not None and article is not None:  # None: removed since by another process
            hits.append(Quote(article, *best_sentence(question, article, passage, searcher.stemmer)))
    return hits


def _listed(question: Question, searcher: Searcher, hit: _Hit, match: Match | None) -> ListedArticle:
    """The sentence that was found; where the words stand in another one (`match`), that one."""
    shown = _highlighted(question, searcher, hit)
    if shown.highlight is None and match is not None:
        for other in _hits(question, searcher, [match]):
            with_words = _highlighted(question, searcher, other)
            shown = with_words if with_words.highlight is not None else shown
    return ListedArticle(shown, match is not None)


def _highlighted(question: Question, searcher: Searcher, hit: _Hit) -> Quote:
    found = searched_words(question, hit.article.text[hit.start : hit.end], searcher.stemmer)
    highlight = (hit.start + found[0], hit.start + found[1]) if found else None
    return Quote(hit.article, hit.start, hit.end, highlight)


def searched_words(question: Question, text: str, stemmer: Stemmer) -> tuple[int, int] | None:
    """The longest run of the words in a text that a question asks for, or a string that it looks for; None if none.

    Words are the same in any form; between those of a run there is nothing but white space and hyphens.
    """
    asked = asked_stems(question, stemmer)
    folded = text.lower() if len(text.lower()) == len(text) else text
    runs = [
        (place, place + len(piece))
        for piece in (piece.lower() for piece in question.pieces)
        if (place := folded.find(piece)) >= 0
    ]
    open_run = False
    for word in _WORD.finditer(text):
        if stemmer.stem(word[0]) not in asked:
            open_run = False
        elif open_run and _JOINS.fullmatch(text, runs[-1][1], word.start()):
            runs[-1] = runs[-1][0], word.end()
        else:
            runs.append(word.span())
            open_run = True
    return max(runs, key=lambda run: (run[1] - run[0], -run[0]), default=None)
