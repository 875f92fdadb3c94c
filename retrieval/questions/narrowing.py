"""What a question says about where to look: dates of publication, an outlet, an author, the newest first, a list. Pure.

A date or a name narrows a search only in a phrase that can mean nothing but the source: "articles from 2023", "what did
the WSJ report last month". The same words as part of what is asked about ("the 2024 election", "deaths in 2020", "who
owns the WSJ?") never do, since a search that wrongly leaves out the right article is worse than one that is too wide.
docs/asking.md lists the phrases.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from corpus.article import Scope
from retrieval.questions.marked_question import MarkedQuestion
from retrieval.questions.source_names import SourceKind, SourceMention, SourceNames


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question says beside what it asks.

    `words` is the question without that: the words to search for once a search is narrowed. `listing` is what to list,
    where a list or a count of articles is asked for; `by_words` says that the author is named for what they wrote, not
    as somebody who may have spoken to others.
    """

    words: str
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: str | None = None
    author: str | None = None
    by_words: bool = False
    newest_first: bool = False
    listing: str | None = None

    @property
    def filters(self) -> bool:
        """Whether it leaves out any article."""
        return self.dated or self.outlet is not None or self.author is not None

    @property
    def dated(self) -> bool:
        return self.since is not None or self.until is not None

    def within(self, scope: Scope) -> Scope:
        """The scope, narrowed where it does not say something itself; collections are never touched."""
        since, until = (scope.since, scope.until) if scope.dated else (self.since, self.until)
        return replace(
            scope,
            since=since,
            until=until,
            outlet=scope.outlet or self.outlet,
            author=scope.author or self.author,
        )

    def holds_in(self, scope: Scope) -> bool:
        """Whether a scope is narrowed by everything that the question says, so that its words need not say it too."""
        dated = not self.dated or (self.since, self.until) == (scope.since, scope.until)
        by_outlet = self.outlet is None or self.outlet.casefold() == (scope.outlet or "").casefold()
        return dated and by_outlet and self.author in (None, scope.author)


def narrow(question: str, today: dt.date, sources: SourceNames) -> Narrowing:
    """Read a question; any text is one. `today` is the day in the zone of whoever asks."""
    marked = MarkedQuestion(question, today, sources)
    narrowing = Narrowing(question)
    match marked.source():
        case SourceMention(kind=SourceKind.OUTLET, name=name):
            narrowing = replace(narrowing, outlet=name)
        case SourceMention(kind=SourceKind.AUTHOR, name=name):
            narrowing = replace(narrowing, author=name, by_words=marked.names_a_writer())
    if (date := marked.date()) is not None:
        narrowing = replace(narrowing, since=date.since, until=date.until)
    words = marked.words()
    latest = _LATEST.match(words)
    if latest or _NEWEST_FIRST.search(words):
        rest = _NEWEST_FIRST.sub("", words)
        rest = f"What is reported about {rest[latest.end() :]}" if latest else rest
        narrowing, words = replace(narrowing, newest_first=True), rest
    if (asks := _LISTING.match(words)) is not None:
        listing = _AFTER_LIST.sub("", words[asks.end() :].rstrip(" ?!.")).strip()
        narrowing = replace(narrowing, listing=listing or None)
    said = narrowing.filters or narrowing.newest_first
    return replace(narrowing, words=_tidy(words)) if said and _LETTER.search(words) else narrowing


_LATEST = re.compile(
    r"^\W*(?:(?:what|which|show|give|tell|find|is|are|any|do you have)\b[^.?!]{0,20}? )?"
    r"(?:the |any |your )?(?:latest|newest|most recent)"
    r"(?: (?:\w+ )?(?:news articles?|news|articles?|stor(?:y|ies)|updates?|developments?|coverage|headlines?|reports?"
    r"|reporting|word|posts?|pieces?))?"
    r"(?: (?:is |are )?(?:there )?(?:in|on|about|from|regarding|with|concerning|mentioning))(?: the)? ",
    re.IGNORECASE,
)
_NEWEST_FIRST = re.compile(r",? ?\(?\b(?:newest|latest|most recent) first\b\)?", re.IGNORECASE)
_LISTED = r"(?:news articles|articles|stories|posts|postings|pieces|headlines|news|coverage|reports)"
_LISTING = re.compile(
    rf"^\W*(?:"
    rf"how many (?:of the )?{_LISTED} (?:(?:are there|are|do (?:you|we) have|have (?:been )?(?:published|written)"
    rf"|does the archive (?:have|hold)|(?:are )?in the archive|that|which) )?"
    r"(?:about|on|mention(?:ing|ed)?|discuss(?:ing|ed)?|cover(?:ing|ed)?|refer(?:ring|red)? to|talk(?:ing|ed)? about"
    r"|deal(?:ing|t)? with|contain(?:ing)?|regarding|concerning) "
    rf"|(?:please )?(?:can you |could you )?(?:list|show|give|find|get|count)(?: me| us)? "
    rf"(?:(?:all|every|each|any)(?: of)?(?: the)?|everything|the)(?: {_LISTED}| article| story)?"
    r"(?: there is| you have)? "
    r"(?:about|on|mentioning|that mention|which mention|discussing|covering|regarding|concerning) "
    rf"|(?:which|what) {_LISTED} (?:mention|discuss|cover|talk about|deal with|are (?:there )?(?:about|on)|refer to) "
    r"|(?:tell me )?everything (?:there is |you have )?(?:about|on|regarding) "
    r")",
    re.IGNORECASE,
)
_AFTER_LIST = re.compile(r",? ?\b(?:are there|do (?:you|we) have|(?:is|are)? ?in the archive|in total)$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")


def _tidy(words: str) -> str:
    words = re.sub(r" +([,.?!])", r"\1", " ".join(words.split()))
    return words.strip(" ,;:")
