"""What a line in the terminal chat asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.searches import VIEWS
from corpus.article import article_number
from retrieval.questions.period import read_period

COMMANDS: Final = {
    "/ask": '/ask question [since:2024] [until:2024-07] [source:"Harbour Gazette"] [article:A-12]',
    "/follow": "/follow and your next question, about the last answer",
    "/search": "/search words [since:] [until:] [source:] [sort:best|newest|oldest|timeline]",
    "/article": "/article id or title [part:7|all|file|cite]",
    "/digest": "/digest add|preview [topic] [when:daily] [at:09:00] [zone:Europe/London], or /digest list",
    "/help": "/help",
    "/quit": "/quit",
}

PARTS: Final = ("all", "file", "cite")  # of an article, beside the numbers of its paragraphs


@dataclass(frozen=True, slots=True)
class Filters:
    """`since`, `until` and the outlet as typed, and the number of the one article that is asked.

    The two days are the wrong way round where they were typed so, "2025" and "2024" as the last day of the one and the
    first of the other: swapped, they are all of both.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    question: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Follow:
    """A question that follows the last answer."""

    question: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Search:
    """`view` is one of `bot.searches.VIEWS`."""

    words: str
    filters: Filters
    view: str = VIEWS[0]


@dataclass(frozen=True, slots=True)
class OpenArticle:
    """An article by id or title, at a paragraph's number or one of `PARTS`; `find` empty lists the newest."""

    find: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class AddDigest:
    """Options that were not typed are None."""

    topic: str
    when: str | None = None
    at: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewDigest:
    topic: str


@dataclass(frozen=True, slots=True)
class ListDigests:
    pass


@dataclass(frozen=True, slots=True)
class Press:
    """The choice with this number, from 1, of the page before."""

    number: int


@dataclass(frozen=True, slots=True)
class Help:
    pass


@dataclass(frozen=True, slots=True)
class Quit:
    pass


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that is no command, and how it should have been written."""

    usage: str


Command = Ask | Follow | Search | OpenArticle | AddDigest | PreviewDigest | ListDigests | Press | Help | Quit | Misread

_OPTION: Final = re.compile(
    r"""(?:^|\s)(?P<name>[a-z]{2,7}):(?P<value>"[^"]*"|“[^”]*”|last\s+(?:week|month|year)\b|\S+)""", re.I
)
_MOST_CHARACTERS: Final = 2_000


def read_command(line: str, today: dt.date) -> Command | None:
    """The command on a line; None for an empty one. Plain text is a question, a number presses a choice.

    Raises `retrieval.questions.period.UnreadableDate`, whose message says what can be read.
    """
    words = line.strip()
    if not words:
        return None
    if words.isascii() and words.isdigit() and len(words) <= 3:
        return Press(int(words))
    if not words.startswith("/"):
        return _asked(Ask, words, today, "/ask")
    name, _, rest = words.partition(" ")
    name, rest = name.lower(), rest.strip()
    if name in ("/quit", "/exit", "/q"):
        return Quit()
    if name in ("/help", "/h", "/?"):
        return Help()
    if name == "/ask":
        return _asked(Ask, rest, today, name)
    if name == "/follow":
        return _asked(Follow, rest, today, name)
    if name == "/search":
        rest, options = _options(rest, ("sort",))
        asked, view = _asked(Search, rest, today, name), options.get("sort", VIEWS[0]).lower()
        if not isinstance(asked, Search):
            return asked
        return replace(asked, view=view) if view in VIEWS else Misread(COMMANDS[name])
    if name == "/article":
        find, options = _options(rest, ("part",))
        part = options.get("part", "").removeprefix("¶").lower()
        if part not in ("", *PARTS) and not (part.isascii() and part.isdigit() and len(part) < 7):
            return Misread(COMMANDS[name])
        return OpenArticle(find, part or None)
    if name == "/digest":
        return _digest(rest)
    return Misread(", ".join(COMMANDS))


def _asked(
    kind: type[Ask] | type[Follow] | type[Search], text: str, today: dt.date, name: str
) -> Ask | Follow | Search | Misread:
    alone = () if kind is Search else ("article",)
    words, options = _options(text, ("since", "until", "source", *alone))
    article = article_number(options["article"]) if options.get("article") else None
    if not words or (options.get("article") and article is None):
        return Misread(COMMANDS[name])
    if len(words) > _MOST_CHARACTERS:
        return Misread(f"at most {_MOST_CHARACTERS:,} characters, this has {len(words):,}")
    since, until = _dates(options, today)
    return kind(words, Filters(since=since, until=until, source=options.get("source") or None, article=article))


def _dates(options: Mapping[str, str], today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The days of ``since:`` and ``until:`` as `Filters` has them."""
    since, until = (read_period(options[name], today) if options.get(name) else None for name in ("since", "until"))
    if since and until and since.first > until.last:
        return since.last, until.first
    return since.first if since else None, until.last if until else None


def _digest(rest: str) -> Command:
    verb, _, text = rest.partition(" ")
    verb = verb.lower()
    if verb == "list" and not text:
        return ListDigests()
    if verb == "preview":
        return PreviewDigest(text.strip())
    if verb == "add":
        topic, options = _options(text, ("when", "at", "zone", "topic"))
        return AddDigest(options.get("topic", topic), options.get("when"), options.get("at"), options.get("zone"))
    return Misread(COMMANDS["/digest"])


def _options(text: str, names: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The words, and the ``name:value`` options among them; the last one of a name counts."""
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        if (name := match["name"].lower()) not in names:
            return match[0]
        found[name] = match["value"].strip('"“” ')
        return " "

    return " ".join(_OPTION.sub(take, text).split()), found
