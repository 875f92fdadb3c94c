"""What the options of a command, or the fields of a button, narrow a question to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.chat.apologies import Refusal
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import Scoped, source_key
from bot.rendering.wording import N_, in_all_languages
from corpus.article import EVERYTHING, Scope
from retrieval.questions.period import UnreadableDate, read_period

# Days in words, as they are offered and may be typed in any of our languages, and what `read_period` calls them.
DAYS_IN_WORDS: Final = {
    N_("the last 7 days"): "7d",
    N_("the last 30 days"): "30d",
    N_("last month"): "last month",
    N_("last year"): "last year",
}


def scope_from(since: str | None, until: str | None, today: dt.date, *, source: Scope = EVERYTHING) -> Scope:
    """The dates as they were typed, within a source (`source_named`).

    Raises `Refusal` with the date that could not be read.
    """

    def day(text: str | None, *, first: bool) -> dt.date | None:
        if text is None or not text.strip():
            return None
        try:
            period = read_period(_named(text), today)
        except UnreadableDate as error:
            raise Refusal(notices.bad_date(text)) from error
        return period.first if first else period.last

    return replace(source, since=day(since, first=True), until=day(until, first=False))


def _named(text: str) -> str:
    wanted = text.strip().casefold()
    return next(
        (name for words, name in DAYS_IN_WORDS.items() if wanted in map(str.casefold, in_all_languages(words))), text
    )


def source_of(desk: Desk, text: str) -> Scope | None:
    """The outlet or the collection that a person named, by a suggestion's id or by its name. Blocking."""
    wanted = text.strip()
    for source in desk.sources():
        name = source.outlet or next(iter(source.collections or ()))
        if wanted == source_key(source) or wanted.casefold() == name.casefold():
            return source
    return None


def source_named(desk: Desk, text: str) -> Scope:
    """As `source_of`. Raises `Refusal` for every other text: it says the same of a source that does not exist as of
    one that may not be seen here. Blocking.
    """
    source = source_of(desk, text)
    if source is None:
        raise Refusal(notices.source_not_allowed())
    return source


def scope_of(desk: Desk, action: Scoped) -> Scope:
    """The scope that a button carries. Raises `Refusal` when its source is not there any more. Blocking."""
    scope = Scope(since=action.since, until=action.until, article=action.article)
    if action.outlet is None:
        return scope
    for source in desk.sources():
        if source_key(source) == action.outlet:
            return replace(scope, collections=source.collections, outlet=source.outlet)
    raise Refusal(notices.gone_button())


def is_backwards(scope: Scope) -> bool:
    """Whether its dates are swapped."""
    return scope.since is not None and scope.until is not None and scope.since > scope.until


def backwards_from(since: str | None, until: str | None, today: dt.date, *, source: Scope = EVERYTHING) -> Scope:
    """Dates that are swapped, such that swapping them gives all of both.

    They are read the other way round: "2024" as a beginning is its first day, as an end its last.
    """
    swapped = scope_from(until, since, today, source=source)
    return replace(swapped, since=swapped.until, until=swapped.since)
