"""A page as a Discord layout (Components V2), and the words of a layout read back from a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import discord

from bot.rendering.actions import Action, decode
from bot.rendering.page import Button, Card, Choice, Look, Page, Rule

_REPEATED = "~"  # stands in no custom id of `bot.rendering.actions`
_STYLES = {
    Look.PLAIN: discord.ButtonStyle.secondary,
    Look.PRIMARY: discord.ButtonStyle.primary,
    Look.GOOD: discord.ButtonStyle.success,
    Look.DANGER: discord.ButtonStyle.danger,
}


def layout_of(page: Page) -> discord.ui.LayoutView:
    """The page as Discord shows it.

    The view is finished before it is sent: discord.py would otherwise keep every message's view for as long as the
    process lives. Presses reach us through `bot.chat.presses`, which needs no view.
    """
    view = discord.ui.LayoutView(timeout=None)
    ids = _Ids()
    for card in page.cards:
        view.add_item(discord.ui.Separator() if isinstance(card, Rule) else _card(card, ids))
    for row in page.rows:
        view.add_item(_row(row, ids))
    view.stop()
    return view


def action_in(custom_id: str) -> Action | None:
    """What a custom id of one of our layouts asks for; None for any other."""
    return decode(custom_id.partition(_REPEATED)[0])


def texts_of(message: discord.Message) -> list[str]:
    """The texts of a message's cards, in order. Discord gives components of our own messages without any intent."""
    return [component.content for component in _walk(message.components) if isinstance(component, discord.TextDisplay)]


class _Ids:
    """Custom ids, each once: Discord refuses a message in which two buttons, such as two **Read**, have the same."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def unique(self, action: str) -> str:
        self._seen[action] += 1
        return action if self._seen[action] == 1 else f"{action}{_REPEATED}{self._seen[action]}"


def _card(card: Card, ids: _Ids) -> discord.ui.Item[discord.ui.LayoutView]:
    if card.button is None:
        return discord.ui.TextDisplay(card.text)
    return discord.ui.Section(card.text, accessory=_button(card.button, ids))


def _row(row: tuple[Button, ...] | Choice, ids: _Ids) -> discord.ui.ActionRow[discord.ui.LayoutView]:
    if isinstance(row, Choice):
        options = [
            discord.SelectOption(label=option.label, value=option.value, description=option.description)
            for option in row.options
        ]
        return discord.ui.ActionRow(
            discord.ui.Select(custom_id=ids.unique(row.action), placeholder=row.placeholder, options=options)
        )
    return discord.ui.ActionRow(*(_button(button, ids) for button in row))


def _button(button: Button, ids: _Ids) -> discord.ui.Button[discord.ui.LayoutView]:
    return discord.ui.Button(
        label=button.label, custom_id=ids.unique(button.action), style=_STYLES[button.look], disabled=button.disabled
    )


def _walk(components: Iterable[Any]) -> Iterator[Any]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
