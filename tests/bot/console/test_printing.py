from __future__ import annotations

import io
import re

from hostile import NOW, hostile
from hypothesis import given

from bot.console.printing import Control, controls_of, print_page
from bot.rendering.actions import ArticlePage, CiteArticle, DigestItemSelect, ReadArticle
from bot.rendering.markdown import escaped, quoted_block
from bot.rendering.page import Button, Card, Choice, Option, Page, Rule


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


PAGE = Page(
    (
        Card("**Who dredged it?**"),
        Card("> It was **dredged** again.\nHarbour Gazette · A-1 ¶1", Button("Read", ReadArticle(1, 1).encode())),
        Rule(),
        Card("-# small", Button("Read", ReadArticle(2, None).encode())),
    ),
    (
        (Button("Prev", ArticlePage(1, 0).encode(), disabled=True), Button("Cite", CiteArticle(1, None).encode())),
        Choice(DigestItemSelect().encode(), "Pick", (Option("Ferry", "12"),)),
    ),
)


def printed(page: Page, output: io.StringIO, *, controls: bool = True) -> str:
    print_page(page, controls=controls, output=output, now=NOW)
    return output.getvalue()


def test_the_controls_are_numbered_without_the_disabled_ones() -> None:
    assert controls_of(PAGE) == [
        Control("Read A-1 ¶1", "read:1:1:"),
        Control("Read A-2", "read:2::"),
        Control("Cite", "cite:1:"),
        Control("Ferry", "items:", "12"),
    ]


def test_a_pipe_gets_plain_lines() -> None:
    assert printed(PAGE, io.StringIO()) == (
        "Who dredged it?\n\n> It was dredged again.\nHarbour Gazette · A-1 ¶1\n" + "─" * 100 + "\n\nsmall\n\n"
        "[1] Read A-1 ¶1\n[2] Read A-2\n[3] Cite\n[4] Ferry\n"
    )
    assert "[1]" not in printed(PAGE, io.StringIO(), controls=False)


def test_a_sentence_in_a_pipe_is_one_line_however_long() -> None:
    sentence = "The ferry sails in the rain. " * 30
    assert f"> {sentence.strip()}\n" in printed(Page((Card(f"> {sentence.strip()}"),)), io.StringIO())


@given(hostile)
def test_an_article_cannot_send_orders_to_the_terminal(text: str) -> None:
    page = Page((Card(quoted_block(escaped(text))),))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed(page, io.StringIO()))
    on_screen = re.sub(r"\x1b\[[0-9;]*m", "", printed(page, Terminal()))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", on_screen)


def test_a_terminal_gets_a_bar_before_every_line_of_a_quote() -> None:
    page = Page((Card("> " + "The ferry sails in the rain. " * 10),))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", printed(page, Terminal())).splitlines()
    assert len(lines) > 1
    assert all(line.startswith("│ ") for line in lines)
