"""A local time of day as people write it."""

from __future__ import annotations

import datetime as dt
import re

_TIME = re.compile(r"(\d{1,2})(?:\s?[:.h]\s?(\d{2})?)?\s*(?:([ap])\.?\s?m\.?)?", re.IGNORECASE | re.ASCII)
_NAMED = {"noon": dt.time(12), "midday": dt.time(12), "midnight": dt.time(0)}


def read_time(text: str) -> dt.time | None:
    """9, 9:00, 09.30, 18h, 9pm, 9 a.m., 0900, noon; None for anything else."""
    written = text.strip()
    if written.lower() in _NAMED:
        return _NAMED[written.lower()]
    if len(written) == 4 and written.isascii() and written.isdigit():
        written = f"{written[:2]}:{written[2:]}"
    match = _TIME.fullmatch(written)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None
