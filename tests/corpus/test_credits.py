"""Bylines, lines of credits, datelines and the clues they are read with: what they say, and what they must not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.extraction.bylines import read_byline
from corpus.extraction.clues import Clues, hosts_of
from corpus.extraction.credit_lines import about_author, read_credit_line
from corpus.extraction.datelines import Dateline, read_dateline
from corpus.extraction.headlines import beside_headline, likeness, outlet_beside
from corpus.extraction.names import is_person, is_section, names_an_outlet

_POSTED = Clues(dt.date(2031, 1, 10))


@pytest.mark.parametrize(
    ("line", "author", "outlet", "published"),
    [
        ("Words by Ana Bee", "Ana Bee", None, None),
        ("Interview by Ana Bee and Bo Reed", "Ana Bee and Bo Reed", None, None),
        ("Par Ana Bée | Publié le 3 mai 2031 à 09h40", "Ana Bée", None, "2031-05-03"),
        ("Von Änne Öhl, 03.05.2031, 14:05 Uhr", "Änne Öhl", None, "2031-05-03"),
        ("Автор: Инна Белова", "Инна Белова", None, None),
        ("作者：林小雨", "林小雨", None, None),
        ("By Ana Bee for The Brae Post", "Ana Bee", "The Brae Post", None),
        ("By Ana Bee, Special to The Brae Post", "Ana Bee", "The Brae Post", None),
        ("By Ana Bee, brae-post.org", "Ana Bee", "brae-post.org", None),
        ("By Ana Bee • Jan. 5", "Ana Bee", None, "2031-01-05"),
        ("By Ana Bee • Dec. 30", "Ana Bee", None, "2030-12-30"),  # the last such day before the posting
    ],
)
def test_bylines_of_many_newspapers(line: str, author: str | None, outlet: str | None, published: str | None) -> None:
    byline = read_byline(line, _POSTED)
    assert byline is not None
    assert (byline.author, byline.outlet) == (author, outlet)
    assert (byline.published.text if byline.published else None) == published


def test_one_word_is_a_name_only_where_a_byline_stands() -> None:
    assert read_byline("Von Heiko") is None
    alone = read_byline("Von Heiko", alone=True)
    assert alone is not None
    assert (alone.author, alone.weak) == ("Heiko", {"author"})
    assert read_byline("By June", alone=True) is None
    assert read_byline("By then it was dark.", alone=True) is None


def test_what_is_guessed_is_marked() -> None:
    line = read_byline("By Ana Bee, Inselbote | Jan. 5", _POSTED, alone=True)
    assert line is not None
    assert (line.outlet, line.weak) == ("Inselbote", {"outlet", "published"})


@pytest.mark.parametrize(
    ("line", "author", "outlet", "published"),
    [
        ("Published: May 5, 2031 at 9:40 a.m. | Updated: May 6, 2031", None, None, "2031-05-05"),
        ("2031-05-05T23:05:00+02:00", None, None, "2031-05-05"),
        ("Special to The Brae Post", None, "The Brae Post", None),
        ("Source: Brae Chronicle", None, "Brae Chronicle", None),
        ("Ana Bee, The Brae Post, 2031", "Ana Bee", "The Brae Post", "2031"),
        ("Ana Bee C., The Brae Post, May 2031", "Ana Bee C.", "The Brae Post", "2031-05"),
        ("Dec. 30", None, None, "2030-12-30"),
    ],
)
def test_credits_of_many_newspapers(line: str, author: str | None, outlet: str | None, published: str | None) -> None:
    credit = read_credit_line(line, _POSTED)
    assert credit is not None
    assert (credit.author, credit.outlet) == (author, outlet)
    assert (credit.published.text if credit.published else None) == published


def test_what_follows_a_date_may_be_a_name_or_a_publication() -> None:
    assert read_credit_line("3 May 2031 | Ana Bee") is None
    credit = read_credit_line("3 May 2031 | Brae Post")
    assert credit is not None
    assert (credit.author, credit.outlet) == (None, "Brae Post")


def test_names_that_could_be_anything_are_left_unsaid_and_the_date_is_not() -> None:
    line = "Flawless Lamps, Oil, Wicks, 3 May 2031"
    assert read_credit_line(line) is None
    credit = read_credit_line(line, alone=True)
    assert credit is not None
    assert (credit.author, credit.outlet, credit.published.text if credit.published else None) == (
        None,
        None,
        "2031-05-03",
    )


@pytest.mark.parametrize("line", ["The year was 2031", "Ana Bee, 2031", "Brae Council, May", "2031", "Bells, 12 boxes"])
def test_a_number_is_no_date_of_publication(line: str) -> None:
    assert read_credit_line(line, _POSTED) is None


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("BEIJING—A bell rang.", Dateline("BEIJING", None, None)),
        ("BRAE, July 4 (Reuters) - A bell rang.", Dateline("BRAE", "July 4", "Reuters")),
        ("NEW BRAE, Calif. (AP) — A bell rang.", Dateline("NEW BRAE, Calif.", None, "Associated Press")),
        ("Brae (dpa) – Eine Glocke läutete.", Dateline("Brae", None, "dpa")),
        ("BRAE -- “A bell,” he said.", Dateline("BRAE", None, None)),
        ("ВОЛОГДА — Колокол зазвонил.", Dateline("ВОЛОГДА", None, None)),
        ("NATO—an alliance of bells", None),
        ("U.S. — A bell rang.", None),
        ("BREAKING — A bell rang.", None),
        ("Brae (population 40) — A bell rang.", None),
        ("HOST: A bell rang.", None),
        ("A bell rang in BRAE — twice.", None),
        ("", None),
    ],
)
def test_a_dateline_opens_a_paragraph(paragraph: str, expected: Dateline | None) -> None:
    assert read_dateline(paragraph) == expected


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused(line: str) -> None:
    for reading in (read_byline(line, _POSTED, alone=True), read_credit_line(line, _POSTED, alone=True)):
        if reading is not None:
            assert reading.author or reading.outlet or reading.published
    read_dateline(line)
    about_author(line, None)


@pytest.mark.parametrize(
    ("paragraph", "author", "expected"),
    [
        ("Ana Bee is the author of “Gongs”.", "Ana Bee", "Ana Bee"),
        ("Ana Bee teaches bell ringing at Brae.", "Ana Bee and Bo Reed", "Ana Bee"),
        ("The writer is a former ringer.", None, ""),
        ("— Ana Bee is a ringer at Brae.", None, "Ana Bee"),
        ("Ana Bee is a ringer at Brae.", None, None),  # an article may well end with somebody
        ("Cy Vane is a ringer at Brae.", "Ana Bee", None),
        ("Ana Bee rang the bell.", "Ana Bee", None),
        ("The authors of the report on bells disagree with that.", "Ana Bee", None),
    ],
)
def test_closing_words_about_the_author(paragraph: str, author: str | None, expected: str | None) -> None:
    assert about_author(paragraph, author) == expected


def test_a_publication_is_known_by_its_site_and_by_the_subject() -> None:
    clues = Clues(hosts=hosts_of(["https://www.inselbote.example/a", "https://[::1/"]), beside="Northern Tidings")
    assert clues.names_outlet("Der Inselbote") is False
    assert clues.names_outlet("Inselbote")
    assert clues.names_outlet("northern tidings")
    assert not clues.names_outlet("Ana Bee")


def test_persons_publications_and_parts_of_a_paper() -> None:
    assert is_person("Ana Bee")
    assert is_person("ANA DE LA BEE")
    assert not any(map(is_person, ["Brae Council", "Brae Post", "Von Ana Bee", "NEW Brae Gongs", "Ana", "ana bee"]))
    assert all(map(names_an_outlet, ["Brae Post", "The Lamp", "brae-post.org", "Braer Zeitung", "Reuters"]))
    assert not any(map(names_an_outlet, ["Ana Bee", "Post", "the bell rang in the post", ""]))
    assert is_section("World News")
    assert not is_section("World Bells")


def test_a_subject_that_was_cut_short_is_continued_by_its_headline() -> None:
    assert likeness("Harbor Gives Up Its Oldest Bell", "Harbor Gives Up Its Old...") == 1.0
    assert likeness("Harbor Gives Up Its Oldest Bell", "Harbor Gives Up Its Old") < 1.0
    assert likeness("Harbor pilots strike over pay and hours", "Harbor Gives Up Its Old...") == 0.0
    assert likeness("Bells", "B...") == 0.0


def test_what_stands_beside_a_headline_in_a_subject() -> None:
    assert beside_headline("Bell Found - Northern Tidings", "Bell found") == "Northern Tidings"
    assert beside_headline("Northern Tidings: Bell Found", "Bell Found") == "Northern Tidings"
    assert beside_headline("Bell Found (Northern Tidings)", "Bell Found") == "Northern Tidings"
    assert beside_headline("Bell Found - Northern Tidings", "Bell lost") is None
    assert beside_headline("Bells | The Northern Tidings", "Bells") == "The Northern Tidings"
    assert beside_headline("Bell Found | CNN", "CNN —") is None
    assert outlet_beside("Bell Found | Reuters") == ("Reuters", "Bell Found")
    assert outlet_beside("Time: a question about bells") is None
    assert read_credit_line("Science") is None
    assert outlet_beside("Bell Found | Northern Tidings") is None  # unknown, and nothing else says so


@pytest.mark.parametrize(
    ("line", "author", "outlet", "published"),
    [
        ("By Ana Bee\u00a0\u00a0 May 1, 2031\u00a0 The Brae Post", "Ana Bee", "The Brae Post", "2031-05-01"),
        ("By Ana Bee and Bo de la Reed", "Ana Bee and Bo de la Reed", None, None),
        ("By Ana Bee, Bo Reed and Cy Vane", "Ana Bee, Bo Reed and Cy Vane", None, None),
        ("By Ana Bee, Reuters", "Ana Bee", "Reuters", None),
        ("By Ana Bee | Reuters | May 1, 2031", "Ana Bee", "Reuters", "2031-05-01"),
        ("BY ANA BEE MAY 1, 2031 9:00 AM ET", "ANA BEE", None, "2031-05-01"),
        ("Von Änne Öhl, 3. März 2031", "Änne Öhl", None, "2031-03-03"),
        ("By The Associated Press", None, "The Associated Press", None),
        ("By Ana Bee, Chief Keeper of Lamps", "Ana Bee", None, None),
    ],
)
def test_a_byline_is_read(line: str, author: str | None, outlet: str | None, published: str | None) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (byline.author, byline.outlet) == (author, outlet)
    assert (byline.published.text if byline.published else None) == published


@pytest.mark.parametrize(
    "line",
    [
        "By Monday, the army had left the town.",
        "By the time the ferry came it was dark.",
        "By June",
        "De la pluie et du beau temps",
        "Bylaws were changed",
        "By " + "Ana Bee " * 80,
    ],
)
def test_a_sentence_that_begins_so_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize(
    ("line", "author", "outlet", "published"),
    [
        ("Ana Bee, The Brae Post, May 1, 2031", "Ana Bee", "The Brae Post", "2031-05-01"),
        ("The Brae Post / May 1, 2031 / Ana Bee", "Ana Bee", "The Brae Post", "2031-05-01"),
        ("Harbour Weekly, May 1, 2031, by Ana Bee", "Ana Bee", "Harbour Weekly", "2031-05-01"),
        ("—Ana Bee, Harbour Weekly, May 1, 2031", "Ana Bee", "Harbour Weekly", "2031-05-01"),
        ("Reuters", None, "Reuters", None),
        ("Published May 1, 2031 at 9:00 am", None, None, "2031-05-01"),
    ],
)
def test_a_line_of_credits_is_read(line: str, author: str | None, outlet: str | None, published: str | None) -> None:
    credit = read_credit_line(line)
    assert credit is not None
    assert (credit.author, credit.outlet) == (author, outlet)
    assert (credit.published.text if credit.published else None) == published


@pytest.mark.parametrize(
    "line",
    ["The bell rang on May 1, 2031, and nobody came.", "Ana Bee", "Brae, May 1, 2031, to whom it may concern", ""],
)
def test_a_line_with_anything_else_in_it_is_text(line: str) -> None:
    assert read_credit_line(line) is None
