from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hostile import NOW, hostile
from hypothesis import given

from bot.rendering.markdown import escaped, quoted_block
from bot.rendering.notices import moment
from bot.rendering.spans import Line, LineLook, Span, lines_of, shown_moment


@given(hostile)
def test_escaped_words_come_out_as_they_were(text: str) -> None:
    shown = "\n".join(line.text for line in lines_of(quoted_block(escaped(text)), NOW))
    assert shown == re.sub(r"\r\n|\r", "\n", text)
    assert {line.look for line in lines_of(quoted_block(escaped(text)), NOW)} == {LineLook.QUOTE}


def test_every_look_of_our_pages_is_read() -> None:
    text = "**Ferry** · A\\-1\n> one **two**\n>\n-# small\n```\n**raw** \\x\n```\n<https://x.example/a_b> in <#42>"
    assert lines_of(text, NOW) == [
        Line(LineLook.PLAIN, (Span("Ferry", bold=True), Span(" · A-1"))),
        Line(LineLook.QUOTE, (Span("one "), Span("two", bold=True))),
        Line(LineLook.QUOTE, ()),
        Line(LineLook.SMALL, (Span("small"),)),
        Line(LineLook.CODE, (Span("**raw** \\x"),)),
        Line(LineLook.PLAIN, (Span("https://x.example/a_b in channel 42"),)),
    ]


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    london = NOW.replace(month=7).astimezone(ZoneInfo("Europe/London"))
    (line,) = lines_of(f"Next: {moment(london, 'F')} ({moment(london + dt.timedelta(hours=3), 'R')})", london)
    assert line.text == "Next: Thu 23 Jul 2026 10:00 BST (in 3 hours)"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "now"),
        (30, "in less than a minute"),
        (-30, "less than a minute ago"),
        (60, "in 1 minute"),
        (-7200, "2 hours ago"),
        (86_400 * 3, "in 3 days"),
    ],
)
def test_how_long_until_or_since(seconds: int, shown: str) -> None:
    assert shown_moment(NOW + dt.timedelta(seconds=seconds), "R", NOW) == shown


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment(dt.datetime(2026, 11, 23))  # noqa: DTZ001
