"""The sentences of a passage that answer, the words in them that are the answer, and who says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.article import Article, Block, BlockKind
from corpus.passage import Passage
from corpus.sentences import sentence_spans
from retrieval.question import STOP_WORDS, Question, Wanted
from retrieval.stemming import Stemmer

LONGEST_QUOTE = 900  # code points; a single sentence up to this is kept whole
COMFORTABLE = 400  # sentences are joined only up to this
QUOTABLE = frozenset({BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.HEADING})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one block: code points of the article's text."""

    start: int
    end: int
    block: Block
    number: int  # its place among the sentences of the block


_POINTS_BACK = re.compile(
    r"(?:He|She|It|They|This|That|These|Those|Its|His|Her|Their|Such|Both|Neither|Another"
    r"|The (?:other|former|latter|same)"
    r"|(?:But|And|Then|Since then|In (?:\w+ )?\d{4}|On \w+day),? (?:he|she|it|they|this|that))\b"
)


def context_of(article: Article) -> str:
    """What a reader of one passage would have to know: the headline above it. Never part of a quote."""
    return f"{article.title}. " if article.title else ""


def sentences_of(article: Article, passage: Passage) -> list[Sentence]:
    """The sentences that lie in a passage, by block, each at most `LONGEST_QUOTE` long."""
    found = []
    for block in article.blocks:
        if block.kind not in QUOTABLE or block.end <= passage.start or block.start >= passage.end:
            continue
        for number, (start, end) in enumerate(_block_sentences(article.text, block)):
            if start >= passage.start and end <= passage.end:
                found.append(Sentence(start, end, block, number))
    return found


def widened(article: Article, sentence: Sentence) -> tuple[int, int]:
    """The sentence, with the one before it in its paragraph where it begins by pointing back ("They also took ...")."""
    words = article.text[sentence.start : sentence.end]
    if sentence.number == 0 or not _POINTS_BACK.match(words):
        return sentence.start, sentence.end
    before = list(_block_sentences(article.text, sentence.block))[sentence.number - 1]
    if sentence.end - before[0] > COMFORTABLE:
        return sentence.start, sentence.end
    return before[0], sentence.end


def best_sentence(question: Question, article: Article, passage: Passage, stemmer: Stemmer) -> tuple[int, int]:
    """The sentence of a passage that shares most with a question; the beginning of the passage if none does."""
    sentences = sentences_of(article, passage)
    if not sentences:
        return passage.start, min(passage.end, passage.start + LONGEST_QUOTE)
    asked = asked_stems(question, stemmer)
    best = max(sentences, key=lambda one: (overlap(asked, article.text[one.start : one.end], stemmer), -one.start))
    return best.start, best.end


def asked_stems(question: Question, stemmer: Stemmer) -> frozenset[str]:
    return frozenset(stem for term in question.terms for stem in stemmer.stems(term))


def overlap(asked: frozenset[str], text: str, stemmer: Stemmer) -> float:
    """The share of the asked stems that a text has, 0 to 1."""
    return len(asked & set(stemmer.stems(text))) / len(asked) if asked else 0.0


def _block_sentences(text: str, block: Block) -> Iterator[tuple[int, int]]:
    for start, end in sentence_spans(text[block.start : block.end]):
        yield from _cut(text, block.start + start, block.start + end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or in pieces of at most `LONGEST_QUOTE`, cut after a clause or between words."""
    while end - start > LONGEST_QUOTE:
        window = text[start : start + LONGEST_QUOTE]
        places = [match.end() for match in re.finditer(r"[;:,.]\s|\s", window)]
        clauses = [match.end() for match in re.finditer(r"[;:.]\s", window)]
        cut = next((place for place in (*clauses[-1:], *places[-1:]) if place > LONGEST_QUOTE // 3), LONGEST_QUOTE)
        stop = start + len(window[:cut].rstrip())
        if stop > start:
            yield start, stop
        start += cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


# Which words are the answer

_NUMBER = re.compile(
    r"(?:[$€£¥]\s?)?(?<![\w.,-])\d+(?:[.,]\d+)*"
    r"(?:\s?(?:%|percent\b|per cent\b|million\b|billion\b|trillion\b|thousand\b|hundred\b|bn\b|m\b))?"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    r"hundreds|thousands|dozens|millions)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:{_MONTHS})[ \u00a0]\d{{1,2}}(?:,[ \u00a0]\d{{4}})?\b"
    rf"|\b\d{{1,2}}[ \u00a0](?:{_MONTHS})(?:[ \u00a0]\d{{4}})?\b"
    rf"|\b(?:last|this|next|in|early|late|mid)[ \u00a0-](?:{_MONTHS})(?:[ \u00a0]\d{{4}})?\b"
    rf"|\b(?:{_MONTHS})[ \u00a0]\d{{4}}\b"
    r"|\b(?:last|this|next)[ \u00a0](?:year|month|week|spring|summer|autumn|fall|winter)\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:1[5-9]|20)\d{2}s?\b"
)
_NAME = r"[A-Z][\w’'.-]*(?:[ \u00a0](?:(?:de|van|von|bin|al|der|la|el|of|the)[ \u00a0])*[A-Z][\w’'-]*)*"
_ANY_NAME = re.compile(rf"(?<![\w’'.-]){_NAME}")
_PLACE = re.compile(rf"\b(?:in|at|near|from|outside|inside|across)[ \u00a0](?:the[ \u00a0])?({_NAME})")


def highlight(question: Question, article: Article, start: int, end: int, stemmer: Stemmer) -> tuple[int, int] | None:
    """The words within ``text[start:end]`` that look like the answer, by the kind of answer that is wanted.

    None where the question's kind is unknown, or where nothing or too much fits: a wrong highlight is worse than none.
    """
    text = article.text[start:end]
    asked = asked_stems(question, stemmer)
    if question.wanted is Wanted.NUMBER:
        amounts = [
            (first, last)
            for first, last in _spans(_NUMBER, text)
            if not _YEAR.fullmatch(text, first, last) and not set(stemmer.stems(text[first:last])) <= asked
        ]
        found = _nearest(amounts, text, asked, stemmer)
    elif question.wanted is Wanted.TIME:
        found = _nearest(list(_spans(_DATE, text)), text, asked, stemmer)
    elif question.wanted is Wanted.PERSON:
        names = [span for span in _spans(_ANY_NAME, text) if _is_new(text, span, asked, stemmer)]
        found = _nearest(names, text, asked, stemmer)
    elif question.wanted is Wanted.PLACE:
        places = [span for span in _spans(_PLACE, text, group=1) if _is_new(text, span, asked, stemmer)]
        places = places or [span for span in _spans(_ANY_NAME, text) if _is_new(text, span, asked, stemmer)]
        found = _nearest(places, text, asked, stemmer)
    else:
        found = None
    return (start + found[0], start + found[1]) if found else None


def _spans(pattern: re.Pattern[str], text: str, group: int = 0) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        first, last = match.span(group)
        while last > first and text[last - 1] in ".,-’'":
            last -= 1
        if last > first:
            yield first, last


def _is_new(text: str, span: tuple[int, int], asked: frozenset[str], stemmer: Stemmer) -> bool:
    """Whether a name is more than the beginning of a sentence or an echo of the question."""
    words = text[span[0] : span[1]].split()
    if len(words) == 1 and (words[0].casefold() in STOP_WORDS or (span[0] == 0 and len(words[0]) < 3)):
        return False
    return not set(stemmer.stems(" ".join(words))) <= asked


def _nearest(
    spans: list[tuple[int, int]], text: str, asked: frozenset[str], stemmer: Stemmer
) -> tuple[int, int] | None:
    """The span that stands closest to the words of the question; a number's noun follows it, so after counts more."""
    if len(spans) <= 1:
        return spans[0] if spans else None
    places = [match.start() for match in re.finditer(r"[^\W_]+", text) if stemmer.stem(match.group()) in asked]

    def distance(span: tuple[int, int]) -> float:
        gaps = sorted(place - span[1] if place >= span[1] else 1.5 * (span[0] - place) for place in places)
        return sum(gaps[:2]) if gaps else float("inf")

    return min(spans, key=lambda span: (distance(span), span))


# Who says so

_ADVERB = r"(?:now|also|later|then|once|has|have|had|\w+ly)"
_SAYING = (
    r"(?:said|says|say|told|added|adds|wrote|writes|argued|argues|claimed|claims|denied|denies|warned|warns|explained|"
    r"announced|insisted|insists|testified|acknowledged|noted|notes|stated)"
)
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Sen|Rep|Gov|Gen)\.[ \u00a0])?"
_PERSON_NAME = r"[A-Z][\w’'-]*\.?(?:[ \u00a0](?:(?:de|van|von|bin|al|der|la|el)[ \u00a0])*[A-Z](?:[\w’'-]+|\.))*"
_SPEAKERS = (
    re.compile(rf"\b[Aa]ccording to ({_TITLE}{_PERSON_NAME})"),
    re.compile(rf"(?<![\w’'.-])({_TITLE}{_PERSON_NAME})(?:, [^“”\"]{{2,160}}?,)? (?:{_ADVERB} )*{_SAYING}\b"),
    re.compile(rf"[,?!”\"’][ \u00a0]{_SAYING}[ \u00a0]({_TITLE}{_PERSON_NAME})"),
)
_NO_SPEAKERS = STOP_WORDS | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december officials experts critics police authorities sources people others another meanwhile "
    "president analysts researchers scientists while still yesterday today many several".split()
)


_INSIDE_NAMES = frozenset({"and", "of", "for", "on", "&"})


def speaker_in(sentence: str) -> str | None:
    """The name of whoever a sentence says said it, exactly as the sentence has it; None when it names nobody."""
    found = []
    for pattern in _SPEAKERS:
        for match in pattern.finditer(sentence):
            first, last = match.span(1)
            name = sentence[first:last]
            while (head := name.split(maxsplit=1)) and head[0].rstrip(".,").casefold() in _NO_SPEAKERS:
                name = head[1] if len(head) > 1 else ""
            # "... for Disease Control and Prevention said": half a name is worse than none.
            if sentence[:first].split()[-1:] and sentence[:first].split()[-1].casefold() in _INSIDE_NAMES:
                continue
            if len(name.rstrip(".")) > 1:
                found.append((first, name.removesuffix("’s").removesuffix("'s")))
                break
    return min(found)[1] if found else None
