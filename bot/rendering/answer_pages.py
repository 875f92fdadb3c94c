"""An outcome as a page: the question, one line of framing, and the quotes with their sources."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.echo import question_of
from bot.rendering.page import Page
from corpus.archive import Coverage
from corpus.article import EVERYTHING, Scope
from retrieval.outcome import ClosestPassages, NotInArchive, Outcome

__all__ = ["answer_page", "closest_anyway", "question_of", "shown_quotes"]


def answer_page(
    outcome: Outcome,
    *,
    coverage: Coverage,
    subjects: Sequence[str] = (),
    scope: Scope = EVERYTHING,
    more: bool = False,
    skip: int = 0,
) -> Page:
    """The page for one outcome.

    `coverage` and `subjects` are of what the asker may see, without the filters. `more`: there are further quotes, so a
    **More** button is worth it; `skip` quotes were shown before this page.
    """
    raise NotImplementedError


def closest_anyway(outcome: NotInArchive) -> ClosestPassages | None:
    """What **Show closest anyway** shows; None when nothing was close at all."""
    raise NotImplementedError


def shown_quotes(page_text: str) -> list[str]:
    """The words of every quote on a page (`Page.text`, or what Discord gives back), as the source has them.

    Each is a stretch of its source, without the marks for what was left out.
    """
    raise NotImplementedError
