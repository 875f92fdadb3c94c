"""The reference desk: everything a person can ask the archive for, as plain blocking calls.

The chat room, the console and the command line all ask here, so that they give the same answers.
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Self

from bot.rendering.language_notes import shown_note
from bot.servers.access import EVERYBODY, Audience
from corpus.addresses import cleaned
from corpus.archive import Archive, Coverage, Heading
from corpus.article import EVERYTHING, Article, Kind, Scope, article_number
from retrieval.answers.answering import Answerer, reread
from retrieval.answers.outcome import Outcome
from retrieval.answers.reading_budget import WHOLE, ReadingBudget
from retrieval.answers.replying import Narrower, Reply, reply_to
from retrieval.article_listing import list_articles
from retrieval.article_search import SearchResult
from retrieval.index.catch_up import LiveIndex
from retrieval.listing import Listing, Sort
from retrieval.models.language_note import language_note
from retrieval.other_words import other_words
from retrieval.questions.narrowing import Narrowing
from retrieval.questions.source_names import authors_in

log = logging.getLogger(__name__)


class Desk:
    """Answers from one archive. Not for two threads at once: the bot calls it through its workbench.

    `prepare` gives the parts that need the models; it is called at the first question, or by `warm_up`, since loading
    them takes seconds and a command that only lists articles should not wait for it.

    `seen_by` gives the desk for an audience. What is hidden from it does not exist there: no answer, list, suggestion
    or error tells of it, and whatever scope is asked for only narrows what is left.
    """

    def __init__(
        self,
        archive: Archive,
        prepare: Callable[[], tuple[Answerer, LiveIndex]],
        model_languages: Callable[[], Collection[str] | None] = lambda: None,
        budget: Callable[[str, bool], ReadingBudget] = lambda question, goes_on: WHOLE,
    ) -> None:
        """`model_languages`: what the embedding model knows; None where nobody can tell.

        `budget`: how much may be read for a question that begins now, and whether it goes on with an earlier answer.
        """
        self.archive = archive
        self.audience = EVERYBODY
        self._search = _Search(prepare)
        self._model_languages = model_languages
        self._budget = budget
        self._narrower = Narrower(archive)

    def seen_by(self, audience: Audience) -> Self:
        """The same desk, with the same models, for those who may see less (or all, which is the desk's default)."""
        seen = copy.copy(self)
        seen.audience = audience
        return seen

    @property
    def dropped_quotes(self) -> int:
        """How many quotes differed from the archive when they were read again; they were never shown."""
        return self._search.dropped_quotes

    def warm_up(self) -> None:
        """Load the models and the index now rather than at the first question."""
        self._search.ready()

    def ready(self) -> tuple[Answerer, LiveIndex]:
        """The parts that need the models, for whoever asks for everything, such as what a watched question rests on."""
        return self._search.ready()

    def ask(self, question: str, *, scope: Scope = EVERYTHING, quotes: int = 3, skip: int = 0) -> Outcome:
        """Quotes that answer, read again from the archive just before they are handed out."""
        answerer, index = self._search.ready()
        index.catch_up()
        return self._reread(answerer.answer(question, scope=self._within(scope), quotes=quotes, skip=skip))

    def reply(
        self,
        question: str,
        *,
        today: dt.date,
        scope: Scope = EVERYTHING,
        carried: Scope = EVERYTHING,
        quotes: int = 3,
        skip: int = 0,
    ) -> Reply:
        """As `ask`, within the dates and sources that the question itself names; see `retrieval.answers.replying`.

        `today` is the day for whoever asked, when they asked: "last month" is counted from it.
        """
        answerer, index = self._search.ready()
        index.catch_up()
        scope = self._within(scope)
        narrowing = self.narrowing(question, today, scope)
        reply = reply_to(
            question,
            answerer,
            narrowing,
            scope=scope,
            carried=carried,
            quotes=quotes,
            skip=skip,
            budget=self._budget(question, skip > 0),
        )
        return replace(reply, outcome=self._reread(reply.outcome))

    def narrowing(self, question: str, today: dt.date, scope: Scope = EVERYTHING) -> Narrowing:
        """What a question says about where to look. Needs no model."""
        return self._narrower.narrow(question, today, self._within(scope))

    def language_note(self, question: str, scope: Scope = EVERYTHING) -> str | None:
        """What to say when the model does not know the language of a question or of most articles; else None."""
        known = self._model_languages()
        note = language_note(question, self.archive.languages(self._within(scope)), known) if known else None
        return shown_note(note) if note is not None else None

    def search(self, words: str, *, scope: Scope = EVERYTHING, limit: int = 10) -> SearchResult:
        answerer, index = self._search.ready()
        index.catch_up()
        return answerer.search(words, scope=self._within(scope), limit=limit)

    def listing(self, words: str, scope: Scope, *, sort: Sort = Sort.BEST, skip: int = 0, count: int = 5) -> Listing:
        """The articles that words find, from number `skip` (from 0) on, and how many the audience can see in all."""
        answerer, index = self._search.ready()
        index.catch_up()
        listing = list_articles(words, answerer, self._within(scope), sort=sort, skip=skip, count=count)
        return replace(listing, scope=scope)

    def other_words(self, words: str) -> str | None:
        """The words spelled as the archive has them, where it has them otherwise alone; None where nothing is alike."""
        answerer, _ = self._search.ready()
        return other_words(words, self.archive.passages, self._within(EVERYTHING), answerer.searcher.stemmer)

    def article(self, find: str, scope: Scope = EVERYTHING) -> Article | None:
        """The article with this id, or with exactly this title, within a scope."""
        scope = self._within(scope)
        number = article_number(find)
        if number is not None and (article := self.archive.article(number)) is not None:
            return article if self._sees(scope, article) else None
        wanted = find.strip().casefold()
        for heading in self.archive.headings(scope, words=find, limit=25):
            if heading.title.casefold() == wanted:
                return self.archive.article(heading.number)
        return None

    def article_at(self, url: str) -> Article | None:
        """The article that was published at an address, whatever wraps or tracks it there, or points into it."""
        addresses = dict.fromkeys((url, cleaned(url), cleaned(url).partition("#")[0]))
        for collection in self.collections():
            for address in addresses:
                for number in self.archive.postings.with_key(collection, "url", address):
                    if (article := self.archive.article(number)) is not None:
                        return article
        return None

    def headings(self, words: str = "", scope: Scope = EVERYTHING, limit: int = 25) -> list[Heading]:
        return self.archive.headings(self._within(scope), words=words, limit=limit)

    def outlets(self, scope: Scope = EVERYTHING) -> list[tuple[str, int]]:
        return self.archive.outlets(self._within(scope))

    def authors(self) -> list[str]:
        """Everybody who is named in a byline."""
        bylines = self.archive.authors(self._within(EVERYTHING))
        return list(dict.fromkeys(author for byline in bylines for author in authors_in(byline)))

    def sources(self) -> list[Scope]:
        """Everything that a question can be narrowed to by name: each outlet, and each collection."""
        outlets = [Scope(outlet=name) for name, _ in self.outlets()]
        return outlets + [Scope(collections=frozenset({name})) for name in self.collections()]

    def last_archived(self) -> dt.datetime | None:
        """When the newest of what the audience sees was archived (UTC)."""
        return self.archive.last_archived(self._within(EVERYTHING))

    def searchable(self) -> tuple[int, int]:
        """How many passages are searched by meaning, and how many there are: fewer while an import is encoded."""
        _, index = self._search.ready()
        index.catch_up()
        return len(index), self._search.count(self.archive, len(index))

    def percent_searchable(self) -> int | None:
        """As `searchable`, in whole percent, never more than 99; None where all of it is."""
        indexed, passages = self.searchable()
        return min(99, 100 * indexed // passages) if indexed < passages else None

    def coverage(self, scope: Scope = EVERYTHING) -> Coverage:
        return self.archive.coverage(self._within(scope))

    def subjects(self, scope: Scope = EVERYTHING, count: int = 4) -> tuple[str, ...]:
        """The words that most titles share, for "mostly about ..."; empty for a small or mixed archive."""
        tally: Counter[str] = Counter()
        spelling: dict[str, str] = {}
        headings = self.headings(scope=scope, limit=2000)
        for heading in headings:
            words = {
                word.strip(".,:;!?()[]“”‘’'\"").removesuffix("’s").removesuffix("'s") for word in heading.title.split()
            }
            for word in words:
                if len(word) > 3 and word.casefold() not in _COMMON:
                    tally[word.casefold()] += 1
                    spelling.setdefault(word.casefold(), word)
        least = max(2, len(headings) // 50)
        return tuple(spelling[word] for word, times in tally.most_common(count) if times >= least)

    def recent(self, scope: Scope = EVERYTHING, count: int = 3) -> list[Article]:
        """The newest articles, for examples."""
        found = (self.archive.article(heading.number) for heading in self.headings(scope=scope, limit=4 * count))
        return [article for article in found if article is not None and article.kind is Kind.ARTICLE][:count]

    def _reread(self, outcome: Outcome) -> Outcome:
        kept, dropped = reread(outcome, self.archive)
        if dropped:
            self._search.dropped_quotes += dropped
            log.error("dropped %d quotes that differ from the archive", dropped)
        return kept

    def collections(self) -> tuple[str, ...]:
        """The collections that the audience sees, by name."""
        return tuple(name for name in self.archive.collection_names() if self.audience.sees(name))

    def _within(self, scope: Scope) -> Scope:
        """The scope without what the audience may not see."""
        if not self.audience.hidden:
            return scope
        visible = frozenset(self.collections())
        return replace(scope, collections=visible if scope.collections is None else visible & scope.collections)

    def _sees(self, scope: Scope, article: Article) -> bool:
        return scope.collections is None or article.collection in scope.collections


class _Search:
    """The parts that need the models, for all views of one desk."""

    def __init__(self, prepare: Callable[[], tuple[Answerer, LiveIndex]]) -> None:
        self.dropped_quotes = 0
        self._prepare = prepare
        self._prepared: tuple[Answerer, LiveIndex] | None = None
        self._counted: tuple[int, int, int] | None = None

    def count(self, archive: Archive, indexed: int) -> int:
        """The number of passages; counted anew when some were added, or the index changed (10 ms at 100,000)."""
        newest = archive.passages.newest()
        if self._counted is None or self._counted[:2] != (newest, indexed):
            self._counted = newest, indexed, archive.passages.count()
        return self._counted[2]

    def ready(self) -> tuple[Answerer, LiveIndex]:
        if self._prepared is None:
            self._prepared = self._prepare()
        return self._prepared


_COMMON = frozenset(
    "about after again against ahead amid among back been before being behind below between beyond both could does "
    "down during each even ever every finally first from have here into itself just last less like made make makes "
    "many more most much near need never next only other over part says should since some something still than that "
    "their them then there these they this those through under until upon very week weeks were what when where which "
    "while will with within without would year years your correction update starting".split()
)
