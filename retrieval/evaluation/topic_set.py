"""Topic sets: documents, and topics in people's words whose right documents are known.

A set is a folder with `corpus.jsonl`, as a question set has it, and `topics.jsonl` {id, topic, gold_doc_ids[],
ignored_doc_ids[]}. `id` decides which half a topic is in; several wordings of one subject may share it. Ignored are
documents of which nobody knows whether they are right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import UnusableSet

DOCUMENTS = "corpus.jsonl"
TOPICS = "topics.jsonl"


@dataclass(frozen=True, slots=True)
class AskedTopic:
    """A topic as somebody types it, and which documents are about it."""

    id: str
    topic: str
    gold: frozenset[str]
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TopicSet:
    """Documents by id, as the set has them, and topics in the set's order."""

    name: str
    documents: Mapping[str, Mapping[str, object]]
    topics: tuple[AskedTopic, ...]


def read_topic_set(folder: Path) -> TopicSet:
    """The topic set of a folder. Raises `UnusableSet`, which names the file and the line."""
    for name in (DOCUMENTS, TOPICS):
        if not (folder / name).is_file():
            raise UnusableSet(f"{folder} is no topic set: it has no {name}")
    documents: dict[str, dict[str, object]] = {}
    for place, record in _records(folder / DOCUMENTS):
        key = record.get("id")
        if not isinstance(key, str) or not isinstance(record.get("text"), str):
            raise UnusableSet(f"{place}: a document needs a text for id and for text")
        documents[key] = record
    topics = []
    for place, record in _records(folder / TOPICS):
        topic = record.get("topic")
        if not isinstance(topic, str) or not topic.strip():
            raise UnusableSet(f"{place}: a topic needs a text for topic")
        gold, ignored = (_ids(place, record, name) for name in ("gold_doc_ids", "ignored_doc_ids"))
        if unknown := (gold | ignored) - documents.keys():
            raise UnusableSet(f"{place}: no document has the id {min(unknown)}")
        topics.append(AskedTopic(str(record.get("id", topic)), topic, gold, ignored))
    return TopicSet(folder.resolve().name, documents, tuple(topics))


def _ids(place: str, record: Mapping[str, object], name: str) -> frozenset[str]:
    ids = record.get(name, [])
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise UnusableSet(f"{place}: {name} is a list of ids")
    return frozenset(ids)


def _records(path: Path) -> list[tuple[str, dict[str, object]]]:
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise UnusableSet(f"{path}:{number}: not a JSON object") from error
        if not isinstance(record, dict):
            raise UnusableSet(f"{path}:{number}: not a JSON object")
        found.append((f"{path}:{number}", record))
    return found
