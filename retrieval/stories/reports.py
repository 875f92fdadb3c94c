"""What is remembered of an article to know its story again: enough to compare by, too little to read.

Which reports tell of one event is decided in `folding.py`, by what `story_evidence.py` says of two of them and
`story_parting.py` of a group.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, overload

import numpy as np

from corpus.article import Article, BlockKind
from retrieval.models.embedding import Vectors
from retrieval.questions.question import STOP_WORDS
from retrieval.stemming import Stemmer

Days = tuple[dt.date, dt.date]
"""The first and the last day that a date can mean."""

DAYS_APART = 5  # reports of one event, at most; PRODUCT.md, section 7
_MOST_KNOWN = 200_000  # words whose stems a reporter remembers: 40 MB
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
    days: Days | None
    sentences: tuple[frozenset[int], ...] = ()
    numbers: frozenset[int] | None = frozenset()


class Outline(NamedTuple):
    """Of a report what tells whether it matters: its story, and the days of its article, None if they are not known."""

    story: int
    days: Days | None


class StoredReports(Sequence[Report]):
    """Reports that are read when they are looked at. `load` gives those at some ascending places."""

    def __init__(self, outlines: Sequence[Outline], load: Callable[[Sequence[int]], Sequence[Report]]) -> None:
        self.outlines = outlines
        self._load = load

    def at(self, places: Sequence[int]) -> tuple[Report, ...]:
        return tuple(self._load(places))

    def __len__(self) -> int:
        return len(self.outlines)

    @overload
    def __getitem__(self, place: int) -> Report: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Report]: ...

    def __getitem__(self, place: int | slice) -> Report | Sequence[Report]:
        chosen = range(len(self))[place]
        return self._load([chosen])[0] if isinstance(chosen, int) else self.at(chosen)

    def __iter__(self) -> Iterator[Report]:
        return iter(self.at(range(len(self))))


@dataclass(frozen=True, slots=True)
class SeenStories:
    """What a subscription has posted: the numbers of all articles that were shown, and a report of each.

    Articles that added nothing to a story count as shown. `stories` tells the story of each article that did not begin
    one.
    """

    articles: frozenset[int] = frozenset()
    reports: Sequence[Report] = ()
    stories: Mapping[int, int] = field(default_factory=dict)

    def near(self, days: Collection[Days | None]) -> tuple[Report, ...]:
        """The reports that articles of these days may go on with, and all others of the same stories; oldest first.

        A report that is near in time to none of them cannot be of their event (`near_in_time`), but what it told is
        told. None is an article of no known date, which may go on with any.
        """
        stored = self.reports if isinstance(self.reports, StoredReports) else None
        outlines = stored.outlines if stored else [Outline(report.story, report.days) for report in self.reports]
        may_matter = near_days(days)
        stories = {outline.story for outline in outlines if may_matter(outline.days)}
        places = [place for place, outline in enumerate(outlines) if outline.story in stories]
        return stored.at(places) if stored else tuple(self.reports[place] for place in places)


NOTHING_SEEN = SeenStories()


def near_days(days: Collection[Days | None]) -> Callable[[Days | None], bool]:
    """Whether a report of some days is near in time to one of several articles, given their days."""
    if None in days:
        return lambda other: True
    known = sorted({(one[0].toordinal(), one[1].toordinal()) for one in days if one is not None})
    firsts = [first for first, _ in known]
    lasts = list(accumulate((last for _, last in known), max))  # the latest last day among all that begin so early

    def may_matter(other: Days | None) -> bool:
        if other is None:
            return bool(known)
        begun = bisect_right(firsts, other[1].toordinal() + DAYS_APART)
        return begun > 0 and lasts[begun - 1] >= other[0].toordinal() - DAYS_APART

    return may_matter


class Reporter:
    """Makes reports of articles. For one thread at a time."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._stemmer = Stemmer()
        self._known: dict[str, tuple[str, int] | None] = {}  # of a word its stem and that one's hash, if it is content

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
        return frozenset(known[0] for known in self._content(text))

    def hashes(self, text: str) -> frozenset[int]:
        return frozenset(known[1] for known in self._content(text))

    def _content(self, text: str) -> list[tuple[str, int]]:
        """Each content word of a text once: its stem, and the hash of that."""
        words = set(_WORD.findall(text))
        if unknown := words.difference(self._known):
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
                unknown = words
            self._stemmer.stems(" ".join(unknown))  # to learn them all at once
            for word in unknown:
                stem = self._stemmer.stem(word) if _is_content(word) else ""
                self._known[word] = (stem, _hash(stem)) if stem else None
        return [known for word in words if (known := self._known[word]) is not None]

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
    """The report as bytes; `unpack` gives it back, its vector in half precision. Of the older form too.

    About 1 KB and 4 bytes for each word of its sentences; unpacked in 20 us, where the form before took 48.
    """
    first, last = (day.toordinal() for day in report.days) if report.days else (0, 0)
    name = report.model.encode("utf-8")
    sets = [report.words, report.names, *([report.numbers] if report.numbers is not None else []), *report.sentences]
    head = _HEAD.pack(
        report.number, report.story, first, last, len(name), report.vector.size, report.numbers is not None, len(sets)
    )
    sizes = np.asarray([len(some) for some in sets], dtype="<u4")
    hashes = np.fromiter(chain.from_iterable(map(sorted, sets)), dtype="<u4", count=int(sizes.sum()))
    return b"".join([_BINARY, head, name, report.vector.astype("<f2").tobytes(), sizes.tobytes(), hashes.tobytes()])


def unpack(packed: bytes) -> Report:
    """What `pack` made, in this version or in an earlier one."""
    if not packed.startswith(_BINARY):
        return _unpack_json(packed)
    number, story, first, last, name, dimension, has_numbers, count = _HEAD.unpack_from(packed, len(_BINARY))
    start = len(_BINARY) + _HEAD.size
    model = packed[start : start + name].decode("utf-8")
    start += name
    vector = np.frombuffer(packed, "<f2", dimension, start).astype(np.float32)
    start += 2 * dimension
    sizes = np.frombuffer(packed, "<u4", count, start).tolist()
    hashes = np.frombuffer(packed, "<u4", sum(sizes), start + 4 * count).tolist()
    ends = [0, *accumulate(sizes)]
    sets = [frozenset(hashes[one:other]) for one, other in pairwise(ends)]
    words, names, *others = sets
    return Report(
        number=number,
        story=story,
        model=model,
        vector=vector,
        words=words,
        names=names,
        days=(dt.date.fromordinal(first), dt.date.fromordinal(last)) if first else None,
        sentences=tuple(others[has_numbers:]),
        numbers=others[0] if has_numbers else None,
    )


def _unpack_json(packed: bytes) -> Report:
    """As the first versions packed it."""
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
_BINARY = b"R2"  # what `zlib` makes begins with an "x"
_HEAD = struct.Struct("<qqiiIIBI")
