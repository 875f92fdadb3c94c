"""Which stretches of a mail are somebody else's: attribution lines, quoted replies, the mail below an answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from corpus.article import BlockKind, RawBlock
from corpus.extraction.attributions import (
    ORIGINAL_MARK,
    attribution_within,
    head_length,
    is_attribution,
    starts_head,
    without_attribution,
)
from corpus.plain_text import typed_blocks

_LEFT_OUT = re.compile(r"^[\[<(]{0,2}(?:\.{2,6}|…|snip\b.{0,20})[\])>]{0,2}$", re.IGNORECASE)  # "[...]", "<snip>"
_MARK = re.compile(r"^[-_=* ]{4,80}(?:[\w '’]{2,40}[-_=* ]{4,40})?$")
# A copied head stands in at most so many neighbouring blocks, and begins at most so many lines below the block's first.
_BLOCKS_OF_HEAD, _LINES_BEFORE_HEAD, _LINES_OF_HEAD = 4, 60, 24
_WORDS_OF_AN_ARTICLE = 150  # a comment on a few words that are quoted is shorter


def marked_quotes(blocks: Sequence[RawBlock], *, reply: bool) -> list[RawBlock]:
    """The blocks with attributions marked as quoted, and in a reply all that stands below one without quote marks.

    A posting that answers nobody may set its own passages off with quote marks: see `_sets_passages_off`.
    """
    if not reply and _sets_passages_off(blocks):
        blocks = _read_without_marks(blocks)
    marked: list[RawBlock] = []
    below = False
    for number, block in enumerate(blocks):
        if block.kind is BlockKind.QUOTED:
            if "\n" not in block.text and block.text.startswith("From ") and _stands_alone(blocks, number):
                # Mailboxes put ">" before such a line, and MHonArc shows that as a quotation.
                block = RawBlock(BlockKind.PARAGRAPH, block.text)
            marked.append(block)
            continue
        left_out = _LEFT_OUT.match(block.text) and marked and marked[-1].kind is BlockKind.QUOTED
        if (below and block.kind is not BlockKind.BOILERPLATE) or left_out:
            marked.append(RawBlock(BlockKind.QUOTED, block.text))
            continue
        before_quote = _is_before_quote(blocks, number)
        split = None
        if block.kind is BlockKind.PARAGRAPH and (reply or before_quote):
            split = without_attribution(block.text, before_quote=before_quote)
        if split is None and reply and block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING):
            split = _cut_at_head(blocks, number) or _cut_at_attribution(block.text)
            below = split is not None
        if split is None:
            marked.append(block)
            continue
        if split[0].strip():
            marked.append(RawBlock(block.kind, split[0].strip("\n")))
        elif marked and marked[-1].kind is BlockKind.PARAGRAPH and _MARK.match(marked[-1].text):
            marked[-1] = RawBlock(BlockKind.QUOTED, marked[-1].text)  # "-----Original Message-----", a rule
        marked.append(RawBlock(BlockKind.QUOTED, split[1]))
        below = below or (reply and not before_quote)
    return marked


def _is_before_quote(blocks: Sequence[RawBlock], number: int) -> bool:
    following = blocks[number + 1 : number + 3]
    if following and _LEFT_OUT.match(following[0].text):
        following = following[1:]
    return bool(following) and following[0].kind is BlockKind.QUOTED


def has_attribution(blocks: Sequence[RawBlock]) -> bool:
    """Whether a quote is introduced as somebody's mail, which makes the whole a reply whatever its subject is."""
    return any(
        block.kind is BlockKind.PARAGRAPH
        and after.kind is BlockKind.QUOTED
        and without_attribution(block.text, before_quote=True) is not None
        for block, after in itertools.pairwise(blocks)
    )


def _sets_passages_off(blocks: Sequence[RawBlock]) -> bool:
    """Whether quote marks are an article's own: no mail is introduced, and all is marked or little of a long text is.

    A comment on a mail begins with the words it is about, or is not much longer than they are.
    """
    if has_attribution(blocks):
        return False
    own, quoted = (
        sum(len(block.text.split()) for block in blocks if block.kind is kind)
        for kind in (BlockKind.PARAGRAPH, BlockKind.QUOTED)
    )
    if own == 0:
        return True
    return blocks[0].kind is not BlockKind.QUOTED and own >= _WORDS_OF_AN_ARTICLE and quoted * 2 <= own


def _read_without_marks(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    read: list[RawBlock] = []
    for kind, stretch in itertools.groupby(blocks, key=lambda block: block.kind):
        if kind is BlockKind.QUOTED:
            read += typed_blocks("\n\n".join(block.text for block in stretch))
        else:
            read += stretch
    return read


def _stands_alone(blocks: Sequence[RawBlock], number: int) -> bool:
    near = [blocks[place] for place in (number - 1, number + 1) if 0 <= place < len(blocks)]
    return not any(other.kind is BlockKind.QUOTED for other in near) and not (
        number > 0 and is_attribution(blocks[number - 1].text, before_quote=True)
    )


def _cut_at_head(blocks: Sequence[RawBlock], number: int) -> tuple[str, str] | None:
    """The block's text before and from a copy of the answered mail's head on, which may go on in the next blocks.

    Outlook and its like put no mark before the mail they answer, or only a rule or "-----Original Message-----".
    """
    lines = blocks[number].text.split("\n")
    for start, line in enumerate(lines[:_LINES_BEFORE_HEAD]):
        marked = len(line) <= 100 and ORIGINAL_MARK.match(line.strip()) is not None
        if not marked and not (starts_head(line) and _is_head(blocks, number, lines[start:])):
            continue
        while start and not marked and len(lines[start - 1]) <= 100 and _MARK.match(lines[start - 1].strip()):
            start -= 1
        return "\n".join(lines[:start]), "\n".join(lines[start:])
    return None


def _cut_at_attribution(text: str) -> tuple[str, str] | None:
    lines = text.split("\n")
    found = attribution_within(lines)
    return None if found is None else ("\n".join(lines[: found[0]]), "\n".join(lines[found[0] :]))


def _is_head(blocks: Sequence[RawBlock], number: int, lines: Sequence[str]) -> bool:
    window = list(lines[:_LINES_OF_HEAD])
    for block in blocks[number + 1 : number + _BLOCKS_OF_HEAD]:
        if block.kind is BlockKind.BOILERPLATE or len(window) >= _LINES_OF_HEAD:
            break
        window += ["", *block.text.split("\n", _LINES_OF_HEAD)[:_LINES_OF_HEAD]]
    return head_length(window) > 0
