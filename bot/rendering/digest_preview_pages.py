"""Before a digest is saved: what it would have posted, which articles match and why, and what is wrong with a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import DigestCancel, DigestChange, DigestMatches, DigestPreview, DigestStart
from bot.rendering.digest_items import about, digest_item_card, shown_topic
from bot.rendering.digest_reasons import shown_score, why_not_line, words_line
from bot.rendering.digest_settings_pages import plan_sentence
from bot.rendering.echo import topic_card
from bot.rendering.limits import PAGE_TEXT, units
from bot.rendering.markdown import escaped
from bot.rendering.notices import moment
from bot.rendering.page import Button, Card, Look, Page
from bot.rendering.quotes import short_markdown, shown_title
from bot.rendering.turning import turning
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from bot.briefings.plan import Plan
    from retrieval.digests.digest import Digest, Match

PREVIEW_ITEMS: Final = 5
MATCHES_ON_PAGE: Final = 10
TOPIC_AND_TIME, WORDS_AND_SOURCES, PLACE = "when", "what", "where"  # the forms


def digest_preview_page(
    digest: Digest,
    plan: Plan,
    *,
    draft: int,
    zone: str,
    next_run: dt.datetime,
    zone_is_default: bool = False,
    matching: tuple[int, int] = (0, 0),
    edits: int | None = None,
    in_server: bool = True,
) -> Page:
    """What the last seven days would have given, when the first digest comes, and **Start / Change / Cancel**.

    `zone` is what the plan's None stands for. `matching`: how many of how many newest articles match. `edits` is the
    number of the digest that is changed, which has **Save** in place of **Start**. A digest that is not `in_server`
    has one place and nobody to ping.
    """
    planned = plan_card(plan, zone=zone, next_run=next_run, zone_is_default=zone_is_default)
    found = ngettext(
        "{count} of {total} articles of the last 7 days matches. It would have posted:",
        "{count} of {total} articles of the last 7 days match. It would have posted:",
        digest.stories,
    )
    if not digest.stories:
        found = _("{count} of {total} articles of the last 7 days match. Only new articles will be posted.")
    found = found.format(count=number(digest.stories), total=number(digest.considered))
    cards = [topic_card(digest.topic.text), planned, Card(f"-# {found}")]
    newest = _matching(*matching)
    last = [Card(f"-# {newest}", Button(_("Why"), DigestMatches(draft, 0).encode()))] if matching[1] else []
    room = PAGE_TEXT - sum(units(card.text) for card in (*cards, *last)) - 60
    shown = 0
    for item in digest.items[:PREVIEW_ITEMS]:
        card = digest_item_card(item, characters=min(200, max(60, room // 8)))
        if units(card.text) > room:
            break
        room -= units(card.text)
        shown += 1
        cards.append(card)
    if shown and (more := digest.stories - shown):
        cards.append(Card("-# " + _("and {count} more").format(count=number(more))))
    start = Button(_("Start") if edits is None else _("Save"), DigestStart(draft).encode(), Look.GOOD)
    return Page(
        (*cards, *last), ((start, *change_buttons(draft, in_server), Button(_("Cancel"), DigestCancel().encode())),)
    )


def plan_card(
    plan: Plan, *, zone: str, next_run: dt.datetime, zone_is_default: bool = False, has_items: bool = True
) -> Card:
    """When and where it will be posted, and what else was chosen; `has_items` as in `options_line`."""
    lines = [_("{plan}.").format(plan=plan_sentence(str(plan.days), plan.at, plan.zone or zone, plan.channel))]
    lines.append(_("Next: {moment} ({relative})").format(moment=moment(next_run, "F"), relative=moment(next_run, "R")))
    if zone_is_default:
        lines.append(_("No time zone was set yet, so this is UTC. Change picks another."))
    if options := options_line(plan, has_items=has_items):
        lines.append(f"-# {options}")
    return Card("\n".join(lines))


def change_buttons(draft: int, in_server: bool) -> tuple[Button, ...]:
    """What opens the forms."""
    buttons = (
        Button(_("Change"), DigestChange(draft, TOPIC_AND_TIME).encode()),
        Button(_("Words and sources"), DigestChange(draft, WORDS_AND_SOURCES).encode()),
    )
    return (*buttons, Button(_("Place and ping"), DigestChange(draft, PLACE).encode())) if in_server else buttons


def options_line(plan: Plan, *, has_items: bool = True) -> str:
    """What a plan has besides topic, time and place, as far as it is not the usual. Empty when all is. ≤ 600 units.

    `has_items`: it posts items, of which there is a most; a watched question has quotes.
    """
    parts = [_("at most {count} items").format(count=number(plan.max_items))] if has_items else []
    if plan.must:
        parts.append(_("must have: {words}").format(words=short_markdown(", ".join(plan.must), 120)))
    if plan.not_words:
        parts.append(_("must not have: {words}").format(words=short_markdown(", ".join(plan.not_words), 120)))
    sources = sorted((plan.collections or frozenset()) | (plan.outlets or frozenset()))
    if sources:
        parts.append(_("only from: {sources}").format(sources=short_markdown(", ".join(sources), 160)))
    if plan.post_when_empty:
        parts.append(_("says so when nothing is new"))
    if plan.in_thread:
        parts.append(_("in a thread"))
    if plan.publish:
        parts.append(_("published"))
    if plan.ping is not None:
        parts.append(_("pings {role}").format(role=f"<@&{plan.ping}>"))
    return " · ".join(parts)


def digest_matches_page(matches: Sequence[Match], threshold: float, *, topic: str, draft: int, page: int) -> Page:
    """The newest articles, each with whether it would be posted and why: those that would first, else as they come.

    Ten on a page, `page` from 0.
    """
    last = max(0, (len(matches) - 1) // MATCHES_ON_PAGE)
    page = max(0, min(page, last))
    fitting = sum(match.reaches(threshold) for match in matches)
    lines = [_matching(fitting, len(matches))]
    if topic.strip():
        lines.append("-# " + _("An article matches from a score of {score} on.").format(score=shown_score(threshold)))
    heading = Card(f"**{shown_topic(topic)}**")
    ordered = sorted(matches, key=lambda match: not match.reaches(threshold))
    shown = ordered[page * MATCHES_ON_PAGE : (page + 1) * MATCHES_ON_PAGE]
    for title_units in (80, 60, 40):  # the longest names and reasons at once, in the language of the longest texts
        cards = [heading, Card("\n".join(lines))]
        cards += [_match_card(match, threshold, topic, title_units) for match in shown]
        if sum(units(card.text) for card in cards) <= PAGE_TEXT:
            break
    back = Button(_("Back"), DigestPreview(draft).encode(), Look.PRIMARY)
    if not last:
        return Page(tuple(cards), ((back,),))
    turn = turning(page, last, lambda number: DigestMatches(draft, number))
    return Page(tuple(cards), ((*turn, back),))


def _match_card(match: Match, threshold: float, topic: str, title_units: int) -> Card:
    mark, why = "✅", words_line(match.words, is_everything=not topic.strip())
    if topic.strip():
        why = _("score {score}, {reason}").format(score=shown_score(match.score), reason=why)
    if not match.reaches(threshold):
        mark, why = "➖", why_not_line(match.score, threshold, match.lacks, match.bars)
    title = f"{mark} **{shown_title(match.article, title_units)}**"
    return Card(f"{title}\n-# {about(match.article, 24)} · {why}")


def form_errors_page(topic: str, errors: Sequence[str], *, draft: int, form: str) -> Page:
    """What could not be read, and the form again with everything that was typed. `errors` are markdown."""
    again = Button(_("Open the form again"), DigestChange(draft, form).encode(), Look.PRIMARY)
    kept = "-# " + _("What you typed is kept.")
    text = "\n".join(errors)[: PAGE_TEXT - 2600]
    return Page(
        (topic_card(topic), Card(text), Card(kept)), ((again, Button(_("Back"), DigestPreview(draft).encode())),)
    )


def not_mentionable(role: int) -> str:
    """Why a role cannot be pinged, and the fix."""
    text = _(
        "I can't mention {role}. Turn on “Allow anyone to @mention this role” in the server's role settings, or give "
        "me Mention Everyone in that channel, or pick another role."
    )
    return text.format(role=f"<@&{role}>")


def everyone_is_not_pinged() -> str:
    return _("I don't ping everyone. Pick a role, or none.")


def not_an_announcement_channel(channel: str) -> str:
    """`channel` is markdown, such as ``<#123>``."""
    return _("{channel} is no announcement channel, so nothing can be published there. Turn Publish off.").format(
        channel=channel
    )


def no_thread_there(channel: str) -> str:
    """`channel` is markdown, such as ``<#123>``."""
    return _("No thread can be made in {channel}. Post as a message, or pick a text channel.").format(channel=channel)


def channel_gone_page(topic: str, draft: int) -> Page:
    """A preview's channel was deleted meanwhile."""
    text = _("That channel does not exist any more. Pick another one.")
    pick = Button(_("Place and ping"), DigestChange(draft, PLACE).encode(), Look.PRIMARY)
    return Page((topic_card(topic), Card(text)), ((pick, Button(_("Cancel"), DigestCancel().encode())),))


def unread(name: str, text: str, hint: str) -> str:
    """A field of a form that could not be read: its name, what was typed, and what to write instead."""
    return _('{field}: I couldn\'t read "{text}". {hint}').format(field=name, text=escaped(short(text)), hint=hint)


def _matching(matching: int, count: int) -> str:
    text = ngettext(
        "{matching} of the newest {count} articles matches.",
        "{matching} of the newest {count} articles match.",
        matching,
    )
    return text.format(matching=number(matching), count=number(count))


def short(text: str) -> str:
    return " ".join(text.split())[:60]
