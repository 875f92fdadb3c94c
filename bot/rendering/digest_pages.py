"""The messages of a digest: at most two, and nothing left out of them without saying so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.rendering.days import shown_range
from bot.rendering.digest_items import digest_item_card, items_menu
from bot.rendering.digest_settings_pages import DigestRow, digest_list_page, digest_preview_page, digest_row_page
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.limits import OPTIONS, PAGE_TEXT, units
from bot.rendering.page import Card, Page
from bot.rendering.quotes import short_markdown
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from retrieval.digest import Digest

__all__ = [
    "DigestRow",
    "digest_item_card",
    "digest_list_page",
    "digest_pages",
    "digest_preview_page",
    "digest_row_page",
    "part_label",
]

MOST_MESSAGES: Final = 2
# How much of each item's sentence is shown: the most that lets all items stand on the messages there may be.
SENTENCE_CHARACTERS: Final = (400, 300, 200, 140, 100, 60)


def digest_pages(
    digest: Digest,
    *,
    label: str,
    zone: str,
    days: tuple[dt.date, dt.date] | None = None,
    covers: str | None = None,
) -> list[Page]:
    """The one or two messages of a digest.

    `label` names the delivery, ``#D3-20261123``; the footer of each message is `part_label` of it, by which the message
    can be found again in its channel. `days`: what the digest covers, without it from the oldest to the newest item.
    `covers` is a line of its own, such as "Covers 20–23 Nov (the bot was offline)".
    """
    covered = f"\n{short_markdown(covers, 200)}" if covers else ""
    frame = units(_title(digest, len(digest.items) + 10**6, 10**6, days)) + units(covered) + 300
    for characters in SENTENCE_CHARACTERS:
        cards = [digest_item_card(item, characters=characters) for item in digest.items]
        portions = _portions(cards, PAGE_TEXT - frame)
        if len(portions) <= MOST_MESSAGES:
            break
    portions = portions[:MOST_MESSAGES]
    shown = sum(map(len, portions))
    total = len(digest.items) + sum(left.reason == "over_limit" for left in digest.left_out)
    pages = []
    for part, portion in enumerate(portions, start=1):
        items = digest.items[portion.start : portion.stop]
        heading = (
            _title(digest, shown, total, days) + covered if part == 1 else f"**{_topic(digest)}** · {_('continued')}"
        )
        is_last = part == len(portions)
        left_out = [Card(_not_shown(total - shown))] if is_last and shown < total else []
        footer = Card(f"-# {part_label(label, part)} · {_('times in {zone}').format(zone=short_markdown(zone, 80))}")
        rows = (items_menu(items),) if items else ()
        pages.append(Page((Card(heading), *cards[portion.start : portion.stop], *left_out, footer), rows))
    return pages


def part_label(label: str, part: int) -> str:
    """The id in the footer of a digest's message, `part` from 1: ``#D3-20261123-1``."""
    return f"{label}-{part}"


def _portions(cards: Sequence[Card], room: int) -> list[range]:
    """Which cards stand on which message, in order: as many as there is room for, at most a menu's options."""
    portions, start, used = [], 0, 0
    for position, card in enumerate(cards):
        if position > start and (used + units(card.text) > room or position - start == OPTIONS):
            portions.append(range(start, position))
            start, used = position, 0
        used += units(card.text)
    return [*portions, range(start, len(cards))]


def _not_shown(count: int) -> str:
    return "-# " + _("{count} more matched and are not shown here.").format(count=number(count))


def _title(digest: Digest, shown: int, total: int, days: tuple[dt.date, dt.date] | None) -> str:
    if days is None:
        known = [days for item in digest.items if (days := item.article.days()) is not None]
        days = (min(first for first, _ in known), max(last for _, last in known)) if known else None
    if shown == total:
        count = ngettext("{count} new", "{count} new", total).format(count=number(total))
    else:
        count = _("{shown} of {count} new").format(shown=number(shown), count=number(total))
    return " · ".join(filter(None, [f"**{_topic(digest)}**", count, shown_range(*days, year=False) if days else ""]))


def _topic(digest: Digest) -> str:
    return short_markdown(digest.topic.text.strip() or _(EVERYTHING_NEW), 300)
