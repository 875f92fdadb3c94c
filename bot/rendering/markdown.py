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
_IN_PLACE: Final = r":(?=//)|(?<=discord)\.(?=\w)|(?<=discordapp)\.(?=\w)|:(?=[^\s:]*:)|@(?=everyone|here)"
_ESCAPES: Final = re.compile(f"{_ANYWHERE}|{_IN_PLACE}", re.IGNORECASE)
# At the start of a line: headings, small print, lists. Discord takes \r for a line's end as well.
_LINE_START: Final = re.compile(r"((?:\A|[\n\r])[^\S\n\r]*)([#\-]|\d+(?=\.))")
_ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")
_LINE: Final = re.compile(r"\A|\r\n|\n|\r")
_QUOTED_LINE: Final = re.compile(r"(\A|\r\n|\n|\r)>(?: |(?=[\n\r]|\Z))")  # a blank line's space may have been trimmed


def escaped(text: str) -> str:
    """The text with backslashes so that Discord shows every character of it as itself."""
    return _with_backslashes(text, _places(text), 0, len(text))


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
    """Escaped and bold."""
    return emphasised(text, 0, len(text))


def emphasised(text: str, first: int, last: int) -> str:
    """Escaped, with ``text[first:last]`` in bold, each line by itself: no bar of a block quote stands inside the bold.

    What needs a backslash is looked for in the text as a whole, since half a link or emoji on each side of a bold mark
    is still one; and in each part, since the parser begins anew inside the bold.
    """
    places = _places(text)
    places |= {first + place for place in _places(text[first:last])} | {last + place for place in _places(text[last:])}
    parts = [_with_backslashes(text, places, 0, first)]
    position = first
    for piece in re.split(r"([\n\r]+)", text[first:last]):
        words = _with_backslashes(text, places, position, position + len(piece))
        parts.append(f"**{words}**" if piece.strip() else words)
        position += len(piece)
    return "".join([*parts, _with_backslashes(text, places, last, len(text))])


def _places(text: str) -> set[int]:
    """Before which characters of a text a backslash belongs."""
    places = {match.start() for match in _ESCAPES.finditer(text)}
    for match in _LINE_START.finditer(text):
        places.add(match.end(2) if match[2][0].isdigit() else match.start(2))
    return places


def _with_backslashes(text: str, places: set[int], start: int, end: int) -> str:
    return "".join(f"\\{text[at]}" if at in places else text[at] for at in range(start, end))
