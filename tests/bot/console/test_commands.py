from __future__ import annotations

import datetime as dt

import pytest
from hostile import hostile
from hypothesis import given
from hypothesis import strategies as st

from bot.console.commands import (
    AddDigest,
    Ask,
    Command,
    Filters,
    Follow,
    Help,
    ListDigests,
    Misread,
    OpenArticle,
    Press,
    PreviewDigest,
    Quit,
    Search,
    read_command,
)
from retrieval.questions.period import UnreadableDate

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", None),
        ("  \n", None),
        ("Who dredged it?\n", Ask("Who dredged it?", Filters())),
        ("/ask Who dredged it?", Ask("Who dredged it?", Filters())),
        ("/ASK Who?", Ask("Who?", Filters())),
        (
            'Who dredged it? since:2024 until:2024-07 source:"Harbour Gazette"',
            Ask("Who dredged it?", Filters(dt.date(2024, 1, 1), dt.date(2024, 7, 31), "Harbour Gazette")),
        ),
        ("who? since:2025 until:2024", Ask("who?", Filters(dt.date(2025, 12, 31), dt.date(2024, 1, 1)))),
        ("who? since:2024 until:2024", Ask("who?", Filters(dt.date(2024, 1, 1), dt.date(2024, 12, 31)))),
        ("since:last month who?", Ask("who?", Filters(since=dt.date(2026, 10, 1)))),
        ("who? since:“30d”", Ask("who?", Filters(since=dt.date(2026, 10, 25)))),
        ("Is it open source: yes or no?", Ask("Is it open source: yes or no?", Filters())),
        ("At 10:30 or ratio:3?", Ask("At 10:30 or ratio:3?", Filters())),
        ("/follow and when?", Follow("and when?", Filters())),
        ("/follow and when? since:2024", Follow("and when?", Filters(since=dt.date(2024, 1, 1)))),
        ("/search silt sort:Newest", Search("silt", Filters(), "newest")),
        ("/search silt source:Gazette", Search("silt", Filters(source="Gazette"))),
        ("/article", OpenArticle("")),
        ("/article A-1 part:FILE", OpenArticle("A-1", "file")),
        ("/ask Who? article:a-12", Ask("Who?", Filters(article=12))),
        ("/search part article:a-12", Search("part article:a-12", Filters())),
        ("/article A-1 part:7", OpenArticle("A-1", "7")),
        ("/article Timetable of the ferry part:¶2", OpenArticle("Timetable of the ferry", "2")),
        ("/digest list", ListDigests()),
        ("/digest preview fentanyl precursors", PreviewDigest("fentanyl precursors")),
        ("/digest add", AddDigest("")),
        (
            "/digest add ferries when:weekly at:17:30 zone:Europe/London",
            AddDigest("ferries", "weekly", "17:30", "Europe/London"),
        ),
        ("/help", Help()),
        ("/quit", Quit()),
        ("2", Press(2)),
        ("2024", Ask("2024", Filters())),
    ],
)
def test_a_line_is_read_as_meant(line: str, command: Command | None) -> None:
    assert read_command(line, TODAY) == command


@pytest.mark.parametrize(
    "line",
    [
        "/ask",
        "/ask since:2024",
        "/search",
        "/search silt sort:odd",
        "/search sort:newest",
        "/digest",
        "/digest list ferries",
        "/nothing",
        "/article x part:first",
        "/ask Who? article:x",
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(line: str) -> None:
    command = read_command(line, TODAY)
    assert isinstance(command, Misread)
    assert command.usage.startswith("/")


def test_a_question_has_an_end() -> None:
    command = read_command("why " * 600, TODAY)
    assert isinstance(command, Misread)
    assert "2,000" in command.usage


def test_a_bad_date_says_which_ones_are_good() -> None:
    with pytest.raises(UnreadableDate, match="Use 2024, 2024-07, 2024-07-04 or 30d"):
        read_command("/ask who? since:soon", TODAY)


@given(
    hostile
    | st.sampled_from(["/ask ", "/search ", "/digest ", "/article "]).flatmap(lambda name: hostile.map(name.__add__))
)
def test_any_line_is_read_or_refused_as_a_date(line: str) -> None:
    try:
        read_command(line, TODAY)
    except UnreadableDate as error:
        assert "as a date" in str(error)
