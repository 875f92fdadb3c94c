"""The sources in the archive's database: what was named, how far each was read, and how it fares."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.sources.source import Source, SourceKind, SourceState, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a poll leaves behind about a source, beside the items."""

    last_poll: dt.datetime
    last_result: str
    next_poll: dt.datetime | None
    failures: int
    state: SourceState


class SourceRecords:
    """Finds and keeps sources; `Archive.sources` is one. Everything that writes belongs inside `Archive.transaction`.

    Beside its cursor a source has *marks*: a text for each of its parts (a month of a list, a file of a folder, an item
    of a feed) that says what of it was read. Only the reader of the source's kind understands them.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def everyone(self) -> list[Source]:
        """All sources, oldest first."""
        return [_source(row) for row in self._connection.execute(f"{_SELECT} ORDER BY id")]

    def with_number(self, number: int) -> Source | None:
        row = self._connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
        return _source(row) if row else None

    def at(self, address: str, collection: str) -> Source | None:
        """The source of this address in this collection, if it was named before."""
        row = self._connection.execute(
            f"{_SELECT} WHERE address = ? AND collection = ?", (address, collection)
        ).fetchone()
        return _source(row) if row else None

    def due(self, now: dt.datetime) -> list[Source]:
        """The sources whose time has come, longest overdue first."""
        return [
            _source(row)
            for row in self._connection.execute(
                f"{_SELECT} WHERE next_poll <= ? ORDER BY next_poll, id", (_moment(now),)
            )
        ]

    def next_due(self) -> dt.datetime | None:
        """When the next source comes due; None when none is ever polled by itself."""
        row = self._connection.execute("SELECT min(next_poll) FROM sources").fetchone()
        return dt.datetime.fromisoformat(row[0]) if row[0] else None

    def marks(self, number: int) -> dict[str, str]:
        """What was read of each part of a source."""
        return dict(self._connection.execute("SELECT part, mark FROM source_marks WHERE source_id = ?", (number,)))

    # Writing

    def add(
        self,
        address: str,
        kind: SourceKind,
        collection: str,
        *,
        every: dt.timedelta,
        fetch_pages: bool,
        now: dt.datetime,
    ) -> Source:
        """A new source under a number of its own, due at once."""
        added = self._connection.execute(
            "INSERT INTO sources (address, kind, collection, every_seconds, fetch_pages, added_at, next_poll) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (address, kind, collection, int(every.total_seconds()), fetch_pages, _moment(now), _moment(now)),
        )
        assert added.lastrowid is not None
        source = self.with_number(added.lastrowid)
        assert source is not None
        return source

    def change(self, number: int, *, every: dt.timedelta, fetch_pages: bool) -> None:
        self._connection.execute(
            "UPDATE sources SET every_seconds = ?, fetch_pages = ? WHERE id = ?",
            (int(every.total_seconds()), fetch_pages, number),
        )

    def remove(self, number: int) -> bool:
        """Forget a source and how far it was read; its articles stay. False when there was none of that number."""
        return bool(self._connection.execute("DELETE FROM sources WHERE id = ?", (number,)).rowcount)

    def advance(
        self,
        number: int,
        *,
        cursor: str | None = None,
        validators: Validators | None = None,
        marks: Mapping[str, str | None] | None = None,
    ) -> None:
        """Note what was read; None leaves the cursor or the validators as they are, a mark of None takes it away.

        Only to be called once the items are stored: after a crash a part is read again rather than lost. A source
        that was removed meanwhile is left removed.
        """
        if self.with_number(number) is None:
            return
        if cursor is not None:
            self._connection.execute("UPDATE sources SET cursor = ? WHERE id = ?", (cursor, number))
        if validators is not None:
            self._connection.execute(
                "UPDATE sources SET etag = ?, last_modified = ? WHERE id = ?",
                (validators.etag, validators.last_modified, number),
            )
        for part, mark in (marks or {}).items():
            if mark is None:
                self._connection.execute("DELETE FROM source_marks WHERE source_id = ? AND part = ?", (number, part))
            else:
                self._connection.execute(
                    "INSERT OR REPLACE INTO source_marks (source_id, part, mark) VALUES (?, ?, ?)", (number, part, mark)
                )

    def move(self, number: int, address: str) -> bool:
        """Poll another address from now on. False when another source has it in the same collection."""
        moved = self._connection.execute("UPDATE OR IGNORE sources SET address = ? WHERE id = ?", (address, number))
        return bool(moved.rowcount)

    def settle(self, number: int, health: Health) -> None:
        """Note how a poll ended."""
        self._connection.execute(
            "UPDATE sources SET last_poll = ?, last_result = ?, next_poll = ?, failures = ?, state = ? WHERE id = ?",
            (
                _moment(health.last_poll),
                health.last_result,
                _moment(health.next_poll) if health.next_poll else None,
                health.failures,
                health.state,
                number,
            ),
        )


_SELECT = (
    "SELECT id, address, kind, collection, every_seconds, added_at, fetch_pages, cursor, etag, last_modified, "
    "next_poll, last_poll, last_result, failures, state FROM sources"
)

_Row = tuple[
    int, str, str, str, int, str, int, str, str | None, str | None, str | None, str | None, str | None, int, str
]


def _source(row: _Row) -> Source:
    return Source(
        number=row[0],
        address=row[1],
        kind=SourceKind(row[2]),
        collection=row[3],
        every=dt.timedelta(seconds=row[4]),
        added_at=dt.datetime.fromisoformat(row[5]),
        fetch_pages=bool(row[6]),
        cursor=row[7],
        validators=Validators(row[8], row[9]),
        next_poll=dt.datetime.fromisoformat(row[10]) if row[10] else None,
        last_poll=dt.datetime.fromisoformat(row[11]) if row[11] else None,
        last_result=row[12],
        failures=row[13],
        state=SourceState(row[14]),
    )


def _moment(moment: dt.datetime) -> str:
    # One zone and one length, so that the database compares moments as it compares texts.
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
