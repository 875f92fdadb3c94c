"""Read the passages that were found, then their sentences: which sentence answers, and what speaks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from corpus.article import Article, BlockKind
from corpus.sentences import sentence_spans
from retrieval.answers.evidence import Weighed, of_sentence, weighed
from retrieval.answers.highlighting import Sentence, context_of, overlap, sentences_of, speaker_in
from retrieval.answers.reading_budget import WHOLE, ReadingBudget
from retrieval.questions.question import Question, Wanted
from retrieval.search import Hit, Searcher

MOST_READ = 40  # passages that the reranker reads whole, however short they are
MATCHED = 3  # passages that tell how well they meet all of the question, which costs nothing once they are read
NEARNESS = 4.0  # logits for one unit of cosine, in the order of the passages read: the two models err differently
LEAD_WORDS = 35  # of the body before a sentence that it is read with
HOPELESS = 6.0  # logits below the best passage; with it no figure of five development halves got worse by .002
UNREAD = -12.0  # below the lowest logit
UNALONE = 4.0  # by so much a sentence that was only read with its lead is taken to be weaker without it
UNTITLED = 1.0  # and without the headline too
UNMATCHED = -6.0  # how well a passage is taken to meet a question that no model was asked about: few have less
UNHEARD = 0.6  # its cosine for a text that is about something else: bge-small seldom gives less
FARTHER = 0.15  # cosine by which a sentence whose own was not taken is thought farther than its passage
QUOTED_ON_IT = 4.0  # how well a quotation of the right person on the right subject suits "What did ... say about ...?"


@dataclass(frozen=True, eq=False)  # each is itself: to compare two would be to compare their articles
class Reading:
    """A sentence that may be quoted, and what speaks for it.

    Logits of the reranker, None where it did not read: `passage` of the whole passage under its headline; `led` of the
    sentence under its headline, after the words that lead up to it (answers lean on the sentence before: "The decision
    takes effect on May 1."); `own` without those words; `bare` without the headline too. `cosine` is the passage's
    nearness, `likeness` the sentence's, `second` the passage's to an encoder of another make; `match` is how well the
    passage meets all of the question (`Reranker.matches`).

    `stated` is -1 where the person asked about does not speak, 1 where they do, `QUOTED_ON_IT` for a quotation of
    theirs on the subject; 0 where nobody's words are asked for. `named` is the part of the question's names and numbers
    that stand in the sentence, `specifics` in passage, headline and date; both are 1 where there are none. `words` is
    what `retrieval.answers.evidence` tells.
    """

    article: Article
    sentence: Sentence
    passage: float | None
    second: float | None
    cosine: float
    stated: float
    named: float
    specifics: float
    words: Mapping[str, float]
    led: float | None = None
    own: float | None = None
    bare: float | None = None
    likeness: float | None = None
    match: float | None = None

    @property
    def text(self) -> str:
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def source(self) -> int:
        """The main posting: other postings of the same article are no sources of their own."""
        return self.article.duplicate_of or self.article.number

    @cached_property
    def features(self) -> Mapping[str, float]:
        """All numbers that calibration may weigh, by name; what no model read is set by what was."""
        passage = UNREAD if self.passage is None else self.passage
        led = UNREAD if self.led is None else self.led
        own = led - UNALONE if self.own is None else self.own
        return {
            **self.words,
            "passage": passage,
            "led": led,
            "own": own,
            "best": max(led, own),
            "bare": own - UNTITLED if self.bare is None else self.bare,
            "second": UNHEARD if self.second is None else self.second,
            "match": UNMATCHED if self.match is None else self.match,
            "cosine": self.cosine,
            "likeness": self.cosine - FARTHER if self.likeness is None else self.likeness,
            "stated": self.stated,
            "named": self.named,
            "specifics": self.specifics,
            "body": float(self.sentence.block.kind is BlockKind.PARAGRAPH),
        }


Place = tuple[int, int]  # article number, start of the sentence


def read_closely(
    question: Question, hits: Sequence[Hit], searcher: Searcher, *, passages: int = 10, budget: ReadingBudget = WHOLE
) -> list[Reading]:
    """Every sentence of the first `passages` hits, each place once, in their order: that of `read_whole`.

    Of the first few the reranker reads the sentences that promise most, unless the passage is hopeless beside the best.
    """
    asked = weighed(question, searcher.stemmer, searcher.archive.passages.frequency, len(searcher.index))
    readings: dict[Place, Reading] = {}
    chosen: list[Place] = []
    least = max((_judged(hit) for hit in hits), default=UNREAD) - HOPELESS
    for rank, hit in enumerate(hits[:passages]):
        fresh = {
            (reading.article.number, reading.sentence.start): reading
            for reading in _unread(asked, hit, searcher)
            if (reading.article.number, reading.sentence.start) not in readings
        }
        readings.update(fresh)
        if rank < len(budget.sentences) and _judged(hit) >= least:
            chosen += sorted(fresh, key=lambda place: -_promise(fresh[place]))[: budget.sentences[rank]]
    _read_sentences(question, readings, chosen, searcher, budget.alone)
    return list(readings.values())


def read_whole(question: Question, hits: Sequence[Hit], searcher: Searcher, budget: ReadingBudget = WHOLE) -> list[Hit]:
    """The hits as the reranker orders them, with its logit as the part `rerank`; those it did not read follow.

    The first few have as the part `match` how well they meet all of the question, and the cosine of another encoder as
    `second`.
    """
    texts: list[str] = []
    words = 0
    for hit in hits[:MOST_READ]:
        text = context_of(hit.article) + hit.text
        words += len(text.split())
        if words > budget.words and len(texts) >= budget.fewest:
            break
        texts.append(text)
    scores = searcher.relevance(question.subject, texts)
    if scores is None:
        return list(hits)
    point = point_of(question.subject)
    if point != question.subject:
        to_the_point = searcher.relevance(point, texts) or scores
        scores = [(whole + part) / 2 for whole, part in zip(scores, to_the_point, strict=True)]
    read = [
        replace(hit, parts={**hit.parts, "rerank": score})
        for hit, score in zip(hits[: len(texts)], scores, strict=True)
    ]
    read.sort(key=lambda hit: -(hit.parts["rerank"] + NEARNESS * hit.parts.get("cosine", 0.0)))
    first = [context_of(hit.article) + hit.text for hit in read[: max(MATCHED, budget.opinions)]]
    read = _heard(read, "match", searcher.matches(question.subject, first[:MATCHED]))
    read = _heard(read, "second", searcher.second_opinion(question.subject, first[: budget.opinions]))
    return read + list(hits[len(texts) :])


def _heard(hits: Sequence[Hit], name: str, opinions: Sequence[float] | None) -> list[Hit]:
    """The hits, the first of them with an opinion each as a part."""
    told = [
        replace(hit, parts={**hit.parts, name: opinion}) for hit, opinion in zip(hits, opinions or (), strict=False)
    ]
    return told + list(hits[len(told) :])


def point_of(question: str) -> str:
    """The last sentence of a question that tells a story first: what is asked, without what leads up to it.

    Of the 53 such questions of a development half the right document came first for 34 by the whole, 28 by the last
    sentence, and 38 by both.
    """
    sentences = sentence_spans(question)
    if len(sentences) < 2 or not question.rstrip("\"'”’ ").endswith("?"):
        return question
    start, end = sentences[-1]
    return question[start:end]


def _read_sentences(
    question: Question, readings: dict[Place, Reading], chosen: Sequence[Place], searcher: Searcher, alone: int
) -> None:
    """Put the models' judgements of the chosen sentences into their readings."""
    led = searcher.relevance(question.subject, [_led(readings[place]) for place in chosen])
    if led is not None:
        for place, score in zip(chosen, led, strict=True):
            readings[place] = replace(readings[place], led=score)
        chosen = sorted(chosen, key=lambda place: -(readings[place].led or 0.0))
    chosen = chosen[:alone]
    bare = [readings[place].text for place in chosen]
    own = [context_of(readings[place].article) + text for place, text in zip(chosen, bare, strict=True)]
    likeness = searcher.likeness(question.subject, bare)
    for place, cosine in zip(chosen, likeness, strict=True):
        readings[place] = replace(readings[place], likeness=cosine)
    unled = searcher.relevance(question.subject, own + bare)
    if unled is not None:
        for place, titled, untitled in zip(chosen, unled, unled[len(chosen) :], strict=False):
            readings[place] = replace(readings[place], own=titled, bare=untitled)


def _judged(hit: Hit) -> float:
    return hit.parts.get("rerank", UNREAD)


def _promise(reading: Reading) -> float:
    """How likely a sentence is worth reading, from its words alone."""
    fits = max(reading.words["dated"] + reading.words["valued"], -1.0) + min(reading.stated, 1.0)
    return 2 * reading.words["share"] + 0.5 * fits


def _unread(asked: Weighed, hit: Hit, searcher: Searcher) -> list[Reading]:
    """The sentences of a passage with all that can be told before the reranker reads them."""
    days = hit.article.published.days()
    passage = f"{context_of(hit.article)} {hit.text} {f'{days[0]:%B %Y}' if days else ''}"
    specifics = specifics_of(asked.question)
    all_specifics = _share_of(specifics, passage)
    return [
        Reading(
            hit.article,
            sentence,
            passage=hit.parts.get("rerank"),
            second=hit.parts.get("second"),
            match=hit.parts.get("match"),
            cosine=hit.parts.get("cosine", 0.0),
            stated=_stated(asked, hit.article, sentence, searcher),
            named=_share_of(specifics, text),
            specifics=all_specifics,
            words=of_sentence(asked, text, searcher.stemmer),
        )
        for sentence in sentences_of(hit.article, hit.passage)
        for text in [hit.article.text[sentence.start : sentence.end]]
    ]


def _led(reading: Reading) -> str:
    """The sentence under its headline, after the words of the body that lead up to it."""
    article, start = reading.article, reading.sentence.start
    before: list[str] = []
    for block in reversed(article.body):
        if block.start < start and len(before) < LEAD_WORDS:
            before = article.text[block.start : min(block.end, start)].split() + before
    return context_of(article) + " ".join([*before[-LEAD_WORDS:], reading.text])


def _stated(asked: Weighed, article: Article, sentence: Sentence, searcher: Searcher) -> float:
    if asked.question.wanted is not Wanted.STATEMENT:
        return 0.0
    speaker = speaker_in(article.text[sentence.start : sentence.end])
    said = overlap(frozenset(searcher.stemmer.stems(speaker or "")), asked.question.text, searcher.stemmer)
    if said <= 0:
        return -1.0
    return QUOTED_ON_IT if _is_quoted_on_it(asked, article, sentence, searcher) else 1.0


def _is_quoted_on_it(asked: Weighed, article: Article, sentence: Sentence, searcher: Searcher) -> bool:
    """Whether a sentence quotes somebody, and it or one of the two paragraphs before it is about what was asked.

    A quotation seldom names its subject: "We think it's absurd" stands after the paragraph that says what is.
    """
    if not _QUOTATION.search(article.text[sentence.start : sentence.end]):
        return False
    speaker = searcher.stemmer.stems(speaker_in(article.text[sentence.start : sentence.end]) or "")
    topic = frozenset(asked.weights) - frozenset(speaker)
    before = [block for block in article.body if block.end <= sentence.block.start][-2:]
    context = " ".join(article.text[block.start : block.end] for block in (*before, sentence.block))
    return overlap(topic, context, searcher.stemmer) >= 0.5


_QUOTATION = re.compile(r"[“\"„«][^“”\"„«»]{3,}[”\"»]")

# Names and numbers

_WORD = re.compile(r"[^\W_]+(?:[.,-][^\W_]+)*")
_UNITED_STATES = frozenset({"us", "u.s", "united", "states", "america", "american", "americans"})


def specifics_of(question: Question) -> list[str]:
    """The question's names and numbers, lower case: what a text about something else would lack."""
    first = _WORD.search(question.text)
    found = []
    for term in question.terms:
        begins = first is not None and question.text.startswith(term, first.start())
        if term in question.exact or (term[:1].isupper() and not begins):
            found.append(term.casefold())
    return found


def _share_of(specifics: Sequence[str], text: str) -> float:
    """The part of the names and numbers that stand in a text; "China" stands in "Chinese", "UN" in "United Nations",
    and the United States go by many names. 1 where there are none."""
    if not specifics:
        return 1.0
    words = _WORD.findall(text.casefold())
    # Once a text: a question can hold hundreds of names.
    whole = {*words, *(part for word in words for part in word.split("-"))}
    begun = {word[:4] for word in words}
    initials = "".join(word[0] for word in words)
    american = not _UNITED_STATES.isdisjoint(words)

    def stands(one: str) -> bool:
        if one in _UNITED_STATES:
            return american
        if one.isalpha() and ((len(one) >= 4 and one[:4] in begun) or (2 <= len(one) <= 5 and one in initials)):
            return True
        return one in whole

    return sum(map(stands, specifics)) / len(specifics)
