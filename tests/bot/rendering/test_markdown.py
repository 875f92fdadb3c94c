"""What Discord's parser would see in what we send: words, and only our own markdown."""

from __future__ import annotations

import re

from hostile import hostile, monstrous
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.markdown import emphasised, escaped, quoted_block, unescaped, unquoted

# The rules of Discord's parser that do something, each tried where it could begin; a backslash takes the next character
# away from all of them.
AT_ANY_PLACE = re.compile(
    r"[*_~|`<\[]|(?:https?|steam)://|:[^\s:]+:|@everyone|@here|discord(?:app)?\.\w", re.IGNORECASE
)
AT_LINE_START = re.compile(r" *(?:#{1,3}|-#|[*-]|\d+\.|>{1,3})(?=\s|$)")


def interpreted(markdown: str) -> list[str]:
    """What Discord would take for more than text."""
    found, position = [], 0
    while position < len(markdown):
        if re.match(r"\\[^0-9A-Za-z\s]", markdown[position:]):
            position += 2
            continue
        if position == 0 or markdown[position - 1] in "\n\r":
            found += [match[0] for match in [AT_LINE_START.match(markdown, position)] if match]
        found += [match[0] for match in [AT_ANY_PLACE.match(markdown, position)] if match]
        position += 1
    return found


def test_the_reader_of_this_test_sees_markdown_that_is_there() -> None:
    for text in (
        "**a**",
        "# a",
        "-# a",
        "- a",
        "1. a",
        "> a",
        "<@1>",
        "https://x.y",
        "discord.gg/x",
        ":smile:",
        "@here",
    ):
        assert interpreted(text), text


@given(monstrous)
def test_escaping_changes_how_it_looks_and_not_what_it_says(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(hostile)
def test_nothing_in_an_escaped_text_means_more_than_itself(text: str) -> None:
    assert interpreted(escaped(text)) == []


@given(monstrous)
def test_only_backslashes_are_added(text: str) -> None:
    assert escaped(text).replace("\\", "") == text.replace("\\", "")


@given(hostile)
def test_trimming_on_the_way_costs_only_white_space(text: str) -> None:
    assert unescaped(escaped(text).strip()) == text.strip()
    by_line = "\n".join(line.rstrip() for line in escaped(text).split("\n"))
    assert unescaped(by_line) == "\n".join(line.rstrip() for line in text.split("\n"))


@given(hostile)
def test_every_line_of_a_quoted_block_has_its_bar(text: str) -> None:
    block = quoted_block(escaped(text))
    assert all(line.startswith("> ") for line in re.split(r"\r\n|\n|\r", block))
    assert unescaped(unquoted(block)) == text


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(hostile)
    first = draw(st.integers(0, len(text)))
    return text, first, draw(st.integers(first, len(text)))


@given(stretches())
def test_emphasis_adds_bold_and_nothing_else(given_stretch: tuple[str, int, int]) -> None:
    text, first, last = given_stretch
    shown = emphasised(text, first, last)
    assert unescaped(re.sub(r"(\\.)|\*\*", lambda match: match[1] or "", shown, flags=re.DOTALL)) == text
    assert set(interpreted(shown)) <= {"*"}
    lines = re.split(r"[\n\r]", shown)
    assert all(re.sub(r"\\.", "", line).count("**") % 2 == 0 for line in lines)


def test_a_name_of_an_emoji_across_a_bold_mark_is_none() -> None:
    assert emphasised("see:smile:", 4, 9) == "see\\:**smile**:"
    assert emphasised("http://x.y", 0, 5) == "**http\\:**//x.y"
    assert emphasised("so - really", 3, 11) == "so **\\- really**"


def test_ordinary_prose_is_left_alone() -> None:
    text = "“We think it’s absurd,” he said at 10:30 - twice. See e.g. A/B, $5 #1 (50%), a@b.example; 1.5 and 4-AP."
    assert escaped(text) == text


def test_long_lines_take_time_in_proportion_only() -> None:
    for piece in ("\n", " ", ":", ":a", "1", "\n 1", "\\", "@", "discord."):
        text = piece * (300_000 // len(piece))
        assert unescaped(escaped(text)) == text
