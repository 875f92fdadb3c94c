"""What is pressed in the reader of articles."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rendering.actions.action import Action


@dataclass(frozen=True, slots=True)
class ReadArticle(Action):
    """Open an article, at a paragraph (from 1) if one is named; `start` is where in its text a quote begins.

    The place opens the page that the quote is on, and tells two quotes of one paragraph apart.
    """

    NAME = "read"
    article: int
    paragraph: int | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleSelect(Action):
    """A menu of articles to read; the chosen value is an article's number."""

    NAME = "pick"


@dataclass(frozen=True, slots=True)
class ArticlePage(Action):
    """Turn to a page (from 0) of an article that is being read."""

    NAME = "page"
    article: int
    page: int


@dataclass(frozen=True, slots=True)
class CiteArticle(Action):
    """Copyable citations of an article or one paragraph of it."""

    NAME = "cite"
    article: int
    paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleFile(Action):
    """The article as a text file."""

    NAME = "file"
    article: int


@dataclass(frozen=True, slots=True)
class JumpToParagraph(Action):
    """Go to a paragraph of an article; also the form that its number is written in."""

    NAME = "jump"
    article: int


@dataclass(frozen=True, slots=True)
class AskArticle(Action):
    """Ask a question of one article alone; also the form that it is written in."""

    NAME = "about"
    article: int
