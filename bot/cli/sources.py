"""`source add|list|remove|poll|import`: where new items come from."""

from __future__ import annotations

import argparse
import datetime as dt
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.cli.importing import collection_named
from bot.cli.output import Advance, print_json, print_line, progress, say
from bot.errors import SettingsError, UsageError
from bot.locks import BULK, BULK_WORK, POLL, held, is_held
from bot.settings import Settings
from bot.wiring import archive_to_read, archive_to_write, embed_for_a_while, fetcher_for, refresh_index, settings_for
from corpus.archive import Archive
from corpus.errors import NothingThere, UnusableAddress
from corpus.ingest import ItemReport, Status
from corpus.sources.discovery import checked_address, discovered
from corpus.sources.intervals import DEFAULT_INTERVAL, interval_text
from corpus.sources.opml import MOST_BYTES, read_opml
from corpus.sources.polling import PollResult, PollStatus, poll
from corpus.sources.portion import SourceTrouble
from corpus.sources.source import Source, SourceKind, SourceState, masked, source_id, source_number

# Of one round beside a running bot, so that a long history holds up no other source: of one source, and of encoding.
_SOURCE_SECONDS = 300.0
_EMBEDDING_SECONDS = 60.0


def add_source(options: argparse.Namespace) -> int:
    """Name a source; without `--kind` its server is asked what it is. Naming one again changes its options."""
    settings = settings_for(options)
    collection = collection_named(options.collection)
    if options.kind is None:
        with fetcher_for(settings) as fetcher:
            found = discovered(options.address, fetcher)
        kind, address = found.kind, found.address
    else:
        kind = SourceKind(options.kind)
        address = checked_address(options.address, kind)
    if options.fetch_pages and kind is not SourceKind.FEED:
        raise UsageError(f"--fetch-pages is for feeds; this is a source of kind {kind}")
    with archive_to_write(settings.data) as archive:
        added = _add(archive, address, kind, collection, options.every, fetch_pages=options.fetch_pages)
    if options.json:
        print_json({"status": added.status, **source_as_data(added.source)})
    else:
        source = added.source
        print_line(f"{added.status}  {source.id}  {source.kind}  {source.name}  into {source.collection}")
    return 0


def list_sources(options: argparse.Namespace) -> int:
    """Every source with what became of its last poll."""
    settings = settings_for(options)
    with archive_to_read(settings.data) as archive:
        for source in archive.sources.everyone():
            if options.json:
                print_json(source_as_data(source))
                continue
            state = "" if source.state is SourceState.OK else f"[{source.state}]  "
            last = f"{_local(source.last_poll)}: {source.last_result}" if source.last_poll else "not polled yet"
            following = f"next {_local(source.next_poll)}" if source.next_poll else "not polled again by itself"
            print_line(f"{source.id}  {state}{source.kind}  {source.name}  into {source.collection}")
            print_line(f"      every {interval_text(source.every)}, {following}; last {last}")
    return 0


def remove_source(options: argparse.Namespace) -> int:
    """Forget sources; their articles stay."""
    settings = settings_for(options)
    numbers = [_number(identifier) for identifier in options.ids]
    with archive_to_read(settings.data) as archive:
        for number in numbers:
            _existing(archive, number)
    with archive_to_write(settings.data) as archive, archive.transaction():
        removed = [number for number in dict.fromkeys(numbers) if archive.sources.remove(number)]
    for number in removed:
        if options.json:
            print_json({"id": source_id(number), "status": "removed"})
        else:
            print_line(f"removed  {source_id(number)} (its articles stay)")
    return 0


def poll_sources(options: argparse.Namespace) -> int:
    """Poll one source, all of them, or those that are due. 1 if a source failed or an item was rejected."""
    settings = settings_for(options)
    number = None if options.id is None else _number(options.id)
    with archive_to_read(settings.data) as archive:
        if number is not None:
            _existing(archive, number)
        if not archive.sources.everyone():
            say("briefing-bot: warning: there are no sources: name one with: source add URL --collection NAME")
            return 0
    if options.due:
        return _poll_due(settings, options, number)
    with (
        held(settings.data, BULK, BULK_WORK),
        held(settings.data, POLL, "poll"),
        archive_to_write(settings.data) as archive,
    ):
        everyone = archive.sources.everyone()
        chosen = [source for source in everyone if number is None or source.number == number]
        results = _poll_all(archive, chosen, settings, options, named=number is not None)
        with progress("embedding") as advance:
            refresh_index(archive, settings, on_progress=advance)
    return _exit_code(results)


def import_sources(options: argparse.Namespace) -> int:
    """Name every feed of an OPML file. 1 if a line of it was rejected."""
    settings = settings_for(options)
    path = Path(options.path)
    collection = None if options.collection is None else collection_named(options.collection)
    outlines = read_opml(_bytes_of(path))
    if not outlines:
        say(f"briefing-bot: warning: no feeds in {path}")
        return 0
    rejected = 0
    with archive_to_write(settings.data) as archive:
        for outline in outlines:
            place = collection or outline.folder or path.name.split(".")[0] or "feeds"
            try:
                address = checked_address(outline.address, SourceKind.FEED)
                added = _add(archive, address, SourceKind.FEED, place, options.every, fetch_pages=options.fetch_pages)
            except UnusableAddress as error:
                rejected += 1
                _print_outline(options, masked(outline.address), "rejected", None, str(error))
            else:
                _print_outline(options, added.source.name, added.status, added.source, None)
    return 1 if rejected else 0


def source_as_data(source: Source) -> dict[str, object]:
    """A source as the JSON of the command-line contract; no password is in it."""
    return {
        "id": source.id,
        "source": source.name,
        "kind": str(source.kind),
        "collection": source.collection,
        "every": interval_text(source.every),
        "fetch_pages": source.fetch_pages,
        "state": str(source.state),
        "failures": source.failures,
        "last_poll": source.last_poll.isoformat(timespec="seconds") if source.last_poll else None,
        "last_result": source.last_result,
        "next": source.next_poll.isoformat(timespec="seconds") if source.next_poll else None,
    }


def result_as_data(result: PollResult) -> dict[str, object]:
    return {
        "id": result.source.id,
        "source": result.source.name,
        "collection": result.source.collection,
        "found": result.found,
        "added": result.added,
        "updated": result.updated,
        "rejected": result.rejected,
        "status": str(result.status),
        "reason": result.reason,
        "next": result.next.isoformat(timespec="seconds") if result.next else None,
    }


# Polling


def _poll_due(settings: Settings, options: argparse.Namespace, number: int | None) -> int:
    """A round beside a running bot. It takes no bulk lock, so that an import started meanwhile still works."""
    with held(settings.data, POLL, "poll"), archive_to_write(settings.data) as archive:
        due = [source for source in archive.sources.due(_now()) if number is None or source.number == number]
        results = _poll_all(archive, due, settings, options, named=False, seconds_each=_SOURCE_SECONDS)
        # An import that is at work gives vectors to everything when it has read; twice would be a waste.
        if not is_held(settings.data, BULK):
            embed_for_a_while(archive, settings, _EMBEDDING_SECONDS, time.monotonic)
    return _exit_code(results)


def _poll_all(
    archive: Archive,
    sources: Iterable[Source],
    settings: Settings,
    options: argparse.Namespace,
    *,
    named: bool,
    seconds_each: float = math.inf,
) -> list[PollResult]:
    results = []
    with fetcher_for(settings) as fetcher:
        for source in sources:
            if source.state is SourceState.GONE and not named:
                continue
            ends = time.monotonic() + seconds_each
            with progress(f"polling {source.id}") as advance:
                result = poll(
                    archive,
                    source,
                    _now,
                    fetcher,
                    password_of=lambda source: _password_of(source, settings),
                    enough=partial(_is_past, ends),
                    on_report=_Telling(advance),
                )
            results.append(result)
            _print_result(result, options)
    return results


class _Telling:
    """Shows how far a poll is, and what could not be read: its result only counts that."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance
        self._count = 0

    def __call__(self, report: ItemReport) -> None:
        self._count += 1
        self._advance(self._count, None, f"{self._count:,} items")
        if report.status is Status.REJECTED:
            say(f"rejected  {report.source}  ({report.reason})")


def _is_past(ends: float) -> bool:
    return time.monotonic() >= ends


def _password_of(source: Source, settings: Settings) -> str | None:
    try:
        return settings.imap_password(source.number)
    except SettingsError as error:  # of this mailbox; the other sources are polled all the same
        raise SourceTrouble(str(error)) from error


def _exit_code(results: Iterable[PollResult]) -> int:
    fine = (PollStatus.OK, PollStatus.UNCHANGED)
    return 1 if any(result.status not in fine or result.rejected for result in results) else 0


def _print_result(result: PollResult, options: argparse.Namespace) -> None:
    if options.json:
        print_json(result_as_data(result))
        return
    following = f"next {_local(result.next)}" if result.next else "not polled again by itself"
    print_line(f"{result.source.id}  {result.source.name}  {result.text}; {following}")


# Naming


@dataclass(frozen=True, slots=True)
class _Added:
    source: Source
    status: str  # added, updated (with other options than before) or same


def _add(
    archive: Archive,
    address: str,
    kind: SourceKind,
    collection: str,
    every: dt.timedelta | None,
    *,
    fetch_pages: bool,
) -> _Added:
    with archive.transaction():
        known = archive.sources.at(address, collection)
        if known is None:
            interval = every or DEFAULT_INTERVAL
            return _Added(
                archive.sources.add(address, kind, collection, every=interval, fetch_pages=fetch_pages, now=_now()),
                "added",
            )
        interval = every or known.every
        if (known.every, known.fetch_pages) == (interval, fetch_pages):
            return _Added(known, "same")
        archive.sources.change(known.number, every=interval, fetch_pages=fetch_pages)
        changed = archive.sources.with_number(known.number)
        assert changed is not None
        return _Added(changed, "updated")


def _print_outline(
    options: argparse.Namespace, name: str, status: str, source: Source | None, reason: str | None
) -> None:
    if options.json:
        print_json({"source": name, "status": status, "id": source.id if source else None, "reason": reason})
    else:
        known = f"  {source.id}" if source else ""
        print_line(f"{status}{known}  {name}" + (f"  ({reason})" if reason else ""))


def _bytes_of(path: Path) -> bytes:
    if not path.exists():
        raise NothingThere(path)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror}): source import takes an OPML file") from error


def _number(identifier: str) -> int:
    number = source_number(identifier)
    if number is None:
        raise UsageError(f"No source {identifier[:40]}. The command source list shows them.")
    return number


def _existing(archive: Archive, number: int) -> None:
    if archive.sources.with_number(number) is None:
        raise UsageError(f"No source {source_id(number)}. The command source list shows them.")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _local(moment: dt.datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
