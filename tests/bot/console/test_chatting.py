"""The loop: lines from a pipe or a keyboard, pages to a stream, and Ctrl-C at every moment."""

from __future__ import annotations

import datetime as dt
import io
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_desk import archive_with, desk_over

from bot.console.chatting import chat, talk
from bot.console.conversation import Conversation
from bot.desk import Desk
from retrieval.answers.replying import Reply

NOW = dt.datetime(2024, 7, 6, 12, tzinfo=dt.UTC)


def keys(*pressed: str | type[BaseException]) -> Callable[[], str]:
    """A keyboard: lines, KeyboardInterrupt for Ctrl-C; then Ctrl-D."""
    left = iter(pressed)

    def read() -> str:
        key = next(left, EOFError)
        if isinstance(key, str):
            return key
        raise key

    return read


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    output = io.StringIO()
    lines = io.StringIO("How many tonnes of silt did the harbour master say?\n\n1\n/article A-99")
    with archive_with(tmp_path) as archive:
        code = chat(desk_over(archive, tmp_path), data=tmp_path, input=lines, output=output, now=lambda: NOW)
    assert code == 0
    said = output.getvalue()
    assert "> “We moved 4,200 tonnes of silt,” the harbour master Ann Reid told reporters." in said
    assert "[1] Read A-1 ¶2" in said
    assert "\nPort Ellen dredges its harbour\n" in said
    assert said.endswith("No article A-99. Start typing a title and pick from the list.\n\n")
    assert "\x1b" not in said


def test_quit_leaves_the_rest_of_the_input_alone(tmp_path: Path) -> None:
    output = io.StringIO()
    with archive_with(tmp_path) as archive:
        chat(desk_over(archive, tmp_path), data=tmp_path, input=io.StringIO("/quit\n/help\n"), output=output)
    assert output.getvalue() == ""


def test_ctrl_c_at_the_prompt_cancels_the_line_only(tmp_path: Path) -> None:
    output = io.StringIO()
    with archive_with(tmp_path) as archive:
        conversation = Conversation(desk_over(archive, tmp_path), None, lambda: NOW)
        reader = keys(KeyboardInterrupt, KeyboardInterrupt, "/article A-1")
        assert talk(conversation, reader, output, at_keyboard=True) == 0
    assert "In this terminal" in output.getvalue()
    assert "Port Ellen dredges its harbour" in output.getvalue()


class SlowDesk(Desk):
    """Presses Ctrl-C as soon as it is asked, and answers only when it is told to."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.archive, desk._search.ready)
        self.told = threading.Event()

    def reply(self, *args: Any, **options: Any) -> Reply:
        signal.raise_signal(signal.SIGINT)
        assert self.told.wait(timeout=30)
        return super().reply(*args, **options)


def test_ctrl_c_during_an_answer_stops_the_answer_and_the_next_one_leaves(tmp_path: Path) -> None:
    output = io.StringIO()
    with archive_with(tmp_path) as archive:
        desk = SlowDesk(desk_over(archive, tmp_path))
        left = iter(
            ["How many tonnes of silt?", "/article A-1", "How many tonnes of silt?", KeyboardInterrupt, "/help"]
        )

        def read() -> str:
            key = next(left)
            if key == "/article A-1":
                desk.told.set()
            if isinstance(key, str):
                return key
            raise key

        assert talk(Conversation(desk, None, lambda: NOW), read, output, at_keyboard=True) == 0
        assert next(left) == "/help"
    said = output.getvalue()
    assert said.count("Stopped. Ctrl-C once more leaves.") == 2
    assert "4,200" not in said.split("Stopped.")[1].split("Port Ellen dredges")[0]
    assert "Port Ellen dredges its harbour" in said


def test_ctrl_c_ends_a_pipe(tmp_path: Path) -> None:
    with archive_with(tmp_path) as archive:
        conversation = Conversation(desk_over(archive, tmp_path), None, lambda: NOW)
        with pytest.raises(KeyboardInterrupt):
            talk(conversation, keys(KeyboardInterrupt), io.StringIO(), at_keyboard=False)


def said_by(tmp_path: Path, *lines: str) -> str:
    """What the terminal shows for lines from a pipe."""
    output = io.StringIO()
    with archive_with(tmp_path) as archive:
        desk = desk_over(archive, tmp_path)
        chat(desk, data=tmp_path, input=io.StringIO("\n".join(lines)), output=output, now=lambda: NOW)
    return output.getvalue()


def test_a_follow_up_asks_on_after_the_last_answer_whatever_was_read_since(tmp_path: Path) -> None:
    said = said_by(
        tmp_path, "How many tonnes of silt did the harbour master say?", "1", "/follow When did she hope for that?"
    )
    assert (
        "\nWhen did she hope for that?\n\nSearching: When did she hope for that? (tonnes silt harbour master)\n" in said
    )
    assert "Follow up" in said


def test_the_choice_follow_up_says_how_to_write_one(tmp_path: Path) -> None:
    said = said_by(tmp_path, "How many tonnes of silt did the harbour master say?")
    number = next(number for number in range(1, 9) if f"[{number}] Follow up" in said)
    (tmp_path / "again").mkdir()
    assert "Write /follow and your next question." in said_by(
        tmp_path / "again", "How many tonnes of silt did the harbour master say?", str(number)
    )


def test_without_an_answer_there_is_nothing_to_follow(tmp_path: Path) -> None:
    assert "There is no answer to follow up. Ask a question first." in said_by(tmp_path, "/help", "/follow why?")


def test_swapped_dates_of_a_follow_up_are_told_and_its_subject_is_kept(tmp_path: Path) -> None:
    said = said_by(
        tmp_path,
        "How many tonnes of silt did the harbour master say?",
        "/follow When did she hope for that? since:2025 until:2024",
    )
    assert "When did she hope for that? (tonnes silt harbour master)" in said
    assert "since is after until. Swap them?" in said


def test_years_the_wrong_way_round_are_swapped_whole(tmp_path: Path) -> None:
    asked = "How many tonnes of silt did the harbour master say? since:2025 until:2024"  # it was in July 2024
    number = next(number for number in range(1, 9) if f"[{number}] Swap them" in said_by(tmp_path, asked))
    (tmp_path / "again").mkdir()
    said = said_by(tmp_path / "again", asked, str(number))
    assert "4,200 tonnes of silt" in said
    assert "Searched: 1 Jan 2024 – 31 Dec 2025" in said


def test_a_list_that_is_asked_for_is_a_choice(tmp_path: Path) -> None:
    said = said_by(tmp_path, "How many articles mention Islay?")
    number = next(number for number in range(1, 9) if f"[{number}] List articles" in said)
    (tmp_path / "again").mkdir()
    listed = said_by(tmp_path / "again", "How many articles mention Islay?", str(number))
    assert "\nIslay\n\n1 article mentions this (1 in 2023). Showing 1." in listed


def test_dates_and_sources_in_a_question_narrow_it(tmp_path: Path) -> None:
    said = said_by(tmp_path, "What did the Harbour Gazette say about the harbour of Port Ellen?")
    assert "Searched: Harbour Gazette\n" in said


def test_a_search_is_narrowed_opened_and_seen_over_time(tmp_path: Path) -> None:
    said = said_by(tmp_path, "/search harbour ferry")
    assert "No article has all of these words; 2 have some of them." in said
    chosen = next(number for number in range(1, 20) if f"[{number}] 2023 (1)" in said)
    (tmp_path / "again").mkdir()
    narrowed = said_by(tmp_path / "again", "/search harbour ferry", str(chosen), "1", "/search ferry sort:timeline")
    assert "Searched: 1 Jan – 31 Dec 2023" in narrowed
    assert "\nTimetable of the Islay ferry\nHarbour Gazette · 1 Feb 2023\n" in narrowed
    assert "Articles a day\n1 Feb 2023 ████████████████████████ 1\n" in narrowed
