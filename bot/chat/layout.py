"""A page as a Discord layout (Components V2), and the words of a layout read back from a message."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import discord

from bot.rendering.actions import Action
from bot.rendering.page import Button, Card, Choice, Look, Page, Picked, Picker, Picture, Row, Rule

# Channels that questions can be asked and notices be posted in; their threads follow them.
ASKED_IN = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

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
    for card in page.cards:
        view.add_item(_card(card))
    for row in page.rows:
        view.add_item(_row(row))
    view.stop()
    return view


def form_of(action: Action, title: str, *inputs: discord.ui.Item[Any]) -> discord.ui.Modal:
    """A form. Its custom id is the action: nothing is kept for it, and as with a layout discord.py must not keep it."""
    form = discord.ui.Modal(title=title, custom_id=action.encode(), timeout=None)
    for item in inputs:
        form.add_item(item)
    form.stop()
    return form


def files_of(page: Page) -> list[discord.File]:
    """The files of a page's pictures, to be sent along with its layout; new ones for each sending."""
    pictures = [card for card in page.cards if isinstance(card, Picture)]
    return [discord.File(io.BytesIO(picture.png), picture.name) for picture in pictures]


def texts_of(message: discord.Message) -> list[str]:
    """The texts of a message's cards, in order. Discord gives components of our own messages without any intent."""
    return [component.content for component in _walk(message.components) if isinstance(component, discord.TextDisplay)]


def custom_ids_of(message: discord.Message) -> list[str]:
    """The custom ids of a message's buttons and menus, in order."""
    ids = (getattr(component, "custom_id", None) for component in _walk(message.components))
    return [custom_id for custom_id in ids if custom_id]


def form_values(sent: discord.Interaction[Any]) -> dict[str, str]:
    """The inputs of a form that was sent in, by custom id; of a menu, what was chosen first."""
    return {name: values[0] if values else "" for name, values in form_lists(sent).items()}


def form_lists(sent: discord.Interaction[Any]) -> dict[str, list[str]]:
    """As `form_values`, with everything that was chosen from a menu; what was written is one value."""
    data: Any = sent.data or {}
    return {name: [str(value) for value in values] for name, values in _inputs(data.get("components", ()))}


def _inputs(components: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The inputs of a form by custom id. Labels hold one component each, action rows of old forms several."""
    for component in components:
        nested = component.get("component")
        yield from _inputs([nested] if nested else component.get("components", ()))
        if "custom_id" in component:
            values = component.get("values")
            yield component["custom_id"], [component.get("value") or ""] if values is None else list(values)


def _card(card: Card | Rule | Picture) -> discord.ui.Item[discord.ui.LayoutView]:
    match card:
        case Rule():
            return discord.ui.Separator()
        case Picture(name, _, description):
            shown = discord.MediaGalleryItem(f"attachment://{name}", description=description)
            return discord.ui.MediaGallery(shown)
        case Card(text, Button() as button):
            return discord.ui.Section(text, accessory=_button(button))
        case Card(text):
            return discord.ui.TextDisplay(text)


def _row(row: Row) -> discord.ui.ActionRow[discord.ui.LayoutView]:
    match row:
        case Choice(action, placeholder, offered, chosen):
            options = [
                discord.SelectOption(
                    label=option.label,
                    value=option.value,
                    description=option.description,
                    default=option.value == chosen,
                )
                for option in offered
            ]
            menu: discord.ui.Item[Any] = discord.ui.Select(custom_id=action, placeholder=placeholder, options=options)
            return discord.ui.ActionRow(menu)
        case Picker():
            return discord.ui.ActionRow(_picker(row))
        case buttons:
            return discord.ui.ActionRow(*(_button(button) for button in buttons))


def _picker(picker: Picker) -> discord.ui.Item[Any]:
    sort = discord.SelectDefaultValueType.role if picker.kind is Picked.ROLE else discord.SelectDefaultValueType.channel
    options: dict[str, Any] = {
        "custom_id": picker.action,
        "placeholder": picker.placeholder,
        "min_values": 0,
        "max_values": picker.most,
        "default_values": [discord.SelectDefaultValue(id=chosen, type=sort) for chosen in picker.chosen[: picker.most]],
    }
    if picker.kind is Picked.ROLE:
        return discord.ui.RoleSelect[Any](**options)
    return discord.ui.ChannelSelect[Any](channel_types=ASKED_IN, **options)


def _button(button: Button) -> discord.ui.Button[discord.ui.LayoutView]:
    return discord.ui.Button(
        label=button.label, custom_id=button.action, style=_STYLES[button.look], disabled=button.disabled
    )


def _walk(components: Iterable[Any]) -> Iterator[Any]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
        if (beside := getattr(component, "accessory", None)) is not None:
            yield beside
