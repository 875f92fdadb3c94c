"""Judge retrieval by question sets: are the right articles found, the right words quoted, and silence kept where due?

A set is a folder with `corpus.jsonl` {id, title, author, source, published, url, text} and `queries.jsonl` {id,
question, answerable, gold_doc_ids[], gold_evidence[]}. Further fields are used where they are there: `alt_doc_ids`
count as right, `candidate_doc_ids` are ranked among themselves, `negative_doc_ids` are all there is with
`only_negatives`.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.archive import Archive
from corpus.ingest import Status, ingest
from corpus.passage import Quote
from corpus.readers.jsonl import read_lines
from retrieval.answering import Answerer
from retrieval.calibration import Calibration
from retrieval.catch_up import LiveIndex, embed_missing
from retrieval.embedding import Embedder
from retrieval.errors import RetrievalError
from retrieval.outcome import STATE, Outcome
from retrieval.reranking import Reranker
from retrieval.search import Searcher

RANKS = 10  # documents that a question's search gives
CANDIDATE_DEPTH = 1000  # the same where given candidates are ranked among themselves
QUOTES = 5


class UnusableSet(RetrievalError):
    """A folder is no question set; the message says which file or line is wrong."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a set."""

    id: str
    question: str
    answerable: bool
    right: frozenset[str]  # gold and alternative documents
    evidence: tuple[str, ...]
    candidates: tuple[str, ...]
    negatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one question."""

    asked: Asked
    state: str
    confidence: float
    ranks: tuple[str, ...]  # external ids, best first
    evidence_at: int | None  # the first quote whose passage holds a gold sentence, from 1
    in_quote_at: int | None  # the first quote that shares words with one: its own sentence stands there
    quotes: int
    exact: int
    average_precision: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one set. Shares are from 0 to 1; None where the set has nothing to count."""

    set_name: str
    documents: int
    questions: int
    answerable: int
    unanswerable: int
    recall_at_1: float | None
    recall_at_5: float | None
    recall_at_10: float | None
    mrr_at_10: float | None
    map: float | None  # over the given candidates
    evidence_at_1: float | None
    evidence_at_5: float | None
    quoted_at_1: float | None
    answered: float | None  # of the answerable
    falsely_refused: float | None  # of the answerable: not_in_archive
    refused: float | None  # of the unanswerable: not_in_archive
    falsely_answered: float | None  # of the unanswerable: answered
    auroc: float | None  # of the confidence, answerable against not
    quotes: int
    quote_exactness: float | None
    latency_median_ms: float | None
    latency_p95_ms: float | None
    embed_seconds: float

    def as_data(self) -> dict[str, object]:
        """The report as JSON types."""
        plain: dict[str, object] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            plain[name] = round(value, 4) if isinstance(value, float) else value
        return plain

    def rows(self) -> list[tuple[str, str]]:
        """The report as lines of a table: a label and a figure; what was not measured is left out."""
        found = []
        for name, value in self.as_data().items():
            if value is not None:
                label = name.replace("_at_", "@").replace("_", " ")
                found.append((label, f"{value:.3f}" if isinstance(value, float) else str(value)))
        return found


def judge(
    folder: Path,
    *,
    embedder: Embedder,
    reranker: Reranker | None,
    calibration: Calibration | None = None,
    only_negatives: bool = False,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Report:
    """The figures of `judged`."""
    documents, verdicts, embed_seconds = judged(
        folder,
        embedder=embedder,
        reranker=reranker,
        calibration=calibration,
        only_negatives=only_negatives,
        limit=limit,
        on_progress=on_progress,
    )
    return report_of(folder.resolve().name, documents, verdicts, embed_seconds)


def judged(
    folder: Path,
    *,
    embedder: Embedder,
    reranker: Reranker | None,
    calibration: Calibration | None = None,
    only_negatives: bool = False,
    limit: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[int, list[Verdict], float]:
    """Ask every question of a set in a temporary archive: how many documents, the verdicts, the seconds of embedding.

    `only_negatives` archives only the documents that some question names as noise: then every question must be refused.
    `limit` takes the first so many questions. `on_progress` is told (done, total) after each question. Raises
    `UnusableSet`.
    """
    questions = _questions(folder)[:limit]
    keep = {number for one in questions for number in one.negatives} if only_negatives else None
    if only_negatives and not keep:
        raise UnusableSet(f"{folder / 'queries.jsonl'} names no negative_doc_ids: run it without --only-negatives")
    if only_negatives:
        questions = [_unanswerable(one) for one in questions]
    with tempfile.TemporaryDirectory(prefix="briefing-eval-") as place, Archive.open(Path(place)) as archive:
        texts = _fill(archive, folder / "corpus.jsonl", keep)
        started = time.perf_counter()
        embed_missing(archive, embedder)
        embed_seconds = time.perf_counter() - started
        index = LiveIndex.open(Path(place) / "index", archive, embedder)
        answerer = Answerer(archive, Searcher(archive, index, embedder, reranker), calibration)
        verdicts = []
        for done, asked in enumerate(questions, start=1):
            verdicts.append(_ask(answerer, asked, texts))
            if on_progress is not None:
                on_progress(done, len(questions))
    return len(texts), verdicts, embed_seconds


def report_of(name: str, documents: int, verdicts: Sequence[Verdict], embed_seconds: float) -> Report:
    """The figures of a set from what became of each of its questions."""
    answerable = [one for one in verdicts if one.asked.answerable]
    not_so = [one for one in verdicts if not one.asked.answerable]
    places = [_place(one) for one in answerable if one.asked.right]
    judged = [one for one in answerable if one.asked.evidence]
    times = np.asarray([one.seconds * 1000 for one in verdicts])
    quotes = sum(one.quotes for one in verdicts)
    return Report(
        set_name=name,
        documents=documents,
        questions=len(verdicts),
        answerable=len(answerable),
        unanswerable=len(not_so),
        recall_at_1=_share(place <= 1 for place in places),
        recall_at_5=_share(place <= 5 for place in places),
        recall_at_10=_share(place <= 10 for place in places),
        mrr_at_10=_mean([1 / place if place <= 10 else 0.0 for place in places]),
        map=_mean([one.average_precision for one in verdicts if one.average_precision is not None]),
        evidence_at_1=_share(one.evidence_at == 1 for one in judged),
        evidence_at_5=_share(one.evidence_at is not None and one.evidence_at <= 5 for one in judged),
        quoted_at_1=_share(one.in_quote_at == 1 for one in judged),
        answered=_share(one.state == "answered" for one in answerable),
        falsely_refused=_share(one.state == "not_in_archive" for one in answerable),
        refused=_share(one.state == "not_in_archive" for one in not_so),
        falsely_answered=_share(one.state == "answered" for one in not_so),
        auroc=auroc([one.confidence for one in answerable], [one.confidence for one in not_so]),
        quotes=quotes,
        quote_exactness=sum(one.exact for one in verdicts) / quotes if quotes else None,
        latency_median_ms=float(np.median(times)) if len(times) else None,
        latency_p95_ms=float(np.percentile(times, 95)) if len(times) else None,
        embed_seconds=embed_seconds,
    )


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that a positive is above a negative, ties counting half; None when either is missing."""
    if not positive or not negative:
        return None
    above = np.subtract.outer(np.asarray(positive), np.asarray(negative))
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


# Golden questions


@dataclass(frozen=True, slots=True)
class GoldenVerdict:
    """A golden question: what was quoted first, and whether that is right."""

    id: str
    question: str
    right: bool
    state: str
    first_quote: str | None
    wanted: str | None


def judge_quotes(answerer: Answerer, questions: Iterable[Mapping[str, object]]) -> list[GoldenVerdict]:
    """Ask golden questions {id, question, answerable, quote}.

    Right is: the first quote holds the words wanted, white space apart; or, where there is no answer, none is claimed.
    """
    verdicts = []
    for one in questions:
        outcome = answerer.answer(str(one["question"]))
        state = STATE[type(outcome)]
        first = outcome.quotes[0].quote.text if outcome.quotes else None
        wanted = str(one["quote"]) if one.get("answerable") else None
        if wanted is None:
            right = state != "answered"
        else:
            right = first is not None and state != "not_in_archive" and _collapsed(wanted) in _collapsed(first)
        verdicts.append(GoldenVerdict(str(one["id"]), str(one["question"]), right, state, first, wanted))
    return verdicts


# Reading a set


def _questions(folder: Path) -> list[Asked]:
    found = []
    for number, line in _lines(folder / "queries.jsonl"):
        try:
            found.append(
                Asked(
                    id=str(line.get("id", number)),
                    question=str(line["question"]),
                    answerable=bool(line.get("answerable", line.get("gold_doc_ids"))),
                    right=frozenset([*_texts(line, "gold_doc_ids"), *_texts(line, "alt_doc_ids")]),
                    evidence=tuple(_texts(line, "gold_evidence")),
                    candidates=tuple(_texts(line, "candidate_doc_ids")),
                    negatives=tuple(_texts(line, "negative_doc_ids")),
                )
            )
        except KeyError as error:
            raise UnusableSet(f"{folder / 'queries.jsonl'}, line {number}: there is no {error}") from error
    return found


def _texts(line: Mapping[str, object], name: str) -> list[str]:
    value = line.get(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def _lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        with path.open(encoding="utf-8") as opened:
            for number, text in enumerate(opened, start=1):
                if text.strip():
                    line = json.loads(text)
                    if not isinstance(line, dict):
                        raise UnusableSet(f"{path}, line {number}: not an object")
                    yield number, line
    except OSError as error:
        raise UnusableSet(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise UnusableSet(f"{path} is not JSON Lines: {error}") from error


def _fill(archive: Archive, path: Path, keep: set[str] | None) -> dict[str, str]:
    """Archive the documents (all, or those to keep); gives the text of each that was taken, as the set has it."""
    texts: dict[str, str] = {}
    lines: list[bytes] = []
    for _, line in _lines(path):
        name = str(line.get("id"))
        if keep is None or name in keep:
            texts[name] = str(line.get("text", ""))
            lines.append(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    rejected = [
        report.reason
        for report in ingest(archive, read_lines(lines, path.name), collection="eval", backfill=True)
        if report.status is Status.REJECTED
    ]
    if rejected and len(rejected) == len(lines):
        raise UnusableSet(f"{path} holds no document that can be read: {rejected[0]}")
    return texts


def _unanswerable(asked: Asked) -> Asked:
    return Asked(asked.id, asked.question, False, frozenset(), (), (), asked.negatives)


# One question


def _ask(answerer: Answerer, asked: Asked, texts: Mapping[str, str]) -> Verdict:
    started = time.perf_counter()
    outcome = answerer.answer(asked.question, quotes=QUOTES)
    seconds = time.perf_counter() - started
    found = answerer.searcher.search(asked.question, limit=CANDIDATE_DEPTH if asked.candidates else RANKS)
    ranks = [hit.article.external_id or "" for hit in found.hits]
    precision = None
    if asked.candidates and asked.right:
        precision = average_precision(ranks, asked.candidates, asked.right)
    return Verdict(
        asked=asked,
        state=STATE[type(outcome)],
        confidence=outcome.confidence,
        ranks=tuple(ranks[:RANKS]),
        evidence_at=_evidence_at(answerer.archive, outcome, asked),
        in_quote_at=_in_quote_at(outcome, asked),
        quotes=len(outcome.quotes),
        exact=sum(_is_exact(answerer.archive, ranked.quote, texts) for ranked in outcome.quotes),
        average_precision=precision,
        seconds=seconds,
    )


def average_precision(ranks: Sequence[str], candidates: Sequence[str], right: frozenset[str]) -> float:
    """Of the right ones among given candidates; candidates that were not found rank last, as the set gives them."""
    among = set(candidates)
    order = [name for name in ranks if name in among]
    order += [name for name in candidates if name not in set(order)]
    hits, total = 0, 0.0
    for place, name in enumerate(order, start=1):
        if name in right:
            hits += 1
            total += hits / place
    return total / hits if hits else 0.0


def _evidence_at(archive: Archive, outcome: Outcome, asked: Asked) -> int | None:
    """The first quote one of whose passages holds a gold sentence."""
    wanted = [_collapsed(one) for one in asked.evidence]
    for place, ranked in enumerate(outcome.quotes, start=1):
        quote = ranked.quote
        if quote.article.external_id not in asked.right:
            continue
        around = [
            _collapsed(quote.article.text[passage.start : passage.end])
            for passage in archive.passages.of_article(quote.article.number)
            if passage.start <= quote.start and quote.end <= passage.end
        ]
        # A gold sentence can be longer than a passage: then the passage lies within it.
        if any(one in text or text in one for one in wanted for text in around):
            return place
    return None


def _in_quote_at(outcome: Outcome, asked: Asked) -> int | None:
    """The first quote from a right document that holds a gold sentence, or lies within one."""
    wanted = [_collapsed(one) for one in asked.evidence]
    for place, ranked in enumerate(outcome.quotes, start=1):
        text = _collapsed(ranked.quote.text)
        if ranked.quote.article.external_id in asked.right and any(one in text or text in one for one in wanted):
            return place
    return None


def _is_exact(archive: Archive, quote: Quote, texts: Mapping[str, str]) -> bool:
    """Whether the database, read again, and the set itself hold the quote's words at its place."""
    stored = archive.article(quote.article.number, quote.article.revision)
    own = texts.get(quote.article.external_id or "", "")
    return stored is not None and stored.text[quote.start : quote.end] == quote.text == own[quote.start : quote.end]


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _place(verdict: Verdict) -> int:
    """Where the first right document stands; far away when it is not among the ranks."""
    places = (place for place, name in enumerate(verdict.ranks, start=1) if name in verdict.asked.right)
    return next(places, RANKS + 1)


def _share(values: Iterable[bool]) -> float | None:
    return _mean([float(value) for value in values])


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
