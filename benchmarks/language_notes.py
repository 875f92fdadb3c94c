"""How often an English question over an English archive gets a note about languages. It never should.

Usage: python benchmarks/language_notes.py SET...   (each with corpus.jsonl and queries.jsonl, all in English)

Each question as it stands; the same without the English words that alone would keep the note away, as people type into
a search box; its capitalised words alone, which are mostly names; and the headlines, as if they were asked.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from halves import held_out

from retrieval.models.language_note import _ENGLISH, foreign_language

ENGLISH = frozenset({"en"})
WAYS = ("questions", "without English words", "capitalised words", "headlines")


def ways_of(question: str) -> tuple[str, str, str]:
    words = question.split()
    plain = [word for word in words if word.lower().strip("?,.:;!'\"") not in _ENGLISH]
    return question, " ".join(plain), " ".join(word for word in words[1:] if word[:1].isupper())


def main(folders: list[str]) -> int:
    asked: Counter[tuple[bool, str]] = Counter()
    noted: Counter[tuple[bool, str]] = Counter()
    for folder in map(Path, folders):
        texts = []
        for line in (folder / "queries.jsonl").read_text("utf-8").splitlines():
            query = json.loads(line)
            texts += [(query["id"], *pair) for pair in zip(WAYS, ways_of(query["question"]), strict=False)]
        for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines():
            document = json.loads(line)
            if document.get("title"):
                texts.append((document["id"], WAYS[-1], document["title"]))
        for identifier, way, text in texts:
            half = held_out(identifier)
            asked[half, way] += 1
            noted[half, way] += foreign_language(text, ENGLISH) is not None
    print("| half | " + " | ".join(WAYS) + " |\n|---|" + "---|" * len(WAYS))
    for half, name in ((False, "developed on"), (True, "held out")):
        print(f"| {name} | " + " | ".join(f"{noted[half, way]} of {asked[half, way]:,}" for way in WAYS) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
