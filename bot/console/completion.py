"""Completion at the prompt: commands, their options, articles, outlets. Imported only where there is a keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.console.commands import COMMANDS
from bot.rendering.digest_settings_pages import WHEN
from bot.searches import VIEWS
from corpus.archive import Heading
from corpus.article import article_id

MOST = 25


@dataclass(frozen=True, slots=True)
class Names:
    """What the archive offers to complete with; read once, since the desk may be busy while somebody types."""

    headings: Sequence[Heading] = ()
    outlets: Sequence[str] = ()


class CommandCompleter(Completer):
    def __init__(self, names: Names) -> None:
        self._names = names

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        line = document.text_before_cursor.lstrip()
        if line.startswith("/"):
            yield from completions(line, self._names)


def completions(line: str, names: Names) -> Iterator[Completion]:
    """What could stand at the end of a line that begins with a slash, at most `MOST`."""
    command, space, rest = line.partition(" ")
    word = line.rpartition(" ")[2]
    if not space:
        found = [Completion(name, -len(line), display_meta=usage) for name, usage in COMMANDS.items()]
        yield from (one for one in found if one.text.startswith(line.lower()))
    elif command == "/article":
        wanted = rest.casefold().split()
        alike = (one for one in names.headings if all(part in _searchable(one) for part in wanted))
        for heading, _ in zip(alike, range(MOST), strict=False):
            yield Completion(article_id(heading.number), -len(rest), display=heading.title or "Untitled")
    elif command == "/digest" and " " not in rest:
        yield from (Completion(verb, -len(rest)) for verb in ("add", "list", "preview") if verb.startswith(rest))
    elif command == "/digest":
        yield from _starting([*(f"when:{days}" for days in WHEN), "at:", "zone:"], word)
    elif command in ("/ask", "/follow", "/search"):
        sorts = [f"sort:{view}" for view in VIEWS] if command == "/search" else []
        sources = (f'source:"{name}"' for name in names.outlets[:MOST])
        yield from _starting(["since:", "until:", *sorts, *sources], word)


def _starting(offered: Iterable[str], word: str) -> Iterator[Completion]:
    """Only once a letter is there: a menu that opens after every word of a question is in the way."""
    if word:
        yield from (Completion(one, -len(word)) for one in offered if one.casefold().startswith(word.casefold()))


def _searchable(heading: Heading) -> str:
    return f"{article_id(heading.number)} {heading.title} {heading.outlet or ''}".casefold()
