"""Control characters as their pictures: an article must not be able to send orders to the terminal."""

from __future__ import annotations

from typing import Final

_PICTURES: Final = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}


def visible(text: str) -> str:
    """A text for a terminal; tabs and line breaks stay."""
    return text.translate(_PICTURES)
