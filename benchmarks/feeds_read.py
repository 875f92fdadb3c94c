"""Feeds with known results, read by us, and counted beside bare feedparser and fastfeedparser in one run.

    A=../shared/archives; python benchmarks/feeds_read.py $A/feeds-miniflux $A/feeds-feedparser $A/perceval/rss

The expected result stands in a comment at the top of each file of feedparser's (``Expect: not bozo and
entries[0]['title'] == '...'``). Its simple comparisons are taken apart by a pattern and never run. Prints what agrees,
what disagrees, and how many comparisons are about fields that the reader leaves unread.
"""

from __future__ import annotations

import ast
import codecs
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import fastfeedparser
import feedparser

from corpus.article import RawItem
from corpus.markup import typed_markup
from corpus.readers.feed import is_feed, read_feed
from corpus.readers.feed_document import NotAFeed
from corpus.readers.feed_entries import Entry, Feed, Words, feed_of

_SERVED_AT = "http://127.0.0.1:8097/"
_EXPECT = re.compile(r"Expect:\s*(.*?)(?:-->|\n|$)")
_HEADER = re.compile(r"Header:\s*Content-Location:\s*(\S+)", re.IGNORECASE)
_COMPARISON = re.compile(
    r"(?P<left>(?:feed|entries\[0\]|len\(entries\)|encoding|version)(?:\.\w+|\['\w+'\]|\[0\])*)\s*==\s*"
    r"(?P<right>u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|\([^()]*\)|\d+)"
)
# From the tests of the feeds' origin (miniflux/v2, internal/reader): the title of the feed or of its first entry.
_TITLES = {
    "iso-8859-1.xml": "Café", "utf8.xml": "Café", "utf8-incorrect-prolog.xml": "Café", "invalid-prolog.xml": "Café",
    "windows-1252.xml": "Euro €", "windows-1252-incorrect-prolog.xml": "Euro €", "koi8r.xml": "Пример RSS ленты",
}  # fmt: skip


def main(folders: list[Path]) -> None:
    logging.disable(logging.CRITICAL)
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    _check(files)
    _count(files)


def _check(files: list[Path]) -> None:
    outcomes: Counter[str] = Counter()
    for file in files:
        raw = file.read_bytes()
        text = raw.decode("latin-1")
        located = _HEADER.search(text)
        url = urljoin(_SERVED_AT, located.group(1)) if located else None
        if (url is None and file.name.startswith("http_")) or (url and not url.startswith("http")):
            url = f"{_SERVED_AT}wellformed/{file.parent.name}/{file.name}"
        expected = [
            (found["left"], ast.literal_eval(found["right"]))
            for line in _EXPECT.findall(text)[:1]
            for found in _COMPARISON.finditer(line.replace(" or ", "\n").partition("\n")[0])
        ]
        if "chardet" in str(file.parent):
            expected = [(left, right) for left, right in expected if left == "encoding"]
        if not expected and file.name in _TITLES:
            expected = [("title", _TITLES[file.name])]
        if not expected:
            outcomes["no comparison to make"] += 1
            continue
        for left, right in expected:
            outcome = _agrees(raw, url, left, right)
            outcomes[outcome] += 1
            if outcome.startswith("DIS"):
                print(f"  {outcome}: {file.name}: {left} == {right!r}")
    print("\n| outcome | comparisons |\n|---|---|")
    for outcome, count in outcomes.most_common():
        print(f"| {outcome} | {count} |")


def _agrees(raw: bytes, url: str | None, left: str, right: object) -> str:
    try:
        feed = feed_of(raw, url=url)
    except NotAFeed as error:
        return f"DISAGREES ({error})"
    items = [item for item in read_feed(raw, "f", url=url) if isinstance(item, RawItem)]
    entry = feed.entries[0] if feed.entries else None
    names = tuple(re.findall(r"\w+", left))
    found = _found(feed, entry, items[0] if items else None, names, raw, right)
    if found is None:
        return "about a field that is left unread"
    expected = _in_words(right)
    if isinstance(expected, tuple) and names[-1] == "title":
        expected = expected[0]  # a title is its words; where a link in it leads is not kept
    return "agrees" if found in (right, expected) else f"DISAGREES ({found!r})"


def _found(
    feed: Feed, entry: Entry | None, item: RawItem | None, names: tuple[str, ...], raw: bytes, right: object
) -> object:
    if names[0] == "len":
        return len(feed.entries)
    if names[0] == "version":
        return feed.version
    if names[0] == "title":
        return feed.title if feed.title == right or entry is None or entry.title is None else entry.title.text
    if names[0] == "encoding":
        as_declared = feed_of(f'<?xml version="1.0" encoding="{right}"?>'.encode() + raw)
        same = [e.title for e in as_declared.entries] == [e.title for e in feed.entries]
        known = codecs.lookup(str(right)).name.replace("-", "_") in (feed.complaint or "")
        return right if same and as_declared.title == feed.title and known else (feed.complaint or "")
    if names[0] == "feed":
        plain: dict[tuple[str, ...], object] = {("link",): feed.link, ("links", "0", "href"): feed.link}
        if names[1:] == ("title",):
            return _in_words(feed.title) if feed.title else None
        return plain.get(names[1:])
    if entry is None:
        return None
    body = entry.contents[0] if entry.contents else entry.summary
    table: dict[tuple[str, ...], Callable[[], object]] = {
        ("title",): lambda: item.title if item else None,
        ("link",): lambda: entry.link,
        ("links", "0", "href"): lambda: entry.link,
        ("id",): lambda: entry.id,
        ("updated",): lambda: entry.updated.text if entry.updated else None,
        ("updated_parsed",): lambda: tuple(item.posted.utctimetuple()) if item and item.posted else None,
        ("title_detail", "base"): lambda: _base(entry.title),
        ("summary_detail", "base"): lambda: _base(entry.summary),
        ("content", "0", "base"): lambda: _base(body),
    }
    for name in (("summary",), ("description",), ("summary_detail", "value"), ("content", "0", "value")):
        table[name] = lambda: _body_in_words(item)
    get = table.get(names[2:])
    return get() if get else None


def _base(words: Words | None) -> str | None:
    return words.base if words else None


def _in_words(value: object) -> object:
    """A piece of markup as its text and where its links lead."""
    if not isinstance(value, str) or "<" not in value:
        return value
    blocks, links, _ = typed_markup(value)
    text = " ".join(block.text for block in blocks)
    return (text, tuple(link.url for link in links)) if links else text


def _body_in_words(item: RawItem | None) -> object:
    if item is None:
        return None
    text = " ".join(block.text for block in item.blocks if block.text != item.title)
    return (text, tuple(link.url for link in item.links)) if item.links else text


def _count(files: list[Path]) -> None:
    raws = [raw for file in files if is_feed((raw := file.read_bytes())[:65536])]
    readers: dict[str, Callable[[bytes], int]] = {
        "this reader": lambda raw: sum(1 for _ in read_feed(raw, "f")),
        "feedparser": lambda raw: len(feedparser.parse(raw).entries),
        "fastfeedparser": lambda raw: len(fastfeedparser.parse(raw).entries),
    }
    print(
        f"\n{len(raws)} of {len(files)} files are feeds\n\n| reader | entries | failures | seconds |\n|---|---|---|---|"
    )
    for name, read in readers.items():
        entries = failures = 0
        started = time.perf_counter()
        for raw in raws:
            try:
                entries += read(raw)
            except Exception:  # what the other libraries raise is their failure
                failures += 1
        print(f"| {name} | {entries} | {failures} | {time.perf_counter() - started:.2f} |")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
