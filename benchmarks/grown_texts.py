"""Archives of any size made of real texts, for measuring how full-text search grows.

The real articles come first, in an order drawn by the sha256 of their text. After them come recombined ones: each takes
the title, the paragraphs and the number of sentences in each from a real article; a sentence is its own with
probability one half, else one of another article of the same set. In each recombined article a rare word (one that at
most `RARE` real articles hold) becomes a word that no other article has, the same wherever it stands in that article,
with a probability of `RENAMED` that falls with the size as ``size ** (HEAPS - 1)``: so the vocabulary goes on to grow
with the power `HEAPS` of the size, as it does among the real ones. A number of three digits or more gets other digits
with probability one half.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from halves import drawn

from corpus.article import Block, BlockKind, Draft, Kind, PublicationDate
from corpus.sentences import sentence_spans

SETS = "rtqa_briefs rtqa_articles multihop_rag squad2 clapnq rgb trec_qa ag_news ecb_plus timeline17".split()
RARE = 20
HEAPS = 0.44  # measured: 32,752 words in the first 10,008 passages, 44,387 in 20,000
RENAMED = 0.12
FIRST_DAY = dt.date(2015, 1, 1)
DAYS = 4000
OUTLETS = 50

_WORD = re.compile(r"[^\W_]+")
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class _Real:
    set_name: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]  # each its sentences


def grown_drafts(eval_folder: Path, seed: int = 1) -> Iterator[tuple[str, Draft]]:
    """(collection, draft) without end. One collection for each set; outlets and days are drawn evenly."""
    real = real_articles(eval_folder)
    chance = random.Random(seed)
    held_by = Counter(word for one in real for word in set(_WORD.findall(_whole(one))))
    by_set: dict[str, list[str]] = {}
    for one in real:
        by_set.setdefault(one.set_name, []).extend(sentence for some in one.paragraphs for sentence in some)
    for one in real:
        yield one.set_name, _draft(one.title, [" ".join(some) for some in one.paragraphs], chance)
    for turn in itertools.count(1):
        share = RENAMED * (turn + 0.5) ** (HEAPS - 1)
        for one in real:
            renamed: dict[str, str] = {}

            def anew(match: re.Match[str], renamed: dict[str, str] = renamed, share: float = share) -> str:
                word = match[0]
                if word not in renamed:
                    renamed[word] = _renamed(word, held_by[word] <= RARE, share, chance)
                return renamed[word]

            others = by_set[one.set_name]
            paragraphs = [
                _WORD.sub(anew, " ".join(own if chance.random() < 0.5 else chance.choice(others) for own in some))
                for some in one.paragraphs
            ]
            yield one.set_name, _draft(_WORD.sub(anew, one.title), paragraphs, chance)


def _renamed(word: str, rare: bool, share: float, chance: random.Random) -> str:
    if word.isdigit():
        if len(word) < 3 or chance.random() < 0.5:
            return word
        return word[0] + "".join(chance.choice("0123456789") for _ in word[1:])
    if not rare or len(word) < 4 or chance.random() >= share:
        return word
    fresh = "".join(chance.choice(_SYLLABLES) for _ in range(4))
    return fresh.capitalize() if word[0].isupper() else fresh


def real_articles(eval_folder: Path) -> list[_Real]:
    found = []
    for name in SETS:
        for line in (eval_folder / name / "corpus.jsonl").read_text("utf-8").splitlines():
            document = json.loads(line)
            paragraphs = tuple(
                tuple(paragraph[start:end] for start, end in sentence_spans(paragraph))
                for paragraph in re.split(r"\n+", document["text"])
                if paragraph.strip()
            )
            found.append(_Real(name, document.get("title") or "", paragraphs))
    return sorted(found, key=lambda one: drawn(_whole(one)))


def _whole(one: _Real) -> str:
    return "\n".join([one.title, *(sentence for some in one.paragraphs for sentence in some)])


def _draft(title: str, paragraphs: Sequence[str], chance: random.Random) -> Draft:
    blocks, position = [], 0
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, position, position + len(paragraph)))
        position += len(paragraph) + 2
    return Draft(
        text="\n\n".join(paragraphs),
        blocks=tuple(blocks),
        kind=Kind.ARTICLE,
        title=title or None,
        outlet=f"Outlet {chance.randrange(OUTLETS)}",
        published=PublicationDate((FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS))).isoformat()),
    )
