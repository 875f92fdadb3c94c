"""Telling a headline by the subject it came under, and a publication's name beside it."""

from __future__ import annotations

import re

from corpus.outlets import known_outlet


def likeness(text: str, subject: str) -> float:
    """How much a block is the subject's headline, 0 to 1; 0 when it is not taken for it.

    A subject is often shortened, or has the publication before it, so most of the shorter one's words must be shared.
    """
    if len(text) > 400 or not subject:
        return 0.0
    words, wanted = _words(text), _words(subject)
    if not words or not wanted or len(words) > 40 or len(words) > 3 * len(wanted) + 4:
        return 0.0
    shared = len(words & wanted)
    least = min(len(words), len(wanted))
    if shared < max(min(2, len(wanted)), 0.75 * least, 0.4 * len(words), 0.5 * len(wanted)):
        return 0.0
    return shared / len(words | wanted)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold().replace("’", "'").replace("'", "")))


def outlet_beside(words: str) -> tuple[str, str] | None:
    """A known outlet in front of a headline or behind it, and the headline without it."""
    for pattern, outlet_first in ((r"^(.{2,40}?)\s*[-–—:|]\s+(.+)$", True), (r"^(.+)\s+[-–—|]\s+(.{2,40})$", False)):
        if (found := re.match(pattern, words[:600])) is not None:
            outlet, headline = found.groups() if outlet_first else found.groups()[::-1]
            if (known := known_outlet(outlet)) is not None:
                return known, headline
    return None
