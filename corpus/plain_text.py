"""The body of a text/plain mail, or of a text file, to typed blocks.

Characters are the source's own. Only what transport did to them is undone: carriage returns, lines wrapped to the
width of a mail window, format=flowed, and the ``>`` that a mailbox puts before a line that begins with "From ".
"""

from __future__ import annotations

import re

from corpus.article import BlockKind, RawBlock
from corpus.extraction.attributions import is_attribution
from corpus.extraction.captions import is_caption
from corpus.extraction.quote_marks import without_marks

SIGNATURE_MARK = re.compile(r"^--[ \u00a0]?$")
RULE = re.compile(r"^[ \t]{0,4}(?:_{20,}|-{20,}|={20,}|\*{20,})[ \t]*$")
_OWN_BLOCK = re.compile(r"^(?:-{3,}.{0,80}-{3,}|-----(?:BEGIN|END) PGP .{0,60}-----)$")
# A line that is no continuation of the line before it, whatever the widths say.
_NEW_LINE = re.compile(
    r"^(?:[-*•·▪–—+o] |\(?\d{1,3}[.)] |\[\d{1,3}\]|\s|[A-Za-z]\) "
    r"|(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|Message-ID|Newsgroups|URL): |https?://)"
)
_COLUMNS = re.compile(r"\S {3,}\S")
_ASCII_SPACE = " \t\r\f\v"
# Widths in characters. Mail is wrapped at 65 to 80; nothing wrapped is wider than this, and verse is narrower.
_WIDEST, _NARROWEST = 100, 50


def typed_blocks(text: str, *, flowed: bool = False, delsp: bool = False) -> tuple[RawBlock, ...]:
    """Paragraphs and quoted stretches in source order; quotes lose one level of their marks."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if flowed:
        lines = _unflowed(lines, delsp)
    lines = [line if SIGNATURE_MARK.match(line) else line.rstrip(_ASCII_SPACE) for line in lines]
    lines, quoted = without_marks(lines)
    width = max((len(line) for line, is_quote in zip(lines, quoted, strict=True) if _counts(line, is_quote)), default=0)
    blocks: list[RawBlock] = []
    gathered: list[str] = []

    def close(is_quote: bool) -> None:
        if gathered:
            kept = gathered if is_quote or not wrapped else unwrapped(gathered, width)
            kind = BlockKind.QUOTED if is_quote else BlockKind.PARAGRAPH
            blocks.append(RawBlock(kind, "\n".join(kept).strip("\n")))
            gathered.clear()

    # Long lines show that no program wrapped this text; then short neighbours are lines for a reason.
    long = sum(len(line) for line in lines if len(line) > _WIDEST and " " in line)
    wrapped = long * 3 < sum(map(len, lines))
    before = False
    for line, is_quote in zip(lines, quoted, strict=True):
        own = not is_quote and (SIGNATURE_MARK.match(line) or RULE.match(line) or _OWN_BLOCK.match(line))
        if is_quote != before or not line.strip() or own:
            close(before)
        if line.strip():
            gathered.append(line)
        ends_with_it = own and not (SIGNATURE_MARK.match(line) or RULE.match(line))
        if ends_with_it or (not is_quote and line.endswith((":", "：")) and _ends_in_attribution(gathered)):
            close(is_quote)
        before = is_quote
    close(before)
    return tuple(blocks)


def _ends_in_attribution(lines: list[str]) -> bool:
    return any(is_attribution("\n".join(lines[-count:])) for count in range(1, min(len(lines), 3) + 1))


def _counts(line: str, is_quote: bool) -> bool:
    return not is_quote and " " in line and len(line) <= _WIDEST


def _unflowed(lines: list[str], delsp: bool) -> list[str]:
    """RFC 3676: a line that ends in a space goes on in the next line of the same quote depth."""
    flown: list[list[str]] = []  # each in pieces: one paragraph can be the whole of a large mail
    depth_before = -1  # nothing to go on from
    for line in lines:
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")  # space-stuffing
        fixed = rest == "-- " or not rest.endswith(" ")
        if delsp and not fixed:
            rest = rest[:-1]
        if depth == depth_before and flown and rest != "-- ":
            flown[-1].append(rest)
        else:
            flown.append([">" * depth + (" " if depth else "") + rest])
        depth_before = -1 if fixed else depth
    return ["".join(pieces) for pieces in flown]


def unwrapped(lines: list[str], message_width: int = 0) -> list[str]:
    """Join the lines of a paragraph that a mail program wrapped; lists, verse, tables and short lines stay as they are.

    A line was wrapped when the next line's first word would not have fitted behind it.
    """
    if len(lines) < 2 or any(len(line) > _WIDEST and " " in line.strip() for line in lines):
        return lines
    own_width = max(map(len, lines))
    width = own_width if len(lines) >= 4 else max(own_width, min(message_width, 80) - 8)
    following = lines[1:]
    verse = len(lines) >= 4 and all(line[:1].isupper() for line in following)
    if width < _NARROWEST or verse or any(_has_columns(line) for line in lines):
        return lines
    full = [
        len(line) + 1 + len(after.split(maxsplit=1)[0]) > width
        and not _NEW_LINE.match(after)
        and not (is_caption(line) and after.count(" ") >= 5)
        for line, after in zip(lines, following, strict=False)
    ]
    if sum(full) * 2 < len(full):
        return lines
    joined = [[lines[0]]]
    for wrapped, after in zip(full, following, strict=True):
        if wrapped:
            joined[-1] += (_joint(joined[-1][-1], after), after.lstrip(_ASCII_SPACE))
        else:
            joined.append([after])
    return ["".join(pieces) for pieces in joined]


def _has_columns(line: str) -> bool:
    return "\t" in line or ("   " in line and _COLUMNS.search(line) is not None)


def _joint(line: str, after: str) -> str:
    """One space, but none where the wrapping cut a compound at its hyphen ("law-" / "enforcement")."""
    if (
        line.endswith("-")
        and re.search(r"\w-$", line)
        and after[:1].islower()
        and after.split(maxsplit=1)[0] not in {"and", "or", "to", "und"}
    ):
        return ""
    return " "
