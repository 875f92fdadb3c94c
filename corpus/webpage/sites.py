"""The names of the site that a page belongs to, so that they are not taken for a part of its title or for an author."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.extraction.outlets import known_outlet, outlet_of
from corpus.webpage.structured_data import Declared
from corpus.webpage.words import letters_of


@dataclass(frozen=True, slots=True)
class Site:
    """`letters` holds the site's names and its host, run together; `outlet` is the name to show, with its rule."""

    letters: frozenset[str]
    outlet: str | None = None
    rule: str | None = None

    def is_named(self, text: str) -> bool:
        return letters_of(text) in self.letters

    def is_almost_named(self, text: str) -> bool:
        """Whether the text is a name of the site, or one of them is the main part of the other."""
        letters = letters_of(text)
        return bool(letters) and (
            letters in self.letters
            or any(min(len(letters), len(name)) >= 5 and (letters in name or name in letters) for name in self.letters)
        )


def site_of(declared: Declared, url: str | None) -> Site:
    published_by = [name for value in declared.said_in_json("publisher") for name in declared.names(value)]
    named = declared.first("og:site_name", "application-name", "al:android:app_name", "al:ios:app_name")
    hosts = [_host(address) for address in (url, declared.canonical, declared.first("og:url")) if address]
    names = [*published_by, named or "", declared.first("twitter:site") or "", *hosts]
    letters = frozenset(filter(None, map(letters_of, [*names, *(host.rpartition(".")[0] for host in hosts)])))
    for rule, name in (
        ("og:site_name", declared.first("og:site_name")),
        ("json-ld", next(iter(published_by), None)),
        ("application-name", declared.first("application-name")),
    ):
        if name and len(name) <= 80 and "://" not in name:
            return Site(letters, known_outlet(name) or name, rule)
    known = next(filter(None, map(outlet_of, filter(None, (url, declared.canonical, declared.first("og:url"))))), None)
    return Site(letters, known, "url-host" if known else None)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
