"""What the rest of a posting tells about one of its lines: which sites it links to, what its subject says, its day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.article import PublicationDate
from corpus.dates import find_publication_date
from corpus.extraction.names import letters_of, names_an_outlet

_WITHOUT_YEAR = re.compile(
    r"(?<!\w)(?P<text>[A-ZÀ-Þ][a-zà-ÿ]{2,8}\.?[ \u00a0]\d{1,2}(?:st|nd|rd|th)?"
    r"|\d{1,2}(?:\.|st|nd|rd|th)?[ \u00a0](?:de )?[A-Za-zÀ-ÿ]{3,10}\.?)(?![\w’'])"
)
_YEAR_ALONE = re.compile(r"(?<![\w./-])(?:19[5-9]|20[0-4])\d(?![\w/-])")
_GENERIC_LABELS = frozenset("www news blog mail com org net co edition amp mobile".split())
_SHORTEST_HOST = 4  # letters; a shorter one is found in too many names


@dataclass(frozen=True, slots=True)
class Clues:
    """`hosts` are the letters of the sites linked to; `beside` is what a subject holds beside the headline."""

    posted: dt.date | None = None
    hosts: frozenset[str] = frozenset()
    beside: str | None = None

    def names_outlet(self, text: str) -> bool:
        """Whether the text names a publication: by its shape, the posting's links, or its subject."""
        if names_an_outlet(text):
            return True
        if self.beside is not None and letters_of(text) == letters_of(self.beside):
            return True
        letters = letters_of(text).removeprefix("the")
        return len(letters) >= _SHORTEST_HOST and (letters in self.hosts or "the" + letters in self.hosts)

    def day_without_year(self, text: str) -> tuple[PublicationDate, int, int] | None:
        """The last such day before the posting, and where it stands, in a line of credits that names no year."""
        if self.posted is None or len(text) > 200:
            return None
        for match in _WITHOUT_YEAR.finditer(text):
            if (date := self._of_that_year(match["text"])) is not None:
                return date, match.start(), match.end()
        return None

    def _of_that_year(self, text: str) -> PublicationDate | None:
        assert self.posted is not None
        for year in (self.posted.year, self.posted.year - 1):
            # The forms without a year are those with one, cut short.
            found = find_publication_date(f"{text}, {year}") or find_publication_date(f"{text} {year}")
            if found is None or found[0].text is None or len(found[0].text) != 10:
                continue
            if dt.date.fromisoformat(found[0].text) <= self.posted + dt.timedelta(days=1):
                return found[0]
        return None


NO_CLUES = Clues()


def year_alone(text: str) -> tuple[PublicationDate, int, int] | None:
    """A bare year, which is a date of publication only where a line of credits has nothing better."""
    found = _YEAR_ALONE.search(text)
    return (PublicationDate(found.group()), found.start(), found.end()) if found else None


def hosts_of(urls: Iterable[str]) -> frozenset[str]:
    """The names of the sites as letters: ``https://www.harbour-gazette.example/a`` gives "harbourgazette"."""
    found: set[str] = set()
    for url in urls:
        try:
            labels = (urlsplit(url).hostname or "").split(".")
        except ValueError:
            continue
        found.update(letters_of(label) for label in labels[:-1] if label not in _GENERIC_LABELS)
    return frozenset(name for name in found if len(name) >= _SHORTEST_HOST)
