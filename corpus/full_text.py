"""Full-text search over passages: stemmed words, and strings of any script by their trigrams.

Two FTS5 tables. `passage_words` holds every passage, folded and stemmed as English. `passage_trigrams` holds only those
passages whose words the first cannot find (`SCRIPTS`, ``C++``, ``C#``), so that an English archive pays nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from corpus.article import Scope

# Letters that are not of the Latin script, as ranges of characters in a pattern; the schema has the same.
SCRIPTS = (
    "\u0370-\u1cff\u1f00-\u1fff\u3040-\ud7ff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufefc\uff10-\uffdc\U00020000-\U0003ffff"
)
_BEYOND_WORDS = re.compile(rf"[{SCRIPTS}]|[A-Za-z]\+\+|[A-Z]#")
_TRIGRAM = 3
MERGED_PAGES = 500  # in one step, 40 ms of CPU, during which nobody else can write; 10^5 passages take 0.7 s in all


class Match(NamedTuple):
    """An article that was found, as far as lists and counts need it.

    The days are those that its date can mean, as the archive spells them (ISO), both None where it has none.
    """

    article: int
    passage: int  # its first one that was found
    outlet: str | None
    first_day: str | None
    last_day: str | None


class FullText:
    """The words of the archive's passages. `PassageStore` is one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._counted: dict[str, int] = {}
        self._counted_at = (0, 0)

    def matching(self, expression: str, *, limit: int, scope: Scope) -> list[tuple[int, float]]:
        """Passages that match an FTS5 expression, best first: (passage number, BM25, larger is better).

        The title counts like the body. Raises ValueError on an expression that FTS5 cannot read.
        """
        join, condition, values = _within(scope)
        # The order is asked for by name: `ORDER BY rank` took half as long again (SQLite 3.40, 10^5 passages).
        rows = self._ask_words(
            f"SELECT w.rowid, -bm25(passage_words) AS score FROM passage_words w {join} "
            f"WHERE passage_words MATCH ? AND {condition} ORDER BY score DESC, w.rowid LIMIT ?",
            (expression, *values, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def any_matching(self, expression: str, scope: Scope) -> int | None:
        """The number of one passage, whichever, that matches an FTS5 expression."""
        join, condition, values = _within(scope)
        rows = self._ask_words(
            f"SELECT w.rowid FROM passage_words w {join} WHERE passage_words MATCH ? AND {condition} LIMIT 1",
            (expression, *values),
        )
        return int(rows[0][0]) if rows else None

    def holding(self, piece: str, *, limit: int) -> list[int]:
        """Passages among those found by trigrams that hold a string of characters, whatever its case.

        A passage that holds a string of one or two characters twice comes twice; `limit` counts it twice, too.
        """
        sql, values = _holding(piece)
        return [row[0] for row in self._connection.execute(f"{sql} LIMIT ?", (*values, limit))]

    def matching_articles(
        self, expression: str | None, scope: Scope, *, pieces: Sequence[str] = (), every: bool = False
    ) -> int:
        """How many articles have a passage that matches an FTS5 expression or holds one of the pieces.

        With `every` the one passage has to match the expression and hold all of the pieces.
        """
        found, values = _found(expression, pieces, every=every)
        if not found:
            return 0
        join, condition, within = _within(scope, joined=_ARTICLES)
        rows = self._ask_words(
            f"SELECT count(DISTINCT p.article_id) FROM ({found}) w CROSS JOIN passages p ON p.id = w.passage {join} "
            f"WHERE {condition}",
            (*values, *within),
        )
        return int(rows[0][0])

    def matches(
        self, expression: str | None, scope: Scope, *, pieces: Sequence[str] = (), every: bool = False
    ) -> list[Match]:
        """The articles that `matching_articles` counts, by number; other postings of the same article left out."""
        found, values = _found(expression, pieces, every=every)
        if not found:
            return []
        condition, within = scope_conditions(scope)
        rows = self._ask_words(
            f"{_SELECT_MATCHES} FROM ({found}) w CROSS JOIN passages p ON p.id = w.passage {_ARTICLES} "
            f"WHERE {condition} AND a.duplicate_of IS NULL GROUP BY a.id",
            (*values, *within),
        )
        return [Match(*row) for row in rows]

    def frequency(self, term: str) -> int:
        """In how many passages a term stands, as the full-text index knows it: stemmed, folded, lower case."""
        row = self._connection.execute("SELECT doc FROM passage_terms WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def terms(self, beginning: str) -> list[str]:
        """The terms that begin with some letters, as the full-text index knows them, whoever may see their passages."""
        rows = self._connection.execute(
            "SELECT term FROM passage_terms WHERE term >= ? AND term < ?", (beginning, f"{beginning}\U0010ffff")
        )
        return [row[0] for row in rows]

    def words_of(self, passage: int) -> tuple[str, str]:
        """The title and the body of a passage, as they are searched; both empty where it is gone."""
        row = self._connection.execute("SELECT title, body FROM passage_words WHERE rowid = ?", (passage,)).fetchone()
        return (row[0], row[1]) if row else ("", "")

    def how_many(self, expression: str) -> int:
        """How many passages match an FTS5 expression. Remembered until anything is written to the archive."""
        now = (self._connection.execute("PRAGMA data_version").fetchone()[0], self._connection.total_changes)
        if now != self._counted_at or len(self._counted) > _MOST_COUNTED:
            self._counted, self._counted_at = {}, now
        if expression not in self._counted:
            rows = self._ask_words("SELECT count(*) FROM passage_words WHERE passage_words MATCH ?", (expression,))
            self._counted[expression] = int(rows[0][0])
        return self._counted[expression]

    def has_trigrams(self) -> bool:
        """Whether there is any passage that `holding` could find."""
        return bool(self._connection.execute("SELECT EXISTS (SELECT 1 FROM passage_trigrams)").fetchone()[0])

    # Writing

    def is_scattered(self) -> bool:
        """Whether more than a tenth of the words' index lies outside its largest segment.

        A question looks into every segment: at 10^5 passages it took 4.5 ms of CPU with eight, 3.8 with one, and 4.2
        with a tenth of the passages added by portions to that one. FTS5 keeps a table of the pages of segments (section
        "The %_idx Table" of its documentation), which takes 0.6 ms to count there.
        """
        pages = [row[0] for row in self._connection.execute(_PAGES_OF_SEGMENTS)]
        return bool(pages) and sum(pages) - max(pages) > _SCATTERED * sum(pages)

    def merge_words(self, *, begin: bool, pages: int = MERGED_PAGES) -> bool:
        """Merge `pages` of the words' index, inside a transaction of its own; whether another step is due.

        `begin` with the first step. What was merged stays if no other step follows, and everything is found at any
        time.
        """
        before = self._connection.total_changes
        self._connection.execute(
            "INSERT INTO passage_words (passage_words, rank) VALUES ('merge', ?)",
            (-pages if begin else pages,),
        )
        return self._connection.total_changes - before >= _LEAST_CHANGES

    # By the archive alone

    def _add_words(self, passage: int, title: str, body: str) -> None:
        self._connection.execute(
            "INSERT INTO passage_words (rowid, title, body) VALUES (?, ?, ?)", (passage, title, body)
        )
        if _BEYOND_WORDS.search(f"{title} {body}"):
            # The last one and two characters, too, begin a trigram.
            self._connection.execute(
                "INSERT INTO passage_trigrams (rowid, title, body) VALUES (?, ?, ?)",
                (passage, f"{title}  ", f"{body}  "),
            )

    def _remove_words(self, passage: int) -> None:
        self._connection.execute("DELETE FROM passage_words WHERE rowid = ?", (passage,))
        self._connection.execute("DELETE FROM passage_trigrams WHERE rowid = ?", (passage,))

    def _ask_words(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_ERROR":  # the expression; a full disk or a lock has a name of its own
                raise ValueError(f"not a full-text expression: {values!r}") from error
            raise


_MOST_COUNTED = 10_000
_SCATTERED = 0.1
_PAGES_OF_SEGMENTS = "SELECT count(*) FROM passage_words_idx GROUP BY segid"
_LEAST_CHANGES = 2  # fewer mean that nothing was left to merge (FTS5's documentation of 'merge')
_CACHE_KIB = 32_768  # at most; with SQLite's own 2 MB a question at 10^5 passages took a sixth longer
_ARTICLES = "CROSS JOIN articles a ON a.id = p.article_id"
_SELECT_MATCHES = "SELECT a.id, min(p.id), a.outlet, a.first_day, a.last_day"


def _within(
    scope: Scope, joined: str = f"CROSS JOIN passages p ON p.id = w.rowid {_ARTICLES}"
) -> tuple[str, str, tuple[object, ...]]:
    """What to join to ``w``, under which condition, with which values. What is not in a scope is not scored.

    CROSS JOIN: the words are looked up first. Passages of removed articles have no words, so that a search of the whole
    archive joins nothing.
    """
    if scope == Scope():
        return "", "TRUE", ()
    condition, values = scope_conditions(scope)
    return joined, condition, values


def _found(expression: str | None, pieces: Sequence[str], *, every: bool) -> tuple[str, tuple[str, ...]]:
    """An SQL query for the passages that match an expression or hold a piece, or all of these; "" for no question."""
    asked = [_holding(piece) for piece in pieces]
    if expression is not None:
        asked.append(("SELECT rowid AS passage FROM passage_words WHERE passage_words MATCH ?", (expression,)))
    found = (" INTERSECT " if every else " UNION ").join(sql for sql, _ in asked)
    return found, tuple(value for _, values in asked for value in values)


def _holding(piece: str) -> tuple[str, tuple[str, ...]]:
    """An SQL query for the passages that hold a string, with its values."""
    if len(piece) >= _TRIGRAM:
        return "SELECT rowid AS passage FROM passage_trigrams WHERE passage_trigrams MATCH ?", (quoted(piece),)
    low = piece.lower()
    return "SELECT doc AS passage FROM passage_trigram_places WHERE term >= ? AND term < ?", (
        low,
        f"{low}\U0010ffff",
    )


def quoted(words: str) -> str:
    """A string that FTS5 reads as words alone, whatever it holds."""
    return '"' + words.replace('"', '""').replace("\0", " ") + '"'


def scope_conditions(scope: Scope) -> tuple[str, tuple[object, ...]]:
    """A scope as an SQL condition over ``articles a``, with its values. What has no date matches no dated scope."""
    conditions, values = ["a.removed_at IS NULL"], list[object]()
    if scope.collections is not None:
        marks = ",".join("?" * len(scope.collections))
        conditions.append(f"a.collection_id IN (SELECT id FROM collections WHERE name IN ({marks}))")
        values.extend(sorted(scope.collections))
    if scope.outlet is not None:
        conditions.append("a.outlet_key = ?")
        values.append(scope.outlet.casefold())
    if scope.since is not None:
        conditions.append("a.last_day >= ?")
        values.append(scope.since.isoformat())
    if scope.until is not None:
        conditions.append("a.first_day <= ?")
        values.append(scope.until.isoformat())
    if scope.author is not None:
        byline = "' ' || replace(replace(a.author, ',', ' '), ';', ' ') || ' '"
        conditions.append(f"instr(lower({byline}), lower(?)) > 0")
        values.append(f" {scope.author} ")
    if scope.article is not None:
        conditions.append("a.id = ?")
        values.append(scope.article)
    if scope.news is not None:
        conditions.append("a.news AND a.arrival > ? AND a.arrival <= ?")
        values.extend((scope.news.after, scope.news.upto))
    return " AND ".join(conditions), tuple(values)
