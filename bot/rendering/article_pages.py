"""A source article to read, page by page, and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rendering.page import Page
from corpus.article import Article


def article_page(article: Article, *, page: int | None = None, paragraph: int | None = None) -> Page:
    """A page (from 0) of an article; without one, the page that holds a paragraph (from 1), else the first.

    Numbers beyond the ends give the nearest page.
    """
    raise NotImplementedError


def article_page_count(article: Article) -> int:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Citation:
    """One source in three spellings, unescaped."""

    plain: str
    markdown: str
    bibtex: str


def citation(article: Article, paragraph: int | None = None) -> Citation:
    raise NotImplementedError


def citation_page(article: Article, paragraph: int | None = None) -> Page:
    """The three spellings, each in a code block to copy."""
    raise NotImplementedError
