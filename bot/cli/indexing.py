"""`index verify` and `index rebuild`: the search index is a cache of the archive, and can be checked or made anew."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from bot.cli.output import print_json, print_line, progress
from bot.errors import UsageError
from bot.locks import BULK, BULK_WORK, held
from bot.wiring import INDEX_FOLDER, archive_to_read, archive_to_write, embedder_for, settings_for
from corpus.archive import Archive
from retrieval.index.catch_up import rebuild
from retrieval.index.passage_vectors import embed_missing
from retrieval.index.verifying import verify


def verify_index(options: argparse.Namespace) -> int:
    """Compare the index on disk with the archive. 1 if they differ."""
    settings = settings_for(options)
    embedder = embedder_for(settings)
    with archive_to_read(settings.data) as archive:
        archive.check()
        report = verify(settings.data / INDEX_FOLDER, archive, embedder.name, embedder.dimension)
    if options.json:
        print_json(asdict(report))
    else:
        print_line(f"{report.passages} passages, {report.embedded} with a vector, {report.indexed} in the index")
        print_line(report.reason or "the index fits the archive")
    return 0 if report.ok else 1


def rebuild_index(options: argparse.Namespace) -> int:
    """Make the index anew from the stored vectors; the model is needed only for passages that have none."""
    settings = settings_for(options)
    if not Archive.exists(settings.data):
        raise UsageError(f"there is no archive in {settings.data}: import something first")
    embedder = embedder_for(settings)
    with held(settings.data, BULK, BULK_WORK), archive_to_write(settings.data) as archive:
        with progress("embedding") as advance:
            embedded = embed_missing(archive, embedder, on_progress=advance)
        indexed = rebuild(settings.data / INDEX_FOLDER, archive, embedder.name, embedder.dimension)
    if options.json:
        print_json({"indexed": indexed, "embedded": embedded})
    else:
        print_line(f"{indexed} passages in the index" + (f", {embedded} of them newly embedded" if embedded else ""))
    return 0
