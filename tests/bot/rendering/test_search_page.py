from __future__ import annotations

from drafts import draft
from hostile import article_of, articles, complaints_about, written
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.quotes import shown_quotes
from bot.rendering.search_page import search_page
from retrieval.article_search import SearchHit, SearchResult


@st.composite
def results(draw: st.DrawFn) -> SearchResult:
    found = draw(st.lists(articles(), max_size=7, unique_by=lambda article: article.number))
    hits = tuple(SearchHit(article, 0, article.blocks[0].end, 0.5) for article in found)
    return SearchResult(draw(written), draw(st.integers(0, 10**6)), len(hits), hits)


@given(results())
def test_a_page_is_within_every_limit_and_quotes_the_source(result: SearchResult) -> None:
    page = search_page(result)
    assert complaints_about(page) == []
    shown = shown_quotes(page.text)
    assert len(shown) == min(5, len(result.hits))
    assert all(words in hit.text for words, hit in zip(shown, result.hits, strict=False))


def test_a_searched_word_is_bold_and_the_count_is_said() -> None:
    article = article_of(
        draft("The ferry to Islay sails at dawn.", title="Ferry", outlet="Night Post", published="2024")
    )
    page = search_page(SearchResult("islay dawn", 12, 1, (SearchHit(article, 0, 33, 0.9),)))
    assert page.text == (
        "**islay dawn**\n12 articles mention this. Showing 1.\n"
        "**Ferry**\n> The ferry to **Islay** sails at dawn.\nNight Post · 2024 · A-1 ¶1"
    )


def test_finding_nothing_is_said() -> None:
    assert "No article mentions this." in search_page(SearchResult("islay", 0, 0, ())).text
