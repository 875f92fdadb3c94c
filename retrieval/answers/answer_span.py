"""Which words of a sentence are the answer, by the kind of answer that a question asks for. Pure; no model.

A wrong span is worse than none: where a question's kind is unknown, or nothing fits, or names are too many to tell,
there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.answers.answer_kind import MOST_READ, NOUN_OF_NAME, NOUN_OF_PLACE, Kind, kind_of
from retrieval.questions.expressions import (
    DATE,
    MEASURE,
    MONEY,
    NAME,
    NUMBER,
    PERSON_NAME,
    PLACE_NAME,
    QUOTATION,
    SHARE,
    TERM,
    YEAR,
    Span,
    spans,
)
from retrieval.questions.question import STOP_WORDS, Question
from retrieval.stemming import Stemmer


def answer_span(question: Question, text: str, stemmer: Stemmer) -> Span | None:
    """The stretch of a sentence (or two) that looks like the answer; None where nothing does."""
    kind = kind_of(question)
    if kind is Kind.UNKNOWN:
        return None
    sentence = _sentence(question, text, stemmer)
    if not any(token.stem in sentence.asked for token in sentence.tokens):
        return None  # about something else, as far as its words say
    return _FINDERS[kind](sentence)


# The sentence


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    stem: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    tokens: tuple[_Token, ...]
    asked: frozenset[str]
    question: str
    stemmer: Stemmer

    def words(self, span: Span) -> str:
        return self.text[span[0] : span[1]]

    def is_new(self, span: Span) -> bool:
        """Whether a span is more than an echo of the question."""
        return not set(self.stemmer.stems(self.words(span))) <= self.asked

    def nearest(self, spans: Sequence[Span], *, margin: float = 1.0) -> Span | None:
        """The span closest to the words of the question; a number's noun follows it, so what follows counts more.

        With a margin below 1, only if its distance is at most that part of the next one's: else nobody can tell.
        """
        if len(spans) <= 1:
            return spans[0] if spans else None
        places = [token.start for token in self.tokens if token.stem in self.asked]

        def distance(span: Span) -> float:
            gaps = sorted(place - span[1] if place >= span[1] else 1.5 * (span[0] - place) for place in places)
            return sum(gaps[:2]) if gaps else float("inf")

        ordered = sorted(spans, key=lambda span: (distance(span), span))
        if margin < 1 and not distance(ordered[0]) <= margin * distance(ordered[1]) < float("inf"):
            return None
        return ordered[0]

    def after(self, span: Span, count: int) -> list[_Token]:
        """The next tokens after a span."""
        return [token for token in self.tokens if token.start >= span[1]][:count]

    def head(self, asks: re.Pattern[str]) -> list[str]:
        """The stems of the noun that a question names: "How many online stores were ..." -> online, store."""
        found = asks.search(self.question)
        words = []
        for word in re.findall(r"[\w’'-]+", found[1]) if found else ():
            if word.casefold() in _NO_NOUNS:
                break
            words.append(word)
        return self.stemmer.stems(" ".join(words[:4]))


_NO_NOUNS = STOP_WORDS - {"other", "us", "it", "same", "all", "more"} | frozenset(
    "became make made take get got".split()
)


def _sentence(question: Question, text: str, stemmer: Stemmer) -> _Sentence:
    asked = frozenset(stem for term in question.terms for stem in stemmer.stems(term))
    return _Sentence(text, tuple(_tokens(text, stemmer)), asked, question.text[:MOST_READ], stemmer)


def _tokens(text: str, stemmer: Stemmer) -> Iterator[_Token]:
    for match in re.finditer(r"[^\W_]+", text):
        yield _Token(match.start(), match.end(), stemmer.stem(match.group()))


# Numbers

_ONE_OF = re.compile(r"[ \u00a0](?:of|another|or)\b")
_HOW_MANY = re.compile(r"\b(?:how many|number of|count of)\s(.{1,60})", re.IGNORECASE)


def _count(sentence: _Sentence) -> Span | None:
    """The number that stands before the noun asked for, else the one nearest to the question's words."""
    taken = [*spans(DATE, sentence.text), *spans(SHARE, sentence.text), *spans(MONEY, sentence.text)]
    numbers = [
        span
        for span in spans(NUMBER, sentence.text)
        if not _inside(span, taken) and sentence.is_new(span) and not _is_pronoun(sentence, span)
    ]
    head = sentence.head(_HOW_MANY)
    if head:
        before_noun = [
            span for span in numbers if head[-1] in [token.stem for token in sentence.after(span, 3 + len(head))]
        ]
        closest = min(
            before_noun,
            key=lambda span: next(
                place for place, token in enumerate(sentence.after(span, 9)) if token.stem == head[-1]
            ),
            default=None,
        )
        if closest:
            return closest
    return sentence.nearest(numbers)


def _is_pronoun(sentence: _Sentence, span: Span) -> bool:
    word = sentence.words(span).casefold()
    if word in ("no", "none"):
        return True
    return word == "one" and (_ONE_OF.match(sentence.text, span[1]) is not None or not sentence.after(span, 1))


def _money(sentence: _Sentence) -> Span | None:
    return sentence.nearest([span for span in spans(MONEY, sentence.text) if sentence.is_new(span)])


def _share(sentence: _Sentence) -> Span | None:
    return sentence.nearest([span for span in spans(SHARE, sentence.text) if sentence.is_new(span)])


def _amount(sentence: _Sentence) -> Span | None:
    return _money(sentence) or _share(sentence) or _measure(sentence)


def _measure(sentence: _Sentence) -> Span | None:
    return sentence.nearest([span for span in spans(MEASURE, sentence.text) if sentence.is_new(span)])


# Times

_CENTURY = re.compile(r"century|decade", re.IGNORECASE)
_WHAT_TIME = re.compile(r"\b(?:what|which) time\b", re.IGNORECASE)
_CLOCK = re.compile(r"[ap]\.?m$|^(?:noon|midnight)$")


def _time(sentence: _Sentence) -> Span | None:
    dates = [span for span in spans(DATE, sentence.text) if sentence.is_new(span)]
    if asked := _CENTURY.search(sentence.question):
        long_ones = [
            span for span in dates if asked[0].casefold() in sentence.words(span) or sentence.words(span)[-1] == "s"
        ]
        dates = long_ones or dates
    if _WHAT_TIME.search(sentence.question):
        dates = [span for span in dates if _CLOCK.search(sentence.words(span))] or dates
    return sentence.nearest(dates)


def _year(sentence: _Sentence) -> Span | None:
    return sentence.nearest([span for span in spans(YEAR, sentence.text) if sentence.is_new(span)])


# Names

_NO_NAMES = STOP_WORDS | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december however although several many some both during since despite following "
    "according later eventually originally today yesterday meanwhile".split()
)


_VERB = re.compile(
    r"(?:[’']s?)?,?[ \u00a0](?:[a-z]{1,20}ed|is|was|has|had|says|leads|won|told|led"
    r"|wrote|made|became|beat|took|built|found|ran|got)\b"
)


def _names(sentence: _Sentence, pattern: re.Pattern[str] = NAME, group: int = 0) -> list[Span]:
    """The names in a sentence that the question does not have, without the word that only begins the sentence."""
    found = []
    for first, last in spans(pattern, sentence.text, group):
        start = first
        while (head := re.compile(r"([\w’'.-]+)[ \u00a0]*").match(sentence.text, start, last)) and (
            head[1].casefold().rstrip(".") in _NO_NAMES
        ):
            start = head.end()
        begins = start == 0 and not re.search(r"\s", sentence.text[start:last])
        if begins and not _VERB.match(sentence.text, last):
            continue  # "Early versions ...", "Further, ..."
        if last - start > 1 and sentence.is_new((start, last)):
            found.append((start, last))
    return found


_DEMONYMS = frozenset(
    "american african arab argentine asian australian austrian belgian brazilian british canadian catholic "
    "chilean chinese christian colombian cuban danish dutch egyptian english european finnish french german greek "
    "hungarian indian iranian iraqi irish islamic israeli italian japanese jewish korean latin libyan mexican "
    "muslim norwegian pakistani persian polish portuguese protestant roman romanian russian saudi scottish "
    "serbian soviet spanish swedish swiss syrian turkish ukrainian vietnamese welsh western eastern northern "
    "southern republican democratic democrat".split()
)
# How much closer than the next one a name has to be; chosen on the developed half of squad2.
_SURE_OF_PERSON, _SURE_OF_NAME = 0.5, 0.2
_CROWD = 4  # among more names than these nobody can tell which place is meant
_NO_PERSON = re.compile(
    rf"\b(?:{NOUN_OF_NAME}|{NOUN_OF_PLACE}|hall|parliament|act|council|house|association)s?$", re.IGNORECASE
)


def _is_demonym(sentence: _Sentence, span: Span) -> bool:
    return all(
        word in _DEMONYMS or word.removesuffix("s") in _DEMONYMS for word in sentence.words(span).casefold().split()
    )


_POSSESSIVE = re.compile(r"[’']s?$")
_ADMINISTRATION = re.compile(r"[ \u00a0][a-z]")


def _qualifies(sentence: _Sentence, name: Span) -> bool:
    """Whether a name only says whose or what another noun is: "China’s pace", "the Biden administration"."""
    if _POSSESSIVE.search(sentence.words(name)):
        return "whose" not in sentence.question.casefold()
    the = sentence.text[max(0, name[0] - 4) : name[0]].casefold() == "the "
    return the and _ADMINISTRATION.match(sentence.text, name[1]) is not None


# Between "by" and the name of who did it: "by the Leeds engineer Ruth Okafor".
_DOER = re.compile(r"(?:[ \u00a0](?!(?:in|at|on|of|for|and|with|to|from|as|who)\b)[\w’'-]{1,30}){0,6}[ \u00a0]")
_WHO_DID = re.compile(r"\bwho(?:m|se)?\s(?:also |first |originally |later )?([\w’'-]+)", re.IGNORECASE)
_WHO_WAS = re.compile(
    r"\b(?:who (?:is|was|are|were)|what|which)\s(?:the |an? )?(?:first |last |current |former |new )?(.{1,60})",
    re.IGNORECASE,
)


def _person(sentence: _Sentence) -> Span | None:
    """Who did it by the verb ("NAME founded", "was founded by NAME"), who held it by the title; else the only name."""
    names = [
        name
        for name in _names(sentence, PERSON_NAME)
        if not _is_demonym(sentence, name)
        and not _NO_PERSON.search(sentence.words(name))
        and not _qualifies(sentence, name)
    ]
    if len(names) <= 1:
        return names[0] if names else None
    asks = _WHO_DID.search(sentence.question)
    verb = sentence.stemmer.stem(asks[1]) if asks and asks[1].casefold() not in _NO_NOUNS else ""
    for place, token in enumerate(sentence.tokens):
        if not verb or token.stem != verb:
            continue
        agents = [one.end for one in sentence.tokens[place + 1 :] if one.stem == "by"]
        if any(one.stem == "by" for one in sentence.tokens[place + 1 : place + 8]):
            doers = [[name for name in names if _DOER.fullmatch(sentence.text, by, name[0])][-1:] for by in agents]
            return sentence.nearest([name for found in doers for name in found], margin=_SURE_OF_PERSON)
        before = [name for name in names if name[1] < token.start and token.start - name[1] < 100]
        directly = [name for name in before if token.start - name[1] <= 12]
        if directly:
            return directly[-1]
        if sentence.text[: token.start].rstrip().endswith(","):  # "Frank Burnet, inspired by Niels Jerne, formulated"
            before = [name for name in before if sentence.text.startswith(",", name[1])][:1]
        return before[0] if len(before) == 1 else None
    head = sentence.head(_WHO_WAS)
    for token in sentence.tokens if head else ():
        if token.stem != head[0]:
            continue
        titled = [name for name in names if 0 < name[0] - token.end <= 2]  # "architect Enric Miralles"
        apposed = [name for name in names if 0 < token.start - name[1] <= 30 and sentence.text[name[1]] == ","]
        if titled or apposed:
            return (titled or apposed[-1:])[0]
    return sentence.nearest(names, margin=_SURE_OF_PERSON)


def _place(sentence: _Sentence) -> Span | None:
    places = [name for name in _names(sentence, PLACE_NAME, 1) if not _is_demonym(sentence, name)]
    beside = _beside_noun(sentence, places)
    if beside or len(_names(sentence)) > _CROWD:
        return beside
    return sentence.nearest(places, margin=_SURE_OF_NAME)


_WHICH = re.compile(r"\b(?:what|which)\s(.{1,60})", re.IGNORECASE)


def _beside_noun(sentence: _Sentence, names: Sequence[Span]) -> Span | None:
    """The one name that has the noun asked for in it or beside it: "Warsaw University", "the company Acme"."""
    head = sentence.head(_WHICH)
    if not head:
        return None
    noun = head[-1]
    within = [name for name in names if noun in sentence.stemmer.stems(sentence.words(name))]
    if within:
        return within[0] if len(within) == 1 else None
    beside = [
        name
        for name in names
        for token in sentence.tokens
        if token.stem == noun and (0 < name[0] - token.end <= 2 or 0 < token.start - name[1] <= 2)
    ]
    return beside[0] if len(beside) == 1 else None


def _name(sentence: _Sentence) -> Span | None:
    names = [name for name in _names(sentence) if not _is_demonym(sentence, name)]
    return _beside_noun(sentence, names) or sentence.nearest(names, margin=_SURE_OF_NAME)


def _term(sentence: _Sentence) -> Span | None:
    return sentence.nearest([span for span in spans(TERM, sentence.text, 1) if sentence.is_new(span)])


_SORT_OF = re.compile(r"\b(?:what|which) (?:type|kind|sort|form)s? of\s(.{1,60})", re.IGNORECASE)


def _sort(sentence: _Sentence) -> Span | None:
    """The words that stand before the noun: "hydrophilic" of "hydrophilic amino acids"."""
    head = sentence.head(_SORT_OF)
    if not head:
        return None
    for place, token in enumerate(sentence.tokens):
        if token.stem != head[0] or place == 0:
            continue
        before = sentence.tokens[place - 1]
        if sentence.text[before.end : token.start] not in (" ", "-", "\u00a0") or before.stem in sentence.asked:
            continue
        if sentence.words((before.start, before.end)).casefold() in _NO_NAMES:
            continue
        return before.start, before.end
    return None


def _statement(sentence: _Sentence) -> Span | None:
    """The longest quotation in the sentence."""
    return max(spans(QUOTATION, sentence.text, 1), key=lambda span: span[1] - span[0], default=None)


def _inside(span: Span, others: Sequence[Span]) -> bool:
    return any(first < span[1] and span[0] < last for first, last in others)


_FINDERS: dict[Kind, Callable[[_Sentence], Span | None]] = {
    Kind.COUNT: _count,
    Kind.MONEY: _money,
    Kind.AMOUNT: _amount,
    Kind.SHARE: _share,
    Kind.MEASURE: _measure,
    Kind.YEAR: _year,
    Kind.TIME: _time,
    Kind.PERSON: _person,
    Kind.PLACE: _place,
    Kind.NAME: _name,
    Kind.TERM: _term,
    Kind.SORT: _sort,
    Kind.STATEMENT: _statement,
}
