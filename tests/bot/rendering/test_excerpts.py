"""A place in an article and what stands around it: in an excerpt, and around every quote of an answer."""

from __future__ import annotations

import re

from drafts import draft
from hostile import article_of, articles, complaints_about, quotes
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import ReadArticle, decode
from bot.rendering.context_page import MOST_QUOTES, context_page
from bot.rendering.excerpts import excerpt, paragraphs_around, spot_of, spot_of_quote
from bot.rendering.limits import units
from bot.rendering.markdown import unescaped
from bot.rendering.page import Card
from bot.rendering.quotes import shown_quotes
from corpus.article import Article, BlockKind
from corpus.passage import Quote

LONG = article_of(
    draft(
        *((f"Paragraph {number} begins. It rains in the harbour today. " * 60).strip() for number in range(1, 6)),
        title="Rain",
    )
)
SHORT = article_of(draft("One.", "Two. Too.", "Three.", "Four."))
PLACES = st.none() | st.integers(0, 200)


@given(articles(), PLACES, PLACES, st.integers(300, 3500), st.booleans())
def test_an_excerpt_keeps_to_its_room(
    article: Article, paragraph: int | None, start: int | None, room: int, barred: bool
) -> None:
    spot = spot_of(article, paragraph=paragraph, start=start)
    assert spot is not None
    assert units(excerpt(article, spot, room=room, barred=barred)) <= room


@given(articles(), PLACES, st.integers(300, 3500))
def test_what_stands_behind_the_bar_is_the_articles_own(article: Article, start: int | None, room: int) -> None:
    spot = spot_of(article, start=start)
    assert spot is not None
    (shown,) = shown_quotes(excerpt(article, spot, room=room))
    assert shown in article.text[spot.start : spot.end]


@given(quotes(), st.integers(300, 3500))
def test_a_quote_stays_in_sight_in_its_paragraph(quote: Quote, room: int) -> None:
    (shown,) = shown_quotes(excerpt(quote.article, spot_of_quote(quote), room=room))
    block = quote.article.blocks[0]
    assert shown in quote.article.words_of(block)
    if units(quote.text) * 12 < room:  # escaped and emphasised it may take many times its length
        assert quote.text.strip() in shown


def test_one_paragraph_is_shown_on_each_side() -> None:
    spot = spot_of(SHORT, paragraph=2)
    assert spot is not None
    assert excerpt(SHORT, spot, room=400) == "**¶1** One.\n\n**¶2**\n> Two. Too.\n\n**¶3** Three."
    assert excerpt(SHORT, spot, room=400, barred=False) == "**¶1** One.\n\n**¶2** Two. Too.\n\n**¶3** Three."
    assert paragraphs_around(SHORT, spot) == (1, 3)


def test_the_ends_of_an_article_have_a_neighbour_on_one_side() -> None:
    first, last = spot_of(SHORT), spot_of(SHORT, paragraph=4)
    assert first is not None and last is not None
    assert excerpt(SHORT, first, room=400, barred=False) == "**¶1** One.\n\n**¶2** Two. Too."
    assert excerpt(SHORT, last, room=400) == "**¶3** Three.\n\n**¶4**\n> Four."
    assert paragraphs_around(SHORT, last) == (3, 4)


def test_a_number_that_is_no_paragraph_gives_the_beginning_and_a_place_wins_over_a_number() -> None:
    assert spot_of(SHORT, paragraph=99) == spot_of(SHORT)
    assert spot_of(SHORT, paragraph=1, start=SHORT.text.index("Three")) == spot_of(SHORT, paragraph=3)
    assert spot_of(article_of(draft())) is None


def test_long_paragraphs_are_cut_at_sentences_towards_the_quote() -> None:
    spot = spot_of(LONG, paragraph=3)
    assert spot is not None
    before, middle, after = excerpt(LONG, spot, room=3000).split("\n\n")
    assert before.startswith("**¶2** […] ") and before.endswith("today.")
    assert middle.startswith("**¶3**\n> Paragraph 3 begins.") and middle.endswith(" […]")
    assert re.fullmatch(r"\*\*¶4\*\* Paragraph 4 begins\. .*(begins|today)\. \[…\]", after)
    assert units(middle) > units(before) > 500 < units(after)


def test_a_caption_is_shown_between_the_paragraphs_around_it() -> None:
    from corpus.article import Block

    text = "One.\n\nA boat.\n\nTwo."
    blocks = (Block(BlockKind.PARAGRAPH, 0, 4), Block(BlockKind.CAPTION, 6, 13), Block(BlockKind.PARAGRAPH, 15, 19))
    article = article_of(draft("x"))
    article = Article(
        **{name: getattr(article, name) for name in Article.__dataclass_fields__ if name not in ("text", "blocks")},
        text=text,
        blocks=blocks,
    )
    spot = spot_of_quote(Quote(article, 6, 13))
    assert excerpt(article, spot, room=400) == ("**¶1** One.\n\n-# Caption or heading\n> A boat.\n\n**¶2** Two.")
    assert paragraphs_around(article, spot) == (1, 2)


# The page that Context opens


@given(st.lists(quotes(), min_size=1, max_size=MOST_QUOTES + 1))
def test_a_context_page_is_within_every_limit_and_shows_every_quote_as_its_source_has_it(found: list[Quote]) -> None:
    page = context_page(found)
    assert complaints_about(page) == []
    shown = shown_quotes(page.text)
    assert len(shown) == min(len(found), MOST_QUOTES)
    for words, quote in zip(shown, found, strict=False):
        assert words in quote.article.words_of(quote.article.blocks[0])


def test_the_quote_is_bold_in_its_paragraph_and_can_be_read_on() -> None:
    at = SHORT.text.index("Too.")
    page = context_page([Quote(SHORT, at, at + 4)])
    (card,) = page.cards
    assert isinstance(card, Card) and card.button is not None
    assert card.text == "**Untitled**\n-# undated · A-1\n**¶1** One.\n\n**¶2**\n> Two. **Too.**\n\n**¶3** Three."
    assert decode(card.button.action) == ReadArticle(1, 2, at)


@given(articles(), st.integers(300, 1500))
def test_what_is_shown_beside_the_bar_is_the_articles_own_too(article: Article, room: int) -> None:
    spot = spot_of(article, paragraph=2)
    assert spot is not None
    text = excerpt(article, spot, room=room)
    for number in (1, 3):
        label = f"**¶{number}** "
        if number <= len(article.body) and text.startswith(label):
            words = text.removeprefix(label).split("\n\n**¶")[0].removeprefix("[…] ").removesuffix(" […]")
            assert unescaped(words) in article.text
