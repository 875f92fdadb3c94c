"""A question that follows another one, made whole by a rule: no model, and nothing kept about who asks. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.article import EVERYTHING, Scope
from retrieval.questions.date_phrases import DatePhrase, date_phrases
from retrieval.questions.question import STOP_WORDS, understand
from retrieval.questions.source_names import SourceMention, SourceNames

MOST_CHARACTERS = 300  # of a question that was made whole, as of any question in chat
FEW_WORDS = 4  # with fewer content words a question says too little by itself
MOST_SUBJECT_WORDS = 8


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer from before: the question that it was searched as, and what was searched for it."""

    question: str
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class FollowUpQuestion:
    """What to search for a follow-up; `carried` is the scope that goes on with the subject."""

    text: str
    carried: Scope = EVERYTHING


def follow_up(question: str, earlier: Sequence[Earlier], today: dt.date) -> FollowUpQuestion | None:
    """A question with the subject of the latest earlier one that has any; None where it stands by itself.

    It stands by itself with `FEW_WORDS` content words and no pronoun. What it names itself is not carried over: dates
    if it has a date. A subject that would make it longer than `MOST_CHARACTERS` is shortened word by word.
    """
    words = " ".join(question.split())
    if not needs_context(words):
        return None
    dated = bool(date_phrases(words, today))
    for before in earlier:
        subject = _without(subject_of(before, today, dated=not dated), _content(words))
        while subject and len(text := f"{words} ({' '.join(subject)})") > MOST_CHARACTERS:
            subject.pop()
        if subject:
            scope = before.scope
            dates = (None, None) if dated else (scope.since, scope.until)
            return FollowUpQuestion(text, Scope(outlet=scope.outlet, since=dates[0], until=dates[1]))
    return None


def needs_context(question: str) -> bool:
    """Whether a question has a pronoun or fewer than `FEW_WORDS` content words; two signs of Chinese are a word."""
    unspaced = len(_UNSPACED.findall(question)) // 2
    return max(len(_content(question)), unspaced) < FEW_WORDS or _PRONOUN.search(question) is not None


def subject_of(earlier: Earlier, today: dt.date, *, dated: bool = True) -> list[str]:
    """What a question was about: its first content words, at most `MOST_SUBJECT_WORDS`; without dates if not `dated`.

    What its scope says is not said twice. Of a question that was itself made whole, first come its own words.
    """
    question, scope = earlier.question, earlier.scope
    if scope.outlet is not None:
        question = _cut_out(question, SourceNames([scope.outlet]).mentions(question))
    if not dated or scope.dated:
        question = _cut_out(question, date_phrases(question, today))
    return _content(question)[:MOST_SUBJECT_WORDS]


_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai to Chinese
# "that" and "it" also join sentences; only what follows tells, and "this week" points at no answer.
_PRONOUN = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|their|theirs|its|it|himself|herself|themselves|itself"
    r"|(?:this|that|these|those)(?= ?(?:[?.,!]|$)"
    r"| (?:is|was|are|were|has|have|had|did|does|do|will|would|happen|happened|mean|means|same)\b)"
    r"|(?:this|these|those)(?! (?:week|month|year|time|morning|evening|afternoon|days)\b) \w+"
    r"|(?:that|the) (?:same|one|ones))\b",
    re.IGNORECASE,
)


def _content(question: str) -> list[str]:
    return [term for term in understand(question).terms if term.casefold() not in STOP_WORDS]


def _without(words: Iterable[str], known: Iterable[str]) -> list[str]:
    said = {word.casefold() for word in known}
    return [word for word in words if word.casefold() not in said]


def _cut_out(text: str, phrases: Sequence[DatePhrase | SourceMention]) -> str:
    for phrase in reversed(phrases):
        text = f"{text[: phrase.start]} {text[phrase.end :]}"
    return text
