"""Passages in the archive: their places, their words for full-text search, their vectors, and the journal of both."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.article import BlockKind, Draft, Scope
from corpus.full_text import FullText, Match, scope_conditions
from corpus.passage import Passage, Place


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One thing that an index has to follow: a passage got its vector under `model`, or (None) it is gone."""

    position: int
    passage: int
    model: str | None


class PassageStore(FullText):
    """Reads and writes passages over the archive's connection; `Archive.passages` is one.

    Writing methods belong inside `Archive.transaction`.
    """

    # Places

    def get(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Those of the passages that (still) exist, by number."""
        found: dict[int, Passage] = {}
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            for row in self._connection.execute(
                f"SELECT id, article_id, revision, kind, start, stop FROM passages WHERE id IN ({marks})", some
            ):
                found[row[0]] = _passage(row)
        return found

    def of_article(self, number: int) -> list[Passage]:
        """The passages of an article's current revision, in order of their place."""
        rows = self._connection.execute(
            "SELECT id, article_id, revision, kind, start, stop FROM passages WHERE article_id = ? ORDER BY start",
            (number,),
        )
        return [_passage(row) for row in rows]

    def of_articles(self, numbers: Iterable[int]) -> dict[int, list[Passage]]:
        """As `of_article`, for several; those without passages are left out."""
        found: dict[int, list[Passage]] = {}
        for some in _portions(numbers):
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                "SELECT id, article_id, revision, kind, start, stop FROM passages "
                f"WHERE article_id IN ({marks}) ORDER BY article_id, start",
                some,
            )
            for row in rows:
                found.setdefault(row[1], []).append(_passage(row))
        return found

    def count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def newest(self) -> int:
        """The highest number of a passage that is there, 0 when there is none."""
        return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])

    def ids_within(self, scope: Scope, *, after: int = 0) -> array[int]:
        """The numbers above `after` of all passages that a scope may see, ascending, as 64-bit integers."""
        conditions, values = scope_conditions(scope)
        join = "JOIN"
        if after:
            join, conditions, values = f"CROSS {join}", f"p.id > ? AND {conditions}", (after, *values)
        rows = self._connection.execute(
            f"SELECT p.id FROM passages p {join} articles a ON a.id = p.article_id WHERE {conditions} ORDER BY p.id",
            values,
        )
        return array("q", (row[0] for row in rows))

    def which_within(self, ids: Iterable[int], scope: Scope) -> set[int]:
        """Those of some passages that a scope may see."""
        conditions, values = scope_conditions(scope)
        # CROSS JOIN: the passages are looked up first. Left to choose, SQLite went through a whole collection.
        within: set[int] = set()
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                "SELECT p.id FROM passages p CROSS JOIN articles a ON a.id = p.article_id "
                f"WHERE p.id IN ({marks}) AND {conditions}",
                (*some, *values),
            )
            within.update(row[0] for row in rows)
        return within

    def matches_of(self, ids: Iterable[int], scope: Scope) -> list[Match]:
        """The articles of some passages that a scope may see, by number; other postings of the same left out."""
        conditions, values = scope_conditions(scope)
        found: dict[int, Match] = {}
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                "SELECT a.id, p.id, a.outlet, a.first_day, a.last_day "
                "FROM passages p CROSS JOIN articles a ON a.id = p.article_id "
                f"WHERE p.id IN ({marks}) AND {conditions} AND a.duplicate_of IS NULL ORDER BY p.id",
                (*some, *values),
            )
            for row in rows:
                found.setdefault(row[0], Match(*row))
        return [found[number] for number in sorted(found)]

    # Vectors

    def without_vector(self, model: str, *, after: int = 0, limit: int = 1000) -> list[Passage]:
        """Passages numbered above `after` that have no vector of this model yet, ascending."""
        rows = self._connection.execute(
            "SELECT id, article_id, revision, kind, start, stop FROM passages p WHERE id > ? AND NOT EXISTS "
            "(SELECT 1 FROM vectors v WHERE v.passage_id = p.id AND v.model = ?) ORDER BY id LIMIT ?",
            (after, model, limit),
        )
        return [_passage(row) for row in rows]

    def count_without_vector(self, model: str) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM passages p WHERE NOT EXISTS "
            "(SELECT 1 FROM vectors v WHERE v.passage_id = p.id AND v.model = ?)",
            (model,),
        ).fetchone()
        return int(row[0])

    def vector_of_input(self, model: str, input_hash: bytes) -> bytes | None:
        """A vector that was already computed for the very same input text."""
        row = self._connection.execute(
            "SELECT vector FROM vectors WHERE model = ? AND input_hash = ? LIMIT 1", (model, input_hash)
        ).fetchone()
        return bytes(row[0]) if row else None

    def store_vectors(self, model: str, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
        """Keep (passage number, input hash, vector) and write the journal; a passage that is gone is left out."""
        for passage, input_hash, vector in rows:
            stored = self._connection.execute(
                "INSERT OR IGNORE INTO vectors (passage_id, model, input_hash, vector) "
                "SELECT id, ?, ?, ? FROM passages WHERE id = ?",
                (model, input_hash, vector, passage),
            )
            if stored.rowcount:
                self._connection.execute(
                    "INSERT INTO journal (event, passage_id, model) VALUES ('embedded', ?, ?)", (passage, model)
                )

    def vectors(self, model: str) -> Iterator[tuple[int, bytes]]:
        """Every (passage number, vector) of a model, ascending."""
        # The plus keeps SQLite from going by model and then sorting all vectors, which takes as much memory as they do.
        yield from self._connection.execute(
            "SELECT passage_id, vector FROM vectors WHERE +model = ? ORDER BY passage_id", (model,)
        )

    def count_vectors(self, model: str) -> int:
        return int(self._connection.execute("SELECT count(*) FROM vectors WHERE model = ?", (model,)).fetchone()[0])

    def counts_by_model(self) -> dict[str, int]:
        """How many vectors there are of each model, by its name."""
        rows = self._connection.execute("SELECT model, count(*) FROM vectors GROUP BY model ORDER BY model")
        return {row[0]: row[1] for row in rows}

    def forget_vectors(self, model: str, *, limit: int = 1000) -> int:
        """Delete so many vectors of a model at most; gives how many. Their passages stay, so the journal is silent."""
        return self._connection.execute(
            "DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors WHERE model = ? LIMIT ?)", (model, limit)
        ).rowcount

    def vectors_of(self, model: str, ids: Iterable[int]) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for some in _portions(ids):
            marks = ",".join("?" * len(some))
            found.update(
                self._connection.execute(
                    f"SELECT passage_id, vector FROM vectors WHERE model = ? AND passage_id IN ({marks})",
                    (model, *some),
                )
            )
        return found

    # Journal

    def journal_position(self) -> int:
        """The position of the newest line, 0 when there is none."""
        row = self._connection.execute("SELECT coalesce(max(position), 0) FROM journal").fetchone()
        return int(row[0])

    def journal(self, *, after: int, limit: int = 10_000) -> list[JournalLine]:
        rows = self._connection.execute(
            "SELECT position, passage_id, model FROM journal WHERE position > ? ORDER BY position LIMIT ?",
            (after, limit),
        )
        return [JournalLine(*row) for row in rows]

    # Writing, by the archive alone

    def add(self, number: int, revision: str, draft: Draft, places: Iterable[Place]) -> None:
        """Give each place a number and put its words into the full-text index."""
        for place in places:
            added = self._connection.execute(
                "INSERT INTO passages (article_id, revision, kind, start, stop) VALUES (?, ?, ?, ?, ?)",
                (number, revision, str(place.kind), place.start, place.end),
            )
            assert added.lastrowid is not None
            self._add_words(added.lastrowid, draft.title or "", draft.text[place.start : place.end])

    def remove_article(self, number: int) -> None:
        """Take an article's passages, their words and vectors out, and write the journal."""
        ids = [row[0] for row in self._connection.execute("SELECT id FROM passages WHERE article_id = ?", (number,))]
        for passage in ids:
            self._remove_words(passage)
            self._connection.execute("DELETE FROM passages WHERE id = ?", (passage,))
            self._connection.execute("INSERT INTO journal (event, passage_id) VALUES ('removed', ?)", (passage,))


def _passage(row: tuple[int, int, str, str, int, int]) -> Passage:
    return Passage(row[0], row[1], row[2], BlockKind(row[3]), row[4], row[5])


def _portions(ids: Iterable[int], size: int = 500) -> Iterator[list[int]]:
    """SQLite takes a limited number of values in one statement."""
    listed = list(ids)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
