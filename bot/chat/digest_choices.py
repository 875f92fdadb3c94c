"""What is offered while a digest's options are typed, and in its forms."""

from __future__ import annotations

from zoneinfo import available_timezones

from bot.briefings.written_time import read_time
from bot.chat.digest_form import Source
from bot.desk import Desk

_NEAR_ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "UTC")
_TIMES = ("07:00", "08:00", "09:00", "12:00", "17:00", "18:00", "20:00")


def zones_to_offer(desk: Desk, current: str) -> list[tuple[str, str]]:
    """Zones that hold what was typed ("new york" too); some common ones when nothing was."""
    typed = current.strip().lower().replace(" ", "_")
    if not typed:
        return [(zone, zone) for zone in _NEAR_ZONES]
    found = (zone for zone in available_timezones() if typed in zone.lower())
    return [(zone, zone) for zone in sorted(found, key=lambda zone: (not zone.lower().endswith(typed), zone))]


def times_to_offer(current: str) -> list[str]:
    """What was typed, as the time that it is read as; and common times that begin so."""
    typed = current.strip()
    read = read_time(typed)
    first = [f"{read:%H:%M}"] if read is not None else []
    return list(dict.fromkeys([*first, *(time for time in _TIMES if time.startswith(typed))]))


def sources_to_choose(desk: Desk) -> list[Source]:
    """Collections, then outlets, those with the most articles first."""
    return [
        *(Source(name, True) for name in desk.collections()),
        *(Source(name, False) for name, _count in desk.outlets()),
    ]
