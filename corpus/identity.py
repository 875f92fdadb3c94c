"""Which postings are the same words: the same posting again, a duplicate, an excerpt, or something of its own.

Candidates come from sampled word shingles (FracMinHash with a floor, so that short texts have some too); what decides
is the exact Jaccard index and containment of the 5-word shingles, and whether facts differ where the words do.
The two thresholds are those of the command-line contract.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from corpus.article import BlockKind, Draft
from corpus.posting_records import PostingKeys
from corpus.subjects import taken_apart

SHINGLE_WORDS = 5
DUPLICATE_JACCARD = 0.8
EXCERPT_CONTAINMENT = 0.8
_SAMPLED_ONE_IN = 16
_SAMPLED_AT_LEAST = 8

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|\w+")


class Likeness(Enum):
    """How a text relates to one that was there before."""

    DUPLICATE = "duplicate"
    EXCERPT = "excerpt"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a posting that count for identity: its own paragraphs, without quoted mail and furniture."""

    words: tuple[str, ...]  # as written
    shingles: frozenset[int]  # 64-bit hashes of five neighbouring words, case folded


def body_of(draft: Draft) -> Body:
    """The paragraphs' words; where a posting has none, those of its headings and captions."""
    own = draft.body or tuple(b for b in draft.blocks if b.kind in (BlockKind.HEADING, BlockKind.CAPTION))
    words = tuple(word for block in own for word in _WORD.findall(draft.words_of(block)))
    return Body(words, _shingles(words))


def keys_of(draft: Draft, body: Body, location: str | None) -> PostingKeys:
    """By what this posting may be known again."""
    folded = "\n".join(word.casefold() for word in body.words)
    sender_key = None
    subject = taken_apart(draft.subject or "", draft.list_name).words.casefold()
    if subject and draft.sender_name and draft.posted:
        sender_key = f"{subject}\n{draft.sender_name.casefold()}\n{draft.posted.timestamp():.0f}"
    return PostingKeys(
        location=location,
        body_hash=hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        sender_key=sender_key,
        sketch=_sketch(body.shingles),
    )


def bodies_agree(one: Body, other: Body) -> bool:
    """Whether two forms of a posting (its page, its plain text) hold the same words. An empty form contradicts none."""
    if not one.words or not other.words:
        return True
    if [word.casefold() for word in one.words] == [word.casefold() for word in other.words]:
        return True
    return jaccard(one, other) >= DUPLICATE_JACCARD and not facts_differ(one, other, additions_count=False)


def likeness(new: Body, known: Body) -> Likeness:
    """Whether a new text only repeats a known one, whole or in part; with a fact changed or added it does not."""
    if not new.words or not known.words:
        return Likeness.DIFFERENT
    duplicate = jaccard(new, known) >= DUPLICATE_JACCARD
    if not duplicate and containment(new, known) < EXCERPT_CONTAINMENT:
        return Likeness.DIFFERENT
    if facts_differ(new, known):
        return Likeness.DIFFERENT
    return Likeness.DUPLICATE if duplicate else Likeness.EXCERPT


def jaccard(one: Body, other: Body) -> float:
    union = len(one.shingles | other.shingles)
    return len(one.shingles & other.shingles) / union if union else 0.0


def containment(one: Body, other: Body) -> float:
    """How much of the shorter one stands in the longer one, from 0 to 1."""
    shorter = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / shorter if shorter else 0.0


def facts_differ(new: Body, known: Body, *, additions_count: bool = True) -> bool:
    """Whether the texts put other numbers, names or dates in the same place, or the new one adds some.

    A changed word between equal neighbours is a correction. What only the known text has is an omission and no
    difference; what only the new text has is one when it holds an unknown number, or is a sentence's worth of words
    with an unknown name in it (a re-poster's short greeting is not). Two forms of one mail may differ by such
    additions, a photo's credit or a footer, and still say the same: they are then left out of the count.
    """
    matcher = SequenceMatcher(None, _folded(new.words), _folded(known.words), autojunk=len(new.words) > 5000)
    known_words, new_words = set(_folded(known.words)), set(_folded(new.words))
    put, taken = set[str](), set[str]()
    for change, a, b, c, d in matcher.get_opcodes():
        if change == "equal":
            continue
        mine, theirs = new.words[a:b], known.words[c:d]
        added = [word for word in _facts(mine) if word.casefold() not in known_words]
        dropped = [word for word in _facts(theirs) if word.casefold() not in new_words]
        if change == "replace" and (added or dropped) and len(mine) <= 12 and len(theirs) <= 12:
            return True
        if additions_count and (any(_is_number(word) for word in added) or (added and len(mine) >= 12)):
            return True
        put.update(word.casefold() for word in mine if _is_number(word))
        taken.update(word.casefold() for word in theirs if _is_number(word))
    return bool(put & taken)  # moved: "from 14 to 20" and "from 20 to 14" have the same words


def _facts(words: Iterable[str]) -> list[str]:
    """Numbers, and words written like names. The first word of a sentence may pass for one: then a text is kept."""
    return [word for word in words if _is_number(word) or (word[0].isupper() and len(word) > 1)]


_NUMBER_WORDS = frozenset(
    "none one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion".split()
)


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word.casefold() in _NUMBER_WORDS


def _folded(words: Iterable[str]) -> list[str]:
    return [word.casefold() for word in words]


def _shingles(words: tuple[str, ...]) -> frozenset[int]:
    folded = _folded(words)
    if 0 < len(folded) < SHINGLE_WORDS:
        folded += [""] * (SHINGLE_WORDS - len(folded))
    joined = (" ".join(folded[at : at + SHINGLE_WORDS]) for at in range(len(folded) - SHINGLE_WORDS + 1))
    return frozenset(
        int.from_bytes(hashlib.blake2b(five.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)
        for five in joined
    )


def _sketch(shingles: frozenset[int]) -> frozenset[int]:
    sampled = {shingle for shingle in shingles if shingle % _SAMPLED_ONE_IN == 0}
    return frozenset(sampled | set(sorted(shingles)[:_SAMPLED_AT_LEAST]))
