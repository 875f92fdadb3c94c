"""Read the passages that were found sentence by sentence: which sentence answers, and what speaks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.article import Article, BlockKind
from retrieval.highlighting import Sentence, asked_stems, context_of, highlight, overlap, sentences_of, speaker_in
from retrieval.question import Question, Wanted
from retrieval.search import Hit, Searcher

READ_SENTENCES = (5, 5, 4, 4, 3, 3, 2, 2)  # that the reranker reads of the first, second ... passage
READ_ALONE = 10  # of these, the ones that it also reads without what leads up to them
UNREAD = -12.0  # below the lowest logit
UNALONE = 4.0  # by so much a sentence that was only read with its lead is taken to be weaker without
QUOTED_ON_IT = 4.0  # how well a quotation of the right person on the right subject fits "What did ... say about ...?"
LEAD_WORDS = 35  # of the body before a sentence that it is read with


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence that may be quoted, and what speaks for it.

    `led` is the reranker's logit of the sentence under its headline, after the words that lead up to it (answers lean
    on the sentence before: "The decision takes effect on May 1."); `own` the same of the sentence without those words.
    Both are None where it was not read so. `cosine` is its passage's nearness. `share` is the part of the question's
    words in the sentence, `around` in passage and headline. `fits` is 1 where the sentence has a value of the wanted
    kind (`QUOTED_ON_IT` for a quotation that was asked for), -1 where it has none, 0 where any would do. `named` is
    the part of the question's names and numbers that stand in the sentence, `specifics` in passage, headline and date;
    both are 1 where the question has none.
    """

    article: Article
    sentence: Sentence
    own: float | None
    led: float | None
    cosine: float
    share: float
    around: float
    fits: float
    named: float
    specifics: float

    @property
    def text(self) -> str:
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def source(self) -> int:
        """The main posting: other postings of the same article are no sources of their own."""
        return self.article.duplicate_of or self.article.number

    def features(self) -> dict[str, float]:
        """The numbers that calibration weighs, by name; what the reranker did not read counts as far off."""
        led = UNREAD if self.led is None else self.led
        own = led - UNALONE if self.own is None else self.own
        return {
            "own": own,
            "led": led,
            "best": max(own, led),
            "cosine": self.cosine,
            "share": self.share,
            "around": self.around,
            "fits": self.fits,
            "named": self.named,
            "specifics": self.specifics,
            "body": float(self.sentence.block.kind is BlockKind.PARAGRAPH),
        }


Place = tuple[int, int]  # article number, start of the sentence


def read_closely(question: Question, hits: Sequence[Hit], searcher: Searcher) -> list[Reading]:
    """Every sentence of the hits, each place once, in the order of the hits; the first few are read by the reranker."""
    asked = asked_stems(question, searcher.stemmer)
    specifics = _specifics(question)
    readings: dict[Place, Reading] = {}
    chosen: list[Place] = []
    for rank, hit in enumerate(hits):
        fresh = {
            (reading.article.number, reading.sentence.start): reading
            for reading in _unread(question, hit, asked, specifics, searcher)
            if (reading.article.number, reading.sentence.start) not in readings
        }
        readings.update(fresh)
        if rank < len(READ_SENTENCES):
            promising = sorted(fresh, key=lambda place: -(2 * fresh[place].share + 0.5 * fresh[place].fits))
            chosen += promising[: READ_SENTENCES[rank]]
    texts = [context_of(readings[place].article) + _with_lead(readings[place]) for place in chosen]
    scores = searcher.relevance(question.subject, texts)
    if scores is None:
        return list(readings.values())
    for place, score in zip(chosen, scores, strict=True):
        readings[place] = replace(readings[place], led=score)
    chosen = sorted(chosen, key=lambda place: -(readings[place].led or 0.0))[:READ_ALONE]
    texts = [context_of(readings[place].article) + readings[place].text for place in chosen]
    for place, score in zip(chosen, searcher.relevance(question.subject, texts) or (), strict=True):
        readings[place] = replace(readings[place], own=score)
    return list(readings.values())


def _unread(
    question: Question, hit: Hit, asked: frozenset[str], specifics: Sequence[str], searcher: Searcher
) -> list[Reading]:
    """The sentences of a passage with all that can be told without the reranker."""
    days = hit.article.published.days()
    date = f"{days[0]:%B %Y}" if days else ""
    passage = f"{context_of(hit.article)} {hit.text} {date}"
    around = overlap(asked, passage, searcher.stemmer)
    all_specifics = _share_of(specifics, passage)
    return [
        Reading(
            hit.article,
            sentence,
            own=None,
            led=None,
            cosine=hit.parts.get("cosine", 0.0),
            share=overlap(asked, text, searcher.stemmer),
            around=around,
            fits=_fits(question, hit.article, sentence, searcher),
            named=_share_of(specifics, text),
            specifics=all_specifics,
        )
        for sentence in sentences_of(hit.article, hit.passage)
        for text in [hit.article.text[sentence.start : sentence.end]]
    ]


def _with_lead(reading: Reading) -> str:
    """The sentence after the words of the body that lead up to it."""
    article, start = reading.article, reading.sentence.start
    before: list[str] = []
    for block in reversed(article.body):
        if block.start < start and len(before) < LEAD_WORDS:
            before = article.text[block.start : min(block.end, start)].split() + before
    return " ".join([*before[-LEAD_WORDS:], reading.text])


def _fits(question: Question, article: Article, sentence: Sentence, searcher: Searcher) -> float:
    if question.wanted is Wanted.ANYTHING:
        return 0.0
    if question.wanted is Wanted.STATEMENT:
        speaker = speaker_in(article.text[sentence.start : sentence.end])
        said = overlap(frozenset(searcher.stemmer.stems(speaker or "")), question.text, searcher.stemmer)
        if said <= 0:
            return -1.0
        return QUOTED_ON_IT if _is_quoted_on_it(question, article, sentence, searcher) else 1.0
    found = highlight(question, article, sentence.start, sentence.end, searcher.stemmer)
    return 1.0 if found else -1.0


def _is_quoted_on_it(question: Question, article: Article, sentence: Sentence, searcher: Searcher) -> bool:
    """Whether a sentence quotes somebody, and it or one of the two paragraphs before it is about what was asked.

    A quotation seldom names its subject: "We think it's absurd" stands after the paragraph that says what is.
    """
    if not _QUOTATION.search(article.text[sentence.start : sentence.end]):
        return False
    speaker = searcher.stemmer.stems(speaker_in(article.text[sentence.start : sentence.end]) or "")
    topic = asked_stems(question, searcher.stemmer) - frozenset(speaker)
    before = [block for block in article.body if block.end <= sentence.block.start][-2:]
    context = " ".join(article.text[block.start : block.end] for block in (*before, sentence.block))
    return overlap(topic, context, searcher.stemmer) >= 0.5


_QUOTATION = re.compile(r"[“\"„«][^“”\"„«»]{3,}[”\"»]")

# Names and numbers

_WORD = re.compile(r"[^\W_]+(?:[.,-][^\W_]+)*")
_UNITED_STATES = ("us", "u.s", "united", "states", "america", "american", "americans")


def _specifics(question: Question) -> list[str]:
    """The question's names and numbers, lower case: what a text about something else would lack."""
    first = _WORD.search(question.text)
    found = []
    for term in question.terms:
        begins = first is not None and question.text.startswith(term, first.start())
        if term in question.exact or (term[:1].isupper() and not begins):
            found.append(term.casefold())
    return found


def _share_of(specifics: Sequence[str], text: str) -> float:
    words = _WORD.findall(text.casefold())
    return sum(_stands_in(one, words) for one in specifics) / len(specifics) if specifics else 1.0


def _stands_in(specific: str, words: Sequence[str]) -> bool:
    """Whether a name or number stands among words; "China" stands in "Chinese", the United States go by many names."""
    if specific in _UNITED_STATES:
        return any(word in _UNITED_STATES for word in words)
    if specific.isalpha() and len(specific) >= 4:
        return any(word.startswith(specific[:4]) for word in words)
    return any(specific == word or (specific in word.split("-")) for word in words)
