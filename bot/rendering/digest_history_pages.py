"""What a digest did: its last runs, and what became of each article of one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import DigestHistory, DigestRunPage, DigestRunSelect, DigestShow
from bot.rendering.digest_items import articles_menu, shown_topic
from bot.rendering.digest_reasons import shown_score
from bot.rendering.limits import OPTION_TEXT, OPTIONS, PAGE_TEXT, clip, units
from bot.rendering.notices import moment
from bot.rendering.page import Button, Card, Choice, Option, Page
from bot.rendering.quotes import short_markdown, shown_title
from bot.rendering.turning import turning
from bot.rendering.wording import N_, ngettext, number
from bot.rendering.wording import gettext as _

if TYPE_CHECKING:
    from corpus.article import Article

ON_PAGE: Final = 15
NOTHING_COUNTED: Final[Mapping[str, int]] = MappingProxyType({})
OUTCOMES: Final = {
    "posted": N_("posted"),
    "folded": N_("folded into another"),
    "seen": N_("seen before"),
    "below_threshold": N_("below the topic threshold"),
    "over_limit": N_("over the limit"),
    # Of a watched question.
    "before": N_("shown as the evidence before"),
    "not_best": N_("not among the best evidence"),
    "marked": N_("marked as not relevant"),
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the history. `run` is its id without the hash sign."""

    run: str
    when: dt.datetime
    result: str  # in the language that is spoken
    considered: int
    is_manual: bool


@dataclass(frozen=True, slots=True)
class FateLine:
    """What became of one article of a run; no `article` where the reader may not see it or it is not there any more."""

    article: Article | None
    outcome: str
    score: float
    into: str | None = None  # the id of the article that tells its story, where the reader may see that


def digest_history_page(topic: str, subscription: int, runs: Sequence[RunLine]) -> Page:
    """The last runs, newest first; one is chosen from a menu."""
    back = (Button(_("Back"), DigestShow(subscription).encode()),)
    title = f"**{shown_topic(topic)}** · D{subscription}"
    if not runs:
        return Page((Card(title), Card(_("It has not run yet."))), (back,))
    runs = runs[:OPTIONS]
    lines = []
    for run in runs:
        checked = ngettext("{count} article checked", "{count} articles checked", run.considered)
        parts = [
            moment(run.when, "f"),
            short_markdown(run.result, 80),
            checked.format(count=number(run.considered)) if run.considered else "",
            _("by hand") if run.is_manual else "",
        ]
        lines.append(" · ".join(part for part in parts if part))
    text = "\n".join(lines)
    while units(title) + units(text) > PAGE_TEXT - 20:
        lines.pop()
        text = "\n".join(lines)
    options = tuple(
        Option(clip(f"#{run.run}", OPTION_TEXT), run.run, clip(run.result, OPTION_TEXT) or None) for run in runs
    )
    menu = Choice(DigestRunSelect().encode(), _("What became of each article of a run"), options)
    return Page((Card(title), Card(text)), (menu, back))


def digest_run_page(
    topic: str,
    subscription: int,
    run: RunLine,
    outcomes: Sequence[str],
    fate: Callable[[int], FateLine],
    *,
    threshold: float | None,
    page: int,
    counted: Mapping[str, int] = NOTHING_COUNTED,
    watched: bool = False,
) -> Page:
    """What became of each article of a run, 15 on a page from 0; any beyond the last is the last.

    `outcomes` are of all that are listed; `fate` tells the rest of the one at a place, and is asked only for those of
    the page. `counted` are the outcomes of those of which only that is kept. `watched` is as in `ItemView`.
    """
    last = max(0, (len(outcomes) - 1) // ON_PAGE)
    page = max(0, min(page, last))
    all_outcomes = Counter(outcomes) + Counter(counted)
    counts = " · ".join(
        f"{_(text)} {number(all_outcomes[name])}" for name, text in OUTCOMES.items() if all_outcomes[name]
    )
    head = [f"**{shown_topic(topic)}** · #{run.run}", f"{moment(run.when, 'f')} · {short_markdown(run.result, 100)}"]
    if counts:
        head.append(f"-# {counts}")
    has_scores = bool(topic.strip())  # everything new is as relevant as it can be
    if threshold is not None and all_outcomes and has_scores:
        from_where = (
            _("A quote counts as an answer from a chance of {score} on.")
            if watched
            else _("An article matches from a score of {score} on.")
        )
        head.append("-# " + from_where.format(score=shown_score(threshold)))
    if only_counted := sum(counted.values()):
        text = ngettext(
            "{count} article is only counted: the list has those with the best scores.",
            "{count} articles are only counted: the list has those with the best scores.",
            only_counted,
        )
        head.append("-# " + text.format(count=number(only_counted)))
    here = [fate(place) for place in range(len(outcomes))[page * ON_PAGE : (page + 1) * ON_PAGE]]
    lines = [_fate_line(one, with_score=has_scores) for one in here]
    if not here:
        lines = [_("What became of its articles is not kept any longer, or there were none.")]
    rows: list[tuple[Button, ...] | Choice] = []
    if articles := [one.article for one in here if one.article is not None]:
        rows.append(articles_menu(articles, run.run))
    back = Button(_("Back"), DigestHistory(subscription).encode())
    turn = turning(page, last, lambda number: DigestRunPage(run.run, number))
    rows.append((*turn, back) if last else (back,))
    return Page((Card("\n".join(head)), Card("\n".join(lines))), tuple(rows))


def _fate_line(fate: FateLine, *, with_score: bool) -> str:
    """At most 200 units."""
    title = _("an article that can't be shown here")
    if fate.article is not None:
        title = f"**{shown_title(fate.article, 70)}** · {fate.article.id}"
    outcome = _(OUTCOMES.get(fate.outcome, fate.outcome))
    if fate.outcome == "folded" and fate.into:
        outcome = _("folded into {article}").format(article=fate.into)
    elif fate.outcome == "seen" and fate.into:
        outcome = _("seen before in {article}").format(article=fate.into)
    was_judged = fate.outcome != "before" and (fate.outcome != "not_best" or fate.score > 0)  # it has no quote at all
    return f"{title} · {outcome} ({shown_score(fate.score)})" if with_score and was_judged else f"{title} · {outcome}"
