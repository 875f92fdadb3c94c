"""Why an article is evidence of a watched question, or is not, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.digest_reasons import shown_score, why_not_line
from bot.rendering.wording import gettext as _


def watch_reasons(
    outcome: str | None,
    told_by: str | None,
    score: float,
    threshold: float | None,
    lacks: Sequence[str] = (),
    bars: Sequence[str] = (),
) -> list[str]:
    """What a run of a watched question decided of an article; `told_by` is the title, escaped, of one that says it too.

    `outcome` is that of the ledger's account, `score` the chance that its quote answers, 0 where it has none.
    """
    other = told_by or _("another article")
    match outcome:
        case "posted":
            first = _("It was posted: it is among the best evidence, and says something that nothing before said.")
        case "before":
            first = _("It was shown as what the best evidence was before.")
        case "folded":
            first = _("It says the same as {article}.").format(article=other)
        case "seen":
            first = _("What it says was known before, from {article}.").format(article=other)
        case "below_threshold":
            first = _("It was left out: {reason}.").format(reason=why_not_line(score, threshold or 0.0, lacks, bars))
        case "marked":
            first = _("It was left out: it was marked as not relevant.")
        case "over_limit":
            first = _("It answers too, but others answered better: at most three are told at once.")
        case "not_best":
            first = _("It is not among the best evidence: no quote of it answers better.")
        case _other:
            first = _("What this run decided is not kept any longer.")
    if not score or threshold is None:
        return [first]
    chance = _("Chance that its quote is an answer: {score}; it counts as one from {threshold} on.")
    return [first, chance.format(score=shown_score(score), threshold=shown_score(threshold))]


def watch_mark_lines(article: str, question: str, *, marked: bool) -> list[str]:
    """What "not relevant" changed for a watched question, or its **Undo**; both names are escaped."""
    if not marked:
        text = _("Taken back: **{article}** can be evidence for **{question}** again.")
        return [text.format(article=article, question=question)]
    text = _("Noted: **{article}** is no evidence for **{question}** any more.")
    kept = "-# " + _("It holds from the next run on. What was posted stays.")
    return [text.format(article=article, question=question), kept]
