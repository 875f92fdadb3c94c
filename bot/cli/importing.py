"""`import`: files and folders into the archive, a line of report for each item."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bot.cli.output import print_json, print_line, progress, say
from bot.errors import UsageError
from bot.locks import BULK, BULK_WORK, held
from bot.settings import Settings
from bot.wiring import archive_to_write, refresh_index, settings_for
from corpus.archive import Archive
from corpus.article import RawItem, Unreadable, article_id
from corpus.errors import NothingThere
from corpus.ingest import ItemReport, Status, ingest
from corpus.readers.opening import bytes_to_read, read_items

if TYPE_CHECKING:
    from corpus.sources.portion import Portion

_LOOK_AGAIN_SECONDS = 5.0
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def import_paths(options: argparse.Namespace) -> int:
    """Read every path, report every item, then bring the index up to date. 1 if any item was rejected."""
    settings = settings_for(options)
    paths = [Path(path) for path in options.paths]
    for path in paths:
        if not path.exists():
            raise NothingThere(path)
    if options.collection is not None:
        options.collection = collection_named(options.collection)
    if options.watch and (options.dry_run or options.limit or options.format != "auto"):
        raise UsageError("--watch goes with neither --dry-run, --limit nor --format")
    started = time.monotonic()
    if options.watch:
        watch(settings, paths, options)
    if options.dry_run:
        with _a_copy(settings) as archive:
            tally = _report_all(archive, paths, options)
    else:
        with held(settings.data, BULK, BULK_WORK), archive_to_write(settings.data) as archive:
            tally = _report_all(archive, paths, options)
            with progress("embedding") as advance:
                refresh_index(archive, settings, on_progress=advance)
    _summarise(tally, time.monotonic() - started, options)
    return 1 if tally[Status.REJECTED] else 0


def _report_all(archive: Archive, paths: list[Path], options: argparse.Namespace) -> Counter[Status]:
    tally: Counter[Status] = Counter()
    read, total = 0, sum(map(bytes_to_read, paths))

    with progress("reading") as advance:

        def tell(count: int) -> None:
            nonlocal read
            read += count
            if not tally:  # a file that is read at one go needs no word
                return
            # An archive's members are read without order, a repository's mails are not its bytes: never more than all.
            advance(min(read, total), total, f"{sum(tally.values()):,} items")

        for path in paths:
            found = 0
            left = None if options.limit is None else options.limit - sum(tally.values())
            if left == 0:
                break
            items = islice(read_items(path, options.format, on_read=tell), left)
            begun: dict[str, bool] = {}  # by collection: whether its first import had ended before this path
            for report in _ingested(archive, items, path, options, whole=left is None):
                found += 1
                if report.article is not None and report.status is Status.ADDED:
                    name = report.article.collection
                    if name not in begun:
                        begun[name] = archive.is_settled(name)
                tally[report.status] += 1
                _print_report(report, options)
            if not found:
                say(f"briefing-bot: warning: nothing to import in {path}")
            for name in sorted(name for name, settled in begun.items() if not settled):
                say(f"the first import into the collection {name} is not news: digests start with what comes after it")
    return tally


def _ingested(
    archive: Archive, items: Iterable[RawItem | Unreadable], path: Path, options: argparse.Namespace, whole: bool = True
) -> Iterator[ItemReport]:
    return ingest(
        archive,
        items,
        collection=options.collection,
        fallback_collection=fallback_collection(path),
        backfill=options.backfill,
        whole=whole,
    )


def watch(settings: Settings, paths: list[Path], options: argparse.Namespace) -> NoReturn:
    """Import, look again every few seconds, and import what was added or has changed. Ctrl-C ends it."""
    # Here, because polling comes with the network's libraries, for which no other import should have to wait.
    from corpus.sources.growing_files import growth
    from corpus.sources.portion import SourceTrouble

    marks: dict[Path, dict[str, str]] = {path: {} for path in paths}
    while True:
        for path in paths:
            try:
                for portion in growth(path, marks[path], dt.datetime.now(dt.UTC)):
                    _import_portion(settings, path, portion, marks[path], options)
            except SourceTrouble as trouble:
                say(f"briefing-bot: {path}: {trouble.reason}")
        time.sleep(_LOOK_AGAIN_SECONDS)


def _import_portion(
    settings: Settings, path: Path, portion: Portion, marks: dict[str, str], options: argparse.Namespace
) -> None:
    # The lock is held for the work alone: another import may go between two looks.
    with held(settings.data, BULK, BULK_WORK), archive_to_write(settings.data) as archive:
        for report in _ingested(archive, portion.items, path, options):
            _print_report(report, options)
        refresh_index(archive, settings)
    for part, mark in portion.progress().marks.items():
        if mark is None:
            marks.pop(part, None)
        else:
            marks[part] = mark


def collection_named(text: str) -> str:
    """The name of a collection as somebody typed it. Raises `UsageError`."""
    name = text.strip()
    if not name:
        raise UsageError("--collection needs a name")
    if _CONTROL.search(name):
        raise UsageError("--collection takes a name of one line, without control characters")
    return name


def fallback_collection(path: Path) -> str:
    """The name of a folder, or of a file without what follows its first dot."""
    name = _CONTROL.sub("_", path.resolve().name)
    return (name if path.is_dir() else name.split(".")[0]) or "archive"


def _print_report(report: ItemReport, options: argparse.Namespace) -> None:
    duplicate_of = article_id(report.duplicate_of) if report.duplicate_of else None
    if options.json:
        from bot.cli.plain_data import article_as_data

        article = None
        if report.article is not None:
            article = article_as_data(report.article, words=options.dry_run)
            if options.dry_run:
                article["id"] = None
        print_json(
            {
                "source": report.source,
                "status": str(report.status),
                "article": article,
                "duplicate_of": duplicate_of,
                "reason": report.reason,
            }
        )
        return
    if report.status is Status.SAME:  # thousands of lines of "same" would bury what matters; the summary counts them
        return
    name = report.article.title or "(no title)" if report.article else ""
    known = f"{report.article.id} " if report.article and not options.dry_run else ""
    what = f"duplicate of {duplicate_of}" if report.status is Status.DUPLICATE and duplicate_of else str(report.status)
    print_line(
        f"{what:<10}  {report.source}  {known}{name}".rstrip() + (f"  ({report.reason})" if report.reason else "")
    )


def _summarise(tally: Counter[Status], seconds: float, options: argparse.Namespace) -> None:
    counts = {str(status): tally[status] for status in Status}
    if options.json:
        print_json({"summary": {**counts, "seconds": round(seconds, 3)}})
        return
    done = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"
    print_line(f"{done} in {seconds:.1f} s" + (" (dry run: nothing was stored)" if options.dry_run else ""))


@contextmanager
def _a_copy(settings: Settings) -> Iterator[Archive]:
    """An archive to try things on, with what the real one holds, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="briefing-dry-run-") as folder:
        if Archive.exists(settings.data):
            with Archive.open(settings.data, writable=False) as real:
                real.copy_to(Path(folder))
        with Archive.open(Path(folder)) as copy:
            yield copy
