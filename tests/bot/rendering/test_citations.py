"""Citations: three spellings, each to be copied as it is."""

from __future__ import annotations

import re

import pytest
from drafts import draft
from hostile import NOW, article_of, articles, complaints_about, quotes
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.citation_pages import citation_page, quoted_citation_pages
from bot.rendering.citations import citation
from bot.rendering.markdown import unescaped, unquoted
from bot.rendering.page import Page
from corpus.article import Article, PublicationDate
from corpus.passage import Quote

FERRIES = article_of(
    draft(
        "It sails.",
        "It is late.",
        title="Ferries & {boats",
        author="Ann_M Reid and Sam Hill",
        outlet="Harbour Gazette",
        published="2024-07-04",
        list_name="Coast",
        url="https://gazette.example/a_b",
    )
)


def copied(page: Page) -> list[str]:
    """What stands in the page's blocks of code."""
    return re.findall(r"```\n([\s\S]*?)\n```", page.text)


def test_a_citation_in_three_spellings() -> None:
    said = citation(FERRIES, 1)
    assert said.plain == (
        "Ann_M Reid and Sam Hill, “Ferries & {boats”, Harbour Gazette, 4 Jul 2024, A-1, ¶1, via [Coast]. "
        "https://gazette.example/a_b"
    )
    assert said.markdown == (
        "Ann\\_M Reid and Sam Hill, [Ferries & {boats](<https://gazette.example/a_b>), *Harbour Gazette*, 4 Jul 2024, "
        "A-1, ¶1, via \\[Coast\\]."
    )
    assert said.bibtex == (
        "@article{A-1,\n  author = {Ann\\_M Reid and Sam Hill},\n  title = {{Ferries \\& \\textbraceleft{}boats}},\n"
        "  journal = {Harbour Gazette},\n  year = {2024},\n  month = jul,\n  day = {4},\n"
        "  url = {https://gazette.example/a_b},\n  note = {A-1, ¶1, via [Coast]}\n}"
    )


def test_a_citation_leaves_out_what_is_not_known() -> None:
    said = citation(article_of(draft("It sails.")))
    assert said.plain == "“Untitled”, undated, A-1."
    assert said.bibtex == "@misc{A-1,\n  title = {{Untitled}},\n  note = {A-1}\n}"


def test_a_day_of_posting_is_not_taken_for_one_of_publication() -> None:
    said = citation(article_of(draft("It sails.", posted=NOW)))
    assert said.plain == "“Untitled”, posted 23 Nov 2026, A-1."
    assert said.bibtex == "@misc{A-1,\n  title = {{Untitled}},\n  note = {A-1, posted 23 Nov 2026}\n}"


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("Ann Reid", "{Ann Reid}"),
        ("Ann Reid, Sam Hill and Jo van Dam", "{Ann Reid and Sam Hill and Jo van Dam}"),
        ("Ann Reid; Sam Hill & Jo Dam", "{Ann Reid and Sam Hill and Jo Dam}"),
        ("Reuters", "{{Reuters}}"),
        ("Foreign and Commonwealth Office", "{{Foreign and Commonwealth Office}}"),
        ("Sam Hill, Jr.", "{{Sam Hill, Jr.}}"),
    ],
)
def test_persons_are_joined_as_bibtex_joins_them_and_offices_stay_whole(byline: str, people: str) -> None:
    assert f"author = {people}," in citation(article_of(draft("It sails.", author=byline))).bibtex


@given(articles(), st.lists(st.integers(1, 99), max_size=3))
def test_bibtex_can_be_read_as_bibtex_reads_it(article: Article, paragraphs: list[int]) -> None:
    entry = citation(article, *paragraphs).bibtex
    depth = 0
    for place, character in enumerate(entry):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth > 0 or place < entry.index("{") or place == len(entry) - 1
    assert depth == 0
    values = [line.partition(" = ")[2] for line in entry.split("\n")[1:-1] if not line.startswith("  url")]
    for value in values:  # a sign that TeX would act upon stands after a backslash
        assert re.search(r"(?<!\\)[#$%&_~^]", value) is None


def test_a_year_or_a_month_is_cited_as_such() -> None:
    assert PublicationDate("2024-07").text is not None
    said = citation(article_of(draft("It sails.", published="2024-07"))).bibtex
    assert "year = {2024}" in said and "month = jul" in said and "day" not in said


@given(articles(), st.none() | st.integers(-1, 5))
def test_a_citation_page_is_within_every_limit_whatever_its_texts(article: Article, paragraph: int | None) -> None:
    assert complaints_about(citation_page(article, paragraph)) == []


def test_each_spelling_stands_in_a_block_of_its_own() -> None:
    said = citation(FERRIES, 2)
    assert copied(citation_page(FERRIES, 2)) == [said.plain, said.markdown, said.bibtex]
    assert copied(citation_page(FERRIES, 9)) == copied(citation_page(FERRIES))


# Everything that a message quotes


@given(st.lists(quotes(), max_size=3), st.lists(articles(), min_size=1, max_size=2))
def test_the_citations_of_a_message_are_within_every_limit(found: list[Quote], others: list[Article]) -> None:
    for page in quoted_citation_pages(found, others):
        assert complaints_about(page) == []


@given(quotes())
def test_cited_words_are_the_sources_own(quote: Quote) -> None:
    pages = quoted_citation_pages([quote])
    if len(pages) == 1 and len(copied(pages[0])) == 3 and "\r" not in quote.text:
        plain, markdown, _ = copied(pages[0])
        assert plain.startswith(f"{quote.text}\n— ")
        quoted = unquoted(markdown).removesuffix(f"\n\n— {citation(quote.article, 1).markdown}")
        assert unescaped(quoted) == quote.text


def test_an_article_that_is_quoted_twice_has_one_entry() -> None:
    found = [Quote(FERRIES, 11, 22), Quote(FERRIES, 0, 9)]
    (page,) = quoted_citation_pages(found)
    plain, markdown, bibtex = copied(page)
    assert plain == f"It is late.\n— {citation(FERRIES, 2).plain}\n\nIt sails.\n— {citation(FERRIES, 1).plain}"
    assert markdown.startswith("> It is late.\n>\n> — Ann\\_M Reid")
    assert bibtex == citation(FERRIES, 1, 2).bibtex


def test_what_is_too_much_for_one_message_is_a_message_for_each_spelling() -> None:
    long = article_of(draft("It sails in the rain. " * 40, title="Ferry"), 2)
    found = [Quote(long, 0, 800), Quote(FERRIES, 0, 9)]
    pages = quoted_citation_pages(found)
    assert len(pages) == 1
    pages = quoted_citation_pages([*found, Quote(long, 22, 840)])
    assert [len(copied(page)) for page in pages] == [1, 1, 1]


def test_an_article_that_is_only_named_is_cited_without_words() -> None:
    (page,) = quoted_citation_pages([], [FERRIES])
    assert copied(page)[0] == citation(FERRIES).plain
