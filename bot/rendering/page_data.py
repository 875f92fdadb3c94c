"""Pages as JSON types and back: a digest's pages are written down before the first of them is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.rendering.page import Button, Card, Choice, Look, Option, Page, Rule


def page_as_data(page: Page) -> dict[str, Any]:
    """Plain JSON types; `page_from_data` gives an equal page."""
    return {
        "cards": [
            {"text": card.text, "button": _button_as_data(card.button) if card.button else None}
            if isinstance(card, Card)
            else None
            for card in page.cards
        ],
        "rows": [
            {
                "action": row.action,
                "placeholder": row.placeholder,
                "options": [[option.label, option.value, option.description] for option in row.options],
            }
            if isinstance(row, Choice)
            else [_button_as_data(button) for button in row]
            for row in page.rows
        ],
    }


def page_from_data(data: Mapping[str, Any]) -> Page:
    """The page that `page_as_data` was given. Raises KeyError, TypeError or ValueError on anything else."""
    return Page(
        cards=tuple(
            Rule() if card is None else Card(card["text"], card["button"] and _button_from_data(card["button"]))
            for card in data["cards"]
        ),
        rows=tuple(
            tuple(_button_from_data(button) for button in row)
            if isinstance(row, list)
            else Choice(row["action"], row["placeholder"], tuple(Option(*option) for option in row["options"]))
            for row in data["rows"]
        ),
    )


def _button_as_data(button: Button) -> dict[str, Any]:
    return {"label": button.label, "action": button.action, "look": str(button.look), "disabled": button.disabled}


def _button_from_data(data: Mapping[str, Any]) -> Button:
    return Button(data["label"], data["action"], Look(data["look"]), data["disabled"])
