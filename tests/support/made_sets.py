"""Small question sets and verdicts on them, made for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from retrieval.evaluation.question_set import Asked
from retrieval.evaluation.run import Run
from retrieval.evaluation.verdict import Verdict

DOCUMENTS: Sequence[Mapping[str, object]] = (
    {
        "id": "closure",
        "title": "Platforms closed",
        "text": "Officials met on Monday. The campaign led to the closure of 14 digital platforms. Trade goes on.",
    },
    {"id": "arrest", "title": "An arrest", "text": "Police arrested a man named Tong Peiji in Wuhan. He was 27."},
    {"id": "tariffs", "title": "", "text": "Relations have grown strained over tariffs and support for Taiwan."},
)
QUESTIONS: Sequence[Mapping[str, object]] = (
    {
        "id": "q1",
        "question": "How many digital platforms were closed by the campaign?",
        "answerable": True,
        "gold_doc_ids": ["closure"],
        "gold_evidence": ["The campaign led to the closure of 14 digital platforms."],
        "answers": ["14"],
        "negative_doc_ids": ["tariffs"],
    },
    {
        "id": "q2",
        "question": "Which man did police arrest in Wuhan?",
        "answerable": True,
        "gold_doc_ids": ["arrest"],
        "gold_evidence": ["Police arrested a man named Tong Peiji in Wuhan."],
        "candidate_doc_ids": ["tariffs", "arrest"],
    },
    {"id": "q3", "question": "Whose orchestra toured Iceland?", "answerable": False, "gold_doc_ids": []},
)

# Enough questions to fit something on one half: of each town its cranes, which are told, and its mayor, who is not.
_TOWNS = "Arden Belmar Corvo Dunmore Elsing Fairley Gorham Hadlow Ilford Jarrow Kelso Lindal".split()
TOWN_DOCUMENTS: Sequence[Mapping[str, object]] = [
    {"id": town, "title": f"{town} harbour", "text": f"The harbour of {town} has {20 + place} cranes. It rained."}
    for place, town in enumerate(_TOWNS)
]
TOWN_QUESTIONS: Sequence[Mapping[str, object]] = [
    {
        "id": f"cranes-{town}",
        "question": f"How many cranes has the harbour of {town}?",
        "gold_doc_ids": [town],
        "gold_evidence": [f"The harbour of {town} has {20 + place} cranes."],
    }
    for place, town in enumerate(_TOWNS)
] + [{"id": f"mayor-{town}", "question": f"Which party does the mayor of {town} lead?"} for town in _TOWNS]

THINGS = ("harbour", "orchard", "glacier", "railway", "lantern", "quarry", "beehive", "windmill")


def write_set(
    folder: Path,
    documents: Sequence[Mapping[str, object]] = DOCUMENTS,
    questions: Sequence[Mapping[str, object]] = QUESTIONS,
) -> Path:
    """A folder with the two files of a question set."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("corpus.jsonl", documents), ("queries.jsonl", questions)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return folder


def write_topic_set(folder: Path, things: Sequence[str] = THINGS, each: int = 12) -> Path:
    """A folder with the two files of a topic set: some reports on each of several things, and topics that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    documents = [
        {"id": f"{thing}-{number}", "text": f"The {thing} of town {number} was repaired by {number + 3} people."}
        for thing in things
        for number in range(each)
    ]
    topics = [
        {"id": thing, "topic": f"the {thing}", "gold_doc_ids": [f"{thing}-{number}" for number in range(each)]}
        for thing in things
    ]
    for name, lines in (("corpus.jsonl", documents), ("topics.jsonl", topics)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return folder


ANSWERABLE = Asked(
    id="a",
    question="How many were closed?",
    answerable=True,
    gold=("right",),
    right=frozenset({"right", "as right"}),
    evidence=("14 were closed.",),
    answers=("14",),
    candidates=(),
    negatives=(),
)
UNANSWERABLE = replace(ANSWERABLE, id="u", answerable=False, gold=(), right=frozenset(), evidence=(), answers=())


def verdict(asked: Asked = ANSWERABLE, **changes: object) -> Verdict:
    """What became of a question: answered, and right where it can be."""
    right = Verdict(
        asked=asked,
        state="answered",
        confidence=0.9,
        ranks=("right", "other"),
        evidence_at=1,
        in_quote_at=1,
        first_document="right",
        first_quote="Then 14 were closed.",
        quotes=2,
        exact=2,
        sources_differ=False,
        average_precision=None,
        seconds=0.01,
    )
    return replace(right, **changes)  # type: ignore[arg-type]


def run_of(verdicts: Sequence[Verdict], model: str = "made/1+none") -> Run:
    return Run("made", model, 3, answered=0.6, closest=0.2, embed_seconds=1.0, verdicts=tuple(verdicts))
