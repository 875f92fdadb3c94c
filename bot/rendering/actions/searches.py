"""What is pressed on a page of a search.

The words are `question_searched` of the message's first cards. `view` is a `Sort`, or the timeline. A collection, an
outlet and an author may narrow a search at once, so each has a key of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bot.rendering.actions.action import Action, Key, Word


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
    """Make a digest of the words, in this channel, from what the search was narrowed to."""

    NAME = "finddigest"
    collection: Key | None = None
    outlet: Key | None = None


ANY: Final = "any"
