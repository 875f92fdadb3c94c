"""The articles of a digest: as cards to read, and as a menu to open one from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.rendering.actions import DigestItemSelect
from bot.rendering.days import shown_date
from bot.rendering.limits import OPTION_TEXT, clip
from bot.rendering.page import Card, Choice, Option
from bot.rendering.quotes import quote_block, short_markdown
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number

if TYPE_CHECKING:
    from retrieval.digest import DigestItem


def digest_item_card(item: DigestItem, *, characters: int) -> Card:
    """One article: title, where and when, one sentence of it word for word, and how many others report the same."""
    article = item.article
    title = short_markdown(article.title or article.subject or _("Untitled"), 160)
    if item.update_of is not None:
        title = _("Update: {title}").format(title=title)
    about = [short_markdown(article.outlet, 48) if article.outlet else "", shown_date(article), article.id]
    lines = [
        f"**{title}**",
        " · ".join(part for part in about if part),
        quote_block(item.sentence, characters=characters, room=2 * characters),
    ]
    if item.also:
        also = ngettext("also: {count} more", "also: {count} more", len(item.also))
        lines.append("-# " + also.format(count=number(len(item.also))))
    return Card("\n".join(lines))


def items_menu(items: Sequence[DigestItem]) -> Choice:
    options = []
    for item in items:
        article = item.article
        about = " · ".join(part for part in (article.outlet, shown_date(article), article.id) if part)
        label = clip(article.title or article.subject or _("Untitled"), OPTION_TEXT)
        options.append(Option(label, str(article.number), clip(about, OPTION_TEXT)))
    return Choice(DigestItemSelect().encode(), _("Read one of these"), tuple(options))
