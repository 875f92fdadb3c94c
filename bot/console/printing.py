"""A page in a terminal: bold words bold, quotes behind a bar, small print dim, the controls as numbered choices."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, replace
from typing import TextIO

from rich.console import Console
from rich.rule import Rule as RichRule
from rich.text import Text

from bot.rendering.actions import ReadArticle, decode
from bot.rendering.page import Button, Card, Choice, Page, Picture
from bot.rendering.spans import Line, LineLook, lines_of
from bot.visible import visible
from corpus.article import article_id

WIDTH_OF_PIPES = 100  # columns, where there is no terminal that says how wide it is


@dataclass(frozen=True, slots=True)
class Control:
    """A button, or one option of a menu, under the number that presses it."""

    label: str
    action: str
    value: str | None = None  # a menu's chosen option


def controls_of(page: Page) -> list[Control]:
    """What can be pressed, in order: the buttons at the cards' sides, then the rows. A disabled button is left out."""
    sides = [card.button for card in page.cards if isinstance(card, Card) and card.button]
    controls = [Control(_side_label(button), button.action) for button in sides if not button.disabled]
    for row in page.rows:
        if isinstance(row, tuple):
            controls.extend(Control(button.label, button.action) for button in row if not button.disabled)
        elif isinstance(row, Choice):
            controls.extend(Control(option.label, row.action, option.value) for option in row.options)
    return controls


def print_page(
    page: Page, *, controls: bool = True, output: TextIO | None = None, now: dt.datetime | None = None
) -> None:
    """Print a page, on standard output if nowhere else. In a pipe nothing is wrapped or coloured.

    `now` (aware) gives the zone in which moments are shown; without it, the system's.
    """
    console = terminal(output)
    now = now or dt.datetime.now().astimezone()
    for position, card in enumerate(page.cards):
        if isinstance(card, Card):
            if position:
                console.print()
            before = LineLook.PLAIN
            for line in lines_of(card.text, now):
                # What follows a quote is where it is from.
                is_source = before is LineLook.QUOTE and line.look is LineLook.PLAIN
                _print_line(console, replace(line, look=LineLook.SMALL) if is_source else line)
                before = line.look
        elif isinstance(card, Picture):
            console.print(Text(visible(card.description), "dim"))
        else:
            console.print(RichRule(style="dim"))
    if controls and (choices := controls_of(page)):
        console.print()
        shown = [
            Text.assemble((f"[{number}]", "bold cyan"), f" {visible(control.label)}")
            for number, control in enumerate(choices, start=1)
        ]
        is_menu = any(control.value is not None for control in choices)
        console.print(Text("\n" if is_menu else "  ").join(shown), soft_wrap=not console.is_terminal)


def terminal(output: TextIO | None = None) -> Console:
    """Rich's console without its guesses: no emoji names, no markup, no colours for numbers and paths."""
    stream = output if output is not None else sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() else WIDTH_OF_PIPES,
        emoji=False,
        markup=False,
        highlight=False,
    )


def _print_line(console: Console, line: Line) -> None:
    text = Text.assemble(*((visible(span.text), "bold" if span.bold else "") for span in line.spans))
    if line.look is LineLook.SMALL:
        text.stylize("dim")
    if not console.is_terminal:
        # Whoever reads a pipe may look for a sentence in it: it must not be broken over two lines.
        bar = "> " if line.look is LineLook.QUOTE else ""
        console.print(Text(bar) + text, soft_wrap=True)
    elif line.look is LineLook.QUOTE:
        for wrapped in text.wrap(console, max(console.width - 2, 1)) or [text]:
            console.print(Text.assemble(("│ ", "cyan"), wrapped), soft_wrap=True)
    elif line.look is LineLook.CODE:
        console.print(text, soft_wrap=True)  # to be copied: a wrapped line would come out as two
    else:
        console.print(text)


def _side_label(button: Button) -> str:
    """Several buttons say Read; without their cards beside them it takes the place to tell them apart."""
    action = decode(button.action)
    if isinstance(action, ReadArticle):
        paragraph = f" ¶{action.paragraph}" if action.paragraph else ""
        return f"{button.label} {article_id(action.article)}{paragraph}"
    return button.label
