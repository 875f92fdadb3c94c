"""Which articles report the same event, and what a report adds to what was said before.

A `Report` is what can be remembered of an article to know its story again: enough to compare by, too little to read.
Two reports are of one event when likeness of meaning, shared words, and shared names and numbers together say so, and
they were published within five days of each other; likeness alone cannot tell this week's earthquake from last year's.
"""

from __future__ import annotations

import base64
import datetime as dt
import heapq
import json
import re
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.article import Article, BlockKind
from retrieval.embedding import Vectors
from retrieval.question import STOP_WORDS
from retrieval.stemming import Stemmer

DAYS_APART = 5  # PRODUCT.md, section 7
LEAD_WORDS = 60  # what the weights below were fitted on is one to three sentences

# Log-odds that two reports are of one event, fitted on half of the topics of ecb_plus (benchmarks/DIGESTS.md). Whole
# topics were kept apart, and each holds two events that are easily taken for each other.
_LIKENESS, _WORDS, _NAMES, _NAME_COUNT, _BIAS = 4.13, 2.58, 2.53, 0.32, -4.82
SAME_EVENT = 0.75  # well above even odds: folding two events into one hides one of them
_NO_EVIDENCE = -6.0  # log-odds of two reports that were not worth comparing
_WORTH_COMPARING = 0.4  # cosine
_MOST_NEIGHBOURS = 64

# "Said before": chosen on half of sts_headlines so that 98 % of the pairs that people call equivalent are found.
SAID_BEFORE_LIKENESS = 0.65
SAID_BEFORE_WORDS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What is remembered of one article. Words are kept as hashes: a removed article must not live on in a ledger.

    `story` is the number of the article by which the story was first told. `vector` is a unit vector of the model
    `model`. `words` and `names` are of the beginning, `sentences` of the whole article; `sentences` may be left empty
    as long as nothing is compared with them.
    """

    number: int
    story: int
    model: str
    vector: Vectors
    words: frozenset[int]
    names: frozenset[int]
    days: tuple[dt.date, dt.date] | None
    sentences: tuple[frozenset[int], ...] = ()


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
        return Report(
            number=article.number,
            story=article.number,
            model=self._model,
            vector=vector,
            words=self.hashes(lead),
            names=frozenset(map(_hash, _names_and_numbers(lead))),
            days=article.days(),
            sentences=tuple(self.hashes(sentence) for sentence in sentences),
        )

    def stems(self, text: str) -> frozenset[str]:
        """The stems of a text's content words."""
        return frozenset(self._stemmer.stems(" ".join(word for word in _WORD.findall(text) if _is_content(word))))

    def hashes(self, text: str) -> frozenset[int]:
        return frozenset(map(_hash, self.stems(text)))


def event_log_odds(one: Report, other: Report) -> float:
    """How sure it is that two reports tell of one event, as log-odds; `_NO_EVIDENCE` when they are too far apart."""
    if one.model != other.model or not _near_in_time(one, other):
        return _NO_EVIDENCE
    return _log_odds(one, other, float(one.vector @ other.vector))


def fold(reports: Sequence[Report], *, threshold: float = SAME_EVENT) -> list[list[int]]:
    """The places of `reports` in groups, one an event, each group and the list of them in the order given.

    Average linkage: a report joins an event by what it shares with all of its reports, so that a chain of likenesses
    cannot join two events at its ends.
    """
    links: dict[int, dict[int, float]] = {place: {} for place in range(len(reports))}
    for one, other, likeness in _neighbours(reports):
        if reports[one].model == reports[other].model and _near_in_time(reports[one], reports[other]):
            odds = max(_log_odds(reports[one], reports[other], likeness), _NO_EVIDENCE)
            links[one][other] = links[other][one] = odds
    groups = {place: [place] for place in links}
    waiting = [(-odds, one, other) for one in links for other, odds in links[one].items() if one < other]
    waiting = [pair for pair in waiting if -pair[0] > threshold]  # averages never rise above what they are made of
    heapq.heapify(waiting)
    while waiting:
        odds, one, other = heapq.heappop(waiting)
        if links.get(one, {}).get(other) != -odds:  # one of the two has been merged since
            continue
        _merge(links, one, other, len(groups[one]), len(groups[other]))
        groups[one] += groups.pop(other)
        for near, average in links[one].items():
            if average > threshold:
                heapq.heappush(waiting, (-average, min(one, near), max(one, near)))
    return sorted((sorted(group) for group in groups.values()), key=lambda group: group[0])


def word_share_said(words: Collection[int], seen: Iterable[Report]) -> float:
    """The largest share of a sentence's content words that one remembered sentence has, 0 to 1; 1 for no words."""
    wanted = frozenset(words)
    if not wanted:
        return 1.0
    return max((len(wanted & said) / len(wanted) for report in seen for said in report.sentences), default=0.0)


def pack(report: Report) -> bytes:
    """The report as bytes; `unpack` gives it back, its vector in half precision."""
    plain = {
        "number": report.number,
        "story": report.story,
        "model": report.model,
        "vector": base64.b64encode(report.vector.astype("<f2").tobytes()).decode("ascii"),
        "words": sorted(report.words),
        "names": sorted(report.names),
        "days": [day.isoformat() for day in report.days] if report.days else None,
        "sentences": [sorted(sentence) for sentence in report.sentences],
    }
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
    )


def _log_odds(one: Report, other: Report, likeness: float) -> float:
    names = len(one.names & other.names)
    return (
        _LIKENESS * likeness
        + _WORDS * _share_of_smaller(one.words, other.words)
        + _NAMES * _share_of_smaller(one.names, other.names)
        + _NAME_COUNT * min(names, 4) / 4
        + _BIAS
    )


def _share_of_smaller(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _near_in_time(one: Report, other: Report) -> bool:
    """Within five days of each other, as far as the dates say; what has no date may be of any day."""
    if one.days is None or other.days is None:
        return True
    gap = max(one.days[0], other.days[0]) - min(one.days[1], other.days[1])
    return gap.days <= DAYS_APART


def _neighbours(reports: Sequence[Report]) -> Iterable[tuple[int, int, float]]:
    """Pairs of places that are close enough to be compared, each once: at most `_MOST_NEIGHBOURS` a report."""
    by_model: dict[str, list[int]] = {}
    for place, report in enumerate(reports):
        by_model.setdefault(report.model, []).append(place)
    for places in by_model.values():
        vectors = np.stack([reports[place].vector for place in places])
        found: set[tuple[int, int]] = set()
        for start in range(0, len(places), 1024):
            likeness = vectors[start : start + 1024] @ vectors.T
            for row, values in enumerate(likeness, start=start):
                close = np.flatnonzero(values >= _WORTH_COMPARING)
                if len(close) > _MOST_NEIGHBOURS + 1:
                    close = close[np.argpartition(-values[close], _MOST_NEIGHBOURS)[: _MOST_NEIGHBOURS + 1]]
                for column in map(int, close):
                    pair = (min(row, column), max(row, column))
                    if row != column and pair not in found:
                        found.add(pair)
                        yield places[pair[0]], places[pair[1]], float(values[column])


def _merge(links: dict[int, dict[int, float]], kept: int, gone: int, kept_size: int, gone_size: int) -> None:
    mine, theirs = links[kept], links.pop(gone)
    for other in {*mine, *theirs} - {kept, gone}:
        weighed = kept_size * mine.get(other, _NO_EVIDENCE) + gone_size * theirs.get(other, _NO_EVIDENCE)
        mine[other] = links[other][kept] = weighed / (kept_size + gone_size)
        links[other].pop(gone, None)
    mine.pop(gone, None)


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


def _names_and_numbers(text: str) -> set[str]:
    found = set()
    for match in _NAME_OR_NUMBER.finditer(text):
        if not (match.group()[0].isupper() or match.group()[0].isdigit()):
            continue
        word = match.group().casefold().rstrip(".,").removesuffix("'s").removesuffix("’s")
        if _is_content(word):
            found.add(word)
    return found


def _is_content(word: str) -> bool:
    return word.casefold() not in STOP_WORDS


def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))


_WORD = re.compile(r"[^\W_]+")
_NAME_OR_NUMBER = re.compile(r"\b[^\W\d_][\w'’-]+|\b\d[\d,.]*\b")
