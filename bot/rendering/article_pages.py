"""A source article to read, page by page; or an excerpt of it, where its collection's policy allows no more.

Paragraphs carry their numbers, sub-heads are bold, captions and other people's quoted mail small and called so. Bylines
and list furniture are not shown: they are no part of what the article says. All of it is in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.rendering.actions import ArticleFile, ArticlePage, AskArticle, CiteArticle, JumpToParagraph
from bot.rendering.days import shown_day
from bot.rendering.excerpts import excerpt, paragraphs_around, spot_of
from bot.rendering.limits import PAGE_TEXT, clip, units, whole_before
from bot.rendering.markdown import bold, escaped, quoted_block
from bot.rendering.page import Button, Card, Page, Rule
from bot.rendering.quotes import publication, short_markdown, shown_title
from bot.rendering.turning import turning
from bot.rendering.wording import gettext as _
from corpus.article import Article, Block, BlockKind

BODY: Final = 3_500  # units of an article's text on one page, as shown
_FRAME: Final = 60  # units around one piece: its number or what it is, a bar, the line break before it


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one block on one page; `number` is its paragraph's, None for a heading or a caption."""

    kind: BlockKind
    number: int | None
    start: int
    end: int
    continued: bool


def article_page(
    article: Article,
    *,
    whole: bool,
    page: int | None = None,
    paragraph: int | None = None,
    start: int | None = None,
) -> Page:
    """A page (from 0) of an article; without one, the page that holds a place of its text or a paragraph (from 1).

    Numbers beyond the ends give the nearest page, no number the first. A cited paragraph stands behind a bar, and so
    does a caption that was cited by its place.
    `whole`: whether whoever reads may see the whole text. Otherwise whatever is asked for gives an excerpt.
    """
    if not whole:
        return _excerpt_page(article, paragraph=paragraph, start=start)
    pages = article_pieces(article)
    if page is None:
        page = _page_with(pages, paragraph, start)
    page = max(0, min(page, len(pages) - 1))
    cards: list[Card | Rule] = [Card(_header(article, _place_among(page, len(pages))))]
    shown = [_shown(article, piece, marked=_is_cited(piece, paragraph, start)) for piece in pages[page]]
    if shown:
        cards += [Rule(), Card("\n\n".join(shown))]
    turn = (
        *turning(page, len(pages) - 1, lambda number: ArticlePage(article.number, number)),
        Button(_("Jump to ¶"), JumpToParagraph(article.number).encode()),
    )
    taking = (
        Button(_("Cite"), CiteArticle(article.number, paragraph).encode()),
        Button(_("File"), ArticleFile(article.number).encode()),
        Button(_("Ask about this"), AskArticle(article.number).encode()),
    )
    return Page(tuple(cards), (turn, taking) if len(pages) > 1 else (taking,))


def _excerpt_page(article: Article, *, paragraph: int | None, start: int | None) -> Page:
    """What may be seen where the whole text may not: a paragraph with its neighbours, or the beginning."""
    note = _("Only excerpts of this collection are shown here.")
    if article.url:
        note = _("Only excerpts of this collection are shown here; the link leads to the whole.")
    header = f"{_header(article, '')}\n-# {note}"
    spot = spot_of(article, paragraph=paragraph, start=start)
    cards: list[Card | Rule] = [Card(header)]
    buttons = [
        Button(_("Cite"), CiteArticle(article.number, paragraph).encode()),
        Button(_("Ask about this"), AskArticle(article.number).encode()),
    ]
    if spot is not None:
        cited = paragraph is not None or start is not None
        room = min(BODY, PAGE_TEXT - units(header) - 100)
        body = excerpt(article, spot, room=room, barred=cited)
        if (shown := paragraphs_around(article, spot)) is not None:
            around = _("¶{first}–{last} of {count}") if shown[0] < shown[1] else _("¶{first} of {count}")
            body += "\n-# " + around.format(first=shown[0], last=shown[1], count=len(article.body))
        cards += [Rule(), Card(body)]
        if shown is not None and shown[1] - shown[0] + 1 < len(article.body):
            buttons.insert(0, Button(_("Jump to ¶"), JumpToParagraph(article.number).encode()))
    return Page(tuple(cards), (tuple(buttons),))


def article_pieces(article: Article) -> list[list[Piece]]:
    """What stands on each page; at least one page. The pieces of a block, put together, are the block."""
    room = min(BODY, PAGE_TEXT - units(_header(article, _place_among(10**6, 10**6))))
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


def _page_with(pages: list[list[Piece]], paragraph: int | None, start: int | None) -> int:
    """The page that holds a place, else the first one of a paragraph, else the first."""
    for at, pieces in enumerate(pages):
        if start is not None and any(piece.start <= start < piece.end for piece in pieces):
            return at
    holding = (at for at, pieces in enumerate(pages) if any(piece.number == paragraph for piece in pieces))
    return 0 if paragraph is None else next(holding, 0)


def _is_cited(piece: Piece, paragraph: int | None, start: int | None) -> bool:
    if paragraph is not None or start is None:
        return paragraph is not None and piece.number == paragraph
    return piece.number is None and piece.start <= start < piece.end


def _place_among(page: int, pages: int) -> str:
    return _("page {page} of {count}").format(page=page + 1, count=pages) if pages > 1 else ""


def _header(article: Article, place: str) -> str:
    lines = [f"**{shown_title(article, 300)}**"]
    lines.append(" · ".join(publication(article)))
    small = [article.id, _("added {day}").format(day=shown_day(article.archived_at.date()))]
    if article.list_name:
        small.append(_("via {list}").format(list=short_markdown(f"[{article.list_name}]", 60)))
    if place:
        small.append(place)
    lines.append("-# " + " · ".join(small))
    if article.url:
        lines.append("-# " + _("Original: {link}").format(link=_link(article.url)))
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
        repeats_headline = block.kind is BlockKind.HEADING and article.words_of(block).strip() in headline
        if block.kind is BlockKind.BOILERPLATE or repeats_headline:
            continue
        yield from _split(article, block, number if block.kind is BlockKind.PARAGRAPH else None, room)


def _split(article: Article, block: Block, number: int | None, room: int) -> Iterator[Piece]:
    start = block.start
    while start < block.end:
        end = min(block.end, start + room)  # no text is shown in fewer units than it has code points
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
    if kind is BlockKind.PARAGRAPH:
        return quoted_block(escaped(text))
    return re.sub(r"(\A|[\n\r]+)(?=[^\n\r])", r"\g<1>-# ", escaped(text))


def _shown(article: Article, piece: Piece, *, marked: bool) -> str:
    text = article.text[piece.start : piece.end]
    if piece.kind is BlockKind.HEADING:
        return _words(piece.kind, text)
    continued = f" {_('(continued)')}" if piece.continued else ""
    if piece.number is None:
        what = _("Caption:") if piece.kind is BlockKind.CAPTION else _("From a quoted message:")
        if marked:
            return f"-# {what}{continued}\n{quoted_block(escaped(text))}"
        return f"-# {what}{continued} {_words(piece.kind, text).removeprefix('-# ')}"
    label = f"**¶{piece.number}**{continued}"
    return f"{label}\n{_words(piece.kind, text)}" if marked else f"{label} {escaped(text)}"
