"""The articles of a digest: as cards to read, and as a menu to open one from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.rendering.actions import DigestItem as OpenItem
from bot.rendering.actions import DigestItemSelect, Run
from bot.rendering.days import shown_date
from bot.rendering.echo import EVERYTHING_NEW
from bot.rendering.limits import OPTION_TEXT, clip
from bot.rendering.page import Button, Card, Choice, Option
from bot.rendering.quotes import quote_block, short_markdown, shown_title, title_of
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from corpus.article import Article
    from retrieval.digests.digest import DigestItem

TITLE_UNITS: Final = 160


def digest_item_card(
    item: DigestItem, *, characters: int, title_units: int = TITLE_UNITS, run: Run | None = None
) -> Card:
    """One article: title, where and when, one sentence of it word for word, and how many others report the same.

    With a `run` the count of others is a button that opens the item; without one it is a line. With 40 characters and
    60 units for the title, the least there may be, the card has at most 225 units.
    """
    title = shown_title(item.article, title_units)
    if item.update_of is not None:
        title = _("Update: {title}").format(title=title)
    lines = [
        f"**{title}**",
        about(item.article, 48 if title_units >= TITLE_UNITS else 24),
        quote_block(item.sentence, characters=characters, room=max(60, min(2 * characters, characters + 100))),
    ]
    if not item.also:
        return Card("\n".join(lines))
    also = ngettext("also: {count} more", "also: {count} more", len(item.also)).format(count=number(len(item.also)))
    if run is not None:
        return Card("\n".join(lines), Button(also, OpenItem(run, item.article.number).encode()))
    return Card("\n".join([*lines, f"-# {also}"]))


def items_menu(items: Sequence[DigestItem], run: Run) -> Choice:
    """A menu that opens an item of a run. At most 25 items."""
    return articles_menu([item.article for item in items], run)


def articles_menu(articles: Sequence[Article], run: Run) -> Choice:
    options = []
    for article in articles:
        parts = (article.outlet, shown_date(article), article.id)
        label = clip(title_of(article), OPTION_TEXT)
        options.append(
            Option(label, str(article.number), clip(" · ".join(part for part in parts if part), OPTION_TEXT))
        )
    return Choice(DigestItemSelect(run).encode(), _("Read one of these, or ask why it is here"), tuple(options))


def shown_topic(topic: str, limit: int = 150) -> str:
    """A digest's topic, escaped, of at most `limit` units; an empty one is everything new."""
    return short_markdown(topic.strip() or _(EVERYTHING_NEW), limit)


def about(article: Article, outlet_units: int = 48) -> str:
    """Where and when, and the id. At most 92 units."""
    parts = [short_markdown(article.outlet, outlet_units) if article.outlet else "", shown_date(article), article.id]
    return " · ".join(part for part in parts if part)
