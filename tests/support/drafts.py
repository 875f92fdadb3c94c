"""Drafts and items for tests, in one line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from corpus.archive import Archive
from corpus.article import Article, Block, BlockKind, Draft, Kind, PublicationDate, RawBlock, RawItem
from corpus.plain_text import typed_blocks
from corpus.posting_records import PostingKeys


def draft(*paragraphs: str, published: str | None = None, **fields: Any) -> Draft:
    """A draft whose text is these paragraphs, joined as the archive joins them."""
    blocks, position = [], 0
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, position, position + len(paragraph)))
        position += len(paragraph) + 2
    fields.setdefault("kind", Kind.ARTICLE)
    return Draft(text="\n\n".join(paragraphs), blocks=tuple(blocks), published=PublicationDate(published), **fields)


def archived(archive: Archive, one: Draft, *, duplicate_of: int | None = None) -> Article:
    """The draft as an article of an archive, in the collection of its list or in "news"."""
    with archive.transaction():
        return archive.add(
            one,
            collection=one.list_name or "news",
            original=b"",
            keys=PostingKeys(None, one.text, None, ()),
            now=NOON,
            news=False,
            duplicate_of=duplicate_of,
        )


def letter(body: str | tuple[RawBlock, ...], subject: str | None, **fields: Any) -> RawItem:
    """A mail as its reader gives it: a text without marks of its own, or blocks."""
    fields.setdefault("posted", dt.datetime(2031, 5, 3, 8, tzinfo=dt.UTC))
    blocks = typed_blocks(body) if isinstance(body, str) else body
    return RawItem(source="x", format="eml", original=b"", blocks=blocks, subject=subject, **fields)


def record(identifier: str, text: str, **fields: Any) -> RawItem:
    """An item as the JSONL reader gives it: its text is kept code point for code point."""
    published = fields.pop("published", None)
    return RawItem(
        source=f"records.jsonl#{identifier}",
        format="jsonl",
        original=text.encode("utf-8", "surrogatepass"),
        blocks=(),
        external_id=identifier,
        exact_text=text,
        published=PublicationDate(published) if published else None,
        **fields,
    )


NOON = dt.datetime(2024, 7, 5, 12, tzinfo=dt.UTC)
