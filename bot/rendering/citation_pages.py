"""Citations to copy: of an article, and of everything that a message of ours quotes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.citations import citation
from bot.rendering.limits import PAGE_TEXT, units
from bot.rendering.markdown import escaped, quoted_block
from bot.rendering.page import Card, Page
from bot.rendering.wording import gettext as _
from corpus.article import Article
from corpus.passage import Quote

Spelling = tuple[str, str]  # its name, and the text to copy

_LEFT_FREE = 200  # units, for the lines that say a spelling is too long


def citation_page(article: Article, paragraph: int | None = None) -> Page:
    """How to cite an article or a paragraph of it, in three spellings, each in a block to copy."""
    if paragraph is not None and not 1 <= paragraph <= len(article.body):
        paragraph = None
    said = citation(article, *([paragraph] if paragraph else []))
    title = _("Cite {article}").format(article=f"{article.id} ¶{paragraph}" if paragraph else article.id)
    return _page(title, [(_("Plain"), said.plain), ("Markdown", said.markdown), ("BibTeX", said.bibtex)])


def quoted_citation_pages(quotes: Sequence[Quote], others: Sequence[Article] = ()) -> tuple[Page, ...]:
    """The quotes with their sources, and other articles that are named without words of theirs; at least one of them.

    One page with all three spellings where they fit, else a page for each. The words are the source's own in each of
    them; Markdown escapes them, and BibTeX has an entry for each article.
    """
    plain, markdown = [], []
    for quote in quotes:
        said = citation(quote.article, *([quote.paragraph] if quote.paragraph else []))
        plain.append(f"{quote.text}\n— {said.plain}")
        markdown.append(f"{quoted_block(escaped(quote.text))}\n>\n> — {said.markdown}")
    for other in others:
        plain.append(citation(other).plain)
        markdown.append(citation(other).markdown)
    articles = {article.number: article for article in (*(quote.article for quote in quotes), *others)}
    entries = []
    for article in articles.values():
        cited = {quote.paragraph for quote in quotes if quote.article.number == article.number and quote.paragraph}
        entries.append(citation(article, *sorted(cited)).bibtex)
    spellings = [
        (_("Plain"), "\n\n".join(plain)),
        ("Markdown", "\n\n".join(markdown)),
        ("BibTeX", "\n\n".join(entries)),
    ]
    title = _("Citations")
    if units(_text(title, [_block(spelling) for spelling in spellings])) <= PAGE_TEXT:
        return (_page(title, spellings),)
    return tuple(_page(title, [spelling]) for spelling in spellings)


def _page(title: str, spellings: Sequence[Spelling]) -> Page:
    blocks: list[str] = []
    for spelling in spellings:
        block = _block(spelling)
        if units(_text(title, [*blocks, block])) > PAGE_TEXT - _LEFT_FREE * (len(spellings) - len(blocks) - 1):
            block = _("{name}: too long to be shown here.").format(name=spelling[0])
        blocks.append(block)
    return Page((Card(_text(title, blocks)),))


def _text(title: str, blocks: Sequence[str]) -> str:
    return "\n".join([f"**{title}**", *blocks])


def _block(spelling: Spelling) -> str:
    """Nothing can be escaped inside a block of code, so what would end it early is shown as text."""
    name, text = spelling
    return f"{name}\n```\n{text}\n```" if "```" not in text else f"{name}\n{escaped(text)}"
