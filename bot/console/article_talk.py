"""Articles in the terminal: opened, turned, cited, written into a file. Whoever sits here may read all of them."""

from __future__ import annotations

from pathlib import Path

from bot.desk import Desk
from bot.errors import BotError
from bot.rendering import actions, notices
from bot.rendering.article_file import article_file
from bot.rendering.article_pages import article_page
from bot.rendering.citation_pages import citation_page
from bot.rendering.limits import OPTION_TEXT, clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Card, Choice, Option, Page
from corpus.archive import Heading
from corpus.article import Article, article_id

Pressed = (
    actions.ReadArticle
    | actions.ArticlePage
    | actions.CiteArticle
    | actions.ArticleFile
    | actions.ArticleSelect
    | actions.JumpToParagraph
    | actions.AskArticle
)


def opened_article(desk: Desk, find: str, part: str | None, folder: Path) -> Page:
    """The article that was meant, at a paragraph's number, or as ``all``, ``file`` or ``cite``; "" lists the newest."""
    if not find:
        return _choice("The newest articles", desk.headings())
    article = desk.article(find)
    headings = desk.headings(find) if article is None else []
    if len(headings) == 1:
        article = desk.article(article_id(headings[0].number))
    if article is not None:
        return _part_of(article, part, folder)
    return _choice("Which one?", headings) if headings else notices.notice_page(notices.no_such_article(find))


def pressed_article(desk: Desk, action: Pressed, value: str | None, folder: Path) -> Page:
    """What a choice on an article's page gives; `value` is what was chosen from a menu."""
    number = int(value or 0) if isinstance(action, actions.ArticleSelect) else action.article
    article = desk.article(article_id(number))
    if article is None:
        return notices.notice_page(notices.no_such_article(article_id(number)))
    match action:
        case actions.ReadArticle(paragraph=paragraph, start=start):
            return article_page(article, whole=True, paragraph=paragraph, start=start)
        case actions.ArticlePage(page=page):
            return article_page(article, whole=True, page=page)
        case actions.CiteArticle(paragraph=paragraph):
            return citation_page(article, paragraph)
        case actions.ArticleFile():
            return _written(article, folder)
        case actions.ArticleSelect():
            return article_page(article, whole=True)
        case actions.JumpToParagraph():
            return notices.notice_page(f"Write /article {article.id} part:7 for paragraph 7.")
        case actions.AskArticle():
            return notices.notice_page(f"Write /ask and your question, then article:{article.id}.")


def _part_of(article: Article, part: str | None, folder: Path) -> Page:
    match part:
        case "cite":
            return citation_page(article)
        case "file":
            return _written(article, folder)
        case None | "all":
            return article_page(article, whole=True)
        case number:
            return article_page(article, whole=True, paragraph=int(number))


def _written(article: Article, folder: Path) -> Page:
    """Write the article into a new file; one that is there already is left alone."""
    file = article_file(article)
    path = folder / file.name
    try:
        with path.open("xb") as written:
            written.write(file.content)
    except FileExistsError as error:
        raise BotError(f"{path} is there already, and was left as it is.") from error
    except OSError as error:
        raise BotError(f"{path} can't be written: {error.strerror}.") from error
    return notices.notice_page(escaped(f"{article.id} was written to {path}."))


def _choice(title: str, headings: list[Heading]) -> Page:
    if not headings:
        return notices.notice_page(notices.archive_empty())
    options = tuple(
        Option(clip(f"{article_id(one.number)} {one.title or 'Untitled'}", OPTION_TEXT), str(one.number))
        for one in headings
    )
    return Page((Card(f"**{title}**"),), (Choice(actions.ArticleSelect().encode(), title, options),))
