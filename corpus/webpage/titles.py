"""A page's headline: the heading that readers see, told by what the markup calls it; else that claim itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import lxml.html

from corpus.webpage.segments import HEADINGS, Segment
from corpus.webpage.sites import Site
from corpus.webpage.structured_data import Declared
from corpus.webpage.words import shared, words_of

# Between a headline and a site's name. A hyphen without spaces separates only between Chinese or Japanese letters.
_SEPARATOR = re.compile(r"\s{1,3}[|\-–—•·›»:⋆/]{1,3}\s{1,3}|\s?[|_]\s?|(?<=[\u3040-\u9fff！？])[-–—](?=\S)")
_MOST_SEPARATORS = 12
_LONGEST = 300
_LONGEST_SITE_NAME = 8  # words
_CLAIMS = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title", "headline")
_SURE = 0.99
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Headline:
    """The title, the rule that found it, and the place of the segment that carries it, None when none does."""

    text: str
    rule: str
    at: int | None = None


def headline_of(declared: Declared, segments: Sequence[Segment], site: Site) -> Headline | None:
    """The headline, None when a page has neither headings nor a title."""
    claims = [(rule, _without_site(text, site)) for rule, text in _claims(declared)]
    headings = [
        (place, " ".join(segment.text.split()))
        for place, segment in enumerate(segments)
        if segment.tag in HEADINGS and len(segment.text) <= _LONGEST and not _names_the_site(segment, site)
    ]
    best: tuple[tuple[bool, float], int, str] | None = None
    for place, text in headings:
        likeness = max((shared(text, claim) for _, claim in claims), default=0.0)
        first_level = segments[place].tag == "h1"
        # A heading of the first level is taken for half as much likeness: claims are often shortened for search.
        rank = (likeness >= _SURE, likeness + (0.35 if first_level else 0.0))
        if likeness >= (0.01 if first_level else _LIKELY) and (best is None or rank > best[0]):
            best = rank, place, text
    if best is not None:
        return Headline(_without_kicker(best[2], [claim for _, claim in claims]), "heading-like-title", best[1])
    first_level_ones = [(place, text) for place, text in headings if segments[place].tag == "h1"]
    if len(first_level_ones) == 1:
        return Headline(first_level_ones[0][1], "h1", first_level_ones[0][0])
    if claims:
        rule, text = claims[0]
        wanted = words_of(text)
        at = next((place for place, segment in enumerate(segments) if words_of(segment.text) == wanted), None)
        return Headline(text, rule, at)
    return Headline(headings[0][1], "heading (weak)", headings[0][0]) if headings else None


def _claims(declared: Declared) -> list[tuple[str, str]]:
    said = [("json-ld", text) for text in declared.said_in_json("headline") if isinstance(text, str)]
    said += [(name, text) for name in _CLAIMS if (text := declared.first(name))]
    if declared.page_title:
        said.append(("title-element", declared.page_title))
    return [(rule, " ".join(text.split())) for rule, text in said if words_of(text[:_LONGEST])]


def _without_site(title: str, site: Site) -> str:
    """The title without the name of its site behind it or before it."""
    separators = list(_SEPARATOR.finditer(title[:_LONGEST]))[:_MOST_SEPARATORS]
    for separator in reversed(separators):
        behind = title[separator.end() :]
        if separator.start() > 0 and len(behind.split()) <= _LONGEST_SITE_NAME and site.is_almost_named(behind):
            return _without_site(title[: separator.start()].strip(), site)
    for separator in separators:
        if site.is_named(title[: separator.start()]):
            return title[separator.end() :].strip()
    return title


def _without_kicker(heading: str, claims: list[str]) -> str:
    """A heading without the words above the headline inside of it, where a claim is just what follows them."""
    shorter = [claim[: separators[-1].start()] for claim in claims if (separators := list(_SEPARATOR.finditer(claim)))]
    for claim in (*claims, *shorter):
        if len(words_of(claim)) >= 2 and len(claim) < len(heading) and heading.casefold().endswith(claim.casefold()):
            before = heading[: -len(claim)]
            if before[-1:] in " :|–-" and words_of(before):
                return heading[-len(claim) :]
    return heading


def _names_the_site(segment: Segment, site: Site) -> bool:
    """A heading that is the site's name, or a link to its front page."""
    if not words_of(segment.text) or site.is_named(segment.text):
        return True
    return segment.link_share >= 0.95 and any(_is_front_page(link) for link in segment.element.iter("a"))


def _is_front_page(link: lxml.html.HtmlElement) -> bool:
    try:
        parts = urlsplit(link.get("href", "#").strip())
    except ValueError:
        return False
    return parts.path in ("", "/", "index.html", "/index.html") and not parts.query and not parts.fragment
