"""Postings as plain data, to hold against what was written down beside each sample."""

from __future__ import annotations

from pathlib import Path

from corpus.article import RawItem, Unreadable, draft_as_data
from corpus.extraction.drafting import draft_of
from corpus.readers.opening import read_items

POSTINGS = Path(__file__).parent.parent / "samples" / "postings"
_SHOWN = (
    "kind", "title", "dek", "author", "outlet", "published", "url", "language", "list", "subject", "sender_name",
    "posted", "received", "message_id", "in_reply_to", "references", "external_id", "fields",
)  # fmt: skip


def as_plain_data(item: RawItem | Unreadable) -> dict[str, object]:
    """One item as its golden file spells it: known fields, and the blocks with their words in place of offsets."""
    if isinstance(item, Unreadable):
        return {"source": item.source, "reason": item.reason}
    draft = draft_of(item)
    facts = draft_as_data(draft)
    found = {name: facts[name] for name in _SHOWN if facts[name] not in (None, [], {})}
    blocks = [[str(block.kind), draft.words_of(block)] for block in draft.blocks]
    warnings = {"warnings": list(item.warnings)} if item.warnings else {}
    return {"source": item.source, "format": item.format, **found, **warnings, "blocks": blocks}


def read_postings(name: str) -> list[dict[str, object]]:
    return [as_plain_data(item) for item in read_items(POSTINGS / name)]
