"""A digest's message without articles that are gone, and the line that says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from bot.rendering.limits import OPTIONS
from bot.rendering.page import Card, Choice, Page
from bot.rendering.wording import LANGUAGES, ngettext, number, speaking
from corpus.article import article_id

_MOST: Final = OPTIONS  # items on one message


def told_on(page: Page) -> list[int]:
    """The numbers of the articles whose words a digest's message holds, in order: those that its menu opens."""
    menus = (row for row in page.rows if isinstance(row, Choice))
    return [int(option.value) for menu in menus for option in menu.options if option.value.isdecimal()]


def without_articles(page: Page, articles: Collection[int]) -> Page:
    """The message without the words of these articles. A line before its footer counts all that were ever taken out.

    The line takes no more room than any of the items that it stands for.
    """
    ids = {article_id(article) for article in articles}
    lines = _lines()
    cards, count = [], 0
    for card in page.cards[:-1]:
        if isinstance(card, Card) and card.text in lines:
            count += lines[card.text]
        elif isinstance(card, Card) and _id_of(card) in ids:
            count += 1
        else:
            cards.append(card)
    if count:
        cards.append(Card(_removed(min(count, _MOST))))
    rows = (_without_options(row, articles) if isinstance(row, Choice) else row for row in page.rows)
    return replace(
        page,
        cards=(*cards, *page.cards[-1:]),
        rows=tuple(row for row in rows if not isinstance(row, Choice) or row.options),
    )


def _id_of(card: Card) -> str | None:
    """The id of the article that an item's card is about: the end of its second line."""
    lines = card.text.split("\n")
    return lines[1].rpartition(" · ")[2] if len(lines) > 2 else None


def _removed(count: int) -> str:
    return "-# " + ngettext("One item was removed.", "{count} items were removed.", count).format(count=number(count))


@cache
def _lines() -> Mapping[str, int]:
    """The counts by their lines, in every language: the readers' may be another one since."""
    lines = {}
    for language in LANGUAGES:
        with speaking(language):
            lines.update({_removed(count): count for count in range(1, _MOST + 1)})
    return lines


def _without_options(menu: Choice, articles: Collection[int]) -> Choice:
    gone = {str(article) for article in articles}
    return replace(menu, options=tuple(option for option in menu.options if option.value not in gone))
