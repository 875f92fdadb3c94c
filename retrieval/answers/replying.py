"""Answer a question within the dates, the outlet and the author that it names, and never worse than without them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from corpus.archive import Archive
from corpus.article import EVERYTHING, Article, Scope
from retrieval.answers.answering import Answerer
from retrieval.answers.outcome import Answer, ClosestPassages, NotInArchive, Outcome, RankedQuote, Reason
from retrieval.answers.reading_budget import WHOLE, ReadingBudget
from retrieval.questions.narrowing import Narrowing, narrow
from retrieval.questions.question import understand
from retrieval.questions.source_names import SourceNames
from retrieval.search import Searcher

MOST_KNOWN = 16  # sets of collections whose names are kept
GROWN = 0.01  # share of new articles from which names are read again
# Articles that a question for the newest is asked of: as many as have their sentences read. One that is not read has
# too small a score to come first, however new it is.
NEWEST = len(WHOLE.sentences)
PROPOSED = 50  # passages among which those are looked for
ABOUT_IT = 0.5  # share of the question's words that such a passage has, with its title
NEARLY_AS_GOOD = 0.5  # of the best quote's score: what goes before it for being newer


@dataclass(frozen=True, slots=True)
class Reply:
    """An outcome, and where it comes from.

    `scope` is what was searched. `tried` is the narrower scope that the question named, where nothing in it answered
    and the whole `scope` was searched in its place; else None. Quotes are best first, with `newest_first` by date.
    """

    outcome: Outcome
    scope: Scope
    tried: Scope | None = None
    newest_first: bool = False
    listing: str | None = None


class Narrower:
    """Reads questions with the names that an archive holds. For one thread at a time."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[frozenset[str] | None, _Known] = {}

    def narrow(self, question: str, today: dt.date, scope: Scope = EVERYTHING) -> Narrowing:
        """What a question says; only the sources of the scope's collections are known by name."""
        visible = Scope(collections=scope.collections)
        known = self._names(visible)
        narrowing = narrow(question, today, known.everybody)
        if narrowing.author is None or narrowing.by_words or not self._is_spoken_of(narrowing.author, visible):
            return narrowing
        return narrow(question, today, known.outlets)

    def _names(self, visible: Scope) -> _Known:
        arrivals = self._archive.last_arrival()
        known = self._known.get(visible.collections)
        # Reading all names takes 0.3 s at 100,000 articles, so not for every article that a running import adds. A name
        # that is not known yet narrows nothing.
        if known is None or arrivals - known.arrivals > known.arrivals * GROWN:
            outlets = [name for name, _ in self._archive.outlets(visible)]
            known = _Known(arrivals, SourceNames(outlets, self._archive.authors(visible)), SourceNames(outlets))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[visible.collections] = known
        return known

    def _is_spoken_of(self, name: str, visible: Scope) -> bool:
        """Whether articles name somebody who also writes: "according to" them may then mean what others report."""
        return bool(self._archive.passages.matching(f'"{name.replace(chr(34), " ")}"', limit=1, scope=visible))


@dataclass(frozen=True, slots=True)
class _Known:
    """The names of an archive as of an arrival."""

    arrivals: int
    everybody: SourceNames
    outlets: SourceNames


def reply_to(
    question: str,
    answerer: Answerer,
    narrowing: Narrowing,
    *,
    scope: Scope = EVERYTHING,
    carried: Scope = EVERYTHING,
    quotes: int = 3,
    skip: int = 0,
    budget: ReadingBudget = WHOLE,
) -> Reply:
    """Answer in `scope`, narrowed by what the question says, and by what was `carried` over from a question before.

    What does not answer there is asked again in the whole scope; whichever does better is the reply, the narrower one
    of two that do equally well, unless both find nothing.
    """
    narrowed = _filled(narrowing.within(scope), carried)
    words = narrowing.words if narrowing.holds_in(narrowed) else question
    wanted = skip + quotes
    within = _answered(answerer, words, narrowed, wanted, budget, newest_first=narrowing.newest_first)
    reply = Reply(within, narrowed, newest_first=narrowing.newest_first, listing=narrowing.listing)
    if narrowed != scope and not isinstance(within, Answer):
        all_words = words if narrowing.newest_first else question
        whole = _answered(answerer, all_words, scope, wanted, budget, newest_first=narrowing.newest_first)
        if _GRADE[type(whole)] > _GRADE[type(within)] or isinstance(within, NotInArchive):
            reply = replace(reply, outcome=whole, scope=scope, tried=narrowed)
    return replace(reply, outcome=_after(skip, replace(reply.outcome, question=question)))


_GRADE = {Answer: 2, ClosestPassages: 1, NotInArchive: 0}


def _filled(scope: Scope, carried: Scope) -> Scope:
    """The scope with what was carried over where it says nothing itself."""
    since, until = (scope.since, scope.until) if scope.dated else (carried.since, carried.until)
    outlet = scope.outlet or (carried.outlet if scope.author is None else None)
    return replace(scope, since=since, until=until, outlet=outlet)


def _after(skip: int, outcome: Outcome) -> Outcome:
    """The outcome without its first quotes; one that loses all of them is nothing."""
    if not skip:
        return outcome
    if rest := outcome.quotes[skip:]:
        return replace(outcome, quotes=rest)
    return NotInArchive(outcome.question, Reason.NOTHING_CLOSE, (), outcome.confidence)


def _answered(
    answerer: Answerer, words: str, scope: Scope, wanted: int, budget: ReadingBudget, *, newest_first: bool
) -> Outcome:
    if not newest_first:
        return answerer.answer(words, scope=scope, quotes=wanted, budget=budget)
    read = len(budget.sentences)
    since = _first_of_the_newest(words, answerer.searcher, scope, read)
    newest = replace(scope, since=since) if since is not None else scope
    return by_date(answerer.answer(words, scope=newest, quotes=max(wanted, read), budget=budget), wanted, read)


def by_date(outcome: Outcome, count: int, among: int = NEWEST) -> Outcome:
    """The outcome with at most `count` quotes: those nearly as good as the best one by date, newest first, then others.

    Only the first `among` are put in order, so that "More", which asks for more of them, goes on where it ended. The
    confidence is then that of the quote which comes first.
    """
    if not outcome.quotes:
        return outcome
    first, later = outcome.quotes[:among], outcome.quotes[among:]
    least = NEARLY_AS_GOOD * first[0].score
    good = sorted((one for one in first if one.score >= least), key=_day_of, reverse=True)
    ordered = (*good, *(one for one in first if one.score < least), *later)
    return replace(outcome, quotes=ordered[:count], confidence=min(outcome.confidence, ordered[0].score))


def _first_of_the_newest(words: str, searcher: Searcher, scope: Scope, count: int) -> dt.date | None:
    """The day from which on the newest `count` articles about it are dated; None when there are fewer."""
    asked = understand(words)
    stems = {stem for term in understand(asked.subject).terms for stem in searcher.stemmer.stems(term)}
    about: dict[int, dt.date] = {}
    for hit in searcher.hits(asked, scope, PROPOSED):
        said = set(searcher.stemmer.stems(f"{hit.article.title or ''} {hit.text}"))
        if len(stems & said) >= ABOUT_IT * len(stems) and (day := _last_day(hit.article)) is not None:
            about[hit.article.number] = day
    days = sorted(about.values(), reverse=True)
    return days[count - 1] if len(days) > count else None


def _day_of(ranked: RankedQuote) -> dt.date:
    return _last_day(ranked.quote.article) or dt.date.min


def _last_day(article: Article) -> dt.date | None:
    days = article.days()
    return days[1] if days else None
