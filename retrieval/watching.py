"""Watch a question: what its best evidence is, and whether what arrived since changes that.

The best evidence is what an answer would quote: at most three quotes of different sources, each with the chance of an
answer. It has changed when an article that arrived has such a quote, and that states something which no earlier
evidence did (`retrieval.statements`), or when evidence is gone and another takes its place. Another order is no change.

What arrived is asked by itself: in a large archive it would have to outdo all older reports of the same to be read at
all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.archive import Archive
from corpus.article import Article, Kind, Scope, Window
from corpus.passage import Quote
from retrieval.answering import Answerer, reread
from retrieval.attribution import speaker_in
from retrieval.catch_up import LiveIndex
from retrieval.conflicts import contradictions
from retrieval.highlighting import highlight
from retrieval.outcome import RankedQuote
from retrieval.question import understand
from retrieval.statements import Evidence, Statement, StatementReader, said_by
from retrieval.stemming import Stemmer
from retrieval.topic import Sources, Topic, readable_words

MOST_SHOWN = 3  # quotes, as in an answer (PRODUCT.md, section 3)
ASKED = 20  # quotes: some are of articles that this digest may not hold
NOBODY: frozenset[int] = frozenset()


class Fate(StrEnum):
    """What became of an article that arrived, in the ledger's words."""

    POSTED = "posted"
    FOLDED = "folded"  # the same text as one that was posted, or it states no more
    SEEN = "seen"  # states nothing that earlier evidence did not
    NOT_BEST = "not_best"  # no quote of it is among the best evidence
    LACKING = "below_threshold"  # without a word that it must have, or with one that it must not
    MARKED = "marked"  # somebody said that it is not relevant


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that arrived; `into` is the one that states the same, `score` the chance that its quote answers."""

    article: int
    fate: Fate
    into: int | None = None
    score: float = 0.0
    lacks: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Present:
    """The best evidence as it is; no quotes where nothing answers."""

    quotes: tuple[RankedQuote, ...]
    sources_differ: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a run of a watched question found.

    `now` are the quotes that are new, best first; none where the best evidence has not changed. `before` is what it
    rested on, as far as that still stands (scores are 0), and `gone` how many of it do not. `judged` has every one of
    the `considered` articles once. `evidence` is what the question rests on from now on, None for what it did.
    `threshold` is the least chance of an answer, None where nobody had to ask.
    """

    question: str
    considered: int
    now: tuple[RankedQuote, ...] = ()
    before: tuple[RankedQuote, ...] = ()
    gone: int = 0
    sources_differ: bool = False
    judged: tuple[Judged, ...] = ()
    evidence: tuple[Evidence, ...] | None = None
    threshold: float | None = None

    @property
    def is_empty(self) -> bool:
        return not self.now


class QuestionWatcher:
    """Asks watched questions of one archive. Has no effects, so it may be repeated. For one thread at a time.

    `prepare` gives the parts that need the models; it is called at the first question.
    """

    def __init__(self, archive: Archive, prepare: Callable[[], tuple[Answerer, LiveIndex]]) -> None:
        self._archive = archive
        self._prepare = prepare
        self._prepared: tuple[Answerer, LiveIndex] | None = None

    def present(
        self,
        topic: Topic,
        *,
        sources: Sources,
        marked: frozenset[int] = NOBODY,
        without: Window | None = None,
    ) -> Present:
        """The best evidence now; `without` the news of a window, which is still to come."""
        asking = self._asking(topic, sources, marked)
        coming = frozenset(self._archive.news(without)) if without is not None else NOBODY
        best = [one for one in asking.answering(asking.asked()) if one.quote.article.number not in coming][:MOST_SHOWN]
        quotes = [one.quote for one in best]
        return Present(tuple(best), asking.differ(quotes), tuple(map(asking.evidence, quotes)))

    def compare(
        self,
        topic: Topic,
        *,
        sources: Sources,
        window: Window,
        known: Sequence[Evidence],
        current: Sequence[Evidence] | None,
        marked: frozenset[int] = NOBODY,
    ) -> Change:
        """What the news of a window changes.

        `known` is everything that was ever shown or what there was at the beginning; `current` those of it on which the
        question rests now, None where nobody wrote that down. Where nothing arrived and all of that still stands no
        model is asked.
        """
        asking = self._asking(topic, sources, marked)
        judged, texts = dict[int, Judged](), dict[int, int]()
        for article in map(self._archive.article, self._archive.news(window)):
            if article is not None and article.kind is Kind.ARTICLE and sources.have(article):
                judged[article.number], texts[article.number] = asking.judged(article), _text(article)
        standing = [one for one in current or () if asking.stands(one)]
        gone = len(current or ()) - len(standing)
        fresh = asking.asked(window) if any(one.fate is Fate.NOT_BEST for one in judged.values()) else []
        judged |= {one.quote.article.number: _judged(one, Fate.NOT_BEST) for one in fresh}
        candidates = asking.answering(fresh) if fresh else []
        if not candidates and not gone:
            return Change(topic.text, len(judged), judged=tuple(judged.values()), threshold=asking.threshold)

        others: list[RankedQuote] = []
        if gone or current is None:
            others = [one for one in asking.answering(asking.asked()) if one.quote.article.number not in judged]
        if current is None:
            standing = [asking.evidence(one.quote) for one in others[:MOST_SHOWN]]
            known = standing
        rested = {one.article for one in standing}
        instead = [one for one in others[:MOST_SHOWN] if gone and one.quote.article.number not in rested]
        now = self._new(asking, _best([*candidates, *instead]), known, judged)
        self._fold(texts, judged, now, known)

        quotes = [asking.quote_of(one) for one in standing]
        rests = [asking.evidence(one.quote) for one in now] + standing
        if not now:
            rests += [asking.evidence(one.quote) for one in instead]  # the same words from another article
        return Change(
            question=topic.text,
            considered=len(judged),
            now=tuple(now),
            before=tuple(RankedQuote(quote, 0.0, speaker_in(quote.text)) for quote in quotes) if now else (),
            gone=gone if now else 0,
            sources_differ=bool(now) and asking.differ([*(one.quote for one in now), *quotes]),
            judged=tuple(judged.values()),
            evidence=tuple(rests[:MOST_SHOWN]) if now or gone or current is None else None,
            threshold=asking.threshold,
        )

    def _new(
        self, asking: _Asking, best: Sequence[RankedQuote], known: Sequence[Evidence], judged: dict[int, Judged]
    ) -> list[RankedQuote]:
        """Those of the best quotes that state something new, at most three; what became of the others is judged."""
        told, now = list(known), list[RankedQuote]()
        for one in best:
            number = one.quote.article.number
            evidence = asking.evidence(one.quote)
            by = asking.said_by(one.quote, evidence.statement, told)
            if by is not None:
                is_here = any(by == new.quote.article.number for new in now)
                fate = Fate.FOLDED if is_here else Fate.SEEN
            elif len(now) < MOST_SHOWN:
                now.append(one)
                told.append(evidence)
                fate = Fate.POSTED
            else:
                continue
            if number in judged:
                judged[number] = _judged(one, fate, by)
        return now

    def _fold(
        self,
        texts: Mapping[int, int],
        judged: dict[int, Judged],
        now: Sequence[RankedQuote],
        known: Sequence[Evidence],
    ) -> None:
        """Say of other postings of a text that was shown, now or before, that they are. `texts` has each article's."""
        shown = {_text(one.quote.article): one.quote.article.number for one in now}
        earlier = (self._archive.article(one.article) for one in known)
        seen = {_text(article): article.number for article in earlier if article is not None}
        for number, text in texts.items():
            if judged[number].fate is not Fate.NOT_BEST:
                continue
            if (into := shown.get(text)) is not None:
                judged[number] = Judged(number, Fate.FOLDED, into, judged[number].score)
            elif (into := seen.get(text)) is not None:
                judged[number] = Judged(number, Fate.SEEN, into, judged[number].score)

    def _asking(self, topic: Topic, sources: Sources, marked: frozenset[int]) -> _Asking:
        return _Asking(self._archive, self._ready, topic, sources, marked)

    def _ready(self) -> Answerer:
        if self._prepared is None:
            self._prepared = self._prepare()
        answerer, index = self._prepared
        index.catch_up()
        return answerer


class _Asking:
    """One question, and which articles may be evidence of it."""

    def __init__(
        self,
        archive: Archive,
        ready: Callable[[], Answerer],
        topic: Topic,
        sources: Sources,
        marked: frozenset[int],
    ) -> None:
        self._archive = archive
        self._topic = topic
        self._sources = sources
        self._marked = marked
        self._ready = ready
        self._asked: Answerer | None = None
        self._question = understand(topic.text)
        self._stemmer = Stemmer()
        self._reader = StatementReader(self._question, self._stemmer)

    @property
    def _answerer(self) -> Answerer:
        if self._asked is None:
            self._asked = self._ready()
        return self._asked

    @property
    def threshold(self) -> float | None:
        """The least chance of an answer; None where nothing was asked."""
        return None if self._asked is None else self._asked.calibration.answered

    def asked(self, news: Window | None = None) -> list[RankedQuote]:
        """The best quote of each source that is about it, whatever its chance; of the news of a window, else of all."""
        found: list[RankedQuote] = []
        for scope in self._scopes(news):
            outcome, _ = reread(self._answerer.answer(self._topic.text, scope=scope, quotes=ASKED), self._archive)
            found += [
                one for one in outcome.quotes if self._may_hold(one.quote.article) and self._reader.is_about(one.quote)
            ]
        return _best(found)

    def answering(self, quotes: Sequence[RankedQuote]) -> list[RankedQuote]:
        """Those with the chance of an answer."""
        return [one for one in quotes if one.score >= self._answerer.calibration.answered]

    def judged(self, article: Article) -> Judged:
        """An article that arrived, before anything is asked of it."""
        wording = readable_words(article)
        lacks, bars = self._topic.lacks(wording), self._topic.bars(wording)
        if lacks or bars:
            return Judged(article.number, Fate.LACKING, lacks=lacks, bars=bars)
        return Judged(article.number, Fate.MARKED if article.number in self._marked else Fate.NOT_BEST)

    def stands(self, evidence: Evidence) -> bool:
        """Whether its words are there as they were: not removed, revised or hidden, and still to be held."""
        article = self._archive.article(evidence.article)
        return article is not None and article.revision == evidence.revision and self._may_hold(article)

    def quote_of(self, evidence: Evidence) -> Quote:
        """The words of evidence that stands, read from the archive."""
        article = self._archive.article(evidence.article, evidence.revision)
        assert article is not None, "it stood a moment ago"
        place = evidence.start, evidence.end
        return Quote(article, *place, highlight(self._question, article, *place, self._stemmer))

    def evidence(self, quote: Quote) -> Evidence:
        article = quote.article
        return Evidence(article.number, article.revision, quote.start, quote.end, self._reader.read(quote))

    def said_by(self, quote: Quote, statement: Statement, told: Sequence[Evidence]) -> int | None:
        """The article whose evidence states the same; None for a new statement."""
        texts = [self._words_of(one) for one in told]
        there = [text for text in texts if text is not None]
        cosines = iter(self._answerer.searcher.likeness(quote.text, there))
        likeness = [0.0 if text is None else next(cosines) for text in texts]
        statements = [one.statement for one in told]
        place = said_by(statement, statements, likeness, by_figure=self._reader.by_figure)
        return None if place is None else told[place].article

    def differ(self, quotes: Sequence[Quote]) -> bool:
        """Whether two of the quotes contradict each other in what is asked."""
        return bool(contradictions(self._question, quotes, self._stemmer))

    def _words_of(self, evidence: Evidence) -> str | None:
        """The words at a place, also of an older revision; None when the article was removed."""
        article = self._archive.article(evidence.article, evidence.revision)
        return None if article is None else article.text[evidence.start : evidence.end]

    def _may_hold(self, article: Article) -> bool:
        if article.kind is not Kind.ARTICLE or not self._sources.have(article) or article.number in self._marked:
            return False
        return self._topic.admits(article)

    def _scopes(self, news: Window | None) -> list[Scope]:
        """What is to be asked so that everything from the topic's sources is: its collections, each of its outlets."""
        sources = self._sources
        seen = None
        if sources.hidden:
            seen = frozenset(self._archive.collection_names()) - sources.hidden
        if not sources.collections and not sources.outlets:
            return [Scope(collections=seen, news=news)]
        scopes = [Scope(collections=sources.collections - sources.hidden, news=news)] if sources.collections else []
        return [*scopes, *(Scope(collections=seen, outlet=name, news=news) for name in sorted(sources.outlets))]


def _judged(one: RankedQuote, fate: Fate, into: int | None = None) -> Judged:
    return Judged(one.quote.article.number, fate, into, one.score)


def _best(quotes: Sequence[RankedQuote]) -> list[RankedQuote]:
    """The best quote of each text, best first."""
    by_text: dict[int, RankedQuote] = {}
    for one in sorted(quotes, key=lambda one: (-one.score, one.quote.article.number, one.quote.start)):
        by_text.setdefault(_text(one.quote.article), one)
    return list(by_text.values())


def _text(article: Article) -> int:
    """The number of the main posting of the text that an article carries, whole or in part."""
    return article.duplicate_of or article.excerpt_of or article.number
