"""One article of a digest, only for whoever pressed: who else reports it, why it is there, and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import (
    ArticleSelect,
    AskArticle,
    DigestItem,
    DigestNotRelevant,
    DigestRelevantAgain,
    DigestWhy,
    ReadArticle,
    Run,
)
from bot.rendering.digest_items import about, shown_topic
from bot.rendering.digest_reasons import shown_score, why_not_line, words_line
from bot.rendering.limits import OPTION_TEXT, OPTIONS, clip
from bot.rendering.page import Button, Card, Choice, Look, Option, Page
from bot.rendering.quotes import quote_block, shown_title, title_of
from bot.rendering.watch_reasons import watch_mark_lines, watch_reasons
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number
from retrieval.watches.asked_topic import is_question

if TYPE_CHECKING:
    from corpus.article import Article
    from corpus.passage import Quote

OTHERS_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class ItemView:
    """An article of a run, and what became of it there.

    `outcome` is that of the ledger's account; None when that is not kept any more. `told_by` is the article that tells
    its story in its place. `marked`: it was said to be not relevant. `watched`: the run asked its topic, as a
    question.
    """

    run: Run
    topic: str
    article: Article
    sentence: Quote | None
    outcome: str | None
    score: float
    threshold: float
    also: tuple[Article, ...] = ()
    told_by: Article | None = None
    words: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    marked: bool = False
    watched: bool = False


def digest_item_page(view: ItemView) -> Page:
    """**Read / Ask / Why / Not relevant**, and a menu of the reports that were folded into it."""
    article = view.article
    lines = [f"**{shown_title(article, 200)}**", about(article)]
    if view.sentence is not None:
        lines.append(quote_block(view.sentence, characters=400, room=800))
    cards = [Card("\n".join(lines))]
    rows: list[tuple[Button, ...] | Choice] = [
        (
            Button(_("Read"), _read(view).encode(), Look.PRIMARY),
            Button(_("Ask"), AskArticle(article.number).encode()),
            Button(_("Why"), DigestWhy(view.run, article.number).encode()),
            _mark_button(view),
        )
    ]
    if view.also:
        head = ngettext("{count} more reports this:", "{count} more report this:", len(view.also))
        others = [f"{shown_title(other, 100)} · {about(other, 24)}" for other in view.also[:OTHERS_SHOWN]]
        if (left := len(view.also) - OTHERS_SHOWN) > 0:
            others.append(_("and {count} more").format(count=number(left)))
        cards.append(Card("\n".join(["-# " + head.format(count=number(len(view.also))), *others])))
        rows.append(_others_menu(view.also))
    return Page(tuple(cards), tuple(rows))


def digest_why_page(view: ItemView) -> Page:
    """Which words, score and threshold decided; of what was left out, why."""
    article = view.article
    cards = [Card(f"**{shown_title(article, 200)}**\n{about(article)}"), Card("\n".join(_reasons(view)))]
    back = Button(_("Back"), DigestItem(view.run, article.number).encode())
    return Page(tuple(cards), ((_mark_button(view), back),))


def digest_marked_page(view: ItemView, before: float, after: float, step: float) -> Page:
    """What "not relevant" changed, or its **Undo**. `before` and `after` are the digest's threshold.

    For a watched question it is the article itself that is no evidence any more.
    """
    topic = shown_topic(view.topic)
    title = shown_title(view.article, 160)
    button = _mark_button(view)
    back = Button(_("Back"), DigestItem(view.run, view.article.number).encode())
    if is_question(view.topic):
        lines = watch_mark_lines(title, topic, marked=view.marked)
        return Page((Card("\n".join(lines)),), ((button, back),))
    if view.marked:
        said = _("Noted: **{article}** is not relevant for **{topic}**.").format(article=title, topic=topic)
    else:
        said = _("Taken back: **{article}** counts as relevant for **{topic}** again.").format(
            article=title, topic=topic
        )
    if before != after:
        changed = _("Its threshold went from {before} to {after}: each mark is a step of {step}.").format(
            before=shown_score(before), after=shown_score(after), step=shown_score(step)
        )
    else:
        changed = _("Its threshold is {threshold}.").format(threshold=shown_score(after))
    lines = [said, changed]
    if view.marked and before == after:
        lines.append(_("Word the topic more narrowly with Edit, or exclude a word."))
    elif view.marked:
        lines.append("-# " + _("It holds for the next digest on. What was posted stays."))
    return Page((Card("\n".join(lines)),), ((button, back),))


def _reasons(view: ItemView) -> Sequence[str]:
    is_everything = not view.topic.strip()
    words = words_line(view.words, is_everything=is_everything)
    told_by = shown_title(view.told_by, 100) if view.told_by else None
    if view.watched:
        return watch_reasons(view.outcome, told_by, view.score, view.threshold, view.lacks, view.bars)
    scores = _("Score {score}, threshold {threshold}.").format(
        score=shown_score(view.score), threshold=shown_score(view.threshold)
    )
    match view.outcome:
        case "posted":
            first = _("It was posted: {reason}.").format(reason=words)
        case "over_limit":
            first = _("It matches ({reason}), but others matched better: it was over the limit.").format(reason=words)
        case "folded":
            first = _("It tells the same story as {article}.").format(article=told_by or _("another article"))
        case "seen":
            first = _("Its story was posted before, with {article}, and it adds nothing new.").format(
                article=told_by or _("another article")
            )
        case "below_threshold":
            reason = why_not_line(view.score, view.threshold, view.lacks, view.bars)
            first = _("It was left out: {reason}.").format(reason=reason)
        case _other:
            first = _("What this run decided is not kept any longer. Judged now: {reason}.").format(reason=words)
    return (first,) if is_everything or view.lacks or view.bars else (first, scores)


def _mark_button(view: ItemView) -> Button:
    number = view.article.number
    if view.marked:
        return Button(_("Undo “not relevant”"), DigestRelevantAgain(view.run, number).encode())
    return Button(_("Not relevant"), DigestNotRelevant(view.run, number).encode())


def _read(view: ItemView) -> ReadArticle:
    sentence = view.sentence
    if sentence is None:
        return ReadArticle(view.article.number)
    return ReadArticle(view.article.number, sentence.paragraph, sentence.start)


def _others_menu(others: Sequence[Article]) -> Choice:
    options = tuple(
        Option(
            clip(title_of(other), OPTION_TEXT),
            str(other.number),
            clip(" · ".join(part for part in (other.outlet, other.id) if part), OPTION_TEXT),
        )
        for other in others[:OPTIONS]
    )
    return Choice(ArticleSelect().encode(), _("Read another report of this"), options)
