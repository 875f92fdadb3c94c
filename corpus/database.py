"""Open a SQLite database that this program owns: pragmas, application id, numbered migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import ArchiveTooNew, ArchiveUnusable

BUSY_SECONDS = 10  # a short write waits this long for another process (the command-line contract)


def open_database(
    path: Path,
    migrations: Sequence[str],
    *,
    application_id: int,
    writable: bool = True,
    durable: bool = False,
) -> sqlite3.Connection:
    """A connection in autocommit mode, at the newest format.

    `durable` makes every commit survive a power cut (``synchronous=FULL``); without it a commit survives a crash of the
    program, and a power cut can lose the last moments but never the whole. The connection may be handed between
    threads, one at a time. A reader brings a database of an older format up to date first, where it may. Raises
    `ArchiveUnusable`; nothing is changed then.
    """
    try:
        if str(path) == ":memory:":
            connection = _connect("file::memory:")
        elif writable:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _connect(path.as_uri())
        else:
            connection = _connect_to_read(path)
    except (sqlite3.Error, OSError) as error:
        raise unusable(path, error) from error
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        found = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, application_id) or (found == 0 and version != 0):
            raise ArchiveUnusable(f"{path} is a database of another program")
        if version > len(migrations):
            raise ArchiveTooNew(path, version, len(migrations))
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            _migrate(connection, migrations, application_id)
        elif version < len(migrations):
            connection.close()
            try:
                open_database(path, migrations, application_id=application_id, durable=durable).close()
            except ArchiveUnusable as error:
                what = "has an older format: start the program once with write access to the folder"
                raise ArchiveUnusable(f"{path} {what}") from error
            return open_database(path, migrations, application_id=application_id, writable=False)
    except sqlite3.Error as error:
        connection.close()
        raise unusable(path, error) from error
    except ArchiveUnusable:
        connection.close()
        raise
    return connection


def unusable(path: Path, error: Exception) -> ArchiveUnusable:
    """The one-line reason why a database cannot be worked with, from what SQLite or the system said."""
    said = str(error).lower()
    code = getattr(error, "sqlite_errorname", "")
    if "disk is full" in said or "no space left" in said or code == "SQLITE_FULL":
        return ArchiveUnusable(f"the disk is full: {path.parent}. Free some space and run the same command again")
    if "readonly" in said or "read-only" in said or "permission denied" in said or code == "SQLITE_READONLY":
        return ArchiveUnusable(f"cannot write to {path.parent}: it is read-only. Choose another folder with --data")
    if "unable to open" in said:
        return ArchiveUnusable(f"cannot open {path}: check that its folder exists and can be written")
    if "locked" in said or code == "SQLITE_BUSY":
        return ArchiveUnusable(f"{path} was busy for {BUSY_SECONDS} seconds: try again when the import has ended")
    if "malformed" in said or "not a database" in said or code.startswith("SQLITE_CORRUPT"):
        return ArchiveUnusable(f"{path} is damaged: restore a backup, or move it away and import again")
    if "not a directory" in said or "file exists" in said:
        return ArchiveUnusable(f"{path.parent} is not a folder: choose another one with --data")
    return ArchiveUnusable(f"cannot use {path}: {error}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; takes the write lock at once, so that a reader never has to be told to start again."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back by itself
            connection.execute("ROLLBACK")
        raise


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Read-only; on a disk that cannot be written SQLite needs to be told that nobody else writes either."""
    connection = _connect(path.as_uri() + "?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if not path.exists():
            raise
        connection = _connect(path.as_uri() + "?mode=ro&immutable=1")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str], application_id: int) -> None:
    """Bring the format up to date, every missing step in one transaction of its own."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == len(migrations):
        return
    for number, migration in enumerate(migrations, start=1):
        with transaction(connection):
            # Asked again inside: another process may have been first.
            if connection.execute("PRAGMA user_version").fetchone()[0] >= number:
                continue
            for statement in _statements(migration):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {application_id}")
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit the transaction that we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
