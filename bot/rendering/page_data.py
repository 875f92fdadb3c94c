"""Pages as JSON types and back: a digest's pages are written down before the first of them is sent."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from bot.rendering.page import Button, Card, Choice, Look, Option, Page, Picker, Picture, Rule


def page_as_data(page: Page) -> dict[str, Any]:
    """Plain JSON types; `page_from_data` gives an equal page."""
    return {
        "cards": [_card_as_data(card) for card in page.cards],
        "rows": [
            [_button_as_data(button) for button in row] if isinstance(row, tuple) else _choice_as_data(row)
            for row in page.rows
        ],
    }


def page_from_data(data: Mapping[str, Any]) -> Page:
    """The page that `page_as_data` was given. Raises KeyError, TypeError or ValueError on anything else."""
    return Page(
        cards=tuple(_card_from_data(card) for card in data["cards"]),
        rows=tuple(
            tuple(_button_from_data(button) for button in row) if isinstance(row, list) else _choice_from_data(row)
            for row in data["rows"]
        ),
    )


def _choice_as_data(row: Choice | Picker) -> dict[str, Any]:
    if isinstance(row, Picker):
        raise TypeError("a page with a picker is never written down: it is for one person, now")
    return {
        "action": row.action,
        "placeholder": row.placeholder,
        "options": [[option.label, option.value, option.description] for option in row.options],
        "chosen": row.chosen,
    }


def _choice_from_data(data: Mapping[str, Any]) -> Choice:
    options = tuple(Option(*option) for option in data["options"])
    return Choice(data["action"], data["placeholder"], options, data.get("chosen"))


def _card_as_data(card: Card | Rule | Picture) -> dict[str, Any] | None:
    match card:
        case Card(text, button):
            return {"text": text, "button": _button_as_data(button) if button else None}
        case Picture(name, png, description):
            return {"picture": name, "png": base64.b64encode(png).decode("ascii"), "description": description}
        case Rule():
            return None


def _card_from_data(data: Mapping[str, Any] | None) -> Card | Rule | Picture:
    if data is None:
        return Rule()
    if "picture" in data:
        return Picture(data["picture"], base64.b64decode(data["png"], validate=True), data["description"])
    return Card(data["text"], data["button"] and _button_from_data(data["button"]))


def _button_as_data(button: Button) -> dict[str, Any]:
    return {"label": button.label, "action": button.action, "look": str(button.look), "disabled": button.disabled}


def _button_from_data(data: Mapping[str, Any]) -> Button:
    return Button(data["label"], data["action"], Look(data["look"]), data["disabled"])
