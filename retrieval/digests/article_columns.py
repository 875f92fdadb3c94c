"""What a digest must know of many articles before it reads any: a value of each in columns, and where words stand.

Objects would do the same at twenty times the memory, and every collection of garbage would walk through them while
nothing else runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Kind
from corpus.catalogue import Standing
from retrieval.index.vector_index import Halves
from retrieval.models.embedding import Vectors
from retrieval.stories.reports import Report
from retrieval.topics.topic import Sources

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Occurrences:
    """Which rows have which words. Words are kept as Python's own hashes (64 bits), which hold for one process."""

    def __init__(self, words: Sequence[Iterable[str]]) -> None:
        """`words` of each row, each of them once."""
        hashes = [np.fromiter(map(hash, some), dtype=np.int64) for some in words]
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *hashes])
        numbered = np.arange(len(words), dtype=np.min_scalar_type(len(words)))  # kept once a word: mostly two bytes
        rows = np.repeat(numbered, [len(some) for some in hashes])
        order = np.argsort(flat, kind="stable")
        self._known, starts = np.unique(flat[order], return_index=True)
        self._starts = np.append(starts, len(flat)).astype(np.uint32)
        self._rows = rows[order]
        self._count = len(words)

    def having(self, word: str) -> Truths:
        """A truth for each row."""
        found = np.zeros(self._count, dtype=bool)
        wanted = hash(word)
        place = int(np.searchsorted(self._known, wanted))
        if place < len(self._known) and self._known[place] == wanted:
            found[self._rows[self._starts[place] : self._starts[place + 1]]] = True
        return found


class Hashes:
    """A set of 32-bit hashes for each row.

    Kept as sets they would take five times the memory, and the collector of garbage would look through each of them.
    """

    def __init__(self, sets: Sequence[Iterable[int]]) -> None:
        arrays = [np.fromiter(some, dtype=np.uint32) for some in sets]
        self._flat = np.concatenate([np.zeros(0, dtype=np.uint32), *arrays])
        self._ends = np.cumsum([0, *(len(some) for some in arrays)])

    def __len__(self) -> int:
        """How many rows."""
        return len(self._ends) - 1

    def of(self, row: int) -> frozenset[int]:
        return frozenset(self._flat[self._ends[row] : self._ends[row + 1]].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class TopicArticle:
    """An article that a digest may tell of, as far as that is known without reading it again.

    `text` is the number of the main posting of what it says, `day` the first one that its date can mean, `size` the
    code points of its body. `score` (0 to 1), the places of its `best_passages`, and `words`, those of the topic that
    it has, as the topic spells them, are of the topic at hand.
    """

    number: int
    revision: str
    text: int
    external_id: str | None
    outlet: str | None
    day: dt.date | None
    size: int
    report: Report
    score: float = 1.0
    best_passages: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class ArticleColumns:
    """One row an article, in the order of `numbers`. What is no article (`is_article`) has nothing but its row.

    The passages of row n are the rows ``starts[n] : starts[n + 1]`` of `vectors`; its report's vector is the row
    `leads[n]` of them, -1 where it has none. `days` are ordinals, first and last, 0 where no date is known.
    `wording` are the whole words as a topic's must and must-not words are compared, `stems` those of content words,
    `openings` those in the title and the first paragraph.
    `likeness` is the vectors' likeness to the desks, once somebody has asked for it; `checked` is the archive's change
    mark at which the rows were last known to be as the archive has them.
    """

    model: str
    numbers: Integers
    standings: list[Standing]
    is_article: Truths
    texts: Integers
    external_ids: list[str | None]
    outlets: list[str | None]
    days: NDArray[np.int32]
    sizes: Integers
    starts: Integers
    vectors: Halves
    leads: Integers
    stems: Occurrences
    openings: Occurrences
    wording: Occurrences
    words: Hashes
    names: Hashes
    figures: Hashes
    checked: tuple[int, int]
    likeness: NDArray[np.float32] | None = None

    @property
    def passages(self) -> int:
        return len(self.vectors)

    def from_sources(self, sources: Sources) -> Truths:
        """Which rows are articles from some sources."""
        places = [(standing[1], outlet) for standing, outlet in zip(self.standings, self.outlets, strict=True)]
        admitted = {place: sources.admit(*place) for place in set(places)}
        from_there = np.fromiter((admitted[place] for place in places), dtype=np.bool_, count=len(places))
        return np.logical_and(self.is_article, from_there)

    def report(self, row: int) -> Report:
        """Without its sentences."""
        lead, first = int(self.leads[row]), int(self.days[row, 0])
        vector: Vectors = (
            self.vectors[lead].astype(np.float32) if lead >= 0 else np.zeros(self.vectors.shape[1], dtype=np.float32)
        )
        number = int(self.numbers[row])
        return Report(
            number=number,
            story=number,
            model=self.model,
            vector=vector,
            words=self.words.of(row),
            names=self.names.of(row),
            numbers=self.figures.of(row),
            days=(dt.date.fromordinal(first), dt.date.fromordinal(int(self.days[row, 1]))) if first else None,
        )

    def topic_article(
        self, row: int, score: float = 1.0, best_passages: tuple[int, ...] = (), words: tuple[str, ...] = ()
    ) -> TopicArticle:
        first = int(self.days[row, 0])
        return TopicArticle(
            number=int(self.numbers[row]),
            revision=self.standings[row][0],
            text=int(self.texts[row]),
            external_id=self.external_ids[row],
            outlet=self.outlets[row],
            day=dt.date.fromordinal(first) if first else None,
            size=int(self.sizes[row]),
            report=self.report(row),
            score=score,
            best_passages=best_passages,
            words=words,
        )


def is_news(article: Article) -> bool:
    """Replies, bare links and forwards in which no article was found report nothing themselves."""
    return article.kind is Kind.ARTICLE
