"""Answer a question with quotes, or say that the archive does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from corpus.passage import Quote
from retrieval.answers.answerability import answerability
from retrieval.answers.calibration import Calibration, Verdict
from retrieval.answers.close_reading import QUOTED_ON_IT, Reading, read_closely, read_whole, specifics_of
from retrieval.answers.conflicts import contradictions
from retrieval.answers.highlighting import highlight, speaker_in, widened
from retrieval.answers.outcome import Answer, ClosestPassages, NotInArchive, Outcome, RankedQuote, Reason
from retrieval.answers.reading_budget import WHOLE, ReadingBudget
from retrieval.answers.wanted_value import years_in
from retrieval.article_search import SearchResult, search_articles
from retrieval.questions.question import Question, Wanted, understand
from retrieval.search import DEPTH, Searcher


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Sentences that may be quoted, what speaks for them, and where else the same words stand."""

    reading: Reading
    start: int
    end: int
    also: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        return " ".join(self.reading.article.text[self.start : self.end].split()).casefold()

    def overlaps(self, other: _Candidate) -> bool:
        same = self.reading.article.number == other.reading.article.number
        return same and self.start < other.end and other.start < self.end


class Answerer:
    """Answers questions from one archive. For one thread at a time."""

    def __init__(self, archive: Archive, searcher: Searcher, calibration: Calibration | None = None) -> None:
        self.archive = archive
        self.searcher = searcher
        self.calibration = calibration or Calibration.for_model(searcher.model)

    def answer(
        self,
        text: str,
        *,
        scope: Scope = EVERYTHING,
        quotes: int = 3,
        skip: int = 0,
        budget: ReadingBudget = WHOLE,
    ) -> Outcome:
        """At most `quotes` quotes, best first, from different articles first; `skip` leaves out the first few of them.

        The state and the confidence are those of the whole answer, whatever is skipped; where no quote is left to show,
        or none was asked for, it is `NotInArchive`.
        """
        if self.archive.passages.count() == 0:
            return NotInArchive(text, Reason.EMPTY_ARCHIVE, (), 0.0)
        question = understand(text)
        wanted = skip + quotes
        readings = self.readings(question, scope, wanted, budget)
        if not readings:
            nothing = Reason.NOTHING_IN_SCOPE if self._is_empty(scope) else Reason.NOTHING_CLOSE
            return NotInArchive(text, nothing, (), 0.0)
        ranked = self._ranked(question, readings, max(wanted, 1))
        confidence = ranked[0].score
        shown = tuple(ranked[skip:wanted])
        verdict = self.calibration.verdict(confidence)
        if verdict is Verdict.NOT_IN_ARCHIVE or not shown:
            return NotInArchive(text, Reason.NOTHING_CLOSE, shown, confidence)
        if verdict is not Verdict.ANSWERED:
            return ClosestPassages(text, shown, confidence)
        differing = contradictions(question, [one.quote for one in shown], self.searcher.stemmer)
        return Answer(text, shown, confidence, differing)

    def readings(
        self, question: Question, scope: Scope = EVERYTHING, quotes: int = 3, budget: ReadingBudget = WHOLE
    ) -> list[Reading]:
        """The sentences of the passages that came out first, and what speaks for each.

        As many passages for three `quotes` as for twenty, so that "More" goes on in the same order.
        """
        passages = max(budget.quotable, 2 * quotes)
        hits = read_whole(question, self.searcher.hits(question, scope, max(DEPTH, passages)), self.searcher, budget)
        return read_closely(question, hits, self.searcher, passages=passages, budget=budget)

    def search(self, text: str, *, scope: Scope = EVERYTHING, limit: int = 10) -> SearchResult:
        """At most `limit` articles on something, each by its best sentence."""
        return search_articles(text, self.searcher, self.calibration, scope, limit)

    def _ranked(self, question: Question, readings: Sequence[Reading], wanted: int) -> list[RankedQuote]:
        """The first quotes from readings: no words twice, different sources first, scores that never rise."""
        ordered = sorted(
            readings,
            key=lambda one: (-self.calibration.strength(one), one.article.number, one.sentence.start),
        )
        ranked: list[RankedQuote] = []
        left = list(readings)
        for one in _different_sources_first(_apart(ordered))[:wanted]:
            reading = one.reading
            # A quote after the first has the chance that it would have if the sources before it were not there.
            score = self._chance(question, reading, left if reading in left else [reading, *left])
            left = [other for other in left if other.source != reading.source]
            ranked.append(
                RankedQuote(
                    Quote(
                        reading.article,
                        one.start,
                        one.end,
                        highlight(question, reading.article, one.start, one.end, self.searcher.stemmer),
                    ),
                    min(score, ranked[-1].score) if ranked else score,
                    speaker_in(reading.text),
                    tuple(sorted(set(one.also) - {reading.article.number})),
                )
            )
        return ranked

    def _chance(self, question: Question, reading: Reading, among: Sequence[Reading]) -> float:
        """The calibrated chance, held to rules that no weight expresses.

        A sentence that names neither of the one or two names and numbers of a question for a number or a time, or names
        other years, may be about another place or year ("China's death toll" met by the American one): it is never more
        than a closest passage. A sentence that names what "What does the article say about ...?" asks for does say
        something about it, and words of the person whom "What did ... say about ...?" names, on that subject, are what
        was asked for, however little they resemble the question.
        """
        chance = self.calibration.chance(answerability(reading, among))
        if question.wanted in (Wanted.NUMBER, Wanted.TIME) and _is_astray(question, reading):
            return chance * self.calibration.answered
        is_about_it = question.subject != question.text and _SPECIFIC.search(question.subject) and reading.named == 1
        if is_about_it or reading.stated == QUOTED_ON_IT:
            return max(chance, self.calibration.answered)
        return chance

    def _is_empty(self, scope: Scope) -> bool:
        return scope != EVERYTHING and self.archive.coverage(scope).articles == 0


_SPECIFIC = re.compile(r"[A-Z\d]")
FEW_NAMES = 2  # of a longer question's names a sentence often has none


def _is_astray(question: Question, reading: Reading) -> bool:
    """Whether a sentence may be about another place or year; a report of 2022 that names no year tells of 2022."""
    days = reading.article.published.days()
    published = {str(day.year) for day in days} if days else set[str]()
    names = specifics_of(question)
    names_nothing = reading.named == 0 and 0 < len(names) <= FEW_NAMES and not published & set(names)
    asked, said = years_in(question.text), years_in(reading.text)
    return names_nothing or bool(asked and said and not asked & said)


def _apart(readings: Sequence[Reading]) -> list[_Candidate]:
    """Quotes that share no place and no words, best first; the same words elsewhere are noted with the best."""
    kept: list[_Candidate] = []
    by_words: dict[str, int] = {}
    for reading in readings:
        one = _Candidate(reading, *widened(reading.article, reading.sentence))
        if (place := by_words.get(one.words)) is not None:
            kept[place] = replace(kept[place], also=(*kept[place].also, reading.article.number))
        elif not any(one.overlaps(other) for other in kept):
            by_words[one.words] = len(kept)
            kept.append(one)
    return kept


def _different_sources_first(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    firsts: list[_Candidate] = []
    others: list[_Candidate] = []
    seen: set[int] = set()
    for one in candidates:
        (others if one.reading.source in seen else firsts).append(one)
        seen.add(one.reading.source)
    return firsts + others


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
