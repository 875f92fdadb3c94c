"""The book of servers: their settings and their rules for collections, in the ledger's file."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from bot.briefings.ledger import FILE_NAME
from bot.briefings.schema import APPLICATION_ID, MIGRATIONS
from bot.servers.access import OPEN, CollectionRule, FullText, Rules
from bot.servers.server_settings import ServerSettings
from corpus.database import open_database, transaction, unusable

_LEFT_AT = "left_at"  # no setting of anybody's: when we were first seen not to be in a server any more
NO_SERVER = 0  # stands for a collection that the operator keeps from every server; Discord gives no such id


class ServerBook:
    """Blocking, one thread at a time; every method is one transaction. What another process writes is seen at once.

    Errors of the database become an `ArchiveUnusable` with one line to read.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._rules: tuple[int, Rules] | None = None  # with the version of the file at which they were read

    @classmethod
    def open(cls, folder: Path) -> Self:
        path = (folder / FILE_NAME).absolute()
        return cls(open_database(path, MIGRATIONS, application_id=APPLICATION_ID, durable=True), path)

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, writable: bool = True) -> Iterator[Self]:
        """The book while the block runs; to read, an empty one where there is none: reading makes no folder."""
        path = (folder / FILE_NAME).absolute()
        if not writable and not path.exists():
            path, writable = Path(":memory:"), True
        durable = open_database(path, MIGRATIONS, application_id=APPLICATION_ID, writable=writable, durable=True)
        with closing(durable):
            yield cls(durable, path)

    def close(self) -> None:
        self._connection.close()

    def settings(self, server: int) -> ServerSettings:
        with self._told():
            rows = self._connection.execute("SELECT name, value FROM guild_settings WHERE guild = ?", (server,))
            return ServerSettings.from_rows(dict(rows))

    def change(self, server: int, **choices: Any) -> ServerSettings:
        """Change some settings of a server, the others staying. Raises ValueError as `ServerSettings.changed`."""
        with self._written():
            rows = self._connection.execute("SELECT name, value FROM guild_settings WHERE guild = ?", (server,))
            settings = ServerSettings.from_rows(dict(rows)).changed(**choices)
            kept = settings.rows()
            self._connection.executemany(
                "DELETE FROM guild_settings WHERE guild = ? AND name = ?",
                [(server, name) for name in choices if name not in kept],
            )
            self._connection.executemany(
                "INSERT INTO guild_settings (guild, name, value) VALUES (?, ?, ?) "
                "ON CONFLICT (guild, name) DO UPDATE SET value = excluded.value",
                [(server, name, kept[name]) for name in choices if name in kept],
            )
        return settings

    def rules(self) -> Rules:
        """All rules; read again only when the file has changed."""
        with self._told():
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if self._rules is None or self._rules[0] != version:
                self._rules = version, self._read_rules()
            return self._rules[1]

    def set_rule(self, server: int, collection: str, rule: CollectionRule) -> None:
        """What a server's managers decided for a collection; the default is not kept."""
        with self._written():
            self._connection.execute(
                "DELETE FROM collection_rules WHERE guild = ? AND collection = ?", (server, collection)
            )
            if rule != OPEN:
                self._connection.execute(
                    "INSERT INTO collection_rules (guild, collection, visible, channels, roles, full_text) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (server, collection, rule.visible, _list(rule.channels), _list(rule.roles), str(rule.full_text)),
                )

    def keep_to_servers(self, collection: str, servers: Collection[int] | None) -> None:
        """The operator's word: only these servers may see a collection; None: every server."""
        with self._written():
            self._connection.execute("DELETE FROM collection_servers WHERE collection = ?", (collection,))
            if servers is not None:
                self._connection.executemany(
                    "INSERT INTO collection_servers (collection, guild) VALUES (?, ?)",
                    [(collection, server) for server in {*servers} or {NO_SERVER}],
                )

    def left_since(self, here: Collection[int], now: dt.datetime) -> dict[int, dt.datetime]:
        """The servers that something is kept for and that are not `here`, with the moment when that was first seen.

        One that is back is forgotten to have been away.
        """
        with self._written():
            known = {
                server
                for (server,) in self._connection.execute(
                    "SELECT guild FROM guild_settings UNION SELECT guild FROM collection_rules "
                    "UNION SELECT guild FROM subscriptions WHERE guild IS NOT NULL"
                )
            }
            self._connection.executemany(
                "DELETE FROM guild_settings WHERE guild = ? AND name = ?",
                [(server, _LEFT_AT) for server in known & set(here)],
            )
            self._connection.executemany(
                "INSERT INTO guild_settings (guild, name, value) VALUES (?, ?, ?) ON CONFLICT (guild, name) DO NOTHING",
                [(server, _LEFT_AT, now.isoformat()) for server in known - set(here)],
            )
            rows = self._connection.execute("SELECT guild, value FROM guild_settings WHERE name = ?", (_LEFT_AT,))
            return {server: dt.datetime.fromisoformat(when) for server, when in rows}

    def _read_rules(self) -> Rules:
        of_servers = {
            (server, collection): CollectionRule(bool(visible), _ids(channels), _ids(roles), FullText(full_text))
            for server, collection, visible, channels, roles, full_text in self._connection.execute(
                "SELECT guild, collection, visible, channels, roles, full_text FROM collection_rules"
            )
        }
        servers: dict[str, set[int]] = {}
        for collection, server in self._connection.execute("SELECT collection, guild FROM collection_servers"):
            servers.setdefault(collection, set()).add(server)
        return Rules(of_servers, {name: frozenset(ids - {NO_SERVER}) for name, ids in servers.items()})

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise unusable(self._path, error) from error

    @contextmanager
    def _written(self) -> Iterator[None]:
        self._rules = None  # `data_version` tells of other connections' writes only
        with self._told(), transaction(self._connection):
            yield


def _list(ids: Collection[int] | None) -> str | None:
    return None if ids is None else json.dumps(sorted(ids))


def _ids(text: str | None) -> frozenset[int] | None:
    return None if text is None else frozenset(json.loads(text))
