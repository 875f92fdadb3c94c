"""Why an article is in a digest, or is not, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.quotes import short_markdown
from bot.rendering.wording import gettext as _


def shown_score(score: float) -> str:
    """Two digits behind the point, rounded down: what is below a threshold is never shown as having reached it."""
    return f"{int(score * 100 + 1e-9) / 100:.2f}"


def words_line(words: Sequence[str], *, is_everything: bool = False) -> str:
    """What speaks for an article. At most 150 units."""
    if is_everything:
        return _("everything new")
    if words:
        return _("has the words: {words}").format(words=short_markdown(", ".join(words), 100))
    return _("close to the topic in meaning")


def why_not_line(score: float, threshold: float, lacks: Sequence[str], bars: Sequence[str]) -> str:
    """What speaks against it. At most 200 units."""
    if lacks:
        return _("lacks the word: {words}").format(words=short_markdown(", ".join(lacks), 100))
    if bars:
        return _("has the excluded word: {words}").format(words=short_markdown(", ".join(bars), 100))
    return _("score {score}, below {threshold}").format(score=shown_score(score), threshold=shown_score(threshold))
