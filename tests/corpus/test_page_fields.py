"""The fields of a page one by one: title, author, date, and the lines that are no part of its text."""

from __future__ import annotations

import lxml.html
import pytest

from corpus.article import BlockKind
from corpus.markup import parsed
from corpus.webpage.authors import authors_of, names_in
from corpus.webpage.body import body_of
from corpus.webpage.dates import published_on
from corpus.webpage.furniture_lines import is_furniture_line
from corpus.webpage.segments import segments_of
from corpus.webpage.sites import site_of
from corpus.webpage.structured_data import declared_in
from corpus.webpage.titles import headline_of

TEXT = (
    "<p>The harbour office said on Monday that the crane stays where it is until somebody pays for it.</p>"
    "<p>Nobody has offered to pay, and the wind has turned the arm of the crane to the side of the town.</p>"
)


def tree(head: str, body: str = TEXT) -> lxml.html.HtmlElement:
    root, _ = parsed(f"<html><head>{head}</head><body>{body}</body></html>")
    assert root is not None
    return root


def title_of(head: str, body: str = TEXT) -> str | None:
    root = tree(head, body)
    declared = declared_in(root)
    headline = headline_of(declared, segments_of(root), site_of(declared, None))
    return headline.text if headline else None


def author_of(head: str, body: str) -> tuple[tuple[str, ...], str] | None:
    root = tree(head, body)
    declared = declared_in(root)
    found = authors_of(root, declared, segments_of(root), site_of(declared, None), 0)
    return (found.names, found.rule) if found else None


def date_of(head: str, body: str, url: str | None = None, language: str = "en") -> tuple[str | None, str] | None:
    root = tree(head, body)
    root.set("lang", language)
    found = published_on(root, declared_in(root), segments_of(root), 0, url)
    return (found.date.text, found.rule) if found else None


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The crane | Gazette</title><meta property='og:site_name' content='Gazette'>", TEXT, "The crane"),
        ("<title>Gazette - The crane</title><meta property='og:site_name' content='Gazette'>", TEXT, "The crane"),
        ("<title>The crane - and its cost</title>", TEXT, "The crane - and its cost"),
        (
            "<title>Crane cost</title>",
            f"<h1>What the crane has cost the town</h1>{TEXT}",
            "What the crane has cost the town",
        ),
        ("<title>The crane</title>", f"<h1><a href='/'>Gazette</a></h1><h2>The crane</h2>{TEXT}", "The crane"),
        ("<title>The crane</title>", f"<h1>Quay: The crane</h1>{TEXT}", "The crane"),
        ("<title>The long crane</title>", f"<h1>The\u00adlong  crane</h1>{TEXT}", "The\u00adlong crane"),
        ("", f"<h2>The crane</h2>{TEXT}", "The crane"),
        ("", TEXT, None),
    ],
)
def test_title(head: str, body: str, title: str | None) -> None:
    assert title_of(head, body) == title


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ines Calder", ["Ines Calder"]),
        ("Von Hanne Ruland und Jan Oster", ["Hanne Ruland", "Jan Oster"]),
        ("Ein Beitrag von Hanne Ruland am 3. Mai 2031", ["Hanne Ruland"]),
        ("Par Loïc Le Clerc | 30 septembre 2031", ["Loïc Le Clerc"]),
        ("17.06.2031 - Hanne Ruland", ["Hanne Ruland"]),
        ("4 May 2031 by Ines Calder", ["Ines Calder"]),
        ("Ines Calder, Quay Correspondent", ["Ines Calder"]),
        ("By INES CALDER Updated May 3, 2031 @ 10:42 am", ["INES CALDER"]),
        ("Text & Fotos: Jan Oster", ["Jan Oster"]),
        ("gull77", ["gull77"]),
        ("https://gazette.example/ines", []),
        ("admin", []),
        ("Posted by", []),
        ("", []),
    ],
)
def test_names_in_a_line(line: str, names: list[str]) -> None:
    assert names_in(line) == names


def test_declared_author_wins_and_the_outlet_is_none() -> None:
    site = "<meta property='og:site_name' content='Harbour Gazette'>"
    declared = (
        "<script type='application/ld+json'>"
        '{"@type":"NewsArticle","author":[{"name":"Harbour Gazette"},{"name":"Ines Calder"}]}</script>'
    )
    byline = f"<h1>The crane</h1><p class='byline'>By Jan Oster</p>{TEXT}"
    assert author_of(site + declared, byline) == (("Ines Calder",), "json-ld")
    assert author_of(site + "<meta name='author' content='Harbour Gazette'>", f"<h1>The crane</h1>{TEXT}") is None


def test_two_shown_authors_win_over_one_declared() -> None:
    declared = '<script type=\'application/ld+json\'>{"@type":"Article","author":{"name":"Jan Oster"}}</script>'
    byline = f"<h1>The crane</h1><p class='byline'>By Jan Oster and Ines Calder</p>{TEXT}"
    assert author_of(declared, byline) == (("Jan Oster", "Ines Calder"), "byline-class")


def test_who_commented_is_no_author() -> None:
    comment = "<div class='comments'><p class='comment-author'>Mara Lind</p><p>I saw it move.</p></div>"
    assert author_of("", f"<h1>The crane</h1>{TEXT * 9}{comment}") is None


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ("<meta property='article:published_time' content='2031-05-04T10:00:00Z'>", TEXT, "2031-05-04"),
        ("<meta property='article:modified_time' content='2031-05-04T10:00:00Z'>", TEXT, None),
        ("", f"<h1>The crane</h1><p>Published May 4, 2031</p>{TEXT}", "2031-05-04"),
        ("", f"<h1>The crane</h1><p>Updated May 9, 2031</p>{TEXT}", None),
        # Just before midnight in UTC is the next day where the page was shown.
        (
            "<meta property='article:published_time' content='2031-05-03T23:30:00Z'>",
            f"<p>4 May 2031</p>{TEXT}",
            "2031-05-04",
        ),
        ("<meta property='article:published_time' content='2031-05-03T22:00:00Z'>", TEXT, "2031-05-04"),
        ("<meta name='date' content='2031-05-09'>", f"<h1>The crane</h1><p>4 May 2031</p>{TEXT}", "2031-05-04"),
        ("", f"<h1>The crane</h1><time datetime='2031-05-04T10:00'>yesterday</time>{TEXT}", "2031-05-04"),
        ("<meta property='article:published_time' content='2031-02-31'>", TEXT, None),
        ("<meta property='article:published_time' content='2031-05'>", TEXT, "2031-05"),
        ("<meta property='article:published_time' content='0001-01-01T00:00:00'>", TEXT, None),
        ("<link rel='canonical' href='https://gazette.example/2031/05/crane'>", TEXT, "2031-05"),
    ],
)
def test_date(head: str, body: str, date: str | None) -> None:
    found = date_of(head, body)
    assert (found[0] if found else None) == date


@pytest.mark.parametrize(
    ("figures", "language", "date"),
    [
        ("04/05/2031", "en-GB", "2031-05-04"),
        ("04/05/2031", "en-US", "2031-04-05"),
        ("04/05/2031", "es", "2031-05-04"),
        ("13/05/2031", "en", "2031-05-13"),
        ("04.05.31", "de", "2031-05-04"),
        ("2031.05.04", "hu", "2031-05-04"),
    ],
)
def test_order_of_figures_is_that_of_the_country(figures: str, language: str, date: str) -> None:
    assert date_of("", f"<h1>The crane</h1><p>{figures}</p>{TEXT}", language=language) == (date, "shown-date")


def test_address_gives_the_day_when_nothing_else_does() -> None:
    assert date_of("", TEXT, url="https://gazette.example/2031/05/04/crane") == ("2031-05-04", "url (weak)")


@pytest.mark.parametrize(
    ("line", "link_share", "furniture"),
    [
        ("Related: The ferry that came back", 0.8, True),
        ("Lesen Sie auch: Die Fähre, die wiederkam", 0.7, True),
        ("Czytaj też: Prom, który wrócił", 0.7, True),
        ("Sign up for our newsletter", 0.0, True),
        ("Photo: Aled Prys", 0.0, True),
        ("© 2031 Harbour Gazette", 0.0, True),
        (
            "More from the quay came on Monday, when a second crane arrived on a barge and was turned away at once.",
            0.0,
            False,
        ),
        ("“Follow the money,” she said, and left.", 0.0, False),
        ("The mayor will follow us to the quay.", 0.0, False),
        ("It is closed.", 0.0, False),
    ],
)
def test_lines_that_are_no_text(line: str, link_share: float, furniture: bool) -> None:
    assert is_furniture_line(line, len(line.split()), link_share) is furniture


def test_text_built_like_the_articles_is_added_and_lists_of_links_are_not() -> None:
    chunk = "<div class='chunk body'>{}</div>"
    links = "<ul><li><a href='/1'>The ferry that came back</a></li><li><a href='/2'>A bell under the pier</a></li></ul>"
    parts = [
        TEXT,
        TEXT.replace("crane", "ferry"),
        "<p>And the last of the three boats has gone to the yard.</p>" + links,
    ]
    root = tree("", "<h1>The crane</h1><main>" + "".join(map(chunk.format, parts)) + "</main>")
    segments = segments_of(root)
    kinds = body_of(root, segments, "The crane", 0).kinds
    kept = [segment.text for segment, kind in zip(segments, kinds, strict=True) if kind is BlockKind.PARAGRAPH]
    assert len(kept) == 5 and kept[-1].startswith("And the last")
