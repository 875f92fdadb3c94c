"""What is remembered of an article to know its story again: enough to compare by, too little to read.

Which reports tell of one event is decided in `folding.py`, by what `story_evidence.py` says of two of them and
`story_parting.py` of a group.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from corpus.article import Article, BlockKind
from retrieval.embedding import Vectors
from retrieval.question import STOP_WORDS
from retrieval.stemming import Stemmer

LEAD_WORDS = 60  # what reports are compared by was fitted on one to three sentences

# "Said before": chosen on half of sts_headlines so that 98 % of the pairs that people call equivalent are found.
SAID_BEFORE_LIKENESS = 0.65
SAID_BEFORE_WORDS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What is remembered of one article. Words are kept as hashes: a removed article must not live on in a ledger.

    `story` is the number of the article by which the story was first told. `vector` is a unit vector of the model
    `model`. `words`, `names` (stems of capitalised words, which are among the words) and `numbers` (as written) are of
    the beginning, `sentences` of the whole article; `sentences` may be left empty as long as nothing is compared with
    them. `numbers` is None in the older form, whose names are not stemmed and hold the numbers too.
    """

    number: int
    story: int
    model: str
    vector: Vectors
    words: frozenset[int]
    names: frozenset[int]
    days: tuple[dt.date, dt.date] | None
    sentences: tuple[frozenset[int], ...] = ()
    numbers: frozenset[int] | None = frozenset()


@dataclass(frozen=True, slots=True)
class SeenStories:
    """What a subscription has posted: the numbers of all articles that were shown, and a report of each."""

    articles: frozenset[int] = frozenset()
    reports: tuple[Report, ...] = ()


NOTHING_SEEN = SeenStories()


class Reporter:
    """Makes reports of articles. For one thread at a time."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._stemmer = Stemmer()

    def report(self, article: Article, vector: Vectors, sentences: Iterable[str] = ()) -> Report:
        lead = _lead(article)
        names = frozenset(map(_hash, self._names(lead)))
        return Report(
            number=article.number,
            story=article.number,
            model=self._model,
            vector=vector,
            words=self.hashes(lead) | names,
            names=names,
            numbers=frozenset(map(_hash, _numbers(lead))),
            days=article.days(),
            sentences=tuple(self.hashes(sentence) for sentence in sentences),
        )

    def stems(self, text: str) -> frozenset[str]:
        """The stems of a text's content words."""
        return frozenset(self._stemmer.stems(" ".join(word for word in _WORD.findall(text) if _is_content(word))))

    def hashes(self, text: str) -> frozenset[int]:
        return frozenset(map(_hash, self.stems(text)))

    def _names(self, text: str) -> set[str]:
        """Stems of capitalised words. At the beginning of a sentence and in a title some of them name nothing."""
        capitalised = (match.group() for match in _NAME.finditer(text) if match.group()[0].isupper())
        plain = (word.casefold().removesuffix("'s").removesuffix("’s") for word in capitalised)
        stems = (stem for word in plain if _is_content(word) for stem in self._stemmer.stems(word))
        return {stem for stem in stems if _is_content(stem)}


def word_share_said(words: Collection[int], seen: Iterable[Report]) -> float:
    """The largest share of a sentence's content words that one remembered sentence has, 0 to 1; 1 for no words."""
    wanted = frozenset(words)
    if not wanted:
        return 1.0
    return max((len(wanted & said) / len(wanted) for report in seen for said in report.sentences), default=0.0)


def pack(report: Report) -> bytes:
    """The report as bytes; `unpack` gives it back, its vector in half precision. Of the older form too."""
    plain: dict[str, object] = {
        "number": report.number,
        "story": report.story,
        "model": report.model,
        "vector": base64.b64encode(report.vector.astype("<f2").tobytes()).decode("ascii"),
        "words": sorted(report.words),
        "names": sorted(report.names),
        "days": [day.isoformat() for day in report.days] if report.days else None,
        "sentences": [sorted(sentence) for sentence in report.sentences],
    }
    if report.numbers is not None:
        plain["numbers"] = sorted(report.numbers)
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode("ascii"))


def unpack(packed: bytes) -> Report:
    plain = json.loads(zlib.decompress(packed))
    days = plain["days"]
    return Report(
        number=plain["number"],
        story=plain["story"],
        model=plain["model"],
        vector=np.frombuffer(base64.b64decode(plain["vector"]), dtype="<f2").astype(np.float32),
        words=frozenset(plain["words"]),
        names=frozenset(plain["names"]),
        days=(dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[1])) if days else None,
        sentences=tuple(frozenset(sentence) for sentence in plain["sentences"]),
        numbers=frozenset(plain["numbers"]) if "numbers" in plain else None,
    )


def _lead(article: Article) -> str:
    """The title and the beginning of the body, where a report says what happened."""
    body = [article.words_of(block) for block in article.body] or [
        article.words_of(block) for block in article.blocks if block.kind is BlockKind.CAPTION
    ]
    words: list[str] = []
    for paragraph in body:
        words += paragraph.split()
        if len(words) >= LEAD_WORDS:
            break
    return " ".join([article.title or "", *words[:LEAD_WORDS]])


def _numbers(text: str) -> set[str]:
    return {match.group().rstrip(".,") for match in _NUMBER.finditer(text)}


def _is_content(word: str) -> bool:
    return word.casefold() not in STOP_WORDS


def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))


_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"\b[^\W\d_][\w'’-]+")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
