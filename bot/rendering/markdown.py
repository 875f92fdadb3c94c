r"""Discord's markdown: escaping what came from outside, its exact inverse, and reading a page's own markdown.

Discord's parser (a descendant of simple-markdown, as its clients ship it in 2026) takes a backslash before any
character that is not a letter, a digit or white space as "this one means itself". So escaping adds backslashes and
nothing else: no character is changed, dropped or made invisible.

What holds, and is tested as properties:

* ``unescaped(escaped(t)) == t`` for every text.
* A backslash is never put before white space. So whatever trims white space on the way (Discord trims both ends of a
  message) commutes with escaping: only that white space is missing afterwards, no word.
* ``unquoted(quoted_block(t)) == t``, for escaped texts too.
"""

from __future__ import annotations

import re
from typing import Final

# Always: emphasis, code, spoilers, the backslash itself, everything that opens with an angle bracket (mentions, time
# stamps, custom emoji, links) or a square one (masked links), and block quotes.
_ANYWHERE: Final = r"[\\*_~|`<>\[\]]"
# A link that stands bare, an invitation without a scheme, an emoji by name, and calls to everybody. `steam:` and others
# are links too, hence any scheme.
_IN_PLACE: Final = r":(?=//)|(?<=discord)\.(?=\w)|(?<=discordapp)\.(?=\w)|:(?=[^\s:]+:)|@(?=everyone|here)"
_ESCAPES: Final = re.compile(f"{_ANYWHERE}|{_IN_PLACE}", re.IGNORECASE)
# At the start of a line: headings, small print, lists. Discord takes \r for a line's end as well.
_LINE_START: Final = re.compile(r"((?:\A|[\n\r])[^\S\n\r]*)([#\-]|\d+(?=\.))")
_ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")
_LINE: Final = re.compile(r"\A|\r\n|\n|\r")
_QUOTED_LINE: Final = re.compile(r"(\A|\r\n|\n|\r)>(?: |(?=[\n\r]|\Z))")  # a blank line's space may have been trimmed


def escaped(text: str) -> str:
    """The text with backslashes so that Discord shows every character of it as itself."""
    return _LINE_START.sub(_escape_line_start, _ESCAPES.sub(r"\\\g<0>", text))


def unescaped(markdown: str) -> str:
    """The text that `escaped` was given."""
    return _ESCAPED.sub(r"\1", markdown)


def quoted_block(markdown: str) -> str:
    """Every line behind a quote bar. Blank lines too, so that a quote of two paragraphs stays one quote."""
    return _LINE.sub(r"\g<0>> ", markdown)


def unquoted(block: str) -> str:
    """The lines that `quoted_block` was given."""
    return _QUOTED_LINE.sub(r"\1", block)


def bold(text: str) -> str:
    """Escaped and bold, each line by itself: a bar of a block quote must not come to stand inside the bold."""
    pieces = re.split(r"([\n\r]+)", text)
    return "".join(f"**{escaped(piece)}**" if piece.strip() else piece for piece in pieces)


def _escape_line_start(match: re.Match[str]) -> str:
    lead, mark = match.groups()
    return f"{lead}{mark}\\" if mark[0].isdigit() else f"{lead}\\{mark}"
