"""The log's lines: JSON, and nothing that a person wrote."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from bot.errors import CannotWork
from bot.logs import JsonLines


def line_for(error: BaseException | None = None, **fields: Any) -> dict[str, Any]:
    """What is logged of an error that was raised here."""
    caught = None
    if error is not None:
        try:
            raise error
        except BaseException:
            caught = sys.exc_info()
    record = logging.LogRecord("bot.chat", logging.ERROR, __file__, 1, "something went %s", ("wrong",), caught)
    if fields:
        record.fields = fields
    line: dict[str, Any] = json.loads(JsonLines().format(record))
    return line


def test_a_line_says_when_how_bad_who_and_what() -> None:
    line = line_for(ref="7F3K")
    assert line["event"] == "something went wrong"
    assert (line["level"], line["logger"], line["ref"]) == ("error", "bot.chat", "7F3K")
    assert line["time"].endswith("+00:00")


def test_an_error_is_told_by_its_type_and_place_but_not_in_its_words() -> None:
    line = line_for(ValueError("where is my secret neighbour?"))
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["at"][-1]
    assert "neighbour" not in json.dumps(line)


def test_our_own_errors_and_the_systems_are_told_in_their_words() -> None:
    assert line_for(CannotWork("no token"))["message"] == "no token"
    assert "No space left" in line_for(OSError(28, "No space left on device"))["message"]
