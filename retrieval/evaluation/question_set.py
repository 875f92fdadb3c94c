"""Question sets: documents, and questions whose right documents and sentences are known.

A set is a folder with `corpus.jsonl` {id, title, author, source, published, url, text} and `queries.jsonl` {id,
question, answerable, gold_doc_ids[], gold_evidence[]}. Further fields are used where they are there: `alt_doc_ids`
count as right, `answers` are words that a first quote ought to hold, `candidate_doc_ids` are ranked among themselves,
`negative_doc_ids` are all there is for a set of `only_negatives`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.errors import UnusableSet

DOCUMENTS = "corpus.jsonl"
QUESTIONS = "queries.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a set."""

    id: str
    question: str
    answerable: bool
    gold: tuple[str, ...]  # ids of the documents that answer, together
    right: frozenset[str]  # those and the alternatives that answer as well
    evidence: tuple[str, ...]
    answers: tuple[str, ...]
    candidates: tuple[str, ...]
    negatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Documents by id, as the set has them, and questions in the set's order."""

    name: str
    documents: Mapping[str, Mapping[str, object]]
    questions: tuple[Asked, ...]

    def text(self, document: str) -> str:
        """A document's text as the set has it; empty for an unknown id."""
        return str(self.documents.get(document, {}).get("text", ""))

    def only_negatives(self) -> QuestionSet:
        """The documents that some question names as noise, and nothing else: then every question is unanswerable.

        Raises `UnusableSet` where no question names any.
        """
        wanted = {number for one in self.questions for number in one.negatives}
        if not wanted:
            raise UnusableSet(f"{self.name}/{QUESTIONS} names no negative_doc_ids: run it without --only-negatives")
        return replace(
            self,
            documents={name: document for name, document in self.documents.items() if name in wanted},
            questions=tuple(
                replace(one, answerable=False, gold=(), right=frozenset(), evidence=(), answers=(), candidates=())
                for one in self.questions
            ),
        )

    def half(self, *, held_out: bool) -> QuestionSet:
        """The questions to fit something on, or those held out to see how well it does; the same in every run."""
        return replace(self, questions=tuple(one for one in self.questions if is_held_out(one.id) is held_out))


def is_held_out(identifier: str) -> bool:
    """Which half a question is in, by the sha256 of its id."""
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).digest()[-1] % 2 == 1


def read_set(folder: Path) -> QuestionSet:
    """The question set of a folder. Raises `UnusableSet`, which names the file and the line."""
    for name in (DOCUMENTS, QUESTIONS):
        if not (folder / name).is_file():
            raise UnusableSet(f"{folder} has no {name}: a question set is a folder with {DOCUMENTS} and {QUESTIONS}")
    documents = read_documents(folder / DOCUMENTS)
    questions = tuple(_asked(folder / QUESTIONS, number, line) for number, line in _lines(folder / QUESTIONS))
    if not questions:
        raise UnusableSet(f"{folder / QUESTIONS} holds no question")
    return QuestionSet(folder.resolve().name, documents, questions)


def read_documents(path: Path) -> dict[str, Mapping[str, object]]:
    """The documents of one file by id. Raises `UnusableSet`."""
    documents: dict[str, Mapping[str, object]] = {}
    for number, line in _lines(path):
        name = line.get("id")
        if not isinstance(name, str):
            raise UnusableSet(f"{path}, line {number}: a document needs an id, in quotes")
        if name in documents:
            raise UnusableSet(f"{path}, line {number}: a second document {name}")
        documents[name] = line
    if not documents:
        raise UnusableSet(f"{path} holds no document")
    return documents


def _asked(path: Path, number: int, line: Mapping[str, object]) -> Asked:
    question = line.get("question")
    if not isinstance(question, str) or not question.strip():
        raise UnusableSet(f"{path}, line {number}: there is no question")
    gold = _texts(line, "gold_doc_ids")
    return Asked(
        id=str(line.get("id", number)),
        question=question,
        answerable=bool(line.get("answerable", gold)),
        gold=gold,
        right=frozenset([*gold, *_texts(line, "alt_doc_ids")]),
        evidence=_texts(line, "gold_evidence"),
        answers=_texts(line, "answers"),
        candidates=_texts(line, "candidate_doc_ids"),
        negatives=_texts(line, "negative_doc_ids"),
    )


def _texts(line: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = line.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


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
        raise UnusableSet(f"{path} is not JSON Lines in UTF-8: {error}") from error
