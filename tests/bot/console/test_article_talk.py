"""Articles in the terminal: the same pages as in Discord, all of every text, and a file in the present folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_desk import archive_with, desk_over

from bot.console.conversation import Conversation
from bot.console.printing import controls_of
from bot.rendering.page import Page
from bot.rendering.quotes import shown_quotes

NOW = dt.datetime(2024, 7, 6, 12, tzinfo=dt.UTC)


@pytest.fixture
def conversation(tmp_path: Path) -> Iterator[Conversation]:
    (tmp_path / "files").mkdir()
    with archive_with(tmp_path) as archive:
        yield Conversation(desk_over(archive, tmp_path), None, lambda: NOW, tmp_path / "files")


def pressed(conversation: Conversation, page: Page, label: str) -> Page:
    """The page that the choice with this label gives."""
    labels = [control.label for control in controls_of(page)]
    (after,) = conversation.reply(str(labels.index(label) + 1), page)
    return after


def shown(conversation: Conversation, line: str) -> Page:
    (page,) = conversation.reply(line)
    return page


def test_the_whole_text_is_there_page_by_page(conversation: Conversation) -> None:
    page = shown(conversation, "/article A-3")
    assert [control.label for control in controls_of(page)] == ["Next", "Jump to ¶", "Cite", "File", "Ask about this"]
    assert "page 2 of" in pressed(conversation, page, "Next").text
    assert "**¶17**\n> Ferry note 17" in shown(conversation, "/article A-3 part:17").text
    assert "@article{A-1," in shown(conversation, "/article A-1 part:cite").text
    assert "Write /article A-3 part:7" in pressed(conversation, page, "Jump to ¶").text


def test_a_file_is_written_once_and_never_over_another(conversation: Conversation) -> None:
    path = conversation.folder / "A-1.txt"
    said = pressed(conversation, shown(conversation, "/article A-1"), "File").text
    assert said == f"A-1 was written to {path}.".replace("_", "\\_")
    assert path.read_text(encoding="utf-8").startswith("Port Ellen dredges its harbour\nHarbour Gazette · Sam Hill · ")
    path.write_text("mine")
    assert "is there already, and was left as it is." in shown(conversation, "/article A-1 part:file").text
    assert path.read_text() == "mine"


def test_a_question_can_be_put_to_one_article(conversation: Conversation) -> None:
    page = shown(conversation, "/article A-1")
    assert "/ask and your question, then article:A-1." in pressed(conversation, page, "Ask about this").text
    answer = shown(conversation, "/ask How many tonnes of silt, and when does the ferry sail? article:A-1")
    assert "-# Searching in: Port Ellen dredges its harbour\n" in answer.text
    (followed,) = conversation.reply("/follow When does the ferry sail again?", None, answer)
    assert "-# Searching in: Port Ellen dredges its harbour\n" in followed.text
    assert "No article A-99." in shown(conversation, "/ask How many tonnes? article:A-99").text


def test_an_answer_has_its_context_and_no_thumbs(conversation: Conversation) -> None:
    answer = shown(conversation, "How many tonnes of silt did the harbour master say?")
    assert not {"👍", "👎"} & {control.label for control in controls_of(answer)}
    context = pressed(conversation, answer, "Context")
    assert "**¶3** Fishing boats return to the harbour in May." in context.text
    assert all(quote in context.text.replace("**", "") for quote in shown_quotes(answer.text))
