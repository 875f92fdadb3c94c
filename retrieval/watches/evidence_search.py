"""Find the evidence of one question among the articles that may be it, and know it again. For `watching`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.archive import Archive
from corpus.article import Article, Kind, Scope, Window
from corpus.passage import Quote
from retrieval.answers.answering import Answerer, reread
from retrieval.answers.conflicts import contradictions
from retrieval.answers.highlighting import highlight
from retrieval.answers.outcome import RankedQuote
from retrieval.questions.question import understand
from retrieval.stemming import Stemmer
from retrieval.topics.topic import Sources, Topic
from retrieval.watches.statements import Evidence, Statement, StatementReader, said_by

ASKED = 20  # quotes: some are of articles that the digest may not hold
# A quote with this chance of an answer needs no words of the question: "The toll has reached 150,000". Of the sentences
# that answer questions for a figure in news quizzes (half of rtqa_briefs) four in five have too few of them.
CERTAIN = 0.75
MOST_READ_AGAIN = 60  # earlier quotes whose meaning is compared, the newest; 60 take 0.6 s of CPU


class EvidenceSearch:
    """One question, and which articles may be evidence of it. For one thread at a time.

    `ready` gives what needs the models; it is called when something is asked.
    """

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
        """The best quote of each source that may be evidence, best first; of the news of a window, else of all."""
        found: list[RankedQuote] = []
        for scope in self._scopes(news):
            outcome, _ = reread(self._answerer.answer(self._topic.text, scope=scope, quotes=ASKED), self._archive)
            found += [one for one in outcome.quotes if self._may_be(one)]
        return best_of_each_text(found)

    def answering(self, quotes: Sequence[RankedQuote]) -> list[RankedQuote]:
        """Those with the chance of an answer."""
        return [one for one in quotes if one.score >= self._answerer.calibration.answered]

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

        def likeness() -> list[float]:
            unread = max(0, len(told) - MOST_READ_AGAIN)
            texts = [None] * unread + [self._words_of(one) for one in told[unread:]]
            there = [text for text in texts if text is not None]
            cosines = iter(self._answerer.searcher.likeness(quote.text, there))
            return [0.0 if text is None else next(cosines) for text in texts]

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

    def _may_be(self, one: RankedQuote) -> bool:
        if not self._may_hold(one.quote.article):
            return False
        return one.score >= CERTAIN or self._reader.is_about(one.quote)

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


def best_of_each_text(quotes: Sequence[RankedQuote]) -> list[RankedQuote]:
    """The best quote of each text, best first."""
    by_text: dict[int, RankedQuote] = {}
    for one in sorted(quotes, key=lambda one: (-one.score, one.quote.article.number, one.quote.start)):
        by_text.setdefault(one.quote.article.whole_posting, one)
    return list(by_text.values())
