"""Ask the questions of a set in a temporary archive, and note what becomes of each."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from corpus.ingest import Status, ingest
from corpus.passage import Quote
from corpus.readers.jsonl import read_lines
from retrieval.answers.answering import Answerer
from retrieval.answers.calibration import Calibration
from retrieval.answers.outcome import STATE, Answer, Outcome
from retrieval.answers.own_calibration import own_calibration
from retrieval.errors import UnusableSet
from retrieval.evaluation.question_set import Asked, QuestionSet
from retrieval.evaluation.run import Run
from retrieval.evaluation.verdict import RANKS, Verdict, average_precision, shares_words
from retrieval.index.catch_up import LiveIndex
from retrieval.index.passage_vectors import embed_missing
from retrieval.models.embedding import Embedder
from retrieval.models.reranking import Reranker
from retrieval.search import Searcher

QUOTES = 5
SHOWN = 3  # of them that people see at once
CANDIDATE_DEPTH = 1000  # documents asked for where given candidates are ranked among themselves
COLLECTION = "eval"

Advance = Callable[[int, int], None]
"""Told (done, total)."""

Progress = Callable[[str], AbstractContextManager[Advance]]
"""Opens a report of how far one part of the work is, by its name."""


@contextmanager
def untold(_: str) -> Iterator[Advance]:
    """Progress that nobody is told of."""
    yield lambda done, total: None


def run_set(
    questions: QuestionSet,
    *,
    embedder: Embedder,
    reranker: Reranker | None,
    second: Embedder | None = None,
    calibration: Calibration | None = None,
    own: Path | None = None,
    progress: Progress = untold,
) -> Run:
    """Ask every question of a set, as a person would: the whole archive in scope.

    The calibration is the given one, else that of the file `own` for these models, else the packaged one. `progress` is
    opened for "embedding", which counts passages, then for "asking". Raises `UnusableSet`.
    """
    opened = archived(questions, embedder, reranker, second, calibration, own=own, progress=progress)
    with opened as (answerer, seconds):
        return ask_all(questions, answerer, seconds, progress)


def ask_all(questions: QuestionSet, answerer: Answerer, embed_seconds: float, progress: Progress = untold) -> Run:
    """Ask every question of a set whose documents are archived already."""
    verdicts = []
    with progress("asking") as advance:
        for done, asked in enumerate(questions.questions, start=1):
            verdicts.append(_ask(answerer, asked, questions))
            advance(done, len(questions.questions))
    return Run(
        questions.name,
        answerer.searcher.model,
        len(questions.documents),
        answerer.calibration.answered,
        answerer.calibration.closest,
        embed_seconds,
        tuple(verdicts),
    )


def first_quotes_within_gold(
    questions: QuestionSet,
    *,
    embedder: Embedder,
    reranker: Reranker | None,
    second: Embedder | None = None,
    calibration: Calibration | None = None,
) -> dict[str, str | None]:
    """The first quote of each answerable question, by its id, with nothing but its first gold document in scope.

    This parts the choice of the sentence from the search for the document. Every document is archived in a collection
    of its own; the scope of a question is that collection. Raises `UnusableSet`.
    """
    found: dict[str, str | None] = {}
    with archived(questions, embedder, reranker, second, calibration, apart=True) as (answerer, _):
        for asked in questions.questions:
            if asked.answerable and asked.gold:
                scope = Scope(collections=frozenset(asked.gold[:1]))
                outcome = answerer.answer(asked.question, scope=scope, quotes=1)
                found[asked.id] = outcome.quotes[0].quote.text if outcome.quotes else None
    return found


@contextmanager
def archived(
    questions: QuestionSet,
    embedder: Embedder,
    reranker: Reranker | None,
    second: Embedder | None,
    calibration: Calibration | None,
    *,
    own: Path | None = None,
    apart: bool = False,
    progress: Progress = untold,
) -> Iterator[tuple[Answerer, float]]:
    """An answerer over the documents of a set, and the seconds that embedding them took.

    With `apart` every document is in a collection of its own, named by its id. Raises `UnusableSet`.
    """
    with tempfile.TemporaryDirectory(prefix="briefing-eval-") as place, Archive.open(Path(place)) as archive:
        fill(archive, questions.name, questions.documents, apart=apart)
        started = time.perf_counter()
        with progress("embedding") as advance:
            embed_missing(archive, embedder, on_progress=advance)
        seconds = time.perf_counter() - started
        index = LiveIndex.open(Path(place) / "index", archive, embedder)
        searcher = Searcher(archive, index, embedder, reranker, second)
        if calibration is None and own is not None:
            calibration = own_calibration(own, searcher.model)
        yield Answerer(archive, searcher, calibration), seconds


def fill(archive: Archive, name: str, documents: Mapping[str, Mapping[str, object]], *, apart: bool = False) -> None:
    """Import the documents of a set, by id; `apart` as in `archived`. Raises `UnusableSet` where none can be read."""
    lines = {
        one: json.dumps({**document, "id": one}, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        for one, document in documents.items()
    }
    groups = {one: [line] for one, line in lines.items()} if apart else {COLLECTION: list(lines.values())}
    reasons = [
        report.reason
        for collection, group in groups.items()
        for report in ingest(archive, read_lines(group, name), collection=collection, backfill=True)
        if report.status is Status.REJECTED
    ]
    if len(reasons) == len(lines):
        raise UnusableSet(f"{name} holds no document that can be read: {next(iter(reasons), 'it is empty')}")


def _ask(answerer: Answerer, asked: Asked, questions: QuestionSet) -> Verdict:
    started = time.perf_counter()
    outcome = answerer.answer(asked.question, scope=EVERYTHING, quotes=QUOTES)
    seconds = time.perf_counter() - started
    found = answerer.search(asked.question, limit=CANDIDATE_DEPTH if asked.candidates else RANKS)
    ranks = [hit.article.external_id or "" for hit in found.hits]
    ranked = asked.candidates and asked.right
    first = outcome.quotes[0].quote if outcome.quotes else None
    differ = isinstance(outcome, Answer) and outcome.sources_differ(SHOWN)
    return Verdict(
        asked=asked,
        state=STATE[type(outcome)],
        confidence=outcome.confidence,
        ranks=tuple(ranks[:RANKS]),
        evidence_at=_evidence_at(answerer.archive, outcome, asked),
        in_quote_at=_in_quote_at(outcome, asked),
        first_document=first.article.external_id if first else None,
        first_quote=first.text if first else None,
        quotes=len(outcome.quotes),
        exact=sum(_is_exact(answerer.archive, ranked.quote, questions) for ranked in outcome.quotes),
        sources_differ=differ,
        average_precision=average_precision(ranks, asked.candidates, asked.right) if ranked else None,
        seconds=seconds,
    )


def _evidence_at(archive: Archive, outcome: Outcome, asked: Asked) -> int | None:
    """The first quote from a right document one of whose passages holds a gold sentence.

    A gold sentence can be longer than a passage: then the passage lies within it.
    """
    for place, ranked in enumerate(outcome.quotes, start=1):
        quote = ranked.quote
        if quote.article.external_id in asked.right:
            around = (
                quote.article.text[passage.start : passage.end]
                for passage in archive.passages.of_article(quote.article.number)
                if passage.start <= quote.start and quote.end <= passage.end
            )
            if shares_words(asked.evidence, around):
                return place
    return None


def _in_quote_at(outcome: Outcome, asked: Asked) -> int | None:
    """The first quote from a right document that holds a gold sentence, or lies within one."""
    for place, ranked in enumerate(outcome.quotes, start=1):
        right = ranked.quote.article.external_id in asked.right
        if right and shares_words(asked.evidence, [ranked.quote.text]):
            return place
    return None


def _is_exact(archive: Archive, quote: Quote, questions: QuestionSet) -> bool:
    """Whether the database, read again, and the set itself hold the quote's words at its place."""
    stored = archive.article(quote.article.number, quote.article.revision)
    own = questions.text(quote.article.external_id or "")
    return stored is not None and stored.text[quote.start : quote.end] == quote.text == own[quote.start : quote.end]
