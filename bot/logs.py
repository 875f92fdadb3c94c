"""The log: one JSON object a line on standard error, without questions and without secrets."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import IO, Any

# Whose messages never repeat what a person wrote. Of any other error only its type and its place are logged.
_DISCREET = ("bot", "corpus", "discord", "aiohttp")


class JsonLines(logging.Formatter):
    """Time, level, logger, event; what a record brings in ``extra={"fields": {...}}``; an error's type and place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= error_fields(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def error_fields(error: BaseException) -> dict[str, Any]:
    """What may be logged of an error: its type, where it happened, and its message if that cannot hold a question."""
    fields: dict[str, Any] = {"error": type(error).__name__}
    discreet = type(error).__module__.partition(".")[0] in _DISCREET or isinstance(error, OSError)
    if discreet and (message := str(error)):
        fields["message"] = message
    frames = traceback.extract_tb(error.__traceback__)
    if frames:
        fields["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    if error.__cause__ is not None:
        fields["cause"] = error_fields(error.__cause__)
    return fields


def log_as_json(stream: IO[str] | None = None, level: int = logging.INFO) -> None:
    """Send every log record of the process to a stream as JSON lines, standard error by default."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Below this, discord.py logs bodies and interaction tokens.
    logging.getLogger("discord").setLevel(max(level, logging.INFO))
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it announces every tick
