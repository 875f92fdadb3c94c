"""The journey of a poll: ask, read, store, remember how far, and decide when to ask again."""

from __future__ import annotations

import datetime as dt
import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from corpus.archive import Archive
from corpus.errors import CorpusError
from corpus.ingest import ItemReport, Status, ingest
from corpus.sources import feeds, growing_files, hyperkitty_lists, imap_mailboxes, pipermail_lists
from corpus.sources.fetching import Fetcher
from corpus.sources.intervals import FAILURES_UNTIL_FAILING, next_after_failure, next_after_success
from corpus.sources.portion import Means, Portion, PortionReader, SourceTrouble
from corpus.sources.source import Source, SourceKind, SourceState, masked
from corpus.sources.source_records import Health

READERS: dict[SourceKind, PortionReader] = {
    SourceKind.FEED: feeds.portions,
    SourceKind.PIPERMAIL: pipermail_lists.portions,
    SourceKind.HYPERKITTY: hyperkitty_lists.portions,
    SourceKind.IMAP: imap_mailboxes.portions,
    SourceKind.FOLDER: growing_files.portions,
}


class PollStatus(StrEnum):
    """How a poll ended."""

    OK = "ok"
    UNCHANGED = "unchanged"  # there was nothing to look at
    FAILED = "failed"
    FAILING = "failing"  # failed, as it did at least nine times before
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll found and how it ended; what was stored before it failed stays stored.

    `found` counts the items that were looked at, `added` the new articles, duplicates of known ones included. `next` is
    when the source comes due again, None when it never does by itself.
    """

    source: Source
    found: int
    added: int
    updated: int
    rejected: int
    status: PollStatus
    reason: str | None
    next: dt.datetime | None

    @property
    def text(self) -> str:
        """In a few words, as `source list` shows it."""
        counts = [f"{self.found} found, {self.added} added"] if self.found else []
        others = ((self.updated, "updated"), (self.rejected, "rejected"))
        counts += [f"{number} {name}" for number, name in others if number]
        if self.status in (PollStatus.OK, PollStatus.UNCHANGED):
            return ", ".join(counts) or "nothing new"
        return "; ".join(part for part in (f"{self.status}: {self.reason}", ", ".join(counts)) if part)


def poll(
    archive: Archive,
    source: Source,
    clock: Callable[[], dt.datetime],
    fetcher: Fetcher,
    *,
    password_of: Callable[[Source], str | None] = lambda source: None,
    certificates: str | None = None,
    chance: Callable[[], float] = random.random,
    enough: Callable[[], bool] = lambda: False,
    on_report: Callable[[ItemReport], object] = lambda report: None,
) -> PollResult:
    """Look what a source has that is new, and archive it in the source's collection.

    Items are stored in portions, and how far the source was read is noted after each: an interruption at any moment
    means that some is read again, and identity knows it. What the source does wrong is a result; what the archive
    cannot do is raised (`ArchiveUnusable`). `enough` is asked after each portion; where it breaks off a long history,
    the source stays due. `on_report` is told of each item once it is stored.
    """
    means = Means(fetcher=fetcher, now=clock(), password_of=password_of, certificates=certificates)
    tally: Counter[Status] = Counter()
    known = 0
    looked = broken_off = False
    trouble: SourceTrouble | None = None
    try:
        for portion in READERS[source.kind](source, archive.sources.marks(source.number), means):
            looked = True
            known += _store(archive, source, portion, clock, tally, on_report)
            if enough():
                broken_off = True
                break
    except SourceTrouble as error:
        trouble = error
    except (CorpusError, OSError, MemoryError):  # of the archive or of this machine, not of the source
        raise
    except Exception as error:  # one source that a reader stumbles over must not keep all others from being polled
        trouble = SourceTrouble(f"a fault of this program: {type(error).__name__} at {_place(error)}")
    now = clock()
    failures, state, following = _prospects(source, trouble, now, chance(), got_on=_changes(tally) > 0)
    if broken_off:
        following = now
    result = PollResult(
        source=source,
        found=known + tally.total(),
        added=tally[Status.ADDED] + tally[Status.DUPLICATE],
        updated=tally[Status.UPDATED],
        rejected=tally[Status.REJECTED],
        status=_status(trouble, state, looked),
        reason=masked(trouble.reason) if trouble else None,
        next=following,
    )
    with archive.transaction():
        if trouble is None:
            # Also when there was nothing yet: what comes after the first look is news.
            archive.open_collection(source.collection, now)
            archive.settle([source.collection])
        archive.sources.settle(
            source.number,
            Health(last_poll=now, last_result=result.text, next_poll=following, failures=failures, state=state),
        )
    return result


def _store(
    archive: Archive,
    source: Source,
    portion: Portion,
    clock: Callable[[], dt.datetime],
    tally: Counter[Status],
    on_report: Callable[[ItemReport], object],
) -> int:
    """The items first, then how far the source was read: in that order nothing is lost, whenever it breaks off.

    Gives how many items were found beside those that were looked at.
    """
    reports = ingest(archive, portion.items, collection=source.collection, backfill=portion.backfill, clock=clock)
    for report in reports:
        tally[report.status] += 1
        on_report(report)
    progress = portion.progress()
    with archive.transaction():
        archive.sources.advance(
            source.number, cursor=progress.cursor, validators=progress.validators, marks=progress.marks
        )
        if progress.address is not None:
            archive.sources.move(source.number, progress.address)
    return progress.known


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{PurePath(frame.filename).name}:{frame.lineno}"


def _changes(tally: Counter[Status]) -> int:
    return tally[Status.ADDED] + tally[Status.DUPLICATE] + tally[Status.UPDATED]


def _prospects(
    source: Source, trouble: SourceTrouble | None, now: dt.datetime, chance: float, *, got_on: bool
) -> tuple[int, SourceState, dt.datetime | None]:
    """Failures in a row, state, and when to ask again. A failure after something new came is counted as the first."""
    if trouble is None:
        return 0, SourceState.OK, next_after_success(now, source.every, chance)
    failures = 1 if got_on else source.failures + 1
    if trouble.gone or source.state is SourceState.GONE:
        return failures, SourceState.GONE, None
    state = SourceState.FAILING if failures >= FAILURES_UNTIL_FAILING else SourceState.OK
    return failures, state, next_after_failure(now, source.every, failures, chance, trouble.retry_after)


def _status(trouble: SourceTrouble | None, state: SourceState, looked: bool) -> PollStatus:
    if trouble is None:
        return PollStatus.OK if looked else PollStatus.UNCHANGED
    by_state = {SourceState.GONE: PollStatus.GONE, SourceState.FAILING: PollStatus.FAILING}
    return by_state.get(state, PollStatus.FAILED)
