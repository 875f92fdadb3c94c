"""Whether the sources of an answer differ: two quotes that cannot both be right about what was asked. Pure.

Said too often it would mean nothing, so the rules want much: the quotes are of different articles, both are about what
was asked, and what they answer differs by more than rounding, "more than", another year or date, or another spelling. A
count that rose from one report to the next does differ, unless both name their date: the reader sees which is later.
Where the year itself is asked for, two years differ, unless what each counts differs too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import combinations, islice, product

from corpus.passage import Quote
from retrieval.answers.answer_kind import Kind, kind_of
from retrieval.answers.answer_span import answer_span
from retrieval.answers.outcome import QuotePlace, place_of
from retrieval.answers.quantity import Quantity, quantities
from retrieval.questions.expressions import YEAR, Span
from retrieval.questions.question import STOP_WORDS, Question
from retrieval.stemming import Stemmer


def contradictions(question: Question, quotes: Sequence[Quote], stemmer: Stemmer) -> tuple[tuple[QuotePlace, ...], ...]:
    """Every two quotes of different articles that contradict each other in what was asked, by their places."""
    return tuple(
        (place_of(one), place_of(other))
        for one, other in combinations(quotes[:_MOST_COMPARED], 2)
        if (one.article.duplicate_of or one.article.number) != (other.article.duplicate_of or other.article.number)
        and not _lean_on_other_days(one, other)
        and differ(question, one.text, other.text, stemmer)
    )


_MOST_COMPARED = 6  # quotes, best first: people see three, and every pair of twenty would take a tenth of a second


def differ(question: Question, one: str, other: str, stemmer: Stemmer) -> bool:
    """Whether two texts contradict each other in what was asked: by numbers, by what is bold, or word for word."""
    one, other = sorted((one, other))  # aligning words is not symmetric
    asked = telling_stems(question, stemmer)
    kind = kind_of(question)
    if _tell_of_other_times(kind, one, other):
        return False
    if kind in _NUMBERS and _numbers_differ(question, one, other, asked, stemmer):
        return True
    if kind in _SINGLE and _answers_differ(question, one, other, asked, stemmer):
        return True
    return _same_but_for_the_answer(question, kind, one, other)


def telling_stems(question: Question, stemmer: Stemmer) -> frozenset[str]:
    """The stems of what a question is about, without the words that only say what kind of answer is wanted."""
    telling = (term for term in question.terms if term.casefold() not in _SAYS_THE_KIND)
    return frozenset(stem for term in telling for stem in stemmer.stems(term))


# Words that say what kind of answer is wanted, and that a text which answers need not have.
_SAYS_THE_KIND = frozenset(
    "year date day month percentage percent number count amount share city country town person people".split()
)
_SINGLE = frozenset({Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.YEAR, Kind.TIME})
_NUMBERS = frozenset({Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.AMOUNT, Kind.MEASURE})
ABOUT_IT = 0.6  # the share of the question's words that each of two texts has to have
_ALIKE = 0.6  # the share of words, of the longer stretch, that two near-identical sentences have in common
_ALL_ABOUT_IT = 0.75  # the same where only the answers are compared
_LONGEST_SLOT = 6  # words
_MOST_AMOUNTS = 20  # compared, each with each; 900 code points can hold 450 numbers
_LONGEST_ALIGNED = 160  # words, as 900 code points of prose have; aligning 450 of one letter would take a second


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY = re.compile(rf"\b{_MONTH}[ \u00a0]\d{{1,2}}\b(?!,?\d)|\b\d{{1,2}}[ \u00a0]{_MONTH}(?![a-z])")
_LEANS = re.compile(
    r"\b(?:last|this|past|previous|next)\s(?:year|month|week|quarter|season|spring|summer|autumn|fall|winter)\b"
    r"|\b(?:yesterday|today|so far)\b|\bago\b",
    re.IGNORECASE,
)
_SAME_TIME = dt.timedelta(days=31)  # between two reports that may mean the same by "last year"


def _tell_of_other_times(kind: Kind, one: str, other: str) -> bool:
    """Whether the two tell of different events since they tell of different times.

    Where a time is asked for, a different one is what would contradict; but "107,622 in 2021" and "111,029 in 2022" are
    two counts, each of its own year, so there the numbers have to be the same.
    """
    if kind in (Kind.YEAR, Kind.TIME):
        return _tell_of_other_years(one, other) and _count_otherwise(one, other)
    return _tell_of_other_years(one, other) or _disjoint(_DAY, one, other)


def _count_otherwise(one: str, other: str) -> bool:
    """Whether both have a number of one unit, years and days apart, and none of the two agree."""
    pairs = [(a, b) for a, b in product(_amounts(one), _amounts(other)) if a.unit == b.unit]
    return bool(pairs) and not any(a.agrees_with(b) for a, b in pairs)


def _amounts(text: str) -> list[Quantity]:
    """The first amounts of a text without those that are part of a date."""
    times = [found.span() for pattern in (YEAR, _DAY) for found in pattern.finditer(text)]
    amounts = (amount for amount in quantities(text) if not any(_touch(amount.span, time) for time in times))
    return list(islice(amounts, _MOST_AMOUNTS))


def _tell_of_other_years(one: str, other: str) -> bool:
    """Whether both name a year, and not the same one first: "107,622 died in 2021, more than in 2020" is about 2021."""
    years = [YEAR.search(text) for text in (one, other)]
    return years[0] is not None and years[1] is not None and years[0].group() != years[1].group()


def _disjoint(pattern: re.Pattern[str], one: str, other: str) -> bool:
    """Whether both texts have such a time, and none in common."""
    times = [set(pattern.findall(text)) for text in (one, other)]
    return bool(times[0] and times[1]) and not times[0] & times[1]


def _lean_on_other_days(one: Quote, other: Quote) -> bool:
    """Whether one says "last year", and the two were published so far apart that this need not be the other's."""
    days = [quote.article.published.days() for quote in (one, other)]
    if days[0] is None or days[1] is None or abs(days[0][0] - days[1][0]) <= _SAME_TIME:
        return False
    return any(_LEANS.search(quote.text) for quote in (one, other))


# By their numbers


def _numbers_differ(question: Question, one: str, other: str, asked: frozenset[str], stemmer: Stemmer) -> bool:
    """PRODUCT: different numbers with the same unit near the same noun, in two texts about what was asked."""
    values = []
    for text in (one, other):
        span = answer_span(question, text, stemmer)
        amount = next((found for found in quantities(text) if span and _touch(found.span, span)), None)
        if amount is None or _PART_OF.match(text, amount.span[1]):
            return False  # "75,000 of them" counts something else
        if len(asked & set(stemmer.stems(text))) < ABOUT_IT * len(asked):
            return False
        values.append(amount)
    first, second = values
    if not first.unit and not _near(one, first, stemmer) & _near(other, second, stemmer):
        return False
    return first.unit == second.unit and not first.agrees_with(second)


_PART_OF = re.compile(r"[ \u00a0](?:of|among) (?:them|those|these|which|whom)\b")


def _near(text: str, amount: Quantity, stemmer: Stemmer) -> set[str]:
    """The stems of the nouns that a number may count: of the three words after it."""
    words = re.findall(r"[^\W\d_]+", text[amount.span[1] : amount.span[1] + 60])[:3]
    return {stemmer.stem(word) for word in words if word.casefold() not in STOP_WORDS}


def _touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


# By what they set in bold


def _answers_differ(question: Question, one: str, other: str, asked: frozenset[str], stemmer: Stemmer) -> bool:
    """Whether two texts that have nearly all the words of a question answer it with different names or dates."""
    answers = []
    for text in (one, other):
        span = answer_span(question, text, stemmer)
        if span is None or len(asked & set(stemmer.stems(text))) < _ALL_ABOUT_IT * len(asked):
            return False
        answers.append(_TOKEN.findall(text[span[0] : span[1]]))
    folded = [{word.casefold() for word in words} for words in answers]
    elsewhere = [{word.casefold() for word in _TOKEN.findall(text)} for text in (one, other)]
    if folded[0] & elsewhere[1] or folded[1] & elsewhere[0] or not all(folded):
        return False
    return not _abbreviates(*answers) and _grain(answers[0]) == _grain(answers[1])


def _grain(words: Sequence[str]) -> tuple[bool, ...]:
    """Whether an answer has a year, a month or weekday, and a day: "in 2019" and "on Monday" can both be true."""
    return (
        any(YEAR.fullmatch(word) for word in words),
        any(_MONTH_OR_DAY.match(word.casefold()) for word in words),
        any(word.isdigit() and len(word) < 3 for word in words),
    )


# Word for word

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[’'.-][^\W\d_]+)*")
_NUMERIC = re.compile(r"\d")
_MONTH_OR_DAY = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$|(?:mon|tues|wednes|thurs|fri|satur|sun)day$"
)


def _same_but_for_the_answer(question: Question, kind: Kind, one: str, other: str) -> bool:
    """Whether two texts have the same words but for a name, a date or a number in one and the same place."""
    first, second = _TOKEN.findall(one), _TOKEN.findall(other)
    if max(len(first), len(second)) > _LONGEST_ALIGNED:
        return False
    folded = [[word.casefold() for word in words] for words in (first, second)]
    matcher = SequenceMatcher(None, folded[0], folded[1], autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return False
    words_of_question = {word.casefold() for word in _TOKEN.findall(question.text)}
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "replace" or b - a > _LONGEST_SLOT or d - c > _LONGEST_SLOT:
            continue
        if _contradict(kind, first[a:b], second[c:d], words_of_question):
            return True
    return False


def _contradict(kind: Kind, one: Sequence[str], other: Sequence[str], asked: set[str]) -> bool:
    folded = [{word.casefold() for word in words} for words in (one, other)]
    if any(words & asked for words in folded) or folded[0] & folded[1] or _abbreviates(one, other):
        return False  # a text that has the question's own word is about it, the other about something else
    if all(any(_is_temporal(word) for word in words) for words in (one, other)):
        if _grain(one) != _grain(other):
            return False
        return kind in (Kind.TIME, Kind.YEAR, Kind.UNKNOWN) or (kind in _NUMBERS and not _temporal(one, other))
    if all(any(_NUMERIC.search(word) for word in words) for words in (one, other)):
        amounts = [quantities(" ".join(words)) for words in (one, other)]
        if not amounts[0] or not amounts[1]:
            return False
        return kind in (*_NUMBERS, Kind.UNKNOWN) and not amounts[0][0].agrees_with(amounts[1][0])
    names = all(any(word[0].isupper() for word in words) for words in (one, other))
    return names and kind in (Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.TERM, Kind.UNKNOWN)


def _is_temporal(word: str) -> bool:
    return YEAR.fullmatch(word) is not None or _MONTH_OR_DAY.match(word.casefold()) is not None


def _temporal(*slots: Sequence[str]) -> bool:
    return all(any(_MONTH_OR_DAY.match(word.casefold()) for word in words) for words in slots)


def _abbreviates(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one name is the other's initials or beginning: U.S. and United States, Sen. and Senator."""
    short, long = sorted(
        ("".join(one).replace(".", "").casefold(), "".join(other).replace(".", "").casefold()), key=len
    )
    initials = ["".join(word[0] for word in words).casefold() for words in (one, other)]
    return long.startswith(short) or short in initials
