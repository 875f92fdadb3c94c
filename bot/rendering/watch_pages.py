"""The messages of a watched question: what its best evidence is now, and what it was before, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.rendering.days import has_relative_time, shown_published
from bot.rendering.digest_items import about, articles_menu, shown_topic
from bot.rendering.digest_pages import DigestMessages, footer_card, shown_days, thread_title
from bot.rendering.limits import PAGE_TEXT, units
from bot.rendering.page import Card, Page, Rule
from bot.rendering.quotes import is_source, quote_block, short_markdown, shown_title
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from retrieval.answers.outcome import RankedQuote
    from retrieval.watches.watching import Change

QUESTION_UNITS: Final = 420  # a question of 200 characters, were all of them escaped
# How many code points of each quote are shown. The most is taken that lets both sides stand on one message; where not
# even the last does, each side has a message of its own.
CHARACTERS: Final = (400, 300)
SPEAKER_UNITS: Final = 48


def watch_messages(
    change: Change,
    *,
    label: str,
    zone: str,
    covers: str | None = None,
    ping: int | None = None,
    thread: bool = False,
    headline_only: bool = False,
) -> DigestMessages:
    """The one or two messages of a change; parameters are as in `digest_messages`, and so are footers and menus."""
    covered = [short_markdown(covers, 200)] if covers else []
    mention = [Card(f"<@&{ping}>")] if ping is not None else []
    topic = f"**{shown_topic(change.question, QUESTION_UNITS)}**"
    title = thread_title(change.question, _days(change), label)
    if change.is_empty:
        checked = ngettext(
            "The best evidence has not changed (checked {count} article).",
            "The best evidence has not changed (checked {count} articles).",
            change.considered,
        )
        text = checked.format(count=number(change.considered))
        page = Page((*mention, Card("\n".join([topic, *covered])), Card(text), footer_card(label, 1, zone)))
        return DigestMessages(title, (page,))
    differ = [_("Sources differ:")] if change.sources_differ else []
    heading = Card("\n".join([f"{topic} · {_what_happened(change)}", *covered, *differ]))
    if headline_only and thread:
        first = Page((*mention, heading, Card("-# " + _("In the thread below.")), footer_card(label, 1, zone)))
        return DigestMessages(title, (first,), _sides(change, Card(topic), [], label, zone, 2))
    return DigestMessages(title, _sides(change, heading, mention, label, zone, 1))


def evidence_card(ranked: RankedQuote, *, characters: int) -> Card:
    """One quote: title, who says it, where and when, and its words. At most 400 units beside the quote."""
    quote = ranked.quote
    place = about(quote.article)
    if ranked.speaker and not is_source(ranked.speaker, quote.article):
        speaker = _("{speaker} (as reported)").format(speaker=short_markdown(ranked.speaker, SPEAKER_UNITS))
        place = f"{speaker} · {place}"
    lines = [
        f"**{shown_title(quote.article, 160)}**",
        place,
        quote_block(quote, characters=characters, room=max(60, min(2 * characters, characters + 100))),
    ]
    if has_relative_time(quote.text) and (day := shown_published(quote.article.published)):
        lines.append(_("(relative to {day})").format(day=day))
    return Card("\n".join(lines))


def _sides(
    change: Change, heading: Card, mention: Sequence[Card], label: str, zone: str, first: int
) -> tuple[Page, ...]:
    """Both sides on one message, or one on each; footers are numbered from `first`."""
    for characters in CHARACTERS:
        now = [Card(f"**{_('Now')}**"), *(evidence_card(one, characters=characters) for one in change.now)]
        before = [Card(f"**{_('Before')}**"), *(evidence_card(one, characters=characters) for one in change.before)]
        if (line := _what_is_not_there(change)) is not None:
            before.append(Card(line))
        both = _page(
            [*mention, heading, Rule(), *now, Rule(), *before], [*change.now, *change.before], label, first, zone
        )
        if units(both.text) <= PAGE_TEXT:
            return (both,)
    again = Card(f"**{shown_topic(change.question)}** · {_('continued')}")
    return (
        _page([*mention, heading, Rule(), *now], change.now, label, first, zone),
        _page([again, Rule(), *before], change.before, label, first + 1, zone),
    )


def _page(cards: Sequence[Card | Rule], quotes: Sequence[RankedQuote], label: str, part: int, zone: str) -> Page:
    articles = {one.quote.article.number: one.quote.article for one in quotes}
    menu = (articles_menu(list(articles.values()), label.removeprefix("#")),) if articles else ()
    return Page((*cards, footer_card(label, part, zone)), menu)


def _what_happened(change: Change) -> str:
    news = ngettext("{count} new quote", "{count} new quotes", len(change.now)).format(count=number(len(change.now)))
    is_first = not change.before and not change.gone
    said = [_("there is an answer") if is_first else _("best evidence changed"), news, _days(change)]
    return " · ".join(part for part in said if part)


def _what_is_not_there(change: Change) -> str | None:
    if change.gone:
        text = ngettext(
            "{count} quote from before is gone: its article was removed or revised, or may not be shown here any more.",
            "{count} quotes from before are gone: their articles were removed or revised, or may not be shown here any "
            "more.",
            change.gone,
        )
        return "-# " + text.format(count=number(change.gone))
    return None if change.before else "-# " + _("Nothing in the archive answered it.")


def _days(change: Change) -> str:
    return shown_days(one.quote.article for one in change.now)
