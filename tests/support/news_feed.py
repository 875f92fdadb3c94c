"""A feed of a few texts, and a poll of it that is due."""

from __future__ import annotations

import datetime as dt

from corpus.archive import Archive
from corpus.sources.source import SourceState
from corpus.sources.source_records import Health


def feed(*texts: str) -> bytes:
    """RSS, an item for each text."""
    items = "".join(
        f"<item><guid isPermaLink='false'>n{number}</guid><title>Report {number}</title>"
        f"<description>{text}</description></item>"
        for number, text in enumerate(texts)
    )
    return f"<rss version='2.0'><channel><title>Harbour Gazette</title>{items}</channel></rss>".encode()


def make_due(archive: Archive, now: dt.datetime) -> None:
    """The first source is to be polled now."""
    due = Health(last_poll=now, last_result="", next_poll=now, failures=0, state=SourceState.OK)
    with archive.transaction():
        archive.sources.settle(1, due)
