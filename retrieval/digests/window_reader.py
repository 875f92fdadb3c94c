"""What digests read of the articles of a window, once for all digests that are composed of it.

Every digest of a round looks at nearly the same articles, and those of the next round overlap with them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import numpy as np

from corpus.archive import Archive
from retrieval.digests.article_columns import ArticleColumns, Integers
from retrieval.digests.column_reading import ColumnReader

# Passages that are kept, with all that is known of their articles: 1.7 KB each where an article has two of them and a
# vector 384 numbers, 0.25 GB in all (benchmarks/digest_load.py).
MOST_PASSAGES = 150_000
READ_AT_ONCE = 512  # articles: half a second, and a few megabytes
_MOST_PIECES = 1_000  # windows that grow article by article are read in small pieces, and each costs its own look


class WindowReader:
    """Reads articles and keeps what was read, as long as the archive has them so. For one thread at a time."""

    def __init__(self, archive: Archive, columns: ColumnReader, *, most_passages: int = MOST_PASSAGES) -> None:
        self._archive = archive
        self._columns = columns
        self._most = most_passages
        self._kept: OrderedDict[int, ArticleColumns] = OrderedDict()  # the one longest unused first
        self._places: dict[int, int] = {}  # of an article: its columns' key and its row
        self._next = 0
        self._absent: tuple[tuple[int, int], set[int]] = ((-1, -1), set())  # what was not there, at which change mark

    @property
    def passages(self) -> int:
        """How many are kept."""
        return sum(columns.passages for columns in self._kept.values())

    def read_ahead(self, numbers: Sequence[int]) -> bool:
        """Read some of those that are not kept yet; False when there was nothing to read, or no room for it."""
        known, missing = self._known(numbers)
        if not missing:
            return False
        return self._keep(self._read(missing[:READ_AT_ONCE]), {key for key, _, _ in known})

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[ArticleColumns, Integers, Integers]]:
        """Each of the articles that is there once: columns, which of their rows, and their places among `numbers`.

        What there is no room for is given all the same and read again the next time.
        """
        place_of = {number: place for place, number in reversed(list(enumerate(numbers)))}
        known, missing = self._known(list(place_of))
        using = {key for key, _, _ in known}
        for key, columns, rows in known:
            if key in self._kept:
                self._kept.move_to_end(key)
            yield columns, rows, _places(columns, rows, place_of)
        for start in range(0, len(missing), READ_AT_ONCE):
            columns = self._read(missing[start : start + READ_AT_ONCE])
            self._keep(columns, using)
            rows = np.arange(len(columns.numbers))
            yield columns, rows, _places(columns, rows, place_of)

    def _read(self, numbers: Sequence[int]) -> ArticleColumns:
        columns = self._columns.read(numbers)
        self._absent[1].update(set(numbers) - set(columns.numbers.tolist()))
        return columns

    def _known(self, numbers: Sequence[int]) -> tuple[list[tuple[int, ArticleColumns, Integers]], list[int]]:
        """What is kept of some articles, with its key, and which of them have to be read."""
        mark = self._archive.change_mark()
        if self._absent[0] != mark:
            self._absent = (mark, set())
        places = np.asarray([self._places.get(number, -1) for number in numbers], dtype=np.int64)
        for key in np.unique(places[places >= 0] // 2**16).tolist():
            self._check(key, mark)
        places = np.asarray([self._places.get(number, -1) for number in numbers], dtype=np.int64)
        keys, rows = places // 2**16, places % 2**16
        known = [(key, self._kept[key], rows[keys == key]) for key in np.unique(keys[places >= 0]).tolist()]
        absent = self._absent[1]
        return known, [
            number for number, at in zip(numbers, places.tolist(), strict=True) if at < 0 and number not in absent
        ]

    def _check(self, key: int, mark: tuple[int, int]) -> None:
        """Forget the rows that are not any more as the archive has them."""
        columns = self._kept[key]
        if columns.checked == mark:
            return
        columns.checked = mark
        now = self._archive.standings(columns.numbers.tolist())
        for row, (number, standing) in enumerate(zip(columns.numbers.tolist(), columns.standings, strict=True)):
            if now.get(number) != standing and self._places.get(number) == key * 2**16 + row:
                del self._places[number]

    def _keep(self, columns: ArticleColumns, using: set[int]) -> bool:
        """Whether there is room for columns, without those in use; they are in use from then on."""
        room = self._most - columns.passages
        kept = self.passages
        for key in list(self._kept):
            if kept <= room and len(self._kept) < _MOST_PIECES:
                break
            if key not in using:
                kept -= self._kept[key].passages
                self._forget(key)
        if kept > room:
            return False
        key = self._next
        self._next += 1
        self._kept[key] = columns
        self._places.update((number, key * 2**16 + row) for row, number in enumerate(columns.numbers.tolist()))
        using.add(key)
        return True

    def _forget(self, key: int) -> None:
        for number in self._kept.pop(key).numbers.tolist():
            if self._places.get(number, -1) // 2**16 == key:
                del self._places[number]


def _places(columns: ArticleColumns, rows: Integers, place_of: dict[int, int]) -> Integers:
    return np.asarray([place_of[number] for number in columns.numbers[rows].tolist()], dtype=np.int64)
