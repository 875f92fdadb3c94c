"""A saved web page: the article on it, with what the page says about itself. Nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from corpus.addresses import cleaned
from corpus.article import BlockKind, PublicationDate, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded
from corpus.extraction.bylines import Byline, read_byline
from corpus.extraction.captions import is_caption
from corpus.extraction.credit_lines import read_credit_line
from corpus.extraction.furniture import is_publisher_line
from corpus.markup import parsed
from corpus.webpage.authors import authors_of
from corpus.webpage.body import Body, body_of
from corpus.webpage.dates import published_on
from corpus.webpage.segments import Segment, segments_of
from corpus.webpage.sites import site_of
from corpus.webpage.structured_data import declared_in
from corpus.webpage.titles import headline_of

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_LONGEST_BYLINE = 260
_BYLINE_SEGMENTS = 8  # below the headline; a dek and a caption may stand between
_ENCODING = re.compile(rb"""<\?xml[^<>]{1,100}?encoding\s?=\s?["']([\w.:-]{1,40})["']""")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_page(
    raw: bytes, source: str, location: str | None, *, url: str | None = None, fallback_charset: str | None = None
) -> RawItem | Unreadable:
    """The article on a page. Total: any bytes give an item, or the reason why there is none.

    `url` is where the page was fetched from, None when nobody knows; `fallback_charset` is what the transport said of
    its letters, used where the page itself says nothing. The item is settled: its blocks and fields are final.
    """
    text, complaint = decoded(raw, _charset(raw) or fallback_charset)
    root, too_deep = parsed(text)
    if root is None:
        return Unreadable(source, "a page without any text")
    segments = segments_of(root)
    declared = declared_in(root)
    address = _address(declared.canonical or declared.first("og:url"), url)
    site = site_of(declared, address)
    headline = headline_of(declared, segments, site)
    body = body_of(root, segments, headline.text if headline else None, headline.at if headline else None)
    if body.span is None:
        return Unreadable(source, "no article found on the page")
    anchor = body.headline_at if body.headline_at is not None else body.span[0]
    found = _Fields()
    if headline is not None:
        found.set("title", headline.text, headline.rule)
    if (authors := authors_of(root, declared, segments, site, anchor)) is not None:
        found.set("author", ", ".join(authors.names), authors.rule)
    if (published := published_on(root, declared, segments, anchor, address)) is not None:
        found.date, found.rules["published"] = published.date, published.rule
    if site.outlet and site.rule:
        found.set("outlet", site.outlet, site.rule)
    if address is not None:
        found.set("url", cleaned(address), "canonical" if address != url else "fetched")
    if body.dek_at is not None:
        found.set("dek", segments[body.dek_at].text, "below-headline")
    return RawItem(
        source=source,
        format="html",
        original=raw,
        blocks=tuple(_blocks(segments, body, found)),
        location=location,
        language=declared.language if declared.language and _LANGUAGE.fullmatch(declared.language) else None,
        warnings=tuple(note for note in (complaint, too_deep) if note),
        title=found.values.get("title"),
        dek=found.values.get("dek"),
        author=found.values.get("author"),
        outlet=found.values.get("outlet"),
        published=found.date,
        url=found.values.get("url"),
        given_rules=found.rules,
        settled=True,
    )


@dataclass
class _Fields:
    """What is known of the page so far, each field with the rule that found it; the first rule to find one wins."""

    values: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    date: PublicationDate | None = None

    def set(self, name: str, value: str, rule: str) -> None:
        if value and name not in self.values:
            self.values[name] = " ".join(value.split())
            self.rules[name] = rule

    def take(self, line: Byline) -> None:
        for name, value in (("author", line.author), ("outlet", line.outlet)):
            if value:
                self.set(name, value, line.rule)
        if line.published is not None and self.date is None:
            self.date, self.rules["published"] = line.published, line.rule


def _blocks(segments: Sequence[Segment], body: Body, found: _Fields) -> list[RawBlock]:
    """The article's segments as blocks in source order; a byline among them also fills what the markup left open."""
    assert body.span is not None
    start = body.span[0] if body.headline_at is None else body.headline_at
    blocks: list[RawBlock] = []
    for place, segment in enumerate(segments):
        kind = body.kinds[place]
        in_head = start <= place <= start + _BYLINE_SEGMENTS and place != body.headline_at
        if in_head and kind in (None, BlockKind.PARAGRAPH) and (line := _credit(segment.text)) is not None:
            found.take(line)
            kind = BlockKind.BOILERPLATE
        elif kind is BlockKind.PARAGRAPH and is_caption(segment.text):
            kind = BlockKind.CAPTION
        elif kind is BlockKind.PARAGRAPH and is_publisher_line(segment.text):
            kind = BlockKind.BOILERPLATE
        if kind is not None:
            blocks.append(RawBlock(kind, segment.text))
    return blocks


def _credit(text: str) -> Byline | None:
    if len(text) > _LONGEST_BYLINE or "\n" in text:
        return None
    return read_byline(text) or read_credit_line(text)


def _charset(raw: bytes) -> str | None:
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return codec
    found = _ENCODING.match(raw[:200].lstrip())
    return charset_of_page(raw) or (found.group(1).decode("ascii", "replace") if found else None)


def _address(declared: str | None, fetched: str | None) -> str | None:
    """The page's own address for itself, when that is whole and no site's front page; else where it came from."""
    try:
        parts = urlsplit(declared or "")
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return fetched
    return declared if whole and (len(parts.path) > 1 or parts.query) else fetched
