"""The journey of an item into the archive: extract, identify, archive, report."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.archive import Archive
from corpus.article import Article, Draft, Kind, RawItem, Unreadable
from corpus.extraction import draft_of
from corpus.identity import Body, Likeness, bodies_agree, body_of, keys_of, likeness
from corpus.posting_records import PostingKeys

BATCH_ITEMS = 200  # one commit for so many items, or for so many seconds' work: what a crash may cost
BATCH_SECONDS = 2.0
_CANDIDATES = 8
_LEAST_WORDS = 30  # two short replies may well use the same words


class Status(StrEnum):
    """What became of an item."""

    ADDED = "added"
    UPDATED = "updated"
    SAME = "same"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ItemReport:
    """What became of one item: an article unless it was rejected, and a reason if it was or if a word is due."""

    source: str
    status: Status
    article: Article | None = None
    reason: str | None = None

    @property
    def duplicate_of(self) -> int | None:
        return self.article.duplicate_of if self.article else None


def ingest(
    archive: Archive,
    items: Iterable[RawItem | Unreadable],
    *,
    collection: str | None,
    fallback_collection: str = "archive",
    backfill: bool = False,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Iterator[ItemReport]:
    """Archive items as they come; a report is given once its item is safely stored.

    Every item goes to `collection`, else to one named like its list, else to `fallback_collection`. Collections whose
    first import this is become settled when all items are done, so an import that was interrupted and is started again
    still is the first one. Raises `ArchiveUnusable`; what was reported before stays stored.
    """
    touched: set[str] = set()
    for batch in _batches(items):
        reports = []
        with archive.transaction():
            for item in batch:
                if isinstance(item, Unreadable):
                    reports.append(ItemReport(item.source, Status.REJECTED, reason=item.reason))
                    continue
                reports.append(_ingest_one(archive, item, collection, fallback_collection, backfill, clock(), touched))
        yield from reports
    if touched:
        with archive.transaction():
            archive.settle(touched)


def _ingest_one(
    archive: Archive,
    item: RawItem,
    collection: str | None,
    fallback_collection: str,
    backfill: bool,
    now: dt.datetime,
    touched: set[str],
) -> ItemReport:
    draft = draft_of(item)
    if not draft.text.strip():
        return ItemReport(item.source, Status.REJECTED, reason="no text in it")
    place = collection or draft.list_name or fallback_collection
    touched.add(place)
    body = body_of(draft)
    keys = keys_of(draft, body, None if draft.message_id or draft.external_id else item.location)
    reason = "; ".join(item.warnings) or None

    known = _known_posting(archive, place, draft, body, keys)
    if known is not None:
        number, unchanged = known
        removed = archive.postings.is_removed(number)
        if unchanged or removed:
            article = archive.article(number)
            return ItemReport(item.source, Status.SAME, article, "removed by the operator" if removed else reason)
        article = archive.revise(number, draft, original=item.original, keys=keys, now=now)
        return ItemReport(item.source, Status.UPDATED, article, reason)

    duplicate_of, excerpt_of = (None, None)
    if draft.kind is Kind.ARTICLE or len(body.words) >= _LEAST_WORDS:
        duplicate_of, excerpt_of = _likeness_to_others(archive, place, body, keys)
    article = archive.add(
        draft,
        collection=place,
        original=item.original,
        keys=keys,
        now=now,
        news=not backfill and archive.is_settled(place),
        duplicate_of=duplicate_of,
        excerpt_of=excerpt_of,
    )
    return ItemReport(item.source, Status.DUPLICATE if duplicate_of else Status.ADDED, article, reason)


def _known_posting(
    archive: Archive, place: str, draft: Draft, body: Body, keys: PostingKeys
) -> tuple[int, bool] | None:
    """The number of this very posting if it was archived before, and whether it is unchanged.

    An external id or a document's own place stands for the posting whatever it says now. A message id does not: list
    software and people re-use them, so the bodies have to agree; nor do subject, sender and date.
    """
    postings = archive.postings
    for key, value in (("external_id", draft.external_id), ("location", keys.location)):
        if value is not None and (numbers := postings.with_key(place, key, value)):
            stored = archive.article(numbers[0])
            return numbers[0], stored is not None and stored.revision == draft.revision_hash()
    if draft.external_id is not None:
        return None
    for key, value in (("message_id", draft.message_id), ("sender_key", keys.sender_key)):
        if value is None or (key == "sender_key" and draft.message_id is not None):
            continue
        for number in postings.with_key(place, key, value):
            if postings.body_hash(number) == keys.body_hash or _agrees(archive, number, body):
                return number, True
    if draft.message_id is None and keys.sender_key is None and body.words:
        for number in postings.with_key(place, "body_hash", keys.body_hash):
            stored = archive.article(number)
            if stored is not None and stored.message_id is None and stored.title == draft.title:
                return number, True
    return None


def _agrees(archive: Archive, number: int, body: Body) -> bool:
    stored = archive.article(number)
    return stored is not None and bodies_agree(body, body_of(stored))


def _likeness_to_others(archive: Archive, place: str, body: Body, keys: PostingKeys) -> tuple[int | None, int | None]:
    """The number of the article that this one only repeats, or is an excerpt of."""
    excerpt_of = None
    for number in archive.postings.alike(place, keys.sketch, limit=_CANDIDATES):
        stored = archive.article(number)
        if stored is None:
            continue
        known = body_of(stored)
        found = likeness(body, known)
        if found is Likeness.DUPLICATE:
            return number, None
        if found is Likeness.EXCERPT and excerpt_of is None and len(body.words) < len(known.words):
            excerpt_of = number
    return None, excerpt_of


def _batches(items: Iterable[RawItem | Unreadable]) -> Iterator[list[RawItem | Unreadable]]:
    """Portions small enough to lose: a slow source is committed by time, a fast one by count."""
    batch: list[RawItem | Unreadable] = []
    started = time.monotonic()
    for item in items:
        batch.append(item)
        if len(batch) >= BATCH_ITEMS or time.monotonic() - started >= BATCH_SECONDS:
            yield batch
            batch, started = [], time.monotonic()
    if batch:
        yield batch
