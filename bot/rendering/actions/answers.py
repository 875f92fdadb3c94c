"""What is pressed on an answer.

The question itself is `question_searched` of the message's first cards. `article` is the one article that is asked,
if it is one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.rendering.actions.action import Action, Key


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
