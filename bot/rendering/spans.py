"""A page's markdown as lines of plain words with their look, for whatever is not Discord.

Reads only what our own pages write: bold, quote bars, small print, code blocks, time stamps, links and channels. What
was escaped comes out as the source's own characters.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.rendering.days import shown_day


class LineLook(StrEnum):
    PLAIN = "plain"
    QUOTE = "quote"
    SMALL = "small"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    look: LineLook
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


_PREFIXES: Final = {"> ": LineLook.QUOTE, "-# ": LineLook.SMALL}
_FENCE: Final = "```"
_TOKEN: Final = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|(?P<bold>\*\*)"
    r"|<t:(?P<seconds>-?\d{1,12})(?::(?P<style>[tTdDfFR]))?>"
    r"|<(?P<link>https?://[^\s<>]+)>"
    r"|<#(?P<channel>\d+)>"
)


def lines_of(markdown: str, now: dt.datetime) -> list[Line]:
    """The lines of a card's text. Moments are shown in the zone of `now`, "in 3 hours" is seen from there."""
    lines: list[Line] = []
    in_code = False
    for text in re.split(r"\r\n|\n|\r", markdown):
        if text == _FENCE:
            in_code = not in_code
        elif in_code:
            lines.append(Line(LineLook.CODE, (Span(text),)))
        elif text == ">":
            lines.append(Line(LineLook.QUOTE, ()))
        else:
            prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), "")
            look = _PREFIXES.get(prefix, LineLook.PLAIN)
            lines.append(Line(look, _spans(text.removeprefix(prefix), now)))
    return lines


def shown_moment(when: dt.datetime, style: str, now: dt.datetime) -> str:
    """``Mon 23 Nov 2026 09:00 GMT`` in the zone of `now`; style ``R``: ``in 3 hours``, ``2 days ago``."""
    if style == "R":
        return _relative((when - now).total_seconds())
    local = when.astimezone(now.tzinfo)
    weekday = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[local.weekday()]
    return f"{weekday} {shown_day(local.date())} {local:%H:%M} {local.tzname() or ''}".rstrip()


def _spans(text: str, now: dt.datetime) -> tuple[Span, ...]:
    spans: list[Span] = []
    bold, position = False, 0

    def add(words: str) -> None:
        if words and spans and spans[-1].bold == bold:
            spans[-1] = Span(spans[-1].text + words, bold)
        elif words:
            spans.append(Span(words, bold))

    for token in _TOKEN.finditer(text):
        add(text[position : token.start()])
        position = token.end()
        if token["bold"]:
            bold = not bold
        elif token["seconds"]:
            when = dt.datetime.fromtimestamp(int(token["seconds"]), dt.UTC)
            add(shown_moment(when, token["style"] or "f", now))
        elif token["channel"]:
            add(f"channel {token['channel']}")
        else:
            add(token["escaped"] or token["link"])
    add(text[position:])
    return tuple(spans)


def _relative(seconds: float) -> str:
    size = abs(seconds)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if size >= length:
            count = round(size / length)
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "now" if size < 5 else "in less than a minute" if seconds > 0 else "less than a minute ago"
