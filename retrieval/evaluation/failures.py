"""Which questions went wrong, and how: to be read by people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from retrieval.evaluation.verdict import Verdict


class FailureKind(StrEnum):
    """How a question can go wrong; a verdict has at most one, the first that applies."""

    REFUSED = "refused"  # answerable, and the answer was: not in the archive
    WRONG_ARTICLE = "wrong article"  # the first quote is from a document that is not among the right ones
    WRONG_SENTENCE = "wrong sentence"  # from a right one, but neither evidence nor answer stands in it
    FALSELY_ANSWERED = "falsely answered"  # nothing answers, and a quote was called an answer


@dataclass(frozen=True, slots=True)
class Failure:
    """One question that went wrong: what was expected, and what was quoted first."""

    id: str
    kind: FailureKind
    question: str
    expected: tuple[str, ...]  # gold sentences, else the answers
    expected_documents: tuple[str, ...]
    quoted: str | None
    quoted_document: str | None
    state: str
    confidence: float

    def as_data(self) -> dict[str, object]:
        """The failure as JSON types."""
        return {
            "id": self.id,
            "kind": str(self.kind),
            "question": self.question,
            "expected": list(self.expected),
            "expected_documents": list(self.expected_documents),
            "quoted": self.quoted,
            "quoted_document": self.quoted_document,
            "state": self.state,
            "confidence": round(self.confidence, 4),
        }


def kind_of(verdict: Verdict) -> FailureKind | None:
    """How a question went wrong; None where it did not.

    Closest passages are no claim: for an unanswerable question they are no failure. Where a set names neither evidence
    nor answers, any sentence of a right document passes.
    """
    if not verdict.asked.answerable:
        return FailureKind.FALSELY_ANSWERED if verdict.state == "answered" else None
    if verdict.state == "not_in_archive":
        return FailureKind.REFUSED
    if verdict.first_document not in verdict.asked.right:
        return FailureKind.WRONG_ARTICLE
    return None if has_right_sentence(verdict) else FailureKind.WRONG_SENTENCE


def has_right_sentence(verdict: Verdict) -> bool:
    """Whether the first quote is right, whatever the state: the document, and the sentence as far as the set says."""
    asked = verdict.asked
    if not asked.answerable or verdict.first_document not in asked.right:
        return False
    if not asked.evidence and not asked.answers:
        return True
    return verdict.in_quote_at == 1 or bool(verdict.holds_answer)


def failure_of(verdict: Verdict) -> Failure | None:
    """The failure of one question, or None."""
    kind = kind_of(verdict)
    if kind is None:
        return None
    asked = verdict.asked
    return Failure(
        id=asked.id,
        kind=kind,
        question=asked.question,
        expected=asked.evidence or asked.answers,
        expected_documents=asked.gold,
        quoted=verdict.first_quote,
        quoted_document=verdict.first_document,
        state=verdict.state,
        confidence=verdict.confidence,
    )
