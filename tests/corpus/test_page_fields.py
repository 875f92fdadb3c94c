"""The fields of a page one by one: title, author, date, and the lines that are no part of its text."""

from __future__ import annotations

import lxml.html
import pytest

from corpus.article import BlockKind
from corpus.markup import parsed
from corpus.webpage.authors import authors_of
from corpus.webpage.body import body_of
from corpus.webpage.byline_lines import names_in
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
        ("Am 4. Mai 2031 von Hanne in Allerlei", ["Hanne"]),
        ("Publié le 4 mai 2031 à 10:42 par Loïc Le Clerc", ["Loïc Le Clerc"]),
        ("04.05.2031, 16:20 von gull77", ["gull77"]),
        ("Eingestellt von Hanne Ruland um 12:03", ["Hanne Ruland"]),
        ("Geschrieben von Hanne Ruland am Montag, 4. Mai 2031", ["Hanne Ruland"]),
        ("von Hanne Ruland 4. Mai 20316. Mai 2031", ["Hanne Ruland"]),
        ("Propos recueillis par Loïc Le Clerc", ["Loïc Le Clerc"]),
        ("Текст: Инна Кравец", ["Инна Кравец"]),
        ("【更正】 责任编辑： 林芸", ["林芸"]),
        ("Filed under: Boats,Quay,Weather — gull77 @ 00:43", ["gull77"]),
        ("Dieser Beitrag wurde am 4. Mai 2031 um 10:42 von Hanne Ruland veröffentlicht.", ["Hanne Ruland"]),
        ("This entry was posted in Boats and tagged crane by gull77. Bookmark the permalink.", ["gull77"]),
        ("Analysis by Ines Calder, Quay Editor-at-large", ["Ines Calder"]),
        ("By Ines Calder, Jan Oster USA TODAY", ["Ines Calder", "Jan Oster"]),
        ("Hanne Ruland/dpa", ["Hanne Ruland"]),
        ("Reuters, Oslo", ["Reuters"]),
        ("Ines O&#039;Calder", ["Ines O'Calder"]),
        ("Ines Calder.", ["Ines Calder"]),
        ("16h15", []),
        ("11:39 PM MYT", []),
        ("Replying to", []),
        ("anónimo", []),
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
    byline = f"<h1>The crane</h1><p class='byline'>Jan Oster</p>{TEXT}"
    assert author_of(site + declared, byline) == (("Ines Calder",), "json-ld")
    assert author_of(site + "<meta name='author' content='Harbour Gazette'>", f"<h1>The crane</h1>{TEXT}") is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<p>By Jan Oster</p>", (("Jan Oster",), "signed-line")),
        ("<dl><dt>Auteur</dt><dd>Jan Oster</dd></dl>", (("Jan Oster",), "signed-line")),
        ("<p>By Jan Oster</p><p>Posted by Ines Calder on 4 May 2031</p>", (("Ines Calder",), "json-ld")),
        ("<p>Photo: Jan Oster</p>", (("Ines Calder",), "json-ld")),
        ("<p>By the old quay</p>", (("Ines Calder",), "json-ld")),
    ],
)
def test_line_of_label_and_name_wins_over_the_account_that_posted(
    line: str, found: tuple[tuple[str, ...], str]
) -> None:
    account = '<script type=\'application/ld+json\'>{"@type":"Article","author":{"name":"Ines Calder"}}</script>'
    assert author_of(account, f"<h1>The crane</h1>{line}{TEXT}") == found


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p><a href='/autor/jan-oster'>Jan Oster</a></p>", (("Jan Oster",), "author-link")),
        ("<div class='author'><b>Jan Oster</b><i>Staff Writer</i></div>", (("Jan Oster",), "byline-class")),
        ("<div>Jan Oster | May 4, 2031</div>", (("Jan Oster",), "byline")),
        ("<div>Quay Life | May 4, 2031 | 3 comments</div>", None),
        ("<div>Foto: Jan Oster</div>", None),
        ("<div class='author'>Replying to the harbour office</div>", None),
        ("<p>04.05.2031, 16:20 von gull77</p>", (("gull77",), "byline")),
        ("<p>von innen</p>", None),
    ],
)
def test_byline_below_the_headline(markup: str, found: tuple[tuple[str, ...], str] | None) -> None:
    assert author_of("", f"<h1>The crane</h1>{markup}{TEXT}") == found


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>erstellt von Mara — veröffentlicht 04.05.2031 06:00</p>", (("Mara",), "labelled-line (weak)")),
        (
            "<footer class='entry-footer'><i class='author'>Mara Lind</i></footer>",
            (("Mara Lind",), "byline-class (weak)"),
        ),
        ("<footer><p>Autor: Mara Lind</p></footer>", None),
        ("<div class='comments'><p>Posted by: Mara Lind</p></div>", None),
    ],
)
def test_author_below_the_article(markup: str, found: tuple[tuple[str, ...], str] | None) -> None:
    assert author_of("", f"<div><h1>The crane</h1>{TEXT * 9}</div>{markup}") == found


def test_what_holds_the_headline_is_the_articles_whatever_its_theme_calls_it() -> None:
    post = f"<h1>The crane</h1>{TEXT * 9}<p><a rel='author'>Mara Lind</a></p>"
    assert author_of("", f"<div class='comments-open sidebar-wrap'>{post}</div>") == (("Mara Lind",), "rel-author")


def test_company_that_made_the_site_is_no_author() -> None:
    head = "<meta name='author' content='Quaywork GmbH'><meta name='author' content='Mara - http://themes.example'>"
    assert author_of(head, f"<h1>The crane</h1>{TEXT}") is None


def test_owner_of_a_site_of_one_person_is_its_author_when_it_signs() -> None:
    site = "<meta property='og:site_name' content='gull77'>"
    account = (
        '<script type="application/ld+json">{"@graph":[{"@type":"WebPage","author":{"@id":"#gull"}},'
        '{"@type":["Person","Organization"],"@id":"#gull","name":"gull77"}]}</script>'
    )
    assert author_of(site + account, f"<h1>The crane</h1>{TEXT}") == (("gull77",), "site-of-author (weak)")
    assert author_of(site, f"<h1>The crane</h1><p>4 May 2031 by gull77</p>{TEXT}") == (
        ("gull77",),
        "site-of-author (weak)",
    )
    assert author_of(site, f"<h1>The crane</h1>{TEXT}") is None


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
        ("<meta property='article:modified_time' content='2031-05-04T10:00:00Z'>", TEXT, "2031-05-04"),
        ("", f"<h1>The crane</h1><p>Published May 4, 2031</p>{TEXT}", "2031-05-04"),
        ("", f"<h1>The crane</h1><p>Updated May 9, 2031</p>{TEXT}", "2031-05-09"),
        (
            "",
            f"<h1>The crane</h1><p>Hamburg, (4.5.2031). The crane stays where it is, says the {'harbour ' * 30}</p>",
            "2031-05-04",
        ),
        ("", f"<h1>The crane</h1>{TEXT}<p>© 2031 Harbour Gazette</p>", None),
        ("", f"<h1>The crane</h1>{TEXT}<div>Copyright © 2029-2031</div>", None),
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


def test_day_of_a_change_is_taken_only_when_there_is_no_other_and_is_marked_weak() -> None:
    change = "<meta property='article:modified_time' content='2031-05-09T10:00:00Z'>"
    assert date_of(change, f"<h1>The crane</h1>{TEXT}") == ("2031-05-09", "day-of-change (weak)")
    assert date_of(change, f"<h1>The crane</h1><p>May 4, 2031</p>{TEXT}") == ("2031-05-04", "shown-date")


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
