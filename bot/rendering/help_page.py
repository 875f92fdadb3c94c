"""What the archive holds, how to ask, and what is kept about a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.page import Page
from corpus.archive import Coverage


def help_page(coverage: Coverage, subjects: Sequence[str] = (), examples: Sequence[str] = ()) -> Page:
    """`examples` are titles of real articles; up to three become questions to try."""
    raise NotImplementedError
