"""Read the passages that were found sentence by sentence: which sentence answers, and what speaks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.article import Article, BlockKind
from retrieval.highlighting import Sentence, context_of, highlight, sentences_of
from retrieval.question import Question, Wanted
from retrieval.search import Hit, Searcher

READ_PASSAGES = 6  # passages whose sentences the reranker reads one by one
READ_SENTENCES = 3  # of each
LEAD_WORDS = 45  # of the text before a sentence that it is read with


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence that may be quoted, and what speaks for it.

    `own` is the reranker's logit of the sentence under its headline, `led` the same with the words that lead up to it
    (answers lean on the sentence before: "The decision takes effect on May 1."); None where it was not read.
    `passage` is the logit of its passage, `cosine` that passage's nearness. `share` is the part of the question's words
    in the sentence, `around` in passage and headline. `fits` is 1 where the sentence has a value of the wanted kind, -1
    where it has none, 0 where any would do. `specifics` is the part of the question's names and numbers that passage,
    headline and date have, 1 where it has none.
    """

    article: Article
    sentence: Sentence
    own: float | None
    led: float | None
    passage: float | None
    cosine: float
    share: float
    around: float
    fits: float
    specifics: float

    @property
    def text(self) -> str:
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def source(self) -> int:
        """The main posting: other postings of the same article are no sources of their own."""
        return self.article.duplicate_of or self.article.number

    @property
    def is_body(self) -> bool:
        return self.sentence.block.kind is BlockKind.PARAGRAPH


def read_closely(question: Question, hits: Sequence[Hit], searcher: Searcher) -> list[Reading]:
    """Every sentence of the hits, each place once, in the order of the hits; the first few are read by the reranker."""
    asked = frozenset(stem for term in question.terms for stem in searcher.stemmer.stems(term))
    named = _specifics(question)
    places: dict[tuple[int, int], Reading] = {}
    read: list[tuple[int, int]] = []
    for rank, hit in enumerate(hits):
        around = f"{context_of(hit.article)} {hit.text} {hit.article.published.text or ''}"
        seen = set(searcher.stemmer.stems(around))
        words = _WORD.findall(around.casefold())
        fresh = []
        for sentence in sentences_of(hit.article, hit.passage):
            place = (hit.article.number, sentence.start)
            if place in places:
                continue
            stems = set(searcher.stemmer.stems(hit.article.text[sentence.start : sentence.end]))
            places[place] = Reading(
                hit.article,
                sentence,
                own=None,
                led=None,
                passage=hit.parts.get("rerank"),
                cosine=hit.parts.get("cosine", 0.0),
                share=len(asked & stems) / len(asked) if asked else 0.0,
                around=len(asked & seen) / len(asked) if asked else 0.0,
                fits=_fits(question, hit.article, sentence, searcher),
                specifics=sum(_stands_in(one, words) for one in named) / len(named) if named else 1.0,
            )
            fresh.append(place)
        if rank < READ_PASSAGES:
            promising = sorted(fresh, key=lambda place: -(2 * places[place].share + 0.5 * places[place].fits))
            read += promising[:READ_SENTENCES]
    _add_scores(question, places, read, searcher)
    return list(places.values())


def _add_scores(
    question: Question, places: dict[tuple[int, int], Reading], read: list[tuple[int, int]], searcher: Searcher
) -> None:
    alone = [context_of(places[place].article) + places[place].text for place in read]
    led = [context_of(places[place].article) + _with_lead(places[place]) for place in read]
    scores = searcher.relevance(question.text, [*alone, *led])
    if scores is None:
        return
    for number, place in enumerate(read):
        places[place] = replace(places[place], own=scores[number], led=scores[len(read) + number])


def _with_lead(reading: Reading) -> str:
    """The sentence after the words of the body that lead up to it."""
    article, start = reading.article, reading.sentence.start
    before = " ".join(
        article.text[block.start : min(block.end, start)]
        for block in article.body
        if block.start < start and block.end > start - 12 * LEAD_WORDS
    ).split()
    return " ".join([*before[-LEAD_WORDS:], reading.text])


def _fits(question: Question, article: Article, sentence: Sentence, searcher: Searcher) -> float:
    if question.wanted is Wanted.ANYTHING:
        return 0.0
    found = highlight(question, article, sentence.start, sentence.end, searcher.stemmer)
    return 1.0 if found else -1.0


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


def _stands_in(specific: str, words: Sequence[str]) -> bool:
    """Whether a name or number stands among words; "China" stands in "Chinese", the United States go by many names."""
    if specific in _UNITED_STATES:
        return any(word in _UNITED_STATES for word in words)
    if specific.isalpha() and len(specific) >= 4:
        return any(word.startswith(specific[:4]) for word in words)
    return any(specific == word or (specific in word.split("-")) for word in words)
