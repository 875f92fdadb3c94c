"""The quotes of our own messages, found again from what is shown of them."""

from __future__ import annotations

from typing import Any

import pytest
from drafts import draft
from hostile import article_of, names, quotes
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.answer_pages import answer_page
from bot.rendering.digest_items import digest_item_card
from bot.rendering.page import Card, Page
from bot.rendering.quotes import quote_block, source_line
from bot.rendering.read_back import ShownQuote, found_again, place_in, quotes_in
from bot.rendering.wording import LANGUAGES, speaking
from corpus.archive import Coverage
from corpus.passage import Quote
from retrieval.answers.outcome import Answer, RankedQuote
from retrieval.digests.digest import DigestItem


def cards_of(page: Page) -> list[str]:
    return [card.text for card in page.cards if isinstance(card, Card)]


@given(st.lists(st.builds(RankedQuote, quotes(), st.just(0.9), names), min_size=1, max_size=3))
def test_every_quote_of_an_answer_is_found_again(found: list[RankedQuote]) -> None:
    articles = {one.quote.article.number: one.quote.article for one in reversed(found)}
    if len(articles) < len(found):  # one number for two articles, which no archive has
        return
    page = answer_page(Answer("Which keys?", tuple(found), 0.9), coverage=Coverage(9, None, None))
    again = found_again(cards_of(page), articles.get)
    assert [quote.article for quote in again] == [one.quote.article for one in found]
    for quote, one in zip(again, found, strict=True):
        assert quote.text in one.quote.text
        assert len(quote.text) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_language_the_answer_was_given_in(language: str) -> None:
    article = article_of(
        draft("It was shut last year. It was opened again.", outlet="A-9 News", author="A-7 ¶3", published="2024"), 12
    )
    with speaking(language):
        card = f"{quote_block(Quote(article, 0, 22))}\n{source_line(Quote(article, 0, 22), speaker='A-8', also=2)}"
    assert quotes_in([card]) == [ShownQuote("It was shut last year.", 12, 1)]


@given(quotes(), st.sampled_from([(), (5, 6)]), st.sampled_from(LANGUAGES))
def test_a_digest_names_the_article_above_its_quote(quote: Quote, also: tuple[int, ...], language: str) -> None:
    item = DigestItem(quote.article, quote, "why", 0.9, also)
    with speaking(language):
        card = digest_item_card(item, characters=300)
    (again,) = found_again([card.text], {quote.article.number: quote.article}.get)
    assert again.text in quote.text


def test_a_quote_without_an_article_is_none_of_ours() -> None:
    assert quotes_in(["> The keys are here.\nsomebody said", "> Alone.", "From 2 articles:", ""]) == []


def test_words_are_looked_for_in_the_named_paragraph_first() -> None:
    article = article_of(draft("Yes.", "No.", "Yes."))
    third = article.body[2].start
    assert place_in(article, ShownQuote("Yes.", 1, 3)) == Quote(article, third, third + 4)
    assert place_in(article, ShownQuote("Yes.", 1, 2)) == Quote(article, 0, 4)
    assert place_in(article, ShownQuote("Yes.", 1, 99)) == Quote(article, 0, 4)
    assert place_in(article, ShownQuote("Never.", 1, 1)) is None


def test_what_is_gone_is_left_out() -> None:
    article: Any = article_of(draft("The keys are here."))
    cards = ["> The keys are here.\nA-1 ¶1", "> Others.\nA-2 ¶1"]
    assert found_again(cards, {1: article}.get) == [Quote(article, 0, 18)]
