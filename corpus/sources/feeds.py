"""Feeds over HTTP, and the pages of items of which a feed holds only a summary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from corpus.article import BlockKind, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_type
from corpus.readers.contents import HEAD
from corpus.readers.feed import SUMMARY_ONLY, is_feed, read_feed
from corpus.readers.page import read_page
from corpus.sources.fetching import Failed, Fetched, Gone
from corpus.sources.portion import Means, Portion, Progress, SourceTrouble, fetched_or_trouble
from corpus.sources.robots import Robots
from corpus.sources.source import NO_VALIDATORS, Source, masked

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_MOST_PAGES = 50  # in one poll; the others follow with the next
_MOST_PAGE_BYTES = 8 * 1024 * 1024
_PAGE_SECONDS = 60.0
_WORDS_OF_A_WHOLE = 150
_TRIES = 3  # at a page that cannot be had just now, one a poll; then the summary is kept


def portions(source: Source, marks: Mapping[str, str], means: Means) -> Iterator[Portion]:
    """One portion with everything that the feed holds; none when its server says that nothing changed."""
    outcome = means.fetcher.fetch(source.address, validators=source.validators, accept=ACCEPT)
    fetched = fetched_or_trouble(outcome)
    if fetched is None:
        return
    if not is_feed(fetched.body[:HEAD]):
        raise SourceTrouble("what came is no feed")
    # Items that have no address of their own are named after their feed's; so it stays what it was at the first poll,
    # also where the feed moves, and holds nothing secret.
    base = source.cursor or masked(fetched.url)
    items = read_feed(fetched.body, source.name, url=base, content_type=fetched.content_type)
    completed = _Completed(marks, means)
    yield Portion(
        items=completed.items(items) if source.fetch_pages else items,
        progress=lambda: Progress(
            cursor=base,
            # Where an item waits for its page, the feed has to be asked for in full again.
            validators=NO_VALIDATORS if completed.waiting else fetched.validators,
            marks=completed.marks if source.fetch_pages else {},
            address=fetched.moved_to,
            known=completed.known,
        ),
    )
    if fetched.trouble is not None:
        raise SourceTrouble(f"{fetched.trouble}: kept what was readable")


class _Completed:
    """Items with their pages' texts where the feed has only a summary; each page is fetched once for each summary.

    A mark is the hash of the item as the feed has it and what became of it: ``page``, ``summary``, or how many tries.
    All marks stand once the items were taken; what the feed no longer holds is forgotten.
    """

    def __init__(self, marks: Mapping[str, str], means: Means) -> None:
        self._before = marks
        self._means = means
        self._robots = Robots(means.fetcher)
        self._asked = 0
        self.marks: dict[str, str | None] = dict.fromkeys(marks)
        self.known = 0
        self.waiting = 0

    def items(self, items: Iterator[RawItem | Unreadable]) -> Iterator[RawItem | Unreadable]:
        for item in items:
            if isinstance(item, Unreadable) or item.url is None or not _is_summary(item):
                yield item
                continue
            key = item.external_id or item.url
            digest = hashlib.sha256(item.original).hexdigest()[:16]
            known, _, state = self._before.get(key, "").partition(" ")
            completed, state = self._completed(item, item.url, state if known == digest else "0")
            self.marks[key] = f"{digest} {state}"
            if completed is not None:
                yield completed

    def _completed(self, item: RawItem, address: str, state: str) -> tuple[RawItem | None, str]:
        """The item to store now, None for one that is known or waits, and its new state."""
        if state == "page":
            self.known += 1
            return None, state
        if state == "summary":
            return item, state
        if self._asked >= _MOST_PAGES:
            self.waiting += 1
            return None, state
        self._asked += 1
        whole = _from_its_page(item, address, self._robots, self._means)
        if whole is not None:
            return whole, "summary" if whole is item else "page"
        tries = int(state) + 1
        if tries >= _TRIES:
            return item, "summary"
        self.waiting += 1
        return None, str(tries)


def _is_summary(item: RawItem) -> bool:
    """What the feed's reader takes for a summary, and whatever is shorter than articles are.

    Many feeds give two sentences as an item's description and do not say that there is more.
    """
    return SUMMARY_ONLY in item.warnings or _length(item.blocks) < _WORDS_OF_A_WHOLE


def _from_its_page(item: RawItem, address: str, robots: Robots, means: Means) -> RawItem | None:
    """The item with the text of its page; itself where that page gives nothing more; None to try again later."""
    if not robots.allow(address):
        return item
    outcome = means.fetcher.fetch(
        address, accept="text/html, application/xhtml+xml", most_bytes=_MOST_PAGE_BYTES, total_seconds=_PAGE_SECONDS
    )
    match outcome:
        case Fetched(trouble=None, body=body, url=url, content_type=content_type):
            if "html" not in (content_type or "html").lower():
                return item
            page = read_page(body, item.source, None, url=url, fallback_charset=charset_of_type(content_type))
            return item if isinstance(page, Unreadable) else _joined(item, page)
        case Gone() | Failed(lasting=True):
            return item
    return None


def _joined(item: RawItem, page: RawItem) -> RawItem:
    """What the feed says of an item, with the words of its page; the feed's own fields come first."""
    if _length(page.blocks) <= _length(item.blocks):
        return item
    blocks = page.blocks
    if item.title and not any(block.text.strip() == item.title.strip() for block in blocks[:3]):
        blocks = (RawBlock(BlockKind.HEADING, item.title), *blocks)
    return replace(
        item,
        original=page.original,
        blocks=blocks,
        links=page.links or item.links,
        title=item.title or page.title,
        author=item.author or page.author,
        outlet=item.outlet or page.outlet,
        published=item.published or page.published,
        dek=item.dek or page.dek,
        language=item.language or page.language,
        given_rules={name: rule for name, rule in page.given_rules.items() if not getattr(item, name)},
        settled=page.settled,
        warnings=(*(note for note in item.warnings if note != SUMMARY_ONLY), *page.warnings),
    )


def _length(blocks: tuple[RawBlock, ...]) -> int:
    return sum(len(block.text.split()) for block in blocks if block.kind is BlockKind.PARAGRAPH)
