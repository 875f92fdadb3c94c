"""`ask` and `search`: one question, or one a line from standard input with the models loaded once."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.cli.output import print_json, print_line, say
from bot.cli.plain_data import narrowing_as_data, outcome_as_data, search_as_data
from bot.cli.reading import known_collection
from bot.desk import Desk
from bot.errors import UsageError
from bot.wiring import ARCHIVE_EMPTY, archive_to_read, desk_for, lacking_vectors, settings_for
from corpus.archive import Archive
from corpus.article import Scope
from retrieval.questions.period import read_period

MOST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the id to answer under; or an error, when a line of standard input holds no question."""

    id: str | None
    question: str = ""
    error: str | None = None


def ask(options: argparse.Namespace) -> int:
    def answer(desk: Desk, asked: Asked, scope: Scope) -> None:
        started = time.perf_counter()
        reply = desk.reply(asked.question, today=_today(), scope=scope, quotes=options.quotes)
        took_ms = (time.perf_counter() - started) * 1000
        if (note := desk.language_note(asked.question, scope)) is not None:
            say(note)
        if options.json:
            print_json(outcome_as_data(asked.id, reply.outcome, took_ms) | narrowing_as_data(reply, scope))
        else:
            from bot.console.printing import print_page
            from bot.rendering.answer_pages import answer_page

            page = answer_page(
                reply.outcome,
                coverage=desk.coverage(scope),
                subjects=desk.subjects(scope),
                scope=reply.scope,
                tried=reply.tried,
                newest_first=reply.newest_first,
                listing=reply.listing,
            )
            print_page(page, controls=False)

    return _ask_all(options, ("question",), answer)


def search(options: argparse.Namespace) -> int:
    def find(desk: Desk, asked: Asked, scope: Scope) -> None:
        result = desk.search(asked.question, scope=scope, limit=options.limit)
        if options.json:
            print_json(search_as_data(asked.id, result))
            return
        print_line(f"{result.total} articles mention this. Showing {len(result.hits)}.")
        for hit in result.hits:
            about = (hit.article.published.text, hit.article.outlet, hit.article.title)
            print_line(f"{hit.article.id:<7} {' · '.join(part for part in about if part)}")
            snippet = " ".join(hit.text.split())
            print_line(f"        {snippet[:160]}{'…' if len(snippet) > 160 else ''}")

    return _ask_all(options, ("query", "question"), find)


def _ask_all(options: argparse.Namespace, keys: tuple[str, ...], work: Callable[[Desk, Asked, Scope], None]) -> int:
    """Work through what is asked, in order; 1 if a line of standard input held no question."""
    batch = options.question in (None, "-")
    if options.question is None and sys.stdin.isatty():
        raise UsageError(f'what is the {keys[0]}? Write it in quotation marks, or "-" to read it from standard input')
    if not batch and (error := _unusable(options.question)):
        raise UsageError(error)
    settings = settings_for(options)
    status = 0
    with archive_to_read(settings.data) as archive:
        scope = scope_of(options, archive, _today())
        if not archive.coverage().articles:
            say(ARCHIVE_EMPTY)
        if (warning := lacking_vectors(archive, settings)) is not None:
            say(warning)
        desk = desk_for(archive, settings)
        for asked in _from_input(keys) if batch else [Asked(None, options.question)]:
            if asked.error is not None:
                status = 1
                if options.json:
                    print_json({"id": asked.id, "error": asked.error})
                else:
                    say(f"briefing-bot: line {asked.id}: {asked.error}")
                continue
            work(desk, asked, scope)
    return status


def _today() -> dt.date:
    """On the command line a day is the system's."""
    return dt.datetime.now().astimezone().date()


def scope_of(options: argparse.Namespace, archive: Archive, today: dt.date) -> Scope:
    """The part of the archive that the options name. Raises `UsageError` or `UnreadableDate`."""
    since = read_period(options.since, today).first if options.since is not None else None
    until = read_period(options.until, today).last if options.until is not None else None
    if since is not None and until is not None and since > until:
        raise UsageError(f"since ({since}) is after until ({until}). Swap them?")
    outlet = getattr(options, "source", None)
    if outlet is not None and outlet.casefold() not in {name.casefold() for name, _ in archive.outlets()}:
        some = ", ".join(name for name, _ in archive.outlets()[:5])
        raise UsageError(f"no source {outlet!r} in this archive" + (f": there is {some}" if some else ""))
    collections = known_collection(archive, options.collection) if options.collection is not None else None
    return Scope(collections=collections, outlet=outlet, since=since, until=until)


def _from_input(keys: tuple[str, ...]) -> Iterator[Asked]:
    """Questions from standard input: plain, or an object with an id; a line that holds none is said to be so."""
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode("utf-8", "replace").removeprefix("\ufeff" if number == 1 else "").strip()
        if line:
            yield _read_line(line, str(number), keys)


def _read_line(line: str, number: str, keys: tuple[str, ...]) -> Asked:
    if not line.startswith("{"):
        return Asked(number, line, _unusable(line))
    wanted = f'write {{"id": …, "{keys[0]}": …}}'
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):  # also a number of more digits than Python reads
        return Asked(number, error=f"not a JSON object: {wanted}")
    identifier = data.get("id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if identifier is None:
        identifier = number
    question = next((data[key] for key in keys if key in data), None)
    if not isinstance(identifier, str) or not isinstance(question, str):
        return Asked(identifier if isinstance(identifier, str) else number, error=f"no question in it: {wanted}")
    question = question.encode("utf-8", "replace").decode("utf-8").strip()
    return Asked(identifier, question, _unusable(question))


def _unusable(question: str) -> str | None:
    if not question.strip():
        return "the question is empty"
    if len(question) > MOST_CHARACTERS:
        return f"the question has {len(question)} characters, at most {MOST_CHARACTERS} can be asked"
    return None
