"""What an operator is told when passages have no vector of the model in use: an import at work, or another model."""

from __future__ import annotations

from collections.abc import Mapping

REMEDY = "run: briefing-bot index rebuild"


def without_vector(left: int, model: str, counts: Mapping[str, int], *, remedy: str = REMEDY) -> str | None:
    """One line about `left` passages that have no vector of `model`; None where all have one.

    `counts`: how many vectors the archive holds of each model. Where another has more than this one, the model was
    changed; its vectors stay, so that going back costs nothing.
    """
    if not left:
        return None
    other = max(counts, key=lambda name: counts[name], default=model)
    if counts.get(other, 0) > counts.get(model, 0):
        return (
            f"{left:,} passages have no vector of {model} yet, the model in use now; there are {counts[other]:,} of "
            f"{other}, which stay. Until they have one, only their exact words are found; {remedy}"
        )
    return (
        f"passages not encoded yet, which an answer may miss: {left:,}. An import is at work, or was broken off; "
        f"then {remedy}"
    )
