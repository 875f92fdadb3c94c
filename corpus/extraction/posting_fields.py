"""What is known of one posting: its blocks, the fields that rules have found, and the rule that found each."""

from __future__ import annotations

import itertools

from corpus.article import BlockKind, Precision, PublicationDate, RawBlock, RawItem
from corpus.charsets import storable
from corpus.extraction.article_urls import article_urls
from corpus.extraction.clues import NO_CLUES, Clues, hosts_of
from corpus.extraction.names import one_line
from corpus.extraction.subjects import Subject

WEAK = " (weak)"  # ends the name of a rule that may be wrong


class PostingFields:
    """Fields and blocks of a posting while rules go over them; `headline_at` and `byline_at` are places in `blocks`."""

    def __init__(self, item: RawItem, subject: Subject, blocks: list[RawBlock]) -> None:
        self.item = item
        self.subject = subject
        self.blocks = blocks
        self.rules: dict[str, str] = {}
        self.title: str | None = None
        self.dek: str | None = None
        self.author: str | None = None
        self.outlet: str | None = None
        self.published = PublicationDate()
        self.url: str | None = None
        self.headline_at: int | None = None
        self.byline_at: int | None = None
        self.clues = NO_CLUES

    def take_clues(self) -> None:
        posted = self.item.posted or self.item.received
        urls = article_urls(self.blocks, self.item.links)
        self.clues = Clues(posted.date() if posted else None, hosts_of(urls))

    def take_given(self) -> None:
        item = self.item
        for name in ("title", "author", "outlet", "url"):
            if value := clean(getattr(item, name)):
                setattr(self, name, value)
                self.rules[name] = "given"
        if item.published is not None and item.published.precision is not Precision.UNKNOWN:
            self.published, self.rules["published"] = item.published, "given"

    def content(self, first: int) -> list[int]:
        """The places of the first blocks that could be headline, dek or byline."""
        kinds = (BlockKind.PARAGRAPH, BlockKind.HEADING)
        return list(itertools.islice((n for n, block in enumerate(self.blocks) if block.kind in kinds), first))

    def put(self, name: str, value: str, rule: str) -> None:
        held = self.rules.get(name)
        if getattr(self, name) is None or (held is not None and held.endswith(WEAK) and not rule.endswith(WEAK)):
            setattr(self, name, value)
            self.rules[name] = rule

    def mark(self, place: int, kind: BlockKind) -> None:
        self.blocks[place] = RawBlock(kind, self.blocks[place].text)


def clean(text: str | None) -> str | None:
    return one_line(storable(text)) or None if text else None
