"""A source article to read, page by page.

Paragraphs carry their numbers, sub-heads are bold, captions small. Bylines, list furniture and other people's quoted
mail are not shown: they are no part of what the article says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.rendering.actions import ArticlePage, CiteArticle
from bot.rendering.citations import citation
from bot.rendering.days import shown_day
from bot.rendering.limits import PAGE_TEXT, clip, units, whole_before
from bot.rendering.markdown import bold, escaped, quoted_block
from bot.rendering.page import Button, Card, Page
from bot.rendering.quotes import publication, short_markdown
from corpus.article import Article, Block, BlockKind

BODY: Final = 3_500  # units of an article's text on one page, as shown
_FRAME: Final = 40  # units around one piece: its number, a bar, the line break before it


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one block on one page; `number` is its paragraph's, None for a heading or a caption."""

    kind: BlockKind
    number: int | None
    start: int
    end: int
    continued: bool


def article_page(article: Article, *, page: int | None = None, paragraph: int | None = None) -> Page:
    """A page (from 0) of an article; without one, the page that holds a paragraph (from 1), else the first.

    Numbers beyond the ends give the nearest page. The paragraph stands behind a bar.
    """
    pages = article_pieces(article)
    if page is None:
        holding = (at for at, pieces in enumerate(pages) if any(piece.number == paragraph for piece in pieces))
        page = 0 if paragraph is None else next(holding, 0)
    page = max(0, min(page, len(pages) - 1))
    cards = [Card(_header(article, page, len(pages)))]
    if body := "\n\n".join(_shown(article, piece, marked=piece.number == paragraph) for piece in pages[page]):
        cards.append(Card(body))
    buttons = [Button("Cite", CiteArticle(article.number, paragraph).encode())]
    if len(pages) > 1:
        buttons = [
            Button("Prev", ArticlePage(article.number, max(page - 1, 0)).encode(), disabled=page == 0),
            Button("Next", ArticlePage(article.number, page + 1).encode(), disabled=page == len(pages) - 1),
            *buttons,
        ]
    return Page(tuple(cards), (tuple(buttons),))


def article_page_count(article: Article) -> int:
    return len(article_pieces(article))


def article_pieces(article: Article) -> list[list[Piece]]:
    """What stands on each page; at least one page. The pieces of a block, put together, are the block."""
    room = min(BODY, PAGE_TEXT - units(_header(article, 10**6, 10**6)))
    pages: list[list[Piece]] = [[]]
    used = 0
    for piece in _pieces(article, room - _FRAME):
        size = _size(article, piece)
        if pages[-1] and used + size > room:
            pages.append([])
            used = 0
        pages[-1].append(piece)
        used += size
    return pages


def citation_page(article: Article, paragraph: int | None = None) -> Page:
    """How to cite an article or a paragraph of it, in three spellings, each in a block to copy."""
    said = citation(article, paragraph)
    lines = [f"**Cite {article.id}{f' ¶{paragraph}' if paragraph else ''}**"]
    for name, spelling in (("Plain", said.plain), ("Markdown", said.markdown), ("BibTeX", said.bibtex)):
        # Nothing can be escaped inside a block of code, so what would end it early is shown as text.
        block = f"{name}\n```\n{spelling}\n```" if "```" not in spelling else f"{name}\n{escaped(spelling)}"
        fits = units("\n".join([*lines, block])) <= PAGE_TEXT - 200
        lines.append(block if fits else f"{name}: too long to be shown here; the command line prints it.")
    return Page((Card("\n".join(lines)),))


def _header(article: Article, page: int, pages: int) -> str:
    lines = [f"**{short_markdown(article.title or article.subject or 'Untitled', 300)}**"]
    lines.append(" · ".join(publication(article)))
    small = [article.id, f"added {shown_day(article.archived_at.date())}"]
    if article.list_name:
        small.append(f"via {short_markdown(f'[{article.list_name}]', 60)}")
    if pages > 1:
        small.append(f"page {page + 1} of {pages}")
    lines.append("-# " + " · ".join(small))
    if article.url:
        lines.append(f"-# Original: {_link(article.url)}")
    return "\n".join(lines)


def _link(url: str) -> str:
    """In angle brackets a link is shown as it is and unfolds no preview; what is no plain link is shown as text."""
    plain = re.fullmatch(r"https?://[^\s<>\\]+", url) is not None and units(url) <= 500
    return f"<{url}>" if plain else escaped(clip(url, 240))


def _pieces(article: Article, room: int) -> Iterator[Piece]:
    number = 0
    headline = {words.strip() for words in (article.title, article.subject) if words}
    for block in article.blocks:
        if block.kind is BlockKind.PARAGRAPH:
            number += 1
        shown = block.kind in (BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.HEADING)
        if not shown or (block.kind is BlockKind.HEADING and article.words_of(block).strip() in headline):
            continue
        yield from _split(article, block, number if block.kind is BlockKind.PARAGRAPH else None, room)


def _split(article: Article, block: Block, number: int | None, room: int) -> Iterator[Piece]:
    start = block.start
    while start < block.end:
        end = block.end
        while units(shown := _words(block.kind, article.text[start:end])) > room:
            end = start + min(end - start - 1, max(1, (end - start) * room // units(shown)))
        if end < block.end:
            end = _break_before(article.text, start, end)
        yield Piece(block.kind, number, start, end, continued=start > block.start)
        start = end


def _break_before(text: str, start: int, end: int) -> int:
    """After the last white space of the stretch's second half, else wherever no character is torn."""
    half = start + (end - start) // 2
    spaces = list(re.finditer(r"\s+", text[half:end]))
    return half + spaces[-1].end() if spaces else max(whole_before(text, end), start + 1)


def _size(article: Article, piece: Piece) -> int:
    return units(_words(piece.kind, article.text[piece.start : piece.end])) + _FRAME


def _words(kind: BlockKind, text: str) -> str:
    """The longest form that a stretch can be shown in: a paragraph might be the one behind a bar."""
    if kind is BlockKind.HEADING:
        return bold(text)
    if kind is BlockKind.CAPTION:
        return re.sub(r"(\A|[\n\r]+)(?=[^\n\r])", r"\g<1>-# ", escaped(text))
    return quoted_block(escaped(text))


def _shown(article: Article, piece: Piece, *, marked: bool) -> str:
    text = article.text[piece.start : piece.end]
    if piece.number is None:
        return _words(piece.kind, text)
    label = f"**¶{piece.number}**" + (" (continued)" if piece.continued else "")
    return f"{label}\n{_words(piece.kind, text)}" if marked else f"{label} {escaped(text)}"
