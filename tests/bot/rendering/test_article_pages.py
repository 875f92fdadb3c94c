from __future__ import annotations

import re

import pytest
from drafts import draft
from hostile import NOW, article_of, articles, complaints_about
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import ArticlePage, CiteArticle, decode
from bot.rendering.article_pages import article_page, article_pieces
from bot.rendering.page import Button, Page
from bot.rendering.quotes import shown_quotes
from corpus.article import Article, Block, BlockKind, Kind

LONG = article_of(
    draft(*(f"{number}. " + "The ferry sails in the rain. " * 20 for number in range(1, 31)), title="Ferry")
)


def buttons_of(page: Page) -> dict[str, Button]:
    return {button.label: button for row in page.rows if isinstance(row, tuple) for button in row}


PLACES = st.none() | st.integers(0, 200)


@given(articles(), st.integers(-2, 50) | st.none(), st.none() | st.integers(1, 5), PLACES, st.booleans())
def test_a_page_is_within_every_limit_whatever_its_texts(
    article: Article, page: int | None, paragraph: int | None, start: int | None, whole: bool
) -> None:
    shown = article_page(article, whole=whole, page=page, paragraph=paragraph, start=start)
    assert complaints_about(shown) == []


@given(articles())
def test_the_pages_together_have_every_word_of_the_body_once_and_in_order(article: Article) -> None:
    pieces = [piece for page in article_pieces(article) for piece in page]
    for number, block in enumerate(article.body, start=1):
        own = [piece for piece in pieces if piece.number == number]
        assert "".join(article.text[piece.start : piece.end] for piece in own) == article.words_of(block)
        assert [piece.continued for piece in own] == [False, *[True] * (len(own) - 1)]
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)


@given(articles(), st.integers(1, 4))
def test_a_cited_paragraph_is_shown_as_a_quote_of_the_source(article: Article, paragraph: int) -> None:
    if paragraph > len(article.body):
        return
    for whole in (True, False):
        shown = shown_quotes(article_page(article, whole=whole, paragraph=paragraph).text)
        assert len(shown) == 1
        assert shown[0] in article.words_of(article.body[paragraph - 1])


@given(articles(), st.integers(1, 4))
def test_the_pages_of_a_cited_paragraph_read_back_are_the_paragraph(article: Article, paragraph: int) -> None:
    if paragraph > len(article.body):
        return
    pages = (
        article_page(article, whole=True, page=page, paragraph=paragraph).text
        for page in range(len(article_pieces(article)))
    )
    assert "".join("".join(shown_quotes(page)) for page in pages) == article.words_of(article.body[paragraph - 1])


def test_pages_turn_and_end() -> None:
    count = len(article_pieces(LONG))
    assert count > 3
    first, last = buttons_of(article_page(LONG, whole=True)), buttons_of(article_page(LONG, whole=True, page=count - 1))
    assert first["Prev"].disabled and not first["Next"].disabled
    assert last["Next"].disabled and not last["Prev"].disabled
    assert decode(first["Next"].action) == ArticlePage(1, 1)
    assert article_page(LONG, whole=True, page=99) == article_page(LONG, whole=True, page=count - 1)
    assert article_page(LONG, whole=True, page=-1) == article_page(LONG, whole=True, page=0)
    seen = [set(re.findall(r"¶(\d+)", article_page(LONG, whole=True, page=page).text)) for page in range(count)]
    assert set.union(*seen) == {str(number) for number in range(1, 31)}


def test_a_paragraph_opens_the_page_that_holds_it() -> None:
    page = article_page(LONG, whole=True, paragraph=30)
    assert "**¶30**\n> 30\\. The ferry sails" in page.text
    assert decode(buttons_of(page)["Cite"].action) == CiteArticle(1, 30)
    assert article_page(LONG, whole=True, paragraph=31) == article_page(LONG, whole=True, page=0, paragraph=31)


def test_a_paragraph_longer_than_a_page_goes_on_on_the_next() -> None:
    article = article_of(draft("The ferry sails in the rain. " * 300))
    assert len(article_pieces(article)) == 3
    assert "**¶1** (continued) " in article_page(article, whole=True, page=1).text


def test_headings_and_captions_are_shown_as_such_and_furniture_is_not() -> None:
    parts = [
        (BlockKind.HEADING, "Ferry"),
        (BlockKind.HEADING, "In the rain"),
        (BlockKind.BOILERPLATE, "By Ann Reid"),
        (BlockKind.PARAGRAPH, "It sails."),
        (BlockKind.CAPTION, "A boat.\nPhoto: Sam Hill"),
        (BlockKind.QUOTED, "> It sinks."),
    ]
    blocks, position = [], 0
    for kind, text in parts:
        blocks.append(Block(kind, position, position + len(text)))
        position += len(text) + 2
    article = Article(
        text="\n\n".join(text for _, text in parts),
        blocks=tuple(blocks),
        kind=Kind.ARTICLE,
        title="Ferry",
        number=1,
        revision="0",
        collection="c",
        archived_at=NOW,
    )
    assert article_page(article, whole=True).text == (
        "**Ferry**\nundated\n-# A-1 · added 23 Nov 2026\n"
        "**In the rain**\n\n**¶1** It sails.\n\n-# Caption: A boat.\n-# Photo: Sam Hill\n\n"
        "-# From a quoted message: \\> It sinks."
    )
    cited = article_page(article, whole=True, start=article.text.index("A boat."))
    assert shown_quotes(cited.text) == ["A boat.\nPhoto: Sam Hill"]
    assert shown_quotes(article_page(article, whole=False, start=article.text.index("A boat.")).text) == [
        "A boat.\nPhoto: Sam Hill"
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://gazette.example/a_b", "<https://gazette.example/a_b>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://x.example/ y><@1>", "https\\://x.example/ y\\>\\<@1\\>"),
    ],
)
def test_only_a_plain_link_becomes_one(url: str, shown: str) -> None:
    assert (
        article_page(article_of(draft("It sails.", url=url)), whole=True).text.splitlines()[-2]
        == f"-# Original: {shown}"
    )
