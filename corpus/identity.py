"""Which postings are the same words: the same posting again, a duplicate, an excerpt, or something of its own.

Candidates come from fingerprints (`corpus.shingles`); what decides is the exact Jaccard index and containment of the
5-word shingles, and whether facts differ where the words do (`corpus.differences`). The two thresholds are those of
the command-line contract (PRODUCT.md, section 16, "Identity").
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from corpus.article import BlockKind, Draft, Precision
from corpus.differences import Text, facts_differ
from corpus.extraction.subjects import taken_apart
from corpus.posting_records import PostingKeys
from corpus.shingles import fingerprints_of

DUPLICATE_JACCARD = 0.8
EXCERPT_CONTAINMENT = 0.8
_FIRST_YEAR = 1980  # archives write 1970 for a date that they could not read; before 1980 there were no lists


class Likeness(Enum):
    """How a text relates to one that was there before."""

    DUPLICATE = "duplicate"
    EXCERPT = "excerpt"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Body(Text):
    """The words of a posting that count for identity: its own paragraphs, without quoted mail and furniture."""

    draft: Draft

    @cached_property
    def whole(self) -> Text:
        """All that is not quoted: a form of the same mail may take a caption or a headline for a paragraph."""
        return self._of(frozenset(BlockKind) - {BlockKind.QUOTED})

    @cached_property
    def beside(self) -> frozenset[str]:
        """The case-folded words around the paragraphs: a re-poster may name them without adding anything."""
        draft = self.draft
        named = (draft.title, draft.dek, draft.author, draft.outlet, draft.sender_name, draft.list_name, draft.subject)
        around = self._of(frozenset({BlockKind.HEADING, BlockKind.CAPTION, BlockKind.BOILERPLATE}))
        return frozenset(around.folded) | frozenset(Text.of("\n".join(name for name in named if name)).folded)

    @cached_property
    def captions(self) -> Text:
        return self._of(frozenset({BlockKind.CAPTION}))

    def _of(self, kinds: frozenset[BlockKind]) -> Text:
        return Text.of("\n".join(self.draft.words_of(block) for block in self.draft.blocks if block.kind in kinds))


def body_of(draft: Draft) -> Body:
    """The paragraphs' words; where a posting has none, those of its headings and captions."""
    own = draft.body or tuple(b for b in draft.blocks if b.kind in (BlockKind.HEADING, BlockKind.CAPTION))
    text = Text.of("\n".join(draft.words_of(block) for block in own))
    return Body(text.words, text.folded, text.ordered_shingles, draft)


def keys_of(draft: Draft, body: Body, location: str | None) -> PostingKeys:
    """By what this posting may be known again."""
    sender_key = None
    subject = taken_apart(draft.subject or "", draft.list_name).words.casefold()
    if subject and draft.sender_name and draft.posted:
        sender_key = f"{subject}\n{draft.sender_name.casefold()}\n{draft.posted.timestamp():.0f}"
    return PostingKeys(
        location=location,
        body_hash=hashlib.sha256("\n".join(body.folded).encode("utf-8", "surrogatepass")).hexdigest()[:32],
        sender_key=sender_key,
        sketch=fingerprints_of(body.ordered_shingles),
        moment=_moment(draft),
    )


def _moment(draft: Draft) -> str | None:
    """When it was posted, else the beginning of the day on which it was published; None when neither can be true."""
    if draft.posted is not None:
        when = draft.posted
    elif draft.published.precision is Precision.DAY and draft.published.text is not None:
        when = dt.datetime.fromisoformat(draft.published.text)
    else:
        return None
    if not _FIRST_YEAR <= when.year < dt.MAXYEAR:
        return None
    return when.astimezone(dt.UTC).isoformat() if when.tzinfo else when.replace(tzinfo=dt.UTC).isoformat()


def bodies_agree(one: Body, other: Body) -> bool:
    """Whether two forms of a posting (its page, its plain text) hold the same words. An empty form contradicts none."""
    if not one.words or not other.words or one.folded == other.folded:
        return True
    return _repeats(one, other, additions_count=False)


def likeness(new: Body, known: Body) -> Likeness:
    """Whether a new text only repeats a known one, or one of them is a part of the other; DIFFERENT when facts differ.

    A duplicate adds nothing to the known text, so the two are not interchangeable: see `facts_differ`.
    """
    if not new.words or not known.words:
        return Likeness.DIFFERENT
    if _repeats(new, known):
        return Likeness.DUPLICATE
    if jaccard(new, known) >= DUPLICATE_JACCARD or containment(new, known) < EXCERPT_CONTAINMENT:
        return Likeness.DIFFERENT
    part, whole = (new, known) if len(new.words) <= len(known.words) else (known, new)
    return Likeness.DIFFERENT if facts_differ(part, whole, omissions_count=False) else Likeness.EXCERPT


def _repeats(new: Body, known: Body, *, additions_count: bool = True) -> bool:
    """Whether a text has nearly the words of another and no other facts, by its paragraphs or else with all around."""
    if containment(new, known) < EXCERPT_CONTAINMENT:
        return False
    beside = new.beside | known.beside
    if jaccard(new, known) >= DUPLICATE_JACCARD and not facts_differ(
        new, known, beside=beside, additions_count=additions_count
    ):
        # A photo's words can be quoted too; they may be missing, but not say other things.
        captions, known_captions = new.captions, known.captions
        if captions == known_captions or not facts_differ(captions, known_captions, additions_count=False):
            return True
    if jaccard(new.whole, known.whole) < DUPLICATE_JACCARD:
        return False
    return not facts_differ(new.whole, known.whole, beside=beside, additions_count=additions_count)


def jaccard(one: Text, other: Text) -> float:
    """How much of the two together both have, from 0 to 1."""
    shared = len(one.shingles & other.shingles)
    union = len(one.shingles) + len(other.shingles) - shared
    return shared / union if union else 0.0


def containment(one: Text, other: Text) -> float:
    """How much of the shorter one stands in the longer one, from 0 to 1."""
    shorter = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / shorter if shorter else 0.0
