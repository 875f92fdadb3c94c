"""The journey of an item into the archive: extract, identify, archive, report."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.archive import Archive
from corpus.article import Article, Block, BlockKind, Draft, RawItem, Unreadable
from corpus.extraction.drafting import draft_of
from corpus.grouping import Grouping, bring_keys_up_to_date
from corpus.identity import Body, bodies_agree, body_of, keys_of
from corpus.posting_records import PostingKeys

BATCH_ITEMS = 200  # one commit for so many items, or for so many seconds' work: what a crash may cost
BATCH_SECONDS = 2.0


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
    whole: bool = True,
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Iterator[ItemReport]:
    """Archive items as they come; a report is given once its item is safely stored.

    Every item goes to `collection`, else to one named like its list, else to `fallback_collection`. Collections whose
    first import this is become settled when all items are done, so an import that was interrupted and is started again
    still is the first one, and so is one after a look at a part (`whole` is False). At the very end the full-text index
    is merged where it lies scattered. Raises `ArchiveUnusable`; what was reported before stays stored.
    """
    bring_keys_up_to_date(archive)
    grouping = Grouping(archive)
    touched: set[str] = set()
    for batch in _batches(items):
        reports = []
        with archive.transaction():
            for item in batch:
                if isinstance(item, Unreadable):
                    reports.append(ItemReport(item.source, Status.REJECTED, reason=item.reason))
                    continue
                place = collection, fallback_collection
                reports.append(_ingest_one(archive, grouping, item, place, backfill, clock(), touched))
        yield from reports
    if touched and whole:
        with archive.transaction():
            archive.settle(touched)
    if touched:
        merge_words(archive)


def merge_words(archive: Archive) -> None:
    """Bring the full-text index together where it lies scattered; others may read and write in between.

    What an import leaves undone, since it was interrupted or small, the next one does.
    """
    due, begin = archive.passages.is_scattered(), True
    while due:
        with archive.transaction():
            due, begin = archive.passages.merge_words(begin=begin), False


def _ingest_one(
    archive: Archive,
    grouping: Grouping,
    item: RawItem,
    collections: tuple[str | None, str],
    backfill: bool,
    now: dt.datetime,
    touched: set[str],
) -> ItemReport:
    draft = draft_of(item)
    if not draft.text.strip():
        return ItemReport(item.source, Status.REJECTED, reason="no text in it")
    collection = collections[0] or draft.list_name or collections[1]
    touched.add(collection)
    body = body_of(draft)
    keys = keys_of(draft, body, None if draft.message_id or draft.external_id else item.location)
    reason = "; ".join(item.warnings) or None

    known = _known_posting(archive, collection, draft, body, keys)
    if known is not None:
        number, unchanged = known
        removed = archive.postings.is_removed(number)
        if unchanged or removed:
            article = archive.article(number)
            return ItemReport(item.source, Status.SAME, article, "removed by the operator" if removed else reason)
        archive.revise(number, draft, original=item.original, keys=keys, now=now)
        grouping.settle(number)
        return ItemReport(item.source, Status.UPDATED, archive.article(number), reason)

    place = grouping.place_of(collection, draft.kind, body, keys)
    same_words = place.repeated_by if place.duplicate_of is None else (place.duplicate_of,)
    article = archive.add(
        draft,
        collection=collection,
        original=item.original,
        keys=keys,
        now=now,
        # Words that were there before anyone asked for news are no news under another number either.
        news=not backfill and archive.is_settled(collection) and all(map(archive.postings.is_news, same_words)),
        duplicate_of=place.duplicate_of,
        excerpt_of=place.excerpt_of,
    )
    grouping.remember(article.number, body)
    grouping.carry_out(article.number, place)
    return ItemReport(item.source, Status.DUPLICATE if place.duplicate_of else Status.ADDED, article, reason)


def _known_posting(
    archive: Archive, collection: str, draft: Draft, body: Body, keys: PostingKeys
) -> tuple[int, bool] | None:
    """The number of this very posting if it was archived before, and whether it is unchanged.

    An external id or a document's own place stands for the posting whatever it says now. A message id does not: list
    software and people re-use them, so the bodies have to agree; nor do subject, sender and date, which count only
    where one of the two has no message id.
    """
    postings = archive.postings
    for key, value in (("external_id", draft.external_id), ("location", keys.location)):
        if value is not None and (numbers := postings.with_key(collection, key, value, limit=1)):
            stored = archive.article(numbers[0])
            return numbers[0], stored is not None and _says_the_same(draft, stored)
    if draft.external_id is not None:
        return None
    if draft.message_id is not None:
        number = _agreeing(archive, collection, ("message_id", draft.message_id), body, keys)
        if number is not None:
            return number, True
    if keys.sender_key is not None:
        number = _agreeing(archive, collection, ("sender_key", keys.sender_key), body, keys)
        if number is not None and (draft.message_id is None or postings.message_id(number) is None):
            return number, True
    elif draft.message_id is None and body.words:
        number = postings.without_ids(collection, keys.body_hash, draft.title)
        if number is not None:
            return number, True
    return None


def _agreeing(archive: Archive, collection: str, key: tuple[str, str], body: Body, keys: PostingKeys) -> int | None:
    """The posting with a key whose words are these, if need be in another form of it."""
    if (number := archive.postings.with_key_and_body(collection, *key, keys.body_hash)) is not None:
        return number
    for number in archive.postings.with_key(collection, *key):
        stored = archive.article(number, include_removed=True)
        if stored is not None and bodies_agree(body, body_of(stored)):
            return number
    return None


def _says_the_same(draft: Draft, stored: Article) -> bool:
    """Whether a document that was read again says what is archived: a page's new footer alone makes no revision."""
    return draft.revision_hash() == stored.revision or _without_furniture(draft) == _without_furniture(stored)


def _without_furniture(draft: Draft) -> Draft:
    """The draft with nothing in it that a container or a transport may change while the article stays as it is."""
    blocks, words, position = [], [], 0
    for block in draft.blocks:
        if block.kind is not BlockKind.BOILERPLATE:
            blocks.append(Block(block.kind, position, position + block.end - block.start))
            words.append(draft.words_of(block))
            position += block.end - block.start
    same = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    return Draft(
        **{**same, "text": "".join(words), "blocks": tuple(blocks), "posted": None, "received": None, "fields": {}}
    )


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
