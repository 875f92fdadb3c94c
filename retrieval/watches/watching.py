"""Watch a question: what its best evidence is, and whether what arrived since changes that.

The best evidence is what an answer would quote: at most three quotes of different sources, each with the chance of an
answer. It has changed when an article that arrived has such a quote, and that states something which no earlier
evidence did (`retrieval.watches.statements`), or when evidence is gone and another takes its place. Another order is no
change.

What arrived is asked by itself: in a large archive it would have to outdo all older reports of the same to be read at
all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.archive import Archive
from corpus.article import Article, Kind, Window
from retrieval.answers.answering import Answerer
from retrieval.answers.attribution import speaker_in
from retrieval.answers.outcome import RankedQuote
from retrieval.index.catch_up import LiveIndex
from retrieval.topics.topic import Sources, Topic, readable_words
from retrieval.watches.evidence_search import EvidenceSearch, best_of_each_text
from retrieval.watches.statements import Evidence

MOST_SHOWN = 3  # quotes, as in an answer (PRODUCT.md, section 3)
NOBODY: frozenset[int] = frozenset()


class Fate(StrEnum):
    """What became of an article that arrived, in the ledger's words."""

    POSTED = "posted"
    FOLDED = "folded"  # the same text as one that was posted, or it states no more
    SEEN = "seen"  # states nothing that earlier evidence did not
    OVER_LIMIT = "over_limit"  # three others answered better
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
                judged[article.number] = _before_asking(article, topic, marked)
                texts[article.number] = article.whole_posting
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
        best = best_of_each_text([*candidates, *instead])
        now = self._new(asking, best, known, judged)
        self._fold(texts, judged, now, known)

        quotes = [asking.quote_of(one) for one in standing]
        rests = [asking.evidence(one.quote) for one in now] + standing
        is_short = gone > 0 or not standing
        if is_short:
            rests = self._with_stand_ins(asking, rests, best)
        return Change(
            question=topic.text,
            considered=len(judged),
            now=tuple(now),
            before=tuple(RankedQuote(quote, 0.0, speaker_in(quote.text)) for quote in quotes) if now else (),
            gone=gone if now else 0,
            sources_differ=bool(now) and asking.differ([*(one.quote for one in now), *quotes]),
            judged=tuple(judged.values()),
            evidence=tuple(rests[:MOST_SHOWN]) if now or is_short or current is None else None,
            threshold=asking.threshold,
        )

    def _new(
        self, asking: EvidenceSearch, best: Sequence[RankedQuote], known: Sequence[Evidence], judged: dict[int, Judged]
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
                fate = Fate.OVER_LIMIT
            if number in judged:
                judged[number] = _judged(one, fate, by)
        return now

    def _with_stand_ins(
        self, asking: EvidenceSearch, rests: Sequence[Evidence], best: Sequence[RankedQuote]
    ) -> list[Evidence]:
        """With what says again, in other articles, what is gone: it is no news, but answers."""
        there = list(rests)
        for one in best:
            evidence = asking.evidence(one.quote)
            if len(there) < MOST_SHOWN and asking.said_by(one.quote, evidence.statement, there) is None:
                there.append(evidence)
        return there

    def _fold(
        self,
        texts: Mapping[int, int],
        judged: dict[int, Judged],
        now: Sequence[RankedQuote],
        known: Sequence[Evidence],
    ) -> None:
        """Say of other postings of a text that was shown, now or before, that they are. `texts` has each article's."""
        shown = {one.quote.article.whole_posting: one.quote.article.number for one in now}
        earlier = (self._archive.article(one.article) for one in known)
        seen = {article.whole_posting: article.number for article in earlier if article is not None}
        for number, text in texts.items():
            if judged[number].fate is not Fate.NOT_BEST:
                continue
            if (into := shown.get(text)) is not None:
                judged[number] = Judged(number, Fate.FOLDED, into, judged[number].score)
            elif (into := seen.get(text)) is not None:
                judged[number] = Judged(number, Fate.SEEN, into, judged[number].score)

    def _asking(self, topic: Topic, sources: Sources, marked: frozenset[int]) -> EvidenceSearch:
        return EvidenceSearch(self._archive, self._ready, topic, sources, marked)

    def _ready(self) -> Answerer:
        if self._prepared is None:
            self._prepared = self._prepare()
        answerer, index = self._prepared
        index.catch_up()
        return answerer


def _judged(one: RankedQuote, fate: Fate, into: int | None = None) -> Judged:
    return Judged(one.quote.article.number, fate, into, one.score)


def _before_asking(article: Article, topic: Topic, marked: frozenset[int]) -> Judged:
    wording = readable_words(article)
    lacks, bars = topic.lacks(wording), topic.bars(wording)
    if lacks or bars:
        return Judged(article.number, Fate.LACKING, lacks=lacks, bars=bars)
    return Judged(article.number, Fate.MARKED if article.number in marked else Fate.NOT_BEST)
