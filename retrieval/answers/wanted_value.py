"""Whether a sentence holds a value of the kind that a question asks for, and how completely. Pure."""

from __future__ import annotations

import re

from retrieval.answers.answer_kind import Kind, kind_of
from retrieval.answers.answer_span import answer_span
from retrieval.questions.question import Question
from retrieval.stemming import Stemmer

LACKING = -1.0  # no such value at all
INDIFFERENT = 0.0  # the question names no kind that words alone could show


def dated(question: Question, sentence: str) -> float:
    """How completely a sentence tells a time, `LACKING` to 1; `INDIFFERENT` where no time is asked for.

    A day with month and year says more to "when" than a weekday does.
    """
    if kind_of(question) not in (Kind.TIME, Kind.YEAR) and not _DATE_ASKED.search(question.text):
        return INDIFFERENT
    for grade, pattern in _DATES:
        if pattern.search(sentence):
            return grade
    if years_in(sentence) - years_in(question.text):
        return _YEAR_ALONE
    return _LEANING_ALONE if _LEANING.search(sentence) else LACKING


def valued(question: Question, sentence: str, stemmer: Stemmer) -> float:
    """1 where a sentence holds what looks like the answer, else `LACKING`; `INDIFFERENT` where any would do."""
    if kind_of(question) in (Kind.UNKNOWN, Kind.STATEMENT, Kind.TIME, Kind.YEAR):
        return INDIFFERENT
    return 1.0 if answer_span(question, sentence, stemmer) is not None else LACKING


def undergone(question: Question, sentence: str) -> float:
    """1 where "Who was arrested?" meets a sentence with that very participle, as "arrested" and not "arrests"; else 0.

    Stems cannot tell the two apart, and the models hardly do.
    """
    asked = _PASSIVE.match(question.text)
    if asked is None:
        return 0.0
    return float(re.search(rf"\b{re.escape(asked[1])}\b", sentence, re.IGNORECASE) is not None)


def years_in(text: str) -> frozenset[str]:
    """The years that a text names, as four digits; part of an amount ("1,947", "$1990") is no year."""
    return frozenset(found[:4] for found in _YEAR.findall(text))


_PASSIVE = re.compile(
    r"\W*who (?:is|are|was|were|got|has been|have been) (\w{2,20}(?:ed|en|ught|ot|wn))\b", re.IGNORECASE
)
_DATE_ASKED = re.compile(r"\b(?:what|which)\b.{0,40}?\b(?:date|birthday)\b", re.IGNORECASE)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ANY_MONTH = rf"(?:{_MONTHS}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_ORDINAL = r"(?:st|nd|rd|th)?"
_SOME_YEAR = r"(?:1\d|20)\d\d"
_YEAR = re.compile(rf"(?<![\d.,$€£]){_SOME_YEAR}(?:s\b|(?!\d|,\d|\.\d))")
_DATES = (  # how much of a date stands there, most first
    (
        1.0,
        re.compile(
            rf"\b{_ANY_MONTH}\s\d{{1,2}}{_ORDINAL},?\s{_SOME_YEAR}\b"
            rf"|\b\d{{1,2}}{_ORDINAL}\s(?:of\s)?{_ANY_MONTH},?\s{_SOME_YEAR}\b|\b{_SOME_YEAR}-\d\d-\d\d\b"
        ),
    ),
    (0.8, re.compile(rf"\b(?:{_MONTHS}),?\s(?:of\s)?{_SOME_YEAR}\b")),
    (
        0.7,
        re.compile(rf"\b{_ANY_MONTH}\s\d{{1,2}}{_ORDINAL}(?![\d,])|\b\d{{1,2}}{_ORDINAL}\s(?:of\s)?(?:{_MONTHS})\b"),
    ),
)
_YEAR_ALONE = 0.5
_LEANING_ALONE = 0.3
_LEANING = re.compile(  # a time that leans on the day of writing
    r"\b(?:last|this|next)\s(?:year|month|week|spring|summer|autumn|fall|winter|night)\b|\b(?:yesterday|today|tomorrow)\b"
    rf"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:{_MONTHS})\b|\bcentury\b",
)
