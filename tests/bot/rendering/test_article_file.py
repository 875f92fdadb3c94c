from __future__ import annotations

from drafts import draft
from hostile import article_of, articles, complaints_about
from hypothesis import given

from bot.rendering.article_file import article_file, file_not_allowed, file_page, file_too_large
from bot.rendering.notices import notice_page
from corpus.article import Article


@given(articles())
def test_a_file_has_the_text_code_point_for_code_point_after_its_head(article: Article) -> None:
    file = article_file(article)
    head, _, text = file.content.decode("utf-8").partition("\n\n")
    assert text == f"{article.text}\n"
    assert len(head.splitlines()) >= 1 and article.id in head
    assert file.name == f"{article.id}.txt"
    for page in (
        file_page(article),
        notice_page(file_too_large(article, file, 10)),
        notice_page(file_not_allowed(article)),
    ):
        assert complaints_about(page) == []


def test_the_head_says_what_it_is() -> None:
    article = article_of(
        draft(
            "It sails.",
            title="Ferries",
            author="Ann Reid",
            outlet="Harbour Gazette",
            published="2024-07-04",
            list_name="Coast",
            url="https://gazette.example/a",
        )
    )
    assert article_file(article).content.decode() == (
        "Ferries\nHarbour Gazette · Ann Reid · 4 Jul 2024\nA-1 · added 23 Nov 2026 · via [Coast]\n"
        "https://gazette.example/a\n\nIt sails.\n"
    )


def test_what_no_encoding_has_does_not_keep_the_file_back() -> None:
    assert article_file(article_of(draft("a\ud800b"))).content.endswith(b"\n\na?b\n")
