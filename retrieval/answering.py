"""Answer a question with quotes, or say that the archive does not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.archive import Archive
from corpus.article import EVERYTHING, Article, BlockKind, Scope
from corpus.passage import Quote
from retrieval.calibration import Calibration, Evidence, Verdict
from retrieval.highlighting import (
    Sentence,
    asked_stems,
    context_of,
    highlight,
    overlap,
    sentences_of,
    speaker_in,
)
from retrieval.outcome import Answer, ClosestPassages, NotInArchive, Outcome, RankedQuote, Reason
from retrieval.question import Question, understand
from retrieval.search import Hit, Searcher

log = logging.getLogger(__name__)

READ_CLOSELY = 24  # sentences that the reranker reads by themselves
PER_PASSAGE = 4  # of one passage
SHARE_OF_PASSAGE = 0.3  # how much the passage's own relevance counts beside its sentence's
CAPTION_HANDICAP = 3.0  # logits; captions only when no body sentence serves


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Sentences that may be quoted, and how well they seem to answer."""

    article: Article
    start: int
    end: int
    kind: BlockKind
    evidence: Evidence
    strength: float  # orders candidates; on the reranker's scale

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def source(self) -> int:
        """The main posting: other postings of the same article are no sources of their own."""
        return self.article.duplicate_of or self.article.number


class Answerer:
    """Answers questions from one archive. For one thread at a time."""

    def __init__(self, archive: Archive, searcher: Searcher, calibration: Calibration | None = None) -> None:
        self.archive = archive
        self.searcher = searcher
        self.calibration = calibration or Calibration.for_model(searcher.model)

    def answer(self, text: str, *, scope: Scope = EVERYTHING, quotes: int = 3, skip: int = 0) -> Outcome:
        """At most `quotes` quotes, best first, from different articles first; `skip` leaves out the first few of them.

        The state and the confidence are those of the whole answer, whatever is skipped.
        """
        if self.archive.passages.count() == 0:
            return NotInArchive(text, Reason.EMPTY_ARCHIVE, (), 0.0)
        question = understand(text)
        wanted = skip + quotes
        candidates = self._candidates(question, scope, wanted)
        if not candidates:
            nothing = Reason.NOTHING_IN_SCOPE if self._is_empty(scope) else Reason.NOTHING_CLOSE
            return NotInArchive(text, nothing, (), 0.0)
        ranked = self._ranked(question, candidates)
        confidence = ranked[0].score
        shown = tuple(ranked[skip:wanted])
        verdict = self.calibration.verdict(confidence)
        if verdict is Verdict.NOT_IN_ARCHIVE or not shown:
            return NotInArchive(text, Reason.NOTHING_CLOSE, shown, confidence)
        kind = Answer if verdict is Verdict.ANSWERED else ClosestPassages
        return kind(text, shown, confidence)

    def _candidates(self, question: Question, scope: Scope, wanted: int) -> list[_Candidate]:
        """Sentences of the passages that were found, best first, each place once."""
        hits = self.searcher.hits(question, scope, max(10, 2 * wanted))
        asked = asked_stems(question, self.searcher.stemmer)
        places: dict[tuple[int, int], tuple[Hit, Sentence, float]] = {}
        for hit in hits:
            sentences = sentences_of(hit.article, hit.passage)
            shares = {
                sentence: overlap(asked, hit.article.text[sentence.start : sentence.end], self.searcher.stemmer)
                for sentence in sentences
            }
            for sentence in sorted(sentences, key=lambda one: (-shares[one], one.start))[:PER_PASSAGE]:
                places.setdefault((hit.article.number, sentence.start), (hit, sentence, shares[sentence]))
        found = list(places.values())
        read = found[: max(READ_CLOSELY, wanted)]
        texts = [context_of(hit.article) + hit.article.text[one.start : one.end] for hit, one, _ in read]
        scores = self.searcher.relevance(question.text, texts)
        candidates = []
        for place, (hit, sentence, share) in enumerate(found):
            score = scores[place] if scores is not None and place < len(read) else None
            candidates.append(self._candidate(hit, sentence, share, score, asked))
        return sorted(candidates, key=lambda one: (-one.strength, one.article.number, one.start))

    def _candidate(
        self, hit: Hit, sentence: Sentence, share: float, score: float | None, asked: frozenset[str]
    ) -> _Candidate:
        cosine = hit.parts.get("cosine", 0.0)
        around = overlap(asked, f"{hit.article.title or ''} {hit.text}", self.searcher.stemmer)
        if score is not None:
            strength = score + SHARE_OF_PASSAGE * hit.parts.get("rerank", score)
        else:
            strength = 4 * (share + cosine) - 20  # below whatever the reranker has read, unless there is none
        if sentence.block.kind is not BlockKind.PARAGRAPH:
            strength -= CAPTION_HANDICAP
        evidence = Evidence(score, cosine, around)
        return _Candidate(hit.article, sentence.start, sentence.end, sentence.block.kind, evidence, strength)

    def _ranked(self, question: Question, candidates: Sequence[_Candidate]) -> list[RankedQuote]:
        """Quotes from candidates: the same words once, different sources first, scores that never rise."""
        kept: dict[str, _Candidate] = {}
        also: dict[str, list[int]] = {}
        for one in candidates:
            words = " ".join(one.text.split()).casefold()
            if words in kept:
                also[words].append(one.article.number)
            else:
                kept[words], also[words] = one, []
        firsts: list[tuple[str, _Candidate]] = []
        others: list[tuple[str, _Candidate]] = []
        seen: set[int] = set()
        for words, one in kept.items():
            (others if one.source in seen else firsts).append((words, one))
            seen.add(one.source)
        margin = firsts[0][1].strength - firsts[1][1].strength if len(firsts) > 1 else 0.0
        ranked: list[RankedQuote] = []
        for words, one in [*firsts, *others]:
            score = self.calibration.chance(replace(one.evidence, margin=margin))
            score = min(score, ranked[-1].score) if ranked else score
            place = highlight(question, one.article, one.start, one.end, self.searcher.stemmer)
            postings = {number for number in also[words] if number != one.article.number}
            ranked.append(
                RankedQuote(
                    Quote(one.article, one.start, one.end, place),
                    score,
                    speaker_in(one.text),
                    tuple(sorted(postings)),
                )
            )
        return ranked

    def _is_empty(self, scope: Scope) -> bool:
        return scope != EVERYTHING and self.archive.coverage(scope).articles == 0


def reread(outcome: Outcome, archive: Archive) -> tuple[Outcome, int]:
    """The outcome with every quote read again from the archive by its revision and place, and how many were dropped.

    What differs or is gone is dropped; an answer that loses every quote becomes `NotInArchive`.
    """
    kept = tuple(ranked for ranked in outcome.quotes if _still_stands(ranked.quote, archive))
    dropped = len(outcome.quotes) - len(kept)
    if dropped == 0:
        return outcome, 0
    if kept or isinstance(outcome, NotInArchive):
        return replace(outcome, quotes=kept), dropped
    return NotInArchive(outcome.question, Reason.NOTHING_CLOSE, (), outcome.confidence), dropped


def _still_stands(quote: Quote, archive: Archive) -> bool:
    stored = archive.article(quote.article.number, quote.article.revision)
    return stored is not None and stored.text[quote.start : quote.end] == quote.text
