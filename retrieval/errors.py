"""What can go wrong while finding words.

RetrievalError
+-- ModelUnusable    a model is not installed, cannot be loaded, or does not fit the index
+-- IndexUnusable    the index on disk cannot be read or written; it can always be rebuilt
+-- UnusableSet      a folder is no question set
+-- EncoderClosed    the program is ending, and encodes no more questions
"""

from __future__ import annotations


class RetrievalError(Exception):
    """The family of everything this room raises; the message is one line that says what to do."""


class ModelUnusable(RetrievalError):
    """A model is not installed, cannot be loaded, or does not fit what was stored."""


class IndexUnusable(RetrievalError):
    """The index files cannot be read or written. Nothing is lost: `briefing-bot index rebuild` makes them again."""


class UnusableSet(RetrievalError):
    """A folder is no question set; the message says which file or line is wrong."""


class EncoderClosed(RetrievalError):
    """The program is ending, and encodes no more questions."""

    def __init__(self) -> None:
        super().__init__("the program is ending: ask again when it has started")
