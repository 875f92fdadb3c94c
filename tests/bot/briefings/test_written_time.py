"""Times of day as people write them."""

from __future__ import annotations

import pytest

from bot.briefings.written_time import read_time


@pytest.mark.parametrize(
    ("text_given", "expected"),
    [
        ("9", "09:00"),
        ("09:00", "09:00"),
        ("9:00", "09:00"),
        ("9.30", "09:30"),
        ("0930", "09:30"),
        ("18h", "18:00"),
        ("6pm", "18:00"),
        ("9 P.M.", "21:00"),
        ("12 am", "00:00"),
        ("noon", "12:00"),
        ("25:00", None),
        ("13pm", None),
        ("9:5", None),
        ("soon", None),
        ("٩", None),
    ],
)
def test_times_are_read_as_people_write_them(text_given: str, expected: str | None) -> None:
    time = read_time(text_given)
    assert (f"{time:%H:%M}" if time else None) == expected
