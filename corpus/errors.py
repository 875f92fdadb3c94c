"""What can go wrong with the written word.

CorpusError
+-- ArchiveUnusable      the database cannot be opened, is damaged, or its disk is full or read-only
|   +-- ArchiveTooNew    written by a later version of this program
+-- UnknownFormat        `--format` names no reader
+-- NothingThere         a path that does not exist
+-- UnusableAddress      an address that no source can have, or one that does not tell what it is
"""

from __future__ import annotations

from pathlib import Path


class CorpusError(Exception):
    """The family of everything this room raises; the message is one line that says what to do."""


class ArchiveUnusable(CorpusError):
    """The archive's database cannot be worked with. Nothing in it was changed."""


class ArchiveTooNew(ArchiveUnusable):
    """The archive was written by a later version of this program."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(f"{path} has format {found}, this program knows up to {known}: install the newer version")


class UnknownFormat(CorpusError):
    """No reader has that name."""


class NothingThere(CorpusError):
    """A path that was named does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no file or folder {path}")


class UnusableAddress(CorpusError):
    """An address that no source can have, or one that does not tell what it is. The message says what to do."""
