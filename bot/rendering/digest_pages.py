"""The messages of a digest: at most two, what is over the limit, and nothing left out without saying so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import DigestMore
from bot.rendering.days import shown_range
from bot.rendering.digest_items import digest_item_card, items_menu, shown_topic
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.limits import OPTIONS, PAGE_COMPONENTS, PAGE_TEXT, clip, units
from bot.rendering.page import Button, Card, Page, Row
from bot.rendering.quotes import short_markdown
from bot.rendering.turning import turning
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from corpus.article import Article
    from retrieval.digests.digest import Digest, DigestItem

MOST_MESSAGES: Final = 2
# How much of each item is shown: code points of its sentence, units of its title, and whether the reports folded into
# it are a button, which counts as two more components. The most is taken that lets all items stand on two messages;
# the last one always does, up to 25 items.
DETAILS: Final = (
    (400, 160, True),
    (300, 160, True),
    (200, 160, True),
    (200, 160, False),
    (140, 120, False),
    (100, 100, False),
    (60, 60, False),
    (40, 60, False),
)
REST_CHARACTERS: Final = 200  # of the sentences of what is over the limit
MOST_IN_THREAD: Final = 100  # stories; what is beyond is behind **More** at the end of the thread
MOST_REST_PAGES: Final = 12
MORE_ITEMS: Final = 8  # on a page of **More**
FRAME_COMPONENTS: Final = 10  # ping, heading, what is left out, footer, a menu and two rows of buttons
THREAD_TITLE: Final = 100  # Discord's limit for the name of a thread or forum post


@dataclass(frozen=True, slots=True)
class DigestMessages:
    """`pages` are for the channel, `rest` for a thread under the last of them. `title` names a thread or forum post."""

    title: str
    pages: tuple[Page, ...]
    rest: tuple[Page, ...] = ()


def digest_messages(
    digest: Digest,
    *,
    label: str,
    zone: str,
    covers: str | None = None,
    ping: int | None = None,
    thread: bool = False,
    headline_only: bool = False,
) -> DigestMessages:
    """The one or two messages of a digest, and those for its thread.

    `label` names the delivery, ``#D3-20261123``; the footer of each message is `part_label` of it, by which the message
    can be found again in its channel. `covers` is a line of its own, such as "Covers 20–23 Nov (the bot was offline)".
    `ping` is the id of a role to be mentioned. `thread`: what is over the limit goes into a thread; without one it is
    behind **More**. `headline_only`: the channel gets the headline alone, and the thread everything.
    """
    run = label.removeprefix("#")
    covered = f"\n{short_markdown(covers, 200)}" if covers else ""
    frame = units(_heading(digest, 10**6, 10**6)) + units(covered) + 300
    cards, portions = _on_messages(digest.items, run, PAGE_TEXT - frame)
    portions = portions[:MOST_MESSAGES]
    shown = sum(map(len, portions))
    unseen = digest.stories - shown - len(digest.rest) - digest.carried
    title = thread_title(digest.topic.text.strip() or _(EVERYTHING_NEW), _days(digest), label)

    mention = [Card(f"<@&{ping}>")] if ping is not None else []
    if digest.is_empty:
        checked = ngettext(
            "Nothing new on this topic (checked {count} article).",
            "Nothing new on this topic (checked {count} articles).",
            digest.considered,
        )
        text = Card(checked.format(count=number(digest.considered)))
        page = Page((*mention, Card(f"**{_topic(digest)}**{covered}"), text, footer_card(label, 1, zone)))
        return DigestMessages(title, (page,))
    if headline_only and thread:
        told = [*digest.items, *digest.rest]
        headline = _heading(digest, digest.stories, digest.stories) + covered
        first = Page((*mention, Card(headline), Card("-# " + _("In the thread below.")), footer_card(label, 1, zone)))
        return DigestMessages(title, (first,), _rest_pages(digest, told, label, zone, 2))
    headline = _heading(digest, shown, digest.stories) + covered
    pages = []
    for part, portion in enumerate(portions, start=1):
        items = digest.items[portion.start : portion.stop]
        head = [*mention, Card(headline)] if part == 1 else [Card(f"**{_topic(digest)}** · {_('continued')}")]
        is_last = part == len(portions)
        left_out, buttons = _left_out(digest, run, unseen, thread=thread) if is_last else ([], ())
        menu = items_menu(items, run)
        cards_here = (*head, *cards[portion.start : portion.stop], *left_out, footer_card(label, part, zone))
        pages.append(Page(cards_here, (menu, buttons) if buttons else (menu,)))
    if not thread:
        return DigestMessages(title, tuple(pages))
    return DigestMessages(title, tuple(pages), _rest_pages(digest, digest.rest, label, zone, len(pages) + 1))


def rest_page(topic: str, items: Sequence[DigestItem], run: str, page: int, count: int) -> Page:
    """A page of the `count` stories over the limit of a run, from **More**; `page` from 0.

    `items` are those of `MORE_ITEMS` a page that can still be shown.
    """
    last = (count - 1) // MORE_ITEMS
    heading = f"**{shown_topic(topic)}** · " + _("over the limit, {first}–{last} of {count}").format(
        first=number(page * MORE_ITEMS + 1), last=number(min(count, (page + 1) * MORE_ITEMS)), count=number(count)
    )
    for characters, title_units, buttons in DETAILS[2:]:
        cards = [
            digest_item_card(item, characters=characters, title_units=title_units, run=run if buttons else None)
            for item in items
        ]
        if len(_portions(cards, PAGE_TEXT - 400)) == 1:
            break
    turn = turning(page, last, lambda number: DigestMore(run, number))
    rows = [items_menu(items, run)] if items else []
    return Page((Card(heading), *cards), (*rows, turn) if last else tuple(rows))


def part_label(label: str, part: int) -> str:
    """The id in the footer of a digest's message, `part` from 1: ``#D3-20261123-1``."""
    return f"{label}-{part}"


def _on_messages(items: Sequence[DigestItem], run: str, room: int) -> tuple[list[Card], list[range]]:
    """The cards of all items with as much detail as there is room for, and which of them stand on which message."""
    for characters, title_units, buttons in DETAILS:
        cards = [
            digest_item_card(item, characters=characters, title_units=title_units, run=run if buttons else None)
            for item in items
        ]
        portions = _portions(cards, room)
        if len(portions) <= MOST_MESSAGES:
            break
    return cards, portions


def _rest_pages(digest: Digest, items: Sequence[DigestItem], label: str, zone: str, first: int) -> tuple[Page, ...]:
    """The pages of a thread, with footers numbered from `first`."""
    if not items:
        return ()
    run = label.removeprefix("#")
    cards = [digest_item_card(item, characters=REST_CHARACTERS, run=run) for item in items[:MOST_IN_THREAD]]
    portions = _portions(cards, PAGE_TEXT - 800)[:MOST_REST_PAGES]
    beyond = len(items) - sum(map(len, portions))
    pages = []
    for part, portion in enumerate(portions, start=first):
        menu = items_menu(items[portion.start : portion.stop], run)
        left_out: list[Card] = []
        rows: tuple[Row, ...] = (menu,)
        if part == first + len(portions) - 1:
            left_out = _not_told(digest, beyond + digest.untold - digest.carried)
            if beyond and digest.rest:
                # Where More goes on: it counts what is over the limit alone.
                more = DigestMore(run, max(0, len(digest.rest) - beyond) // MORE_ITEMS)
                rows = (menu, (_more_button(more, beyond),))
        heading = Card(f"**{_topic(digest)}** · {_('continued')}")
        pages.append(
            Page((heading, *cards[portion.start : portion.stop], *left_out, footer_card(label, part, zone)), rows)
        )
    return tuple(pages)


def _left_out(digest: Digest, run: str, unseen: int, *, thread: bool) -> tuple[list[Card], tuple[Button, ...]]:
    """What the last message says of what is not on it, and the button for it."""
    rest = len(digest.rest)
    if not rest:
        return _not_told(digest, unseen), ()
    if thread:
        text = ngettext("{count} more in the thread below.", "{count} more in the thread below.", rest)
        return [Card("-# " + text.format(count=number(rest)))], ()
    return _not_told(digest, unseen), (_more_button(DigestMore(run, 0), rest),)


def _not_told(digest: Digest, unseen: int) -> list[Card]:
    """How many stories are not there, and how many of a flood are still to come."""
    matched = ngettext(
        "{count} more matched and is not shown here.", "{count} more matched and are not shown here.", unseen
    )
    cards = [Card("-# " + matched.format(count=number(unseen)))]
    text = ngettext(
        "{count} more comes with the next digest.", "{count} more come with the next digest.", digest.carried
    )
    return [
        *(cards if unseen else []),
        *([Card("-# " + text.format(count=number(digest.carried)))] if digest.carried else []),
    ]


def _more_button(more: DigestMore, count: int) -> Button:
    return Button(ngettext("More ({count})", "More ({count})", count).format(count=number(count)), more.encode())


def _portions(cards: Sequence[Card], room: int) -> list[range]:
    """Which cards stand on which message, in order: as many as there is room for, at most a menu's options."""
    portions, start, used, components = [], 0, 0, 0
    most = PAGE_COMPONENTS - FRAME_COMPONENTS
    for position, card in enumerate(cards):
        size = 3 if card.button else 1
        is_full = used + units(card.text) > room or position - start == OPTIONS or components + size > most
        if position > start and is_full:
            portions.append(range(start, position))
            start, used, components = position, 0, 0
        used += units(card.text)
        components += size
    return [*portions, range(start, len(cards))]


def footer_card(label: str, part: int, zone: str) -> Card:
    """The end of each message; by its id the message can be found again in its channel."""
    return Card(f"-# {part_label(label, part)} · {_('times in {zone}').format(zone=short_markdown(zone, 80))}")


def _heading(digest: Digest, shown: int, total: int) -> str:
    if shown == total:
        count = ngettext("{count} new", "{count} new", total).format(count=number(total))
    else:
        count = _("{shown} of {count} new").format(shown=number(shown), count=number(total))
    return " · ".join(filter(None, [f"**{_topic(digest)}**", count, _days(digest)]))


def thread_title(topic: str, days: str, label: str) -> str:
    """At most 100 units; the id is its last word, by which a forum post is found again."""
    end = "".join(f" · {part}" for part in (days, label) if part)
    return clip(topic, THREAD_TITLE - units(end)) + end


def shown_days(articles: Iterable[Article]) -> str:
    """The days that these articles are of, as far as they are known; empty when none is."""
    known = [days for article in articles if (days := article.days()) is not None]
    if not known:
        return ""
    return shown_range(min(first for first, _ in known), max(last for _, last in known), year=False)


def _days(digest: Digest) -> str:
    return shown_days(item.article for item in digest.items)


def _topic(digest: Digest) -> str:
    return shown_topic(digest.topic.text)


def covers_line(days: tuple[dt.date, dt.date], *, offline: bool = True) -> str:
    """What a digest says that makes up for a gap; `offline`: the bot was, else others were skipped or not allowed."""
    text = _("Covers {days} (the bot was offline)") if offline else _("Covers {days}")
    return text.format(days=shown_range(*days, year=False))
