"""What a quote states, remembered without its words, and whether another quote states it already. Pure.

The measure is that of an update (`retrieval.digests.updates`): a sentence was said before when its content words stand
in one that was, or when it means the same. Other figures, days or names state something else, however alike the words
are; and where a figure or a time is asked for, one that was told before is nothing new, however it is put.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.passage import Quote
from retrieval.answers.answer_kind import Kind, kind_of
from retrieval.answers.conflicts import ABOUT_IT, telling_stems
from retrieval.answers.highlighting import overlap
from retrieval.answers.quantity import quantities
from retrieval.questions.question import STOP_WORDS, Question
from retrieval.stemming import Stemmer
from retrieval.stories.reports import SAID_BEFORE_LIKENESS, SAID_BEFORE_WORDS

Hashes = frozenset[int]
NOTHING: Hashes = frozenset()
# What settles a question by itself: once a figure was told, the same one in other words adds nothing.
BY_FIGURE = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.AMOUNT, Kind.MEASURE, Kind.YEAR, Kind.TIME})
# Where not one word is common: two sentences on different matters in a language that the packaged model does not know
# have cosines up to .67 (Russian).
SAID_BEFORE_WITHOUT_A_WORD = 0.8


@dataclass(frozen=True, slots=True)
class Statement:
    """What is remembered of a quote, as hashes: the words of a removed article must not live on in a ledger.

    `text` is of the words as they stand, case and white space apart. `words` are stems of content words, `figures`
    amounts by their value, days and years, `names` those of the words that are capitalised where no sentence begins;
    `answer` are figures and capitalised words in what answers. The question's own are in neither of the last two.
    """

    text: int
    words: Hashes = NOTHING
    figures: Hashes = NOTHING
    names: Hashes = NOTHING
    answer: Hashes = NOTHING

    def as_text(self) -> str:
        """JSON; `statement_from` gives an equal statement."""
        plain = [self.text, *(sorted(part) for part in (self.words, self.figures, self.names, self.answer))]
        return json.dumps(plain, separators=(",", ":"))


def statement_from(text: str) -> Statement:
    plain = json.loads(text)
    return Statement(plain[0], *(frozenset(part) for part in plain[1:]))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that a question rested on: its place in an article, and what is remembered of what it states."""

    article: int
    revision: str
    start: int
    end: int
    statement: Statement


class StatementReader:
    """Reads what quotes state about one question. For one thread at a time."""

    def __init__(self, question: Question, stemmer: Stemmer) -> None:
        self._stemmer = stemmer
        self._telling = telling_stems(question, stemmer)
        self._asked = self._names(question.text) | _figures(question.text)
        self.by_figure = kind_of(question) in BY_FIGURE

    def is_about(self, quote: Quote) -> bool:
        """Whether a quote tells of what is asked, where that is a figure or a time.

        It has words that look like the answer, and with its title most of the question's. To the models any figure
        beside some of those looks likely.
        """
        if not self.by_figure:
            return True
        words = f"{quote.article.title or ''} {quote.text}"
        has_words = not self._telling or overlap(self._telling, words, self._stemmer) >= ABOUT_IT
        return quote.highlight is not None and has_words

    def read(self, quote: Quote) -> Statement:
        text = quote.text
        answer = NOTHING
        if quote.highlight is not None:
            words = quote.article.text[quote.highlight[0] : quote.highlight[1]]
            answer = (_figures(words) if self.by_figure else _figures(words) | self._names(words)) - self._asked
        return Statement(
            text=_hash(" ".join(text.split()).casefold()),
            # Without digits alone: 50,000 would have the word 50.
            words=frozenset(map(_hash, self._content(word for word in _WORD.findall(text) if not word.isdigit()))),
            figures=_figures(text),
            names=self._names(_BEGINNING.sub(" ", text)) - self._asked,
            answer=answer,
        )

    def _names(self, text: str) -> Hashes:
        words = (found.removesuffix("'s").removesuffix("’s") for found in _NAME.findall(text))
        names = (word for word in words if word[0].isupper() and not _TIME.fullmatch(word))
        return frozenset(map(_hash, self._content(names)))

    def _content(self, words: Iterable[str]) -> Iterator[str]:
        telling = (word for word in words if word.casefold() not in STOP_WORDS)
        return iter(self._stemmer.stems(" ".join(telling)))


def said_by(
    new: Statement, known: Sequence[Statement], likeness: Callable[[], Sequence[float]], *, by_figure: bool = False
) -> int | None:
    """The place of the known statement that says a new one already; None when it says something new.

    `likeness` gives the cosine of the new quote with each known one, 0 for one whose words are gone; it is called only
    where words and figures do not settle it. `by_figure`: the question is settled by a figure or a time.
    """
    for place, one in enumerate(known):
        if one.text == new.text:
            return place
    told: Hashes = frozenset().union(*(one.words | one.figures for one in known))
    if new.answer - told:
        return None
    if by_figure and new.answer:
        return next(place for place, one in enumerate(known) if new.answer & (one.words | one.figures))
    if new.figures - told:
        return None
    for place, (one, cosine) in enumerate(zip(known, likeness(), strict=True)):
        if _alike(new, one, cosine) and not _of_others(new, one, told):
            return place
    return None


def _alike(new: Statement, one: Statement, likeness: float) -> bool:
    shared = len(new.words & one.words)
    if shared >= SAID_BEFORE_WORDS * len(new.words):
        return True
    return likeness >= (SAID_BEFORE_LIKENESS if shared else SAID_BEFORE_WITHOUT_A_WORD)


def _of_others(new: Statement, one: Statement, told: Hashes) -> bool:
    """Whether two statements in like words tell of different people."""
    others = bool(new.names and one.names) and not new.names & one.names
    return others and bool(new.names - told)


def _figures(text: str) -> Hashes:
    days = list(_DAY.finditer(text))
    taken = [match.span() for match in days]
    found = {f"{(day[1] or day[4])[:3].casefold()} {int(day[2] or day[3])}" for day in days}
    for amount in quantities(text):
        if any(first < amount.span[1] and amount.span[0] < last for first, last in taken):
            continue
        is_spelled = text[amount.span[0]].isalpha()
        if not is_spelled or amount.value > 1:  # "one of them" counts nothing
            found.add(f"{amount.value:g}")
    return frozenset(map(_hash, found))


def _hash(words: str) -> int:
    return zlib.crc32(words.encode("utf-8", "surrogatepass"))


_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY = re.compile(rf"\b{_MONTH}[ \u00a0](\d{{1,2}})\b(?!,?\d)|\b(\d{{1,2}})[ \u00a0]{_MONTH}(?![a-z])")
_TIME = re.compile(rf"{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?")
_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"\b[^\W\d_][\w'’-]+")
_BEGINNING = re.compile(r"(?:^|(?<=[.!?:] )|(?<=[.!?:][”\"’'] ))[“\"‘']?[^\W\d_][\w'’-]*")
