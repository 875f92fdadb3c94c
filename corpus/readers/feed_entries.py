"""A feed's bytes to its entries as it states them: RSS, RDF, Atom and CDF through feedparser, JSON Feed by ourselves.

Nothing is fetched. The bytes are decoded here, by the same ladder as mail, because feedparser's own answer depends on
which detectors happen to be installed and turns a whole feed into nonsense for one wrong byte. Two things feedparser
does to characters are left to it: C1 controls become what windows-1252 means by them, and a text that is UTF-8 read as
Latin-1 from its first letter to its last is read as UTF-8.
"""

from __future__ import annotations

import calendar
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.readers.feed_document import (
    MOST_BYTES,
    MOST_ILL_FORMED_BYTES,
    NotAFeed,
    ends_within_an_entry,
    entry_slices,
    refuse_what_hurts,
    text_of,
    xml_of,
)


@dataclass(frozen=True, slots=True)
class Words:
    """A text construct: its characters, whether they are markup, and what its relative addresses are relative to."""

    text: str
    is_markup: bool
    base: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as the feed writes it, and feedparser's reading of it (UTC), which knows more forms than ours."""

    text: str
    reading: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as the feed states it; nothing is cleaned yet."""

    original: bytes
    id: str | None = None
    link: str | None = None
    title: Words | None = None
    authors: tuple[str, ...] = ()
    address: str | None = None  # the first author's, for identity only
    published: Stamp | None = None
    updated: Stamp | None = None
    contents: tuple[Words, ...] = ()
    summary: Words | None = None
    language: str | None = None
    source_title: str | None = None  # of the feed that this entry was taken from
    source_link: str | None = None
    reply_to: tuple[str, str] | None = None  # RFC 4685: the other entry's id and address


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed; `entries` in its own order."""

    version: str  # feedparser's names ("rss20", "atom10", "cdf"), or "json"
    title: str | None
    link: str | None
    entries: tuple[Entry, ...]
    complaint: str | None = None
    cut_entry: bool = False  # the bytes end within a further entry, which is left out


def feed_of(raw: bytes, *, url: str | None = None, content_type: str | None = None) -> Feed:
    """The feed in these bytes. Raises `NotAFeed`. `url` is where they came from; `content_type` as it was served."""
    if len(raw) > MOST_BYTES:
        raise NotAFeed(f"a feed of more than {MOST_BYTES >> 20} MB")
    text, complaint = text_of(raw, content_type)
    if text.lstrip().startswith("{"):
        return _json_feed(text, complaint)
    return _xml_feed(text, complaint, url)


def _xml_feed(text: str, complaint: str | None, url: str | None) -> Feed:
    import feedparser

    text = xml_of(text)
    if not text:
        raise NotAFeed("an empty feed")
    refuse_what_hurts(text)
    document = text.encode("utf-8")
    slices = entry_slices(document)
    if slices is None and len(document) > MOST_ILL_FORMED_BYTES:
        raise NotAFeed(f"damaged markup, and more than {MOST_ILL_FORMED_BYTES >> 20} MB of it")
    headers = {"content-type": "application/xml; charset=utf-8"}
    if url:
        headers["content-location"] = url
    try:
        found = feedparser.parse(
            io.BytesIO(document), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    # What the library was seen to raise on markup that is not well-formed; running out of memory is no markup's fault.
    except (AssertionError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotAFeed(f"damaged markup that cannot be read: {type(error).__name__}") from error
    if not found.version and not found.entries and not found.feed:
        raise NotAFeed("no feed in it")
    entries = list(found.entries)
    cut = bool(found.bozo) and ends_within_an_entry(text, len(entries))
    if cut:
        entries.pop()
    if slices is None or len(slices) != len(entries):
        slices = [None] * len(entries)
    version = str(found.version)
    feed = _plain(found.feed)
    return Feed(
        version=version,
        title=_string(feed.get("title")),
        link=_string(feed.get("link")),
        entries=tuple(
            _xml_entry(_plain(entry), version, feed, original) for entry, original in zip(entries, slices, strict=True)
        ),
        complaint=complaint,
        cut_entry=cut,
    )


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """A dictionary without feedparser's aliases, which warn and answer for keys that are not there."""
    return dict(dict.items(value))


def _xml_entry(entry: dict[str, Any], version: str, feed: dict[str, Any], original: bytes | None) -> Entry:
    authors = _people(entry.get("authors"), entry.get("author"))
    if not authors and version.startswith("atom"):  # RFC 4287, 4.1.1: an entry without an author has its feed's
        authors = _people(feed.get("authors"), feed.get("author"))
    source = entry.get("source") or {}
    replied = entry.get("thr_in-reply-to")
    summary = _words(entry.get("summary_detail"), entry.get("summary"))
    contents = tuple(
        words
        for detail in entry.get("content") or ()
        if str(detail.get("type", "text/html")).startswith(("text/", "application/xhtml"))
        and (words := _words(detail, None)) is not None
    )
    if contents and summary is not None and summary.text == contents[0].text:
        summary = None  # feedparser's copy
    return Entry(
        original=original if original is not None else _as_json(entry),
        id=_string(entry.get("id")),
        link=_string(entry.get("feedburner_origlink")) or _link(entry),
        title=_words(entry.get("title_detail"), entry.get("title")),
        authors=tuple(dict.fromkeys(name for name, _ in authors if name)),
        address=next((address for _, address in authors if address), None),
        published=_stamp(entry, "published") or (_dc_date(entry) if version.startswith("rss") else None),
        updated=_stamp(entry, "updated") or _stamp(entry, "created"),
        contents=contents,
        summary=summary,
        language=_string((entry.get("title_detail") or {}).get("language")) or _string(feed.get("language")),
        source_title=_string(source.get("title")),
        source_link=_string(source.get("href") or source.get("link")),
        reply_to=(str(replied.get("ref", "")), str(replied.get("href", ""))) if isinstance(replied, Mapping) else None,
    )


def _people(authors: Iterable[Mapping[str, Any]] | None, written: object) -> list[tuple[str | None, str | None]]:
    found = [(_string(person.get("name")), _string(person.get("email"))) for person in authors or ()]
    found = [(name, address) for name, address in found if name or address]
    return found or ([(str(written).strip(), None)] if written and "@" not in str(written) else [])


def _words(detail: Mapping[str, Any] | None, bare: object) -> Words | None:
    if detail is not None and isinstance(detail.get("value"), str):
        kind = str(detail.get("type") or "text/html")
        words = Words(str(detail["value"]), "html" in kind, str(detail.get("base") or ""))
    elif isinstance(bare, str):
        words = Words(bare, True)
    else:
        return None
    return words if words.text.strip() else None


def _link(entry: Mapping[str, Any]) -> str | None:
    if found := _string(entry.get("link")):
        return found
    links = [
        link for link in entry.get("links") or () if link.get("rel", "alternate") in ("alternate", "via", "related")
    ]
    return next((str(link["href"]) for link in links if link.get("href")), None)


def _stamp(entry: Mapping[str, Any], name: str) -> Stamp | None:
    text = _string(entry.get(name))
    if text is None:
        return None
    parsed = entry.get(f"{name}_parsed")
    try:
        reading = dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        reading = None
    return Stamp(text, reading)


def _dc_date(entry: Mapping[str, Any]) -> Stamp | None:
    """In RSS and RDF it is the Dublin Core date that says when an item was published; feedparser calls it updated."""
    return _stamp(entry, "updated") if "updated" in entry else _stamp(entry, "created")


def _string(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _as_json(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, default=str, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")


def _json_feed(text: str, complaint: str | None) -> Feed:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("not JSON that can be read") from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version")):
        raise NotAFeed("JSON, but no JSON Feed")
    return Feed(
        version="json",
        title=_string(document.get("title")),
        link=_string(document.get("home_page_url")) or _string(document.get("feed_url")),
        entries=tuple(_json_entry(item, document) for item in items if isinstance(item, dict)),
        complaint=complaint,
    )


def _json_entry(item: dict[str, Any], feed: dict[str, Any]) -> Entry:
    def stamp(name: str) -> Stamp | None:
        text = _string(item.get(name))
        return Stamp(text) if text else None

    identifier = item.get("id")
    if isinstance(identifier, (int, float)) and not isinstance(identifier, bool):  # 1.1: "coerce it to a string"
        identifier = str(identifier)
    markup, plain, title, summary = map(_string, map(item.get, ("content_html", "content_text", "title", "summary")))
    contents = [Words(markup, True)] if markup else [Words(plain, False)] if plain else []
    return Entry(
        original=_as_json(item),
        id=_string(identifier),
        link=_string(item.get("url")) or _string(item.get("external_url")),
        title=Words(title, False) if title else None,
        authors=_json_authors(item) or _json_authors(feed),
        published=stamp("date_published"),
        updated=stamp("date_modified"),
        contents=tuple(contents),
        summary=Words(summary, False) if summary else None,
        language=_string(item.get("language")) or _string(feed.get("language")),
    )


def _json_authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    people = holder.get("authors")
    people = people if isinstance(people, list) and people else [holder.get("author")]
    return tuple(name for person in people if isinstance(person, dict) and (name := _string(person.get("name"))))
