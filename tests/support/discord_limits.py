"""Discord's rules about what a bot may send, for the stand-in. Codes and numbers: PRODUCT.md, section 13."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

V2 = 1 << 15
EPHEMERAL = 1 << 6
BUTTON, SELECT, TEXT, SECTION, ROW = 2, 3, 10, 9, 1
SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
_MOST_COMMANDS = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_V2_ONLY = {9, 10, 11, 12, 13, 14, 17}


@dataclass
class Refused(Exception):
    """What Discord answers with instead of doing it."""

    status: int
    code: int
    message: str


def bad_form(message: str) -> Refused:
    return Refused(400, 50035, f"Invalid Form Body: {message}")


def walk(components: Any) -> Iterator[dict[str, Any]]:
    for component in components or ():
        yield component
        yield from walk(component.get("components"))
        if component.get("accessory"):
            yield component["accessory"]


def check_message(body: dict[str, Any], *, had_v2: bool = False) -> None:
    """D-7, D-8, D-9: content, number and kinds of components, lengths. Raises `Refused`."""
    content, parts = body.get("content") or "", list(walk(body.get("components")))
    is_v2 = bool(int(body.get("flags") or 0) & V2) or had_v2
    if len(content) > 2000:
        raise bad_form("content is longer than 2000")
    if is_v2 and (content or body.get("embeds") or body.get("poll") or body.get("sticker_ids")):
        raise bad_form("content, embeds, polls and stickers cannot be used with components v2")
    if not is_v2 and any(part.get("type") in _V2_ONLY for part in parts):
        raise bad_form("components v2 need their flag")
    if not (content or parts or body.get("embeds")):
        raise Refused(400, 50006, "Cannot send an empty message")
    if len(parts) > 40:
        raise bad_form("more than 40 components")
    if sum(len(part.get("content", "")) for part in parts if part.get("type") == TEXT) > 4000:
        raise bad_form("texts are longer than 4000")
    if any(not part.get("content") for part in parts if part.get("type") == TEXT):
        raise bad_form("an empty text")
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(set(ids)) != len(ids):
        raise bad_form("a custom id stands twice")
    if any(not 1 <= len(custom_id) <= 100 for custom_id in ids):
        raise bad_form("a custom id has 1 to 100 characters")
    for part in parts:
        _check_part(part)


def _check_part(part: dict[str, Any]) -> None:
    if part.get("type") == ROW and not 1 <= len(part.get("components", ())) <= 5:
        raise bad_form("a row has 1 to 5 components")
    if part.get("type") == SECTION and not 1 <= len(part.get("components", ())) <= 3:
        raise bad_form("a section has 1 to 3 texts")
    if part.get("type") == BUTTON and not 1 <= len(part.get("label") or "") <= 80:
        raise bad_form("a label has 1 to 80 characters")
    if part.get("type") == SELECT:
        options = part.get("options", ())
        if not 1 <= len(options) <= 25 or len(part.get("placeholder") or "") > 150:
            raise bad_form("a select has 1 to 25 options and a placeholder of at most 150 characters")
        for option in options:
            texts = [option["label"], option["value"], option.get("description") or "-"]
            if any(not 1 <= len(text) <= 100 for text in texts):
                raise bad_form("an option's texts have 1 to 100 characters")


def check_commands(commands: list[dict[str, Any]]) -> None:
    """D-10: names, numbers and lengths. Raises `Refused`."""
    for kind, most in _MOST_COMMANDS.items():
        if sum(command.get("type", SLASH) == kind for command in commands) > most:
            raise Refused(400, 30032, f"Maximum number of application commands reached ({most})")
    for command in commands:
        if command.get("type", SLASH) != SLASH:
            if command.get("description") or not all(
                1 <= len(name) <= 32 for name in _in_all_languages(command, "name")
            ):
                raise bad_form(f"the name or a description of {command['name']!r}")
            continue
        parts = list(_command_parts(command))
        if sum(map(_size, parts)) > 8000 or len(command.get("options", ())) > 25:
            raise bad_form(f"command {command['name']} is too large")
        for part in parts:
            for name in _in_all_languages(part, "name"):
                if not re.fullmatch(r"[-_\w]{1,32}", name) or name != name.lower():
                    raise bad_form(f"the name {name!r}")
            if not all(1 <= len(text) <= 100 for text in _in_all_languages(part, "description")):
                raise bad_form(f"the description of {part['name']}")
            if len(part.get("choices") or ()) > 25:
                raise bad_form(f"the choices of {part['name']}")


def _command_parts(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for option in part.get("options") or ():
        yield from _command_parts(option)


def _in_all_languages(part: dict[str, Any], field: str) -> list[str]:
    return [part[field], *(part.get(f"{field}_localizations") or {}).values()]


def _size(part: dict[str, Any]) -> int:
    """What counts of a command towards its 8,000 characters; of several languages the longest."""
    texts = sum(max(map(len, _in_all_languages(part, field))) for field in ("name", "description"))
    choices = part.get("choices") or ()
    return texts + sum(max(map(len, _in_all_languages(one, "name"))) + len(str(one["value"])) for one in choices)


def check_choices(choices: list[dict[str, Any]]) -> None:
    """D-11. Raises `Refused`."""
    if len(choices) > 25:
        raise bad_form("more than 25 choices")
    if any(not 1 <= len(choice[field]) <= 100 for choice in choices for field in ("name", "value")):
        raise bad_form("a choice's texts have 1 to 100 characters")


def pings(body: dict[str, Any]) -> bool:
    """D-16: whether a message would ping somebody: without `allowed_mentions` every mention in its text counts."""
    texts = [body.get("content") or "", *(part.get("content", "") for part in walk(body.get("components")))]
    mentions = re.search(r"(?<!\\)@everyone|(?<!\\)@here|(?<!\\)<@[!&]?\d+>", "\n".join(texts))
    allowed = body.get("allowed_mentions")
    return mentions is not None and (allowed is None or allowed.get("parse") != [])
