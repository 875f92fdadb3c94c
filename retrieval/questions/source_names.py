"""The outlets and authors of an archive, found by name in a question. Pure.

An outlet is known by its name, with or without "The", by what stands before a separator ("Cnbc | World Business News"),
and by its initials (WSJ, NYT). What could mean two outlets means none, except that a whole name always means its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from retrieval.questions.question import STOP_WORDS


class SourceKind(StrEnum):
    OUTLET = "outlet"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class SourceMention:
    """``text[start:end]`` names a source; `name` as the archive spells it."""

    start: int
    end: int
    kind: SourceKind
    name: str


class SourceNames:
    """Every name by which the sources of one archive can be meant."""

    def __init__(self, outlets: Iterable[str] = (), authors: Iterable[str] = ()) -> None:
        whole: dict[str, tuple[SourceKind, str]] = {}
        short: defaultdict[str, set[str]] = defaultdict(set)
        initials: defaultdict[str, set[str]] = defaultdict(set)
        for outlet in outlets:
            words = _words(outlet)
            whole.setdefault(" ".join(words), (SourceKind.OUTLET, outlet))
            for part in (words, _words(_SEPARATOR.split(outlet)[0])):
                short[" ".join(_without_the(part))].add(outlet)
                initials["".join(word[0] for word in _without_the(part) if word not in _SMALL)].add(outlet)
        for byline in authors:
            for author in authors_in(byline):
                whole.setdefault(" ".join(_words(author)), (SourceKind.AUTHOR, author))
        single = {name: (SourceKind.OUTLET, min(meant)) for name, meant in short.items() if len(meant) == 1}
        self._names = single | whole
        self._names.pop("", None)
        self._initials = {
            letters: min(meant) for letters, meant in initials.items() if len(meant) == 1 and len(letters) > 1
        }
        self._longest = min(max((name.count(" ") + 1 for name in self._names), default=0), _MOST_WORDS)

    def __bool__(self) -> bool:
        return bool(self._names)

    def mentions(self, text: str) -> tuple[SourceMention, ...]:
        """The sources that a text names, in order, the longest name first where one is part of another."""
        words = [(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]
        mentions = []
        at = 0
        while at < len(words):
            for count in range(min(self._longest, len(words) - at), 0, -1):
                start, end = words[at][1], words[at + count - 1][2]
                meant = self._meant([word for word, _, _ in words[at : at + count]])
                if meant is not None and not _is_part_of_a_word(text, start, end):
                    mentions.append(SourceMention(start, end, *meant))
                    at += count - 1
                    break
            at += 1
        return tuple(mentions)

    def _meant(self, words: list[str]) -> tuple[SourceKind, str] | None:
        """One word alone must be written as a name is: "the week" is not The Week, nor "science" Science."""
        name = " ".join(word.casefold() for word in words)
        if (meant := self._names.get(name)) is not None and (
            len(_without_the(name.split())) > 1 or words[-1][0].isupper()
        ):
            return meant
        if len(words) == 1 and (outlet := self._initials.get(name)) is not None:
            letters = words[0]
            if letters.isupper() or (len(letters) > 2 and letters.islower() and letters not in STOP_WORDS):
                return SourceKind.OUTLET, outlet
        return None


def authors_in(byline: str) -> list[str]:
    """The people in a byline, as it spells them; a single word is no name to look for."""
    people = (" ".join(person.split()) for person in _BETWEEN_AUTHORS.split(byline))
    return [person for person in people if 2 <= len(_words(person)) <= _MOST_WORDS]


_MOST_WORDS = 8
_SMALL = frozenset({"of", "and", "for", "in", "on", "the"})
_WORD = re.compile(r"[^\W_]+")
_SEPARATOR = re.compile(r" [|–—-] |: ")
_BETWEEN_AUTHORS = re.compile(r",|;|&|/|\band\b|\bwith\b", re.IGNORECASE)


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]


def _without_the(words: list[str]) -> list[str]:
    return words[1:] if words[:1] == ["the"] else words


def _is_part_of_a_word(text: str, start: int, end: int) -> bool:
    """``AP`` in ``4-AP`` is no outlet."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before != "" and before in "-‑_@#$/.") or (after != "" and after in "-‑_@/")
