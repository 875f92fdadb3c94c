"""Tables for people: on a terminal and in pipes, with words that strangers wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from rich import box
from rich.table import Table

from bot.console.printing import terminal
from bot.visible import visible

Column = tuple[str, Literal["left", "right"]]  # its heading, and how it is aligned


def print_table(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()
) -> None:
    """Rows under headings; what is too wide is broken within its column, unless that is one of the `whole` ones."""
    table = Table(title=one_line(title) or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, justify in columns:
        table.add_column(one_line(heading), justify=justify, overflow="fold", no_wrap=heading in whole)
    for row in rows:
        table.add_row(*map(one_line, row))
    terminal().print(table)


def one_line(text: str) -> str:
    """Words on one line, without what gives orders to a terminal."""
    return visible(" ".join(text.split()))
