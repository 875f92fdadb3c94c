"""Compare the index on disk with the archive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.archive import Archive
from retrieval.errors import IndexUnusable, ModelUnusable
from retrieval.index.catch_up import LiveIndex
from retrieval.index.growing_index import restored
from retrieval.index.passage_vectors import matrix
from retrieval.index.snapshot import load


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The snapshot on disk against the archive. Counts of passages; `ok` when nothing is missing, surplus or other."""

    passages: int  # in the archive
    embedded: int  # of these, with a vector of this model
    indexed: int  # in the snapshot
    missing: int  # have a vector and are not in the snapshot, though the journal up to its position says so
    surplus: int  # are in the snapshot and no longer in the archive
    differing: int  # are in both, with other vectors
    ok: bool
    reason: str | None  # why not, in one line


def verify(folder: Path, archive: Archive, embedder_name: str, dimension: int) -> VerifyReport:
    """Compare the snapshot, brought up to date in memory, with every vector in the archive; changes nothing."""
    passages = archive.passages.count()
    embedded = archive.passages.count_vectors(embedder_name)
    indexed = same = differing = 0
    try:
        manifest, contents = load(folder, archive, embedder_name, dimension, thorough=True)
        live = LiveIndex(folder, archive, embedder_name, restored(contents), manifest.position)
        live.catch_up()
        for ids, rows in live.contents().portions():
            stored = archive.passages.vectors_of(embedder_name, ids.tolist())
            known = np.fromiter((number in stored for number in ids.tolist()), dtype=bool, count=len(ids))
            expected = matrix([stored[number] for number in ids[known].tolist()], dimension)
            equal = int((expected == rows[known]).all(axis=1).sum())
            indexed, same, differing = indexed + len(ids), same + equal, differing + len(expected) - equal
    except (IndexUnusable, ModelUnusable) as error:
        return VerifyReport(passages, embedded, 0, embedded, 0, 0, False, str(error))
    missing, surplus = embedded - same - differing, indexed - same - differing
    wrong = [
        f"{count} {what}" for count, what in ((missing, "missing"), (surplus, "surplus"), (differing, "differing"))
    ]
    reason = None
    if missing or surplus or differing:
        reason = f"the index has {', '.join(wrong)}: run briefing-bot index rebuild"
    elif embedded < passages:
        reason = f"{passages - embedded} passages have no vector yet: they are made at the next import or run"
    return VerifyReport(
        passages,
        embedded,
        indexed,
        missing,
        surplus,
        differing,
        ok=not (missing or surplus or differing),
        reason=reason,
    )
