"""Telling a headline by the subject it came under, and a publication's name beside it."""

from __future__ import annotations

import re

from corpus.extraction.names import letters_of
from corpus.extraction.outlets import is_plain_word, known_outlet

_CUT_SHORT = re.compile(r"\s?(?:\.\.\.|…)$")
_SHORTEST_BEGINNING = 8  # letters that a shortened subject must share with a headline
# A publication and a headline, in front or behind; a hyphen between words of either has no space on both sides.
_OUTLET_FIRST = re.compile(r"^(?P<outlet>.{2,60}?)(?:\s*[:|]|\s+[-–—])\s+(?P<headline>.+)$")
_OUTLET_LAST = re.compile(r"^(?P<headline>.+)\s+[-–—|]\s+(?P<outlet>.{2,60})$")
_FROM_OUTLET = re.compile(r"^(?P<headline>.+?)\s*[(\[](?P<outlet>[^()\[\]]{2,60})[)\]]$")


def likeness(text: str, subject: str) -> float:
    """How much a block is the subject's headline, 0 to 1; 0 when it is not taken for it.

    A subject is often shortened, or has the publication before it, so most of the shorter one's words must be shared.
    """
    if len(text) > 400 or not subject:
        return 0.0
    if continues(text, subject) or beside_headline(subject, text) is not None:
        return 1.0
    words, wanted = _words(text), _words(subject)
    if not words or not wanted or len(words) > 40 or len(words) > 3 * len(wanted) + 4:
        return 0.0
    shared = len(words & wanted)
    least = min(len(words), len(wanted))
    if shared < max(min(2, len(wanted)), 0.75 * least, 0.4 * len(words), 0.6 * len(wanted)):
        return 0.0
    return shared / len(words | wanted)


def continues(text: str, subject: str) -> bool:
    """Whether the text is the whole of a subject that was cut short with dots, in the middle of a word even."""
    cut = _CUT_SHORT.search(subject[:600])
    if cut is None:
        return False
    beginning = letters_of(subject[: cut.start()])
    return len(beginning) >= _SHORTEST_BEGINNING and len(text) <= 400 and letters_of(text).startswith(beginning)


def is_capitals(text: str) -> bool:
    """Whether a headline is set in capitals, of letters that have them."""
    return text.isupper() and sum(letter.isalpha() for letter in text) >= 8


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold().replace("’", "'").replace("'", "")))


def outlet_beside(words: str) -> tuple[str, str] | None:
    """A known outlet in front of a headline or behind it, and the headline without it."""
    for outlet, headline in divisions(words):
        if (known := known_outlet(outlet)) is not None and not is_plain_word(outlet):
            return known, headline
    return None


def beside_headline(words: str, headline: str) -> str | None:
    """What a subject holds beside this headline, where that is as short as a publication's name.

    None for a line that is a known publication's name itself. Of two unknown sides either may be the headline.
    """
    for other, rest in divisions(words):
        if not letters_of(rest) or letters_of(rest) != letters_of(headline) or len(other.split()) > 6:
            continue
        if known_outlet(rest) is None or known_outlet(other) is not None:
            return other.strip()
    return None


def divisions(words: str) -> list[tuple[str, str]]:
    """The ways to part a subject into a publication and a headline."""
    found = (form.match(words[:600]) for form in (_OUTLET_FIRST, _OUTLET_LAST, _FROM_OUTLET))
    return [(match["outlet"], match["headline"]) for match in found if match is not None]
