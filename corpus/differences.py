"""Whether two texts with nearly the same words say different things.

The texts are aligned like a patience diff: at shingles that occur once in each, then word by word between them. Work
is linear in the length of the texts, whatever they hold; a stretch too large to align is judged by its words alone.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from corpus.dates import MONTH_WORDS
from corpus.shingles import SHINGLE_WORDS, shingles_of, words_of

_ALIGNED_WORDS = 40_000  # the product of two stretches' lengths; difflib is cubic at worst
_SHORT_STRETCH = 12  # words: two such stretches in one place stand for each other
_SENTENCE_WORDS = 5  # words: what is added or left out within a text is judged as a sentence from here on
_REMARK_WORDS = 12  # words: a name that a shorter remark before or after a text holds is a greeting's or a signature's

_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | dict(
    zip(
        "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion".split(),
        "30 40 50 60 70 80 90 100 1000 1000000 1000000000".split(),
        strict=True,
    )
)
# One of these words put in or taken out turns what a sentence says: negations, directions, degrees, who spoke. English,
# and the negations of some other languages; a change by a word that is missing here is not noticed.
_TURNING_WORDS = frozenset(
    "no not never none nor neither nobody nothing without cannot t hardly "  # "won't" is two words
    "nicht kein keine keinen keiner nie pas jamais aucun aucune sans nunca jamás sin não nem sem mai nessun nessuno "
    "niet geen nooit inte aldrig ikke aldri не нет ни без никогда "
    "more less fewer most least above below before after up down rose fell rise fall increase decrease increased "
    "decreased gained lost won half twice double dozen first second third last "
    "he she his her him".split()
)
_OPENING_WORDS = frozenset(
    "what why how when where who which this that these those it he she we you they there here if as but and so not "
    "please thanks thank hi hello dear friends colleagues folks all fyi sorry interesting worth see read from "
    "by".split()
)
_CORRECTING_WORDS = frozenset(
    "correction corrections corrects corrected clarification clarifies erratum corrigendum retraction retracted "
    "misstated korrektur berichtigung rectificatif corrección correção correzione rettifica".split()
)
_GROUPED = re.compile(r"(?<=\d)[,.](?=\d{3}(?!\d))")
_DAMAGE = re.compile(r"[ÃÂâ\ufffd\u0080-\u009f]")  # UTF-8 read as Latin-1, or a byte that nobody could read


@dataclass(frozen=True)
class Text:
    """The words of a text, as written and case folded, and its shingles in order."""

    words: tuple[str, ...]
    folded: tuple[str, ...]
    ordered_shingles: tuple[int, ...]

    @cached_property
    def shingles(self) -> frozenset[int]:
        return frozenset(self.ordered_shingles)

    @staticmethod
    def of(text: str) -> Text:
        words = tuple(words_of(text))
        folded = tuple(word.casefold() for word in words)
        return Text(words, folded, tuple(shingles_of(folded)))


@dataclass(frozen=True, slots=True)
class Gap:
    """Where two texts differ: ``new[start:stop]`` stands in place of ``known[known_start:known_stop]``."""

    start: int
    stop: int
    known_start: int
    known_stop: int


def facts_differ(
    new: Text,
    known: Text,
    *,
    beside: frozenset[str] = frozenset(),
    additions_count: bool = True,
    omissions_count: bool = True,
) -> bool:
    """Whether the texts put other numbers, names, dates or negations in the same place, or one of them has more.

    Where a few words stand for a few others, those that tell facts have to be the same. Within the texts a sentence
    that only one of them has counts, and fewer words if they tell a fact. Before the first word that both have, a text
    may hold a re-poster's introduction: it counts when it holds an unknown number, or an unknown name among
    `_REMARK_WORDS` words or more, or says that it corrects. After the last one, of the new text a remark of that length
    counts too, and of the known text a sentence that tells a fact.

    Words `beside` the texts, those of headline and byline, are not unknown. Two forms of one mail may differ by a
    credit or a footer: `additions_count` is then False. An excerpt leaves out by its nature: `omissions_count` is then
    False.
    """
    spelled = frozenset(new.words) | frozenset(known.words)
    for gap in gaps(new, known):
        mine, theirs = new.words[gap.start : gap.stop], known.words[gap.known_start : gap.known_stop]
        if _spelled_alike("".join(mine), "".join(theirs)):
            continue
        told, told_before = _telling(mine, spelled), _telling(theirs, spelled)
        if mine and theirs and len(mine) <= _SHORT_STRETCH and len(theirs) <= _SHORT_STRETCH:
            if told != told_before:
                return True
            continue
        if any(word.casefold() in _CORRECTING_WORDS for word in mine):
            return True
        first = gap.start == 0 and gap.known_start == 0
        last = gap.stop == len(new.words) and gap.known_stop == len(known.words)
        if not first and not last:
            if _counts_within(mine, told - told_before, known, additions_count):
                return True
            if omissions_count and _counts_within(theirs, told_before - told, new, additions_count):
                return True
        elif additions_count:
            if _remark_counts(mine, spelled, known, beside) or (last and len(mine) >= _REMARK_WORDS):
                return True
            if omissions_count and (
                _remark_counts(theirs, spelled, new, beside)
                or (last and len(theirs) >= _SENTENCE_WORDS and bool(told_before))
            ):
                return True
    return False


def _remark_counts(remark: Sequence[str], spelled: frozenset[str], other: Text, beside: frozenset[str]) -> bool:
    """Whether what stands before or after a text says more than that it is worth reading."""
    there = frozenset(map(_key, other.words)) | frozenset(map(_key, beside))
    unknown = [word for word in remark if _key(word) not in there]
    if any(character.isdigit() for word in unknown for character in word):
        return True
    if len(remark) < _REMARK_WORDS:
        return False
    # A sentence's first word has a capital too: the remark's own, and what questions and greetings begin with.
    later = unknown[1:] if unknown and unknown[0] == remark[0] else unknown
    return any(_is_name(word, spelled) for word in later if word.casefold() not in _OPENING_WORDS)


def _counts_within(stretch: Sequence[str], told: frozenset[str], other: Text, additions_count: bool) -> bool:
    """Whether words that only one text has there are news to the other, and not merely moved."""
    if len(stretch) < _SENTENCE_WORDS:
        return bool(told)
    if not additions_count:
        return False
    mine = shingles_of([word.casefold() for word in stretch])
    return sum(shingle in other.shingles for shingle in mine) < 0.8 * len(mine)


def _telling(words: Iterable[str], spelled: frozenset[str]) -> frozenset[str]:
    """The words that tell facts, each in one spelling: numbers, months, negations, and words written like names."""
    found = set[str]()
    for word in words:
        key = _key(word)
        number = any(character.isdigit() for character in key)
        if number or key in _TURNING_WORDS or key in MONTH_WORDS or _is_name(word, spelled):
            found.add(key)
    return frozenset(found)


def _is_name(word: str, spelled: frozenset[str]) -> bool:
    """Whether a word may be a name.

    A capital letter means nothing where the same word stands in lower case in one of the texts; a script without
    letter case does not show its names, so there every word may be one.
    """
    if word.lower() == word.upper():
        return True
    return word[0].isupper() and len(word) > 1 and word.casefold() not in spelled


def _key(word: str) -> str:
    folded = word.casefold()
    return _GROUPED.sub("", _NUMBER_WORDS.get(folded, folded))


def _spelled_alike(one: str, other: str) -> bool:
    """Whether two spellings differ by case, accents lost, bytes damaged or where a word is divided, and no more."""
    one, other = one.casefold(), other.casefold()
    if one == other:
        return True
    if one.isascii() and other.isascii():
        return False
    if _without_marks(one) == _without_marks(other):
        return one.isascii() or other.isascii()
    bare = _ascii(one)
    harmed = one.isascii() or other.isascii() or _DAMAGE.search(one + other) is not None
    return harmed and len(bare) >= 3 and bare == _ascii(other)


def _without_marks(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


# Alignment


def gaps(new: Text, known: Text) -> Iterator[Gap]:
    """The places where two texts differ, in order."""
    one, other = new.folded, known.folded
    shorter = min(len(one), len(other))
    head = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    tail = next((place for place in range(shorter - head) if one[-1 - place] != other[-1 - place]), shorter - head)
    stop, known_stop = len(one) - tail, len(other) - tail
    start, known_start = head, head
    for anchor, known_anchor in _anchors(new, known, (head, stop), (head, known_stop)):
        if anchor - known_anchor == start - known_start and anchor < start:
            pass  # goes on where the last one began
        elif anchor < start or known_anchor < known_start:
            continue
        else:
            yield from _aligned(one, other, Gap(start, anchor, known_start, known_anchor))
        start, known_start = anchor + SHINGLE_WORDS, known_anchor + SHINGLE_WORDS
    yield from _aligned(one, other, Gap(start, stop, known_start, known_stop))


def _anchors(new: Text, known: Text, span: tuple[int, int], known_span: tuple[int, int]) -> list[tuple[int, int]]:
    """Places of shingles that stand once in each span: the longest sequence of them that runs forward in both."""
    places, known_places = _single(new.ordered_shingles, *span), _single(known.ordered_shingles, *known_span)
    pairs = [(place, known_places[one]) for one, place in places.items() if one in known_places]
    ends: list[int] = []  # of the best sequence of each length: where it ends in the known text
    last: list[int] = []  # and the index of its last pair
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    chain = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _single(shingles: Sequence[int], start: int, stop: int) -> dict[int, int]:
    """The shingles that lie within a span of words and occur there once, with their places, in order."""
    within = shingles[start : max(start, stop - SHINGLE_WORDS + 1)]
    counted = Counter(within)
    return {one: place for place, one in enumerate(within, start) if counted[one] == 1}


def _aligned(one: Sequence[str], other: Sequence[str], gap: Gap) -> Iterator[Gap]:
    mine, theirs = one[gap.start : gap.stop], other[gap.known_start : gap.known_stop]
    if not mine and not theirs:
        return
    if not mine or not theirs or len(mine) * len(theirs) > _ALIGNED_WORDS:
        yield gap
        return
    for change, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if change != "equal":
            yield Gap(gap.start + a, gap.start + b, gap.known_start + c, gap.known_start + d)
