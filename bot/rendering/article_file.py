"""An article as a text file: what a person keeps who may have the whole text."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rendering.days import shown_date, shown_day
from bot.rendering.page import Card, Page
from bot.rendering.quotes import author_of, shown_title, title_of
from bot.rendering.wording import gettext as _
from bot.rendering.wording import number
from corpus.article import Article


@dataclass(frozen=True, slots=True)
class TextFile:
    """`name` is ASCII without a path, `content` UTF-8."""

    name: str
    content: bytes


def article_file(article: Article) -> TextFile:
    """The text as archived, code point for code point, after a few lines that say what it is."""
    about = [name for name in (article.outlet, author_of(article)) if name]
    small = [article.id, _("added {day}").format(day=shown_day(article.archived_at.date()))]
    if article.list_name:
        small.append(_("via {list}").format(list=f"[{article.list_name}]"))
    lines = [
        title_of(article),
        " · ".join([*about, shown_date(article)]),
        " · ".join(small),
        article.url or "",
    ]
    header = "\n".join(" ".join(line.split()) for line in lines if line)
    text = f"{header}\n\n{article.text}\n"
    return TextFile(f"{article.id}.txt", text.encode("utf-8", "replace"))  # a lone surrogate has no bytes


def file_page(article: Article) -> Page:
    """What stands above the attached file."""
    title = shown_title(article, 300)
    what = _("{article} as a text file, with all that was archived of it").format(article=article.id)
    return Page((Card(f"**{title}**\n-# {what}"),))


def file_too_large(article: Article, file: TextFile, limit: int) -> str:
    """`limit` in bytes."""
    return _(
        "{article} has {size} kB as a file, and at most {limit} kB can be sent here. Read it page by page instead."
    ).format(article=article.id, size=number(_kilobytes(len(file.content))), limit=number(limit // 1000))


def file_not_allowed(article: Article) -> str:
    return _(
        "Only excerpts of this collection are shown here, so {article} can't be had as a file. "
        "A server manager (Manage Server) can change that in /settings."
    ).format(article=article.id)


def _kilobytes(size: int) -> int:
    return max(1, round(size / 1000))
