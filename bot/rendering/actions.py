"""What the buttons and menus of our pages mean, as values, and as the custom ids that carry them.

Everything that a press needs is in the id, so that a button works after a restart and on a message of last week. Only
texts are not: a question or a topic is read back from the first cards of the message that carries the button
(`question_searched`, `topic_of`), since an id holds 100 characters and would be one more place that keeps a question.

    decode(ReadArticle(1, 15).encode()) == ReadArticle(1, 15)

Every class has a `TEMPLATE`, a regular expression for all of its ids and nobody else's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Self

from corpus.article import Scope


class Action:
    """What a press asks for. Ids look like ``read:1:15``: a name, then the fields in order, blank for None.

    A later version adds fields at the end that may be None; ids from before, which lack them, still decode.
    """

    NAME: ClassVar[str]
    TEMPLATE: ClassVar[str]

    def __init_subclass__(cls) -> None:
        # Runs twice for a dataclass with slots, which is made anew; the second one is the class that stays.
        parts = [f":(?P<{name}>{_pattern(kind)})" for name, kind in cls.__annotations__.items()]
        kept = sum(not kind.endswith(" | None") for kind in cls.__annotations__.values())
        cls.TEMPLATE = "".join([re.escape(cls.NAME), *parts[:kept], *(f"(?:{part})?" for part in parts[kept:])])
        ACTIONS[cls.NAME] = cls

    def encode(self) -> str:
        """The custom id: ASCII, at most 100 characters."""
        values = [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]
        custom_id = ":".join([self.NAME, *("" if value is None else _spelled(value) for value in values)])
        if re.fullmatch(self.TEMPLATE, custom_id) is None:
            raise ValueError(f"{self!r} does not fit into a custom id")
        return custom_id

    @classmethod
    def decode(cls, custom_id: str) -> Self | None:
        """The action that an id of this class carries; None for any other text."""
        match = re.fullmatch(cls.TEMPLATE, custom_id)
        if match is None:
            return None
        try:
            read = {name: _READERS[kind.removesuffix(" | None")][1] for name, kind in cls.__annotations__.items()}
            return cls(**{name: read[name](text) if text else None for name, text in match.groupdict().items()})
        except ValueError:  # a date that does not exist
            return None


ACTIONS: Final[dict[str, type[Action]]] = {}


def decode(custom_id: str) -> Action | None:
    """The action that a custom id carries; None when it is not one of ours, or no longer."""
    cls = ACTIONS.get(custom_id.partition(":")[0])
    return cls.decode(custom_id) if cls else None


# How the fields are spelled, by the annotation that names their kind.
Word = str  # a lower-case word
Key = str  # eight hex digits that stand for an outlet or a collection; see `source_key`
Run = str  # D3-20261123, D3-20261123m2

_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "int": (r"[0-9]{1,19}", int),
    "dt.date": (r"[0-9]{8}", dt.date.fromisoformat),
    "Word": (r"[a-z]{1,12}", str),
    "Key": (r"[0-9a-f]{8}", str),
    "Run": (r"D[0-9]{1,18}-[0-9]{8}(?:m[0-9]{1,9})?", str),
}


def _pattern(kind: str) -> str:
    pattern = _READERS[kind.removesuffix(" | None")][0]
    return f"(?:{pattern})?" if kind.endswith(" | None") else pattern


def _spelled(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat().replace("-", "")
    return str(value)


# Articles


@dataclass(frozen=True, slots=True)
class ReadArticle(Action):
    """Open an article, at a paragraph (from 1) if one is named; `start` is where in its text a quote begins.

    The place opens the page that the quote is on, and tells two quotes of one paragraph apart.
    """

    NAME = "read"
    article: int
    paragraph: int | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleSelect(Action):
    """A menu of articles to read; the chosen value is an article's number."""

    NAME = "pick"


@dataclass(frozen=True, slots=True)
class ArticlePage(Action):
    """Turn to a page (from 0) of an article that is being read."""

    NAME = "page"
    article: int
    page: int


@dataclass(frozen=True, slots=True)
class CiteArticle(Action):
    """Copyable citations of an article or one paragraph of it."""

    NAME = "cite"
    article: int
    paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleFile(Action):
    """The article as a text file."""

    NAME = "file"
    article: int


@dataclass(frozen=True, slots=True)
class JumpToParagraph(Action):
    """Go to a paragraph of an article; also the form that its number is written in."""

    NAME = "jump"
    article: int


@dataclass(frozen=True, slots=True)
class AskArticle(Action):
    """Ask a question of one article alone; also the form that it is written in."""

    NAME = "about"
    article: int


# Questions; the question itself is `question_searched` of the message's first cards. `article` is the one article that
# is asked, if it is one.


@dataclass(frozen=True, slots=True)
class MoreQuotes(Action):
    """The quotes after the first `skip` ones, in the same scope."""

    NAME = "more"
    skip: int
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: Key | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class ShowClosest(Action):
    """The closest passages although nothing answers."""

    NAME = "closest"
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: Key | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class AskAgain(Action):
    """Ask the same question again: after a time-out, with dates swapped, or of an old message."""

    NAME = "again"
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: Key | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class FollowUp(Action):
    """Ask a question that follows this one; also the form that it is written in. The scope is what was searched."""

    NAME = "follow"
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: Key | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class ListArticles(Action):
    """Count and list the articles that a question asks for, which quotes cannot."""

    NAME = "articles"
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: Key | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class ShowContext(Action):
    """What stands around the quotes of an answer. The quotes are read out of the message; the scope is to ask again."""

    NAME = "context"
    since: dt.date | None = None
    until: dt.date | None = None
    outlet: Key | None = None
    article: int | None = None


Scoped = MoreQuotes | ShowClosest | AskAgain | FollowUp | ListArticles | ShowContext


@dataclass(frozen=True, slots=True)
class ThumbsUp(Action):
    """The answer was good."""

    NAME = "up"


@dataclass(frozen=True, slots=True)
class ThumbsDown(Action):
    """The answer was bad."""

    NAME = "down"


# Searches; the words are `question_searched` of the message's first cards. `view` is a `Sort`, or the timeline. A
# collection, an outlet and an author may narrow a search at once, so each has a key of its own.


@dataclass(frozen=True, slots=True)
class FindArticles(Action):
    """The articles from number `skip` (from 0) on, in an order, or all of them over time."""

    NAME = "find"
    view: Word
    skip: int
    since: dt.date | None = None
    until: dt.date | None = None
    collection: Key | None = None
    outlet: Key | None = None
    author: Key | None = None


@dataclass(frozen=True, slots=True)
class FindByOutlet(Action):
    """A menu of outlets to narrow a search to; the chosen value is an outlet's key, or `ANY`."""

    NAME = "findoutlet"
    view: Word
    since: dt.date | None = None
    until: dt.date | None = None
    collection: Key | None = None
    author: Key | None = None


@dataclass(frozen=True, slots=True)
class FindByDate(Action):
    """A menu of years or months to narrow a search to; the chosen value is ``2024``, ``2024-07`` or `ANY`."""

    NAME = "finddate"
    view: Word
    collection: Key | None = None
    outlet: Key | None = None
    author: Key | None = None


@dataclass(frozen=True, slots=True)
class FindInstead(Action):
    """Search for the words of the message's third card in place of those of its first, in the same scope."""

    NAME = "findinstead"
    since: dt.date | None = None
    until: dt.date | None = None
    collection: Key | None = None
    outlet: Key | None = None
    author: Key | None = None


@dataclass(frozen=True, slots=True)
class FoundSelect(Action):
    """A menu of the articles that were found; the chosen value is the id of a `ReadArticle`."""

    NAME = "found"


@dataclass(frozen=True, slots=True)
class DigestOfSearch(Action):
    """Make a digest of the words, in this channel."""

    NAME = "finddigest"


ANY: Final = "any"


# Digests. `draft` is the number of what is being set up, which the ledger keeps for some days: a digest has more to it
# than fits into an id. `run` is the id of a delivery without its hash sign, as its footers show it.


@dataclass(frozen=True, slots=True)
class DigestStart(Action):
    """Save what a preview shows: a new digest, or one that was changed."""

    NAME = "start"
    draft: int


@dataclass(frozen=True, slots=True)
class DigestChange(Action):
    """Change what a preview shows; also the form for it. `form` is a name of `bot.chat.digest_form.FORMS`."""

    NAME = "change"
    draft: int
    form: Word


@dataclass(frozen=True, slots=True)
class DigestPreview(Action):
    """Back to a preview, made anew."""

    NAME = "preview"
    draft: int


@dataclass(frozen=True, slots=True)
class DigestMatches(Action):
    """Which of the newest articles would match, and why; `page` from 0."""

    NAME = "matches"
    draft: int
    page: int


@dataclass(frozen=True, slots=True)
class DigestCancel(Action):
    """Throw a preview away."""

    NAME = "cancel"


@dataclass(frozen=True, slots=True)
class DigestSelect(Action):
    """A menu of digests; the chosen value is a subscription's number."""

    NAME = "digests"


@dataclass(frozen=True, slots=True)
class DigestShow(Action):
    """One digest of the list."""

    NAME = "digest"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestList(Action):
    """Back to the list of digests; `page` from 0."""

    NAME = "list"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class DigestEdit(Action):
    NAME = "edit"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestPause(Action):
    NAME = "pause"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestResume(Action):
    NAME = "resume"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestPostNow(Action):
    NAME = "post"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestHistory(Action):
    """The last runs of a digest."""

    NAME = "history"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestRunSelect(Action):
    """A menu of a digest's runs; the chosen value is a run."""

    NAME = "runs"


@dataclass(frozen=True, slots=True)
class DigestRunPage(Action):
    """What became of each article of a run; `page` from 0."""

    NAME = "run"
    run: Run
    page: int


@dataclass(frozen=True, slots=True)
class DigestRemove(Action):
    NAME = "remove"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestUndoRemove(Action):
    NAME = "undo"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestItemSelect(Action):
    """A menu of a run's articles; the chosen value is an article's number."""

    NAME = "items"
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class DigestItem(Action):
    """One article of a run: what it says, who else reports it, and what can be done with it."""

    NAME = "item"
    run: Run
    article: int


@dataclass(frozen=True, slots=True)
class DigestMore(Action):
    """What was over the limit of a run; `page` from 0."""

    NAME = "rest"
    run: Run
    page: int


@dataclass(frozen=True, slots=True)
class DigestWhy(Action):
    """Why an article is in a run, or is not."""

    NAME = "why"
    run: Run
    article: int


@dataclass(frozen=True, slots=True)
class DigestNotRelevant(Action):
    NAME = "irrelevant"
    run: Run
    article: int


@dataclass(frozen=True, slots=True)
class DigestRelevantAgain(Action):
    """Take "not relevant" back."""

    NAME = "relevant"
    run: Run
    article: int


# Settings. Each says what is to be, not what is to change, so a press that comes twice does nothing twice. A `Key` is
# the collection that it is about.


@dataclass(frozen=True, slots=True)
class OpenSettings(Action):
    """The panel; also the way back to it."""

    NAME = "settings"


@dataclass(frozen=True, slots=True)
class SetZone(Action):
    """Choose the time zone; also the form that it is written in."""

    NAME = "zone"


@dataclass(frozen=True, slots=True)
class SetLimits(Action):
    """Choose the limits; also the form that they are written in."""

    NAME = "limits"


@dataclass(frozen=True, slots=True)
class SetAskChannels(Action):
    """A menu of channels: where questions may be asked; none is everywhere."""

    NAME = "askin"


@dataclass(frozen=True, slots=True)
class SetDigestRole(Action):
    """A menu of roles: who may manage digests beside the managers."""

    NAME = "digestrole"


@dataclass(frozen=True, slots=True)
class SetLogChannel(Action):
    """A menu of channels: where it is told what went wrong."""

    NAME = "logchannel"


@dataclass(frozen=True, slots=True)
class SetOnlyMe(Action):
    """Whether answers are shown to the asker alone where nothing else is said: 1 or 0."""

    NAME = "onlyme"
    on: int


@dataclass(frozen=True, slots=True)
class SetLanguage(Action):
    """A menu of languages: what digests are written in."""

    NAME = "language"


@dataclass(frozen=True, slots=True)
class ShowCollections(Action):
    """The collections, and who sees them; also a menu of them, whose chosen value is a key."""

    NAME = "collections"


@dataclass(frozen=True, slots=True)
class SetVisible(Action):
    """Whether a collection is seen in this server at all: 1 or 0."""

    NAME = "visible"
    collection: Key
    on: int


@dataclass(frozen=True, slots=True)
class SetCollectionChannels(Action):
    """A menu of channels: where a collection is seen; none is everywhere."""

    NAME = "seenin"
    collection: Key


@dataclass(frozen=True, slots=True)
class SetCollectionRoles(Action):
    """A menu of roles: who sees a collection; none is everybody."""

    NAME = "seenby"
    collection: Key


@dataclass(frozen=True, slots=True)
class SetFullText(Action):
    """A menu of policies: how much of a collection's articles may be read."""

    NAME = "fulltext"
    collection: Key


@dataclass(frozen=True, slots=True)
class ShowHealth(Action):
    NAME = "health"


@dataclass(frozen=True, slots=True)
class ExportSettings(Action):
    NAME = "export"


# What is kept about a person


@dataclass(frozen=True, slots=True)
class ShowMyData(Action):
    NAME = "mydata"


@dataclass(frozen=True, slots=True)
class DeleteMyData(Action):
    """Ask whether to delete, and, `sure` being 1, do it."""

    NAME = "forget"
    sure: int


def source_key(scope: Scope) -> Key | None:
    """Eight hex digits for a scope's outlet, or for its one collection: names are too long for an id, and not ASCII."""
    if scope.outlet is not None:
        named = scope.outlet.casefold()
    elif scope.collections is not None and len(scope.collections) == 1:
        named = "collection\0" + next(iter(scope.collections))
    else:
        return None
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def scope_fields(scope: Scope) -> dict[str, Any]:
    """The `since`, `until` and `outlet` of an action that stays in a scope. What may be seen follows from the place."""
    return {"since": scope.since, "until": scope.until, "outlet": source_key(scope), "article": scope.article}
