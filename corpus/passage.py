"""Places in an article: a passage to search by, and a quote to show."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.article import Article, BlockKind


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one article's text that is worth searching: whole sentences of one or more blocks of one kind."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A place that the archive has numbered, for good. Its words are derived from its article, never stored apart."""

    id: int  # ever increasing, never reused: an old vector can then never point at new words
    article: int
    revision: str
    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words copied from an article, and the place they were copied from.

    It cannot differ from its source: `text` is derived. `highlight` is a stretch of the article's text within it.
    """

    article: Article
    start: int
    end: int
    highlight: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(f"no such stretch of text: {self.start}:{self.end}")
        if self.highlight is not None and not self.start <= self.highlight[0] < self.highlight[1] <= self.end:
            raise ValueError(f"highlight {self.highlight} lies outside the quote {self.start}:{self.end}")

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def paragraph(self) -> int | None:
        return self.article.paragraph_number(self.start)
