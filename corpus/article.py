"""What was written: an item as a container held it, as it was understood, and as it is archived.

One type per stage, so that no field is ever "not filled in yet":
`RawItem` (a reader's result) -> `Draft` (an extractor's result) -> `Article` (in the archive).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum


class BlockKind(StrEnum):
    """What a stretch of an article's text is. Only paragraphs are the body; see `Article.body`."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"  # headline, dek, sub-heads
    CAPTION = "caption"  # a photo's words and its credit
    QUOTED = "quoted"  # somebody else's mail, quoted in a reply; never searched or quoted
    BOILERPLATE = "boilerplate"  # byline, archive and list furniture, signatures; never searched or quoted


class Kind(StrEnum):
    """What a posting is."""

    ARTICLE = "article"  # an article, also one unwrapped from an inline forward
    REPLY = "reply"  # somebody's own words about an earlier posting
    FORWARD = "forward"  # a forward in which no article could be found
    NOTE = "note"  # a link or a line, nothing to quote from


class Precision(StrEnum):
    """How much of a publication date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """A date of publication that is never more exact than its source.

    `text` is ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or None; no time and no zone are claimed.
    """

    text: str | None = None

    def __post_init__(self) -> None:
        self.days()  # raises ValueError on a date that does not exist

    @property
    def precision(self) -> Precision:
        by_length = {None: Precision.UNKNOWN, 4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}
        return by_length[self.text if self.text is None else len(self.text)]

    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day that this date can mean; None when nothing is known."""
        if self.text is None:
            return None
        if len(self.text) == 10:
            day = dt.date.fromisoformat(self.text)
            return day, day
        if len(self.text) == 7:
            first = dt.date.fromisoformat(self.text + "-01")
            following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
            return first, following - dt.timedelta(days=1)
        if len(self.text) == 4:
            return dt.date(int(self.text), 1, 1), dt.date(int(self.text), 12, 31)
        raise ValueError(f"not a publication date: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a posting: where it leads and the words that carried it. Never followed."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A piece of a body as its container marks it: the source's own characters and a first judgement of their kind."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One posting as a container held it, before anyone asked what it says.

    `source` is the path relative to the import argument, with ``#n`` (from 1) within a file of several items.
    `location` is the same place as an absolute name, for containers that hold one document a file (a changed file is
    then a new revision); None where a place means nothing, as in a mailbox.
    `original` holds the bytes of this item alone. Times are aware, or None where the source gives none.
    """

    source: str
    format: str  # the reader's name as `import --format` spells it
    original: bytes
    blocks: tuple[RawBlock, ...]
    location: str | None = None
    subject: str | None = None  # decoded and unfolded, otherwise as written, tags and "Re:" included
    list_name: str | None = None  # the list's own tag, "Salon"
    sender_name: str | None = None
    sender_address: str | None = None  # for identity only, never shown
    posted: dt.datetime | None = None  # the sender's Date
    received: dt.datetime | None = None  # the newest Received header, or the archive's own date
    message_id: str | None = None  # without the angle brackets
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()  # oldest first
    links: tuple[Link, ...] = ()
    warnings: tuple[str, ...] = ()  # what could not be read well, for the import report
    # Known only where the container says so, as JSONL, feeds and web pages do; `given_rules` then names, by field, the
    # rule that found it there ("json-ld"), where the container has more than one place for it:
    external_id: str | None = None
    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    published: PublicationDate | None = None
    url: str | None = None
    language: str | None = None  # as declared ("de-AT"): evidence, not proof
    dek: str | None = None
    given_rules: Mapping[str, str] = field(default_factory=dict)
    settled: bool = False  # blocks and fields are final, by a reader of pages: no rule for mail judges them
    exact_text: str | None = None  # a text to keep code point for code point; `blocks` is then empty


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item or a file that no reader could make sense of; the import goes on without it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch ``text[start:end]`` of an article and what it is; offsets count Unicode code points."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an item says, as far as rules could tell; not archived yet.

    `fields` names, for each field that was found, the rule that found it ("byline-line", "subject", "header-date").
    """

    text: str
    blocks: tuple[Block, ...]
    kind: Kind
    title: str | None = None
    dek: str | None = None
    author: str | None = None
    outlet: str | None = None
    published: PublicationDate = PublicationDate()
    list_name: str | None = None
    subject: str | None = None  # as the container had it
    sender_name: str | None = None
    posted: dt.datetime | None = None
    received: dt.datetime | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None  # BCP 47
    external_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        position = 0
        for block in self.blocks:
            if not position <= block.start < block.end <= len(self.text):
                raise ValueError(f"block {block.start}:{block.end} is empty, overlaps or lies outside the text")
            position = block.end

    @property
    def body(self) -> tuple[Block, ...]:
        """The paragraphs, in order; a paragraph's number is its place here, from 1."""
        return tuple(block for block in self.blocks if block.kind is BlockKind.PARAGRAPH)

    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and last day that ``since`` and ``until`` compare: published, else the date of posting."""
        if (published := self.published.days()) is not None:
            return published
        if self.posted is not None:
            return self.posted.date(), self.posted.date()
        return None

    def words_of(self, block: Block) -> str:
        return self.text[block.start : block.end]

    def revision_hash(self) -> str:
        """Sixteen hex digits that change when anything that the article says changes."""
        plain = draft_as_data(self)
        for transport in ("received", "fields", "posted"):  # how it reached us is not what it says
            plain.pop(transport)
        plain["language"] = None  # our judgement of the same words: a better detector makes no new revision
        canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Draft):
    """An article in the archive, at one revision. The text is never edited in place."""

    number: int  # ever increasing, never reused
    revision: str
    collection: str
    archived_at: dt.datetime
    duplicate_of: int | None = None  # the number of the main posting
    excerpt_of: int | None = None

    @property
    def id(self) -> str:
        return article_id(self.number)

    @property
    def whole_posting(self) -> int:
        """The number of the main posting of the text that it carries, whole or in part."""
        return self.duplicate_of or self.excerpt_of or self.number

    def paragraph_number(self, position: int) -> int | None:
        """The 1-based number of the body paragraph that holds this code point; None in a caption or a heading."""
        for number, block in enumerate(self.body, start=1):
            if block.start <= position < block.end:
                return number
        return None


def article_id(number: int) -> str:
    return f"A-{number}"


def article_number(identifier: str) -> int | None:
    """The number in ``A-12`` (any case, the ``A-`` may be left out); None when it is not an article id."""
    digits = identifier.strip().upper().removeprefix("A-").removeprefix("A")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the archive a question may see. None means no limit; an empty set of collections sees nothing."""

    collections: frozenset[str] | None = None
    outlet: str | None = None  # compared without case
    since: dt.date | None = None  # inclusive
    until: dt.date | None = None  # inclusive
    author: str | None = None  # one of those in a byline; compared without the case of ASCII letters
    article: int | None = None  # the number of one article: a question within it alone
    news: Window | None = None  # what arrived in a window and is news

    @property
    def dated(self) -> bool:
        return self.since is not None or self.until is not None


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Window:
    """What became visible after one moment and up to another, by arrival number: ``(after, upto]``."""

    after: int
    upto: int


def draft_as_data(draft: Draft) -> dict[str, object]:
    """The draft as JSON types, with the keys of the article object that the command line prints."""
    return {
        "external_id": draft.external_id,
        "list": draft.list_name,
        "subject": draft.subject,
        "title": draft.title,
        "dek": draft.dek,
        "author": draft.author,
        "outlet": draft.outlet,
        "published": draft.published.text,
        "published_precision": str(draft.published.precision),
        "posted": draft.posted.isoformat() if draft.posted else None,
        "received": draft.received.isoformat() if draft.received else None,
        "message_id": draft.message_id,
        "in_reply_to": draft.in_reply_to,
        "references": list(draft.references),
        "sender_name": draft.sender_name,
        "url": draft.url,
        "kind": str(draft.kind),
        "language": draft.language,
        "fields": dict(draft.fields),
        "blocks": [{"kind": str(block.kind), "start": block.start, "end": block.end} for block in draft.blocks],
        "text": draft.text,
    }


def draft_from_data(data: Mapping[str, object]) -> dict[str, object]:
    """The keyword arguments of a `Draft` from what `draft_as_data` made of one."""

    def moment(value: object) -> dt.datetime | None:
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else None

    blocks = data["blocks"]
    references = data["references"]
    found_by = data["fields"]
    assert isinstance(blocks, list) and isinstance(references, list) and isinstance(found_by, dict)
    published = data["published"]
    same = {f.name for f in fields(Draft)} & set(data) - {"blocks", "published", "fields"}
    return {
        **{name: data[name] for name in same},
        "kind": Kind(str(data["kind"])),
        "list_name": data["list"],
        "published": PublicationDate(published if isinstance(published, str) else None),
        "posted": moment(data["posted"]),
        "received": moment(data["received"]),
        "references": tuple(references),
        "fields": found_by,
        "blocks": tuple(Block(BlockKind(block["kind"]), block["start"], block["end"]) for block in blocks),
    }
