"""What a newcomer reads first."""

from __future__ import annotations

import re

from bot.rendering.help_page import help_page
from bot.rendering.page import Card, Page
from corpus.archive import Coverage


def shown(*titles: str, in_chat: bool = True) -> Page:
    return help_page(Coverage(3, None, None), examples=titles, in_chat=in_chat)


def test_five_lines_name_every_command_that_somebody_may_ask_with() -> None:
    _title, *lines = shown().cards[0].text.split("\n")
    assert len(lines) == 5
    named = set(re.findall(r"/(ask|search|article|digest add|digest list)\b", "\n".join(lines)))
    assert named == {"ask", "search", "article", "digest add", "digest list"}


def test_three_titles_become_questions_and_what_is_kept_is_one_press_away() -> None:
    page = shown("One", "Two", "Three", "Four")
    assert [line for line in page.text.split("\n") if line.startswith("/ask What is said about")] == [
        f"/ask What is said about “{title}”?" for title in ("One", "Two", "Three")
    ]
    assert [card.button.label for card in page.cards if isinstance(card, Card) and card.button] == ["My data"]
    assert not any(isinstance(card, Card) and card.button for card in shown(in_chat=False).cards)
